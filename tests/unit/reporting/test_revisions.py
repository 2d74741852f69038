"""What the report tells of revisions: by reason, by month and vintage, by age of the month."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from made_tables import World, frame, row

from indicators.processed.reading import Revisions, UsualRevision, VintageValue
from indicators.reporting.context import Context
from indicators.reporting.revisions_section import revisions
from indicators.revisions.comparing import CAUSES, COLUMNS

Small = Callable[..., Context]
NOTHING = pd.DataFrame(columns=["old_vintage", "new_vintage", *COLUMNS])


def revised(why: str, month: str = "2022-02", **cells: Any) -> dict[str, Any]:
    return {
        "old_vintage": "2022-03-22", "new_vintage": "2022-04-22", "indicator": "unemployment_share",
        "statistic": "value", "month": month, "area": "KU398", "unit": "percent",
        "old": 12.0, "new": 12.25, "change": 0.25, "why": why, **cells,
    }  # fmt: skip


@pytest.fixture
def report_text(small: Small) -> Callable[..., str]:
    """The section of made revisions."""

    def build(
        *rows: dict[str, Any],
        language: str = "en",
        vintages: Sequence[str] = ("2022-03-22", "2022-04-22"),
        triangle: Sequence[VintageValue] = (),
        usual: Sequence[UsualRevision] = (),
        **tables: Any,
    ) -> str:
        context = small(language)
        table = pd.DataFrame(rows) if rows else NOTHING
        found = Revisions(tuple(vintages), table, tuple(triangle), tuple(usual))
        changed = replace(context.processed, revisions=found, **tables)
        return revisions(replace(context, processed=changed)).markdown

    return build


def cells(text: str, name: str) -> list[str]:
    """The cells of a table's row."""
    [found] = re.findall(rf'<th scope="row">{re.escape(name)}</th>(.*?)</tr>', text)
    return re.findall(r"<td[^>]*>(.*?)</td>", found)


def test_the_re_based_labour_force_of_2022_is_told(open_month: Callable[..., Context]) -> None:
    text = revisions(open_month("2022-02", "en")).markdown
    result = cells(text, "Labour force re-based")
    assert result[1:] == [
        "Unemployed share of the labour force", "January 2022 – February 2022", "16",
        "\N{MINUS SIGN}0.06",
    ]  # fmt: skip
    assert cells(text, "January 2022") == ["13.35", "13.31", "13.31", "\N{MINUS SIGN}0.04"]
    assert cells(text, "December 2021") == ["13.40", "13.40", "13.40", "0.00"]
    assert cells(text, "Newest month")[0].startswith("0 / ")
    assert "No figure of the month of the report is provisional." in text


def test_a_month_that_a_vintage_did_not_have_yet(open_month: Callable[..., Context]) -> None:
    text = revisions(open_month("2023-06", "fi")).markdown
    assert cells(text, "kesäkuu 2023") == ["ei vielä", "11,73", "–"]
    assert "“ei vielä”" in text
    # The oldest vintage has none of these months.
    assert "Poiminta 1.5.2022" not in text


def test_one_vintage_has_one_sentence(report_text: Callable[..., str]) -> None:
    text = report_text(vintages=["2022-03-22"])
    assert "There is one vintage of table 12r5 (22 March 2022)" in text
    assert "<table>" not in text


def test_two_vintages_that_say_the_same(report_text: Callable[..., str]) -> None:
    lines = [VintageValue("2022-02", day, 12.0, "normal") for day in ("2022-03-22", "2022-04-22")]
    text = report_text(triangle=lines)
    assert "None of these figures has changed" in text
    assert cells(text, "February 2022") == ["12.00", "12.00", "0.00"]
    assert "tbl-usual" not in text


def test_nobody_looked(small: Small) -> None:
    assert revisions(small("fi")).markdown == ""


@pytest.mark.parametrize("why", sorted(set(CAUSES) - {"definition", "code", "not_known"}))
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_reason_has_its_words(
    report_text: Callable[..., str], why: str, language: str
) -> None:
    text = report_text(revised(why), language=language)
    assert text.count('<th scope="row">') == 1


def test_rows_are_drawn_together_by_reason_and_figure(report_text: Callable[..., str]) -> None:
    text = report_text(
        revised("data", "2022-01", change=-0.5),
        revised("data", "2022-02"),
        revised("newly_hidden", change=float("nan")),
    )
    assert cells(text, "New data")[2:] == [
        "January 2022 – February 2022", "2", "\N{MINUS SIGN}0.50",
    ]  # fmt: skip
    assert cells(text, "Newly hidden")[2:] == ["February 2022", "1", "–"]


def test_marks_in_the_triangle(report_text: Callable[..., str]) -> None:
    messages = [
        VintageValue("2022-01", "2022-03-22", 12.0, "bounded"),
        VintageValue("2022-01", "2022-04-22", 12.5, "provisional"),
        VintageValue("2022-02", "2022-04-22", None, "suppressed"),
    ]
    text = report_text(triangle=messages)
    assert cells(text, "January 2022") == [
        "≈\N{NO-BREAK SPACE}12.00", "12.50<br><small>(provisional)</small>", "+0.50",
    ]  # fmt: skip
    assert cells(text, "February 2022")[0] == "not yet"
    assert cells(text, "February 2022")[2] == "–"
    assert "The sign ≈" in text


def test_sizes_by_age_with_the_greatest(report_text: Callable[..., str]) -> None:
    usual = [
        UsualRevision("unemployed", 0, 1000, 500, 1.25, 10.0),
        UsualRevision("unemployed", 1, 1000, 0, 0.0, 0.0),
        UsualRevision("labour_force", 0, 10, 0, 0.0, 0.0),
    ]
    text = report_text(usual=usual, language="sv")
    space = "\N{NO-BREAK SPACE}"
    assert cells(text, "Nyaste månaden") == [
        f"500 / 1{space}000", f"1,3{space}%<br><small>högst 10,0{space}%</small>",
        "0 / 10", f"0,0{space}%",
    ]  # fmt: skip
    assert cells(text, "1 mån. äldre")[2:] == ["–", "–"]


def test_provisional_figures_are_named_and_a_register_has_one_extract(
    report_text: Callable[..., str],
) -> None:
    register = frame(
        [
            row(
                "job_search_exits", "LAHTI5", World().last, status="provisional", source="register"
            ),
            row("service_starts", "LAHTI5", World().last, source="register"),
            row("job_offers", "LAHTI5", "2021-01", status="provisional", source="register"),
        ]
    )
    text = report_text(register=register, made_up=True)
    [sentence] = re.findall(r"Provisional among .*", text)
    assert "exits" in sentence.lower() or "ended" in sentence.lower()
    assert "offers" not in sentence
    assert "The register figures of Part II come from one extract" in text
