"""What the settings hold, section by section, in the words of ``indicators.toml``.

The file is read as these records say (`indicators.structuring`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from cattrs import IterableValidationError

from indicators.areas.divisions import KEY_AREA
from indicators.calendar import parse_months
from indicators.errors import UsageError
from indicators.structuring import (
    FILLED,
    GIVEN,
    Fits,
    Given,
    Inline,
    Key,
    MisfitError,
    OneOf,
    ReadAs,
)

LANGUAGES = ("fi", "sv", "en")
"""The languages of all texts, Finnish first."""

COUNTRY = "SSS"

MONTHLY_REPORT = "monthly_report.ipynb"
"""The monthly report's notebook, below ``notebooks/``."""

# Of the long table (contract, section 3): the settings are read before pandas is.
LONG_TABLE_KEY = (
    "indicator",
    "statistic",
    "month",
    "area",
    "population",
    "dimension",
    "category",
)

# A yearly pattern can be separated from a trend only where each month has come round twice.
_TWO_YEARS = 24


@dataclass(frozen=True)
class _Translations:
    """A text in every language, as the file has it."""

    fi: Annotated[str, Fits(str.strip, "a text")]
    sv: Annotated[str, Fits(str.strip, "a text")]
    en: Annotated[str, Fits(str.strip, "a text")]


def _months(parts: tuple[str, ...]) -> tuple[str, ...]:
    """All months of single months and ranges, in order."""
    try:
        return parse_months(",".join(parts))
    except UsageError as error:
        lines = [MisfitError(line) for line in (error.message, *error.details)]
        raise IterableValidationError("reading months", lines, tuple) from None


def _is_notebook_pattern(text: str) -> bool:
    path = PurePosixPath(text)
    inside = not path.is_absolute() and ".." not in path.parts and "\\" not in text
    return inside and path.suffix == ".ipynb" and bool(path.stem.strip("."))


def _column(name: str) -> str:
    if name not in LONG_TABLE_KEY:
        raise MisfitError(f"unknown key; known here: {', '.join(LONG_TABLE_KEY)}")
    return name


def _some(rows: Mapping[str, str]) -> Mapping[str, str]:
    if not rows:
        raise MisfitError(f"names no rows; write some of {', '.join(LONG_TABLE_KEY)}")
    return rows


def _matching(pattern: str, what: str) -> Fits:
    return Fits(re.compile(pattern).fullmatch, what)


Text = Annotated[Mapping[str, str], ReadAs(_Translations, asdict)]
"""A text in every language of `LANGUAGES`."""

Value = str | int | float | bool
"""What a parameter may be."""

_Municipality = Annotated[str, _matching("KU[0-9]{3}", "a municipality code such as KU398")]
_GroupCode = Annotated[
    str,
    _matching(
        rf"(?!(SSS|(KU|SK)[0-9]{{3}}|MK[0-9]{{2}}|ELY[0-9]{{2}}|{KEY_AREA})$)[A-Z][A-Z0-9_]*",
        "a code of capital letters that StatFin and the area keys do not use",
    ),
]
_Office = Annotated[str, _matching("[0-9]{4}", "an office code of four digits, such as 1530")]
_Filled = Annotated[str, Fits(bool, "a text")]
_Rows = Annotated[
    Mapping[str, str], ReadAs(Mapping[Annotated[str, ReadAs(str, _column)], _Filled], _some)
]
_Month = Annotated[str, Fits(bool, "a month such as 2022-02 or a range such as 2021-03..2023-06")]
_Number = Annotated[float, Fits(lambda value: value >= 0, "a number, 0 or more")]
_Year = Annotated[int, Fits(lambda value: 1900 <= value <= 2199, "a year such as 2022")]
_Price = Annotated[
    float, Fits(lambda value: 0 <= value <= 100_000, "euros a day, from 0 to 100000")
]
_Seconds = Annotated[float, Fits(lambda value: value > 0, "a number over 0")]
_Share = Annotated[float, Fits(lambda value: 0 <= value <= 1, "a share from 0 to 1, such as 0.1")]
_Count = Annotated[int, Fits(lambda value: value >= 1, "a whole number, 1 or more")]
_TrendMonths = Annotated[
    int, Fits(lambda value: value >= _TWO_YEARS, f"a whole number, {_TWO_YEARS} or more")
]


@dataclass(frozen=True)
class Trial:
    """The municipal employment trial (työllisyyden kuntakokeilu) being watched.

    Attributes:
        id: Short name for file names.
        name: Full name.
        act: Number of the act it rests on.
        start: Its first day.
        end: Its last day.
        offices: Its office codes (``toinoh``) in the register.
    """

    id: Annotated[
        str,
        _matching("[a-z][a-z0-9_-]*", "an id of small letters and digits, with - and _ between"),
    ]
    name: Text
    act: Annotated[str, _matching("[0-9]+/[0-9]{4}", "an act's number, such as 1269/2020")]
    start: date
    end: date
    offices: Annotated[tuple[_Office, ...], FILLED]


@dataclass(frozen=True)
class Inflections:
    """Further Finnish forms of a group's name; a report says “kokeilualue” for one left out.

    Attributes:
        genitive: “Lahden seudun”.
        partitive: “Lahden seutua”.
        illative: “Lahden seutuun”.
    """

    genitive: _Filled = ""
    partitive: _Filled = ""
    illative: _Filled = ""


@dataclass(frozen=True)
class Group:
    """Municipalities added up under a code of their own.

    Attributes:
        code: The area code in the result table, such as ``LAHTI5``.
        members: Area codes of municipalities, ``KU398`` ….
        name: Short name, for tables and legends.
        locative: The name as it stands in a sentence: “Lahden seudulla”.
        description: Which municipalities these are, in a sentence.
        inflections: The Finnish name in further cases.
    """

    code: Annotated[str, GIVEN]
    members: Annotated[tuple[_Municipality, ...], FILLED]
    name: Text
    locative: Text
    description: Text
    inflections: Inflections = field(default_factory=Inflections)


@dataclass(frozen=True)
class Report:
    """What the monthly report is about.

    Attributes:
        group: Code of the group the report is about, or of an area of the keys: ``TRIAL-lahti``.
        country: Code of the whole country.
        comparisons: Further areas shown beside them.
        languages: Languages the report is written in, in this order.
        months: Months that get a report, in order.
        publisher: Who publishes it.
        notebooks: Notebooks that are executed for each month, as paths or patterns below
            ``notebooks/``.
    """

    group: Annotated[
        str, OneOf("group", "the code of a table under groups, or of an area such as TRIAL-lahti")
    ]
    country: Annotated[str, Fits(COUNTRY.__eq__, f"{COUNTRY}, the whole country")]
    comparisons: tuple[Annotated[str, OneOf("area", "an area code such as MK07")], ...]
    languages: Annotated[
        tuple[Annotated[str, Fits(LANGUAGES.__contains__, "a language: fi, sv or en")], ...], FILLED
    ]
    months: Annotated[tuple[str, ...], ReadAs(Annotated[tuple[_Month, ...], FILLED], _months)]
    publisher: Text
    notebooks: Annotated[
        tuple[
            Annotated[
                str,
                Fits(
                    _is_notebook_pattern,
                    "a notebook below notebooks/, such as own/vacancies.ipynb or own/*.ipynb",
                ),
            ],
            ...,
        ],
        FILLED,
    ] = (MONTHLY_REPORT,)


@dataclass(frozen=True)
class StatFin:
    """Where the StatFin snapshots lie (an absolute path)."""

    directory: Annotated[Path, ReadAs(_Filled, Path)]


@dataclass(frozen=True)
class Kela:
    """Where Kela's open data lies (an absolute path); it need not be there."""

    directory: Annotated[Path, ReadAs(_Filled, Path)] = Path("data", "raw", "kela")


@dataclass(frozen=True)
class Register:
    """Where the canonical register lies (an absolute path); it need not be there."""

    directory: Annotated[Path, ReadAs(_Filled, Path)]


@dataclass(frozen=True)
class Resources:
    """Person-years moved to the municipalities, by area code."""

    transferred_person_years: Mapping[_Municipality, _Number]


@dataclass(frozen=True)
class ServicePrice:
    """What a day in a service costs (``[[service_prices]]``), where the register has no prices.

    Attributes:
        group: Group of services.
        year: Calendar year of the days.
        euros_per_day: For each calendar day of a spell.
        kind: Kind of service, as the canonical register has it; empty for all kinds of the group
            without a price of their own.
    """

    group: Literal[
        "training", "coaching", "subsidised", "trial", "alternation", "rehabilitative", "study"
    ]
    year: _Year
    euros_per_day: _Price
    kind: Annotated[
        str, _matching("([0-9A-Z]{2,6})?", "a kind's code of two characters or more, such as 15")
    ] = ""


@dataclass(frozen=True)
class Reconciliation:
    """How far the register's figures may lie from StatFin's.

    Attributes:
        tolerance_share: Largest gap as a share of the published figure.
        tolerance_persons: Largest gap in persons; the wider of the two holds.
        areas: Areas that are compared, groups with their members; ``SSS`` stands for all.
    """

    tolerance_share: _Number
    tolerance_persons: _Number
    areas: Annotated[
        tuple[Annotated[str, OneOf("area", "an area code such as KU398 or a group's")], ...], FILLED
    ]


@dataclass(frozen=True)
class Disclosure:
    """What is hidden of a register's figures, and what is not published at all.

    Attributes:
        policy: Name of the policy.
        leave_out: Rows that are left out, each by columns of the long table's key.
    """

    policy: Annotated[str, Fits(bool, "the name of a policy, such as tyonv5")]
    leave_out: tuple[_Rows, ...] = ()


@dataclass(frozen=True)
class Limits:
    """How much of a delivery may be lost before it is refused (``[import]``; contract, section 2).

    Attributes:
        unreadable_share: Of a column's filled cells, those that cannot be read.
        lost_share: Of a table's rows, those lost to one rule (an unknown code, say).
        reversed_share: Of a table's spells, those that end before they begin.
        known_persons_share: Of a table's persons, those that must be among the register's persons.
        least_rows: Rows from which on shares of rows count.
        few_rows: Rows from which on a table may not be lost whole.
    """

    unreadable_share: _Share = 0.1
    lost_share: _Share = 0.1
    reversed_share: _Share = 0.05
    known_persons_share: _Share = 0.9
    least_rows: _Count = 500
    few_rows: _Count = 20


@dataclass(frozen=True)
class Fetch:
    """How ``indicators fetch`` asks public sources (``[fetch]``).

    Attributes:
        base_url: Scheme and host of another server to ask, the paths below staying the source's
            own; empty for the sources themselves.
        timeout_seconds: Longest wait for an answer to begin or go on.
        attempts: How often a request is made before the source counts as not answering.
        longest_wait_seconds: Longest ``Retry-After`` that is waited for.
        kela: Names of Kela's data sets at avoindata.suomi.fi; one that ends in ``*`` stands for
            all that begin so.
        sotkanet: Ids of Sotkanet's indicators.
        sotkanet_first_year: The first year fetched of them.
    """

    base_url: str = ""
    timeout_seconds: _Seconds = 120.0
    attempts: _Count = 5
    longest_wait_seconds: _Number = 900.0
    kela: tuple[_Filled, ...] = (
        "kunnan-osarahoittaman-tyottomyysturvan-saajat-ja-maksetut-e*",
        "kuntien-rahoittama-tyomarkkinatuki",
    )
    sotkanet: tuple[_Count, ...] = (180, 181, 189, 3219)
    sotkanet_first_year: _Count = 2006


@dataclass(frozen=True)
class Parameters:
    """Numbers that are a choice.

    Attributes:
        trend_min_months: Months a series must have before a trend line is drawn.
        indicators: Parameters of indicators set here instead of the catalogue's defaults, by
            indicator id and parameter; those under ``all`` are of every indicator that has them.
            The catalogue knows which exist and checks them.
    """

    trend_min_months: _TrendMonths
    indicators: Annotated[Mapping[str, Mapping[str, Value]], Inline()]


@dataclass(frozen=True)
class Settings:
    """All settings; ``root`` is the project's folder (absolute), ``register`` may be left out.

    ``limits`` are those of ``[import]``: how much of a delivery may be lost. ``service_prices`` are
    counted by where the register has no table of prices, a group, kind and year once.
    """

    root: Annotated[Path, Given(".")]
    trial: Trial
    report: Report
    statfin: StatFin
    resources: Resources
    reconciliation: Reconciliation
    disclosure: Disclosure
    parameters: Parameters
    # None are needed where the report is about an area of the keys.
    groups: Mapping[_GroupCode, Group] = field(default_factory=dict)
    register: Register | None = None
    limits: Annotated[Limits, Key("import")] = field(default_factory=Limits)
    fetch: Fetch = field(default_factory=Fetch)
    service_prices: tuple[ServicePrice, ...] = ()
    kela: Kela = field(default_factory=Kela)
