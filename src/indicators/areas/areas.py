"""Areas: names of municipalities, regions and groups, and who took part in which municipal trial.

:func:`load_areas` reads the keys under ``data/raw/areas`` and the groups of the settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

from indicators.areas.divisions import (
    NO_DIVISIONS,
    TRIAL_MEMBER_COLUMNS,
    Divisions,
    near_matches,
    plain_genitive,
    plain_locative,
    read_divisions,
)
from indicators.areas.keys import (
    KeyRow,
    Municipality,
    Text,
    raise_key_problems,
    read_key_rows,
    read_municipalities,
    read_regions,
)
from indicators.areas.mergers import codes_in_month
from indicators.errors import UsageError

TRIAL_COLUMNS = TRIAL_MEMBER_COLUMNS
DOUBTFUL_COLUMNS = ("municipality_code", "municipality_name", "region_2021", "reason")

_is_office = re.compile(r"([0-9]{4})?").fullmatch
_is_grade = re.compile(r"[ABC]").fullmatch


@dataclass(frozen=True)
class TrialArea:
    """One municipality's part in one trial.

    Attributes:
        municipality: Its code at the time, three digits.
        trial_area: Name of the trial's area.
        office_code: The area's office code (``toinoh``) in the register; empty if it had none.
        grade: How sure: A an official text, B another public page, C not confirmed.
        start: First day; None if the trial was planned but never started.
        end: Last day; None likewise.
    """

    municipality: str
    trial_area: str
    office_code: str
    grade: str
    start: date | None
    end: date | None

    def covers(self, day: date) -> bool:
        """Whether the municipality is in the trial on a day."""
        return self.start is not None and self.end is not None and self.start <= day <= self.end


@dataclass(frozen=True)
class DoubtfulControl:
    """A municipality that must not serve as a clean control, and why."""

    municipality: str
    reason: str


def read_trials(
    path: Path, municipalities: Mapping[str, Municipality], problems: list[str]
) -> tuple[TrialArea, ...]:
    """Reads one file of members; what is wrong with it is added to ``problems``."""
    rows = list(read_key_rows(path, TRIAL_COLUMNS, problems))
    members = [_trial_area(row, municipalities) for row in rows]
    _check_overlaps(zip(rows, members, strict=True))
    return tuple(members)


def _trial_area(row: KeyRow, municipalities: Mapping[str, Municipality]) -> TrialArea:
    member = TrialArea(
        municipality=_municipality_of_row(row, municipalities),
        trial_area=row.text("trial_area"),
        office_code=row.text("office_code", _is_office, "four digits or empty"),
        grade=row.text("grade", _is_grade, "A, B or C"),
        start=row.day("start"),
        end=row.day("end"),
    )
    if bool(row.values["start"]) != bool(row.values["end"]):
        row.report_problem("end", "a row has both dates, or neither if the trial never started")
    elif member.start and member.end and member.end < member.start:
        row.report_problem("end", f"{member.end} is before the start {member.start}")
    elif member.start and _is_gone(municipalities.get(member.municipality), member.start):
        row.report_problem("municipality_code", f"does not exist on {member.start}")
    return member


def _municipality_of_row(row: KeyRow, municipalities: Mapping[str, Municipality]) -> str:
    code = row.values["municipality_code"]
    known = municipalities.get(code)
    if not municipalities:
        # Its file could not be read: that is one problem and not one for each row here.
        return code
    if known is None:
        row.report_problem("municipality_code", f'"{code}" is not in the municipality key')
    elif row.values["municipality_name"] != known.name_fi:
        row.report_problem(
            "municipality_name", f"{code} is {known.name_fi}; mend the name or the code"
        )
    return code


def _is_gone(municipality: Municipality | None, day: date) -> bool:
    return municipality is not None and not municipality.exists_on(day)


def _check_overlaps(rows: Iterable[tuple[KeyRow, TrialArea]]) -> None:
    """A municipality is in one trial at a time, or the answer to `covers` would be a choice."""
    last: dict[str, TrialArea] = {}
    for row, member in sorted(rows, key=lambda pair: (pair[1].start or date.max, pair[0].number)):
        before = last.get(member.municipality)
        if before and (member.start is None or before.covers(member.start)):
            row.report_problem(
                "municipality_code", f"is already in {before.trial_area} at that time"
            )
        last[member.municipality] = member


def read_doubtful(
    path: Path, municipalities: Mapping[str, Municipality], problems: list[str]
) -> tuple[DoubtfulControl, ...]:
    """Reads the doubtful controls; what is wrong with the file is added to ``problems``."""
    return tuple(
        DoubtfulControl(_municipality_of_row(row, municipalities), row.text("reason"))
        for row in read_key_rows(path, DOUBTFUL_COLUMNS, problems)
    )


Kind = Literal[
    "country",
    "group",
    "region",
    "ely",
    "evk",
    "employment_area",
    "trial_area",
    "subregion",
    "municipality",
]

KEY_FOLDER = Path(__file__).parent
"""Where the keys of names lie: they come with the package."""

TRIAL_KEYS = Path("data", "raw", "areas")
"""Where the keys of trials lie, from the project's root."""

_KINDS: Mapping[str, Kind] = {"SSS": "country", "MK": "region", "ELY": "ely", "SK": "subregion"}
_MUNICIPALITY = "KU"
_SETTINGS_FILE = "indicators.toml"


class GroupForms(Protocol):
    """Further Finnish forms of a group's name, as the settings have them."""

    @property
    def genitive(self) -> str:
        """The genitive; empty if it is left out."""
        ...


class NamedGroup(Protocol):
    """A group of the settings (`indicators.settings.model.Group`)."""

    @property
    def members(self) -> tuple[str, ...]:
        """Area codes of its municipalities."""
        ...

    @property
    def name(self) -> Text:
        """Its name by language."""
        ...

    @property
    def locative(self) -> Text:
        """Where, by language."""
        ...

    @property
    def inflections(self) -> GroupForms:
        """Its further Finnish forms."""
        ...


class _ReportedAreas(Protocol):
    @property
    def comparisons(self) -> tuple[str, ...]:
        """Areas shown beside the reported one."""
        ...


class _Resources(Protocol):
    @property
    def transferred_person_years(self) -> Mapping[str, float]:
        """By area code."""
        ...


class ProjectAreas(Protocol):
    """What the settings (`indicators.settings.model.Settings`) say of areas."""

    @property
    def root(self) -> Path:
        """The project's folder."""
        ...

    @property
    def groups(self) -> Mapping[str, NamedGroup]:
        """The groups by code."""
        ...

    @property
    def report(self) -> _ReportedAreas:
        """What reports are about."""
        ...

    @property
    def resources(self) -> _Resources:
        """Person-years by area."""
        ...


@dataclass(frozen=True)
class Areas:
    """Names and kinds of areas, municipalities over time, and the trials.

    Area codes are those of the result table: ``SSS``, ``MK07``, ``ELY04``, ``SK071``, ``KU398``,
    the key areas ``TA31``, ``EVK03`` and ``TRIAL-lahti``, and the groups of the settings.
    Municipality codes are the register's three digits, ``398``.

    Attributes:
        municipalities: By three-digit code, merged ones too.
        regions: Names of the areas above municipalities, by area code.
        groups: The settings' groups, by code.
        trials: Members of the present trials and of those before, with dates.
        planned: Members of trials that were planned but never started.
        doubtful_controls: Municipalities that are no clean controls.
        divisions: Which municipality belongs to which area, and inflected names.
    """

    municipalities: Mapping[str, Municipality]
    regions: Mapping[str, Text]
    groups: Mapping[str, NamedGroup]
    trials: tuple[TrialArea, ...]
    planned: tuple[TrialArea, ...]
    doubtful_controls: tuple[DoubtfulControl, ...]
    divisions: Divisions = NO_DIVISIONS

    def name(self, code: str, lang: str) -> str:
        """The area's name in a language; the code itself where no name is known.

        A municipality without an English name of its own is called by its Finnish one.
        """
        return self._names(code)[lang]

    def locative(self, code: str, lang: str) -> str:
        """Where, as a sentence has it: “Lahdessa”, “i Lahtis”, “in Lahti”."""
        if code in self.groups:
            return self.groups[code].locative[lang]
        forms = self.divisions.forms.get(code)
        return (forms.locative if forms else plain_locative(self._names(code)))[lang]

    def genitive(self, code: str, lang: str) -> str:
        """Whose: “Lahden”, “Lahtis”, “Lahti's”."""
        if code in self.groups:
            own = self.groups[code].inflections.genitive if lang == "fi" else ""
            return own or plain_genitive(self._names(code))[lang]
        forms = self.divisions.forms.get(code)
        return (forms.genitive if forms else plain_genitive(self._names(code)))[lang]

    def _names(self, code: str) -> Text:
        if code in self.groups:
            return self.groups[code].name
        if code in self.regions:
            return self.regions[code]
        forms = self.divisions.forms.get(code)
        municipality = self._municipality(code)
        if municipality is None:
            return forms.name if forms else dict.fromkeys(("fi", "sv", "en"), code)
        return {
            "fi": municipality.name_fi,
            "sv": municipality.name_sv,
            "en": forms.name["en"] if forms else municipality.name_fi,
        }

    def kind(self, code: str) -> Kind:
        """What sort of area a code stands for.

        Raises:
            UsageError: No area has the code; the message names those nearest to it.
        """
        # A key area that the settings name is a group of theirs too.
        if code in self.divisions.by_code:
            return self.divisions.by_code[code].kind
        if code in self.groups:
            return "group"
        if self._municipality(code) is not None:
            return "municipality"
        if code in self.regions:
            return _KINDS[code.rstrip("0123456789")]
        near = [f"{known} ({self.name(known, 'fi')})" for known in self.near(code)]
        meant = f"did you mean {', '.join(near)}?" if near else "write a code such as KU398 or SSS"
        raise UsageError(f"{code} is not an area; {meant}")

    def near(self, text: str) -> list[str]:
        """Codes of the areas whose code or name is nearest to a text."""
        names = {
            code: sorted({self.name(code, lang) for lang in ("fi", "sv", "en")})
            for code in self.all_codes()
        }
        return near_matches(text, names)

    def members(self, code: str) -> tuple[str, ...]:
        """Area codes of the municipalities that an area adds up; of a municipality itself.

        A group has those that the settings list; any other area today's municipalities, in the
        division of the newest key.

        Raises:
            UsageError: No area has the code.
        """
        if code in self.groups and code not in self.divisions.by_code:
            return self.groups[code].members
        kind = self.kind(code)
        if kind == "country":
            return self._municipalities_of_today
        if kind == "municipality":
            return (code,)
        return self.divisions.by_code[code].members if code in self.divisions.by_code else ()

    def members_in_month(self, code: str, month: str) -> tuple[str, ...]:
        """As :meth:`members`, as the municipalities are called in a month, each once."""
        return codes_in_month(self.members(code), month)

    def containing(self, code: str, kind: Kind) -> str | None:
        """The area of a kind that an area lies in whole; None if there is none."""
        inside = set(self.members(code))
        return next(
            (
                division
                for division in self.divisions.by_code
                if self.divisions.by_code[division].kind == kind
                and inside
                and inside <= set(self.divisions.by_code[division].members)
            ),
            None,
        )

    @property
    def _municipalities_of_today(self) -> tuple[str, ...]:
        return tuple(
            sorted(_MUNICIPALITY + m.code for m in self.municipalities.values() if not m.valid_to)
        )

    def successor(self, municipality: str, on: date) -> str:
        """The municipality that a municipality's people belong to on a day.

        Args:
            municipality: Three-digit code; an unknown one is given back as it is.
            on: The day.

        Returns:
            The code itself while the municipality exists, else the code at the end of its chain
            of mergers up to that day. A municipality that was split is followed to the one that
            took the larger part (Längelmäki: Orivesi).
        """
        while known := self.municipalities.get(municipality):
            if known.valid_to is None or on <= known.valid_to:
                break
            municipality = known.successor
        return municipality

    def trial_area(self, municipality: str, on: date) -> TrialArea | None:
        """The trial a municipality (three-digit code) is in on a day, if any."""
        return next(
            (
                member
                for member in self.trials
                if member.municipality == municipality and member.covers(on)
            ),
            None,
        )

    def trial_municipalities(self, area: str) -> tuple[str, ...]:
        """Three-digit codes of a trial area's municipalities, by its name or its office code.

        Raises:
            UsageError: No trial area has that name or office code.
        """
        members = tuple(
            member.municipality
            for member in self.trials
            if area in (member.trial_area, member.office_code)
        )
        if not area or not members:
            raise UsageError(f'"{area}" is no trial area; write its name or office code, as 1530')
        return members

    def all_codes(self) -> tuple[str, ...]:
        """Codes of today's areas, by kind: country, groups, regions, … and municipalities."""
        by_kind = {kind: self._regions_of(kind) for kind in _KINDS.values()}
        return tuple(
            dict.fromkeys(
                (
                    *by_kind["country"],
                    *self.groups,
                    *by_kind["region"],
                    *by_kind["ely"],
                    *self.divisions.of_kind("evk"),
                    *self.divisions.of_kind("employment_area"),
                    *self.divisions.of_kind("trial_area"),
                    *by_kind["subregion"],
                    *self._municipalities_of_today,
                )
            )
        )

    def _regions_of(self, kind: Kind) -> list[str]:
        return sorted(code for code in self.regions if self.kind(code) == kind)

    def _municipality(self, code: str) -> Municipality | None:
        if not code.startswith(_MUNICIPALITY):
            return None
        return self.municipalities.get(code.removeprefix(_MUNICIPALITY))


def load_areas(settings: ProjectAreas, keys: Path = KEY_FOLDER) -> Areas:
    """Reads and checks all keys.

    Args:
        settings: The project's settings: its groups, and its root, where the trials' keys lie.
        keys: Folder of the keys of names.

    Raises:
        DataError: With every problem of the key files, each with file and row.
        UsageError: The settings name areas that do not exist.
    """
    problems: list[str] = []
    trials = settings.root / TRIAL_KEYS
    municipalities = read_municipalities(keys / "municipalities.csv", problems)
    areas = Areas(
        municipalities=municipalities,
        regions=read_regions(keys / "regions.csv", problems),
        groups=settings.groups,
        trials=(
            *read_trials(trials / "earlier_trials.csv", municipalities, problems),
            *read_trials(trials / "trial_municipalities.csv", municipalities, problems),
        ),
        planned=read_trials(trials / "planned_not_started.csv", municipalities, problems),
        doubtful_controls=read_doubtful(trials / "doubtful_controls.csv", municipalities, problems),
        divisions=read_divisions(trials, problems),
    )
    raise_key_problems(problems)
    _check_settings(settings, areas)
    return areas


def _check_settings(settings: ProjectAreas, areas: Areas) -> None:
    """Settings know the form of an area code only; here it is seen whether the area exists.

    A group may list a municipality that has merged: it counts as what it had become by the month.
    """
    today = frozenset(areas.all_codes())
    ever = today | {_MUNICIPALITY + code for code in areas.municipalities}
    years = settings.resources.transferred_person_years
    named: list[tuple[str, Iterable[str], frozenset[str]]] = [
        (f"groups.{code}.members", group.members, ever) for code, group in settings.groups.items()
    ]
    named.append(("report.comparisons", settings.report.comparisons, today))
    named.append(("resources.transferred_person_years", years, today))
    problems = [
        f"{key}: {code} is not an area of today"
        for key, codes, known in named
        for code in codes
        if code not in known
    ]
    if problems:
        raise UsageError(
            f"{settings.root / _SETTINGS_FILE} names areas that do not exist:", problems
        )
