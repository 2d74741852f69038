"""A run among other runs: one at a time, traces of a broken one swept away, a log of each."""

from indicators.production.operations.journal import Journal
from indicators.production.operations.lock import holding, looking_on
from indicators.production.operations.work import at_work

__all__ = ["Journal", "at_work", "holding", "looking_on"]
