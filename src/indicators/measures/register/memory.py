"""Memory that is free is given back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Give back what was freed, where the C library knows how to (glibc does).

    Arrays of some megabytes come from a heap that keeps what they leave. Before something far
    larger is made, which does not fit in there, the process would hold both.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
