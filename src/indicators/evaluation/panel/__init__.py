"""The panel of the evaluation: municipality × month, who is treated, and what was left out."""

from indicators.evaluation.panel.building import Panel, build, switched, with_time
from indicators.evaluation.panel.outcomes import FURTHER, OUTCOMES, TOGETHER, Outcome
from indicators.evaluation.panel.rules import SampleRules

__all__ = [
    "FURTHER",
    "OUTCOMES",
    "TOGETHER",
    "Outcome",
    "Panel",
    "SampleRules",
    "build",
    "switched",
    "with_time",
]
