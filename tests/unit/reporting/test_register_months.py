"""Situations that the made-up register of the two months does not have."""

from __future__ import annotations

from math import nan
from pathlib import Path

import pytest
from made_register import LAST, every_month, register_row, with_register

from indicators.calendar import month_range
from indicators.reporting.context import Context
from indicators.reporting.register.exits import exits
from indicators.reporting.register.surveys import surveys
from indicators.reporting.voice import Voice
from indicators.settings import Settings

pytestmark = pytest.mark.usefixtures("in_tmp")


def test_a_survey_not_yet_made_is_said_and_nothing_is_drawn(
    project: Settings, in_tmp: Path
) -> None:
    unknown = dict.fromkeys(month_range("2020-02", LAST), nan)
    rows = every_month(
        "satisfaction", unknown, statistic="mean", population="target_group",
        status="not_available",
    )  # fmt: skip
    context = Context(project, with_register(rows), Voice("en"))
    told = surveys(context).markdown
    assert context.voice("register_surveys.none") in told
    assert "![" not in told
    assert not (in_tmp / "figures").exists()
    assert "tbl-register-wellbeing" in told


@pytest.mark.parametrize(("total", "said"), [(400.0, True), (0.0, False), (nan, False)])
def test_the_share_of_unknown_reasons_is_told_where_it_is_known(
    project: Settings, total: float, said: bool
) -> None:
    rows = [
        register_row("job_search_exits", 100.0, statistic="unknown"),
        register_row("job_search_exits", total, statistic="total"),
    ]
    context = Context(project, with_register(rows), Voice("en"))
    sentence = context.voice("register_exits.unknown", share="25.0%")
    told = exits(context).markdown
    assert (sentence in told) is said
    assert ("remained unknown" in told) is said
