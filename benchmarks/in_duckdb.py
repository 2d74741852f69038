"""The headline tables as an analyst would write them in DuckDB, as quick as we could make it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

SPELLS = """
create table spells as
with codes as (
    select person_id, start, coalesce("end", date '2300-01-01') as stop
    from read_parquet('{folder}/employment_code.parquet') where code in ('02', '03')
), marked as (
    select *, start > 1 + max(stop) over (
        partition by person_id order by start rows between unbounded preceding and 1 preceding
    ) as gap from codes
), numbered as (
    select *, count(*) filter (gap) over (
        partition by person_id order by start rows unbounded preceding
    ) as spell from marked
)
select person_id, min(start) as start, max(stop) as stop
from numbered group by person_id, spell
"""

PERSONS = """
create table persons as
select person_id, sex, birth_year, citizenship <> '246' as abroad
from read_parquet('{folder}/persons.parquet')
"""

RESIDENCE = """
create table residence as
select person_id, municipality, start as since, coalesce("end", date '2300-01-01') as until
from read_parquet('{folder}/residence.parquet')
"""

# Counts by category on the day; `events` has person_id, month, day and `passed`.
COUNTED = """
create table {name} as
select month, case when until >= day then municipality end as area, sex,
    case when year(day) - birth_year < 25 then '15-24' when year(day) - birth_year < 30 then '25-29'
        when year(day) - birth_year < 50 then '30-49' else '50-' end as age_group,
    abroad, count(*) as persons, count(*) filter (passed) as passed
from ({events}) events
join persons using (person_id)
asof left join residence
    on events.person_id = residence.person_id and events.day >= residence.since
group by all
"""

STOCK = """
select person_id, month, day, true as passed
from spells join count_days on day between start and stop
"""

FLOW = """
select person_id, month, start as day, stop >= start + interval {n} month as passed
from spells join months on date_trunc('month', start) + interval {n} month = first
"""


def headline(folder: Path, months: Sequence[str], count_days: Sequence[date]) -> list[int]:
    """Sums of the stock, and of the cohorts and those who passed at 3, 6 and 12 months."""
    with duckdb.connect() as base:
        base.execute("create table count_days (month varchar, day date)")
        base.executemany(
            "insert into count_days values (?, ?)", [*zip(months, count_days, strict=True)]
        )
        base.execute(
            "create table months as select month, date_trunc('month', day) as first from count_days"
        )
        for table in (SPELLS, PERSONS, RESIDENCE):
            base.execute(table.format(folder=folder))
        base.execute(COUNTED.format(name="stock", events=STOCK))
        for n in (3, 6, 12):
            base.execute(COUNTED.format(name=f"flow_{n}", events=FLOW.format(n=n)))
        found = base.execute("select sum(persons) from stock").fetchone()
        for n in (3, 6, 12):
            found += base.execute(f"select sum(persons), sum(passed) from flow_{n}").fetchone()
    return [int(one) for one in found]
