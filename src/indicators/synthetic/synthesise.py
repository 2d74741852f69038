"""The command's entry: checks the arguments, and writes a made-up register in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from indicators import files
from indicators.calendar import last_day, month_range, parse_month, shift_month
from indicators.errors import UsageError
from indicators.register import store
from indicators.register.schema import day_number
from indicators.synthetic import writing
from indicators.synthetic.blocks import Period
from indicators.synthetic.model import first_day_of_month, load_model
from indicators.synthetic.writing import SOURCE, may_replace, write_notice

Layout = Literal["register", "canonical"]
Progress = Callable[[int], object]

DEFAULT_PERSONS = 60_000
"""So many persons make stocks like those of the five municipalities of the Lahti region's trial."""
MOST_PERSONS = 10_000_000
_MONTHS = ("1990-01", "2100-12")


def synthesise(
    out: Path,
    *,
    persons: int = DEFAULT_PERSONS,
    seed: int,
    layout: Layout = "register",
    dirt: bool = False,
    first_month: str = "2018-01",
    last_month: str = "2023-06",
    progress: Progress = lambda _: None,
) -> None:
    """Write a made-up register: nobody in it lives. The same arguments give the same bytes.

    Args:
        out: Folder to make; what stands there is replaced if it is made-up data.
        persons: How many. Up to 60 000 live in the five municipalities of the Lahti region's
            trial, with stocks in proportion; further ones live in the rest of the country.
        seed: Any whole number from 0 on.
        layout: ``register``: the register's own tables, for ``indicators import``;
            ``canonical``: the canonical tables at once.
        dirt: Plant the faults of real extracts, and count them in ``planted.json``.
        first_month: First month in which everything can be counted; ``YYYY-MM``.
        last_month: The extract date is its last day.
        progress: Called with the number of persons written since the last call.

    Raises:
        UsageError: An argument is out of its range, or the folder cannot be written.
    """
    months = (parse_month(first_month), parse_month(last_month))
    problems = [
        *_range_problems(persons, seed, months),
        *_layout_problems(layout, dirt=dirt),
        *_place_problems(out),
    ]
    if problems:
        raise UsageError(problems[0], problems[1:])
    order = writing.SyntheticOrder(persons, seed, register_period(*months), month_range(*months))
    with files.replacing_folder(out) as folder:
        if layout == "canonical":
            writing.write_canonical(folder, order, progress)
        else:
            writing.write_register(folder, order, progress, with_faults=dirt)
        store.write_meta(folder, last_day(months[1]), SOURCE, layout)
        write_notice(folder, persons, seed, with_faults=dirt)


def _range_problems(persons: int, seed: int, months: tuple[str, str]) -> list[str]:
    problems = []
    if not 1 <= persons <= MOST_PERSONS:
        problems.append(f"persons {persons}: give 1 to {MOST_PERSONS}")
    if seed < 0:
        problems.append(f"seed {seed}: give 0 or more")
    if not _MONTHS[0] <= months[0] <= months[1] <= _MONTHS[1]:
        problems.append(f"{months[0]}..{months[1]}: give months in order, from 1990 to 2100")
    return problems


def _layout_problems(layout: str, *, dirt: bool) -> list[str]:
    if layout not in ("register", "canonical"):
        return [f"layout {layout}: give register or canonical"]
    if dirt and layout == "canonical":
        return ["dirt is planted in the register layout only: leave one of the two out"]
    return []


def _place_problems(out: Path) -> list[str]:
    if out.exists() and not may_replace(out):
        return [f"{out}: holds something else than made-up data; give another folder"]
    return []


def register_period(first_month: str, last_month: str) -> Period:
    """The dates of a register of some months."""
    population = load_model().population
    return Period(
        begin=first_day_of_month(shift_month(first_month, -population["burn_in_months"])),
        history=first_day_of_month(shift_month(first_month, -population["history_months"])),
        last=day_number(last_day(last_month)),
    )
