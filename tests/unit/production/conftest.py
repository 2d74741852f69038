"""Projects to make months in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import plant
import pytest

from fixtures.released import from_register
from indicators.computing import Computed, compute_all
from indicators.processed.reading import RegisterTables
from indicators.settings.loading import load_settings
from indicators.settings.model import Settings

# The two years before the month that a report tells of, and a little more.
FIRST = "2020-01"
# And a month in which the source hides a cell.
HIDDEN = "2012-08"


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Sequence[str]], Settings]:
    """Lays out a project whose notebook has some cells, and reads its settings."""

    def made(cells: Sequence[str] = ("print(month, language)",)) -> Settings:
        return load_settings(plant.set_up(tmp_path / "project", cells))

    return made


@pytest.fixture(scope="session")
def computed() -> Computed:
    """What the real snapshots give of some years: a table is written in most of the tests."""
    settings = load_settings(plant.ROOT)
    groups = {code: group.members for code, group in settings.groups.items()}
    made = compute_all(["2022-02"], statfin=settings.statfin.directory, groups=groups)
    return replace(made, indicators=_recent(made.indicators), context=_recent(made.context))


def _recent(figures: pd.DataFrame) -> pd.DataFrame:
    months = figures["month"].astype(str)
    return figures[(months >= FIRST) | (months == HIDDEN)].reset_index(drop=True)


@pytest.fixture
def counted(settings: Settings, computed: Computed) -> RegisterTables:
    """A register's table: the published one under another source, months around its own too."""
    return from_register(computed.indicators.assign(source="register"), settings.root)
