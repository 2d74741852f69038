"""Job offers (Tyotarjoukset, Palkkatukipaikat) and introductions (esittelyt)."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.sources.register import codes
from indicators.sources.register.records import Records, joined
from indicators.sources.register.tables.common import Cleaning


def offers(cleaning: Cleaning, table: str, parts: Sequence[Records]) -> Records:
    """Offers of a canonical table.

    Args:
        cleaning: What they are cleaned with.
        table: ``job_offer`` or ``introduction``.
        parts: Rows of the register's tables.
    """
    rows = cleaning.delivered(table, joined(parts, ("date",), ("vacancy", "result")))
    rows = cleaning.dated(table, rows, "date")
    return cleaning.known_or_missing(table, "unknown_result", rows, "result", codes.result)
