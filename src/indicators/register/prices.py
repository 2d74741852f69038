"""What a day in a service costs: the prices of the optional table ``service_price``, looked up."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

MICRO = 1_000_000
"""Prices are counted in millionths of a euro: sums of whole numbers do not depend on order."""

Prices = Mapping[tuple[str, str | None, int], int]
"""Millionths of a euro a day, by group, kind (None for the group) and year."""


def micro_prices(rows: pa.Table) -> Prices:
    """The prices of a table.

    Args:
        rows: ``service_price`` (contract, section 2), a group, kind and year once.
    """
    columns = (rows[name].to_pylist() for name in ("group", "kind", "year", "euros_per_day"))
    return {
        (group, kind, year): round(euros * MICRO)
        for group, kind, year, euros in zip(*columns, strict=True)
    }


def price_of(prices: Prices, group: str, kind: str, year: int) -> int | None:
    """The price of a kind in a year, else that of its group; None where neither is known."""
    of_group = prices.get((group, None, year))
    return prices.get((group, kind, year), of_group)
