"""The files of a folder of Kela's data, for what must not load the libraries that read them."""

from __future__ import annotations

from pathlib import Path

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")


def kela_files(directory: Path) -> tuple[Path, ...]:
    """All files below a folder of Kela's data; none if it is not there."""
    found = (
        path
        for path in directory.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(directory).parts)
    )
    return tuple(sorted(found))


def holds_data(directory: Path) -> bool:
    """Whether a folder holds anything that could be Kela's figures."""
    return any(path.suffix.casefold() in TEXT_SUFFIXES for path in kela_files(directory))
