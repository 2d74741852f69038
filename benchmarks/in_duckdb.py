"""The same tables as ours in DuckDB: ``tables.sql``, put together and held against ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

SQL = Path(__file__).with_name("tables.sql").read_text(encoding="utf-8")
_SPLIT = re.split(r"^--: (\w+)\n", SQL, flags=re.MULTILINE)[1:]
PARTS: Mapping[str, str] = dict(zip(_SPLIT[::2], _SPLIT[1::2], strict=True))
FLOWS = (3, 6, 12)
OBSERVED = (30, 90)
THREADS = 2


@dataclass(frozen=True)
class Base:
    """A DuckDB in memory, with the persons, their histories and spells.

    Attributes:
        base: The connection.
        places: What is filled in everywhere.
    """

    base: duckdb.DuckDBPyConnection
    places: Mapping[str, object]

    def run(self, part: str, **places: object) -> None:
        self.base.execute(PARTS[part].format(**self.places, **places))

    def cube(self, name: str, events: str, sums: Mapping[str, str], **places: object) -> None:
        """A table by month, area, population and category, of sums over events."""
        made = ", ".join(f"{of} as {one}" for one, of in sums.items())
        events = PARTS[events].format(**self.places, **places)
        self.run("placed", name=name, events=events)
        self.run("crossed", name=name, sums=made)
        totals = ", ".join(f"sum({one}) as {one}" for one in sums)
        self.run("cube", name=name, source=f"{name}_crossed", totals=totals)

    def whole(self, table: str, columns: Iterable[str]) -> list[float]:
        """Sums of columns over a whole table."""
        asked = ", ".join(f"sum({column})" for column in columns)
        return [float(one) for one in self.base.execute(f"select {asked} from {table}").fetchone()]


def connect(
    folder: Path,
    days: Mapping[str, date],
    groups: Mapping[str, Sequence[str]],
    offices: Sequence[str],
    extract: date,
) -> Base:
    """Read what all tables need; ``days`` are the count days of the months."""
    base = duckdb.connect(config={"threads": THREADS})
    base.execute("create table count_days (month varchar, day date, first date)")
    rows = [(month, day, day.replace(day=1)) for month, day in days.items()]
    base.executemany("insert into count_days values (?, ?, ?)", rows)
    base.execute("create table groups (municipality varchar, area varchar)")
    members = [(one.removeprefix("KU"), group) for group, of in groups.items() for one in of]
    base.executemany("insert into groups values (?, ?)", members)
    trial = ", ".join(f"'{office}'" for office in offices)
    made = Base(base, {"folder": folder, "extract": extract, "offices": trial})
    for part in ("persons", "histories", "areas", "spells"):
        made.run(part)
    return made


Told = dict[str, list[float]]
"""Of each statistic, numerators and denominators or values, added up over all its rows."""

_ALL = {"persons": "count(*)"}


def _those(*flags: str) -> dict[str, str]:
    return {flag: f"count(*) filter ({flag})" for flag in flags}


def headline(base: Base) -> Told:
    """The unemployed, and the flows past 3, 6 and 12 months."""
    base.run("unemployed")
    base.cube("stock", "unemployed_events", _ALL)
    return {"unemployed": base.whole("stock", _ALL), **_flows(base)}


def _flows(base: Base) -> Told:
    told = {}
    for n in FLOWS:
        sums = {**_those("passed"), **_ALL}
        base.cube(f"flow_{n}", "started_events", sums, n=n)
        told[f"flow_over_{n}_months"] = base.whole(f"flow_{n}", sums)
    return told


def tables(base: Base) -> Told:
    """Stock, durations, structural groups, services, plans, flows and offers."""
    for part in ("unemployed", "recurrent", "in_service", "plans"):
        base.run(part)
    flags = _those("long_term", "recurrent", "due", "planned", "valid")
    stock = {**_ALL, "elapsed": "sum(elapsed)", **flags}
    base.cube("stock", "stock_events", stock)
    base.run("cube", name="medians", source="stock_placed", totals="median(elapsed) as median")
    base.cube("ended", "ended_events", {"days": "sum(days)", **_ALL})
    base.cube("services", "in_service_events", _ALL)
    told = dict(zip(stock, ([one] for one in base.whole("stock", stock)), strict=True))
    return {
        **told,
        "median": base.whole("medians", ("median",)),
        "ended": base.whole("ended", ("days", "persons")),
        "in_service": base.whole("services", _ALL),
        **_flows(base),
        **_offers(base),
    }


def _offers(base: Base) -> Told:
    base.run("offers")
    work = {f"work_{n}": f"count(*) filter (observed_{n} and employed_{n})" for n in OBSERVED}
    observed = _those(*(f"observed_{n}" for n in OBSERVED))
    filled = {"filled": "count(*) filter (decided and filled)"}
    sums = {"offers": "count(*)", **_those("decided"), **filled, **observed, **work}
    base.cube("offers", "offers_events", sums)
    distinct = {one: f"count(distinct {one}) as {one}" for one in ("person", "vacancy")}
    base.run("cube", name="met", source="offers_placed", totals=", ".join(distinct.values()))
    counted = zip(sums, base.whole("offers", sums), strict=True)
    told = {f"offers.{name}": [one] for name, one in counted}
    return {**told, "offers.met": base.whole("met", distinct)}
