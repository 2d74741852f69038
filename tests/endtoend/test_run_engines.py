"""Forked kernels and fresh ones make the same executed notebooks, to the byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import contents, copy_tracked, indicators

MONTH = "2022-02"
LANGUAGES = ("fi", "sv")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, bytes]]:
    """Makes the notebooks of a month, both parts, by an engine."""
    root = copy_tracked(tmp_path_factory.mktemp("engines"))
    register = "data/synthetic/register"
    (root / "data" / "synthetic").mkdir()
    people = ("--persons", "2000", "--seed", "7", "--layout", "canonical")
    assert indicators("synthesise", register, *people, project=root).returncode == 0

    def make(engine: str) -> dict[str, bytes]:
        request = ("--months", MONTH, "--lang", ",".join(LANGUAGES), "--engine", engine, "--force")
        called = indicators("run", *request, project=root)
        assert called.returncode == 0, called.stderr
        assert called.stderr == ""
        folder = root / "reports" / MONTH
        files = contents(folder)
        shutil.rmtree(folder)
        return {name: data for name, data in files.items() if Path(name).name != "manifest.json"}

    return make


@pytest.mark.slow
def test_the_monthly_report_is_the_same_by_both_engines(
    made: Callable[[str], dict[str, bytes]],
) -> None:
    warm, kernel = made("warm"), made("kernel")
    assert list(warm) == list(kernel)
    assert {name for name in warm if warm[name] != kernel[name]} == set()
    # Notebook and figures of both parts in each language: there was something to compare.
    assert len(warm) > 10 * len(LANGUAGES)
