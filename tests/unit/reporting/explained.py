"""A register that has something to tell in every line of `explain --register`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fixtures.registers import TRIAL_OFFICES, Made, write_register
from fixtures.registers.by_hand import code, home, line, offer, office, person, plan, search
from fixtures.registers.by_hand import service as service_
from indicators.measures.register.accounts.answering import CountingRun

GROUPS = {"LAHTI5": ("KU398", "KU098", "KU016", "KU316", "KU560")}
EXTRACT = date(2022, 7, 10)
_SPELL = "2022-02-07..2022-06-20"


def tables():
    """Five persons: of Lahti, of Hollola, of nowhere, a member of a fund, one in a service."""
    return {
        "persons": [
            person(1, fund_member=False, citizenship="752"),
            person(2, fund_member=False),
            person(3),
            person(4, sex="2"),
            person(5, birth_year=2000),
        ],
        "residence": [home("398"), home("098", who=2), home("398", who=4), home("398", who=5)],
        "office": [office("1530", who=1)],
        "service_line": [line("02", who=1)],
        "job_search": [
            search("2021-01-01.."),
            search("2022-01-01..2022-06-20", "01", who=2),
            search("2022-05-25..", who=4),
        ],
        "employment_code": [
            code("02", "2022-01-10..2022-02-06"),
            code("03", _SPELL),
            code("02", _SPELL, who=2),
            code("02", _SPELL, who=3),
            code("02", "2022-02-08..2022-03-31", who=4),
            code("02", "2022-05-02..", who=4),
            code("07", "2022-05-02..", who=5),
        ],
        "service": [
            service_("coaching", "2022-01-10..2022-04-30", who=5),
            service_("coaching", "2022-05-02..2022-06-30", who=5),
            service_("training", "2022-05-30..2022-06-30", who=5),
        ],
        "statement": [],
        "plan": [plan("2022-05-01", "2022-08-01")],
        "job_offer": [offer("2022-05-12", "01"), offer("2022-05-20", who=4)],
        "introduction": [offer("2022-05-13", "05")],
        "caseload": [
            {
                "month": "2022-05",
                "office": name,
                "specialist_id": f"{name}-{at}",
                "customers": 100 + at,
                "fte": 1.0,
            }
            for name, many in (("1530", 6), ("1599", 1))
            for at in range(many)
        ]
        + [
            # Nobody at work: nothing to divide by.
            {
                "month": "2022-04",
                "office": "1530",
                "specialist_id": "1530-0",
                "customers": 100,
                "fte": 0.0,
            }
        ],
        "labour_force": [
            {
                "municipality": code_,
                "group": "total",
                "year": 2022,
                "vintage": date(2022, 3, 31),
                "value": 50.0,
            }
            for code_ in ("398", "SSS")
        ],
        "kela": [
            {
                "municipality": "398",
                "month": month,
                "benefit": "allowance",
                "basis": "unemployment",
                "recipients": 10.0,
                "euros": 1000.0,
                "days": 40.0,
            }
            for month in ("2022-01", "2022-02", "2022-03", "2022-04", "2022-05")
        ],
        "survey": [
            {
                "respondent_id": f"r{at}",
                "municipality": "398" if at < 5 else "098",
                "month": f"2022-0{5 - 2 * first}",
                "instrument": instrument,
                "item": "help",
                "score": 3.0 + at % 2 - first,
                "wave": 1 if first else 2,
            }
            for at in range(6)
            for instrument in ("satisfaction", "wellbeing")
            for first in ((True, False) if instrument == "wellbeing" else (False,))
        ],
        "service_price": [
            {"group": "coaching", "kind": None, "year": 2022, "euros_per_day": 42.5},
            {"group": "trial", "kind": None, "year": 2022, "euros_per_day": 16.5},
        ],
        "survey_round": [
            {"municipality": "398", "month": "2022-05", "instrument": "satisfaction", "invited": 20}
        ],
    }


def explained_run(folder: Path, **changed) -> CountingRun:
    """The register written out, with some tables changed or (None) left out."""
    present = {name: rows for name, rows in (tables() | changed).items() if rows is not None}
    small_register = Made(present, EXTRACT, ("2022-05",), GROUPS, TRIAL_OFFICES)
    return CountingRun(write_register(small_register, folder), GROUPS, TRIAL_OFFICES, {})
