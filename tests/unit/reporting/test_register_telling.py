"""Cells, captions and notes of the second part: status said, and never without its mark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import nan
from typing import Any

import pytest
from made_register import LAST, register_row, with_register
from matplotlib.figure import Figure

from indicators.errors import DataError
from indicators.reporting import section_parts
from indicators.reporting.charts.series import DrawnFigure
from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.openings_and_method import opening
from indicators.reporting.tables import Cell, HeaderCell
from indicators.reporting.wording import Translator
from indicators.settings.model import Settings

pytestmark = pytest.mark.usefixtures("in_tmp")
FLOW = RegisterFigure("flow_over_3_months", decimals=1)
ContextFactory = Callable[..., Context]


@pytest.fixture
def context_of(project: Settings) -> ContextFactory:
    """A context whose register has one row."""

    def build(language: str = "fi", made_up: bool = True, **cells: Any) -> Context:
        rows = [register_row("flow_over_3_months", **{"value": 44.93, **cells})]
        return Context(project, with_register(rows, made_up=made_up), Translator(language))

    return build


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({}, Cell("44,9")),
        ({"status": "provisional"}, Cell("44,9", "(ennakollinen)")),
        ({"value": nan, "status": "incomplete"}, Cell("ei vielä saatavilla")),
        ({"value": nan, "status": "not_available"}, Cell("ei saatavilla")),
        ({"value": nan}, Cell("–")),
    ],
)
def test_a_cell_says_its_status_where_that_is_not_normal(
    context_of: ContextFactory, cells: dict[str, Any], said: Cell
) -> None:
    assert section_parts.figure_cell(context_of(**cells), FLOW) == said


def table_of(context: Context, *cells: Cell) -> str:
    rows = [(str(number), [cell]) for number, cell in enumerate(cells)]
    heads = [[HeaderCell("a"), HeaderCell("b")]]
    return section_parts.table_with_caption(context, heads, rows, "tbl-x", "Luvut.").markdown


def test_a_note_explains_the_marks_that_stand_in_the_table_and_no_others(
    context_of: ContextFactory,
) -> None:
    context = context_of()
    plain = table_of(context, Cell("1"))
    provisional = table_of(context, Cell("1", "(ennakollinen)"))
    empty = table_of(context, Cell("–"))
    meaning = context.catalogue.explanation("status", "provisional", "fi")
    assert meaning in provisional
    assert meaning not in plain + empty
    assert context.translator("register.nothing") in empty
    assert context.translator("register.nothing") not in plain + provisional


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_everything_made_up_says_so_and_nothing_real_does(
    context_of: ContextFactory, language: str
) -> None:
    result, real = context_of(language), context_of(language, made_up=False)
    mark = result.translator("register.mark")
    drawn = DrawnFigure("figures/x.svg", "words", "2020-02", LAST, [], figure=Figure())
    for context, is_marked in ((result, True), (real, False)):
        table = table_of(context, Cell("1"))
        picture = section_parts.figure_with_caption(context, drawn, "fig-x", "Luvut.").markdown
        source = "register.source_made_up" if is_marked else "register.source"
        for text in (table, picture):
            assert (f"{mark}: Luvut." in text) is is_marked
            assert (
                context.translator(source, extract=context.translator.day(date(2022, 3, 15)))
                in text
            )
            assert "StatFin" not in text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    ("made_up", "key", "file"),
    [
        (True, "register.download_made_up", "register-made-up-2022-02.zip"),
        (False, "register.download", "register-2022-02.zip"),
    ],
)
def test_the_figures_can_be_taken_home_and_are_named_as_what_they_are(
    context_of: ContextFactory, language: str, made_up: bool, key: str, file: str
) -> None:
    context = context_of(language, made_up=made_up)
    assert f"- [{context.translator(key)}](../{file})" in opening(context).markdown


def test_without_a_register_none_is_offered(small: ContextFactory) -> None:
    assert ".zip" not in opening(small()).markdown


def test_a_picture_of_one_month_has_no_note_of_the_trial(context_of: ContextFactory) -> None:
    context = context_of()
    note = context.translator("notes.trial", start="1.3.2021")
    series = DrawnFigure("figures/x.svg", "words", "2020-02", LAST, [], figure=Figure())
    bars = DrawnFigure("figures/x.svg", "words", LAST, LAST, [], figure=Figure())
    assert note in section_parts.figure_with_caption(context, series, "fig-x", "Luvut.").note
    assert note not in section_parts.figure_with_caption(context, bars, "fig-x", "Luvut.").note


def test_a_category_that_the_catalogue_does_not_know_has_its_own_name(
    context_of: ContextFactory,
) -> None:
    assert section_parts.category_label(context_of(), "sex", "women") == "Naiset"
    assert section_parts.category_label(context_of(), "benefit", "Uusi etuus") == "Uusi etuus"


def test_a_month_without_a_register_says_how_to_make_one(small: ContextFactory) -> None:
    with pytest.raises(DataError, match="--register"):
        small().register  # noqa: B018
