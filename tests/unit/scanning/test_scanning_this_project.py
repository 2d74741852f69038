"""Nothing that this project holds or has made tells of a person."""

from __future__ import annotations

import subprocess
from pathlib import Path

from indicators.scanning.findings import ARTIFICIAL, ID_COLUMN, Finding
from indicators.scanning.scanner import scan_paths

ROOT = Path(__file__).parents[3]
MADE = ("_site", "reports", "data/processed")


def test_no_committed_file_tells_of_a_person() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    files = [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    found = scan_paths(files)
    assert found.files > 500
    assert found.unreadable == ()
    # Tests may hold codes of the range that nobody gets, and a made-up delivery's ids.
    lines = [finding for finding in found.findings if not _is_of_tests(finding)]
    assert lines == []


def test_nothing_that_was_made_here_tells_of_a_person() -> None:
    results = [ROOT / name for name in MADE if (ROOT / name).exists()]
    # A folder that another run is renaming is that run's to look through.
    files = [path for folder in results for path in folder.rglob("*") if _settled(path)]
    found = scan_paths(files)
    assert [*found.findings, *found.unreadable] == []


def _is_of_tests(finding: Finding) -> bool:
    file = Path(finding.file)
    if finding.kind == ID_COLUMN:
        return file.is_relative_to(ROOT / "tests" / "cases" / "base")
    return finding.kind == ARTIFICIAL and file.is_relative_to(ROOT / "tests")


def _settled(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return path.is_file() and not any(part.startswith((".aside-", "_work-")) for part in parts)
