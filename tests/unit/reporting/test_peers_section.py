"""The section on an area's place among others: its words, pictures, tables and data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from made_tables import processed, row

from indicators.areas.areas import load_areas
from indicators.benchmarking.peers import KINDS
from indicators.benchmarking.shares import COVARIATES, MEASURES
from indicators.processed.reading import Processed
from indicators.reporting import peer_sections
from indicators.reporting.charts import peers
from indicators.reporting.context import Context
from indicators.reporting.display import figure_words
from indicators.reporting.monthly import MonthlyReport
from indicators.reporting.peer_sections import POSITIONS
from indicators.reporting.section import Section
from indicators.reporting.wording import Translator, load_texts
from indicators.settings.model import Settings

MONTH, BEFORE = "2022-02", "2021-02"
LANGUAGES = ("fi", "sv", "en")
pytestmark = pytest.mark.usefixtures("in_tmp")

WITHIN = {
    "fi": "Luku ei poikkea siitä, mitä sattuma ja kuntien tavalliset erot antavat",
    "sv": "Siffran avviker inte från vad slumpen och de vanliga skillnaderna mellan kommunerna ger",
    "en": "does not differ from what chance and the ordinary differences between municipalities",
}
ABOVE = {
    "fi": "Luku on suurempi kuin sattuma ja kuntien tavalliset erot antavat",
    "sv": "Siffran är större än vad slumpen och de vanliga skillnaderna mellan kommunerna ger",
    "en": "The figure is greater than chance and the ordinary differences between municipalities",
}
WINNERS = re.compile(r"\b(paras|parhaa|huonoi|voittaj|bäst|sämst|vinnar|best|worst|winner)", re.I)


def municipalities(settings: Settings) -> list[str]:
    known = load_areas(settings).municipalities
    codes = [f"KU{code}" for code in sorted(known) if known[code].valid_to is None]
    return ["KU398", *(code for code in codes if code != "KU398")][:60]


def rows_of(area: str, month: str, share: float, force: float) -> list[dict[str, Any]]:
    count = round(share * force)
    cells = {"numerator": float(count), "denominator": force, "value": 100 * count / force}
    more: dict[str, Any] = {"numerator": count + 30.0, "value": count + 30.0}
    more |= {"low": count + 20.0, "high": count + 40.0, "status": "bounded"}
    half = {"statistic": "long_term", "numerator": count / 2, "value": count / 2}
    return [
        row("unemployment_share", area, month, **cells),
        row("extended_unemployment", area, month, **more),
        row("structural_unemployment", area, month, **half),
        row("activation_rate", area, month, status="not_available"),
    ]


def tables(settings: Settings, lahti: float = 0.1) -> Processed:
    rows = []
    for month in (BEFORE, MONTH):
        for place, code in enumerate(municipalities(settings)):
            share = lahti if code == "KU398" else 0.08 + place % 5 / 100
            rows += rows_of(code, month, share, 1000.0 * (1 + place % 20) + 10 * place)
        rows += rows_of("SSS", month, 0.1, 2e6)
    return processed(MONTH, rows)


def section(
    project: Settings, language: str = "fi", area: str = "KU398", **options: float
) -> Section:
    context = Context(project, tables(project, **options), Translator(language), LANGUAGES, area)
    return MonthlyReport(context).section("peers")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ordinary_area_is_no_finding(project: Settings, language: str) -> None:
    text = section(project, language).text
    assert text.count(WITHIN[language]) == 3
    assert ABOVE[language] not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_area_far_out_is_said_to_be(project: Settings, language: str) -> None:
    shown = section(project, language, lahti=0.6)
    assert ABOVE[language] in shown.text
    assert not WINNERS.search(shown.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_month_lacks_and_how_it_was_made_is_said(project: Settings, language: str) -> None:
    shown = section(project, language)
    context = Context(project, tables(project), Translator(language), LANGUAGES, "KU398")
    name = context.translator("peers.measure_activation_rate").removesuffix(", %")
    assert name.lower() in shown.text
    assert name not in shown.tables[0].as_raw_html()
    for word in ("Spiegelhalter 2005", "Goldstein", context.translator.month(BEFORE)):
        assert word in shown.notes
    assert "{" not in re.sub(r"\{[#.][^}]*\}|\{=html\}|fig-alt", "", shown.notes)


def test_figures_and_tables_have_the_same_numbers(project: Settings) -> None:
    shown = section(project, "en")
    assert [part.label for part in shown.content.parts if not isinstance(part, str)] == [
        *("fig-peers-funnel", "fig-peers-ranks", "fig-peers-ranked"),
        *("tbl-peers", "tbl-peers-similar", "tbl-peers-limits"),
    ]
    alts = [figure_words(figure).alt for figure in shown.figures]  # type: ignore[union-attr]
    value = "Lahti 10.0%"
    assert value in alts[0]
    assert value in alts[2]
    rank = re.search(r"Unemployed of the labour force (\d+[^;]*60)", alts[1])
    assert rank is not None
    assert rank[1] in shown.tables[0].as_raw_html()
    assert "about 13.0% (12.0" in alts[2]


def test_its_data_are_tidy(project: Settings) -> None:
    shown = section(project, "sv")
    data = shown.data
    assert {"measure", "comparison", "rank_low", "position", "area_name", "date"} <= {*data}
    assert not data.duplicated(["measure", "comparison", "area"]).any()
    assert set(data.loc[data["area"] == "KU398", "area_name"]) == {"Lahtis"}
    assert [entry.id for entry in shown.definitions] == [
        *("unemployment_share", "extended_unemployment", "structural_unemployment"),
    ]


@pytest.mark.parametrize(("area", "key"), [("SSS", "no_peers"), ("KU016", "no_figures")])
def test_an_area_without_peers_or_figures_is_told_so(
    project: Settings, area: str, key: str
) -> None:
    frames = tables(project)
    if area == "KU016":
        kept = frames.indicators[frames.indicators["area"] != area]
        frames = processed(MONTH, kept.to_dict("records"))  # type: ignore[arg-type]
    context = Context(project, frames, Translator("en"), LANGUAGES, area)
    shown = MonthlyReport(context).section("peers")
    name, when = context.area_name(area), context.translator.in_month(MONTH)
    months = {"in_month": when} if key == "no_figures" else {}
    assert context.translator(f"peers.{key}", area=name, **months) in shown.text
    assert not shown.figures
    assert shown.data.empty


def test_too_few_areas_are_said_to_be_no_comparison(project: Settings) -> None:
    rows = [cells for area in ("KU398", "KU098", "SSS") for cells in rows_of(area, MONTH, 0.1, 9e3)]
    context = Context(project, processed(MONTH, rows), Translator("fi"), LANGUAGES, "KU398")
    shown = MonthlyReport(context).section("peers")
    assert "ei ole muiden samanlaatuisten alueiden lukuja" in shown.text
    assert not shown.figures


def test_every_text_is_of_a_kind_a_measure_or_a_position_or_named_in_the_code() -> None:
    families = {
        *(f"{name}_{kind}" for name in ("kinds", "between", "typical") for kind in KINDS),
        *(f"word_{kind}" for kind in peers.KINDS_IN_NAMES),
        *(f"measure_{measure.id}" for measure in MEASURES),
        *(f"covariate_{covariate.id}" for covariate in COVARIATES),
        *POSITIONS,
        *(f"similar_{position}" for position in POSITIONS),
        *(f"head_{position}" for position in POSITIONS),
        *("too_small", "no_limits", "head_areas", "head_left_out"),
    }
    code = "".join(
        Path(module.__file__ or "").read_text("utf-8") for module in (peers, peer_sections)
    )
    known = {key.removeprefix("peers.") for key in load_texts() if key.startswith("peers.")}
    assert families <= known
    others = known - families
    assert not {key for key in others if f'"{key}"' not in code and f"peers.{key}" not in code}


def titles(shown: Section) -> Sequence[str]:
    return [axes.get_title() for axes in shown.figures[0].axes]


def test_a_funnel_has_its_limits_and_names_the_area_and_the_country(project: Settings) -> None:
    shown = section(project, "fi")
    axes = shown.figures[0].axes[0]
    assert titles(shown)[0] == "Työttömät työvoimasta,\N{NO-BREAK SPACE}%"
    words = [text.get_text().replace("\N{NO-BREAK SPACE}", " ") for text in axes.texts]
    assert "Lahti" in words
    assert {"95 %:n raja", "99,8 %:n raja"} <= {
        word.replace("\N{NO-BREAK SPACE}", " ") for word in words
    }
    assert any(word.startswith("koko maa") for word in words)
