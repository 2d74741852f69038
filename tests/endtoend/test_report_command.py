"""`indicators report` in a copy of the repository: what it makes, says, repeats and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import LANGUAGES, MONTHS, contents, in_process, indicators
from fixtures.reports import Reports

Fresh = Callable[[], Path]


def test_it_names_the_renderer_and_every_file_and_is_silent_otherwise(reports: Reports) -> None:
    assert reports.called.returncode == 0, reports.called.stderr
    assert reports.called.stderr == ""
    lines = reports.called.stdout.splitlines()
    assert lines[0].startswith("register: none at data/synthetic/register; ")
    assert lines[1].startswith("renderer: embedded pandoc ")
    assert lines[-1].startswith("scanned: ")
    named = [name for line in lines[2:] for name in line.split() if name.startswith("_site/")]
    # A page and a PDF of the report and of the leaders' page, and the front page.
    assert len(named) == 4 * len(MONTHS) * len(LANGUAGES) + 1
    assert all((reports.root / name).is_file() for name in named)


def test_it_makes_pages_pdfs_figures_and_a_front_page_and_nothing_else(reports: Reports) -> None:
    # Manifests say what everything was made from.
    wanted = {"index.html", "manifest.json"}
    for month in MONTHS:
        for language in LANGUAGES:
            stem = f"reports/{month}/{language}/monthly-report-{month}-{language}"
            data = f"reports/{month}/{language}/indicators-{month}.csv"
            manifest = f"reports/{month}/{language}/manifest.json"
            wanted |= {f"{stem}.html", f"{stem}.pdf", data, manifest}
            below = f"reports/{month}/leaders-page/{language}"
            stem = f"{below}/leaders-page-{month}-{language}"
            wanted |= {f"{stem}.html", f"{stem}.pdf", f"{below}/manifest.json"}
    pages = {"index.html", "sv/index.html", "en/index.html", "manifest.json"}
    wanted |= {f"explorer/{name}" for name in pages}
    index = json.loads((reports.site / "data" / "index.json").read_text(encoding="utf-8"))
    listed = [*index["datasets"], *index["tables"].values()]
    files = {"index.json", "manifest.json", "areas.json", "indicators.json"}
    files |= {*(entry["href"] for entry in listed), *index["schemas"].values()}
    assert index["month"] == max(MONTHS)
    wanted |= {f"data/{name}" for name in files}
    assert set(contents(reports.site)) == wanted


def test_nothing_that_git_would_see_is_left(reports: Reports) -> None:
    names = {path.name for path in (reports.root / "reports").iterdir()}
    assert names == {"_theme", "_index.md", *MONTHS}


@pytest.mark.parametrize("month", MONTHS)
def test_the_figures_beside_a_page_are_those_that_compute_gives(
    reports: Reports, month: str, tmp_path: Path
) -> None:
    target = tmp_path / "all.csv"
    called = in_process(
        "compute", "--months", f"2006-01..{month}", "--out", str(target), project=reports.root
    )
    assert called.returncode == 0, called.stderr
    head, *rows = target.read_text(encoding="utf-8").splitlines()
    area = head.split(",").index("area")
    names = {"LAHTI5", "KU398", "KU098", "KU016", "KU316", "KU560", "MK07", "SSS"}
    wanted = [head, *(row for row in rows if row.split(",")[area] in names)]
    for language in LANGUAGES:
        beside = reports.page(month, language).with_name(f"indicators-{month}.csv")
        assert beside.read_text(encoding="utf-8").splitlines() == wanted


@pytest.mark.slow
def test_a_second_run_gives_the_same_bytes(reports: Reports) -> None:
    before = contents(reports.root)
    again = indicators("report", "--renderer", "embedded", project=reports.root)
    assert again.returncode == 0
    result, before_that = (item.stdout.splitlines() for item in (again, reports.called))
    assert result[:-1] == before_that[:-1]
    assert result[-1].startswith("scanned: 0 files made")
    after = contents(reports.root)
    assert set(after) == set(before)
    assert [name for name in after if after[name] != before[name]] == []


def refused(root: Path, status: int, text: str, *arguments: str) -> None:
    """One clear line, the contract's status, and every file as it was."""
    before = contents(root)
    called = in_process("report", *arguments, project=root)
    assert called.returncode == status, called.stderr
    assert called.stdout == ""
    assert called.stderr.count("\n") == 1
    assert text in called.stderr
    assert "Traceback" not in called.stderr
    assert contents(root) == before


@pytest.mark.parametrize("month", ["2022-13", "2031-01", "2005-12", "February", "2023-06..2022-02"])
def test_a_wrong_month_is_wrong_use(fresh: Fresh, month: str) -> None:
    refused(fresh(), 2, month.split("..", maxsplit=1)[0], "--month", month)


@pytest.mark.parametrize("given", ["mont=2022-02", "vintage", "vintage=newest"])
def test_a_wrong_parameter_is_wrong_use(fresh: Fresh, given: str) -> None:
    refused(fresh(), 2, given.split("=", maxsplit=1)[0], "-p", given)


def test_a_site_that_cannot_be_written_is_told(fresh: Fresh) -> None:
    root = fresh()
    (root / "_site").write_text("a file in the way")
    refused(root, 6, "_site", "--month", "2022-02", "--lang", "fi")


def test_a_damaged_snapshot_is_bad_data(fresh: Fresh) -> None:
    root = fresh()
    snapshot = next((root / "data" / "raw" / "statfin").glob("*_full_*.csv.gz"))
    snapshot.write_bytes(snapshot.read_bytes()[:-1000])
    refused(root, 3, snapshot.name, "--month", "2022-02", "--lang", "fi")
