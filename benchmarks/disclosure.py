"""How long protecting takes, month after month with all earlier ones out: ``make bench``.

Five municipalities, their group and the country, every indicator, dimension and population of a
made-up register. Each month is a command of its own, attack included; at the end all months are
attacked together.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from indicators import table
from indicators.calendar import parse_months

MONTHS = "2021-03..2023-06"
PERSONS = 60_000


def seconds(*line: str | Path) -> float:
    """Run a command of the package; how long it took by the clock."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "indicators", *map(str, line)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def internal(folder: Path, months: str) -> list[Path]:
    """An unprotected table for each month, in order."""
    register, whole = folder / "register", folder / "whole.parquet"
    people = ("--persons", str(PERSONS), "--seed", "2021", "--layout", "canonical")
    seconds("synthesise", register, *people)
    seconds("compute", "--months", months, "--register", register, "--out", whole)
    told = table.read(whole)
    paths = []
    for month in parse_months(months):
        rows = told[told["month"] == month].reset_index(drop=True)
        paths.append(folder / f"{month}.internal.parquet")
        table.write(rows, paths[-1])
    print(f"{len(told):,} rows, {len(paths)} months, of {PERSONS:,} made-up persons", flush=True)
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", default=MONTHS, help=f"default: {MONTHS}")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out: list[Path] = []
        taken: list[float] = []
        for path in internal(folder, asked.months):
            protected = folder / path.name.replace("internal", "protected")
            earlier = ("--published", *out) if out else ()
            taken.append(seconds("protect", path, protected, *earlier))
            out.append(protected)
            print(f"{path.name[:7]}  {taken[-1]:6.1f} s", flush=True)
        print(f"slowest month  {max(taken):6.1f} s (mark: 30 s)")
        print(f"all months     {sum(taken):6.1f} s (mark for 28: 480 s)")
        print(f"attack on all  {seconds('attack', *out):6.1f} s")


if __name__ == "__main__":
    main()
