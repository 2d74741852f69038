"""Made-up registers, each made once: tests only read them."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from indicators.register.store import open_register
from indicators.sources.register.importing import import_register
from indicators.synthetic.synthesise import synthesise

PERSONS = 12_000
"""A fifth of the region: what is asked of the region is asked of a fifth."""


def in_order(folder: Path, name: str) -> pa.Table:
    """A canonical table, its rows in an order that is theirs alone."""
    rows = open_register(folder).read(name)
    return rows.sort_by([(column, "ascending") for column in rows.column_names])


@dataclass(frozen=True)
class SyntheticForms:
    """One register in all its forms, from one seed."""

    canonical: Path
    clean: Path
    dirty: Path

    def table(self, name: str) -> pd.DataFrame:
        return open_register(self.canonical).read(name).to_pandas(date_as_object=False)

    def rows(self, name: str) -> pa.Table:
        return in_order(self.canonical, name)


@pytest.fixture(scope="session")
def registers(tmp_path_factory) -> SyntheticForms:
    folder = tmp_path_factory.mktemp("synthetic")
    result = SyntheticForms(folder / "canonical", folder / "clean", folder / "dirty")
    synthesise(result.canonical, persons=PERSONS, seed=11, layout="canonical")
    synthesise(result.clean, persons=PERSONS, seed=11)
    synthesise(result.dirty, persons=PERSONS, seed=11, dirt=True)
    return result


@dataclass(frozen=True)
class Imported:
    """A register after the import: its folder, and records by table and rule."""

    folder: Path
    steps: dict[tuple[str, str], int]

    def table(self, name: str) -> pd.DataFrame:
        return open_register(self.folder).read(name).to_pandas(date_as_object=False)

    def rows(self, name: str) -> pa.Table:
        return in_order(self.folder, name)


def imported(source: Path, path: Path) -> Imported:
    report = import_register(source, path)
    return Imported(path, {(row["table"], row["rule"]): row["records"] for row in report.attrition})


@pytest.fixture(scope="session")
def clean(registers, tmp_path_factory) -> Imported:
    return imported(registers.clean, tmp_path_factory.mktemp("imported") / "clean")


@pytest.fixture(scope="session")
def dirty(registers, tmp_path_factory) -> Imported:
    return imported(registers.dirty, tmp_path_factory.mktemp("imported") / "dirty")


@pytest.fixture(scope="session")
def planted(registers) -> dict[str, dict[str, int]]:
    return json.loads((registers.dirty / "planted.json").read_text(encoding="utf-8"))["planted"]
