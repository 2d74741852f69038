"""Frames that answer a reader's first questions: known answers, published findings, each area."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from indicators.areas.areas import Areas
from indicators.evaluation.panel import Panel
from indicators.evaluation.sample import SampleRules
from indicators.evaluation.study.changes import OutcomeCube
from indicators.evaluation.study.known_answers import known_answers, published_findings
from indicators.evaluation.study.trial_areas import trial_area_tables
from indicators.evaluation.trial import EarlierTrial, earlier_trial_frame, earlier_trial_rules


class Asked(Protocol):
    """What the frames are made of: the study."""

    @property
    def areas(self) -> Areas:
        """Trials and names."""
        ...

    @property
    def members(self) -> tuple[str, ...]:
        """Municipalities of the treated region."""
        ...

    @property
    def main_cube(self) -> OutcomeCube:
        """Its outcomes."""
        ...

    @property
    def main_panel(self) -> Panel:
        """The main sample in every month."""
        ...

    def panel(self, rules: SampleRules) -> Panel:
        """The panel that follows some rules."""
        ...


def answer_tables(study: Asked) -> dict[str, pd.DataFrame]:
    """Known answers and effects by area.

    Args:
        study: The study.

    Returns:
        ``known_answers``, ``published_findings`` and the frames of
        :func:`indicators.evaluation.study.trial_areas.trial_area_tables`.
    """

    def build(trial: EarlierTrial) -> pd.DataFrame:
        chosen = study.panel(earlier_trial_rules(trial))
        return earlier_trial_frame(trial, chosen, study.areas)

    answers = known_answers(build)
    return {
        "known_answers": answers,
        "published_findings": published_findings(answers, study.main_cube),
        **trial_area_tables(study.main_panel, study.areas, study.members),
    }
