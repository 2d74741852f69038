"""The request of a run and its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from indicators.settings.model import Settings

# A month's notebook takes seconds; one that has not moved for so long never will.
CELL_SECONDS = 600.0
MEMORY_GB = 4.0

# Takes a line of text on what has just been done.
Progress = Callable[[str], None]


class Engine(StrEnum):
    """How a notebook's kernel is started: forked with the libraries loaded, or fresh."""

    WARM = "warm"
    KERNEL = "kernel"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a notebook may take.

    Attributes:
        cell_seconds: Longest time of one cell.
        memory_gb: Memory of all its cells, in GiB, beyond that of the libraries.
    """

    cell_seconds: float = CELL_SECONDS
    memory_gb: float = MEMORY_GB


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The means of a run; what it produces does not depend on them.

    Attributes:
        workers: Kernels at work; by default the cores, at most four.
        engine: How the notebooks' kernels are started.
        limits: What a notebook may take.
    """

    workers: int | None = None
    engine: Engine = Engine.WARM
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class DisplayOptions:
    """How what a notebook shows becomes part of a report.

    Attributes:
        language: ``fi``, ``sv`` or ``en``.
        made_up: The word that pictures and captions are marked with; empty for none.
        opening: Markdown before its own first cell; empty for none.
        closing: Markdown after its last cell; empty for none.
        title: What stands in the front matter and need not be said again by a heading.
    """

    language: str
    made_up: str = ""
    opening: str = ""
    closing: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """Months × languages of a project, to be computed and reported.

    Attributes:
        settings: The project.
        months: ``YYYY-MM``, all held by the sources.
        languages: Of ``fi``, ``sv``, ``en``.
        given: Further notebook parameters, as written by a person.
        register: Folder of a canonical register, whose figures make the report's second part;
            None for none.
        run_options: By what means.
        only: Notebooks to execute, of those the settings name; all if empty.
        areas: Codes of the areas that reports are made of; empty is the settings' own.
        draft: Whether drafts are made: nothing is released, and nothing goes on the site.
        links: Links to a month's other pages by notebook and language, as they were once, for
            whoever makes a page again; None to find them.
    """

    settings: Settings
    months: Sequence[str]
    languages: Sequence[str]
    given: Mapping[str, str] = field(default_factory=dict)
    register: Path | None = None
    run_options: RunOptions = field(default_factory=RunOptions)
    only: Sequence[str] = ()
    areas: Sequence[str] = ("",)
    draft: bool = False
    links: Mapping[tuple[str, str], str] | None = None
