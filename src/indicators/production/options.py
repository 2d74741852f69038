"""By what means a run is made; what it makes is the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

# A month's notebook takes seconds; one that has not moved for so long never will.
CELL_SECONDS = 600.0
MEMORY_GB = 4.0


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
    """The means of a run.

    Attributes:
        workers: Kernels at work; by default the cores, at most four.
        engine: How the notebooks' kernels are started.
        limits: What a notebook may take.
    """

    workers: int | None = None
    engine: Engine = Engine.WARM
    limits: Limits = field(default_factory=Limits)
