"""Makes ``country_services.csv`` from StatFin's country tables 12u1, 12u2, 12u6, 12u8 and 12u9.

Run by hand when the tables change: ``python tests/golden/make_country_services.py FOLDER``, where
FOLDER holds ``12u1_country_vintage_2022.csv`` and the others, one row a kind, month and content.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

TARGET = Path(__file__).with_name("country_services.csv")
# Table, and the content that is the stock at the end of the month.
STOCKS = {
    "12u1": "VALMENNUSLOP",
    "12u2": "TVKOULUTUSLOP",
    "12u6": "TYOLLISTETTYLOP",
    "12u8": "KOKEILULOP",
    "12u9": "MTPPALVELUTLOP",
}


def read(folder: Path, table: str, content: str) -> dict[str, int]:
    """Stock by month: the table's own total, or the sum of its kinds where it gives none."""
    with (folder / f"{table}_country_vintage_2022.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (kind, day[:7], value) for kind, day, item, value in csv.reader(file) if item == content
        ]
    totals = {month: int(float(value)) for kind, month, value in rows if kind == "SSS"}
    kinds: Counter[str] = Counter()
    for kind, month, value in rows:
        # A hidden kind (1–4 persons) is in a total, and is left out of a sum.
        kinds[month] += int(float(value or 0)) if kind != "SSS" else 0
    return totals or kinds


def main(folder: Path) -> None:
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["table", "month", "stock"])
        for table, content in STOCKS.items():
            for month, stock in sorted(read(folder, table, content).items()):
                writer.writerow([table, month, stock])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
