"""What a run is made of: steps, and what is asked before and told after each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from indicators.production.parameters import Value


class Kind(StrEnum):
    """What a step makes; a month's steps are done in this order."""

    TABLES = "tables"
    NOTEBOOK = "notebook"
    PAGE = "page"
    DOWNLOAD = "download"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to make, from inputs that are all named here.

    Attributes:
        kind: What it makes.
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``; empty for tables, which have none.
        target: What stands there when it is done: the folder of the month's vintages, the
            executed notebook, or the page (its PDF stands beside it).
        inputs: Files and folders it reads, other than the package itself.
        parameters: Checked notebook parameters; empty for other kinds.
    """

    kind: Kind
    month: str
    target: Path
    language: str = ""
    inputs: tuple[Path, ...] = ()
    parameters: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind, self.month, self.language) if part)


class Cache(Protocol):
    """Knows which steps need not run again.

    It is asked and told in the process that the run began in, by one thread. A kind of steps is
    asked of once those before it are in place, so that ``inputs`` can be read.
    """

    def fresh(self, step: Step) -> str | None:
        """None if what stands under the step's target is still right, else why it is made anew."""

    def done(self, step: Step) -> None:
        """What the step makes stands under its target now."""


class NoCache:
    """Every step runs, every time."""

    def fresh(self, step: Step) -> str | None:
        """There is always a reason."""
        del step
        return "there is no cache"

    def done(self, step: Step) -> None:
        """Nothing is remembered."""
