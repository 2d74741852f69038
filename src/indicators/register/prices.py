"""What a day in a service costs: the prices of the optional table ``service_price``, looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import pyarrow as pa

from indicators.errors import UsageError
from indicators.register.schema import TABLES, arrow_schema
from indicators.register.store import PersonRange, Register
from indicators.settings.model import ServicePrice

PRICE_TABLE = "service_price"

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


@dataclass(frozen=True, slots=True)
class PricedRegister(Register):
    """A canonical folder with the prices of the settings in place of the table that it lacks.

    Attributes:
        prices: At least one.
    """

    prices: tuple[ServicePrice, ...] = ()

    def has(self, table: str) -> bool:
        """Whether the folder holds the table, or the settings do."""
        return table == PRICE_TABLE or Register.has(self, table)

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        persons: PersonRange | None = None,
        *,
        encoded: bool = False,
    ) -> pa.Table:
        """Read a table, or some of it: see :meth:`Register.read`."""
        if table != PRICE_TABLE:
            return Register.read(self, table, columns, persons, encoded=encoded)
        rows = [
            {
                "group": price.group,
                "kind": price.kind or None,
                "year": price.year,
                "euros_per_day": price.euros_per_day,
            }
            for price in self.prices
        ]
        names = TABLES[PRICE_TABLE].names if columns is None else columns
        return pa.Table.from_pylist(rows, schema=arrow_schema(PRICE_TABLE)).select(list(names))


def with_prices(register: Register, prices: Sequence[ServicePrice]) -> Register:
    """The register as it is counted, with the prices of the settings if there are any.

    Args:
        register: The register.
        prices: Of the settings.

    Raises:
        UsageError: The register has a table of prices too: nobody knows which are meant.
    """
    if not prices:
        return register
    if register.has(PRICE_TABLE):
        raise UsageError(
            f"{register.folder / PRICE_TABLE}.parquet and [[service_prices]] of the settings both "
            "give prices of services; delete one of the two"
        )
    own = {field.name: getattr(register, field.name) for field in fields(Register)}
    return PricedRegister(**own, prices=tuple(prices))
