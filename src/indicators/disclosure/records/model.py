"""The record of one protected table, in the manner of ACRO's: outcome, reasons, checks, decision.

ACRO (Semi-Automated Checking of Research Outputs) keeps, with each output, what was asked for,
which tests it failed and what was done about it, so that a person decides on the whole and not
cell by cell. Ours says the same of a long table. It holds counts of cells and never a figure.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

VERSION = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of a policy; counts of 1 up to ``hidden_up_to`` are hidden."""

    hidden_up_to: int
    minimum_mean: int
    minimum_median: int
    minimum_rate: int


@dataclass(frozen=True, slots=True)
class Attack:
    """What the attack on the protected table came to.

    Attributes:
        hidden: Hidden counts that were attacked.
        recovered: How many of them could be told, or bounded more closely than is safe.
        problems: Linear programmes that were solved.
    """

    hidden: int
    recovered: int
    problems: int


@dataclass(frozen=True, slots=True)
class Share:
    """How much of one part of the table is hidden, by rule, and what is nearly disclosive in it.

    Attributes:
        indicator: Its id.
        area: Its code.
        rows: Rows that hold figures of persons.
        hidden: How many of them are hidden.
        rules: How many by each rule; rules that hid none are left out.
        near: Shown counts just above the threshold.
        whole: Shown shares of all or of none of a group: they tell of each person in it.
    """

    indicator: str
    area: str
    rows: int
    hidden: int
    rules: dict[str, int]
    near: int
    whole: int


@dataclass(frozen=True, slots=True)
class Record:
    """What a person who decides on a table must know.

    Attributes:
        table: Its name.
        sha256: Hash of the protected file, so that the decision is about these bytes.
        policy: Name of the policy.
        limits: Its thresholds.
        months: First and last month.
        rows: Rows of the table.
        public: Rows whose source had published them already.
        hidden: Rows that disclosure control hid.
        rules: How many by each rule, all of them named.
        hidden_by_source: Rows that came hidden from their source.
        published: Names of the tables already out that it was protected together with.
        parts: Counts by indicator and area.
        attack: The attack's outcome; none if none was made.
        seconds: How long protecting and the attack took.
        status: ``pass`` if nothing asks for a look, ``review`` if something does, ``fail`` if the
            attack recovered anything or was not made.
        reasons: Why it is not ``pass``: ids of the texts that say it.
        decision: The reviewer's, empty as made.
        comments: Likewise.
    """

    table: str
    sha256: str
    policy: str
    limits: Limits
    months: tuple[str, str]
    rows: int
    public: int
    hidden: int
    rules: dict[str, int]
    hidden_by_source: int
    published: tuple[str, ...]
    parts: tuple[Share, ...]
    attack: Attack | None
    seconds: float
    status: str
    reasons: tuple[str, ...]
    decision: str = ""
    comments: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values, as ``records.schema.json`` has them."""
        return asdict(self)
