"""HiGHS, the solver of linear programmes, without a word on standard output."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

import highspy


def quiet_solver() -> highspy.Highs:
    """A solver that says nothing and keeps to one thread."""
    _greet()
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    return solver


@cache
def _greet() -> None:
    """Let its one greeting pass unheard: it would stand in the output of a command."""
    if sys.stdout is not None:
        sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:
        # Standard output is closed, and nobody hears it.
        return
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            highspy.Highs()  # type: ignore[no-untyped-call]
        finally:
            os.dup2(kept, 1)
            os.close(kept)
