"""Indicators 1, 2, 3, 6, 7 and 11 from StatFin's table 12r5, and the series told beside them.

What is added up and divided stands in the catalogue (``[statfin]`` of a definition); this module
adds and divides, for every area and every month at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.areas.mergers import called, under_all_names
from indicators.catalogue import Catalogue, Indicator, StatfinRecipe
from indicators.errors import UsageError
from indicators.measures import figures
from indicators.measures.figures import Figures
from indicators.sources.statfin import PublishedSum, Snapshots


@dataclass(frozen=True, slots=True)
class _Grid:
    """The areas (the published ones, then the groups) and months that a table is made for.

    A group is given by its code and the rows of its members, for each run of months in which these
    are the same; a group with a member that nobody publishes has no rows.
    """

    snapshots: Snapshots
    months: tuple[str, ...]
    groups: tuple[tuple[str, tuple[_Members, ...]], ...]

    @property
    def areas(self) -> list[str]:
        return [*self.snapshots.areas, *(code for code, _ in self.groups)]

    def serving(self, columns: Sequence[str]) -> NDArray[np.int64]:
        """Which vintage serves: the newest that has all the columns, for a group of all members.

        A figure never mixes vintages. Shape (areas, months): position in ``vintages``, −1 for none.
        """
        areas = self.snapshots.holding(columns, self.months)
        groups = [
            np.concatenate([_all_held(areas, members_) for members_ in members], axis=2)
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
                groups = [_over(areas, members) for _, members in self.groups]
                total += areas.above(groups).where(of_vintage)
        return total


@dataclass(frozen=True, slots=True)
class _Members:
    """Rows of a group's members in a run of months.

    Attributes:
        months: Places of the months.
        rows: Of the members among the areas.
    """

    months: slice
    rows: NDArray[np.intp]


def _all_held(areas: NDArray[np.bool_], members: _Members) -> NDArray[np.bool_]:
    """In which of the months every member is held; shape (vintages, 1, months)."""
    held = areas[:, members.rows, members.months]
    return np.logical_and.reduce(held, axis=1, keepdims=True) & (members.rows.size > 0)


def _over(areas: PublishedSum, periods: Sequence[_Members]) -> PublishedSum:
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
    return _tables(snapshots, months, groups, catalogue, catalogue.indicators)


def context_table(
    snapshots: Snapshots,
    months: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """The series that stand beside the indicators (open vacancies), in the same columns.

    Takes and raises what :func:`published_table` does.
    """
    return _tables(snapshots, months, groups, catalogue, catalogue.context)


def _tables(
    snapshots: Snapshots,
    months: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    catalogue: Catalogue,
    indicators: Iterable[Indicator],
) -> pd.DataFrame:
    snapshots = snapshots.of(months)
    _check_codes(snapshots, groups)
    row_of = {area: row for row, area in enumerate(snapshots.areas)}
    group_rows = [(code, _runs(row_of, members, months)) for code, members in groups.items()]
    grid = _Grid(snapshots, tuple(months), tuple(group_rows))
    frames = [
        _rows(grid, indicator, indicator.statfin, catalogue)
        for indicator in indicators
        if indicator.statfin is not None
    ]
    return table.concat(frames)


def _check_codes(snapshots: Snapshots, groups: Iterable[str]) -> None:
    taken = sorted(set(groups) & set(snapshots.areas))
    if taken:
        codes = ", ".join(taken)
        raise UsageError(f"group {codes}: StatFin publishes an area of this code; rename the group")


def _runs(
    row_of: Mapping[str, int], members: Sequence[str], months: Sequence[str]
) -> tuple[_Members, ...]:
    """The members in each run of months in which they are the same."""
    named = [_published_as(row_of, members, month) for month in months]
    begins = [at for at, codes in enumerate(named) if at == 0 or codes != named[at - 1]]
    return tuple(
        _Members(slice(begin, end), _rows_of(row_of, named[begin]))
        for begin, end in pairwise([*begins, len(months)])
    )


def _published_as(row_of: Mapping[str, int], members: Sequence[str], month: str) -> tuple[str, ...]:
    """What a group's members are called in a month's figures, each once.

    StatFin's own figures are in the division of their vintage: before a merger too, they have a
    municipality that is no more under its later name. Where that one is a member as well, both
    are counted in it; where it is not, the two cannot be told apart.
    """
    named = called(members, month)
    later = {code: under_all_names([code])[1:] for code in named if code not in row_of}
    return tuple(code for code in named if not set(later.get(code, ())) & set(named))


def _rows_of(row_of: Mapping[str, int], members: Sequence[str]) -> NDArray[np.intp]:
    """Rows of a group's members; none at all, so never served, if one is not published."""
    if not set(members) <= set(row_of):
        return np.array([], np.intp)
    return np.array([row_of[member] for member in dict.fromkeys(members)], np.intp)


def _rows(
    grid: _Grid, indicator: Indicator, recipe: StatfinRecipe, catalogue: Catalogue
) -> pd.DataFrame:
    serving = grid.serving([*recipe.numerator, *recipe.denominator])
    made = _figures(grid, recipe, serving)
    breaks = [catalogue.break_in(indicator.id, month) for month in grid.months]
    vintages = [snapshot.vintage.isoformat() for snapshot in grid.snapshots.vintages]
    # One row a month and, within it, an area.
    columns = {name: getattr(made, name).T.ravel() for name in table.NUMBERS}
    month, area = np.divmod(np.arange(serving.size), len(grid.areas))
    return table.frame(
        indicator=indicator.id,
        statistic=recipe.statistic,
        month=table.texts(month, grid.months),
        area=table.texts(area, grid.areas),
        population="residents",
        dimension="total",
        category="total",
        unit=indicator.statistic(recipe.statistic).unit,
        status=pd.Categorical(made.status.T.ravel(), categories=pd.Index(table.STATUSES)),
        series_break=_labelled(
            month, [series_break.id if series_break else None for series_break in breaks]
        ),
        source="statfin",
        vintage=_labelled(serving.T.ravel(), [*vintages, None]),
        **columns,
    )


def _figures(grid: _Grid, recipe: StatfinRecipe, serving: NDArray[np.int64]) -> Figures:
    part = grid.total(recipe.numerator, serving)
    if recipe.denominator_missing:
        return figures.numerator_only(part)
    if not recipe.denominator:
        return figures.count(part)
    rest = [column for column in recipe.denominator if column not in recipe.numerator]
    if len(rest) < len(recipe.denominator):
        return figures.share_of_whole(part, grid.total(rest, serving))
    return figures.share_of_base(part, grid.total(recipe.denominator, serving))


def _labelled(codes: NDArray[np.intp], labels: Sequence[str | None]) -> pd.Categorical[str]:
    """Give each row the label at its position, which may be counted from the end.

    Labels may repeat (two files of one day) or be missing.
    """
    names = sorted({label for label in labels if label is not None})
    position = np.array([names.index(label) if label is not None else -1 for label in labels])
    return table.texts(position[codes], names)
