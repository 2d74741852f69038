"""What a figure's unit says of its columns: a count, a share, a mean, or money."""

from __future__ import annotations

from collections.abc import Mapping

COUNTS = frozenset({"persons", "spells", "offers", "vacancies"})
"""Numerators that count somebody. Vacancies are no persons, but an offer of each stands behind."""

SHARES = frozenset({"percent", "per_fte"})
"""A count over a count, or over full-time equivalents."""

MEANS: Mapping[str, float | None] = {"weeks": 13.0, "days": 91.0, "services": 2.0, "score": None}
"""Means and medians, and how closely the value of one person may be told, at the least.

Of scores that depends on the scale (contract, section 6); of services it is our own choice.
"""

MONEY = frozenset({"euros", "euros_per_person", "euros_per_day"})

KNOWN = COUNTS | SHARES | frozenset(MEANS) | MONEY
"""The units that disclosure control knows how to protect."""
