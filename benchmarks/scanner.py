"""How fast the scanner is, what it takes for codes that are none, and when it gives a bomb up.

    .venv/bin/python benchmarks/scanner.py [FOLDER …]

Without folders: what this project has made, and the text files of the environment's libraries, in
which nobody's code stands, so that each finding there is a false alarm.
"""

from __future__ import annotations

import gzip
import io
import sys
import sysconfig
import tempfile
import time
import zipfile
from pathlib import Path

from indicators.scanning.scanner import scan_paths

MADE = ("_site", "reports", "data/processed")
LARGEST = 30 << 20


def measure(name: str, files: list[Path]) -> None:
    """Scan files and tell of it in a line, and of each finding in one more."""
    size = sum(path.stat().st_size for path in files) / 2**20
    begun = time.perf_counter()
    found = scan_paths(files)
    seconds = time.perf_counter() - begun
    print(
        f"{name}: {len(files)} files, {size:.1f} MiB in {seconds:.1f} s; "
        f"{len(found.findings)} findings, {len(found.unreadable)} not scanned whole"
    )
    for finding in found.findings:
        print(f"  {finding}")


def texts(folder: Path) -> list[Path]:
    """Text files: without a zero byte at their beginning."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if path.stat().st_size <= LARGEST and _is_text(path)]


def _is_text(path: Path) -> bool:
    with path.open("rb") as stream:
        return b"\0" not in stream.read(8192)


def bombs(folder: Path) -> list[Path]:
    """A gigabyte of zeros, and zip files in zip files."""
    with gzip.open(folder / "zeros.gz", "wb") as packed:
        for _ in range(1024):
            packed.write(bytes(1 << 20))
    (folder / "deep.zip").write_bytes(nested(b"a" * 10**6, depth=6, width=12))
    (folder / "many.zip").write_bytes(nested(b"a", depth=7, width=10))
    return sorted(folder.iterdir())


def nested(data: bytes, *, depth: int, width: int) -> bytes:
    """A zip file of zip files."""
    for level in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(width):
                archive.writestr(f"{level}-{number}.{'zip' if level else 'txt'}", data)
        data = packed.getvalue()
    return data


def main() -> None:
    folders = [Path(one) for one in sys.argv[1:]]
    for folder in folders or [Path(one) for one in MADE if Path(one).exists()]:
        measure(str(folder), [path for path in sorted(folder.rglob("*")) if path.is_file()])
    if not folders:
        measure("libraries", texts(Path(sysconfig.get_paths()["purelib"])))
        with tempfile.TemporaryDirectory() as name:
            for path in bombs(Path(name)):
                measure(path.name, [path])


if __name__ == "__main__":
    main()
