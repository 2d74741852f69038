"""A made-up register of any size: nobody in it lives (docs/decisions/0012)."""

from indicators.sources.synthetic.making import DEFAULT_PERSONS, synthesise
from indicators.sources.synthetic.sourcefiles import SOURCE

__all__ = ["DEFAULT_PERSONS", "SOURCE", "synthesise"]
