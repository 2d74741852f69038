"""Did the trial work: estimators, their inference and their sensitivity.

The four estimators of the contract take a long panel, one row a unit and time, and are offered
here with the data of the report; they are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.evaluation.difference import difference_in_differences, event_study
    from indicators.evaluation.spell_data import unemployment_spells
    from indicators.evaluation.synthetic import placebo_test, synthetic_control
    from indicators.evaluation.trial import trial_panel

__all__ = [
    "difference_in_differences",
    "event_study",
    "placebo_test",
    "synthetic_control",
    "trial_panel",
    "unemployment_spells",
]

_PLACES = {
    "difference_in_differences": "difference",
    "event_study": "difference",
    "placebo_test": "synthetic",
    "synthetic_control": "synthetic",
    "trial_panel": "trial",
    "unemployment_spells": "spell_data",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
