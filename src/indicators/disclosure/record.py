"""A record counted from a protected table and the list of what was hidden in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.disclosure.counts import PUBLIC_SOURCES
from indicators.disclosure.policy import RULES
from indicators.table import KEY

# The record of one protected table, in the manner of ACRO's: outcome, reasons, checks, decision.
#
# ACRO (Semi-Automated Checking of Research Outputs) keeps, with each output, what was asked for,
# which tests it failed and what was done about it, so that a person decides on the whole and not
# cell by cell. Ours says the same of a long table. It holds counts of cells and never a figure.


RECORD_VERSION = 1


@dataclass(frozen=True, slots=True)
class PolicyLimits:
    """Thresholds of a policy; counts of 1 up to ``hidden_up_to`` are hidden."""

    hidden_up_to: int
    minimum_mean: int
    minimum_median: int
    minimum_rate: int


@dataclass(frozen=True, slots=True)
class AuditSummary:
    """What the attack on the protected table came to.

    Attributes:
        hidden: Hidden counts that were attacked.
        recovered: How many of them could be derived, or bounded more closely than is safe.
        problems: Linear programmes that were solved.
    """

    hidden: int
    recovered: int
    problems: int


@dataclass(frozen=True, slots=True)
class PartSummary:
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
class DisclosureRecord:
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
    limits: PolicyLimits
    months: tuple[str, str]
    rows: int
    public: int
    hidden: int
    rules: dict[str, int]
    hidden_by_source: int
    published: tuple[str, ...]
    parts: tuple[PartSummary, ...]
    attack: AuditSummary | None
    seconds: float
    status: str
    reasons: tuple[str, ...]
    decision: str = ""
    comments: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values, as ``records.schema.json`` has them."""
        return asdict(self)


# Counts up to so many above the greatest hidden one are nearly disclosive.
NEAR_THRESHOLD = 2
MOSTLY_HIDDEN = 0.5
_PART_COLUMNS = ["indicator", "area"]


@dataclass(frozen=True, slots=True)
class RecordContext:
    """What the table itself does not tell.

    Attributes:
        table: The name it will be published under.
        sha256: Hash of the protected file.
        policy: Name of the policy.
        limits: Its thresholds.
        attack: The attack's outcome; None if none was made.
        published: Names of the tables it was protected together with.
        seconds: How long protecting and the attack took.
    """

    table: str
    sha256: str
    policy: str
    limits: PolicyLimits
    attack: AuditSummary | None
    published: tuple[str, ...] = ()
    seconds: float = 0.0


def build_record(
    protected: pd.DataFrame, hidden: pd.DataFrame, facts: RecordContext
) -> DisclosureRecord:
    """Count what was hidden, and say what a person should look at.

    Args:
        protected: The protected long table (contract, section 3).
        hidden: One row a row of it that was hidden: its seven key columns and ``rule``.
        facts: The rest.

    Raises:
        ValueError: A rule is unknown, or a row named as hidden is not suppressed in the table:
            the record would not be of this table.
    """
    _check_columns(protected, hidden)
    own = ~protected["source"].isin(PUBLIC_SOURCES).to_numpy()
    parts = _part_summaries(protected[own], hidden, facts.limits)
    by_rule = hidden["rule"].value_counts()
    reasons = _review_reasons(parts, facts.attack)
    months = protected["month"].astype(str)
    suppressed = int((protected["status"] == "suppressed").sum())
    return DisclosureRecord(
        table=facts.table,
        sha256=facts.sha256,
        policy=facts.policy,
        limits=facts.limits,
        months=(months.min(), months.max()) if len(months) else ("", ""),
        rows=len(protected),
        public=int((~own).sum()),
        hidden=len(hidden),
        rules={rule: int(by_rule.get(rule, 0)) for rule in RULES},
        hidden_by_source=suppressed - len(hidden),
        published=facts.published,
        parts=parts,
        attack=facts.attack,
        seconds=round(facts.seconds, 1),
        status=_review_status(reasons),
        reasons=reasons,
    )


def _check_columns(protected: pd.DataFrame, hidden: pd.DataFrame) -> None:
    if unknown := sorted(set(hidden["rule"].astype(str)) - set(RULES)):
        raise ValueError(f"rules that no record knows: {', '.join(unknown)}")
    suppressed = protected[protected["status"] == "suppressed"]
    known = pd.MultiIndex.from_frame(suppressed[list(KEY)].astype(str))
    named = pd.MultiIndex.from_frame(hidden[list(KEY)].astype(str))
    if named.has_duplicates or not named.isin(known).all():
        raise ValueError("the rows named as hidden are not those that the table hides")


def _part_summaries(
    own: pd.DataFrame, hidden: pd.DataFrame, limits: PolicyLimits
) -> tuple[PartSummary, ...]:
    """Counts by indicator and area, in their order."""
    flags = (
        own[_PART_COLUMNS]
        .astype(str)
        .assign(rows=1, near=_rows_near_threshold(own, limits), whole=_rows_of_all_or_none(own))
    )
    counts = flags.groupby(_PART_COLUMNS, as_index=False).sum()
    by_part: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for indicator, area, rule in zip(
        *(hidden[column] for column in (*_PART_COLUMNS, "rule")), strict=True
    ):
        by_part[str(indicator), str(area)][str(rule)] += 1
    return tuple(
        PartSummary(
            indicator=indicator,
            area=area,
            rows=int(rows),
            hidden=by_part[indicator, area].total(),
            rules={
                rule: by_part[indicator, area][rule]
                for rule in RULES
                if by_part[indicator, area][rule]
            },
            near=int(near),
            whole=int(whole),
        )
        for indicator, area, rows, near, whole in zip(
            *(counts[name].tolist() for name in (*_PART_COLUMNS, "rows", "near", "whole")),
            strict=True,
        )
    )


def _rows_near_threshold(own: pd.DataFrame, limits: PolicyLimits) -> NDArray[np.bool_]:
    """Rows that show a count just above the threshold."""
    low, high = limits.hidden_up_to, limits.hidden_up_to + NEAR_THRESHOLD
    counts = own[["numerator", "denominator"]].to_numpy(float)
    near: NDArray[np.bool_] = np.any((counts > low) & (counts <= high), axis=1)
    return near


def _rows_of_all_or_none(own: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows that show a share of all or of none of a group that has anybody."""
    part, base = (own[name].to_numpy(float) for name in ("numerator", "denominator"))
    percent = (own["unit"] == "percent").to_numpy(bool)
    whole: NDArray[np.bool_] = percent & (base > 0) & ((part == base) | (part == 0))
    return whole


def _review_reasons(parts: tuple[PartSummary, ...], attack: AuditSummary | None) -> tuple[str, ...]:
    """Why somebody must look, the gravest first."""
    reasons = {
        "no_attack": attack is None,
        "recovered": attack is not None and attack.recovered > 0,
        "mostly_hidden": any(mostly_hidden(part) for part in parts),
        "near": any(part.near for part in parts),
        "whole": any(part.whole for part in parts),
    }
    return tuple(name for name, holds in reasons.items() if holds)


def mostly_hidden(part: PartSummary) -> bool:
    """Whether more than half of a part is hidden: whoever reads it may be misled by the rest."""
    return part.hidden > MOSTLY_HIDDEN * part.rows


def _review_status(reasons: tuple[str, ...]) -> str:
    if {"no_attack", "recovered"} & set(reasons):
        return "fail"
    return "review" if reasons else "pass"
