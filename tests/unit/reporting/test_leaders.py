"""The leaders' page: what it says of rises, falls and what is not known; every word leads back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import nan
from typing import Any

import pandas as pd
import pytest
from made_tables import frame, row
from section_names import LANGUAGES

from indicators import table
from indicators.calendar import month_range
from indicators.reporting import wording
from indicators.reporting.context import Context
from indicators.reporting.leaders_account import ENDED, REGISTER_UNEMPLOYED, Account
from indicators.reporting.leaders_section import leaders
from indicators.reporting.monthly import MonthlyReport

pytestmark = pytest.mark.usefixtures("in_tmp")
Small = Callable[..., Context]
Changed = dict[tuple[str, str, str], dict[str, Any]]
GROUP, MONTH, BEFORE, YEAR = "LAHTI5", "2022-02", "2022-01", "2021-02"
HIDDEN: dict[str, Any] = {
    **dict.fromkeys(("numerator", "denominator", "value"), nan),
    "status": "suppressed",
}
every_language = pytest.mark.parametrize("language", LANGUAGES)


def share(month: str, unemployed: float, force: float = 60_000) -> Changed:
    cells = {
        "numerator": unemployed,
        "denominator": force,
        "value": 100 * unemployed / force,
    }
    return {("unemployment_share", GROUP, month): cells}


def sentences(context: Context) -> list[str]:
    """The sentences between the cards and the first picture."""
    before = leaders(context).markdown.split("![")[0]
    return [line for line in before.splitlines() if line.startswith("- ")]


def uncertain(context: Context) -> str:
    return leaders(context).markdown.split("{#sec-leaders-uncertain}")[1]


def with_rows(context: Context, rows: Sequence[Mapping[str, Any]]) -> Context:
    """The same month with further published rows."""
    whole = table.concat([context.processed.context, frame([dict(cells) for cells in rows])])
    return replace(context, processed=replace(context.processed, context=whole))


@every_language
@pytest.mark.parametrize(("change", "key"), [(300, "rise"), (0, "same"), (-300, "fall")])
def test_the_share_rises_falls_or_stays(
    change: float, key: str, language: str, small: Small
) -> None:
    changed = share(YEAR, 6000) | share(MONTH, 6000 + change) | share(BEFORE, 6000)
    context = small(language, changed=changed)
    number = context.translator.number
    persons = number(change, signed=True)
    points = {} if key == "same" else {"points": number(abs(change) / 600, 2)}
    for window, text in zip(("month", "year"), sentences(context)[1:3], strict=True):
        wanted = context.translator(f"leaders.{window}_{key}", persons=persons, **points)
        assert wanted in text


@every_language
def test_every_sentence_and_card_leads_to_its_table(language: str, small: Small) -> None:
    context = small(language)
    report = MonthlyReport(context)
    there = set(re.findall(r"\{#([a-z-]+)", report.headline().markdown))
    page = report.leaders().markdown
    own = set(re.findall(r"\{#([a-z-]+)", page))
    assert len(sentences(context)) == 4
    for sentence in sentences(context):
        links = re.findall(r"\]\(\.\./\.\./(\w\w)/[\w-]+\.html#([a-z-]+)\)", sentence)
        figures = re.findall(r"@(fig-[a-z-]+)", sentence)
        assert links or figures
        assert {label for _, label in links} <= there
        assert {code for code, _ in links} <= {language}
        assert set(figures) <= own
    cards = re.findall(r"\[\[([^\]]+)\]\([^)]*#([a-z-]+)\)\]\{\.name\}", page)
    names = set(re.findall(r'<th scope="row">([^<]+)</th>', report.headline().markdown))
    assert len(cards) == 5
    assert {name for name, _ in cards} <= {
        name.removesuffix(",\N{NO-BREAK SPACE}%") for name in names
    }


def test_the_parts_of_the_table_add_up_to_its_total(small: Small) -> None:
    account = Account(small("en", changed=share("2021-12", 7000) | share(MONTH, 5555, 61_234)))
    for window in account.windows:
        change = window.change
        assert change is not None
        parts = (change.base, change.services, change.season, change.flow)
        assert sum(part.points for part in parts if part.known) == pytest.approx(
            change.total.points
        )
        assert change.services.known


@every_language
def test_a_hidden_share_is_said_and_nothing_is_made_of_it(language: str, small: Small) -> None:
    context = small(language, changed={("unemployment_share", GROUP, MONTH): HIDDEN})
    word = context.formatter.status("suppressed")
    [text] = sentences(context)
    assert word in text
    page = leaders(context).markdown
    assert "fig-leaders-parts" not in page
    assert "tbl-leaders-parts" not in page
    assert word in page.split("{.value}")[0]


@every_language
def test_a_hidden_figure_keeps_its_place(language: str, small: Small) -> None:
    context = small(language, changed={("structural_unemployment", GROUP, MONTH): HIDDEN})
    figures = Account(context).figures
    assert [figure.reading.status for figure in figures].count("suppressed") == 1
    name = figures[2].name
    assert f"{name[0].lower()}{name[1:]}" in uncertain(context)


@every_language
def test_without_a_year_before_the_change_in_a_month_remains(language: str, small: Small) -> None:
    context = small(language, first="2021-06")
    status = context.formatter.status("not_available")
    assert context.translator("leaders.year_unknown", status=status) in sentences(context)[2]
    [month] = [window for window in Account(context).windows if window.change]
    assert month.name == "month"
    # Nine months know neither a season nor what is usual.
    assert context.translator("leaders.no_variation") in uncertain(context)
    assert month.change is not None
    assert not month.change.season.known


@every_language
def test_the_first_month_of_all_has_no_change(language: str, small: Small) -> None:
    context = small(language, first=MONTH)
    status = context.formatter.status("not_available")
    assert context.translator("leaders.month_unknown", status=status) in sentences(context)[1]
    assert "fig-leaders-parts" not in leaders(context).markdown


@every_language
def test_hidden_cells_within_services_are_shown_as_ranges(language: str, small: Small) -> None:
    bounded = {"value": 7540.5, "low": 7539, "high": 7542, "status": "bounded"}
    rate = {"numerator": 1503.5, "value": 19.9, "low": 19.8, "high": 20.0, "status": "bounded"}
    changed = {
        ("extended_unemployment", GROUP, MONTH): bounded,
        ("activation_rate", GROUP, MONTH): rate,
    }
    context = small(language, changed=changed)
    number = context.translator.number
    assert f"({number(7539)}\u2060–\u2060{number(7542)})" in leaders(context).markdown
    assert context.translator("leaders.bounded") in uncertain(context)
    for window in Account(context).windows:
        assert window.bounded == {"services", "flow", "ended"}
    assert "≈" not in sentences(context)[0]


@every_language
def test_figures_that_lack_are_replaced_and_said_to_lack(language: str, small: Small) -> None:
    missing = dict.fromkeys(
        ("extended_unemployment", "activation_rate", "structural_unemployment"), "2021-12"
    )
    context = small(language, missing_from=missing)
    account = Account(context)
    names = [figure.name for figure in account.figures]
    vacancies = context.translator("quantities.open_vacancies")
    assert (len(names), names[-1]) == (5, vacancies)
    last = context.translator.month("2021-11")
    assert uncertain(context).count(last) == 3
    assert context.translator("leaders.part_flow_all") in leaders(context).markdown
    assert not account.has_services
    assert "activation_rate.numerator" not in leaders(context).markdown


@every_language
def test_official_flows_step_in_before_vacancies(language: str, small: Small) -> None:
    missing = dict.fromkeys(("extended_unemployment", "activation_rate"), "2019-01")
    rows = [
        row(f"flow_over_{months}_months", GROUP, MONTH, value=30.0, unit="percent", status=status)
        for months, status in ((3, "normal"), (12, "provisional"))
    ]
    context = with_rows(small(language, missing_from=missing), rows)
    figures = Account(context).figures
    assert [figure.table for figure in figures[3:]] == ["tbl-official-flows"] * 2
    assert all(figure.value == context.translator.percent(30) for figure in figures[3:])
    name = context.translator("quantities.flow_over_12_months").removesuffix(", %")
    names = f"{name[0].lower()}{name[1:]}"
    assert context.translator("leaders.provisional", names=names) in uncertain(context)


@every_language
def test_spells_that_ended_tell_those_that_began(language: str, small: Small) -> None:
    rows = [
        row("ended_unemployment", GROUP, month, statistic="spells", value=900.0, unit="spells")
        for month in month_range("2021-03", MONTH)
    ]
    context = with_rows(small(language), rows)
    year, month = Account(context).windows
    assert year.turnover is not None
    assert (year.turnover.begun, year.turnover.ended) == (12 * 900 + 12, 12 * 900)
    assert month.turnover is not None
    assert (month.turnover.begun, month.turnover.ended) == (901, 900)
    number = context.translator.number
    said = context.translator("leaders.turnover", ended=number(900), begun=number(901))
    assert any(said in text for text in sentences(context))
    page = leaders(context).markdown
    assert "ended_unemployment.spells" in page
    assert context.translator("leaders.derived") in page


@every_language
def test_a_small_change_of_a_varying_count_is_no_direction(language: str, small: Small) -> None:
    months = month_range("2010-01", MONTH)
    changed: Changed = {}
    for number, month in enumerate(months):
        # By 60 up or down from month to month, differently in each year.
        changed |= share(month, 6000 + 60 * ((number // 12 + number) % 2))
    changed |= share(YEAR, 6000) | share(MONTH, 6005)
    context = small(language, first="2010-01", changed=changed)
    account = Account(context)
    assert 5 < account.variation(YEAR) <= 130
    assert context.translator("leaders.year_small") in sentences(context)[2]
    assert context.translator("leaders.month_usual") in sentences(context)[1]
    for change, key in ((900, "up"), (-900, "down")):
        context = small(language, first="2010-01", changed=changed | share(MONTH, 6000 + change))
        beginning = context.translator(f"leaders.month_unusual_{key}", gap="§").split("§")[0]
        assert beginning in sentences(context)[1]
        assert context.translator("leaders.year_small") not in sentences(context)[2]


@every_language
def test_the_country_is_not_compared_with_itself(language: str, small: Small) -> None:
    context = replace(small(language), chosen_area="SSS")
    whole = context.translator("leaders.level_country", share="§").split("§")[0]
    assert whole not in leaders(context).markdown
    assert whole in leaders(small(language)).markdown


def test_a_made_up_register_is_not_mixed_with_statistics(
    open_with_register: Callable[[str, str], Context],
) -> None:
    context = open_with_register("2023-06", "en")
    assert context.processed.made_up
    assert all(figure.table == "tbl-headline" for figure in Account(context).figures)
    # Were it real, its flows would stand in for what is not published; its spells only if its
    # unemployed were those of the statistics.
    real = Account(replace(context, processed=replace(context.processed, made_up=False)))
    assert "tbl-register-flows" in {figure.table for figure in real.figures}
    assert all(window.turnover is None for window in real.windows)


def test_spells_of_a_register_are_read_where_it_has_the_same_unemployed(
    open_with_register: Callable[[str, str], Context],
) -> None:
    context = open_with_register("2022-02", "en")
    processed = context.processed
    assert processed.register is not None
    kept = processed.indicators
    counts = context.register.series(REGISTER_UNEMPLOYED, context.area)
    own = (kept["indicator"] == "unemployment_share") & (kept["area"] == context.area)
    months = pd.to_datetime(kept.loc[own, "month"].astype(str), format="%Y-%m")
    changed = kept.assign(
        numerator=kept["numerator"].where(~own, months.map(counts).reindex(kept.index))
    )
    real = Account(
        replace(context, processed=replace(processed, indicators=changed, made_up=False))
    )
    year, month = real.windows
    assert month.turnover is not None
    assert year.turnover is not None
    assert month.turnover.ended == context.register.reading(ENDED, context.area, "2022-02").value
    assert year.turnover.ended > month.turnover.ended > 0
    assert "unemployment_duration.ended_mean_weeks.denominator" in leaders(real.context).markdown


@pytest.mark.parametrize("month", ["2022-02", "2023-06"])
def test_all_languages_have_the_same_figures(
    open_month: Callable[[str, str], Context], month: str
) -> None:
    shapes = []
    for language in LANGUAGES:
        text = leaders(open_month(month, language)).markdown
        assert not re.search(r"\b(nan|NaN|None)\b|§|\{[a-z_]+\}", text)
        shapes.append((re.findall(r"\{#[a-z-]+", text), text.count("\n- "), text.count("<td")))
    assert shapes[0] == shapes[1] == shapes[2]


@pytest.fixture(scope="module", autouse=True)
def _words_said(request: pytest.FixtureRequest) -> Iterator[None]:
    """Once all tests of this file have run, every text of the page has been said."""
    words, asked = wording.load_texts(), set[str]()

    class Listening(dict[str, Mapping[str, str]]):
        def __getitem__(self, key: str) -> Mapping[str, str]:
            asked.add(key)
            return super().__getitem__(key)

    patch, listening = pytest.MonkeyPatch(), Listening(words)
    patch.setattr(wording, "load_texts", lambda: listening)
    yield
    patch.undo()
    run = {item.name.split("[")[0] for item in request.session.items}
    if {name for name in vars(request.module) if name.startswith("test_")} <= run:
        # The title is asked for by whoever opens the section.
        wanted = {key for key in words if key.startswith("leaders.")}
        assert wanted - asked - {"leaders.title"} == set()
