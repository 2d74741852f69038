"""A register's figures to be taken home: a CSV, packed with what there is to know of it."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from indicators.catalogue import LANGUAGES
from indicators.reporting.voice import Voice

READ_ME = "README.txt"


def pack(csv: Path, target: Path, *, made_up: bool) -> None:
    """Pack a register's CSV, which would be tens of megabytes.

    Args:
        csv: The protected figures.
        target: Name of the packed file; the CSV in it has the same name.
        made_up: Whether the register is made up: the file beside the CSV says so first.
    """
    with ZipFile(target, "w", compresslevel=6) as packed:
        packed.writestr(_entry(READ_ME), _read_me(made_up=made_up))
        packed.writestr(_entry(target.with_suffix(".csv").name), csv.read_bytes())


def _entry(name: str) -> ZipInfo:
    """No clock goes into it: the same figures give the same bytes."""
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _read_me(*, made_up: bool) -> str:
    keys = (*(("register.notice",) if made_up else ()), "register.file")
    return "\n\n".join(Voice(language)(key) for language in LANGUAGES for key in keys) + "\n"
