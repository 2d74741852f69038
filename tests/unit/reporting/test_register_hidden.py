"""Hidden figures of a register: said in words everywhere, drawn nowhere, explained with totals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from math import nan
from typing import Any

import figure_reading
import numpy as np
import pytest
from made_register import every_month, register_row, with_register
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.container import BarContainer
from matplotlib.dates import date2num
from section_names import PARTS, REGISTER_SECTIONS
from test_register_charts import INDEX, INDICATORS, line

from indicators.reporting import section_parts
from indicators.reporting.charts.bars import BarPanel, bar_chart, reading_bar
from indicators.reporting.charts.small_multiples import Panel, figure_curve, small_multiples
from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.monthly import MonthlyReport
from indicators.reporting.openings_and_method import unavailable_section
from indicators.reporting.readings import Reading
from indicators.reporting.resource_sections import municipality_shares, surveys
from indicators.reporting.section_parts import year_cells
from indicators.reporting.tables import Cell, HeaderCell
from indicators.reporting.wording import Translator
from indicators.settings.model import Settings

pytestmark = pytest.mark.usefixtures("in_tmp")
WORDS = {"fi": "salattu", "sv": "sekretess", "en": "hidden"}
FLOW = RegisterFigure("flow_over_3_months", decimals=1)
HIDDEN = {"value": nan, "numerator": nan, "denominator": nan, "status": "suppressed"}
ContextFactory = Callable[..., Context]


@pytest.fixture
def context_of(project: Settings) -> ContextFactory:
    """A context whose register hides a figure in some months."""

    def build(
        language: str = "fi", months: tuple[str, ...] = ("2022-02",), **cells: Any
    ) -> Context:
        rows = [
            item if item["month"] not in months else {**item, **HIDDEN}
            for item in every_month("flow_over_3_months", {})
        ]
        return Context(project, with_register([*rows, *cells.values()]), Translator(language))

    return build


@pytest.mark.parametrize("language", WORDS)
def test_a_hidden_cell_is_said_in_a_word_and_explained_with_the_totals(
    context_of: ContextFactory, language: str
) -> None:
    context = context_of(language)
    cell = section_parts.figure_cell(context, FLOW)
    assert cell == Cell(WORDS[language])
    heads, rows = [[HeaderCell("a"), HeaderCell("b")]], [("x", [cell]), ("y", [Cell("1")])]
    result = section_parts.table_with_caption(context, heads, rows, "tbl-x", "Luvut.").markdown
    assert f">{WORDS[language]}</td>" in result
    legend = context.translator("register.hidden", word=WORDS[language])
    assert legend in result
    assert (
        legend
        not in section_parts.table_with_caption(
            context, heads, rows[1:], "tbl-x", "Luvut."
        ).markdown
    )


def test_a_change_to_or_from_a_hidden_figure_is_hidden(context_of: ContextFactory) -> None:
    for months in (("2022-02",), ("2021-02",), ("2021-02", "2022-02")):
        assert year_cells(context_of(months=months), FLOW)[2] == Cell("salattu")
    assert year_cells(context_of(months=()), FLOW)[2].text == "+12,0"


def test_a_category_left_out_of_a_hidden_whole_is_hidden_and_not_zero(
    context_of: ContextFactory,
) -> None:
    figure = RegisterFigure("flow_over_3_months").by("sex", "men")
    assert section_parts.figure_cell(context_of(), figure) == Cell("salattu")


@pytest.mark.parametrize("language", WORDS)
def test_a_line_ends_where_its_newest_value_is_hidden_and_the_words_say_so(
    context_of: ContextFactory, language: str
) -> None:
    context = context_of(language, months=("2021-05", "2022-02"))
    panels = [Panel(f"P{number}", [figure_curve(context, FLOW)]) for number in range(10)]
    drawn = small_multiples(context, "a.svg", panels, INDICATORS)
    assert drawn.has_hidden
    assert f"P3: {WORDS[language]}." in drawn.alt
    gap = context.translator("register.gap", word=WORDS[language])
    assert gap in section_parts.figure_with_caption(context, drawn, "fig-x", "Kuva.").note
    plain = replace(drawn, has_hidden=False)
    assert gap not in section_parts.figure_with_caption(context, plain, "fig-x", "Kuva.").note


def test_a_line_that_is_hidden_throughout_is_said_to_be(
    context_of: ContextFactory,
) -> None:
    every = tuple(f"{month:%Y-%m}" for month in INDEX)
    panels = [Panel("A", [figure_curve(context_of(months=every), FLOW)]), Panel("B", [line(1)])]
    drawn = small_multiples(context_of(months=every), "a.svg", panels, INDICATORS)
    assert drawn.has_hidden
    assert "A: salattu." in drawn.alt
    assert {"A", "B", "salattu"} <= set(figure_reading.words(drawn.figure))
    unknown = small_multiples(context_of(), "b.svg", [Panel("A", [line(nan)])], INDICATORS)
    assert "A: ei saatavilla." in unknown.alt
    assert not unknown.has_hidden
    alone = small_multiples(context_of(months=every), "c.svg", panels[:1], INDICATORS)
    assert "A: salattu." in alone.alt


def test_an_older_number_is_not_written_where_the_newest_is_hidden(
    context_of: ContextFactory,
) -> None:
    for months, expected in ((("2022-02",), "salattu"), (("2022-01",), "25,0")):
        context = context_of(months=months)
        drawn = small_multiples(
            context, "a.svg", [Panel("A", [figure_curve(context, FLOW)])], INDICATORS
        )
        texts = set(figure_reading.words(drawn.figure))
        assert texts & {"salattu", "24,0", "25,0"} == {expected}
        assert drawn.alt.endswith("Salattuja kuukausia: 1.")


@pytest.mark.parametrize("language", WORDS)
def test_a_section_of_which_all_is_hidden_says_so(
    context_of: ContextFactory, language: str
) -> None:
    every = tuple(f"{month:%Y-%m}" for month in INDEX)
    context = context_of(language, months=every)
    result = unavailable_section(context, PARTS["flows"])
    assert result is not None
    assert context.translator("register.all_hidden") in result.markdown
    assert context.translator("register.unknown") not in result.markdown
    nothing = unavailable_section(context, PARTS["caseload"])
    assert nothing is not None
    assert context.translator("register.unknown") in nothing.markdown
    assert unavailable_section(context_of(language), PARTS["flows"]) is None


def test_a_hidden_round_of_the_survey_is_the_newest_and_its_figures_are_hidden(
    project: Settings,
) -> None:
    rows = [
        register_row("satisfaction", 3.0, population="target_group", statistic=item, month=month)
        for item in ("mean", "ci_low", "ci_high", "respondents", "response_rate")
        for month in ("2021-10", "2022-01")
    ]
    rows = [{**item, **HIDDEN} if item["month"] == "2022-01" else item for item in rows]
    text = surveys(Context(project, with_register(rows), Translator("fi"))).markdown
    assert "Uusin kierros on kuukaudelta tammikuu 2022" in text
    assert "Vastausaste: salattu." in text
    assert text.count(">salattu</td>") >= 3
    assert "3,00" not in text


def test_a_stack_is_not_drawn_where_a_part_is_not_known(context_of: ContextFactory) -> None:
    parts = [line(5, 5, nan, 5), line(6)]
    drawn = small_multiples(
        context_of(), "a.svg", [Panel("Summa", [line(11)], stack=parts)], INDICATORS
    )
    [axes] = drawn.figure.axes
    areas = [item for item in axes.collections if isinstance(item, FillBetweenPolyCollection)]
    assert len(areas) == 2
    unknown = date2num(INDEX[-2])
    for area in areas:
        [before] = area.get_paths()
        assert before.vertices[:, 0].max() < unknown
    # The month after it stands alone.
    bars = [bar for bar in axes.containers if isinstance(bar, BarContainer)]
    assert [bar.patches[0].get_height() for bar in bars] == [5, 6]


def test_a_bar_that_is_hidden_says_so_in_picture_and_words(
    context_of: ContextFactory,
) -> None:
    bars = [
        reading_bar("Lahti", Reading(3.0)),
        reading_bar("Kärkölä", Reading(nan, status="suppressed")),
    ]
    drawn = bar_chart(context_of(), "a.svg", [BarPanel("Nyt", bars)], "2022-02")
    assert drawn.has_hidden
    assert "Kärkölä salattu" in drawn.alt
    assert "salattu" in figure_reading.words(drawn.figure)


def test_a_share_of_a_hidden_number_of_customers_is_hidden(project: Settings) -> None:
    def customers(value: float, **cells: Any) -> dict[str, Any]:
        return register_row(
            "extended_unemployment", value, population="trial_office", numerator=value, **cells
        )

    rows = [
        customers(100.0),
        customers(60.0, area="KU398"),
        customers(nan, area="KU316", status="suppressed"),
    ]
    context = Context(project, with_register(rows), Translator("fi"))
    shares = {item.area: item for item in municipality_shares(context)}
    assert shares["KU398"].share == Reading(60.0)
    assert shares["KU316"].share.status == shares["KU316"].per_year.status == "suppressed"
    rows[0] |= HIDDEN
    shares = {
        item.area: item
        for item in municipality_shares(Context(project, with_register(rows), Translator("fi")))
    }
    assert shares["KU398"].share.status == "suppressed"
    assert shares["KU398"].per_year.status == "normal"


def test_a_whole_part_with_half_its_figures_hidden_reads_well(
    open_with_register: ContextFactory,
) -> None:
    """Every section is made; no cell is empty, none says zero, none is no number."""
    context = open_with_register("2022-02", "fi")
    table = context.processed.register.copy()
    hidden = np.arange(len(table)) % 2 == 0
    numbers = ["numerator", "denominator", "value", "low", "high"]
    table.loc[hidden, numbers] = nan
    table["status"] = table["status"].astype(str).where(~hidden, "suppressed").astype("category")
    report = MonthlyReport(replace(context, processed=replace(context.processed, register=table)))
    text = "\n".join(getattr(report, name)().markdown for name in REGISTER_SECTIONS)
    assert text.count(">salattu</td>") > 50
    assert not re.search(r"\bnan\b|>None<|></td>", text)
    assert "joten näkyvien lukujen summa voi olla niitä pienempi" in text
