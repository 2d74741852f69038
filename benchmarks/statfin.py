"""How long the StatFin road takes, beside plain pandas: ``make bench``. Never run as a test.

The comparison is what an analyst would write with ``read_csv`` and ``groupby`` for three of the six
indicators: no checks of the files, no statuses, and files named by hand.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from indicators import table
from indicators.catalogue.loading import load_catalogue
from indicators.measures.published import published_table
from indicators.settings.loading import load_settings
from indicators.sources.statfin.snapshots import read_snapshots

ROOT = Path(__file__).parents[1]
STATFIN = ROOT / "data" / "raw" / "statfin"
ROUNDS = 3
SERVICES = [
    "TYOLLISTETTYLOP",
    "TYOHARJOITTELULOP",
    "KOKEILULOP",
    "TVKOULUTUSLOP",
    "VALMENNUSLOP",
    "MTPPALVELUTLOP",
]
UNEMPLOYED = "TYOTTOMATLOPUSSA"
KEYS = ["alue", "kuukausi"]


def seconds(work: Callable[[], object]) -> float:
    """Median time of some rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def command(*arguments: str | Path) -> None:
    line = [sys.executable, "-m", "indicators", *map(str, arguments)]
    subprocess.run(line, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def with_group(name: str, columns: list[str]) -> pd.DataFrame:
    """Sums and numbers of hidden cells by area and month, the group added."""
    cells = pd.read_csv(STATFIN / name, usecols=[*KEYS, *columns])
    members = load_settings(ROOT).groups["LAHTI5"].members
    cells = pd.concat([cells, cells[cells["alue"].isin(members)].assign(alue="LAHTI5")])
    hidden = cells[columns].isna().astype(int).add_prefix("hidden_")
    return pd.concat([cells[KEYS], cells[columns], hidden], axis=1).groupby(KEYS).sum()


def plain_pandas(out: Path) -> pd.DataFrame:
    """Indicators 1, 6 and 11 with read_csv, groupby and to_csv; two files named by hand."""
    newest = with_group("12r5_core_vintage_2023-12-05.csv.gz", [UNEMPLOYED, "TYOVOIMATK"])
    full = with_group("12r5_full_vintage_2022-05-01.csv.gz", [UNEMPLOYED, *SERVICES])
    made = {"unemployment_share": 100 * newest[UNEMPLOYED] / newest["TYOVOIMATK"]}
    hidden = full[[f"hidden_{name}" for name in SERVICES]].sum(axis=1)
    for bound, each in (("value", 2.5), ("low", 1), ("high", 4)):
        services = full[SERVICES].sum(axis=1) + each * hidden
        unemployed = full[UNEMPLOYED] + each * full[f"hidden_{UNEMPLOYED}"]
        made[f"extended_{bound}"] = unemployed + services
        made[f"activation_{bound}"] = 100 * services / (unemployed + services)
    frame = pd.DataFrame(made)
    frame.to_csv(out)
    return frame


def main() -> None:
    snapshots = read_snapshots(STATFIN)
    months = snapshots.months
    groups = {code: group.members for code, group in load_settings(ROOT).groups.items()}
    known = load_catalogue()
    made = published_table(snapshots, months, groups, known)
    asked = f"{months[0]}..{months[-1]}"
    with tempfile.TemporaryDirectory() as folder:
        csv, parquet = Path(folder) / "x.csv", Path(folder) / "x.parquet"
        rows: list[tuple[str, Callable[[], object]]] = [
            ("indicators --help", lambda: command("--help")),
            ("read and check the snapshots", lambda: read_snapshots(STATFIN)),
            ("make the table", lambda: published_table(snapshots, months, groups, known)),
            ("write CSV", lambda: table.write(made, csv)),
            ("write Parquet", lambda: table.write(made, parquet)),
            (
                "indicators compute … --out x.csv",
                lambda: command("compute", "--months", asked, "--statfin", STATFIN, "--out", csv),
            ),
            (
                "indicators compute … --out x.parquet",
                lambda: command(
                    "compute", "--months", asked, "--statfin", STATFIN, "--out", parquet
                ),
            ),
            ("plain pandas, three of six indicators, CSV", lambda: plain_pandas(csv)),
        ]
        print(f"{len(made):,} rows: {asked}, {len(snapshots.areas)} areas; median of {ROUNDS}")
        for name, work in rows:
            print(f"{name:<44} {seconds(work):7.2f} s")


if __name__ == "__main__":
    main()
