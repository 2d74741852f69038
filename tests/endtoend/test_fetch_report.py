"""Kela's files fetched from the replay server, and the report of them: made up, and marked so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from small_project import set_up

from conftest import ROOT
from fixtures.kela import made_up_rows, write_rows
from indicators.calendar import month_range
from indicators.cli.main import main
from replay.server import ReplayServer

API = "/data/api/3/action"
SET = "kunnan-osarahoittaman-tyottomyysturvan-saajat-ja-maksetut-etuudet-kunnittain"
OWN = "kuntien-rahoittama-tyomarkkinatuki"
HOST = "https://avoindata.suomi.fi/data/dataset"


def catalogue(csv: bytes) -> dict[str, bytes]:
    """CKAN's answers, and the same file in both data sets."""

    def about(name: str, changed: str) -> bytes:
        resource = {
            "name": "kunnittain",
            "format": "CSV",
            "url": f"{HOST}/{name}/data.csv",
            "last_modified": changed,
        }
        result = {"name": name, "title": name, "resources": [resource]}
        return json.dumps({"success": True, "result": result}).encode()

    return {
        f"{API}/package_list": json.dumps({"success": True, "result": [SET, OWN]}).encode(),
        f"{API}/package_show?id={SET}": about(SET, "2022-04-20T06:00:00"),
        f"{API}/package_show?id={OWN}": about(OWN, "2022-03-20T06:00:00"),
        f"/data/dataset/{SET}/data.csv": csv,
        f"/data/dataset/{OWN}/data.csv": csv,
    }


@pytest.mark.slow
def test_a_report_of_what_was_fetched_verifies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = set_up(tmp_path / "project")
    shutil.copy(ROOT / "notebooks" / "monthly_report.ipynb", root / "notebooks")
    people = {"398": 900, "098": 200, "016": 60, "316": 40, "560": 130}
    rows = made_up_rows(people, month_range("2020-01", "2022-02"))
    csv = write_rows(tmp_path / "data.csv", rows).read_bytes()
    project = ["--project", str(root)]
    with ReplayServer([], files=catalogue(csv)).running() as server:
        assert main(["fetch", "kela", "--base-url", server.base_url, *project]) == 0
    folder = root / "data" / "raw" / "kela"
    # Nothing that came from a source calls itself made up: whoever makes figures up says so.
    assert "made_up" not in (folder / "provenance.json").read_text(encoding="utf-8")
    (folder / "meta.json").write_text('{"made_up": true}', encoding="utf-8")
    report = ["report", "--no-register", "--month", "2022-02", "--lang", "sv"]
    assert main([*report, *project]) == 0
    page = root / "_site" / "reports" / "2022-02" / "sv" / "monthly-report-2022-02-sv.html"
    text = page.read_text(encoding="utf-8")
    for part in ('id="sec-money"', 'id="fig-money"', 'id="tbl-money"', "Påhittade uppgifter"):
        assert part in text
    latest = root / "data" / "processed" / "2022-02" / "latest"
    manifest = json.loads((latest / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["made_up"] is True
    read = {entry["path"]: entry["day"] for entry in manifest["inputs"]}
    answers = f"data/raw/kela/answers/{SET}/kunnittain/2022-04-20"
    assert read[f"{answers}/data.csv"] == "2022-04-20"
    assert "data/raw/kela/meta.json" in read
    capsys.readouterr()
    assert main(["verify", "2022-02", *project]) == 0
    assert "the same to the byte" in capsys.readouterr().out
