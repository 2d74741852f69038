"""The tables that the replay server answers with: recorded, put together, or made up.

12r5 holds the recorded answer of 2026-06 and the committed snapshots; what neither has is said
to be no figure (``.``), never hidden and never 0. The other tables are made up, figures and codes
of their variables alike, for no record of them was found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from math import isnan, prod
from pathlib import Path
from typing import Any

from indicators.sources.statfin.reader import Snapshot
from indicators.sources.statfin.snapshots import read_snapshots

RECORDINGS = Path(__file__).parent / "recordings"
ROOT = Path(__file__).parents[2]
STATFIN = ROOT / "data" / "raw" / "statfin"
RECORDED = STATFIN / "12r5_2026M06.json"

Cell = float | str | None
"""A number, None where it is hidden, or a sign such as ``.``."""


def recording(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Variable:
    code: str
    text: str
    values: Sequence[str]
    eliminated: bool = False
    is_time: bool = False
    texts: Sequence[str] = ()

    def as_metadata(self) -> dict[str, Any]:
        content: dict[str, Any] = {
            "code": self.code,
            "text": self.text,
            "values": list(self.values),
            "valueTexts": list(self.texts or self.values),
        }
        # Absent when false, as the server has it.
        return content | {
            key: True
            for key, there in (("elimination", self.eliminated), ("time", self.is_time))
            if there
        }


@dataclass(frozen=True)
class Table:
    """A table at the source.

    Attributes:
        id: Without ``.px``.
        title: As its metadata has it.
        listed: As its folder lists it, after the id.
        variables: In order.
        cell: A cell's value of the codes of all variables.
        updated: Of the data.
        folder: Where it lies.
    """

    id: str
    title: str
    listed: str
    variables: tuple[Variable, ...]
    cell: Callable[[tuple[str, ...]], Cell] = field(repr=False)
    updated: str = "2026-07-21T05:00:00Z"
    folder: str = "tyonv"

    def metadata(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "variables": [variable.as_metadata() for variable in self.variables],
        }

    def of(self, **chosen: Sequence[str]) -> Table:
        """The same table with fewer values of some variables."""
        return replace(
            self,
            variables=tuple(
                replace(
                    variable,
                    values=chosen[variable.code],
                    texts=(),
                )
                if variable.code in chosen
                else variable
                for variable in self.variables
            ),
        )

    def selected(self, query: Mapping[str, Any]) -> dict[str, list[str]] | None:
        """The values that a query selects, by variable; None if anything is wrong with it."""
        known = {variable.code: variable for variable in self.variables}
        chosen: dict[str, list[str]] = {}
        for part in query["query"]:
            variable = known.get(part["code"])
            kind, values = part["selection"]["filter"], part["selection"]["values"]
            if variable is None or kind != "item" or not set(values) <= set(variable.values):
                return None
            chosen[variable.code] = [value for value in variable.values if value in set(values)]
        for variable in self.variables:
            # What cannot be summed comes whole.
            if variable.code not in chosen and not variable.eliminated:
                chosen[variable.code] = list(variable.values)
        return {code: chosen[code] for code in known if code in chosen}

    def answer(self, chosen: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """An answer in json-stat2."""
        spread = [chosen.get(variable.code, ("SSS",)) for variable in self.variables]
        cells = [self.cell(key) for key in product(*spread)]
        hidden = {
            str(at): cell if isinstance(cell, str) else "..."
            for at, cell in enumerate(cells)
            if cell is None or isinstance(cell, str)
        }
        about = {variable.code: variable for variable in self.variables}
        return {
            "version": "2.0",
            "class": "dataset",
            "label": self.title,
            "source": "KEHA-keskus, Työnvälitystilasto",
            "updated": self.updated,
            "role": {"time": [code for code in chosen if about[code].is_time]},
            "id": list(chosen),
            "size": [len(values) for values in chosen.values()],
            "dimension": {
                code: {
                    "label": about[code].text,
                    "category": {
                        "index": {value: at for at, value in enumerate(values)},
                        "label": {
                            value: text
                            for value, text in zip(
                                about[code].values,
                                about[code].texts or about[code].values,
                                strict=True,
                            )
                            if value in set(values)
                        },
                    },
                }
                for code, values in chosen.items()
            },
            "extension": {"px": {"tableid": self.id, "description": self.listed}},
            "value": [None if isinstance(cell, str) else cell for cell in cells],
            **({"status": hidden} if hidden else {}),
        }


def cells_of(chosen: Mapping[str, Sequence[str]]) -> int:
    return prod(len(values) for values in chosen.values())


# --- 12r5


@cache
def official(*, with_older: bool = False) -> Table:
    """Table 12r5 as it was on 21 July 2026: 2026-06, and what the committed snapshots know."""
    content = recording("12r5_metadata_assembled.json")
    variables = tuple(
        Variable(
            entry["code"],
            entry["text"],
            entry["values"],
            entry.get("elimination", False),
            entry.get("time", False),
            entry["valueTexts"],
        )
        for entry in content["variables"]
    )
    recorded = _recorded()
    vintages = read_snapshots(STATFIN).vintages if with_older else ()
    older = [one for one in vintages if one.file != RECORDED]
    lookups = [recorded.get, *map(_lookup, older)]

    def cell(key: tuple[str, ...]) -> Cell:
        # The newest that has it: what it says is not said otherwise by an older one.
        return next((found for known in lookups if (found := known(key, ".")) != "."), ".")

    return Table(
        "12r5",
        content["title"],
        "12r5 -- Työttömät työnhakijat eri ryhmissä (1001), 2009M01-2026M06",
        variables,
        cell,
    )


def _recorded() -> dict[tuple[str, ...], Cell]:
    content = json.loads(RECORDED.read_text(encoding="utf-8"))
    codes = [column["code"] for column in content["columns"] if column["type"] == "c"]
    return {
        (*row["key"], code): None if text == "..." else float(text) if "." in text else int(text)
        for row in content["data"]
        for code, text in zip(codes, row["values"], strict=True)
    }


def _lookup(snapshot: Snapshot) -> Callable[[tuple[str, ...], Cell], Cell]:
    areas = {area: at for at, area in enumerate(snapshot.areas)}
    months = {month.replace("-", "M"): at for at, month in enumerate(snapshot.months)}
    columns = {code: grid.tolist() for code, grid in snapshot.columns.items()}

    def cell(key: tuple[str, ...], default: Cell) -> Cell:
        area, month, code = key
        if code not in columns or area not in areas or month not in months:
            return default
        value = columns[code][areas[area]][months[month]]
        return None if isnan(value) else int(value)

    return cell


# --- tables that are made up


AREAS = ("SSS", "KU398", "KU098", "MK07")
MONTHS = tuple(f"{year}M{month:02}" for year in (2025, 2026) for month in range(1, 13))[:18]
_SEX = Variable("sukupuoli_9_20180101", "Sukupuoli", ("SSS", "1", "2"), eliminated=True)
_AGE = Variable("ikaryhma_1", "Ikäryhmät", ("SSS", "15-24", "25-49", "50-"), eliminated=True)
_TIME = Variable("timeperiod_m", "Kuukausi", MONTHS, is_time=True)


def _made_up(
    own: str, listed: str, *further: Variable, contents: Sequence[str], folder: str = "tyonv"
) -> Table:
    variables = (
        Variable("alue_23_20260101", "Alue", AREAS, eliminated=True),
        *further,
        Variable("contentscode", "Tiedot", contents),
    )
    return Table(
        own,
        listed,
        f"{own} -- {listed}",
        variables,
        lambda key: sum(map(ord, "".join(key))) % 1000,
        folder=folder,
    )


def made_up_tables() -> list[Table]:
    """The other tables, small; 1319 has moved to another id."""
    reasons = Variable("paattymissyy_1", "Päättymissyy", ("SSS", "1", "2"))
    return [
        _made_up(
            "12u4", "Aktivointiaste (4250)", _SEX, _AGE, _TIME, contents=("AKTASTE", "KOKEILULOP")
        ),
        _made_up(
            "12ts",
            "Työttömyyden virta yli tietyn keston (1355)",
            _SEX,
            _AGE,
            Variable("valmistuminen_1", "Valmistuminen", ("SSS", "1")),
            _TIME,
            contents=("1KKOSUUS", "3KKOSUUS", "6KKOSUUS", "12KKOSUUS"),
        ),
        _made_up(
            "12ta",
            "Työttömät keston mukaan (1207)",
            _SEX,
            _AGE,
            Variable("kesto_1", "Työllisyyskoodin kesto", ("SSS", "-1", "2-5", "6-")),
            _TIME,
            contents=("TYOTTOMATLOPUSSA",),
        ),
        _made_up("13zz", "Päättyneet työnhaut (1319)", reasons, _TIME, contents=("PAATTYI",)),
        _made_up("12tn", "Päättyneet jaksot (1315)", reasons, _TIME, contents=("PAATTYI",)),
        _made_up("12uy", "Työnhakijat (1510)", _TIME, contents=("HAKIJALOPUSSA",)),
        _made_up(
            "115b",
            "Väestö alueen, toiminnan, sukupuolen ja iän mukaan",
            Variable("paaasial_toimin_3_20180101", "Pääasiallinen toiminta", ("11+12", "12")),
            _SEX,
            Variable("ikaryhma_10_20180101", "Ikä", ("SSS", "18-64")),
            Variable("timeperiod_y", "Vuosi", ("2023", "2024"), is_time=True),
            contents=("tyokay-vaesto",),
            folder="tyokay",
        ),
    ]
