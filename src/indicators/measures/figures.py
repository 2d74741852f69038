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
    missing = np.full(part.shown.shape, np.nan)
    bounds = part.at(LEAST), part.at(MOST)
    return _figures(part, None, part.at(MIDDLE), missing, part.at(MIDDLE), bounds)


def numerator_only(part: PublishedSum) -> Figures:
    """A share whose denominator nobody published: the numerator is known, the value is not."""
    figures = count(part)
    missing = np.full(part.shown.shape, np.nan)
    status = np.where(figures.status == "suppressed", "suppressed", "not_available")
    return Figures(figures.numerator, missing, missing, missing, missing, status)


def share_of_whole(part: PublishedSum, rest: PublishedSum) -> Figures:
    """Percent of ``part`` in ``part + rest``, such as services in services and unemployed."""
    whole = part + rest
    value = _percent(part.at(MIDDLE), whole.at(MIDDLE))
    # The share is least when the part is least while the rest is greatest.
    low = _percent(part.at(LEAST), part.at(LEAST) + rest.at(MOST))
    high = _percent(part.at(MOST), part.at(MOST) + rest.at(LEAST))
    return _figures(part, whole, part.at(MIDDLE), whole.at(MIDDLE), value, (low, high))


def share_of_base(part: PublishedSum, base: PublishedSum) -> Figures:
    """Percent of ``part`` in a base that is counted elsewhere, such as the labour force."""
    value = _percent(part.at(MIDDLE), base.at(MIDDLE))
    low = _percent(part.at(LEAST), base.at(MOST))
    high = _percent(part.at(MOST), base.at(LEAST))
    return _figures(part, base, part.at(MIDDLE), base.at(MIDDLE), value, (low, high))


def _percent(part: Floats, whole: Floats) -> Floats:
    return 100 * np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def _figures(
    part: PublishedSum,
    whole: PublishedSum | None,
    numerator: Floats,
    denominator: Floats,
    value: Floats,
    bounds: tuple[Floats, Floats],
) -> Figures:
    """Blank what is not known and give each figure its status."""
    sums = [part] if whole is None else [part, whole]
    served = np.logical_and.reduce([one.cells > 0 for one in sums])
    hidden = np.logical_or.reduce([one.hidden > 0 for one in sums])
    secret = np.logical_or.reduce([_is_hidden_cell(one) for one in sums])
    bounded = served & hidden & ~secret
    known = served & ~secret & ~np.isnan(value)
    status = np.select(
        [served & secret, bounded & known, known],
        ["suppressed", "bounded", "normal"],
        default="not_available",
    ).astype(object)
    low, high = bounds
    return Figures(
        numerator=_where(served & ~_is_hidden_cell(part), numerator),
        denominator=_where(served & (_is_shown(whole)), denominator),
        value=_where(known, value),
        low=_where(bounded & known, low),
        high=_where(bounded & known, high),
        status=status,
    )


def _is_hidden_cell(part: PublishedSum) -> NDArray[np.bool_]:
    """A single cell that the source hides: suppressed, never estimated."""
    return (part.cells == 1) & (part.hidden == 1)


def _is_shown(whole: PublishedSum | None) -> NDArray[np.bool_] | bool:
    return whole is not None and ~_is_hidden_cell(whole)


def _where(condition: NDArray[np.bool_], values: Floats) -> Floats:
    return np.where(condition, values, np.nan)
