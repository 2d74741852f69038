"""What a killed run has left goes, and nothing else."""

from __future__ import annotations

from pathlib import Path

from indicators import files
from indicators.production.operations import remove_unfinished, unfinished_paths

HALF_DONE = (
    "data/processed/2022-02/.aside-x1abcdef/new/indicators.csv",
    "data/processed/2022-02/.aside-x2abcdef/latest",
    "reports/2022-02/.aside-x3abcdef/new/book.ipynb",
    "reports/_work-x4abcdef/2022-02/fi/book.ipynb",
    "reports/.aside-x5abcdef/_index.md",
    "_site/reports/2022-02/fi/.book.html.x6abcdef",
    "_site/reports/2022-02/fi/.book.pdf.x7abcdef",
    "_site/reports/2022-02/fi/.aside-x8abcdef/indicators.csv",
    ".indicators/.aside-x9abcdef/hashes.json",
    ".indicators/steps/.aside-y0abcdef/tables-2022-02.json",
)
KEPT = (
    "data/processed/README.md",
    "data/processed/2022-02/2022-05-01/indicators.csv",
    "data/raw/.aside-of-somebody/x.csv",
    "reports/_theme/report.css",
    "reports/2022-02/fi/book.ipynb",
    "reports/_work-of-somebody/book.ipynb",
    "_site/.notes.html.txt",
    "_site/index.html",
    "_site/.htaccess",
    ".indicators/hashes.json",
    "notebooks/.aside-zabcdefg/x",
    "reports/.aside-mine/x",
)


def test_only_what_is_half_done_goes(tmp_path: Path) -> None:
    for name in (*HALF_DONE, *KEPT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "data/processed/2022-02/.aside-x1abcdef/new").chmod(0o555)
    swept = remove_unfinished(tmp_path)
    assert len(swept) == len(HALF_DONE)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(KEPT)
    assert list(unfinished_paths(tmp_path)) == []
    assert remove_unfinished(tmp_path) == []


def test_what_a_command_is_writing_now_stays(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    with files.replacing(tmp_path / "reports" / "x.csv") as aside:
        aside.write_text("x")
        assert remove_unfinished(tmp_path) == []
        assert aside.exists()


def test_a_link_is_removed_and_what_it_names_is_not(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x").write_text("x")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "_work-abcd1234").symlink_to(elsewhere)
    remove_unfinished(tmp_path)
    assert (elsewhere / "x").exists()
    assert not (tmp_path / "reports" / "_work-abcd1234").is_symlink()
