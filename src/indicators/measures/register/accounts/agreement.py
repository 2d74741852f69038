"""Whether an account gives the figure that the long table has."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose, isnan
from typing import Any

from indicators.measures.register.accounts.figures import Figure

# Sums of floats in another order.
_RELATIVE = 1e-9


def agrees(figure: Figure, row: Mapping[str, Any]) -> bool:
    """Hold the figure of an account against a row: numerator, denominator, value and status."""
    return figure.status == row["status"] and all(
        _same(getattr(figure, name), row[name]) for name in ("numerator", "denominator", "value")
    )


def _same(ours: float | None, theirs: float) -> bool:
    if ours is None or isnan(theirs):
        return ours is None and isnan(theirs)
    return isclose(ours, theirs, rel_tol=_RELATIVE, abs_tol=_RELATIVE)
