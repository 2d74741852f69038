"""Which municipality belongs to which area: the dated key, trial areas, and how areas are called.

The key (``municipality_keys_2024_2026.csv``) has a row a municipality and year of division. Areas
are *back-cast*: an area of today has the municipalities of today in all months, and what has become
part of these. A newer key that ``indicators fetch areas`` brought is used in its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from indicators.areas.fetched_divisions import Division, DivisionKind, read_newer_divisions
from indicators.areas.keys import (
    KeyRow,
    Text,
    is_municipality_code,
    raise_key_problems,
    read_key_rows,
)
from indicators.areas.mergers import MUNICIPALITY_PREFIX, load_mergers

LANGUAGES = ("fi", "sv", "en")

MUNICIPALITY_KEY = "municipality_keys_2024_2026.csv"
NAME_KEY = "area_names_2024_2026.csv"
# The day of its newest division: what ``indicators fetch areas`` brought of later ones is used.
NEWEST_DAY = "20260101"
FETCHED = "answers"
TRIAL_CODE_KEY = "trial_area_codes.csv"
TRIAL_MEMBERS = "trial_municipalities.csv"
FORMS = Path(__file__).parent / "area_forms.csv"

TRIAL_PREFIX = "TRIAL-"
KEY_AREA = r"TA[0-9]{2}|EVK[0-9]{2}|TRIAL-[a-z]+(?:-[a-z]+)*"
"""The codes of key areas: those that are sums over municipalities by the key of divisions alone."""
is_key_area = re.compile(KEY_AREA).fullmatch

# Column of the key: kind of area, and the form of its codes.
_COLUMNS: Mapping[str, tuple[DivisionKind, str]] = {
    "region": ("region", r"MK[0-9]{2}"),
    "sub_region": ("subregion", r"SK[0-9]{3}"),
    "ely": ("ely", r"ELY[0-9]{2}"),
    "evk": ("evk", r"EVK[0-9]{2}"),
    "employment_area": ("employment_area", r"TA[0-9]{2}"),
}
_KEY_COLUMNS = (
    *("code", "name_fi", "name_sv", "sub_region", "region", "ely", "evk"),
    *("employment_area", "employment_area_fi", "employment_area_sv", "employment_area_en"),
    *("valid_from", "valid_to"),
)
_NAME_COLUMNS = ("kind", "code", "name_fi", "name_sv", "name_en", "valid_from", "valid_to")
_TRIAL_COLUMNS = ("code", "trial_area")
_FORM_COLUMNS = (
    "code",
    *(f"{form}_{lang}" for form in ("name", "locative", "genitive") for lang in LANGUAGES),
)
_is_key_area_code = re.compile(KEY_AREA).fullmatch


@dataclass(frozen=True)
class AreaForms:
    """How an area is called in each language.

    Attributes:
        name: “Lahti”, “Lahtis”, “Lahti”.
        locative: As a sentence has where: “Lahdessa”, “i Lahtis”, “in Lahti”.
        genitive: “Lahden”, “Lahtis”, “Lahti's”.
    """

    name: Text
    locative: Text
    genitive: Text


@dataclass(frozen=True)
class Divisions:
    """The areas above municipalities, and how all areas are called.

    Attributes:
        by_code: The areas.
        forms: Names and inflected forms by area code, of municipalities too.
        key_names: Names as the key has them, without the word for the kind of area
            ("Päijät-Häme"), by area code.
    """

    by_code: Mapping[str, Division]
    forms: Mapping[str, AreaForms]
    key_names: Mapping[str, Text] = field(default_factory=dict)

    @property
    def key_areas(self) -> tuple[str, ...]:
        """Codes of employment areas, elinvoimakeskukset and trial areas."""
        return tuple(code for code in self.by_code if is_key_area(code))

    def of_kind(self, kind: DivisionKind) -> tuple[str, ...]:
        """Codes of a kind, sorted."""
        return tuple(sorted(code for code, area in self.by_code.items() if area.kind == kind))

    @property
    def employment_areas(self) -> dict[str, tuple[str, ...]]:
        """Municipalities of every employment area (työllisyysalue), by its code such as ``TA31``.

        Under all the codes that a municipality ever had.
        """
        codes = self.of_kind("employment_area")
        return {code: self.by_code[code].members_of_all_times for code in codes}


NO_DIVISIONS = Divisions({}, {})
"""Of a project without keys of divisions."""


def near_matches(text: str, names: Mapping[str, Sequence[str]], most: int = 4) -> list[str]:
    """The codes whose code or name is nearest to a text that somebody wrote for one.

    Args:
        text: What was written.
        names: Names of the areas that there are, by code.
        most: How many at most.
    """
    spellings: dict[str, list[str]] = {}
    for code, called in names.items():
        for spelling in (code, *called):
            spellings.setdefault(_folded(spelling), []).append(code)
    wanted = _folded(text)
    begun = [spelling for spelling in spellings if len(wanted) > 2 and wanted in spelling]
    close = get_close_matches(wanted, spellings, n=most, cutoff=0.6)
    codes = [code for spelling in (*close, *sorted(begun, key=len)) for code in spellings[spelling]]
    return list(dict.fromkeys(codes))[:most]


def _folded(text: str) -> str:
    """In small letters without accents: ``paijat`` stands for “Päijät”."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def read_divisions(raw: Path, problems: list[str]) -> Divisions:
    """Read the keys of divisions and of trial areas; problems are added to ``problems``.

    Args:
        raw: The project's ``data/raw/areas``.
        problems: Where problems are noted.

    Returns:
        None at all of a project that has none of the keys, such as one begun before there were any.
    """
    if not any((raw / name).exists() for name in (MUNICIPALITY_KEY, NAME_KEY, TRIAL_CODE_KEY)):
        return NO_DIVISIONS
    found = {**_read_municipality_key(raw / MUNICIPALITY_KEY, problems)}
    named = _read_names(raw / NAME_KEY, problems)
    for newer, names_of_newer in read_newer_divisions(raw / FETCHED, NEWEST_DAY, problems):
        kinds = {area.kind for area in newer.values()}
        found = {code: area for code, area in found.items() if area.kind not in kinds} | newer
        named |= names_of_newer
    found |= _read_trial_areas(raw, problems)
    forms = _read_forms(FORMS, problems)
    for code, names in named.items():
        if code in found and code not in forms:
            forms[code] = _plain_forms(names)
    return Divisions(found, forms, named)


def load_divisions(raw: Path) -> Divisions:
    """As :func:`read_divisions`.

    Raises:
        DataError: With every problem of the key files.
    """
    problems: list[str] = []
    divisions = read_divisions(raw, problems)
    raise_key_problems(problems)
    return divisions


def _read_municipality_key(path: Path, problems: list[str]) -> dict[str, Division]:
    """The areas of the newest division of each kind."""
    newest: dict[str, dict[str, tuple[str, str]]] = {column: {} for column in _COLUMNS}
    rows: list[tuple[str, KeyRow]] = []
    for row in read_key_rows(path, _KEY_COLUMNS, problems):
        code = row.text("code", is_municipality_code, "three digits, such as 398")
        row.day("valid_from")
        row.day("valid_to")
        rows.append((code, row))
    # A municipality that is no more has no place in today's division.
    mergers = load_mergers().by_code
    for code, row in rows:
        for column, (kind, pattern) in _COLUMNS.items():
            value = row.values[column]
            if not value:
                continue
            if not re.fullmatch(pattern, value):
                row.report_problem(column, f'must be the code of a {kind}, not "{value}"')
            elif code not in mergers:
                begun = row.values["valid_from"]
                if begun >= newest[column].get(code, ("", ""))[0]:
                    newest[column][code] = (begun, value)
    return _gather(
        {
            column: {code: area for code, (_, area) in entries.items()}
            for column, entries in newest.items()
        }
    )


def _gather(area_of: Mapping[str, Mapping[str, str]]) -> dict[str, Division]:
    """Areas by code, of the area of each municipality by column."""
    found: dict[str, Division] = {}
    for column, entries in area_of.items():
        kind, _ = _COLUMNS[column]
        members: dict[str, list[str]] = {}
        for code, area in entries.items():
            members.setdefault(area, []).append(f"{MUNICIPALITY_PREFIX}{code}")
        for area in sorted(members):
            found[area] = Division(area, kind, tuple(sorted(members[area])))
    return found


def _read_trial_areas(raw: Path, problems: list[str]) -> dict[str, Division]:
    members: dict[str, list[str]] = {}
    # Its own reader checks the file of members whole; here only who is in which area matters.
    lines = read_key_rows(raw / TRIAL_MEMBERS, TRIAL_MEMBER_COLUMNS, [])
    for row in lines:
        code = f"{MUNICIPALITY_PREFIX}{row.values['municipality_code']}"
        members.setdefault(row.values["trial_area"], []).append(code)
    found: dict[str, Division] = {}
    for row in read_key_rows(raw / TRIAL_CODE_KEY, _TRIAL_COLUMNS, problems):
        code = row.text("code", _is_key_area_code, "a code such as TRIAL-lahti")
        area = row.text("trial_area")
        if area not in members:
            if members:
                row.report_problem("trial_area", f'"{area}" is not in {TRIAL_MEMBERS}')
            continue
        found[code] = Division(code, "trial_area", tuple(members[area]))
    return found


TRIAL_MEMBER_COLUMNS = (
    "trial_area",
    "office_code",
    "municipality_code",
    "municipality_name",
    "start",
    "end",
    "grade",
    "source",
)


def _read_forms(path: Path, problems: list[str]) -> dict[str, AreaForms]:
    found: dict[str, AreaForms] = {}
    for row in read_key_rows(path, _FORM_COLUMNS, problems):
        code = row.text("code")
        if code in found:
            row.report_problem("code", f"{code} is there twice; delete one row")
        found[code] = AreaForms(
            *(
                {lang: row.text(f"{form}_{lang}") for lang in LANGUAGES}
                for form in ("name", "locative", "genitive")
            )
        )
    return found


def _read_names(path: Path, problems: list[str]) -> dict[str, Text]:
    """Names by code; of an area that was renamed the last one."""
    return {
        row.text("code"): {lang: row.text(f"name_{lang}") for lang in LANGUAGES}
        for row in read_key_rows(path, _NAME_COLUMNS, problems)
    }


def _plain_forms(name: Text) -> AreaForms:
    """Forms that are right for any name: the area is named beside a word that is inflected."""
    return AreaForms(name, plain_locative(name), plain_genitive(name))


def plain_locative(name: Text) -> Text:
    """Where, for a name whose own form nobody wrote down."""
    return {
        "fi": f"alueella {name['fi']}",
        "sv": f"i området {name['sv']}",
        "en": f"in {name['en']}",
    }


def plain_genitive(name: Text) -> Text:
    """Whose, for a name whose own form nobody wrote down."""
    swedish = name["sv"]
    return {
        "fi": f"alueen {name['fi']}",
        "sv": swedish if swedish.endswith(("s", "x", "z")) else f"{swedish}s",
        "en": f"{name['en']}'s",
    }
