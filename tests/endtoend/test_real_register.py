"""Reports of a register that is not made up, as far as it says: protected, attacked, consistent."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from pypdf import PdfReader

from conftest import copy_tracked, indicators
from fixtures.reports import Called
from indicators import table
from indicators.production.register_tables import count_register
from indicators.register.store import open_register
from indicators.releases.releasing import reported_rows
from indicators.settings.loading import load_settings

EARLIER, LATER = "2022-02", "2022-04"
EXTRACT_DAY = "2023-06-30"
REGISTER = "data/raw/register/2023-06"
NUMBERS = ["numerator", "denominator", "value", "low", "high"]
# Units of figures whose numerator and denominator count persons, spells, offers.
COUNTED = ("persons", "spells", "offers", "vacancies", "percent")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an extract in the register's own layout that does not say it is made up."""
    project = copy_tracked(tmp_path_factory.mktemp("real"))
    # It has a twentieth of the region's persons: as far from StatFin as that no extract may lie.
    toml = project / "indicators.toml"
    text = toml.read_text(encoding="utf-8")
    near, far = "tolerance_share = 0.02", "tolerance_share = 1.0"
    assert near in text
    toml.write_text(text.replace(near, far), encoding="utf-8")
    extract = tmp_path_factory.mktemp("extract") / "tables"
    people = ("--persons", "3000", "--seed", "11")
    assert indicators("synthesise", str(extract), *people, project=project).returncode == 0
    (extract / "meta.json").unlink()
    (project / REGISTER).parent.mkdir(parents=True)
    request = ("import", str(extract), REGISTER, "--extract-date", EXTRACT_DAY)
    imported = indicators(*request, project=project)
    assert imported.returncode == 0, imported.stderr
    source = json.loads((project / REGISTER / "meta.json").read_text(encoding="utf-8"))["source"]
    assert "synthetic" not in source
    return project


@pytest.fixture(scope="module")
def called(root: Path) -> Called:
    """The report of one month, then of a later one, whose 25 months overlap."""
    request = ("--lang", "fi", "--register", REGISTER)
    first = indicators(
        "report", "--month", EARLIER, *request, "--renderer", "embedded", project=root
    )
    assert first.returncode == 0, first.stderr
    second = indicators("run", "--months", LATER, *request, project=root)
    assert second.returncode == 0, second.stderr
    return first


def released(root: Path) -> list[Path]:
    return sorted((root / "data" / "released" / "register").glob("*/*/*.parquet"))


def published(root: Path, month: str) -> pd.DataFrame:
    return table.read(root / "data" / "processed" / month / "latest" / "register.parquet")


def keyed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(dict.fromkeys(table.KEY, str)).set_index(list(table.KEY)).sort_index()


def test_what_was_released_is_told_and_logged(root: Path, called: Called) -> None:
    [line] = [item for item in called.stdout.splitlines() if item.startswith("released: ")]
    assert line.startswith("released: 25 months of 2020-02..2022-02, ")
    assert line.endswith(" hidden (tyonv5); why: data/internal/releases/register/0001")
    log = sorted((root / ".indicators" / "log").glob("*-report.jsonl"))[0]
    assert line in [json.loads(item).get("text") for item in log.read_text("utf-8").splitlines()]


@pytest.mark.usefixtures("called")
def test_every_small_count_is_hidden_in_tables_and_downloads(root: Path) -> None:
    loaded = load_settings(root)
    internal = reported_rows(
        count_register(loaded, [EARLIER], open_register(root / REGISTER)), loaded
    )
    few = internal[["numerator", "denominator"]]
    counts = internal["unit"].isin(COUNTED) & (internal["source"] != "kela")
    small = keyed(internal[((few > 0) & (few < 5)).any(axis=1) & counts])
    assert len(small) > 100
    rows = keyed(published(root, EARLIER)).loc[small.index]
    assert set(rows["status"].astype(str)) == {"suppressed"}
    assert rows[NUMBERS].isna().all(axis=None)
    with ZipFile(root / "_site" / "reports" / EARLIER / f"register-{EARLIER}.zip") as packed:
        text = packed.read(f"register-{EARLIER}.csv").decode("utf-8")
    lines = {
        tuple(line[item] for item in table.KEY): line for line in csv.DictReader(io.StringIO(text))
    }
    for key in small.index:
        assert lines[key]["status"] == "suppressed"
        assert not any(lines[key][item] for item in NUMBERS)


@pytest.mark.usefixtures("called")
def test_the_page_says_hidden_and_shows_no_small_count(root: Path) -> None:
    folder = root / "_site" / "reports" / EARLIER / "fi"
    page = (folder / f"monthly-report-{EARLIER}-fi.html").read_text(encoding="utf-8")
    part = page.split('id="sec-register"', maxsplit=1)[1]
    assert "Keksitty aineisto" not in part
    cells = [re.sub("<[^>]*>", "", item) for item in re.findall(r"<td.*?</td>", part, re.DOTALL)]
    assert sum(item.startswith("salattu") for item in cells) > 20
    assert not [item for item in cells if re.fullmatch(r"[1-4](\s*\(.*\))?", item.strip())]
    assert "joten näkyvien lukujen summa voi olla niitä pienempi" in part


@pytest.mark.usefixtures("called")
def test_all_releases_together_withstand_the_attack(root: Path) -> None:
    files = released(root)
    assert len(files) == 27
    called = indicators("attack", *map(str, files), project=root)
    assert called.returncode == 0, called.stderr
    assert "none told" in called.stdout


@pytest.mark.usefixtures("called")
def test_reports_of_overlapping_months_say_the_same(root: Path) -> None:
    own, other = (keyed(published(root, month)) for month in (EARLIER, LATER))
    both = own.index.intersection(other.index)
    assert len(both) > 4000
    plain = [item.loc[both].astype(object).fillna("") for item in (own, other)]
    pd.testing.assert_frame_equal(*plain)


@pytest.mark.usefixtures("called")
def test_who_reviews_finds_why_and_nobody_else_may_look(root: Path) -> None:
    folder = root / "data" / "internal" / "releases" / "register"
    assert [item.name for item in sorted(folder.iterdir())] == ["0001", "0002"]
    for number, months in (("0001", 25), ("0002", 2)):
        records = json.loads((folder / number / "records.json").read_text("utf-8"))["records"]
        assert len(records) == months
        assert all(item["attack"]["recovered"] == 0 for item in records)
        assert {stat.S_IMODE(item.stat().st_mode) for item in (folder / number).iterdir()} == {
            0o600
        }
        assert stat.S_IMODE((folder / number).stat().st_mode) == 0o700


@pytest.mark.usefixtures("called")
def test_a_month_is_made_again_from_its_releases_to_the_byte(root: Path) -> None:
    verified = indicators("verify", EARLIER, project=root)
    assert verified.returncode == 0, verified.stderr
    some = released(root)[3]
    some.chmod(0o644)
    some.write_bytes(some.read_bytes() + b" ")
    harmed = indicators("verify", EARLIER, "--no-rebuild", project=root)
    assert harmed.returncode == 7
    assert some.name in harmed.stderr


@pytest.mark.usefixtures("called")
def test_the_leaders_page_answers_the_agreements_questions_on_one_sheet(root: Path) -> None:
    request = ("report", "--month", EARLIER, "--lang", "fi,sv,en", "--register", REGISTER)
    alone = ("--notebook", "leaders_page.ipynb", "--renderer", "embedded")
    made = indicators(*request, *alone, project=root)
    assert made.returncode == 0, made.stderr
    answers = {"fi": "Sopimuksen kysymyksiin", "sv": "svar på avtalets", "en": "the agreement's"}
    for language, words in answers.items():
        [pdf] = (root / "_site" / "reports" / EARLIER).glob(f"leaders-page/{language}/*.pdf")
        [sheet] = PdfReader(pdf).pages
        assert words in " ".join(sheet.extract_text().replace("’", "'").split())
