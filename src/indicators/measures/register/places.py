"""Areas of the tables that are not of persons: municipalities of the table, and groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from indicators.measures.register.job import Job
from indicators.tallies.axes import COUNTRY

Members = Mapping[str, Sequence[str]]
"""Area code and the municipalities of the table that it adds up."""


def area_members(job: Job, municipalities: Iterable[str], *, country_added_up: bool) -> Members:
    """Which municipalities make each area of a table.

    Args:
        job: The run.
        municipalities: Of the table's rows, repeated as they come.
        country_added_up: Whether ``SSS`` is all of them; else it is a municipality of its own
            code, if the table has one.
    """
    found = sorted(set(municipalities))
    own = [code for code in found if code != COUNTRY]
    members: dict[str, Sequence[str]] = {f"KU{code}": (code,) for code in own}
    members |= dict(job.groups)
    if country_added_up:
        members[COUNTRY] = found
    elif COUNTRY in found:
        members[COUNTRY] = (COUNTRY,)
    return members
