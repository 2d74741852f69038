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


AREAS = ("SSS", "KU398", "KU098", "KU016", "KU316", "KU560", "MK07")
MONTHS = tuple(f"{year}M{month:02}" for year in (2025, 2026) for month in range(1, 13))[:18]
_SEX = Variable(
    "sukupuoli_9_20180101",
    "Sukupuoli",
    ("SSS", "1", "2"),
    eliminated=True,
    texts=("Yhteensä", "Miehet", "Naiset"),
)
_AGE = Variable(
    "ikaryhma_1",
    "Ikäryhmät",
    ("SSS", "15-24", "25-49", "50-"),
    eliminated=True,
    texts=("Ikäryhmät yhteensä", "15 - 24", "25 - 49", "50 -"),
)
_TIME = Variable("timeperiod_m", "Kuukausi", MONTHS, is_time=True)
_SIZES = {
    "SSS": 90_000,
    "MK07": 3_000,
    "KU398": 1_800,
    "KU098": 300,
    "KU560": 200,
    "KU016": 90,
    "KU316": 4,
}
_TEXTS_OF_AREAS = (
    "KOKO MAA",
    "Lahti",
    "Hollola",
    "Asikkala",
    "Kärkölä",
    "Orimattila",
    "MK07 Päijät-Häme",
)

_DURATION = Variable(
    "kesto_1",
    "Työllisyyskoodin kesto",
    ("SSS", "01", "02", "03", "04", "05", "06"),
    texts=("Yhteensä", "Alle 1 kk", "1 - 2 kk", "3 - 5 kk", "6 - 11 kk", "12 - 23 kk", "24 kk -"),
)
_DURATION_SHARES = (100, 18, 22, 20, 15, 13, 12)
_REASONS = Variable(
    "paattymissyy_1",
    "Päättymissyy",
    ("SSS", "A", "B", "C", "D", "E", "F"),
    texts=(
        "Yhteensä",
        "Välitetty työhön yleisille työmarkkinoille",
        "Saanut itse työpaikan",
        "Lomautus tai lyhennetty työviikko päättynyt",
        "Aloittanut muun koulutuksen",
        "Siirtynyt työvoiman ulkopuolelle",
        "Ei uusinut työnhakuaan",
    ),
)
_REASON_SHARES = (100, 20, 25, 15, 10, 12, 18)


def _share(variable: Variable, shares: Sequence[int], key: Mapping[str, str]) -> float:
    """Of all, the part of a value; all where the variable is summed."""
    code = key.get(variable.code, "SSS")
    return shares[list(variable.values).index(code)] / 100


def _count(number: float) -> Cell:
    """A count as StatFin has it: 1 to 4 are hidden."""
    whole = int(number)
    return None if 1 <= whole <= 4 else whole


def _made_up(
    own: str,
    listed: str,
    *further: Variable,
    contents: Mapping[str, str],
    cell: Callable[[Mapping[str, str]], Cell],
    folder: str = "tyonv",
) -> Table:
    variables = (
        Variable("alue_23_20260101", "Alue", AREAS, eliminated=True, texts=_TEXTS_OF_AREAS),
        *further,
        Variable("contentscode", "Tiedot", tuple(contents), texts=tuple(contents.values())),
    )
    codes = [variable.code for variable in variables]
    return Table(
        own,
        f"KEKSITTY {listed}",
        f"{own} -- KEKSITTY {listed}",
        variables,
        lambda key: cell(dict(zip(codes, key, strict=False))),
        folder=folder,
    )


def _size(key: Mapping[str, str]) -> int:
    """Persons of an area in a month, in a sex and an age."""
    size = _SIZES[key["alue_23_20260101"]]
    time = key.get("timeperiod_m", "2026M06")
    part = {"1": 0.55, "2": 0.45}.get(key.get(_SEX.code, "SSS"), 1)
    age = {"15-24": 0.15, "25-49": 0.5, "50-": 0.35}.get(key.get(_AGE.code, "SSS"), 1)
    return int(size * part * age * (1 + int(time[-2:]) / 100))


def _flow(key: Mapping[str, str]) -> Cell:
    if key["alue_23_20260101"] == "KU316":
        return None
    level = {"1KKOSUUS": 70.0, "3KKOSUUS": 42.0, "6KKOSUUS": 24.0, "12KKOSUUS": 12.0}
    return level[key["contentscode"]] + int(key["timeperiod_m"][-2:]) / 10


def _activation(key: Mapping[str, str]) -> Cell:
    services, unemployed = _size(key) // 4, _size(key)
    if key["contentscode"] == "AKTASTE":
        return round(100 * services / (services + unemployed), 1)
    return _count(unemployed if key["contentscode"] == "TYOTTOMATLOPUSSA" else services)


def _labour_force(key: Mapping[str, str]) -> Cell:
    # More than are unemployed in 12r5, whatever the area: a share is never above 100 %.
    size = 40 * _SIZES[key["alue_23_20260101"]] + 10 * (int(key["timeperiod_y"]) - 2000)
    age = {"15-24": 0.1, "18-64": 0.85, "65-74": 0.05}.get(key["ikaryhma_10_20180101"], 1)
    activity = 0.12 if key["paaasial_toimin_3_20180101"] == "12" else 1
    return int(size * age * activity * {"1": 0.5, "2": 0.5}.get(key.get(_SEX.code, "SSS"), 1))


def made_up_tables() -> list[Table]:
    """The other tables, small; 1319 has moved to another id."""
    return [
        _made_up(
            "12u4",
            "Aktivointiaste (4250)",
            _SEX,
            _AGE,
            _TIME,
            contents={
                "AKTASTE": "Aktivointiaste (%)",
                "TYOTTOMATLOPUSSA": "Työttömät työnhakijat laskentapäivänä (lkm.)",
                "PALVELUISSAYHTEENSA": "Palveluissa yhteensä laskentapäivänä (lkm.)",
            },
            cell=_activation,
        ),
        _made_up(
            "12ts",
            "Työttömyyden virta yli tietyn keston (1355)",
            _SEX,
            _AGE,
            Variable("valmistuminen_1", "Valmistuminen", ("SSS", "1"), texts=("Yhteensä", "Kyllä")),
            _TIME,
            contents={
                "1KKOSUUS": "Yli 1 kk virta (%)",
                "3KKOSUUS": "Yli 3 kk virta (%)",
                "6KKOSUUS": "Yli 6 kk virta (%)",
                "12KKOSUUS": "Yli 12 kk virta (%)",
            },
            cell=_flow,
        ),
        _made_up(
            "12ta",
            "Työttömät keston mukaan (1207)",
            _SEX,
            _AGE,
            _DURATION,
            _TIME,
            contents={"TYOTTOMATLOPUSSA": "Työttömät työnhakijat laskentapäivänä (lkm.)"},
            cell=lambda key: _count(_size(key) * _share(_DURATION, _DURATION_SHARES, key)),
        ),
        _made_up(
            "13zz",
            "Päättyneet työnhaut (1319)",
            _REASONS,
            _TIME,
            contents={"PAATTYNEETHAUT": "Kuukauden aikana päättyneet työnhaut (lkm.)"},
            cell=lambda key: _count(_size(key) / 10 * _share(_REASONS, _REASON_SHARES, key)),
        ),
        _made_up(
            "12tn",
            "Päättyneet jaksot (1315)",
            _REASONS,
            _DURATION,
            _TIME,
            contents={"PAATTYNEETJAKSOT": "Kuukauden aikana päättyneet työttömyysjaksot (lkm.)"},
            cell=lambda key: _count(
                _size(key)
                / 8
                * _share(_REASONS, _REASON_SHARES, key)
                * _share(_DURATION, _DURATION_SHARES, key)
            ),
        ),
        _made_up(
            "12uy",
            "Työnhakijat (1510)",
            _TIME,
            contents={"HAKIJALOPUSSA": "Työnhakijat"},
            cell=lambda key: _count(_size(key)),
        ),
        _made_up(
            "115b",
            "Väestö alueen, toiminnan, sukupuolen ja iän mukaan",
            Variable(
                "paaasial_toimin_3_20180101",
                "Pääasiallinen toiminta",
                ("11+12", "12"),
                texts=("Työvoima", "Työttömät"),
            ),
            _SEX,
            Variable(
                "ikaryhma_10_20180101",
                "Ikä",
                ("SSS", "15-24", "18-64"),
                texts=("Yhteensä", "15 - 24", "18 - 64"),
            ),
            Variable("timeperiod_y", "Vuosi", ("2023", "2024"), is_time=True),
            contents={"tyokay-vaesto": "Väestö 31.12."},
            cell=_labour_force,
            folder="tyokay",
        ),
    ]
