"""Pages looked through side by side: nothing is missed, all is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.errors import DataError, DisclosureError
from indicators.production import publishing
from indicators.production.publishing import PageScan, scan_pages

CODE = "131052" + "-308T"


def pages(root: Path, **texts: str) -> list[Path]:
    folders = []
    for name, text in texts.items():
        folders.append(root / name)
        folders[-1].mkdir()
        (folders[-1] / "page.html").write_text(f"<p>{text}</p>")
    return folders


@pytest.mark.parametrize("names", [["fi"], ["fi", "sv", "en"]])
def test_every_file_is_looked_through(tmp_path: Path, names: list[str]) -> None:
    folders = pages(tmp_path, **dict.fromkeys(names, "nothing"))
    assert scan_pages(folders, None, 0.0) == len(names)
    assert scan_pages(folders, None, (tmp_path / names[0]).stat().st_mtime + 60) == 0


def test_files_of_the_same_content_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[PageScan] = []
    monkeypatch.setattr(publishing, "_scan_in_parallel", lambda found, _: looks.extend(found))
    folders = pages(tmp_path, fi="a", sv="b")
    for folder in folders:
        (folder / "figures.csv").write_text("1")
    assert scan_pages(folders, None, 0.0) == 4
    names = [[file.relative_to(tmp_path).as_posix() for file in look.files] for look in looks]
    assert names == [["fi/figures.csv", "fi/page.html"], ["sv/page.html"]]


@pytest.mark.parametrize("names", [["fi"], ["fi", "sv"]])
def test_what_tells_of_a_person_is_refused_wherever_it_is(tmp_path: Path, names: list[str]) -> None:
    folders = pages(tmp_path, **{name: f"{name} {CODE}" for name in names}, en="nothing")
    with pytest.raises(DisclosureError) as caught:
        scan_pages(folders, None, 0.0)
    message = str(caught.value)
    assert all(f"{name}/page.html" in message for name in names)
    assert CODE not in message


def test_what_must_not_be_published_comes_before_what_cannot_be_read(tmp_path: Path) -> None:
    folders = pages(tmp_path, fi="nothing", sv=CODE)
    (folders[0] / "paper.pdf").write_bytes(b"%PDF-1.7 and no more")
    with pytest.raises(DisclosureError) as caught:
        scan_pages(folders, None, 0.0)
    assert "paper.pdf" in str(caught.value)
    with pytest.raises(DataError, match=r"paper\.pdf"):
        scan_pages(folders[:1], None, 0.0)
