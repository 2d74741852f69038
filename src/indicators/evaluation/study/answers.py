"""Frames that answer a reader's first questions: known answers, published findings, each area."""

from __future__ import annotations

import pandas as pd

from indicators.areas.areas import Areas
from indicators.computing import Computed
from indicators.evaluation.panel import Panel, build_panel, build_with_all_months
from indicators.evaluation.study.known_answers import known_answers, published_findings
from indicators.evaluation.study.trial_areas import trial_area_tables
from indicators.evaluation.trial import EarlierTrial, earlier_trial_frame, earlier_trial_rules


def answer_tables(
    computed: Computed, areas: Areas, members: tuple[str, ...], panel: Panel
) -> dict[str, pd.DataFrame]:
    """Known answers and effects by area.

    Args:
        computed: StatFin's figures.
        areas: Trials and names.
        members: Municipalities of the treated region.
        panel: The main sample.

    Returns:
        ``known_answers``, ``published_findings`` and the frames of
        :func:`indicators.evaluation.study.trial_areas.trial_area_tables`.
    """
    tables = (computed.indicators, computed.snapshots, areas)

    def build(trial: EarlierTrial) -> pd.DataFrame:
        return earlier_trial_frame(trial, build_panel(*tables, earlier_trial_rules(trial)), areas)

    answers = known_answers(build)
    every = build_with_all_months(*tables, panel.rules)
    return {
        "known_answers": answers,
        "published_findings": published_findings(answers, panel),
        **trial_area_tables(every, areas, members),
    }
