"""How long the register takes beside a bare read, DuckDB and polars: ``make bench``.

Each line is a process of its own; memory is the peak of all its processes together. The headline
tables are the unemployed by month, area, sex, age group and origin, and the spells that pass 3, 6
and 12 months by the same. Ours count three populations and the service line besides.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    from indicators.measures.register.chunk import READ

    rows = 0
    for table, columns in READ.items():
        rows += register.read(table, ["person_id", *columns], encoded=True).num_rows
    return f"{rows:,} rows"


def everything(workers: int) -> Callable[[Register], str]:
    def compute(register: Register) -> str:
        from indicators.measures.register import compute_register

        how = {"groups": GROUPS, "trial_offices": TRIAL_OFFICES, "workers": workers}
        made = compute_register(register, generate.MONTHS, **how)
        return f"{len(made):,} figures"

    return compute


def headline(register: Register) -> str:
    """Stock and flows by our own kernels."""
    from indicators import catalogue
    from indicators.measures.register import computing, running
    from indicators.measures.register.totals import Totals

    choices = catalogue.load().defaults()
    job = computing.make_job(register, generate.MONTHS, GROUPS, TRIAL_OFFICES, choices)
    tallies = running.tally(job, workers=CORES, measures=("stocks", "flows"))
    totals = Totals(job, tallies)
    sums = [totals.stock("stocks.unemployed")[:, -1, 0, 0].sum()]
    for n in (3, 6, 12):
        sums += [totals.events(f"flows.{name}_{n}")[:, -1, 0, 0].sum() for name in _FLOW]
    return told(sums)


_FLOW = ("started", "passed")


def told(sums: list[int]) -> str:
    return "sums " + " ".join(str(one) for one in sums)


def analyst(module: str) -> Callable[[Register], str]:
    def compute(register: Register) -> str:
        from importlib import import_module

        days = [count_day(month) for month in generate.MONTHS]
        return told(import_module(module).headline(register.folder, generate.MONTHS, days))

    return compute


PIECES: Mapping[str, Callable[[Register], str]] = {
    "bare read of the columns": bare_read,
    "all measures, 1 process": everything(1),
    "all measures, 2 processes": everything(CORES),
    "headline tables, ours": headline,
    "headline tables, DuckDB": analyst("in_duckdb"),
    "headline tables, polars": analyst("in_polars"),
}


@dataclass(frozen=True)
class Measured:
    seconds: float  # wall
    busy: float  # user and system time of all processes
    peak: float  # GB
    found: str


def one(piece: str, folder: Path) -> None:
    """Run a piece in this process and print what it took."""
    start = time.perf_counter()
    found = PIECES[piece](open_register(folder))
    seconds = time.perf_counter() - start
    busy = sum(os.times()[:4])
    print(f"{seconds}\t{busy}\t{found}")


def measured(piece: str, folder: Path) -> Measured:
    """Run a piece in a process of its own and watch its memory."""
    line = [sys.executable, "-W", "ignore", __file__, "--piece", piece, "--folder", str(folder)]
    limits = {"POLARS_MAX_THREADS": str(CORES)}
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, text=True, env={**os.environ, **limits}
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
        made[piece] = it = measured(piece, register.folder)
        print(f"{piece:<28}{it.seconds:8.1f}{it.busy:8.1f}{it.peak:7.2f}   {it.found}", flush=True)
    ratio(made, "all measures, 2 processes", "bare read of the columns")
    for other in ("DuckDB", "polars"):
        ratio(made, f"headline tables, {other}", "headline tables, ours")
        ratio(made, f"headline tables, {other}", "all measures, 2 processes")
    if len({it.found for it in made.values() if it.found.startswith("sums")}) > 1:
        raise SystemExit("the headline tables differ")


def ratio(made: Mapping[str, Measured], above: str, below: str) -> None:
    if {above, below} <= set(made):
        one, other = made[above], made[below]
        times = one.seconds / other.seconds, one.busy / other.busy
        print(f"{above} / {below}: {times[0]:.2f} (CPU {times[1]:.2f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spells", type=float, default=1e6, help="1e6 if not given")
    parser.add_argument("--only", nargs="*", default=list(PIECES), metavar="PIECE")
    parser.add_argument("--piece", choices=PIECES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.piece:
        one(asked.piece, asked.folder)
    else:
        show(int(asked.spells), asked.only)


if __name__ == "__main__":
    main()
