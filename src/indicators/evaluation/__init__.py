"""Did the trial work: estimators, their inference and their sensitivity.

The four functions of the contract take a long panel, one row a unit and time, and are offered
here; they are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.evaluation.difference import difference_in_differences, event_study
    from indicators.evaluation.synthetic import placebo_test, synthetic_control

__all__ = ["difference_in_differences", "event_study", "placebo_test", "synthetic_control"]

_PLACES = {
    "difference_in_differences": "difference",
    "event_study": "difference",
    "placebo_test": "synthetic",
    "synthetic_control": "synthetic",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
