"""The section of the official flows and durations, on made-up rows of StatFin's further tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import nan

import pandas as pd
import pytest
from made_tables import frame, row

from indicators.reporting.context import Context
from indicators.reporting.official_sections import official_flows
from indicators.reporting.openings_and_method import not_computed

pytestmark = pytest.mark.usefixtures("in_tmp")
Small = Callable[..., Context]
MONTH = "2022-02"
FLOWS = ("flow_over_3_months", "flow_over_6_months", "flow_over_12_months")


def with_official(context: Context) -> Context:
    """Flows of Lahti and the country, a hidden one of Hollola, a median and ended searches."""
    rows = [
        row(flow, area, month, numerator=nan, denominator=nan, value=40.0 + at, unit="percent")
        for at, flow in enumerate(FLOWS)
        for area in ("KU398", "SSS")
        for month in ("2022-01", MONTH)
    ]
    rows += [row(flow, "KU098", MONTH, value=nan, status="suppressed") for flow in FLOWS]
    rows.append(
        row(
            "unemployment_duration",
            "LAHTI5",
            MONTH,
            statistic="median_weeks",
            value=19.6,
            low=12.7,
            high=26.3,
            status="bounded",
            unit="weeks",
        )
    )
    rows.append(row("job_search_exits", "SSS", MONTH, statistic="total", value=9540.0))
    old = context.processed.indicators.astype(object)
    both = pd.concat([old, frame(rows).astype(object)], ignore_index=True)
    return replace(
        context, processed=replace(context.processed, indicators=frame(both.to_dict("records")))
    )


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_flows_and_the_median_with_its_limits(language: str, small: Small) -> None:
    context = with_official(small(language))
    text = official_flows(context).markdown
    translator = context.translator
    assert translator("official_flows.title") in text
    # The group has no share of its own, and that is explained; the first municipality is drawn.
    assert translator("official_flows.no_group") in text
    assert "figures/official_flows.svg" in text
    assert context.area_name("KU398") in text
    assert translator.number(40.0, 1) in text
    assert translator.number(12.7, 1) in text
    assert context.formatter.status("suppressed") in text
    assert "12ts" in text
    assert "12r5" not in text
    # What is given officially is not among what could not be computed.
    short = context.catalogue.indicator("flow_over_3_months").name[language]
    assert short not in not_computed(context).markdown


def test_a_month_without_them_has_no_section(small: Small) -> None:
    assert official_flows(small("fi")).parts == ()
