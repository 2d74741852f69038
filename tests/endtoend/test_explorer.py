"""The explorer's page in a browser: what it shows, what it gives to take home, who can use it."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import browser
import jsonstat_validator
import openpyxl
import pandas as pd
import pytest
from pyarrow import parquet

from fixtures import explored
from indicators import table
from indicators.explorer.packing import pack
from indicators.explorer.page import build_page

LANGUAGES = ("fi", "sv", "en")
WIDTHS = (1280, 320)
MOST_BYTES = 5_000_000
# Of a page on a busy machine; a quiet one takes less than a second (docs/explorer.md).
MOST_MILLISECONDS = 10_000
FORMATS = ("csv", "xlsx", "jsonstat", "parquet")
BOUNDED = "data=official&indicator=activation_rate&areas=KU398,SSS,KU005&months=2015-01..2022-12"
BY_SEX = "data=register&indicator=activation_rate&by=sex&areas=LAHTI5"
BY_ITEM = "data=register&indicator=satisfaction&by=item&areas=LAHTI5"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page in each language, with a country's figures and a made-up register's."""
    browser.require_chromium()
    folder = tmp_path_factory.mktemp("explorer")
    description = explored.description()
    packed = pack(description.figures.tables)
    paths = {}
    for language in LANGUAGES:
        paths[language] = folder / f"{language}.html"
        paths[language].write_text(build_page(description, language, packed), encoding="utf-8")
    return paths


@contextmanager
def opened(path: Path, choice: str = "", width: int = 1280) -> Iterator[Any]:
    """A page with a choice in its address, once its figures are there."""
    with browser.opened(path, width, choice) as (page, _):
        page.wait_for_selector("html[data-ready]", state="attached")
        yield page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wcag_violation_and_no_sideways_scrolling(
    pages: dict[str, Path], language: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": {"type": "tag", "values": browser.WCAG}}
    for choice, scheme in ((BOUNDED, "light"), (BY_SEX, "dark")):
        with opened(pages[language], choice, width) as page:
            page.emulate_media(color_scheme=scheme)
            page.locator("summary").click()
            found = Axe().run(page, options=options).response["violations"]
            assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
            wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert wide[0] <= wide[1]
            assert page.locator("html").get_attribute("lang").startswith(language)


def test_it_weighs_little_opens_soon_and_asks_nobody_for_anything(pages: dict[str, Path]) -> None:
    for path in pages.values():
        assert path.stat().st_size <= MOST_BYTES
    with browser.opened(pages["fi"]) as (page, asked):
        page.wait_for_selector("html[data-ready]", state="attached")
        assert (
            page.evaluate("performance.getEntriesByName('ready')[0].startTime") < MOST_MILLISECONDS
        )
        own = pages["fi"].resolve().as_uri()
        assert [url for url in asked if url != own and not url.startswith("data:")] == []
        areas = page.locator("#areas input")
        assert areas.count() > 400
        # Not even a script of the page could.
        tried = "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')"
        blocked = (
            "new Promise(done => { document.addEventListener('securitypolicyviolation', "
            f"event => done(event.effectiveDirective)); {tried}; }})"
        )
        assert page.evaluate(blocked) == "connect-src"


def test_every_figure_is_unpacked_to_the_last_bit(pages: dict[str, Path]) -> None:
    tables = explored.description().figures.tables
    script = (resources.files("indicators.explorer") / "assets" / "data.js").read_text("utf-8")
    wanted = """async (packed) => {
        const head = await unpack(packed);
        return head.cubes.map((cube) => [cube.dataset, chosenRows(head, cube, cube.lines.map(
            ([category, area], line) => ({
                area: head.areas[area], line,
                dimension: head.categories[category][0], category: head.categories[category][1],
            })), cube.monthNames)]);
    }"""
    # Of the country's figures some areas, so that they can be handed over.
    kept = ["SSS", "LAHTI5", "KU398", "KU005", "KU016", "MK07", "TA31"]
    few = {name: rows[rows["area"].isin(kept)] for name, rows in tables.items()}
    with browser.opened(pages["en"]) as (page, _):
        page.goto("about:blank")
        page.add_script_tag(content=script)
        found = page.evaluate(wanted, pack(few))
    for name, rows in few.items():
        unpacked = [row for dataset, part in found if dataset == name for row in part]
        assert len(unpacked) == len(rows)
        pd.testing.assert_frame_equal(
            explored.plain(pd.DataFrame(unpacked)), explored.plain(rows), check_exact=True
        )


def read_csv(path: Path) -> pd.DataFrame:
    return table.read(path)


def workbook(path: Path) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        # It names its own styles alone, which every spreadsheet takes.
        warnings.filterwarnings("ignore", "Workbook contains no default style")
        return openpyxl.load_workbook(path)


def read_workbook(path: Path) -> pd.DataFrame:
    book = workbook(path)
    assert len(book.sheetnames) == 2
    cells = list(book.worksheets[0].iter_rows())
    assert all(cell.data_type != "f" for line in cells for cell in line)
    head, *rows = ([cell.value for cell in line] for line in cells)
    return pd.DataFrame(rows, columns=head)


def read_parquet(path: Path) -> pd.DataFrame:
    schema = parquet.read_schema(path)
    assert {str(schema.field(name).type) for name in table.NUMBERS} == {"double"}
    assert "vintage" in str(schema.metadata[b"citation"]).lower()
    return parquet.read_table(path).to_pandas()


def read_json_stat(path: Path) -> pd.DataFrame:
    """The figures by a plain reading of the format, after a validator has passed the file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    assert jsonstat_validator.validate_jsonstat(content)
    lists = [content["dimension"][name]["category"]["index"] for name in content["id"]]
    index = pd.MultiIndex.from_product(lists, names=content["id"])
    cells = pd.DataFrame({"number": content["value"], "status": content["status"]}, index=index)
    values = cells.xs("value", level="figure").rename(columns={"number": "value"})
    for figure in ("numerator", "denominator", "low", "high"):
        there = figure in content["dimension"]["figure"]["category"]["index"]
        values[figure] = cells.xs(figure, level="figure")["number"] if there else float("nan")
    return values.reset_index()


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "csv": read_csv,
    "xlsx": read_workbook,
    "parquet": read_parquet,
}


def taken_home(page: Any, folder: Path) -> dict[str, Path]:
    files = {}
    for name in FORMATS:
        with page.expect_download() as download:
            page.click(f"[data-format={name}]")
        files[name] = folder / download.value.suggested_filename
        download.value.save_as(files[name])
        assert files[name].name in page.inner_text("#status")
    return files


@pytest.mark.parametrize(
    ("choice", "dataset", "wanted"),
    [
        (
            BOUNDED,
            "official",
            "indicator == 'activation_rate' and area in ['KU398', 'SSS', 'KU005'] "
            "and '2015-01' <= month <= '2022-12'",
        ),
        (BY_SEX, "register", "indicator == 'activation_rate' and dimension == 'sex'"),
        (BY_ITEM, "register", "indicator == 'satisfaction' and dimension == 'item'"),
    ],
)
def test_downloads_hold_the_chosen_rows_of_the_long_table(
    pages: dict[str, Path], tmp_path: Path, choice: str, dataset: str, wanted: str
) -> None:
    whole = explored.plain(explored.description().figures.tables[dataset])
    rows = whole.query(wanted).query("population == 'residents'").reset_index(drop=True)
    assert len(rows)
    with opened(pages["en"], choice) as page:
        files = taken_home(page, tmp_path)
    for name, read in READERS.items():
        found = read(files[name])
        if name == "xlsx":
            # A workbook has no way back: the sign in front is shown by no spreadsheet.
            found["category"] = found["category"].str.removeprefix("'")
        pd.testing.assert_frame_equal(explored.plain(found), rows, check_exact=True, obj=name)
        assert ("made_up" in found.columns) == (dataset == "register")
    told = read_json_stat(files["jsonstat"])
    merged = told.merge(
        rows.assign(breakdown=rows["dimension"] + ":" + rows["category"]).replace(
            {"breakdown": {"total:total": "total"}}
        ),
        on=["indicator", "source", "statistic", "population", "breakdown", "area", "month"],
        suffixes=("", "_wanted"),
    )
    assert len(merged) == len(rows)
    for figure in table.NUMBERS:
        assert merged[figure].astype(float).equals(merged[f"{figure}_wanted"])
    assert merged["status"].replace("", "normal").tolist() == merged["status_wanted"].tolist()
    hidden = merged[merged["status_wanted"] == "suppressed"]
    assert hidden["value"].isna().all()
    assert all(("made-up" in path.name) == (dataset == "register") for path in files.values())


def test_a_formula_is_taken_home_as_a_text(pages: dict[str, Path], tmp_path: Path) -> None:
    with opened(pages["en"], BY_ITEM) as page:
        files = taken_home(page, tmp_path)
    field = f"'{explored.FORMULA}".replace('"', '""')
    assert f'"{field}"' in files["csv"].read_text(encoding="utf-8")
    cells = [cell.value for line in workbook(files["xlsx"]).worksheets[0] for cell in line]
    assert f"'{explored.FORMULA}" in cells


def test_many_areas_make_a_workbook_too(pages: dict[str, Path], tmp_path: Path) -> None:
    with opened(pages["fi"], "indicator=unemployment_share&months=2022-01..2023-06") as page:
        page.select_option("#kind", "municipality")
        page.click("#choose-all")
        assert "8 ensimmäistä" in page.inner_text("#more-lines")
        assert "12 ensimmäistä" in page.inner_text("#more-columns")
        with page.expect_download() as download:
            page.click("[data-format=xlsx]")
        download.value.save_as(tmp_path / "many.xlsx")
    found = read_workbook(tmp_path / "many.xlsx")
    assert found["area"].nunique() > 300
    assert len(found) == found["area"].nunique() * 18


def test_hidden_bounded_and_missing_figures_are_words_and_limits(pages: dict[str, Path]) -> None:
    with opened(pages["fi"], BOUNDED) as page:
        text = page.inner_text("#figures-table")
        assert re.search(r"≈\xa0\d+,\d\xa0% \(\d+,\d–\d+,\d\)", text)
        assert "ei saatavilla" in text
        assert "Pohjoismainen malli" in page.inner_text("#breaks-list")
        assert page.locator("#figures-table caption").count() == 1
        assert page.locator("#figures-table thead th[scope=col]").count() == 4
        assert (
            page.locator("#chart svg[role=img]")
            .get_attribute("aria-label")
            .startswith("Viivakuvio: Aktivointiaste")
        )
    with opened(pages["sv"], BY_SEX) as page:
        assert "sekretess" in page.inner_text("#figures-table")
        assert (
            "0 %"
            not in page.inner_text("#figures-table").replace("\xa0", " ").split("sekretess")[0]
        )
        assert "×" in page.inner_text("#chart")
    with opened(pages["en"], "indicator=foreign_unemployment_share&areas=KU398") as page:
        assert "denominator is not published" in page.inner_text("#no-value")
        assert page.locator("#chart svg").count() == 0


def test_figures_of_nobody_say_so_wherever_they_are_shown(pages: dict[str, Path]) -> None:
    with opened(pages["fi"], BY_SEX) as page:
        assert page.title().startswith("Keksitty aineisto: ")
        assert page.is_visible("#made-up")
        for place in ("#chart-caption", "#figures-table caption", "#citation-text"):
            assert page.inner_text(place).startswith("Keksitty aineisto. ")
    with opened(pages["fi"], BOUNDED) as page:
        assert not page.is_visible("#made-up")
        assert "Keksitty" not in page.title()


def test_it_is_used_with_the_keyboard_alone(pages: dict[str, Path]) -> None:
    with opened(pages["fi"]) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"
        page.focus("#clear")
        page.keyboard.press("Enter")
        assert page.is_visible("#empty")
        page.focus("#search")
        page.keyboard.type("heinola")
        assert page.inner_text("#matches") == "Haku löysi alueita: 1."
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.inner_text("#chosen").split("×")[0].strip() == "Heinola"
        assert "Alueita 1, sarjoja 1" in page.inner_text("#status")
        slider = page.locator("#reading-month")
        slider.focus()
        last = slider.get_attribute("aria-valuetext")
        page.keyboard.press("ArrowLeft")
        assert slider.get_attribute("aria-valuetext") != last
        assert "Heinola: " in str(slider.get_attribute("aria-valuetext"))
        page.focus("#chosen button")
        page.keyboard.press("Enter")
        assert page.is_visible("#empty")
        assert page.evaluate("document.activeElement.id") == "search"
        # An area is found by its name in another language, and by one without dots.
        page.fill("#search", "lahtis")
        assert "Lahti" in page.inner_text("#areas")
        page.fill("#search", "aanekoski")
        assert "Äänekoski" in page.inner_text("#areas")


def test_a_choice_stays_in_the_address(pages: dict[str, Path]) -> None:
    with opened(pages["sv"], BY_SEX) as page:
        page.uncheck("#categories input[value=women]")
        address = page.url
        chosen = page.inner_text("#figures-table")
    with opened(pages["sv"], address.partition("#")[2]) as page:
        assert page.inner_text("#figures-table") == chosen
        assert page.url == address
        assert (
            page.get_attribute("a[lang=fi-FI]", "href").partition("#")[2]
            == (address.partition("#")[2])
        )
    # What is not known is told, and the rest of the choice stays.
    with opened(pages["fi"], "indicator=none&areas=KU398,XX1&months=1999-01..2009-12") as page:
        assert page.input_value("#indicator") == "unemployment_share"
        assert page.input_value("#from") == "2006-01"
        assert "Lahti" in page.inner_text("#chosen")
        assert page.inner_text("#lacking").endswith("näiltä alueilta: XX1.")
