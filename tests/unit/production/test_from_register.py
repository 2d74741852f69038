"""A register's figures for the reports: only a made-up one is counted, in one pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import plant
import pytest

from indicators import processed
from indicators.calendar import month_range
from indicators.errors import DisclosureError, UsageError
from indicators.production import runner
from indicators.production.from_register import compute_from_register
from indicators.register import store
from indicators.settings import Settings
from indicators.sources.synthetic import synthesise

Project = Callable[..., Settings]
SHOWS = """\
from indicators import processed
from indicators import settings
read = processed.read(settings.load().root, month)
print(read.made_up, read.register is not None)"""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register") / "canonical"
    synthesise(folder, persons=200, seed=3, layout="canonical")
    return folder


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


def test_a_register_that_is_not_made_up_is_refused_before_it_is_counted(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "real"
    real.mkdir()
    store.write_meta(real, date(2023, 6, 30), "TE-toimiston poiminta", "register")

    def counted(*_: object, **__: object) -> None:
        pytest.fail("a real register was counted")

    monkeypatch.setattr("indicators.measures.register.compute_register", counted)
    with pytest.raises(DisclosureError, match="not a made-up register") as caught:
        compute_from_register(project(), ["2022-02"], real)
    assert caught.value.exit_status == 4
    assert str(real) in str(caught.value)


def test_no_folder_is_wrong_use_and_nothing_is_written(project: Project, tmp_path: Path) -> None:
    settings = project()
    with pytest.raises(UsageError, match="no folder of a register"):
        runner.run(settings, ["2022-02"], ["fi"], register=tmp_path / "nowhere")
    assert not (settings.root / "data" / "processed").exists()


def test_a_run_with_a_register_has_its_tables_in_the_notebook(
    project: Project, made_up: Path
) -> None:
    settings = project([SHOWS])
    [report] = runner.run(settings, ["2022-02"], ["fi"], register=made_up)
    assert "True True" in report.notebook.read_text(encoding="utf-8")
    assert processed.read(settings.root, "2022-02").made_up
    assert plant.contents(settings.root / "reports")
