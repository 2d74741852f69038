"""A register's figures for the reports: counted in one pass, and released."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import plant
import pyarrow as pa
import pytest
from pyarrow import parquet

from indicators.calendar import month_range
from indicators.errors import UsageError
from indicators.processed.reading import read_month
from indicators.production import runner
from indicators.production.options import RunRequest
from indicators.production.register_tables import (
    compute_from_register,
    count_register,
    first_covered_month,
)
from indicators.register import store
from indicators.register.store import open_register
from indicators.releases.store import released_rows
from indicators.settings.model import Settings
from indicators.synthetic.synthesise import synthesise

Project = Callable[..., Settings]
SHOWS = """\
from indicators.processed.reading import read_month
from indicators.settings.loading import load_settings
read = read_month(load_settings().root, month)
print(read.made_up, read.register is not None)"""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register") / "canonical"
    synthesise(folder, persons=200, seed=3, layout="canonical")
    return folder


@pytest.mark.slow
def test_every_month_that_a_report_tells_of_is_counted_once(
    project: Project, made_up: Path
) -> None:
    counted = compute_from_register(project(), ["2023-06", "2022-02"], made_up)
    assert counted.made_up
    months = set(counted.table["month"].astype(str))
    assert months == {*month_range("2020-02", "2022-02"), *month_range("2021-06", "2023-06")}
    assert {"LAHTI5", "KU398"} <= set(counted.table["area"])
    keys = ["indicator", "statistic", "month", "area", "population", "dimension", "category"]
    assert not counted.table.duplicated(keys).any()


@pytest.mark.slow
def test_only_what_is_told_is_given_and_every_month_of_it_is_released(
    project: Project, made_up: Path
) -> None:
    settings = project()
    given = compute_from_register(settings, ["2022-02"], made_up)
    counted = count_register(settings, ["2022-02"], open_register(made_up))
    assert len(given.table) < len(counted) / 10
    assert tuple(release.parent.name for release in given.releases) == month_range(
        "2020-02", "2022-02"
    )
    pd.testing.assert_frame_equal(given.table, released_rows(given.releases))
    assert (given.table["status"] == "suppressed").any()


def test_before_the_register_begins_nothing_is_told_and_zero_is_not_said(
    project: Project, made_up: Path
) -> None:
    register = open_register(made_up)
    begin = first_covered_month(register)
    assert begin == "2016-01"
    counted = count_register(project(), ["2016-06"], register)
    early = counted[(counted["month"].astype(str) < begin) & (counted["source"] == "register")]
    assert set(early["month"].astype(str)) == set(month_range("2014-06", "2015-12"))
    assert set(early["status"]) == {"not_available"}
    assert set(early["dimension"]) == {"total"}
    numbers = ["numerator", "denominator", "value", "low", "high"]
    assert early[numbers].isna().all(axis=None)

    def known(indicator: str, statistic: str, month: str) -> bool:
        chosen = (counted["indicator"] == indicator) & (counted["statistic"] == statistic)
        chosen &= (counted["month"] == month) & (counted["area"] == "LAHTI5")
        chosen &= (counted["dimension"] == "total") & (counted["population"] == "residents")
        return bool(counted.loc[chosen, "value"].notna().all())

    # Flows of the first months would hold survivors alone; other figures look back on nothing.
    assert known("extended_unemployment", "value", "2016-01")
    assert not known("flow_over_3_months", "value", "2016-03")
    assert known("flow_over_3_months", "value", "2016-04")
    assert not known("flow_over_12_months", "value", "2016-06")
    assert known("structural_unemployment", "long_term", "2016-01")
    assert not known("structural_unemployment", "total", "2016-06")


def test_a_register_begins_with_its_first_ended_searches_but_for_strays(tmp_path: Path) -> None:
    def register(ends: list[date | None]) -> store.Register:
        count = len(ends)
        columns = {
            "person_id": pa.array(range(count), pa.int64()),
            "start": pa.array([date(1990, 1, 1)] * count, pa.date32()),
            "end": pa.array(ends, pa.date32()),
            "end_reason": pa.array(["01"] * count, pa.string()),
        }
        parquet.write_table(pa.table(columns), tmp_path / "job_search.parquet")
        return store.Register(tmp_path, date(2023, 6, 30), "X", "register")

    many = [date(2018, 3, 5 + day % 20) for day in range(1999)]
    assert first_covered_month(register([date(1995, 1, 1), *many, None])) == "2018-03"
    assert first_covered_month(register([date(2018, 2, 28), date(2018, 3, 1)])) == "2018-02"
    assert first_covered_month(register([None])) is None


def test_no_folder_is_wrong_use_and_nothing_is_written(project: Project, tmp_path: Path) -> None:
    settings = project()
    with pytest.raises(UsageError, match="no folder of a register"):
        runner.run(RunRequest(settings, ["2022-02"], ["fi"], register=tmp_path / "nowhere")).check()
    assert not (settings.root / "data" / "processed").exists()


@pytest.mark.slow
def test_a_run_with_a_register_has_its_tables_in_the_notebook(
    project: Project, made_up: Path
) -> None:
    settings = project([SHOWS])
    [report] = runner.run(RunRequest(settings, ["2022-02"], ["fi"], register=made_up)).reports
    assert "True True" in report.notebook.read_text(encoding="utf-8")
    assert read_month(settings.root, "2022-02").made_up
    assert plant.contents(settings.root / "reports")
