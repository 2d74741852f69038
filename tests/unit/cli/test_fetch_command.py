"""``indicators fetch`` from the command line, and that no other command opens a connection."""

from __future__ import annotations

import ast
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from fixtures.snapshots import write_text
from indicators.cli.main import main
from replay.server import ReplayServer
from replay.tables import ROOT, made_up_tables, official

SOURCES = ROOT / "src" / "indicators"
FETCHING = SOURCES / "sources" / "fetching"
CLIENTS = {"requests", "urllib3", "httpx", "aiohttp", "ftplib", "http.client", "urllib.request"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    settings = (ROOT / "indicators.toml").read_text(encoding="utf-8")
    # A server that is down is not worth a wait here.
    text = settings.replace("attempts = 5", "attempts = 1")
    assert text != settings
    (tmp_path / "indicators.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def closed_port() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def call(project: Path, *arguments: str) -> int:
    return main(["fetch", *arguments, "--project", str(project)])


def test_what_is_newer_is_said_fetched_and_said_to_be_here(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = official().of(Alue=("SSS", "KU398"), timeperiod_m=("2026M06",))
    with ReplayServer([table, *made_up_tables()]).running() as server:
        server.config |= {"maxCalls": 1000}
        for options, said in (
            (["--check"], "2026-07-21 can be fetched (none is here)"),
            ([], "2026-07-21 fetched (1 answer)"),
            ([], "2026-07-21 is the newest, and here"),
        ):
            assert call(project, "statfin", "--base-url", server.base_url, *options) == 0
            output = capsys.readouterr()
            lines = output.out.splitlines()
            assert lines[0] == f"statfin 12r5: {said}"
            assert len(lines) == 7
            assert output.err == ""


def test_what_was_fetched_gives_official_figures(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the server to the long table: the further tables are made up (tests/replay)."""
    # Codes of all areas, as the settings' groups want them.
    table = official().of(timeperiod_m=("2026M06",))
    with ReplayServer([table, *made_up_tables()]).running() as server:
        server.config |= {"maxCalls": 1000}
        assert call(project, "statfin", "--base-url", server.base_url) == 0
    shutil.copytree(ROOT / "data" / "raw" / "areas", project / "data" / "raw" / "areas")
    statfin, out = project / "data" / "raw" / "statfin", project / "out.csv"
    names = ["--months", "2026-06", "--statfin", str(statfin), "--out", str(out)]
    capsys.readouterr()
    assert main(["compute", *names, "--project", str(project)]) == 0
    rows = pd.read_csv(out).set_index(["indicator", "statistic", "area"])
    assert round(rows.loc[("unemployment_share", "value", "KU398"), "value"], 1) == 17.8
    assert round(rows.loc[("unemployment_share", "value", "SSS"), "value"], 1) == 12.8
    flow = rows.loc[("flow_over_3_months", "value", "KU398")]
    assert (flow["value"], flow["status"], flow["source"]) == (42.6, "normal", "statfin")
    assert rows.loc[("youth_unemployment_share", "value", "KU398"), "status"] == "normal"
    assert rows.loc[("unemployment_duration", "median_weeks", "MK07"), "status"] == "bounded"
    # 1319 has another id there: it is 12tr all the same.
    assert rows.loc[("job_search_exits", "total", "SSS"), "value"] == 9540
    question = ["flow_over_3_months", "--month", "2026-06", "--area", "KU398", "--lang", "en"]
    capsys.readouterr()
    explained = ["explain", *question, "--statfin", str(statfin), "--project", str(project)]
    assert main(explained) == 0
    text = capsys.readouterr().out
    assert "StatFin, table 12ts, vintage 21 July 2026" in text
    assert "What differs from this indicator's definition (certainty B)" in text


@pytest.mark.parametrize("source", ["statfin", "kela", "areas", "sotkanet"])
@pytest.mark.parametrize("options", [[], ["--check"]])
def test_a_source_that_does_not_answer_is_status_8_and_one_line(
    project: Path,
    closed_port: str,
    capsys: pytest.CaptureFixture[str],
    source: str,
    options: list[str],
) -> None:
    assert call(project, source, "--base-url", closed_port, *options) == 8
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(f"indicators: {closed_port}/")
    assert output.err.count("\n") == 1
    assert [path.name for path in project.iterdir()] == ["indicators.toml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["eurostat"], "unknown source 'eurostat'; give some of statfin, kela, areas, sotkanet"),
        (["statfin", "--base-url", "127.0.0.1:80"], "give scheme and host of a server"),
        (["statfin", "--base-url", "http://127.0.0.1/PxWeb"], "the paths stay the source's own"),
        (["statfin", "--base-url", "http://127.0.0.1:port"], "give scheme and host of a server"),
    ],
)
def test_wrong_use_is_said_before_anything_is_asked(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert call(project, *arguments) == 2
    assert said in capsys.readouterr().err


def test_a_damaged_provenance_is_status_3_and_stays(
    project: Path, closed_port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / "data" / "raw" / "statfin" / "provenance.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"files": [', encoding="utf-8")
    assert call(project, "statfin", "--base-url", closed_port) == 3
    assert "provenance.json" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == '{"files": ['


# --- offline stays the default


def imported(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it, if any is looked for here."""
    text = path.read_text(encoding="utf-8")
    if not any(name in text for name in (*CLIENTS, "fetching")):
        return set()
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_only_fetching_imports_what_opens_connections_and_only_its_command_imports_fetching() -> (
    None
):
    others = [path for path in SOURCES.rglob("*.py") if FETCHING not in path.parents]
    assert [path.name for path in others if imported(path) & CLIENTS] == []
    using = [
        path.name
        for path in others
        if any(name.startswith("indicators.sources.fetching") for name in imported(path))
    ]
    assert using == ["fetch_command.py"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["catalogue"],
        ["doctor"],
        ["explain", "unemployment_share", "--month", "2022-02", "--area", "KU398"],
        ["compute", "--months", "2022-01..2022-02", "--out", "table.csv"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_no_other_command_opens_a_connection(
    project: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    asked = []

    def refuse(_self: socket.socket, address: object) -> None:
        asked.append(address)
        raise OSError("this test has no network")

    def resolve(*address: object, **_options: object) -> None:
        asked.append(address)
        raise OSError("this test has no network")

    folder = project / "data" / "raw" / "statfin"
    folder.mkdir(parents=True)
    write_text(folder)
    monkeypatch.chdir(project)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    main(arguments)
    assert asked == []
