"""Writes a made-up register as the register itself would deliver it, spells more than once.

Only what the layout can say is kept (`deliverable`), so that an import must give it back.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random

from oracle.registers import Made, is_of_persons
from oracle.world import Record

OPEN = "2222-11-11"
LANGUAGES = {"fi": "0", "sv": "1", "other": "2"}
PLANS = {"employment": "01", "activation": "03", "integration": "04", "multisector": "07"}
ENTREPRENEUR = ("M4", "Y2", "Y8", "Y005", "Y006", "Y008")

# The register's table and its columns, by column of the canonical table.
LAYOUT: Mapping[str, tuple[str, dict[str, str]]] = {
    "persons": (
        "YHENK",
        {
            "birth_year": "syntyv",
            "sex": "sukup",
            "citizenship": "kansah",
            "language": "kiekd",
            "fund_member": "kasno",
        },
    ),
    "residence": ("YHKUNTA", {"municipality": "kunnoh", "start": "muupv6", "end": "paapv6"}),
    "office": ("YHTSTO", {"office": "toinoh", "start": "muupv7", "end": "paapv7"}),
    "service_line": ("YASSEGMENTTI", {"line": "assegkdi", "start": "alkupv", "end": "paatpv"}),
    "job_search": ("YTHAKU", {"start": "alkpv1", "end": "loppv1", "end_reason": "hapkd"}),
    "employment_code": (
        "YTYOLL",
        {"code": "tyok1", "start": "tappvh", "end": "tppvm", "end_reason": "tymsyy"},
    ),
    "trial": ("YTKOKE", {"kind": "kokeilu", "start": "alkpv4", "end": "loppv4"}),
    "subsidised": ("YSIJOIT", {"kind": "sijkds", "start": "alkpv2", "end": "loppv2"}),
    "plan": (
        "Suunnitelmat",
        {"kind": "toimsuunlaji", "signed": "allekpvm", "review": "toimviimpvm"},
    ),
    "statement": (
        "YTVPOLL",
        {"code": "lausno", "given": "rekpv", "start": "alkpv7", "end": "loppv7"},
    ),
    "job_offer": (
        "Tyotarjoukset",
        {"vacancy_id": "ilmoitusnumero", "date": "osoitettupvm", "result": "tuloskoodi"},
    ),
    "introduction": (
        "esittelyt",
        {"vacancy_id": "ilmoitusnumero", "date": "esittelypvm", "result": "tuloskoodi"},
    ),
}


# The register's tables that there is nothing to say with, or nothing here.
UNSAID = (
    *("YTYOKOU", "KTYOKOU", "YTVALIT", "YPAIKKA"),
    *("Palvelulinja", "YTHAKSU", "Palkkatukipaikat"),
)


def deliverable(made: Made) -> Made:
    """What of a register the layout can say in tables of its own."""
    persons = [_speakable(row) for row in made.tables["persons"]]
    services = [row for row in made.tables["service"] if row["group"] in LAYOUT]
    statements = [row for row in made.tables["statement"] if row["code"] in ENTREPRENEUR]
    kept = {name: rows for name, rows in made.tables.items() if is_of_persons(rows)}
    mended = {"persons": persons, "service": services, "statement": statements}
    return Made({**kept, **mended}, made.extract_date, made.months, made.groups, made.trial_offices)


def _speakable(person: Record) -> Record:
    language = person["language"] if person["language"] in LANGUAGES else "fi"
    return {**person, "language": language, "birth_date": None}


def write_delivery(made: Made, folder: Path, rng: Random) -> None:
    """Writes the tables as CSV; spells that have ended stand there as open ones too."""
    folder.mkdir()
    services = made.tables["service"]
    by_group = {
        group: [row for row in services if row["group"] == group]
        for group in ("trial", "subsidised")
    }
    for name, rows in {**made.tables, **by_group}.items():
        if name in LAYOUT:
            table, columns = LAYOUT[name]
            delivered = rows + _again(rows) if "end" in columns else rows
            _write(folder / f"{table}.csv", rng.sample(delivered, len(delivered)), columns)
    whole = [*UNSAID, *(table for table, _ in LAYOUT.values())]
    (folder / "meta.json").write_text(json.dumps({"complete": whole}), encoding="utf-8")


def _again(rows: list[Record]) -> list[Record]:
    """Every second spell as it was delivered while it was open, every third just twice."""
    return [{**row, "end": None} for row in rows[::2]] + rows[::3]


def _write(path: Path, rows: list[Record], columns: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["hid_e", *columns.values()])
        for row in rows:
            writer.writerow([row["person_id"], *(_said(name, row[name]) for name in columns)])


def _said(column: str, value: object) -> object:
    if column == "end":
        return value or OPEN
    if isinstance(value, date):
        return value.isoformat()
    if column == "fund_member":
        return "12" if value else ""
    return (LANGUAGES | PLANS).get(str(value), value)
