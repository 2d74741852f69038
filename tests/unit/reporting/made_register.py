"""A small made register table, so that a test can say every figure it reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from made_tables import frame, processed, row

from indicators.calendar import month_range
from indicators.processed.reading import Processed

EXTRACT = "2022-03-15"
FIRST, LAST = "2020-02", "2022-02"


def register_row(indicator: str, value: float, **cells: Any) -> dict[str, Any]:
    """One row of the group and the reported month, unless other cells are said."""
    plain = {"area": "LAHTI5", "month": LAST, "source": "register", "vintage": EXTRACT}
    return row(indicator, **{**plain, "value": value, **cells})


def every_month(indicator: str, values: dict[str, float], **cells: Any) -> list[dict[str, Any]]:
    """Rows of all months; those not among the values count their number from the first."""
    return [
        register_row(indicator, values.get(month, float(number)), month=month, **cells)
        for number, month in enumerate(month_range(FIRST, LAST), start=1)
    ]


def with_register(rows: list[dict[str, Any]], *, made_up: bool = True) -> Processed:
    """A month's tables with a register's rows, and no published figure."""
    return replace(processed(LAST, []), register=frame(rows), made_up=made_up)
