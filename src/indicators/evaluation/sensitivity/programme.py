"""The one linear programme of the moment inequalities, solved again and again.

Least η with y − X·τ ≤ η·σ. Only y changes from one to the next, so that the last solution is
where the next begins.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from indicators.evaluation.result import Floats
from indicators.solver import quiet_solver


class Programme:
    """The programme of fixed X (moments × nuisances) and σ (moments, above 0)."""

    def __init__(self, nuisances: Floats, sizes: Floats) -> None:
        self._columns = np.column_stack([sizes, nuisances])
        self._solver = _solver(self._columns)
        self._rows = np.arange(len(sizes), dtype=np.int32)
        self._open = np.full(len(sizes), highspy.kHighsInf)

    def solve(self, moments: Floats) -> tuple[float, Floats]:
        """Least η, and the dual weights of the moments: none below 0, weights · σ = 1."""
        solver = self._solver
        solver.changeRowsBounds(
            len(self._rows), self._rows, np.ascontiguousarray(moments, float), self._open
        )
        solver.run()
        duals = np.maximum(np.asarray(solver.getSolution().row_dual, dtype=float), 0.0)
        return float(solver.getInfo().objective_function_value), duals

    def reach(self, rest: Floats, slope: Floats, upwards: bool) -> float:
        """Greatest (or least) t with rest + slope · t − X·τ ≤ t · σ; infinite if there is none."""
        columns = np.column_stack([self._columns[:, 0] - slope, self._columns[:, 1:]])
        solver = _solver(columns, cost=-1.0 if upwards else 1.0)
        solver.changeRowsBounds(
            len(self._rows), self._rows, np.ascontiguousarray(rest, float), self._open
        )
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return np.inf if upwards else -np.inf
        return float(solver.getSolution().col_value[0])


def _solver(columns: Floats, cost: float = 1.0) -> Any:
    """A programme with free variables, the first of which costs, and rows still unbounded."""
    count = columns.shape[1]
    solver: Any = quiet_solver()
    infinite = highspy.kHighsInf
    for place in range(count):
        solver.addVar(-infinite, infinite)
        solver.changeColCost(place, cost if place == 0 else 0.0)
    places = np.arange(count, dtype=np.int32)
    for row in columns:
        solver.addRow(-infinite, infinite, count, places, np.ascontiguousarray(row, float))
    return solver
