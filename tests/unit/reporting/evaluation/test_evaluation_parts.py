"""The parts of both volumes: the three outcomes together, real and made up apart, all traced."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import figure_reading
import pandas as pd
import pytest

from fixtures import evaluation_volumes as volumes
from fixtures.evaluation_panel import ROOT, project, studied
from indicators.errors import DataError, NotebookError
from indicators.reporting import evaluation_book, evaluation_cells
from indicators.reporting.display import RUN_VARIABLE, figure_words
from indicators.reporting.evaluation_book import open_book, open_made_up
from indicators.reporting.evaluation_source import (
    FINNISH,
    JOINT_OUTCOMES,
    REPORTED_OUTCOMES,
    Results,
    format_change,
    report_text,
)
from indicators.reporting.evaluation_volumes import MADE_UP, REPORT, Volume
from indicators.reporting.section import Section, UnknownSectionError

Parts, Sections = Mapping[str, str], Mapping[str, Section]
SHORT = {name: report_text(f"outcomes.{name}_row") for name in JOINT_OUTCOMES}
# Parts that tell effects, in a sentence or a table.
EFFECTS = (
    "summary", "swedish_summary", "english_summary", "region_effects", "plain_effects",
    "trial_effects", "bases", "samples", "leave_one_out", "trial_areas", "synthetic_effects",
    "bounds", "smooth", "history", "inference", "heterogeneity", "detectable",
)  # fmt: skip

# They tell of the whole study, which is run for them.
pytestmark = pytest.mark.slow


def tables(markdown: str) -> list[str]:
    return re.findall(r"<table>.*?</table>", markdown, flags=re.DOTALL)


def sentences(markdown: str) -> list[str]:
    """Blocks of running text."""
    text = re.sub(r"```.*?```", "", markdown, flags=re.DOTALL)
    return [block for block in text.split("\n\n") if not block.startswith(("!", "#", ":::"))]


def headlines(design: str) -> pd.DataFrame:
    """A design's headlines of the first year, by outcome."""
    frame = studied()["specifications"]
    chosen = (frame["design"] == design) & (frame["window"] == "first_year") & frame["headline"]
    return frame[chosen].set_index("outcome")


@pytest.mark.parametrize("name", EFFECTS)
def test_the_three_outcomes_are_told_together(report_parts: Parts, name: str) -> None:
    for html in tables(report_parts[name]):
        for outcome in JOINT_OUTCOMES:
            assert SHORT[outcome] in html or report_text(f"outcomes.{outcome}_short") in html


def test_a_sentence_with_the_regions_effect_has_all_three(report_parts: Parts) -> None:
    rows = headlines("region")["estimate"]
    [result] = [
        block
        for block in sentences(report_parts["summary"])
        if format_change(rows["unemployment_share"]) in block and "**Lahden seutu.**" in block
    ]
    assert all(format_change(rows[outcome]) in result for outcome in JOINT_OUTCOMES)


def test_figures_follow_the_results(tmp_path: Path) -> None:
    frame = studied()["specifications"].copy()
    present = (frame["design"] == "region") & (frame["outcome"] == "extended_share")
    frame.loc[present & frame["headline"], "estimate"] = 7.654321
    book = volumes.report(tmp_path / "results", specifications=frame)
    assert "+7,65" in book.summary().markdown
    assert "+7,65" in book.swedish_summary().markdown
    assert "+7.65" in book.english_summary().markdown


def test_a_section_without_its_frame_says_what_it_lacks(tmp_path: Path) -> None:
    book = volumes.report(tmp_path / "results")
    frames = {k: v for k, v in book.stored.frames.items() if k not in ("specifications", "balance")}
    lacking = replace(book, stored=replace(book.stored, frames=frames))
    for name, frame in (("minister", "specifications"), ("balance", "balance")):
        section = lacking.section(name)
        assert report_text("common.lacking", frames=f"`{frame}`") in section.markdown
        assert section.title in section.markdown
        assert len(section.figures) == len(section.tables) == 0


def test_nothing_made_up_is_in_the_report(report_parts: Parts) -> None:
    for name, text in report_parts.items():
        assert "made_up" not in text, name
        assert "eksit" not in text, name


def test_every_caption_of_made_up_figures_says_so(made_up_parts: Parts) -> None:
    captions = [
        caption
        for text in made_up_parts.values()
        for label, caption in re.findall(
            r"\{#tbl-([\w-]+)\}.*?```\n\n(.*?)\n\n:::", text, re.DOTALL
        )
        if label not in ("tools", "sources")
    ]
    assert len(captions) == 4
    assert all(item.startswith("Keksitty aineisto:") for item in captions)
    assert "synthetic-notice" in made_up_parts["opening"]


def test_what_too_few_stand_behind_is_hidden(made_up_parts: Parts) -> None:
    for name in ("hazards", "incidence"):
        assert "salattu" in made_up_parts[name]
    assert not re.search(r"\bnan\b", "".join(made_up_parts.values()))


@pytest.mark.parametrize("volume", [REPORT, MADE_UP], ids=lambda item: item.id)
def test_from_a_table_to_its_cell_and_its_file(
    volume: Volume, report_parts: Parts, made_up_parts: Parts
) -> None:
    parts = report_parts if volume is REPORT else made_up_parts
    text = "\n".join(parts.values())
    anchors = set(re.findall(r"\{#([\w-]+)[ }]", text))
    labels = re.findall(r"\{#(tbl-[\w-]+)\}", text)
    assert len(labels) == len(set(labels)) >= 4
    for name, part in parts.items():
        notes = re.findall(r"Taulukon lähde: .*", part)
        assert len(notes) == len(tables(part)), name
        for note in notes:
            links = re.findall(r"\(#([\w-]+)\)", note)
            assert links
            assert set(links) <= anchors, note
    referred = set(re.findall(r"@((?:tbl|fig|sec|eq)-[\w-]+)", text))
    assert referred <= anchors


@pytest.mark.parametrize("volume", [REPORT, MADE_UP], ids=lambda item: item.id)
def test_the_notebooks_cells_show_every_section_whole(
    volume: Volume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(RUN_VARIABLE, "1")
    monkeypatch.chdir(tmp_path)
    make = volumes.report if volume is REPORT else volumes.made_up
    book = make(tmp_path / "results")
    shown = []
    for notebook in volume.notebooks(ROOT):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        names: dict[str, object] = {"book": book}
        for cell in cells[2:]:
            if cell["source"][0] == "#| include: false\n":
                exec("".join(cell["source"]), names)
            else:
                [code] = cell["source"][1:]
                shown.append(eval(code, names)._repr_mimebundle_()["text/markdown"])
    sections = [book.section(name).markdown for name in book.sections]
    assert [text.strip() for text in shown if not text.strip()] == []
    assert "\n\n".join(text.strip("\n") for text in shown) == "\n\n".join(
        text.strip("\n") for text in sections
    )
    pictures = {path.as_posix() for path in Path("figures").glob("*.svg")}
    assert pictures == set(re.findall(r"\]\((figures/[\w-]+\.svg)\)", "".join(shown)))


def test_a_tables_trace_leads_to_the_cell_that_shows_it(report_parts: Parts) -> None:
    cells = {cell.anchor: cell for cell in evaluation_cells.notebook_cells(ROOT, REPORT)}
    for name, part in report_parts.items():
        for anchor in re.findall(r"\[solu \d+\]\(#([\w-]+)\)", part):
            assert cells[anchor].source == f"{name}.tables"


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        (["e = book.bounds()", "e.text", "e.tables"], 3),
        (["e = book.bounds()", "e.text", "e.tables[0]"], 3),
        (["e = book.bounds()\nf = e\nf.text", "f.table"], 2),
        (["book.bounds().text", "x = 1\nbook.bounds()"], 2),
        (["%matplotlib inline", "book.bounds().text"], 2),
    ],
)
def test_the_cell_of_a_table_however_it_is_called(
    cells: list[str], number: int, tmp_path: Path
) -> None:
    book = {"cells": [{"cell_type": "code", "source": ["#| output: asis\n", c]} for c in cells]}
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / MADE_UP.pattern).write_text(json.dumps(book))
    assert evaluation_cells.cell_with_tables(tmp_path, MADE_UP, "bounds").number == number


def test_notebooks_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="no notebook evaluation_made_up"):
        evaluation_cells.notebook_cells(tmp_path, MADE_UP)
    with pytest.raises(NotebookError, match=r"no cell .* shows book\.nothing"):
        evaluation_cells.cell_with_tables(ROOT, MADE_UP, "nothing")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / MADE_UP.pattern).write_text("[")
    with pytest.raises(NotebookError, match="cannot be read as a notebook"):
        evaluation_cells.cell_with_tables(tmp_path, MADE_UP, "opening")


def test_a_section_hands_out_the_results_it_shows(report_sections: Sections) -> None:
    effects, frames = report_sections["plain_effects"], studied()
    rows = effects.data[effects.data["frame"] == "region_plain"]
    expected = frames["region_plain"]
    pd.testing.assert_frame_equal(
        rows[[*expected.columns]].reset_index(drop=True), expected, check_dtype=False
    )
    assert {"specifications", "headline", "placebo_sets", "region_paths"} == set(
        report_sections["region_effects"].data["frame"]
    )
    # A count stays a whole number though other frames do not have it.
    assert str(report_sections["pretrends"].data["event_time"].dtype) == "Int64"
    assert list(report_sections["references"].data.columns) == ["frame"]
    for name, section in report_sections.items():
        links = set(re.findall(r"\[`(\w+)`\]\(#tiedosto", section.markdown))
        if name not in ("reproduction", "attrition"):
            drawn = {"placebo_draws", "synthetic_placebos"}
            assert links - drawn <= set(section.data.get("frame", ())), name


def test_outcomes_are_defined_as_the_report_says(
    report_sections: Sections, report_parts: Parts
) -> None:
    defined = report_sections["bounds"].definitions
    assert [outcome.id for outcome in defined] == [*REPORTED_OUTCOMES]
    for outcome in defined:
        assert outcome.definition in defined.markdown
        assert f": {outcome.definition}" in report_parts["attrition"]


def test_figures_and_tables_are_objects_shown_as_on_the_page(report_sections: Sections) -> None:
    effects = report_sections["region_effects"]
    page = effects._repr_mimebundle_()["text/html"]
    assert page.count("data:image/svg+xml") == len(effects.figures) == 1
    assert len(effects.tables) == 1
    words = figure_words(effects.figures[0])
    assert words is not None
    assert words.label == "fig-region-paths"
    assert words.alt in effects.markdown
    assert format_change(headlines("region")["estimate"].iloc[0]) in effects.tables[0].as_raw_html()


def test_a_section_that_is_not_there_is_told(tmp_path: Path) -> None:
    book = volumes.made_up(tmp_path / "results")
    with pytest.raises(UnknownSectionError, match="rekisterikoe has no section 'region_effects'"):
        book.region_effects()
    assert "hazards" in dir(book)


def test_figures_are_said_in_words_and_none_upon_another(report_sections: Sections) -> None:
    figures = [figure for section in report_sections.values() for figure in section.figures]
    assert len(figures) == 15
    for figure in figures:
        words = figure_words(figure)
        assert words is not None
        assert words.caption
        assert len(words.alt) > 80
        assert not re.search(r"\bnan\b", words.alt)
        assert figure_reading.touching(figure) == []
        assert figure_reading.outside(figure) == []


def test_a_window_without_an_outcome_says_that_it_is_not_published(report_parts: Parts) -> None:
    html = tables(report_parts["trial_effects"])[0]
    assert html.count(report_text("common.not_published")) == 3


def test_all_specifications_are_counted_once(report_parts: Parts) -> None:
    frame = studied()["specifications"]
    own = frame["cluster"].isin(["trial_area", "placebo"]) & (frame["statistic"] == "effect")
    own &= ~frame["sample"].str.startswith("leave_out:")
    own &= frame["outcome"].isin(["unemployment_share", "without_layoffs"])
    for design in ("all_trials", "region"):
        count = int((own & (frame["design"] == design)).sum())
        assert f"Arvioita {FINNISH.number(count)}" in report_parts["specification_curve"]


def test_the_trial_and_the_agreement_have_their_days(report_parts: Parts) -> None:
    for name in ("summary", "trial"):
        assert "1.3.2021–31.12.2024" in report_parts[name]
        assert "sopimuskausi 1.3.2021–30.6.2023" in report_parts[name]


def test_the_english_summary_has_english_numbers(report_parts: Parts) -> None:
    text = report_parts["english_summary"]
    assert "{lang=en-FI}" in text
    assert not re.search(r"\d,\d", text)
    assert re.search(r"\d\.\d\d", text)


def test_the_manifest_is_told(report_parts: Parts) -> None:
    text = report_parts["reproduction"]
    assert volumes.SOURCE.path in text
    for name in studied():
        assert f"[`{name}`]" in text


def test_made_up_results_have_no_source_files(made_up_parts: Parts) -> None:
    text = made_up_parts["reproduction"]
    assert "tbl-sources" not in text
    assert "tbl-tools" in text


def test_a_volume_of_another_vintage_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = replace(project(), root=tmp_path)
    monkeypatch.setattr(evaluation_book, "load_settings", lambda: elsewhere)
    with pytest.raises(DataError, match="no results"):
        open_made_up()
    volumes.report(tmp_path / REPORT.stored / "2023-12-05")
    assert open_book().stored.vintage == "2023-12-05"
    assert open_book("2023-12-05").stored.vintage == "2023-12-05"
    with pytest.raises(DataError, match="cannot be read"):
        open_book("2022-01-01")


def test_a_frame_that_is_empty_is_no_number() -> None:
    results = Results({"a": pd.DataFrame({"x": [1, 1], "y": [2.0, 3.0]})})
    with pytest.raises(DataError, match="no frame b"):
        results.frame("b")
    with pytest.raises(DataError, match="2 rows of a with x 1"):
        results.value("a", "y", x=1)
    with pytest.raises(DataError, match="0 rows of a with x 9"):
        results.row("a", x=9)
    assert results.value("a", "y", y=3.0) == 3.0
