"""The section on money: what it says with Kela's figures, with too few of them, and without any."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from section_names import LANGUAGES

from fixtures.kela import Row, made_up_rows, mark_made_up, row, write_rows
from indicators.areas.areas import Areas
from indicators.calendar import month_range
from indicators.catalogue.loading import load_catalogue
from indicators.computing import compute_all
from indicators.processed import publishing
from indicators.processed.reading import BenefitFacts, read_month
from indicators.reporting import money_section
from indicators.reporting.context import Context
from indicators.reporting.display import RUN_VARIABLE
from indicators.reporting.explaining_money import explain_money
from indicators.reporting.files import FONTS
from indicators.reporting.monthly import MonthlyReport
from indicators.reporting.wording import Translator
from indicators.settings.model import Kela, Settings

MONTH = "2023-06"
MONTHS = month_range("2021-01", MONTH)
FIVE = {"398": 900, "098": 200, "016": 60, "316": 40, "560": 130}
NAME = "kunnittain_2023-07-20.csv"
Opened = Callable[..., MonthlyReport]


@pytest.fixture
def opened(project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """A report of a project with some rows of Kela's."""
    monkeypatch.setenv(RUN_VARIABLE, "1")
    monkeypatch.chdir(tmp_path)

    def build(
        rows: list[Row], language: str = "fi", area: str | None = None, *, made_up: bool = False
    ) -> MonthlyReport:
        root = tmp_path / "project"
        if not root.exists():
            shutil.copytree(
                project.root / "data" / "raw" / "areas", root / "data" / "raw" / "areas"
            )
            shutil.copytree(project.root / FONTS, root / FONTS)
            folder = root / "data" / "raw" / "kela"
            write_rows(folder / NAME, rows)
            if made_up:
                mark_made_up(folder)
            settings = replace(project, root=root)
            computed = compute_all(
                [MONTH],
                statfin=project.statfin.directory,
                groups={code: group.members for code, group in project.groups.items()},
                until=MONTH,
                kela=folder,
            )
            publishing.publish(settings, MONTH, computed)
        settings = replace(project, root=root)
        context = Context(settings, read_month(root, MONTH), Translator(language), chosen_area=area)
        return MonthlyReport(context)

    return build


def cells(markdown: str) -> dict[str, list[str]]:
    """The cells of each row of a table, by the row's name."""
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', markdown, re.DOTALL)
    return {
        name.replace("\u00a0", " "): [
            re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<td.*?</td>", rest, re.DOTALL)
        ]
        for name, rest in rows
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_kelas_files_a_line_says_what_is_missing_and_how_to_get_it(
    open_month: Callable[..., Context], language: str
) -> None:
    context = open_month("2022-02", language)
    section = MonthlyReport(context).money()
    assert "indicators fetch kela" in section.markdown
    assert section.markdown.split("\n\n")[1].startswith(
        context.formatter.status("not_available").capitalize()
    )
    assert (len(section.figures), len(section.tables)) == (0, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_year_per_person_and_its_change_by_municipality(opened: Opened, language: str) -> None:
    steady = [
        row(area, month, size, size * 600, size * (300 if month < "2022-07" else 330))
        for month in month_range("2021-01", "2023-06")
        for area, size in FIVE.items()
    ]
    report = opened(steady, language)
    section = report.money()
    translator = report.context.translator
    lahti, group = (
        cells(section.markdown)[report.context.area_name(each)] for each in ("KU398", "LAHTI5")
    )
    assert lahti[0] == translator.number(12 * 900 * 330 / 1000)
    assert lahti[1] == translator.number(12 * 900 * 30 / 1000, signed=True)
    assert lahti[3] == translator.number(55, 1)
    assert lahti[4] == translator.number(900)
    # Somebody may be in two municipalities of one month.
    assert group[4] == f"≤\u00a0{translator.number(sum(FIVE.values()))}"
    for part in ("provisional", "limit_before_reform", "limit_persons", "limit_own"):
        assert translator(f"money.{part}") in section.markdown
    # The whole country is not what happens to be in the file.
    assert report.context.area_name("SSS") not in cells(section.markdown)
    assert translator("money.limit_unknown") in section.markdown
    assert section.figure is not None
    assert len(section.tables) == 1
    assert not section.data.empty
    assert set(section.data["source"]) == {"kela"}
    assert "made" not in section.markdown.casefold() or language != "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_made_up_figures_are_marked_in_words_captions_and_picture(
    opened: Opened, language: str
) -> None:
    rows = made_up_rows({**FIVE, "199": 30}, MONTHS)
    report = opened(rows, language, made_up=True)
    section = report.money()
    mark = report.context.translator("register.mark")
    assert report.context.translator("money.made_up") in section.markdown
    assert section.markdown.count(f"{mark}: ") >= 3
    assert section.figure is not None
    assert mark in {text.get_text() for text in section.figure.texts}
    assert report.context.processed.any_made_up
    assert (
        report.context.translator("money.limit_unknown_share", share="").split("{")[0][:20]
        in section.markdown
    )


def test_a_municipality_that_the_files_lack_is_not_available_and_never_zero(opened: Opened) -> None:
    rows = [row("398", month, 9, 90, 45) for month in MONTHS]
    report = opened(rows, "en", "KU098")
    section = report.money()
    assert section.markdown.count("Not available") == 1
    assert "Hollola" in section.markdown
    assert len(section.figures) == 0


def test_the_newest_year_there_is_stands_in_for_a_month_that_kela_has_not_published(
    opened: Opened,
) -> None:
    rows = [row("398", month, 9, 90, 45) for month in month_range("2021-01", "2023-03")]
    report = opened(rows, "en", "KU398")
    text = report.money().markdown
    assert "April 2022–March 2023" in text
    assert report.context.translator("extended.ended_title") in text


def test_a_municipality_stands_among_those_of_its_employment_area(opened: Opened) -> None:
    rows = [row(area, month, size, 10, 5) for month in MONTHS for area, size in FIVE.items()]
    report = opened(rows, "fi", "KU098")
    names = list(cells(report.money().markdown))
    assert {"Asikkala", "Hollola"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("last", "month", "key"),
    [
        ("2024-12", "2024-12", "limit_before_reform"),
        ("2025-03", "2024-12", "limit_before_reform"),
        ("2025-12", "2025-11", "limit_reform_mixed"),
        ("2026-01", "2025-12", "limit_reform"),
    ],
)
def test_what_the_reform_of_2025_does_to_sums_is_said(
    small: Callable[..., Context], last: str, month: str, key: str
) -> None:
    context = small("en")
    table = pd.DataFrame({"month": ["2023-01", last]})
    benefits = money_section._Benefits(context, table, BenefitFacts(made_up=False, sources=()))
    said = money_section._limits(benefits, month)
    assert context.translator(f"money.{key}") in said
    assert len(said) == 4


def test_the_areas_of_the_key_are_used_as_it_has_them(project: Settings) -> None:
    """Kinds of areas whose municipalities the key does not say are passed over."""
    from indicators.areas.areas import load_areas
    from indicators.measures.cofinanced import member_areas

    areas: Areas = load_areas(replace(project, root=project.root))
    assert set(member_areas(areas)["LAHTI5"]) == {f"KU{code}" for code in FIVE}


@pytest.mark.parametrize("language", LANGUAGES)
def test_explain_prints_the_months_that_are_added_up(
    opened: Opened, project: Settings, language: str
) -> None:
    rows = [row("398", month, 9, 90, 45) for month in MONTHS]
    report = opened(rows, made_up=True)
    settings = replace(
        report.context.settings, kela=Kela(report.context.settings.root / "data" / "raw" / "kela")
    )
    statfin, catalogue = project.statfin.directory, load_catalogue()
    text = explain_money(MONTH, "KU398", settings, statfin, catalogue, language=language)
    share = catalogue.label("statistic", "cofinanced_benefits.municipal_euros", language)
    assert text.count(f"{share}, ") == 12
    assert "540" in text
    assert Translator(language)("register.mark") in text
    absent = replace(settings, kela=Kela(settings.root / "absent"))
    text = explain_money(MONTH, "KU398", absent, statfin, catalogue, language=language)
    assert "indicators fetch kela" in text
