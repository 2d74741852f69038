"""A report told for nobody: nothing is left of it but what a process remembers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from indicators.production import rehearsing
from indicators.reporting.charts.letters import LETTERS
from indicators.reporting.context import Context
from indicators.reporting.monthly import MonthlyReport

Open = Callable[[str, str], Context]


@pytest.fixture
def rehearse(open_with_register: Open, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Rehearses 2022-02 in a language, as a process does that has not done so."""
    monkeypatch.setattr(rehearsing, "_TOLD", set())

    def told(language: str = "fi") -> None:
        context = open_with_register("2022-02", language)
        rehearsing.rehearse(context.settings, context.processed, language)

    return told


def test_letters_are_remembered_and_nothing_else_is_left(rehearse: Callable, in_tmp: Path) -> None:
    threads = threading.active_count()
    LETTERS._known.clear()
    rehearse()
    assert len(LETTERS._known) > 100
    assert list(in_tmp.iterdir()) == []
    assert Path.cwd() == in_tmp
    # A process with threads could not be forked from.
    assert threading.active_count() == threads


def test_once_a_language(rehearse: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    def headline(report: MonthlyReport) -> None:
        told.append(report.context.voice.language)

    monkeypatch.setattr(MonthlyReport, "headline", headline)
    for language in ("fi", "sv", "fi"):
        rehearse(language)
    assert told == ["fi", "sv"]


def test_a_section_that_cannot_be_told_does_not_end_it(
    rehearse: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: MonthlyReport) -> None:
        raise ValueError("not now")

    monkeypatch.setattr(MonthlyReport, "opening", fail)
    LETTERS._known.clear()
    rehearse()
    assert LETTERS._known
