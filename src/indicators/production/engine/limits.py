"""How much memory a notebook may take."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GIB = 1024**3


def limit_memory(more: int | None) -> None:
    """Let this process and those it starts take so many bytes more than now; for good.

    A cell that asks for more fails with Python's MemoryError, in its own line. Where the system
    has no such limit, there is none.

    Args:
        more: Bytes of address space, or None for no limit.
    """
    if more is None or os.name != "posix":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_within(address_space() + more, hard), hard))


@contextmanager
def limited_children(most: int | None) -> Iterator[None]:
    """Processes started within may take so many bytes; this one may too, meanwhile."""
    if most is None or os.name != "posix":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    limit_memory(most)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def address_space() -> int:
    """Bytes of address space of this process; 0 where that cannot be seen."""
    status = Path("/proc/self/status")
    found = re.search(r"VmSize:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else 0


def _within(asked: int, hard: int) -> int:
    import resource

    return asked if hard == resource.RLIM_INFINITY else min(asked, hard)
