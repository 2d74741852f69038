"""What `compute`, `report` and `run` refuse before a register's figures go anywhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

from indicators.computing import Choices, compute
from indicators.errors import DataError
from indicators.production import runner
from indicators.production.options import RunRequest
from indicators.settings.model import Settings
from indicators.synthetic.synthesise import synthesise

Project = Callable[..., Settings]
MONTH = "2022-02"
CHOICES = Choices(trial_offices=["1530"], parameters={})
# Registers are counted.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register") / "canonical"
    synthesise(folder, persons=200, seed=3, layout="canonical")
    return folder


@pytest.fixture
def copy(made_up: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_up, tmp_path / "register"))


def change(folder: Path, table: str, column: str, to: Callable[[pa.ChunkedArray], Any]) -> None:
    path = folder / f"{table}.parquet"
    rows = parquet.read_table(path)
    at = rows.column_names.index(column)
    result = pa.array(to(rows[column]).to_pylist(), rows.schema.field(column).type)
    parquet.write_table(rows.set_column(at, column, result), path)


def in_thousands(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.floor(pc.divide(values, 1000.0))


def late(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Every end known a year later: after the extract date, the last ones."""
    return pc.add(values.cast(pa.timestamp("s")), pa.scalar(365 * 86_400, pa.duration("s"))).cast(
        pa.date32()
    )


FAULTS = [
    ("labour_force", "value", in_thousands, "labour_force (total) of KU398 2022"),
    ("employment_code", "end", late, "column end: lies after the extract date"),
    ("caseload", "customers", pc.negate, "caseload.parquet, column customers"),
    ("survey_round", "invited", lambda values: pc.multiply(values, 0), "column invited"),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_compute_and_run_alike(project: Project, copy: Path, fault: Any) -> None:
    *changed, problem = fault
    change(copy, *changed)
    with pytest.raises(DataError) as caught:
        compute(MONTH, register=copy, groups={}, choices=CHOICES)
    assert problem in str(caught.value)
    settings = project()
    with pytest.raises(DataError) as caught:
        runner.run(RunRequest(settings, [MONTH], ["fi"], register=copy)).check()
    assert problem in str(caught.value)
    assert not (settings.root / "data" / "processed").exists()


def test_faults_of_persons_and_of_figures_are_told_at_once(copy: Path) -> None:
    for table, column, to, _ in FAULTS[1:]:
        change(copy, table, column, to)
    with pytest.raises(DataError) as caught:
        compute(MONTH, register=copy, groups={}, choices=CHOICES)
    message = str(caught.value)
    assert all(problem in message for *_, problem in FAULTS[1:])


def test_no_count_of_persons_is_told_of_a_share_over_100(copy: Path) -> None:
    """Of a municipality with 12 unemployed and a labour force of 2 the 2 is told alone."""
    change(copy, "labour_force", "value", lambda values: pc.min_element_wise(values, 2.0))
    with pytest.raises(DataError) as caught:
        compute(MONTH, register=copy, groups={}, choices=CHOICES)
    lines = str(caught.value).replace("\n  ", "\n").splitlines()
    assert all(": 2, so that the share" in line for line in lines)


def test_a_run_holds_the_register_against_what_is_published(project: Project, copy: Path) -> None:
    settings, result = project(), list[str]()
    runner.run(RunRequest(settings, [MONTH], ["fi"], register=copy), notify=result.append)
    assert result[0].startswith("Register and StatFin: ")
    assert "The register is made up" in result[0]
    # Counts of 1–4 are for the data holder's eyes: no area is told with its figure.
    assert "KU398" not in result[0]


def test_a_real_extract_that_lies_too_far_from_what_is_published_ends_a_run(
    project: Project, copy: Path
) -> None:
    meta = json.loads((copy / "meta.json").read_text())
    (copy / "meta.json").write_text(json.dumps({**meta, "source": "an extract"}))
    settings = project()
    with pytest.raises(DataError, match="lie too far from StatFin's"):
        runner.run(RunRequest(settings, [MONTH], ["fi"], register=copy)).check()
    assert not (settings.root / "data" / "released").exists()
