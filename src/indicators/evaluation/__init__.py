"""Did the trial work: estimators, their inference and their sensitivity.

The estimators of the contract take a long panel, one row a unit and time, and are offered here
with the data of the report; they are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.evaluation.bootstrap import wild_bootstrap
    from indicators.evaluation.difference import difference_in_differences, event_study
    from indicators.evaluation.power import minimum_detectable_effect
    from indicators.evaluation.randomisation import randomisation_inference
    from indicators.evaluation.spell_data import unemployment_spells
    from indicators.evaluation.survival import cox_hazard
    from indicators.evaluation.synthetic import placebo_test, synthetic_control
    from indicators.evaluation.synthetic_variants import synthetic_difference_in_differences
    from indicators.evaluation.trend_bounds import sensitivity
    from indicators.evaluation.trial import trial_panel

__all__ = [
    "cox_hazard",
    "difference_in_differences",
    "event_study",
    "minimum_detectable_effect",
    "placebo_test",
    "randomisation_inference",
    "sensitivity",
    "synthetic_control",
    "synthetic_difference_in_differences",
    "trial_panel",
    "unemployment_spells",
    "wild_bootstrap",
]

_PLACES = {
    "cox_hazard": "survival",
    "difference_in_differences": "difference",
    "event_study": "difference",
    "minimum_detectable_effect": "power",
    "placebo_test": "synthetic",
    "randomisation_inference": "randomisation",
    "sensitivity": "trend_bounds",
    "synthetic_control": "synthetic",
    "synthetic_difference_in_differences": "synthetic_variants",
    "trial_panel": "trial",
    "unemployment_spells": "spell_data",
    "wild_bootstrap": "bootstrap",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
