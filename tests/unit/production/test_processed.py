"""The protected tables of a month: what is in them, and that they come back as they went."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import plant
import pytest

from indicators import table
from indicators.computing import Computed
from indicators.errors import DataError, DisclosureError, UsageError
from indicators.processed import manifest, publishing, reading
from indicators.processed.reading import RegisterTables, read_month, reported_areas
from indicators.processed.vintages import vintage_folder
from indicators.settings.model import Settings

MONTH = "2022-02"
Project = Callable[..., Settings]


def spoil(path: Path, content: str | None) -> None:
    """Change a published file, or remove it, as only somebody with intent can."""
    path.parent.chmod(0o755)
    if content is None:
        path.unlink()
    else:
        path.chmod(0o644)
        path.write_text(content)


@pytest.fixture
def settings(project: Callable[[Sequence[str]], Settings]) -> Settings:
    return project([])


def test_the_folder_is_named_after_month_and_newest_vintage(
    settings: Settings, computed: Computed
) -> None:
    folder = publishing.publish(settings, MONTH, computed)
    assert folder == settings.root / "data" / "processed" / MONTH / "2023-12-05"
    assert sorted(path.name for path in folder.iterdir()) == [
        "context.csv",
        "context.parquet",
        "indicators.csv",
        "indicators.parquet",
        "manifest.json",
        "sources.json",
    ]


def test_what_is_read_is_what_was_computed(settings: Settings, computed: Computed) -> None:
    publishing.publish(settings, MONTH, computed)
    read = read_month(settings.root, MONTH)
    for entry, whole in ((read.indicators, computed.indicators), (read.context, computed.context)):
        # Of every area: any may be reported.
        wanted = whole[whole["month"].astype(str) <= MONTH]
        assert list(entry.columns) == list(table.COLUMNS)
        pd.testing.assert_frame_equal(
            entry.astype(dict.fromkeys(entry.select_dtypes("category"), object)),
            wanted.astype(dict.fromkeys(wanted.select_dtypes("category"), object)).reset_index(
                drop=True
            ),
            check_dtype=False,
        )


def test_the_csv_says_the_same_as_the_parquet(settings: Settings, computed: Computed) -> None:
    folder = publishing.publish(settings, MONTH, computed)
    for name in ("indicators", "context"):
        parquet, csv = (table.read(folder / f"{name}.{kind}") for kind in ("parquet", "csv"))
        parquet = parquet[parquet["area"].isin(reported_areas(settings))].reset_index(drop=True)
        pd.testing.assert_frame_equal(
            parquet.astype(dict.fromkeys(parquet.select_dtypes("category"), object)),
            csv.astype(dict.fromkeys(csv.select_dtypes("category"), object)),
        )


def test_no_row_is_of_a_later_month_and_no_csv_of_another_area(
    settings: Settings, computed: Computed
) -> None:
    folder = publishing.publish(settings, MONTH, computed)
    read = read_month(settings.root, MONTH)
    for item in (read.indicators, read.context):
        assert item["month"].astype(str).max() == MONTH
        assert {"KU091", "SK071", *reported_areas(settings)} <= set(item["area"])
    for name in ("indicators", "context"):
        csv = table.read(folder / f"{name}.csv")
        assert set(csv["area"]) == set(reported_areas(settings))
    assert computed.snapshots.months[-1] > MONTH  # so that there was something to leave out


def test_areas_are_the_group_its_members_and_what_stands_beside(settings: Settings) -> None:
    areas = reported_areas(settings)
    assert areas == ("LAHTI5", "KU398", "KU098", "KU016", "KU316", "KU560", "MK07", "SSS")


def test_publishing_again_gives_the_same_bytes(settings: Settings, computed: Computed) -> None:
    first = plant.contents(publishing.publish(settings, MONTH, computed))
    again = plant.contents(publishing.publish(settings, MONTH, computed))
    assert first == again


def test_sources_name_file_vintage_licence_and_checksum(
    settings: Settings, computed: Computed
) -> None:
    publishing.publish(settings, MONTH, computed)
    sources = read_month(settings.root, MONTH).sources
    assert [source.vintage for source in sources] == ["2023-12-05", "2022-10-31", "2022-05-01"]
    for source in sources:
        assert (plant.ROOT / "data" / "raw" / "statfin" / source.file).exists()
        assert len(source.sha256) == 64
        assert "CC BY 4.0" in source.licence


def test_what_nobody_wrote_down_of_a_source_stays_empty_but_for_its_checksum(
    settings: Settings, computed: Computed
) -> None:
    unknown = replace(computed, snapshots=replace(computed.snapshots, provenance={}))
    publishing.publish(settings, MONTH, unknown)
    found = read_month(settings.root, MONTH).sources
    assert {(source.source, source.licence) for source in found} == {("", "")}
    known = {name: value.sha256 for name, value in computed.snapshots.provenance.items()}
    assert {source.file: source.sha256 for source in found}.items() <= known.items()


def test_a_vintage_of_later_months_alone_is_no_source_of_a_month(
    settings: Settings, computed: Computed
) -> None:
    assert computed.snapshots.vintages[0].vintage.isoformat() == "2026-07-21"
    folder = publishing.publish(settings, MONTH, computed)
    assert folder.name == "2023-12-05"
    vintages = [source.vintage for source in read_month(settings.root, MONTH).sources]
    assert vintages == ["2023-12-05", "2022-10-31", "2022-05-01"]


def test_rows_that_are_not_public_are_refused_and_nothing_is_left(
    settings: Settings, computed: Computed
) -> None:
    secret = computed.indicators.astype({"source": object})
    secret.loc[secret["area"] == "KU398", "source"] = "register"
    with pytest.raises(DisclosureError, match="register") as caught:
        publishing.publish(settings, MONTH, replace(computed, indicators=secret))
    assert caught.value.exit_status == 4
    folder = settings.root / "data" / "processed" / MONTH
    assert not folder.exists() or plant.contents(folder) == {}


def test_a_refused_table_leaves_the_published_one_as_it_was(
    settings: Settings, computed: Computed
) -> None:
    folder = publishing.publish(settings, MONTH, computed)
    before = plant.contents(folder.parent)
    secret = computed.context.assign(source="survey")
    with pytest.raises(DisclosureError):
        publishing.publish(settings, MONTH, replace(computed, context=secret))
    assert plant.contents(folder.parent) == before


def test_the_newest_vintage_is_read_unless_one_is_named(
    settings: Settings, computed: Computed
) -> None:
    folder = publishing.publish(settings, MONTH, computed)
    older = folder.with_name("2022-05-01")
    folder.rename(older)
    publishing.publish(settings, MONTH, computed)
    assert read_month(settings.root, MONTH).vintage == "2023-12-05"
    assert read_month(settings.root, MONTH, "2022-05-01").vintage == "2022-05-01"
    assert vintage_folder(settings.root, MONTH) == folder


def test_a_month_without_tables_says_how_to_make_them(settings: Settings) -> None:
    with pytest.raises(DataError, match="indicators run --months 2022-02"):
        read_month(settings.root, MONTH)


def test_a_vintage_that_is_not_there_is_told(settings: Settings, computed: Computed) -> None:
    publishing.publish(settings, MONTH, computed)
    with pytest.raises(DataError, match="1999-01-01"):
        read_month(settings.root, MONTH, "1999-01-01")


@pytest.mark.parametrize(
    "content", [None, "{", "[]", json.dumps({"sources": [{"file": "x"}]}), "{}"]
)
def test_damaged_sources_are_bad_data(settings: Settings, computed: Computed, content: Any) -> None:
    spoil(publishing.publish(settings, MONTH, computed) / "sources.json", content)
    with pytest.raises(DataError, match=r"sources\.json"):
        read_month(settings.root, MONTH)


def test_damaged_tables_are_bad_data(settings: Settings, computed: Computed) -> None:
    spoil(publishing.publish(settings, MONTH, computed) / "indicators.parquet", "PAR1 no more")
    with pytest.raises(DataError, match=r"indicators\.parquet"):
        read_month(settings.root, MONTH)


def test_a_place_that_cannot_be_written_is_wrong_use(
    settings: Settings, computed: Computed
) -> None:
    (settings.root / "data" / "processed").write_text("a file in the way")
    with pytest.raises(UsageError, match="processed"):
        publishing.publish(settings, MONTH, computed)


REGISTER_FILES = {"register.parquet", "register.csv", "register.json"}


def test_a_register_stands_beside_the_published_tables_and_is_read_back(
    settings: Settings, computed: Computed, counted: RegisterTables
) -> None:
    folder = publishing.publish(settings, MONTH, computed, counted)
    assert {path.name for path in folder.iterdir()} >= REGISTER_FILES
    read = read_month(settings.root, MONTH)
    assert read.register is not None
    assert read.made_up
    assert set(read.register["source"]) == {"register"}
    assert set(read.indicators["source"]) == {"statfin"}
    assert set(read.register["area"]) == set(reported_areas(settings))


def test_a_registers_months_are_the_reported_one_and_two_years_before(
    settings: Settings, computed: Computed, counted: RegisterTables
) -> None:
    publishing.publish(settings, MONTH, computed, counted)
    table = read_month(settings.root, MONTH).register
    assert table is not None
    months = sorted(set(table["month"].astype(str)))
    assert (months[0], months[-1], len(months)) == ("2020-02", "2022-02", 25)
    assert reading.register_window(MONTH) == ("2020-02", "2022-02")


def changed(table: pd.DataFrame) -> pd.DataFrame:
    """The same with one number of the month another one."""
    table = table.copy()
    row = table.index[(table["month"] == MONTH) & (table["area"] == "KU316")][0]
    table.loc[row, "value"] += 1
    return table


@pytest.mark.parametrize("made_up", [True, False])
@pytest.mark.parametrize("unreleased", ["all", "one number"])
def test_figures_that_were_not_released_are_refused_and_nothing_is_left(
    settings: Settings,
    computed: Computed,
    counted: RegisterTables,
    made_up: bool,
    unreleased: str,
) -> None:
    wrong = (
        replace(counted, releases=(), made_up=made_up)
        if unreleased == "all"
        else replace(counted, table=changed(counted.table), made_up=made_up)
    )
    with pytest.raises(DisclosureError, match="rows of register, which are not public"):
        publishing.publish(settings, MONTH, computed, wrong)
    folder = settings.root / "data" / "processed" / MONTH
    assert not folder.exists() or plant.contents(folder) == {}


def test_a_real_registers_released_figures_are_published(
    settings: Settings, computed: Computed, counted: RegisterTables
) -> None:
    publishing.publish(settings, MONTH, computed, replace(counted, made_up=False))
    read = read_month(settings.root, MONTH)
    assert read.register is not None
    assert not read.made_up


def test_the_manifest_names_the_releases_of_its_months_alone(
    settings: Settings, computed: Computed, counted: RegisterTables
) -> None:
    read_back = manifest.read(
        publishing.publish(settings, MONTH, computed, replace(counted, folder=settings.root))
    )
    assert len(counted.releases) > len(read_back["releases"]) == 25
    assert read_back["releases"][0] == "data/released/test/2020-02/2023-06-30"
    names = {item["path"] for item in read_back["inputs"]}
    assert {f"{item}/release.json" for item in read_back["releases"]} <= names
    assert read_back["parameters"]["policy"] == "tyonv5"


def test_published_again_without_a_register_nothing_of_it_is_left(
    settings: Settings, computed: Computed, counted: RegisterTables
) -> None:
    publishing.publish(settings, MONTH, computed, counted)
    folder = publishing.publish(settings, MONTH, computed)
    assert not {path.name for path in folder.iterdir()} & REGISTER_FILES
    read = read_month(settings.root, MONTH)
    assert read.register is None
    assert not read.made_up


@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_what_is_not_known_to_be_made_up_is_bad_data(
    settings: Settings, computed: Computed, counted: RegisterTables, content: str | None
) -> None:
    spoil(publishing.publish(settings, MONTH, computed, counted) / "register.json", content)
    with pytest.raises(DataError, match=r"register\.json"):
        read_month(settings.root, MONTH)
