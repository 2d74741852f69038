"""All indicators from a canonical register: :func:`compute_register`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from indicators.measures.register.job import Choices, Source
from indicators.measures.register.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Source", "compute_register"]


def compute_register(
    register: Source,
    months: Sequence[str],
    *,
    groups: Mapping[str, Sequence[str]],
    trial_offices: Collection[str],
    parameters: Choices | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    merge_layoff: bool = True,
    chunk_rows: int | None = None,
    progress: Progress | None = None,
    checked: bool = False,
) -> pd.DataFrame:
    """The long table (contract, section 3) of everything a register gives.

    No result depends on chunks, workers or the order of rows.

    Args:
        register: A canonical register, such as :func:`indicators.register.open_register` gives.
        months: ``YYYY-MM``, in any order.
        groups: Member areas (``KU398`` …) by group code.
        trial_offices: Office codes of the trial.
        parameters: Parameters by indicator id that replace the catalogue's defaults.
        workers: Number of processes, where no executor is given.
        executor: Any ``concurrent.futures.Executor``, also of a cluster.
        merge_layoff: Whether codes 02 and 03 that touch make one unemployment spell.
        chunk_rows: Rows of ``employment_code`` held at once, about; memory grows with it.
        progress: Is told how many chunks are done, and how many there are.
        checked: Whether the register's invariants are checked before anything is counted, as
            :func:`indicators.register.check.check` does; a register that breaks them may give
            any figures.

    Returns:
        One row a figure, with the columns of :mod:`indicators.table`.

    Raises:
        UsageError: A parameter is unknown, or a group has the code of another area.
        DataError: A table cannot be read, or breaks an invariant.
    """
    from indicators.measures.register.computing import compute

    return compute(
        register,
        months,
        groups=groups,
        trial_offices=trial_offices,
        parameters=parameters or {},
        workers=workers,
        executor=executor,
        merge_layoff=merge_layoff,
        chunk_rows=chunk_rows,
        progress=progress,
        checked=checked,
    )
