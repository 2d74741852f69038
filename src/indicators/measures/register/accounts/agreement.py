"""Whether an account gives the figure that the long table has."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose, isnan
from typing import Any

from indicators.measures.register.accounts.model import Made

# Sums of floats in another order.
_RELATIVE = 1e-9
_UNTOLD = ("incomplete", "not_available")


def agrees(made: Made, row: Mapping[str, Any]) -> bool:
    """Hold an account against a row.

    Args:
        made: What the account gives.
        row: A row of the long table; what it does not tell, because it cannot be told yet or at
            all, agrees with anything.
    """
    untold = row["status"] in _UNTOLD
    if not all(
        _same(getattr(made, name), row[name], untold=untold)
        for name in ("numerator", "denominator")
    ):
        return False
    return made.value is None or _same(made.value, row["value"], untold=untold)


def _same(made: float | None, told: float, *, untold: bool) -> bool:
    if isnan(told):
        return untold or made is None
    return made is not None and isclose(made, told, rel_tol=_RELATIVE, abs_tol=_RELATIVE)
