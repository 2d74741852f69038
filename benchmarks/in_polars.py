"""The headline tables as an analyst would write them in polars, as quick as we could make it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

NEVER = date(2300, 1, 1)
CELL = ["month", "area", "sex", "age_group", "abroad"]


def _spells(folder: Path) -> pl.DataFrame:
    start, stop = pl.col("start"), pl.col("stop")
    before = stop.cum_max().shift(1).over("person_id")
    gap = (start > before + pl.duration(days=1)).fill_null(value=True)
    return (
        pl.scan_parquet(folder / "employment_code.parquet")
        .filter(pl.col("code").is_in(["02", "03"]))
        .select("person_id", "start", stop=pl.col("end").fill_null(NEVER))
        .sort("person_id", "start")
        .with_columns(spell=gap.cum_sum())
        .group_by("person_id", "spell", maintain_order=True)
        .agg(start.min(), stop.max())
        .collect()
    )


def _persons(folder: Path) -> pl.DataFrame:
    persons = pl.scan_parquet(folder / "persons.parquet")
    abroad = pl.col("citizenship") != "246"
    return persons.select("person_id", "sex", "birth_year", abroad=abroad).collect()


def _residence(folder: Path) -> pl.DataFrame:
    residence = pl.scan_parquet(folder / "residence.parquet")
    until = pl.col("end").fill_null(NEVER)
    columns = {"area": "municipality", "since": "start", "until": until}
    return residence.select("person_id", **columns).sort("since").collect()


def _counted(events: pl.DataFrame, persons: pl.DataFrame, residence: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("day")
    age = day.dt.year() - pl.col("birth_year")
    by_age = pl.when(age < 25).then(0).when(age < 30).then(1).when(age < 50).then(2).otherwise(3)
    placed = events.sort("day").join_asof(
        residence, left_on="day", right_on="since", by="person_id", strategy="backward"
    )
    area = pl.when(pl.col("until") >= day).then("area")
    rows = placed.join(persons, on="person_id").with_columns(area=area, age_group=by_age)
    return rows.group_by(CELL).agg(pl.len(), pl.col("passed").sum())


def headline(folder: Path, months: Sequence[str], count_days: Sequence[date]) -> list[int]:
    """Sums of the stock, and of the cohorts and those who passed at 3, 6 and 12 months."""
    spells, persons, residence = _spells(folder), _persons(folder), _residence(folder)
    calendar = pl.DataFrame({"month": months, "day": count_days})
    days = calendar["day"]
    entry = days.search_sorted(spells["start"], side="left").alias("entry")
    leave = days.search_sorted(spells["stop"], side="right").alias("leave")
    stays = spells.with_columns(entry, leave).filter(pl.col("entry") < pl.col("leave"))
    there = stays.select("person_id", at=pl.int_ranges("entry", "leave")).explode("at")
    place = calendar.with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    present = there.join(place, on="at").with_columns(passed=pl.lit(value=True))
    sums = [_counted(present, persons, residence)["len"].sum()]
    firsts = calendar.select("month", first=days.dt.truncate("1mo"))
    for n in (3, 6, 12):
        later = pl.col("start").dt.offset_by(f"{n}mo")
        first = pl.col("start").dt.truncate("1mo").dt.offset_by(f"{n}mo")
        started = spells.with_columns(first=first, day="start", passed=pl.col("stop") >= later)
        counted = _counted(started.join(firsts, on="first"), persons, residence)
        sums += [counted["len"].sum(), counted["passed"].sum()]
    return [int(one) for one in sums]
