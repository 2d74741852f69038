"""Values, bounds and statuses of figures made from published cells.

The rules are the contract's section 4, "From StatFin". Pure functions on arrays; every array of a
:class:`Figures` has the shape of the sums it is made from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.sources.statfin import PublishedSum

# A hidden cell is a count of 1–4. Leaving it out would bias every comparison between areas,
# so it counts as the middle, and the bounds are told.
LEAST, MIDDLE, MOST = 1, 2.5, 4

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figures:
    """The numeric columns of the long table and the status; NaN where a value is not known."""

    numerator: Floats
    denominator: Floats
    value: Floats
    low: Floats
    high: Floats
    status: NDArray[np.object_]


def count(part: PublishedSum) -> Figures:
    """A plain count: numerator and value are the same, with no denominator."""
    return _figures(part, None, value=part.at(MIDDLE), low=part.at(LEAST), high=part.at(MOST))


def numerator_only(part: PublishedSum) -> Figures:
    """A share whose denominator nobody published: the numerator is known, the value is not."""
    known = count(part)
    missing = np.full(part.shown.shape, np.nan)
    status = np.where(known.status == "suppressed", "suppressed", "not_available")
    return Figures(known.numerator, missing, missing, missing, missing, status.astype(object))


def share_of_whole(part: PublishedSum, rest: PublishedSum) -> Figures:
    """Percent of ``part`` in ``part + rest``, such as services in services and unemployed."""
    whole = part + rest
    return _figures(
        part,
        whole,
        value=_percent(part.at(MIDDLE), whole.at(MIDDLE)),
        # The share is least when the part is least while the rest is greatest.
        low=_percent(part.at(LEAST), part.at(LEAST) + rest.at(MOST)),
        high=_percent(part.at(MOST), part.at(MOST) + rest.at(LEAST)),
    )


def share_of_base(part: PublishedSum, base: PublishedSum) -> Figures:
    """Percent of ``part`` in a base that is counted elsewhere, such as the labour force."""
    return _figures(
        part,
        base,
        value=_percent(part.at(MIDDLE), base.at(MIDDLE)),
        low=_percent(part.at(LEAST), base.at(MOST)),
        high=_percent(part.at(MOST), base.at(LEAST)),
    )


def _percent(part: Floats, whole: Floats) -> Floats:
    """Missing where the whole is zero: nothing is no share of nothing."""
    share = np.full(part.shape, np.nan)
    # A hundred times a count is exact: the quotient alone is rounded.
    np.divide(100 * part, whole, out=share, where=whole > 0)
    return share


def _figures(
    part: PublishedSum, whole: PublishedSum | None, *, value: Floats, low: Floats, high: Floats
) -> Figures:
    """Blank what is not known and give each figure its status."""
    sums = [part] if whole is None else [part, whole]
    served = np.logical_and.reduce([shown_sum.cells > 0 for shown_sum in sums])
    secret = served & np.logical_or.reduce([_is_hidden_cell(shown_sum) for shown_sum in sums])
    known = served & ~secret & ~np.isnan(value)
    bounded = known & np.logical_or.reduce([shown_sum.hidden > 0 for shown_sum in sums])
    status = np.select(
        [secret, bounded, known], ["suppressed", "bounded", "normal"], default="not_available"
    )
    return Figures(
        numerator=_shown(part),
        denominator=np.full(value.shape, np.nan) if whole is None else _shown(whole),
        value=np.where(known, value, np.nan),
        low=np.where(bounded, low, np.nan),
        high=np.where(bounded, high, np.nan),
        status=status.astype(object),
    )


def _shown(published_sum: PublishedSum) -> Floats:
    """The sum itself, missing where nothing serves or where it is a single hidden cell."""
    return np.where(
        (published_sum.cells > 0) & ~_is_hidden_cell(published_sum),
        published_sum.at(MIDDLE),
        np.nan,
    )


def _is_hidden_cell(published_sum: PublishedSum) -> NDArray[np.bool_]:
    """A single cell that the source hides: suppressed, never estimated."""
    hidden: NDArray[np.bool_] = (published_sum.cells == 1) & (published_sum.hidden == 1)
    return hidden
