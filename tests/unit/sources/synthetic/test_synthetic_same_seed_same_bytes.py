"""The same arguments give the same bytes, and nothing is left half-written."""

import hashlib
import json
from datetime import date

import pytest

from indicators.errors import UsageError
from indicators.register.schema import TABLES
from indicators.register.store import open_register
from indicators.synthetic import model, writing
from indicators.synthetic.synthesise import synthesise
from indicators.synthetic.writing import SOURCE


def bytes_of(folder) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize(
    "options",
    [{"layout": "canonical"}, {"layout": "register"}, {"layout": "register", "dirt": True}],
    ids=["canonical", "register", "dirt"],
)
def test_a_seed_gives_the_same_bytes_each_time(tmp_path, monkeypatch, options):
    monkeypatch.setattr(writing, "BLOCK_PERSONS", 200)
    for name in ("first", "again"):
        synthesise(tmp_path / name, persons=500, seed=4, **options)
    synthesise(tmp_path / "other", persons=500, seed=5, **options)
    first, again, other = (bytes_of(tmp_path / name) for name in ("first", "again", "other"))
    assert first == again
    same = {name for name in first if first[name] == other[name]}
    of_no_seed = {"labour_force", "service_price"}
    assert same <= {
        "meta.json",
        *(f"{name}{end}" for name in of_no_seed for end in (".csv", ".parquet")),
    }


def test_whole_blocks_do_not_depend_on_how_many_follow(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "BLOCK_PERSONS", 200)
    synthesise(tmp_path / "few", persons=200, seed=4, layout="canonical")
    synthesise(tmp_path / "more", persons=400, seed=4, layout="canonical")
    few = open_register(tmp_path / "few").read("employment_code")
    more = open_register(tmp_path / "more").read("employment_code", persons=(1, 200))
    assert few.equals(more)


def test_the_folder_says_that_it_is_made_up(registers):
    for folder, layout in ((registers.canonical, "canonical"), (registers.clean, "register")):
        register = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        assert register["source"] == SOURCE == "synthetic (made up)"
        assert register["layout"] == layout
        assert "Nobody in these files lives" in (folder / "MADE_UP.md").read_text(encoding="utf-8")
    assert open_register(registers.canonical).extract_date == date(2023, 6, 30)


def test_all_canonical_tables_are_there(registers):
    register = open_register(registers.canonical)
    assert {name for name in TABLES if register.has(name)} == set(TABLES)


def test_other_months_move_the_extract_date(tmp_path):
    synthesise(
        tmp_path / "out",
        persons=300,
        seed=1,
        layout="canonical",
        first_month="2020-01",
        last_month="2021-02",
    )
    register = open_register(tmp_path / "out")
    assert register.extract_date == date(2021, 2, 28)
    starts = register.read("employment_code")["start"].to_pylist()
    assert max(starts) <= date(2021, 2, 28)
    # The trial has not begun: no office of it, no caseload, no survey.
    assert set(register.read("office")["office"].to_pylist()) == {"1599"}
    for name in ("caseload", "survey", "survey_round", "introduction"):
        assert register.read(name).num_rows == 0


def test_progress_tells_every_person_once(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "BLOCK_PERSONS", 100)
    messages = []
    synthesise(tmp_path / "out", persons=250, seed=1, progress=messages.append)
    assert messages == [100, 100, 50]


def test_a_made_up_folder_is_replaced_and_no_other(tmp_path):
    target = tmp_path / "out"
    target.mkdir()
    synthesise(target, persons=50, seed=1)
    (target / "YHENK.csv").unlink()
    synthesise(target, persons=50, seed=2)
    assert (target / "YHENK.csv").exists()

    (target / "meta.json").write_text('{"source": "a real extract"}', encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else than made-up data"):
        synthesise(target, persons=50, seed=2)
    (target / "meta.json").write_text("not JSON", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else"):
        synthesise(target, persons=50, seed=2)
    with pytest.raises(UsageError, match="holds something else"):
        synthesise(target / "YHENK.csv", persons=50, seed=2)


def test_all_wrong_arguments_are_told_at_once(tmp_path):
    with pytest.raises(UsageError) as caught:
        synthesise(
            tmp_path / "out",
            persons=0,
            seed=-1,
            layout="parquet",
            first_month="2023-01",
            last_month="2022-12",
        )
    message = str(caught.value)
    for part in ("persons 0", "seed -1", "layout parquet", "2023-01..2022-12"):
        assert part in message
    assert not (tmp_path / "out").exists()


def test_dirt_needs_the_register_layout(tmp_path):
    with pytest.raises(UsageError, match="register layout only"):
        synthesise(tmp_path / "out", persons=10, seed=1, layout="canonical", dirt=True)


def test_beyond_the_region_persons_live_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setitem(model.load_model().population, "region_persons", 300)
    synthesise(tmp_path / "out", persons=900, seed=1, layout="canonical")
    register = open_register(tmp_path / "out")
    home = register.read("residence").to_pandas()
    region = {"398", "098", "016", "316", "560"}
    inside = home["municipality"].isin(region)
    assert (inside == (home["person_id"] <= 300)).all()
    offices = set(register.read("office")["office"].to_pylist())
    assert {"1530", "1599"} < offices
    assert "" not in offices
    assert len(set(register.read("labour_force")["municipality"].to_pylist())) > 50
