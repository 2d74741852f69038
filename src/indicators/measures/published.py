"""Indicators 1, 2, 3, 6, 7 and 11 from StatFin's table 12r5, and the context series beside them.

What is added up and divided stands in the catalogue (``[statfin]`` of a definition); this module
adds and divides, for every area and every month at once. The rules for values, bounds and statuses
are the contract's section 4, "From StatFin".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.areas.mergers import codes_in_month, codes_of_all_months, load_mergers
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.model import Indicator, SeriesBreak, StatfinRecipe
from indicators.errors import UsageError
from indicators.sources.statfin.snapshots import PublishedSum, Snapshots

# A hidden cell is a count of 1–4. Leaving it out would bias every comparison between areas,
# so it counts as the middle, and the bounds are reported.
HIDDEN_LEAST, HIDDEN_MIDDLE, HIDDEN_MOST = 1, 2.5, 4

Floats = NDArray[np.float64]
BreakIn = Callable[[str, str], SeriesBreak | None]


@dataclass(frozen=True, slots=True)
class Figures:
    """The numeric columns of the long table and the status; NaN where a value is not known.

    Every array has the shape of the sums that the figures are computed from.
    """

    numerator: Floats
    denominator: Floats
    value: Floats
    low: Floats
    high: Floats
    status: NDArray[np.object_]


def count_figures(part: PublishedSum) -> Figures:
    """A plain count: numerator and value are the same, with no denominator."""
    return with_status(
        part,
        None,
        value=part.at(HIDDEN_MIDDLE),
        low=part.at(HIDDEN_LEAST),
        high=part.at(HIDDEN_MOST),
    )


def numerator_only(part: PublishedSum) -> Figures:
    """A share whose denominator nobody published: the numerator is known, the value is not."""
    known = count_figures(part)
    missing = np.full(part.shown.shape, np.nan)
    status = np.where(known.status == "suppressed", "suppressed", "not_available")
    return Figures(known.numerator, missing, missing, missing, missing, status.astype(object))


def share_of_whole(part: PublishedSum, rest: PublishedSum) -> Figures:
    """Percent of ``part`` in ``part + rest``, such as services in services and unemployed."""
    whole = part + rest
    return with_status(
        part,
        whole,
        value=percent_of(part.at(HIDDEN_MIDDLE), whole.at(HIDDEN_MIDDLE)),
        # The share is least when the part is least while the rest is greatest.
        low=percent_of(part.at(HIDDEN_LEAST), part.at(HIDDEN_LEAST) + rest.at(HIDDEN_MOST)),
        high=percent_of(part.at(HIDDEN_MOST), part.at(HIDDEN_MOST) + rest.at(HIDDEN_LEAST)),
    )


def share_of_base(part: PublishedSum, base: PublishedSum) -> Figures:
    """Percent of ``part`` in a base that is counted elsewhere, such as the labour force."""
    return with_status(
        part,
        base,
        value=percent_of(part.at(HIDDEN_MIDDLE), base.at(HIDDEN_MIDDLE)),
        low=percent_of(part.at(HIDDEN_LEAST), base.at(HIDDEN_MOST)),
        high=percent_of(part.at(HIDDEN_MOST), base.at(HIDDEN_LEAST)),
    )


def percent_of(part: Floats, whole: Floats) -> Floats:
    """Missing where the whole is zero: nothing is no share of nothing."""
    share = np.full(part.shape, np.nan)
    # A hundred times a count is exact: the quotient alone is rounded.
    np.divide(100 * part, whole, out=share, where=whole > 0)
    return share


def with_status(
    part: PublishedSum, whole: PublishedSum | None, *, value: Floats, low: Floats, high: Floats
) -> Figures:
    """Blank what is not known and give each figure its status."""
    sums = [part] if whole is None else [part, whole]
    served = np.logical_and.reduce([shown_sum.cells > 0 for shown_sum in sums])
    secret = served & np.logical_or.reduce([is_hidden_cell(shown_sum) for shown_sum in sums])
    known = served & ~secret & ~np.isnan(value)
    bounded = known & np.logical_or.reduce([shown_sum.hidden > 0 for shown_sum in sums])
    status = np.select(
        [secret, bounded, known], ["suppressed", "bounded", "normal"], default="not_available"
    )
    return Figures(
        numerator=_shown_sum(part),
        denominator=np.full(value.shape, np.nan) if whole is None else _shown_sum(whole),
        value=np.where(known, value, np.nan),
        low=np.where(bounded, low, np.nan),
        high=np.where(bounded, high, np.nan),
        status=status.astype(object),
    )


def _shown_sum(published_sum: PublishedSum) -> Floats:
    """The sum itself, missing where nothing serves or where it is a single hidden cell."""
    return np.where(
        (published_sum.cells > 0) & ~is_hidden_cell(published_sum),
        published_sum.at(HIDDEN_MIDDLE),
        np.nan,
    )


def is_hidden_cell(published_sum: PublishedSum) -> NDArray[np.bool_]:
    """A single cell that the source hides: suppressed, never estimated."""
    hidden: NDArray[np.bool_] = (published_sum.cells == 1) & (published_sum.hidden == 1)
    return hidden


@dataclass(frozen=True, slots=True)
class AreaGrid:
    """The areas (the published ones, then the groups) and months of a table.

    A group is given by its code and, for each vintage, the rows of its members in the vintage's
    division, for each run of months in which these are the same; a group with a member that the
    vintage does not publish has no rows in it.
    """

    snapshots: Snapshots
    months: tuple[str, ...]
    groups: tuple[tuple[str, tuple[tuple[_MemberPeriod, ...], ...]], ...]

    @property
    def areas(self) -> list[str]:
        """Codes of the areas, then those of the groups."""
        return [*self.snapshots.areas, *(code for code, _ in self.groups)]

    def serving(self, columns: Sequence[str]) -> NDArray[np.int64]:
        """Which vintage serves: the newest that has all the columns, for a group of all members.

        A figure never mixes vintages. Shape (areas, months): position in ``vintages``, −1 for none.
        """
        areas = self.snapshots.holding(columns, self.months)
        groups = [
            np.stack(
                [
                    np.concatenate([_every_member_held(held, period) for period in periods], axis=1)
                    for held, periods in zip(areas, members, strict=True)
                ]
            )
            for _, members in self.groups
        ]
        held = np.concatenate([areas, *groups], axis=1)
        return np.where(held.any(axis=0), held.argmax(axis=0), -1)

    def total(self, columns: Sequence[str], serving: NDArray[np.int64]) -> PublishedSum:
        """The sum of columns, each figure from the vintage that serves it."""
        total = PublishedSum.nothing(serving.shape)
        for vintage in range(len(self.snapshots.vintages)):
            of_vintage = serving == vintage
            if of_vintage.any():
                areas = self.snapshots.total(vintage, columns, self.months)
                groups = [_sum_over_members(areas, members[vintage]) for _, members in self.groups]
                total += areas.above(groups).where(of_vintage)
        return total


@dataclass(frozen=True, slots=True)
class _MemberPeriod:
    """Rows of a group's members in a run of months.

    Attributes:
        months: Places of the months.
        rows: Of the members among the areas.
    """

    months: slice
    rows: NDArray[np.intp]


def _every_member_held(areas: NDArray[np.bool_], members: _MemberPeriod) -> NDArray[np.bool_]:
    """In which of the months a vintage holds every member; shape (1, months)."""
    held = areas[members.rows, members.months]
    return np.logical_and.reduce(held, axis=0, keepdims=True) & (members.rows.size > 0)


def _sum_over_members(areas: PublishedSum, periods: Sequence[_MemberPeriod]) -> PublishedSum:
    """The sum over a group's members, of shape (1, months)."""
    total = PublishedSum.nothing((1, areas.shown.shape[1]))
    for period in periods:
        inside = np.zeros(areas.shown.shape[1], bool)
        inside[period.months] = True
        total += areas.over(period.rows).where(inside)
    return total


def published_table(
    snapshots: Snapshots,
    months: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """The long table (contract, section 3) of what StatFin gives.

    Areas are those of the vintages that hold any of the months: divisions change, and an area that
    is new is no gap of older months.

    Args:
        snapshots: The vintages read.
        months: ``YYYY-MM``; a month that no vintage holds gives rows with ``not_available``.
        groups: Member area codes of each configured group, such as ``LAHTI5``; a member that has
            merged counts as what it had become by the month. A group with a member that the
            snapshots do not know is ``not_available``.
        catalogue: Its definitions say which columns make an indicator.

    Returns:
        One row a figure, for every area of these vintages and every group.

    Raises:
        UsageError: A group has the code of a published area.
    """
    return _long_table(snapshots, months, groups, catalogue, catalogue.indicators)


def context_table(
    snapshots: Snapshots,
    months: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """The series that stand beside the indicators (open vacancies), in the same columns.

    Takes and raises what :func:`published_table` does.
    """
    return _long_table(snapshots, months, groups, catalogue, catalogue.context)


def _long_table(
    snapshots: Snapshots,
    months: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    catalogue: Catalogue,
    indicators: Iterable[Indicator],
) -> pd.DataFrame:
    grid = build_grid(snapshots.of(months), months, groups)
    frames = [
        _indicator_rows(grid, indicator, indicator.statfin, catalogue)
        for indicator in indicators
        if indicator.statfin is not None
    ]
    return table.concat(frames)


def build_grid(
    snapshots: Snapshots, months: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> AreaGrid:
    """The areas of some vintages and groups of them, in some months.

    Args:
        snapshots: The vintages.
        months: ``YYYY-MM``.
        groups: As of :func:`published_table`.

    Raises:
        UsageError: A group has the code of a published area.
    """
    _check_codes(snapshots, groups)
    row_of = {area: row for row, area in enumerate(snapshots.areas)}
    # Divisions differ between vintages: each names a group's members in its own.
    rows_of_vintages = [
        {area: row_of[area] for area in snapshot.areas} for snapshot in snapshots.vintages
    ]
    begins = _begins_of_runs(months)
    group_rows = [
        (
            code,
            tuple(_membership_periods(rows, members, months, begins) for rows in rows_of_vintages),
        )
        for code, members in groups.items()
    ]
    return AreaGrid(snapshots, tuple(months), tuple(group_rows))


def _check_codes(snapshots: Snapshots, groups: Iterable[str]) -> None:
    taken = sorted(set(groups) & set(snapshots.areas))
    if taken:
        codes = ", ".join(taken)
        raise UsageError(f"group {codes}: StatFin publishes an area of this code; rename the group")


def _begins_of_runs(months: Sequence[str]) -> list[int]:
    """Where the months begin, and where a merger may have changed what a member is called."""
    known = load_mergers()
    return [
        at
        for at, month in enumerate(months)
        if at == 0 or month < months[at - 1] or known.between(months[at - 1], month)
    ]


def _membership_periods(
    row_of: Mapping[str, int], members: Sequence[str], months: Sequence[str], begins: Sequence[int]
) -> tuple[_MemberPeriod, ...]:
    """The members in each run of months in which they are the same."""
    named = {at: _codes_in_month(row_of, members, months[at]) for at in begins}
    before = [None, *(named[at] for at in begins[:-1])]
    changes = [at for at, last in zip(begins, before, strict=True) if named[at] != last]
    return tuple(
        _MemberPeriod(slice(begin, end), _member_rows(row_of, named[begin]))
        for begin, end in pairwise([*changes, len(months)])
    )


def _codes_in_month(
    row_of: Mapping[str, int], members: Sequence[str], month: str
) -> tuple[str, ...]:
    """What a group's members are called in a month's figures, each once.

    StatFin's own figures are in the division of their vintage: before a merger too, they have a
    municipality that is no more under its later name. Where that one is a member as well, both
    are counted in it; where it is not, the two cannot be separated.
    """
    named = codes_in_month(members, month)
    later = {code: codes_of_all_months([code])[1:] for code in named if code not in row_of}
    return tuple(code for code in named if not set(later.get(code, ())) & set(named))


def _member_rows(row_of: Mapping[str, int], members: Sequence[str]) -> NDArray[np.intp]:
    """Rows of a group's members; none at all, so never served, if one is not published."""
    if not set(members) <= set(row_of):
        return np.array([], np.intp)
    return np.array([row_of[member] for member in dict.fromkeys(members)], np.intp)


def _indicator_rows(
    grid: AreaGrid, indicator: Indicator, recipe: StatfinRecipe, catalogue: Catalogue
) -> pd.DataFrame:
    serving = grid.serving([*recipe.numerator, *recipe.denominator])
    figures = recipe_figures(grid, recipe, serving)
    return figure_rows(grid, (indicator, recipe.statistic), figures, serving, catalogue.break_in)


def figure_rows(
    grid: AreaGrid,
    figure: tuple[Indicator, str],
    figures: Figures,
    serving: NDArray[np.int64],
    break_in: BreakIn,
    *,
    category: tuple[str, str] = ("total", "total"),
) -> pd.DataFrame:
    """Rows of the long table: one a month and, within it, an area.

    Args:
        grid: The areas and months of the figures' axes.
        figure: An indicator, and the id of its statistic.
        figures: Shape (areas, months).
        serving: The vintage of each; same shape.
        break_in: The series break of an indicator in a month, of the catalogue.
        category: Dimension and category of all rows.
    """
    indicator, statistic = figure
    breaks = [break_in(indicator.id, month) for month in grid.months]
    vintages = [snapshot.vintage.isoformat() for snapshot in grid.snapshots.vintages]
    columns = {name: getattr(figures, name).T.ravel() for name in table.NUMBERS}
    month, area = np.divmod(np.arange(serving.size), len(grid.areas))
    return table.build_table(
        indicator=indicator.id,
        statistic=statistic,
        month=table.text_column(month, grid.months),
        area=table.text_column(area, grid.areas),
        population="residents",
        dimension=category[0],
        category=category[1],
        unit=indicator.statistic(statistic).unit,
        status=pd.Categorical(figures.status.T.ravel(), categories=pd.Index(table.STATUSES)),
        series_break=labelled(
            month, [series_break.id if series_break else None for series_break in breaks]
        ),
        source="statfin",
        vintage=labelled(serving.T.ravel(), [*vintages, None]),
        **columns,
    )


def recipe_figures(grid: AreaGrid, recipe: StatfinRecipe, serving: NDArray[np.int64]) -> Figures:
    """The figures of a recipe, shape (areas, months), each from the vintage that serves it."""
    part = grid.total(recipe.numerator, serving)
    if recipe.denominator_missing:
        return numerator_only(part)
    if not recipe.denominator:
        return count_figures(part)
    rest = [column for column in recipe.denominator if column not in recipe.numerator]
    if len(rest) < len(recipe.denominator):
        return share_of_whole(part, grid.total(rest, serving))
    return share_of_base(part, grid.total(recipe.denominator, serving))


def labelled(codes: NDArray[np.intp], labels: Sequence[str | None]) -> pd.Categorical[str]:
    """Give each row the label at its position, which may be counted from the end.

    Labels may repeat (two files of one day) or be missing.
    """
    names = sorted({label for label in labels if label is not None})
    position = np.array([names.index(label) if label is not None else -1 for label in labels])
    return table.text_column(position[codes], names)


# --- how a published figure came about ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One column's share in a sum over the areas.

    Attributes:
        column: StatFin's column code.
        shown: Sum of the cells that are shown.
        hidden: Number of cells that the source hides.
    """

    column: str
    shown: float
    hidden: int


@dataclass(frozen=True, slots=True)
class StatfinAccount:
    """The cells that a figure is computed from.

    Attributes:
        vintage: The day of the vintage that serves it.
        numerator: Its columns; for a share of a whole these are in the denominator too.
        denominator: Its columns; none for a count.
    """

    vintage: date
    numerator: tuple[ShownPart, ...]
    denominator: tuple[ShownPart, ...]


def account_for_area(
    snapshots: Snapshots, areas: Sequence[str], recipe: StatfinRecipe, month: str
) -> StatfinAccount | None:
    """Account for the figure of an area, or of several added up.

    Args:
        snapshots: The vintages read.
        areas: Published area codes.
        recipe: Which columns make the figure.
        month: ``YYYY-MM``.

    Returns:
        None if no vintage holds all the columns for all the areas.
    """
    if not set(areas) <= set(snapshots.areas):
        return None
    rows = [snapshots.areas.index(area) for area in areas]
    columns = [*recipe.numerator, *recipe.denominator]
    held = snapshots.holding(columns, [month])[:, rows, 0].all(axis=1)
    if not held.any():
        return None
    vintage = int(held.argmax())

    def part(column: str) -> ShownPart:
        total = snapshots.total(vintage, [column], [month])
        return ShownPart(column, float(total.shown[rows].sum()), int(total.hidden[rows].sum()))

    return StatfinAccount(
        snapshots.vintages[vintage].vintage,
        tuple(map(part, recipe.numerator)),
        tuple(map(part, recipe.denominator)),
    )
