"""``indicators fetch`` against a server that keeps StatFin's manners."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures.kela import made_up_rows, write_rows
from indicators.calendar import month_range
from indicators.computing import compute
from indicators.errors import DataError, SourceError
from indicators.settings.loading import load_settings
from indicators.settings.model import Fetch, Kela, StatFin
from indicators.sources.fetching.client import RefusedError
from indicators.sources.fetching.fetching import fetch
from indicators.sources.fetching.pxweb import split_selection
from indicators.sources.fetching.statfin import find_table, wanted_tables
from indicators.sources.statfin.snapshots import read_snapshots
from replay.server import CUT, PAGE_INSTEAD, SLOW, UNAVAILABLE, ReplayServer, Reply, as_json
from replay.tables import RECORDED, ROOT, Table, cells_of, made_up_tables, official, recording

MONTHS = ("2026M04", "2026M05", "2026M06")
AREAS = ("SSS", "KU398", "KU098", "MK07", "KUJOU")


@dataclass
class Project:
    """An empty project, and what a fetch into it says."""

    root: Path
    options: Fetch
    said: list[str]
    notes: list[str]

    @property
    def statfin(self) -> Path:
        return self.root / "data" / "raw" / "statfin"

    def fetch(self, server: ReplayServer, *sources: str, **options: Any) -> list[str]:
        settings = replace(
            load_settings(ROOT),
            root=self.root,
            statfin=StatFin(self.statfin),
            kela=Kela(self.root / "data" / "raw" / "kela"),
            fetch=replace(self.options, base_url=server.base_url),
        )
        self.said.clear()
        fetch(
            sources or ("statfin",),
            settings,
            say=self.said.append,
            note=self.notes.append,
            clock=server.clock,
            **options,
        )
        return self.said

    def provenance(self, source: str = "statfin") -> dict[str, Any]:
        path = self.root / "data" / "raw" / source / "provenance.json"
        return json.loads(path.read_text(encoding="utf-8"))

    def published(self) -> dict[str, bytes]:
        """Every file that stands under its own name."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and ".fetching" not in path.parts
        }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, Fetch(timeout_seconds=0.3), [], [])


def small(**chosen: Any) -> Table:
    return official().of(**{"Alue": AREAS, "timeperiod_m": MONTHS} | chosen)


@contextmanager
def serving(*tables: Table, **options: Any) -> Iterator[ReplayServer]:
    with ReplayServer(tables or [small()], **options).running() as server:
        yield server


def cells_held(project: Project) -> Mapping[str, int]:
    """Cells that the queries of all kept answers make, by table."""
    held: dict[str, int] = {}
    for entry in project.provenance()["answers"]:
        if entry["query"]:
            parts = entry["query"]["query"]
            chosen = {part["code"]: part["selection"]["values"] for part in parts}
            held[entry["set"]] = held.get(entry["set"], 0) + cells_of(chosen)
    return held


# --- complete, within the limits, read as it stands


def test_a_fetched_folder_gives_the_official_figures_of_june_2026(project: Project) -> None:
    older = "12r5_core_vintage_2023-12-05.csv.gz"
    project.statfin.mkdir(parents=True)
    shutil.copy(ROOT / "data" / "raw" / "statfin" / older, project.statfin)
    table = official().of(timeperiod_m=("2009M01", "2026M06"))
    with serving(table, *made_up_tables()) as server:
        project.fetch(server)
    snapshots = read_snapshots(project.statfin)
    assert [str(one.vintage) for one in snapshots.vintages] == ["2026-07-21", "2023-12-05"]
    # Cell by cell what the recorded answer says, hidden cells among it.
    [recorded] = read_snapshots(RECORDED).vintages
    newest = snapshots.vintages[0]
    assert newest.areas == recorded.areas
    for code, column in recorded.columns.items():
        np.testing.assert_array_equal(newest.columns[code][:, -1:], column)
        assert not newest.lacking[code][:, -1].any()
    figures = compute(["2008-12", "2026-06"], statfin=project.statfin)
    shares = figures[figures["indicator"] == "unemployment_share"].set_index(["area", "month"])
    assert shares.loc[("KU398", "2026-06"), "value"] == pytest.approx(100 * 10218 / 57254)
    assert shares.loc[("SSS", "2026-06"), "value"] == pytest.approx(100 * 352001 / 2743596)
    # The series is cut at its start: what the newest vintage lacks an older one serves.
    assert str(shares.loc[("KU398", "2008-12"), "vintage"])[:10] == "2023-12-05"


def test_what_was_asked_when_and_what_came_is_kept_for_every_answer(project: Project) -> None:
    with serving(small(), *made_up_tables(), maxCells=100) as server:
        project.fetch(server)
    content = project.provenance()
    assert {entry["set"] for entry in content["answers"]} == {table.id for table in wanted_tables()}
    for entry in content["answers"]:
        body = (project.statfin / entry["file"]).read_bytes()
        assert hashlib.sha256(body).hexdigest() == entry["sha256"]
        assert entry["address"].startswith(f"{server.base_url}/PxWeb/api/v1/fi/StatFin/")
        assert (entry["updated"], entry["vintage"]) == ("2026-07-21T05:00:00Z", "2026-07-21")
        assert entry["fetched"].startswith("2026-07-21T06:")
    held = cells_held(project)
    assert held["12r5"] == len(AREAS) * len(MONTHS) * 23
    # Of 12ts the totals of sex, age and graduation: 7 areas, 18 months, 4 contents.
    assert held["12ts"] == 7 * 18 * 4
    # 1319 was found under another id, by the old number in its title.
    assert any(path.endswith("/13zz.px") for _, path, _ in server.requests)


@pytest.mark.parametrize("calls", [1, 4])
def test_no_request_is_over_the_servers_limits(project: Project, calls: int) -> None:
    limits = {"maxCells": 100, "maxValues": 90, "maxCalls": calls, "timeWindow": 60}
    with serving(small(), **limits) as server:
        project.fetch(server)
    assert server.refused == 0
    assert len(server.queries) >= 4
    assert max(cells_of(chosen) for _, chosen in server.queries) <= 90
    assert sum(server.clock.slept) >= 60


def test_pieces_of_a_selection_are_together_the_whole() -> None:
    selection = (("a", ("1", "2", "3")), ("t", ("x", "y", "z", "u")), ("b", ("7", "8")))
    for most in range(1, 26):
        pieces = list(split_selection(selection, most, "t"))
        cells = [
            (a, t, b)
            for piece in pieces
            for a in dict(piece)["a"]
            for t in dict(piece)["t"]
            for b in dict(piece)["b"]
        ]
        assert len(cells) == len(set(cells)) == 24
        assert len(cells) / len(pieces) <= most


# --- once, and what is newer


def test_the_same_vintage_is_not_fetched_twice(project: Project) -> None:
    with serving() as server:
        project.fetch(server)
        before, queries = project.published(), len(server.queries)
        assert "statfin 12r5: 2026-07-21 is the newest, and here" in project.fetch(server)
        assert len(server.queries) == queries
    assert project.published() == before


def test_check_says_what_is_newer_and_writes_nothing(project: Project) -> None:
    with serving() as server:
        project.fetch(server, check=True)
        assert project.said == ["statfin 12r5: 2026-07-21 can be fetched (none is here)"]
        assert list(project.root.iterdir()) == []
        project.fetch(server)
        before = project.published()
        server.tables["tyonv/12r5.px"] = replace(small(), updated="2026-08-25T05:00:00Z")
        project.fetch(server, check=True)
    assert project.said == ["statfin 12r5: 2026-08-25 can be fetched (here is 2026-07-21)"]
    assert project.published() == before


def test_older_vintages_stay_and_of_one_day_the_later_serves(project: Project) -> None:
    with serving() as server:
        project.fetch(server)
        before = project.published()
        # Corrected on the same day: one unemployed more everywhere.
        mended = replace(small(), updated="2026-07-21T09:30:00Z", cell=lambda _key: 5)
        server.tables["tyonv/12r5.px"] = mended
        project.fetch(server)
        server.tables["tyonv/12r5.px"] = replace(mended, updated="2026-08-25T05:00:00Z")
        project.fetch(server)
    after = project.published()
    assert {name for name in before if not name.endswith("provenance.json")} <= set(after)
    vintages = read_snapshots(project.statfin).vintages
    assert [one.vintage.isoformat() for one in vintages] == [
        "2026-08-25",
        "2026-07-21",
        "2026-07-21",
    ]
    unemployed = [one.columns["TYOTTOMATLOPUSSA"][one.areas.index("KU398"), -1] for one in vintages]
    assert unemployed == [5, 5, 10218]


def test_hidden_no_figure_and_zero_stay_apart(project: Project) -> None:
    with serving() as server:
        project.fetch(server)
    newest = read_snapshots(project.statfin).vintages[0]
    area, month = newest.areas.index("KUJOU"), newest.months.index("2026-06")
    assert newest.columns["TYOTTOMATLOPUSSA"][area, month] == 0
    # Of April and May the replay server has no figures: no sum takes them for 1-4.
    assert newest.lacking["TYOTTOMATLOPUSSA"].tolist() == [[True, True, False]] * len(AREAS)


# --- what goes wrong on the way


@pytest.mark.parametrize(
    "fault",
    [
        CUT,
        SLOW,
        UNAVAILABLE,
        PAGE_INSTEAD,
        Reply(429, b"{}", headers={"Retry-After": "17"}),
        Reply(429, b"{}"),
        Reply(503, b"", headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        # An answer of other cells than were asked for.
        as_json({"id": ["Alue"], "size": [1], "value": [1], "updated": "2026-07-21T05:00:00Z"}),
    ],
    ids=[
        "cut",
        "slow",
        "503",
        "web page",
        "429",
        "429 without a time",
        "a date to come back",
        "other cells",
    ],
)
@pytest.mark.parametrize("requests_before", [0, 2, 5])
def test_a_passing_fault_costs_a_further_request(
    project: Project, fault: Reply, requests_before: int
) -> None:
    with serving(maxCells=150) as server:
        server.faults.extend([None] * requests_before + [fault])
        project.fetch(server)
    assert cells_held(project) == {"12r5": len(AREAS) * len(MONTHS) * 23}
    assert len(read_snapshots(project.statfin).vintages) == 1
    if fault.status == 429:
        # Who does not know better waits until the window is over.
        assert max(server.clock.slept) >= float(fault.headers.get("Retry-After", 60))


def test_a_server_that_falls_silent_leaves_nothing_half_done_and_the_next_fetch_goes_on(
    project: Project,
) -> None:
    with serving(maxCells=150) as server:
        # After limits, two listings, metadata, a cell, metadata and two pieces.
        server.faults.extend([None] * 8 + [CUT] * 5)
        with pytest.raises(SourceError) as caught:
            project.fetch(server)
        assert caught.value.exit_status == 8
        assert "\n" not in str(caught.value)
        assert project.published() == {}
        came = [chosen for _, chosen in server.queries][:2]
        server.requests.clear()
        project.fetch(server)
        # What had come is not asked for again, and the pieces are together the whole.
        assert not [chosen for chosen in came if ("12r5.px", chosen) in server.queries]
    assert cells_held(project) == {"12r5": len(AREAS) * len(MONTHS) * 23}
    assert not (project.statfin / ".fetching").exists()


def test_what_came_before_a_new_publication_is_not_mixed_with_it(project: Project) -> None:
    with serving(maxCells=150) as server:
        server.faults.extend([None] * 8 + [CUT] * 5)
        with pytest.raises(SourceError):
            project.fetch(server)
        server.tables["tyonv/12r5.px"] = replace(
            small(), updated="2026-08-25T05:00:00Z", cell=lambda _key: 7
        )
        project.fetch(server)
    newest = read_snapshots(project.statfin).vintages[0]
    assert (newest.columns["TYOTTOMATLOPUSSA"] == 7).all()


def test_a_table_published_anew_meanwhile_is_begun_anew(project: Project) -> None:
    with serving(maxCells=100) as server:

        def publish() -> None:
            server.tables["tyonv/12r5.px"] = replace(
                small(timeperiod_m=(*MONTHS, "2026M07")),
                updated="2026-08-25T05:00:00Z",
                cell=lambda _key: 7,
            )

        server.after[3] = publish
        project.fetch(server)
    answers = project.provenance()["answers"]
    assert {entry["updated"] for entry in answers} == {"2026-08-25T05:00:00Z"}
    newest = read_snapshots(project.statfin).vintages[0]
    assert newest.months[-1] == "2026-07"
    assert (newest.columns["TYOTTOMATLOPUSSA"] == 7).all()
    assert "statfin 12r5: published anew meanwhile; begun again" in project.notes


@pytest.mark.parametrize("plain_errors", [True, False])
def test_variables_that_change_their_codes_meanwhile_are_read_anew(
    project: Project, plain_errors: bool
) -> None:
    with serving(maxCells=100, plain_errors=plain_errors) as server:

        def rename() -> None:
            area, *others = small().variables
            stamped = replace(area, code="alue_23_20270101")
            server.tables["tyonv/12r5.px"] = replace(
                small(), variables=(stamped, *others), updated="2026-08-25T05:00:00Z"
            )

        server.after[2] = rename
        project.fetch(server)
    assert cells_held(project) == {"12r5": len(AREAS) * len(MONTHS) * 23}
    assert read_snapshots(project.statfin).vintages[0].vintage.isoformat() == "2026-08-25"


@pytest.mark.parametrize("plain_errors", [True, False])
def test_a_query_that_is_too_large_after_all_is_halved(
    project: Project, plain_errors: bool
) -> None:
    table = official().of(timeperiod_m=MONTHS)
    with serving(table, plain_errors=plain_errors) as server:
        configured = server.config
        server.config = configured | {"maxCells": 10_000}
        # It tells another limit than it keeps.
        server.files["/PxWeb/api/v1/fi/?config"] = json.dumps(configured).encode()
        project.fetch(server)
    assert cells_held(project) == {"12r5": 421 * 3 * 23}
    assert max(cells_of(chosen) for _, chosen in server.queries) <= 10_000


def test_a_long_wait_is_not_sat_out(project: Project) -> None:
    with serving() as server:
        server.faults.append(Reply(429, b"", headers={"Retry-After": "86400"}))
        with pytest.raises(SourceError, match="a longer wait than the 900 s"):
            project.fetch(server)
    assert server.clock.slept == []


class Refusing(Table):
    """A table whose metadata is answered and no query of it."""

    def selected(self, _query: Mapping[str, Any]) -> None:
        return None


def test_one_table_that_is_refused_does_not_keep_the_others_away(project: Project) -> None:
    with serving(small(), *made_up_tables()) as server:
        broken = server.tables["tyonv/12ts.px"]
        server.tables["tyonv/12ts.px"] = Refusing(**vars(broken))
        with pytest.raises(SourceError, match="12ts"):
            project.fetch(server)
    assert set(cells_held(project)) == {table.id for table in wanted_tables()} - {"12ts"}


def test_figures_that_cannot_be_are_refused_and_not_published(project: Project) -> None:
    with serving(replace(small(), cell=lambda _key: -3)) as server:
        with pytest.raises(DataError, match="TYOTTOMATLOPUSSA"):
            project.fetch(server)
        assert project.published() == {}
        server.tables["tyonv/12r5.px"] = small()
        project.fetch(server)
    assert len(read_snapshots(project.statfin).vintages) == 1


# --- which table it is


def listed(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"id": own, "text": text} for own, text in pairs]


def test_a_table_is_found_by_its_old_number() -> None:
    flow = next(table for table in wanted_tables() if table.id == "12ts")
    moved = listed(("12ts.px", "12ts -- Other (1400)"), ("14aa.px", "14aa -- Flow (1355), 2008M01"))
    assert find_table(flow, moved) == "tyonv/14aa.px"
    assert find_table(flow, listed(("12ts.px", "Flow without its number"))) == "tyonv/12ts.px"
    assert find_table(flow, listed(("12tt.px", "(1370)"))) is None
    assert find_table(flow, None) == "tyonv/12ts.px"
    twice = listed(("14aa.px", "(1355)"), ("14ab.px", "(1355)"))
    with pytest.raises(RefusedError, match=r"14aa\.px, 14ab\.px"):
        find_table(flow, twice)


def test_the_recorded_titles_have_all_old_numbers_but_that_of_the_activation_rate() -> None:
    rows = recording("tyonv_search_2026-06.json")
    found = {
        table.id: find_table(table, listed(*((row["id"], row["title"]) for row in rows)))
        for table in wanted_tables()
        if table.folder == "tyonv"
    }
    # The search was for unemployment, which the title of 12u4 does not name.
    assert found == {own: f"tyonv/{own}.px" for own in found} | {"12u4": None}


# --- the other sources

KELA = "/data/api/3/action"
CO_FINANCED = "kunnan-osarahoittaman-tyottomyysturvan-saajat-ja-maksetut-etuudet-kunnittain"
CLASSIFICATIONS = "/api/classifications/v2"


def kela_files(changed: str) -> dict[str, bytes]:
    """The catalogue, two data sets and the files beside them."""

    def about(name: str, *resources: Mapping[str, str]) -> bytes:
        return json.dumps(
            {"success": True, "result": {"name": name, "title": name, "resources": resources}}
        ).encode()

    host = "https://avoindata.suomi.fi/data/dataset/x"
    data = {
        "name": "kunnittain",
        "format": "CSV",
        "url": f"{host}/data.csv",
        "last_modified": changed,
    }
    page = {"name": "about", "format": "HTML", "url": f"{host}/about", "last_modified": changed}
    older = {**data, "url": f"{host}/old.csv", "last_modified": "2025-01-20T06:00:00"}
    own = "kuntien-rahoittama-tyomarkkinatuki"
    catalogue = {"success": True, "result": ["another", CO_FINANCED, own]}
    csv = (ROOT / "tests/replay/recordings/kela_data.csv").read_bytes()
    return {
        f"{KELA}/package_list": json.dumps(catalogue).encode(),
        f"{KELA}/package_show?id={CO_FINANCED}": about(CO_FINANCED, data, page),
        f"{KELA}/package_show?id={own}": about(own, older),
        "/data/dataset/x/data.csv": csv,
        "/data/dataset/x/old.csv": csv,
    }


def test_kelas_files_are_fetched_when_they_have_changed(project: Project) -> None:
    with serving(files=kela_files("2026-06-20T06:00:00")) as server:
        assert len(project.fetch(server, "kela")) == 2
        assert all("is the newest, and here" in line for line in project.fetch(server, "kela"))
        server.files |= kela_files("2026-07-20T06:00:00")
        changed = [line for line in project.fetch(server, "kela") if "fetched" in line]
    assert changed == [f"kela {CO_FINANCED}/kunnittain: 2026-07-20 fetched (2 answers)"]
    files = [entry["file"] for entry in project.provenance("kela")["answers"]]
    assert len([name for name in files if name.endswith("/data.csv")]) == 2
    assert f"kela {CO_FINANCED}: 1 files that are neither CSV nor JSON left out" in project.notes


def test_what_is_fetched_of_kela_becomes_figures_beside_those_of_statfin(
    project: Project, tmp_path: Path
) -> None:
    months = month_range("2022-03", "2023-02")
    rows = made_up_rows({"398": 900, "098": 200, "199": 30}, months)
    path = write_rows(tmp_path / "data.csv", rows)
    files = kela_files("2026-06-20T06:00:00")
    files["/data/dataset/x/data.csv"] = path.read_bytes()
    # The other set has two of the months, in an older vintage: the newer one serves.
    with serving(files=files) as server:
        project.fetch(server, "kela")
    folder = project.root / "data" / "raw" / "kela"
    statfin = ROOT / "data" / "raw" / "statfin"
    groups = {"TWO": ("KU398", "KU098")}
    table = compute(months[-1], statfin=statfin, kela=folder, groups=groups)
    own = table[table["indicator"] == "cofinanced_benefits"].set_index(["statistic", "area"])
    assert set(own["source"]) == {"kela"}
    assert set(own["vintage"]) == {"2026-06-20"}
    share = sum(
        float(str(each["kunta_osuus_eur"]))
        for each in rows
        if each["tyomarkkinatukipaiva_luokka"] == "Yhteensä" and each["kunta_nro"] != "199"
    )
    assert own.loc[("rolling_municipal_euros", "TWO"), "value"] == pytest.approx(share)
    force = table[(table["indicator"] == "unemployment_share") & (table["area"] == "TWO")]
    per_person = own.loc[("euros_per_person", "TWO"), "value"]
    assert per_person == pytest.approx(share / force["denominator"].item())


def test_a_page_in_place_of_a_file_is_no_data(project: Project) -> None:
    files = kela_files("2026-06-20T06:00:00") | {"/data/dataset/x/data.csv": b"<html>gone</html>"}
    with serving(files=files) as server, pytest.raises(SourceError, match="is a web page"):
        project.fetch(server, "kela")


def test_the_divisions_in_force_are_fetched_with_their_keys(project: Project) -> None:
    listing = [
        {"localId": f"{own}", "classificationName": [{"name": name}]}
        for own, name in (
            ("kunta_1_20250101", "Kunnat 2025"),
            ("kunta_1_20260101", "Kunnat 2026"),
            # Not in force yet.
            ("kunta_1_20270101", "Kunnat 2027"),
            ("maakunta_1_20260101", "Maakunnat 2026"),
            # Ended: its key is that of the municipalities of its day.
            ("ely_1_20250101", "ELY-keskukset 2025"),
            # Its id has not been seen: it is known by its name.
            ("tyoalue_1_20260101", "Työllisyysalueet"),
            ("toimiala_1_20080101", "Toimialat"),
        )
    ]
    chosen = ("kunta_1_20260101", "maakunta_1_20260101", "ely_1_20250101", "tyoalue_1_20260101")
    keys = ("kunta_1_20260101-maakunta_1_20260101", "kunta_1_20250101-ely_1_20250101")
    files = {
        f"{CLASSIFICATIONS}/classifications/{own}/classificationItems"
        f"?content=data&meta=max&lang={language}": b'[{"code": "398"}]'
        for own in chosen
        for language in ("fi", "sv", "en")
    }
    for key in keys:
        table = key.replace("-", "%23")
        address = f"{CLASSIFICATIONS}/correspondenceTables/{table}/maps"
        files[f"{address}?content=data&meta=min&lang=fi"] = b"[]"
    files[f"{CLASSIFICATIONS}/classifications?content=data&meta=max&lang=fi"] = json.dumps(
        listing
    ).encode()
    with serving(files=files) as server:
        project.fetch(server, "areas")
        again = project.fetch(server, "areas")
    sets = {entry["set"] for entry in project.provenance("areas")["answers"]}
    assert sets == {*chosen, *keys}
    assert len(again) == len(sets)
    assert all("is the newest, and here" in line for line in again)
    assert any("tyoalue_1_20260101: no key of municipalities" in note for note in project.notes)
    assert "areas: no classification of elinvoimakesku is listed; left out" in project.notes


def test_sotkanets_figures_are_kept_when_they_say_another_thing(project: Project) -> None:
    project.options = replace(project.options, sotkanet=(181,), sotkanet_first_year=2025)
    data = "/rest/1.1/json?indicator=181&years=2025&years=2026&genders=total"
    files = {
        "/rest/1.1/regions": b"[]",
        "/rest/1.1/indicators/181": b'{"id": 181, "data-updated": "2026-03-02"}',
        data: b'[{"region": 1, "value": 14.2}]',
    }
    with serving(files=files) as server:
        first = list(project.fetch(server, "sotkanet"))
        again = list(project.fetch(server, "sotkanet"))
        server.files |= {
            data: b'[{"region": 1, "value": 14.3}]',
            "/rest/1.1/indicators/181": b'{"id": 181, "data-updated": "2026-05-04"}',
        }
        changed = list(project.fetch(server, "sotkanet"))
    assert first[1] == "sotkanet 181: 2026-03-02 fetched (2 answers)"
    assert again[1] == "sotkanet 181: 2026-03-02 is the newest, and here"
    assert changed[1] == "sotkanet 181: 2026-05-04 fetched (2 answers)"


def test_a_source_that_is_down_does_not_keep_the_others_away(project: Project) -> None:
    with serving(files={"/rest/1.1/regions": b"[]"}) as server:
        project.options = replace(project.options, sotkanet=())
        with pytest.raises(SourceError, match="classifications") as caught:
            project.fetch(server, "areas", "sotkanet")
    assert caught.value.exit_status == 8
    assert any(line.startswith("sotkanet regions") for line in project.said)
