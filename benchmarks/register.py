"""How long the register takes beside a bare read, DuckDB and polars: ``make bench``.

Each line is a process of its own; memory is the peak of all its processes together. *The same
tables* are stock, durations with medians, long-term and recurrent unemployment, who is in service,
plans, flows and offers, by month, area, population and category; the *headline* ones are the
unemployed and the flows past 3, 6 and 12 months. Ours and DuckDB's must be equal in every sum.
What polars makes of the headline is less: one population, no service line, no totals.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import psutil

import generate
from indicators.calendar import count_day
from indicators.register.store import Register, open_register

GROUPS = {"LAHTI5": ("KU016", "KU098", "KU316", "KU398", "KU560")}
TRIAL_OFFICES = ("1530",)
CORES = 2
EVERY = 0.02  # seconds between two looks at the memory


def bare_read(register: Register) -> str:
    """Read the columns that the measures use, as the measures do, and do nothing with them."""
    from indicators.measures.register.chunk import COLUMNS_READ

    rows = 0
    for table, columns in COLUMNS_READ.items():
        rows += register.read(table, ["person_id", *columns], encoded=True).num_rows
    return f"{rows:,} rows"


def everything(workers: int) -> Callable[[Register], str]:
    def compute(register: Register) -> str:
        from indicators.measures.register.computing import compute_register

        how = {"groups": GROUPS, "trial_offices": TRIAL_OFFICES, "workers": workers}
        made = compute_register(register, generate.MONTHS, **how)
        return f"{len(made):,} figures"

    return compute


def own(table: str) -> Callable[[Register], str]:
    def compute(register: Register) -> str:
        import ours

        asked = (generate.MONTHS, GROUPS, TRIAL_OFFICES, CORES)
        return json.dumps(getattr(ours, table)(register, *asked))

    return compute


def duckdb(table: str) -> Callable[[Register], str]:
    def compute(register: Register) -> str:
        import in_duckdb

        days = {month: count_day(month) for month in generate.MONTHS}
        base = in_duckdb.connect(
            register.folder, days, GROUPS, TRIAL_OFFICES, register.extract_date
        )
        return json.dumps(getattr(in_duckdb, table)(base))

    return compute


def polars(register: Register) -> str:
    import in_polars

    days = [count_day(month) for month in generate.MONTHS]
    found = in_polars.headline(register.folder, generate.MONTHS, days)
    return json.dumps({"in the country": found})


PIECES: Mapping[str, Callable[[Register], str]] = {
    "bare read of the columns": bare_read,
    "all measures, 1 process": everything(1),
    "all measures, 2 processes": everything(CORES),
    "the same tables, ours": own("tables"),
    "the same tables, DuckDB": duckdb("tables"),
    "headline tables, ours": own("headline"),
    "headline tables, DuckDB": duckdb("headline"),
    "headline tables, polars": polars,
}
RATIOS = (
    ("all measures, 2 processes", "bare read of the columns"),
    ("the same tables, DuckDB", "the same tables, ours"),
    ("headline tables, DuckDB", "headline tables, ours"),
    ("headline tables, polars", "headline tables, ours"),
)
GROWING = "all measures, 2 processes"
MONTHS_TOLD = (42, 84, 168)
PARTS_TOLD = (4, 2, 1)


@dataclass(frozen=True)
class Measured:
    seconds: float  # wall
    busy: float  # user and system time of all processes
    peak: float  # GB
    found: str


def one(piece: str, folder: Path, months: int) -> None:
    """Run a piece in this process, for the last months, and print what it took."""
    del generate.MONTHS[:-months]
    start = time.perf_counter()
    found = PIECES[piece](open_register(folder))
    seconds = time.perf_counter() - start
    busy = sum(os.times()[:4])
    print(f"{seconds}\t{busy}\t{found}")


def measured(piece: str, folder: Path, months: int) -> Measured:
    """Run a piece in a process of its own and watch its memory."""
    line = [sys.executable, "-W", "ignore", __file__, "--piece", piece, "--folder", str(folder)]
    limits = {"POLARS_MAX_THREADS": str(CORES)}
    with subprocess.Popen(
        [*line, "--months", str(months)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **limits},
    ) as process:
        peaks = [0]
        threading.Thread(target=watch, args=(process.pid, peaks), daemon=True).start()
        out, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{piece}: failed")
    seconds, busy, found = out.strip().split("\t")
    return Measured(float(seconds), float(busy), max(peaks) / 1e9, found)


def watch(pid: int, peaks: list[int]) -> None:
    try:
        process = psutil.Process(pid)
        while True:
            family = [process, *process.children(recursive=True)]
            peaks[0] = max(peaks[0], sum(memory(one) for one in family))
            time.sleep(EVERY)
    except psutil.Error:
        return


def memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def show(spells: int, pieces: list[str]) -> None:
    register = generate.register(spells)
    rows = generate.rows(register)
    print(
        f"{rows['employment_code']:,} employment-code spells of {rows['persons']:,} persons, ",
        end="",
    )
    print(f"{sum(rows.values()):,} rows in all; {len(generate.MONTHS)} months; {CORES} cores")
    made: dict[str, Measured] = {}
    print(f"{'':<28}{'wall s':>8}{'CPU s':>8}{'GB':>7}")
    for piece in pieces:
        made[piece] = measured(piece, register.folder, len(generate.MONTHS))
        tell(piece, made[piece])
    for above, below in RATIOS:
        if {above, below} <= set(made):
            one, other = made[above], made[below]
            times = one.seconds / other.seconds, one.busy / other.busy
            print(f"{above} / {below}: {times[0]:.2f} (CPU {times[1]:.2f})")
    compare({piece: it.found for piece, it in made.items() if it.found.startswith("{")})


def tell(name: str, it: Measured) -> None:
    found = it.found if not it.found.startswith("{") else ""
    print(f"{name:<28}{it.seconds:8.1f}{it.busy:8.1f}{it.peak:7.2f}   {found}", flush=True)


def compare(found: Mapping[str, str]) -> None:
    """Refuse two pieces that differ in a table that both have."""
    tables = {piece: json.loads(text) for piece, text in found.items()}
    for one, other in combinations(tables, 2):
        both = tables[one].keys() & tables[other].keys()
        differ = sorted(name for name in both if tables[one][name] != tables[other][name])
        if differ:
            raise SystemExit(f"{one} and {other} differ: {', '.join(differ)}")


def grow(spells: int) -> None:
    """How time grows with the months of one register, and with the spells of a register."""
    print(f"{GROWING:<28}{'wall s':>8}{'CPU s':>8}{'GB':>7}")
    folder = generate.register(spells).folder
    for months in MONTHS_TOLD:
        tell(f"{months} months", measured(GROWING, folder, months))
    for part in PARTS_TOLD:
        register = generate.register(spells // part)
        of = generate.rows(register)["employment_code"]
        tell(f"{of:,} spells", measured(GROWING, register.folder, len(generate.MONTHS)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spells", type=float, default=1e6, help="1e6 if not given")
    parser.add_argument("--only", nargs="*", default=list(PIECES), metavar="PIECE")
    parser.add_argument("--growth", choices=("too", "alone", "not"), default="too")
    parser.add_argument("--piece", choices=PIECES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--months", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.piece:
        one(asked.piece, asked.folder, asked.months)
        return
    if asked.growth != "alone":
        show(int(asked.spells), asked.only)
    if asked.growth != "not":
        grow(int(asked.spells))


if __name__ == "__main__":
    main()
