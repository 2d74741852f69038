"""The data tree: files for other programs, as their schemas say and as the long table has it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import jsonstat_validator
import numpy as np
import pandas as pd
import pytest

from fixtures import explored
from indicators import table
from indicators.explorer.description import Description
from indicators.explorer.figures import OFFICIAL, REGISTER
from indicators.explorer.tree import write_tree

AREAS = ("SSS", "LAHTI5", "KU398", "KU005", "KUJOU", "TA31")


def described(*, made_up: bool = True) -> Description:
    """A few areas: a country's tree takes seconds."""
    whole = explored.description()
    rows = explored.official_table()
    tables = {
        OFFICIAL: rows[rows["area"].isin(AREAS)].reset_index(drop=True),
        REGISTER: whole.figures.tables[REGISTER],
    }
    return replace(whole, figures=replace(whole.figures, tables=tables, made_up=made_up))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    write_tree(described(), folder)
    return folder


def content_of(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_file_is_as_its_schema_says(tree: Path) -> None:
    index = content_of(tree / "index.json")
    schemas = {name: content_of(tree / href) for name, href in index["schemas"].items()}
    files = {"index.json": "index", index["areas"]: "areas", index["indicators"]: "indicators"}
    files |= {entry["href"]: "dataset" for entry in index["datasets"]}
    for href, name in files.items():
        jsonschema.Draft202012Validator.check_schema(schemas[name])
        jsonschema.validate(
            content_of(tree / href),
            schemas[name],
            cls=jsonschema.Draft202012Validator,
            format_checker=jsonschema.FormatChecker(),
        )
    named = {*files, *index["schemas"].values(), *(t["href"] for t in index["tables"].values())}
    there = {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}
    assert there == named


def test_datasets_are_json_stat_and_hold_every_number(tree: Path) -> None:
    tables = described().figures.tables
    for entry in content_of(tree / "index.json")["datasets"]:
        path = tree / entry["href"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
        content = content_of(path)
        assert jsonstat_validator.validate_jsonstat(content)
        rows = tables[entry["dataset"]]
        rows = rows[rows["indicator"] == entry["indicator"]]
        assert (len(rows), content["extension"]["made_up"]) == (entry["rows"], entry["made_up"])
        ids = [content["dimension"][name]["category"]["index"] for name in content["id"]]
        shape = content["size"]
        values = np.array(content["value"], float).reshape(shape)
        statuses = np.array(content["status"], object).reshape(shape)
        assert np.isfinite(values).sum() > 0 or not rows["value"].notna().any()
        for row in explored.plain(rows).sample(n=min(300, len(rows)), random_state=1).itertuples():
            group = "total" if row.dimension == "total" else f"{row.dimension}:{row.category}"
            key = (row.indicator, row.source, row.statistic, row.population, group)
            place = [ids[at].index(each) for at, each in enumerate((*key, row.area, row.month))]
            found = dict(zip(ids[-1], values[tuple(place)].tolist(), strict=True))
            told = dict(zip(ids[-1], statuses[tuple(place)].tolist(), strict=True))
            for name in table.NUMBERS:
                wanted = getattr(row, name)
                given = found.get(name, np.nan)
                assert given == wanted or (np.isnan(given) and np.isnan(wanted)), (row, name)
            assert told["value"] == ("" if row.status == "normal" else row.status)


def test_tables_are_the_long_table(tree: Path) -> None:
    index = content_of(tree / "index.json")
    for name, rows in described().figures.tables.items():
        read = table.read(tree / index["tables"][name]["href"])
        pd.testing.assert_frame_equal(explored.plain(read), explored.plain(rows), check_exact=True)


def test_figures_of_nobody_have_names_and_labels_that_say_so(tree: Path, tmp_path: Path) -> None:
    index = content_of(tree / "index.json")
    made_up = [entry for entry in index["datasets"] if entry["dataset"] == REGISTER]
    assert all(entry["href"].startswith("register-made-up/") for entry in made_up)
    assert index["tables"][REGISTER]["href"] == "register-made-up.parquet"
    assert content_of(tree / made_up[0]["href"])["label"].startswith("Made-up data. ")
    real = tmp_path / "real"
    real.mkdir()
    write_tree(described(made_up=False), real)
    assert not list(real.rglob("*made-up*"))
    assert "Made-up" not in (real / "register" / "activation_rate.json").read_text(encoding="utf-8")


def test_the_same_figures_give_the_same_bytes(tree: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    write_tree(described(), again)
    for path in tree.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (again / path.relative_to(tree)).read_bytes(), path


def test_areas_that_nobody_can_place_are_there_and_said_to_be_so(tree: Path) -> None:
    areas = {each["code"]: each for each in content_of(tree / "areas.json")["areas"]}
    assert areas["KUJOU"]["kind"] == "other"
    assert areas["LAHTI5"]["members"] == ["KU398", "KU098", "KU016", "KU316", "KU560"]
    assert areas["KU398"]["name"]["sv"] == "Lahtis"
