"""What the settings hold, section by section, in the words of ``indicators.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

LANGUAGES = ("fi", "sv", "en")
"""The languages everything is said in; Finnish first."""

Text = Mapping[str, str]
"""A text in every language of `LANGUAGES`."""

Value = str | int | float | bool
"""What a parameter may be."""


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

    id: str
    name: Text
    act: str
    start: date
    end: date
    offices: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Municipalities added up under a code of their own.

    Attributes:
        code: The area code in the result table, such as ``LAHTI5``.
        members: Area codes of municipalities, ``KU398`` ….
        name: Short name, for tables and legends.
        locative: The name as it stands in a sentence: “Lahden seudulla”.
        description: Which municipalities these are, in a sentence.
    """

    code: str
    members: tuple[str, ...]
    name: Text
    locative: Text
    description: Text


@dataclass(frozen=True)
class Report:
    """What the monthly report is about.

    Attributes:
        group: Code of the group the report is about.
        country: Code of the whole country.
        comparisons: Further areas shown beside them.
        languages: Languages the report is written in, in this order.
        months: Months that get a report, in order.
        publisher: Who publishes it.
    """

    group: str
    country: str
    comparisons: tuple[str, ...]
    languages: tuple[str, ...]
    months: tuple[str, ...]
    publisher: Text


@dataclass(frozen=True)
class StatFin:
    """Where the StatFin snapshots lie (an absolute path)."""

    directory: Path


@dataclass(frozen=True)
class Register:
    """Where the canonical register lies (an absolute path); it need not be there."""

    directory: Path


@dataclass(frozen=True)
class Resources:
    """Person-years moved to the municipalities, by area code."""

    transferred_person_years: Mapping[str, float]


@dataclass(frozen=True)
class Reconciliation:
    """How far the register's figures may lie from StatFin's.

    Attributes:
        tolerance_share: Largest gap as a share of the published figure.
        tolerance_persons: Largest gap in persons; the wider of the two holds.
        areas: Areas that are compared, groups with their members; ``SSS`` stands for all.
    """

    tolerance_share: float
    tolerance_persons: float
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Disclosure:
    """What is hidden of a register's figures, and what is not published at all.

    Attributes:
        policy: Name of the policy.
        leave_out: Rows that are left out, each by columns of the long table's key.
    """

    policy: str
    leave_out: tuple[Mapping[str, str], ...] = ()


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

    unreadable_share: float = 0.1
    lost_share: float = 0.1
    reversed_share: float = 0.05
    known_persons_share: float = 0.9
    least_rows: int = 500
    few_rows: int = 20


@dataclass(frozen=True)
class Parameters:
    """Numbers that are a choice.

    Attributes:
        trend_min_months: Months a series must have before a trend line is drawn.
        indicators: Parameters of indicators set here instead of the catalogue's defaults, by
            indicator id and parameter. The catalogue knows which exist and checks them.
    """

    trend_min_months: int
    indicators: Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True)
class Settings:
    """All settings; ``root`` is the project's folder (absolute), ``register`` may be left out.

    ``limits`` are those of ``[import]``: how much of a delivery may be lost.
    """

    root: Path
    trial: Trial
    groups: Mapping[str, Group]
    report: Report
    statfin: StatFin
    register: Register | None
    resources: Resources
    reconciliation: Reconciliation
    disclosure: Disclosure
    parameters: Parameters
    limits: Limits = field(default_factory=Limits)
