"""Import of 800 MB of the register's own tables beside a bare read of the same files by pyarrow.

``python benchmarks/importing.py [PERSONS]`` times whole processes, one after the other, so that
both are measured in one run; the bare read takes each file as one table and lets it go.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PERSONS = 630_000
_BARE = """
import sys
from pathlib import Path
from pyarrow import csv
for path in sorted(Path(sys.argv[1]).glob("*.csv")):
    with path.open(encoding="utf-8") as stream:
        separator = max(";,", key=stream.readline().count)
    csv.read_csv(path, parse_options=csv.ParseOptions(delimiter=separator))
"""


def main() -> None:
    """Make a delivery, read it bare, import it, and say how long each took."""
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else PERSONS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        delivery = folder / "delivery"
        people = ["--persons", str(persons), "--seed", "7"]
        _timed([sys.executable, "-m", "indicators", "synthesise", str(delivery), *people])
        size = sum(path.stat().st_size for path in delivery.iterdir()) / 2**20
        bare, _ = _timed([sys.executable, "-c", _BARE, str(delivery)])
        line = [sys.executable, "-m", "indicators", "import", str(delivery), str(folder / "out")]
        imported, memory = _timed(line)
    print(f"{size:.0f} MB of CSV: bare read {bare:.1f} s, import {imported:.1f} s", end=", ")
    print(f"{imported / bare:.1f} times as long (mark: 3), {memory:.0f} MB of memory (mark: 1000)")


def _timed(line: list[str]) -> tuple[float, float]:
    """Seconds a command took, and the memory it needed in MB."""
    begun = time.perf_counter()
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{line[2]} ended with status {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
