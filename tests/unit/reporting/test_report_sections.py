"""Sections as objects: their parts, what a notebook shows of them, areas, dropped sections."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from great_tables import GT
from matplotlib.figure import Figure
from section_names import REGISTER_SECTIONS, SECTIONS

import indicators
from indicators import table
from indicators.errors import UsageError
from indicators.production.kernel_display import figure_bundle, table_bundle
from indicators.rendering.notebook import cell_as_markdown
from indicators.rendering.places import Place
from indicators.reporting import tables
from indicators.reporting.context import Context
from indicators.reporting.display import (
    RUN_VARIABLE,
    FigureWords,
    describe_figure,
    figure_words,
    table_words,
)
from indicators.reporting.monthly import MonthlyReport
from indicators.reporting.preview import figure_html
from indicators.reporting.references import mend_references
from indicators.reporting.section import Section, compose
from indicators.reporting.section_data import SeriesSource
from indicators.reporting.tables import Cell, HeaderCell

ROOT = Path(__file__).resolve().parents[3]
Open = Callable[..., Context]
ALL = (*SECTIONS, *REGISTER_SECTIONS)
MONTH = "2022-02"
LABELS = {"fi": "Naiset", "sv": "Kvinnor", "en": "Women"}
pytestmark = pytest.mark.usefixtures("in_tmp")


def shown(item: object) -> str:
    """What a cell of a run shows; nothing of None."""
    return "" if item is None else item._repr_mimebundle_()["text/markdown"]  # type: ignore[attr-defined]


def as_markdown(source: str, output: dict[str, Any], made_up: str) -> str:
    """What the renderer makes of an output of a notebook of one's own."""
    cell = nbformat.from_dict({"cell_type": "code", "source": source, "outputs": [output]})
    shown = cell_as_markdown(cell, Place("n", 1), "n", "sv", made_up)
    assert not shown.problems
    return "\n".join(line.text for line in shown.lines)


def cells() -> list[str]:
    """The code of the monthly notebook's cells that come after the report is opened."""
    book = json.loads((ROOT / "notebooks" / "monthly_report.ipynb").read_text(encoding="utf-8"))
    code = ["".join(cell["source"]) for cell in book["cells"]]
    return code[next(at for at, text in enumerate(code) if "open_report" in text) + 1 :]


def executed(report: MonthlyReport, dropped: str = "") -> list[dict[str, Any]]:
    """The cells of the monthly notebook, executed for a report; some may be dropped."""
    names: dict[str, Any] = {"report": report}
    done = []
    for code in cells():
        if dropped and re.search(dropped, code):
            continue
        if "include: false" in code:
            exec(code, names)
            continue
        text = shown(eval(code, names))
        output = {"output_type": "execute_result", "data": {"text/markdown": text}}
        done.append({"cell_type": "code", "source": code, "outputs": [output] if text else []})
    return done


def page(done: list[dict[str, Any]]) -> str:
    texts = [output["data"]["text/markdown"] for cell in done for output in cell["outputs"]]
    return "\n\n".join(text.strip("\n") for text in texts if text)


@pytest.fixture
def in_run(in_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(RUN_VARIABLE, "1")
    return in_tmp


@pytest.mark.parametrize("with_register", [True, False])
def test_the_notebooks_cells_are_the_whole_sections_in_their_order(
    open_month: Open, open_with_register: Open, in_run: Path, with_register: bool
) -> None:
    report = MonthlyReport((open_with_register if with_register else open_month)(MONTH, "sv"))
    wholes = [report.section(name).markdown.strip("\n") for name in report.sections]
    result = page(executed(report))
    assert result == "\n\n".join(text for text in wholes if text)
    pictures = re.findall(r"\]\((figures/[a-z-]+\.svg)\)", result)
    # Three of them are of the place among peers.
    assert len(pictures) == (24 if with_register else 8)
    assert all((in_run / name).read_bytes().startswith(b"<") for name in pictures)


def test_a_section_hands_out_its_parts(open_with_register: Open) -> None:
    flows = MonthlyReport(open_with_register(MONTH, "fi")).flows()
    assert flows.name == "flows"
    assert flows.text.startswith(f"### {flows.title} {{#sec-register-flows}}")
    assert "figures/" not in flows.text
    assert len(flows.figures) == 2
    assert isinstance(flows.figure, Figure)
    assert flows.figure is flows.figures[0]
    words = figure_words(flows.figure)
    assert words is not None
    assert words.label == "fig-register-flows-lines"
    assert words.alt.startswith("Keksitty aineisto: ")
    assert isinstance(flows.table, GT)
    assert table_words(flows.table) is not None
    assert [entry.id for entry in flows.definitions] == [
        f"flow_over_{months}_months" for months in (3, 6, 12)
    ]
    assert flows.definitions[0].definition["fi"] in flows.definitions.markdown


@pytest.mark.parametrize("language", LABELS)
def test_data_are_protected_rows_with_names_in_the_language(
    open_with_register: Open, language: str
) -> None:
    context = open_with_register(MONTH, language)
    data = MonthlyReport(context).flows().data
    labels = ["date", "indicator_name", "area_name", "category_name"]
    assert {*data.columns} >= {*table.COLUMNS, *labels}
    # A chart or a regression of some rows has no places for the categories of others.
    assert [*data.select_dtypes("category").columns] == ["month"]
    assert set(data["area"]) == {"LAHTI5"}
    assert set(data["dimension"]) == {"total", "service_line", "sex", "age_group", "origin"}
    assert not data.duplicated([*table.KEY]).any()
    row = data[(data["category"] == "women") & (data["month"] == MONTH)].iloc[0]
    assert row["category_name"] == LABELS[language]
    assert row["area_name"] == context.area_name("LAHTI5")
    assert f"{row['date']:%Y-%m-%d}" == "2022-02-01"
    assert row["indicator_name"] in {
        entry.short[language] for entry in context.catalogue.indicators
    }
    hidden = data["status"] == "suppressed"
    assert hidden.any()
    assert data.loc[hidden, ["value", "numerator", "denominator"]].isna().all(axis=None)


def test_what_is_shown_of_the_statistics_is_in_the_data(open_month: Open) -> None:
    data = MonthlyReport(open_month(MONTH, "en")).activation().data
    rows = data[(data["month"] == MONTH) & (data["indicator"] == "extended_unemployment")]
    assert set(rows["area"]) == {*open_month(MONTH).table_areas}
    group = rows[rows["area"] == "LAHTI5"].iloc[0]
    assert (group["value"], group["status"], group["area_name"]) == (
        13836,
        "bounded",
        "Lahti region",
    )


def test_a_great_table_has_the_pages_cells_heads_and_words(open_with_register: Open) -> None:
    flows = MonthlyReport(open_with_register(MONTH, "fi")).flows()
    html = flows.table.as_raw_html()
    for text in ("Yli 3 kk", "Yli 12 kk", "Osuus,\u00a0%", "Kohortti", "Palvelulinja tai ryhmä"):
        assert text in html
    assert html.count(">salattu<") == shown_cells(flows, "salattu") > 0
    assert "Salattu luku ei tarkoita nollaa." in html
    assert "Keksitty aineisto: Virrat" in html
    assert re.search(r"<th[^>]*gt_stub[^>]*>Naiset</th>", html)
    heads = [[HeaderCell("Area", number=False), HeaderCell("People")]]
    bounded = tables.great_table(heads, [("A & B", [Cell("≈ 7", "(5–9)")])], "tbl-x", "People.")
    assert "≈ 7 (5–9)" in bounded.as_raw_html()
    assert "A &amp; B" in bounded.as_raw_html()


def shown_cells(section: Section, word: str) -> int:
    return section.markdown.count(f">{word}</td>")


def test_every_section_of_every_report_shows_itself(
    open_with_register: Open, open_month: Open
) -> None:
    for context in (open_with_register(MONTH, "en"), open_month("2023-06", "fi")):
        report = MonthlyReport(context)
        assert set(report.sections) == set(ALL)
        for name in ALL:
            section = report.section(name)
            assert section.title
            assert section.text.strip(), name
            assert section.in_report or not section.markdown
            assert {*section.data.columns} >= {*table.COLUMNS, "date", "area_name"}
            assert all(isinstance(item, GT) for item in section.tables)
            if section.data.empty:
                continue
            # Whatever is shown is defined.
            assert {entry.id for entry in section.definitions} == set(section.data["indicator"])


def test_a_figure_alone_is_shown_with_its_words_and_as_it_was_changed() -> None:
    figure = Figure()
    figure.subplots().set_title("Yours")
    assert figure_html(figure) is None
    describe_figure(figure, FigureWords("fig-x", "A *caption*.", 'A "line"', "Note."))
    html = figure_html(figure)
    assert html is not None
    assert 'alt="A &quot;line&quot;"' in html
    assert "<em>caption</em>" in html
    assert "Note." in html
    [content] = re.findall(r"svg\+xml;base64,([^\"]+)", html)
    assert b"<!-- Yours -->" in base64.b64decode(content)


def test_a_figure_that_was_cleared_is_marked_again(open_with_register: Open) -> None:
    figure = MonthlyReport(open_with_register(MONTH, "sv")).flows().figure
    assert figure is not None
    figure.clear()
    figure.add_subplot().bar([1, 2], [3, 4])
    [bundle, _] = figure_bundle(figure)
    assert "<!-- Påhittade uppgifter -->" in bundle["image/svg+xml"]
    html = figure_html(figure)
    assert html is not None
    [content] = re.findall(r"svg\+xml;base64,([^\"]+)", html)
    assert base64.b64decode(content).decode().count("<!-- Påhittade uppgifter -->") == 1


def test_a_table_alone_has_its_note_once(open_with_register: Open) -> None:
    section = MonthlyReport(open_with_register(MONTH, "en")).flows()
    bundle, metadata = table_bundle(section.table)
    cell = {"output_type": "display_data", "data": bundle, "metadata": metadata}
    text = as_markdown("#| tbl-cap: Mine\nx", cell, "")
    assert text.count("describe no real people") == 1
    assert "Made-up data: Mine\n" in text


def test_ones_own_figure_and_table_have_the_words_they_are_given_and_are_marked() -> None:
    figure, frame = Figure(), pd.DataFrame({"n": [1]})
    axes = figure.subplots()
    described = GT(frame)
    indicators.describe(axes, caption="Staplar", alt="Två staplar.", label="fig-x")
    indicators.describe(described, caption="Tabell", label="tbl-x")
    for bundle, caption in (
        (figure_bundle(figure), "![Staplar (påhittad)]"),
        (table_bundle(described), "::: {#tbl-x}"),
    ):
        output = {"output_type": "display_data", "data": bundle[0], "metadata": bundle[1]}
        assert caption in as_markdown("x", output, "påhittad")
    for item, words, said in (
        (figure, {}, "needs alt"),
        (figure, {"alt": "x", "label": "tbl-x"}, "begins with fig-"),
        (frame, {}, "DataFrame: give a figure"),
    ):
        with pytest.raises(UsageError, match=said):
            indicators.describe(item, **words)


def test_outside_a_run_a_section_looks_like_the_page(open_with_register: Open) -> None:
    durations = MonthlyReport(open_with_register(MONTH, "en")).durations()
    html = durations._repr_mimebundle_()["text/html"]
    assert 'lang="en-FI"' in html
    assert re.search(r"<h3[^>]*>Duration of unemployment</h3>", html)
    assert re.search(r'<img src="data:image/svg\+xml;base64,[^"]+"[^>]* alt="Made-up data: ', html)
    assert "figures/" not in html
    assert '<th scope="row">Lahti</th>' in html
    assert "Figure 1. Made-up data: " in html
    assert "Table 1. Made-up data: " in html
    assert "[-@" not in html
    alone = durations.text._repr_mimebundle_()["text/html"]
    assert "<h3" in alone
    assert "<img" not in alone
    assert "<table>" in durations.tables._repr_mimebundle_()["text/html"]
    assert "<strong>" in durations.definitions._repr_mimebundle_()["text/html"]


@pytest.mark.usefixtures("in_run")
@pytest.mark.parametrize("language", LABELS)
def test_without_a_register_a_section_says_why_and_a_run_shows_nothing(
    open_month: Open, language: str
) -> None:
    report = MonthlyReport(open_month(MONTH, language))
    for name in REGISTER_SECTIONS:
        section = report.section(name)
        assert report.context.translator("register.absent") in section.text
        assert section.data.empty
        assert (section.figure, section.table) == (None, None)
        assert {shown(item) for item in (section, section.text, section.figures)} == {""}
        assert shown(section.tables) + shown(section.notes) == ""


def test_an_unknown_section_is_refused_by_name(open_month: Open) -> None:
    report = MonthlyReport(open_month(MONTH))
    with pytest.raises(AttributeError, match=r"'flow'; its sections are .*flows, durations"):
        report.flow()
    with pytest.raises(UsageError, match="'flow'"):
        report.section("flow")
    assert "flows" in dir(report)
    assert not hasattr(report, "_repr_html_")


def test_a_changed_parameter_is_in_the_definitions(open_with_register: Open) -> None:
    context = open_with_register(MONTH, "en")
    parameters = replace(
        context.settings.parameters, indicators={"plan_coverage": {"plan_due_days": 30}}
    )
    changed = replace(context, settings=replace(context.settings, parameters=parameters))
    assert "**30" in MonthlyReport(changed).plans().definitions.markdown
    assert "**30" not in MonthlyReport(context).plans().definitions.markdown


# Areas.


@pytest.fixture
def opened(
    open_with_register: Open, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., MonthlyReport]:
    """The public way, from below the project's root."""
    root = open_with_register(MONTH, "fi").settings.root
    (root / "indicators.toml").write_bytes((ROOT / "indicators.toml").read_bytes())
    (root / "notebooks").mkdir(exist_ok=True)
    monkeypatch.chdir(root / "notebooks")
    return indicators.open_report


@pytest.mark.parametrize("language", LABELS)
def test_a_municipality_is_reported_by_its_inflected_name(
    opened: Callable[..., MonthlyReport],
    language: str,
    in_tmp: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(opened(MONTH).context.settings.root)
    report = opened(MONTH, language, area="KU098")
    monkeypatch.chdir(in_tmp)
    translator = report.context.translator
    name = report.context.area_name("KU098")
    assert translator("opening.area", area=name) in report.opening().text
    where = {"fi": "Hollolassa", "sv": "i Hollola", "en": "in Hollola"}[language]
    assert where in report.key_figures().text
    assert where in report.vacancies().text
    data = report.key_figures().data
    assert set(data["area"]) == {"KU098", "SSS"}
    # Categories are published of the whole group alone: none is said to be zero.
    flows = report.flows()
    assert translator("register.other_area", area=name) in flows.text
    assert len(flows.figures) == len(flows.tables) == 0
    assert set(report.durations().data["area"]) >= {"KU098"}
    group = report.context.area_name("LAHTI5")
    survey = report.context.catalogue.label("indicator", "satisfaction", language)
    left_out = translator("register.of_group_only", names=survey, group=group)
    assert left_out in report.surveys().text


PUBLISHED = (
    *("opening", "key_figures", "headline", "unemployment_share", "municipalities"),
    *("activation", "groups", "vacancies", "not_computed", "series_breaks", "revisions"),
)


@pytest.mark.parametrize(
    ("area", "parts", "said", "trial"),
    [
        # The country and what has too many municipalities is shown by region.
        ("SSS", 19, "koko maassa", True),
        ("EVK06", 3, "Itä-Suomen elinvoimakeskuksen alueella", True),
        ("TA03", 9, "Etelä-Karjalan työllisyysalueella", False),
        ("TA19", 1, "Lahden työllisyysalueella", True),
        ("KU405", 5, "Lappeenrannassa", False),
        ("KU398", 5, "Lahdessa", True),
        ("TRIAL-porvoo", 1, "Porvoon kokeilualueella", True),
        ("MK21", 16, "Ahvenanmaalla", False),
    ],
)
def test_an_area_is_compared_with_what_fits_it_and_the_trial_told_where_it_was(
    opened: Callable[..., MonthlyReport], area: str, parts: int, said: str, *, trial: bool
) -> None:
    report = opened(MONTH, "fi", area=area)
    context = report.context
    assert len(context.reported_area.parts) == parts
    assert context.table_areas[-1] == "SSS"
    assert len(set(context.table_areas)) == len(context.table_areas)
    text = "\n".join(report.section(name).text for name in PUBLISHED)
    assert said in text
    # Names of indicators and the end of all trials in 2025 are of every area.
    assert ("trial_start" in {series_break.id for series_break in context.breaks}) == trial
    assert "kokeilun asiakkaat" not in text
    # Of an area that no register holds nothing of the register is said.
    assert (context.processed.register is None) == (area != "KU398")
    assert len(report.municipalities().figures[0].axes) == parts
    for language in ("sv", "en"):
        other = opened(MONTH, language, area=area)
        words = "".join(other.section(name).text for name in PUBLISHED[:8])
        assert not re.search(r"\{[a-z_]+\}", words)


def test_the_default_area_is_the_reports_group(opened: Callable[..., MonthlyReport]) -> None:
    assert opened(MONTH).context.area == opened(MONTH, area="LAHTI5").context.area == "LAHTI5"
    assert (
        opened(MONTH).key_figures().markdown == opened(MONTH, area="LAHTI5").key_figures().markdown
    )


def test_unknown_areas_and_languages_are_refused_by_name(
    opened: Callable[..., MonthlyReport],
) -> None:
    with pytest.raises(UsageError, match=r"'TA77'.*nearest: TA"):
        opened(MONTH, area="TA77")
    with pytest.raises(UsageError, match="'de'"):
        opened(MONTH, "de")


# Dropped sections.


@pytest.mark.usefixtures("in_run")
@pytest.mark.parametrize(
    "dropped",
    ["flows", r"unemployment_share\.figures", r"kela\.tables", "register_opening", "populations"],
)
def test_a_dropped_part_leaves_no_reference_to_it(open_with_register: Open, dropped: str) -> None:
    report = MonthlyReport(open_with_register(MONTH, "en"))
    before, after = executed(report), executed(report, dropped)
    mend_references(before, "en")
    mend_references(after, "en")
    assert len(after) < len(before)
    assert "(left out)" not in page(before)
    text = page(after)
    labels = set(re.findall(r"\{#([\w-]+)", text))
    referred = re.findall(r"\[-@([\w-]+)\]", text) + re.findall(r"\]\(#([\w-]+)\)", text)
    assert referred
    assert set(referred) <= labels
    assert ("(left out)" in text) is ("." in dropped)
    # The list of sections loses an entry, not its form.
    assert " ·  · " not in text
    assert " · ." not in text


def test_only_what_is_shown_is_mended_and_an_own_figures_label_is_known() -> None:
    own = {"cell_type": "code", "source": "#| label: fig-own\nplot()", "outputs": []}
    typed = {"cell_type": "markdown", "source": "See [-@fig-typo]."}
    output = {"data": {"text/markdown": "See [-@fig-own] and [-@fig-gone] and [it](#sec-gone)."}}
    told = {"cell_type": "code", "source": "text", "outputs": [output]}
    book = [nbformat.from_dict(cell) for cell in (own, typed, told)]
    mend_references(book, "sv")
    assert typed["source"] == "See [-@fig-typo]."
    assert book[2]["outputs"][0]["data"]["text/markdown"] == (
        "See [-@fig-own] and (utelämnad) and it."
    )


def test_parts_fall_into_text_figures_tables_and_notes_in_their_order(open_month: Open) -> None:
    context = open_month(MONTH)
    activation = MonthlyReport(context).activation()
    figure, table_part = activation.content.parts[-2:]
    content = compose("one", figure, "two", table_part, "three", table_part, "four")
    section = Section("made", "Made", content, SeriesSource(context, frozenset()))
    assert (section.text, section.notes) == ("one\n", "four\n")
    assert len(section.figures) == 1
    assert len(section.tables) == 2
    parts = (section.text, section.figures, section.tables, section.notes)
    assert "two" in parts[1]._repr_mimebundle_()["text/plain"]
    assert (
        "\n\n".join(item._repr_mimebundle_()["text/plain"].strip("\n") for item in parts) + "\n"
        == content.markdown
    )
