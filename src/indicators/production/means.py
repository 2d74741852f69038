"""By what means a run is made; what it makes is the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

# A month's notebook takes seconds; one that has not moved for so long never will.
CELL_SECONDS = 600.0
MEMORY_GB = 4.0


class Engine(StrEnum):
    """What executes a notebook."""

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
class How:
    """The means of a run.

    Attributes:
        workers: Processes at work; by default the cores, at most four.
        engine: What executes the notebooks.
        limits: What a notebook may take.
        scheduler: Address of a dask.distributed scheduler, whose workers execute them.
    """

    workers: int | None = None
    engine: Engine = Engine.WARM
    limits: Limits = field(default_factory=Limits)
    scheduler: str | None = None
