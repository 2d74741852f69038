"""Which steps of a run need not run again, and why the others do."""

from indicators.production.cache.steps import StepCache, Verdict

__all__ = ["StepCache", "Verdict"]
