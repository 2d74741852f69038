"""Which canonical tables a figure is counted from: without one of them it is not available.

A table that is not there is a source that was not delivered; one that is there and has no rows is
a true zero. What a measure needs stands beside it, as ``NEEDS``: this module says what that is, and
what every figure of persons needs for its area, population and dimension.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Needs = Mapping[str, Mapping[str, Sequence[str]]]
"""Tables by indicator and statistic."""

RESIDENCE = "residence"
"""What every area of persons but the whole extract needs."""

OF_POPULATION: Mapping[str, str] = {"target_group": "persons", "trial_office": "office"}
"""What a population needs; the others need nothing."""

OF_DIMENSION: Mapping[str, str] = {
    "sex": "persons",
    "age_group": "persons",
    "origin": "persons",
    "service_line": "service_line",
}
"""What a dimension needs, besides the figure itself; the others need nothing."""


def needs(indicator: str, statistics: Iterable[str], *tables: str) -> Needs:
    """The same tables for some statistics of an indicator."""
    return {indicator: dict.fromkeys(statistics, tables)}
