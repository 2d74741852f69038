"""What is hidden: the named policies, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from indicators.errors import UsageError

DEFAULT = "tyonv5"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy.

    Attributes:
        name: What it is asked for by.
        hidden_up_to: Counts of 1 up to this are hidden; 0 is shown always.
        minimum_mean: Fewest behind a mean or an interval that is shown.
        minimum_median: Fewest behind a median or a maximum that is shown.
        minimum_rate: Smallest denominator of a share that is shown.
    """

    name: str
    hidden_up_to: int
    minimum_mean: int
    minimum_median: int
    minimum_rate: int


@cache
def policies() -> dict[str, Policy]:
    """All policies by name."""
    text = files("indicators.disclosure").joinpath("policies.toml").read_text(encoding="utf-8")
    return {name: Policy(name, **limits) for name, limits in tomllib.loads(text).items()}


def policy_of(name: str) -> Policy:
    """The policy of a name.

    Raises:
        UsageError: There is none.
    """
    known = policies()
    if name not in known:
        raise UsageError(f"{name} is not a disclosure policy; choose {', '.join(known)}")
    return known[name]
