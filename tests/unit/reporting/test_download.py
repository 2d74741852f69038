"""A register's figures packed: the same bytes each time, and what is made up says so first."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from indicators.reporting.index import pack_download
from indicators.reporting.wording import Translator

LANGUAGES = ("fi", "sv", "en")


@pytest.mark.parametrize("made_up", [True, False])
def test_the_csv_is_in_it_as_it_is_with_a_word_about_it(tmp_path: Path, made_up: bool) -> None:
    csv, target = tmp_path / "register.csv", tmp_path / "register-made-up-2022-02.zip"
    csv.write_bytes(b"indicator,value\nx,1\n" * 1000)
    pack_download(csv, target, made_up=made_up)
    with ZipFile(target) as packed:
        assert packed.namelist() == ["README.txt", "register-made-up-2022-02.csv"]
        assert packed.read("register-made-up-2022-02.csv") == csv.read_bytes()
        about = packed.read("README.txt").decode("utf-8")
    assert [Translator(language)("register.notice") in about for language in LANGUAGES] == [
        made_up
    ] * 3
    assert all(Translator(language)("register.file") in about for language in LANGUAGES)
    assert target.stat().st_size < csv.stat().st_size / 4


def test_the_same_figures_are_the_same_bytes(tmp_path: Path) -> None:
    csv = tmp_path / "register.csv"
    csv.write_text("indicator,value\n")
    results = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        pack_download(csv, tmp_path / folder / "register-2022-02.zip", made_up=False)
        results.append((tmp_path / folder / "register-2022-02.zip").read_bytes())
        csv.touch()
    assert results[0] == results[1]
