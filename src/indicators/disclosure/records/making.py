"""A record counted from a protected table and the list of what was hidden in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.disclosure.cells import PUBLIC_SOURCES
from indicators.disclosure.records.model import Attack, Limits, Record, Share
from indicators.disclosure.rules import RULES
from indicators.table import KEY

__all__ = ["Attack", "Facts", "make_record"]

# Counts up to so many above the greatest hidden one are nearly disclosive.
NEAR = 2
MOSTLY_HIDDEN = 0.5
_PART = ["indicator", "area"]


@dataclass(frozen=True, slots=True)
class Facts:
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
    limits: Limits
    attack: Attack | None
    published: tuple[str, ...] = ()
    seconds: float = 0.0


def make_record(protected: pd.DataFrame, hidden: pd.DataFrame, facts: Facts) -> Record:
    """Count what was hidden, and say what a person should look at.

    Args:
        protected: The protected long table (contract, section 3).
        hidden: One row a row of it that was hidden: its seven key columns and ``rule``.
        facts: The rest.

    Raises:
        ValueError: A rule is unknown, or a row named as hidden is not suppressed in the table:
            the record would not be of this table.
    """
    _check(protected, hidden)
    own = ~protected["source"].isin(PUBLIC_SOURCES).to_numpy()
    parts = _parts(protected[own], hidden, facts.limits)
    by_rule = hidden["rule"].value_counts()
    reasons = _reasons(parts, facts.attack)
    months = protected["month"].astype(str)
    suppressed = int((protected["status"] == "suppressed").sum())
    return Record(
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
        status=_status(reasons),
        reasons=reasons,
    )


def _check(protected: pd.DataFrame, hidden: pd.DataFrame) -> None:
    if unknown := sorted(set(hidden["rule"].astype(str)) - set(RULES)):
        raise ValueError(f"rules that no record knows: {', '.join(unknown)}")
    suppressed = protected[protected["status"] == "suppressed"]
    known = pd.MultiIndex.from_frame(suppressed[list(KEY)].astype(str))
    named = pd.MultiIndex.from_frame(hidden[list(KEY)].astype(str))
    if named.has_duplicates or not named.isin(known).all():
        raise ValueError("the rows named as hidden are not those that the table hides")


def _parts(own: pd.DataFrame, hidden: pd.DataFrame, limits: Limits) -> tuple[Share, ...]:
    """Counts by indicator and area, in their order."""
    flags = own[_PART].astype(str).assign(rows=1, near=_near(own, limits), whole=_whole(own))
    counts = flags.groupby(_PART, as_index=False).sum()
    by_part: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for indicator, area, rule in zip(*(hidden[column] for column in (*_PART, "rule")), strict=True):
        by_part[str(indicator), str(area)][str(rule)] += 1
    return tuple(
        Share(
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
            *(counts[name].tolist() for name in (*_PART, "rows", "near", "whole")), strict=True
        )
    )


def _near(own: pd.DataFrame, limits: Limits) -> NDArray[np.bool_]:
    """Rows that show a count just above the threshold."""
    low, high = limits.hidden_up_to, limits.hidden_up_to + NEAR
    counts = own[["numerator", "denominator"]].to_numpy(float)
    near: NDArray[np.bool_] = np.any((counts > low) & (counts <= high), axis=1)
    return near


def _whole(own: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows that show a share of all or of none of a group that has anybody."""
    part, base = (own[name].to_numpy(float) for name in ("numerator", "denominator"))
    percent = (own["unit"] == "percent").to_numpy(bool)
    whole: NDArray[np.bool_] = percent & (base > 0) & ((part == base) | (part == 0))
    return whole


def _reasons(parts: tuple[Share, ...], attack: Attack | None) -> tuple[str, ...]:
    """Why somebody must look, the gravest first."""
    reasons = {
        "no_attack": attack is None,
        "recovered": attack is not None and attack.recovered > 0,
        "mostly_hidden": any(mostly_hidden(part) for part in parts),
        "near": any(part.near for part in parts),
        "whole": any(part.whole for part in parts),
    }
    return tuple(name for name, holds in reasons.items() if holds)


def mostly_hidden(part: Share) -> bool:
    """Whether more than half of a part is hidden: whoever reads it may be misled by the rest."""
    return part.hidden > MOSTLY_HIDDEN * part.rows


def _status(reasons: tuple[str, ...]) -> str:
    if {"no_attack", "recovered"} & set(reasons):
        return "fail"
    return "review" if reasons else "pass"
