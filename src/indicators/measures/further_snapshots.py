"""Counts of a further table in the form of snapshots, so that they are added up as 12r5's are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from indicators.catalogue.catalogue import Catalogue
from indicators.measures.published import AreaGrid, build_grid
from indicators.sources.statfin.further_forms import TOTAL, Interval, interval_of_category
from indicators.sources.statfin.further_tables import FurtherTable
from indicators.sources.statfin.reader import Snapshot
from indicators.sources.statfin.snapshots import Snapshots

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Of what figures are wanted.

    Attributes:
        months: ``YYYY-MM``.
        groups: Members by group code, as of
            :func:`~indicators.measures.published.published_table`.
        catalogue: Its definitions say what is made of which table.
        table_months: Months of what is made of the further tables alone; ``months`` if not given.
    """

    months: Sequence[str]
    groups: Groups
    catalogue: Catalogue
    table_months: Sequence[str] | None = None


def column_name(content: str, role: str = "", category: str = TOTAL) -> str:
    """What a column of a content and a category of one of its variables is called."""
    return content if category == TOTAL else f"{content}:{role}:{category}"


def table_snapshots(vintages: Sequence[FurtherTable], months: Sequence[str]) -> Snapshots:
    """Vintages of a table as snapshots: a column a content and a category of one variable.

    Only vintages that hold any of the months; of these only the months.
    """
    wanted = set(months)
    found = []
    for vintage in vintages:
        places = [at for at, period in enumerate(vintage.periods) if period in wanted]
        if not places:
            continue
        columns, lacking = {}, {}
        for content in vintage.contents:
            for role, category in (("", TOTAL), *_categories(vintage)):
                cells = vintage.cells(content, **({role: category} if role else {}))
                if cells is not None:
                    name = column_name(content, role, category)
                    columns[name] = cells[0][:, places]
                    lacking[name] = ~cells[1][:, places]
        if columns:
            held = tuple(vintage.periods[at] for at in places)
            found.append(
                Snapshot(vintage.files[0], vintage.vintage, vintage.areas, held, columns, lacking)
            )
    return Snapshots(tuple(found), {})


def _categories(vintage: FurtherTable) -> Iterator[tuple[str, str]]:
    for role, categories in vintage.by.items():
        yield from ((role, category) for category in categories if category != TOTAL)


def table_grid(snapshots: Snapshots, scope: Scope) -> AreaGrid:
    """As 12r5's; an area that the table publishes itself is no sum."""
    known = set(snapshots.areas)
    wanted = scope.months if scope.table_months is None else scope.table_months
    held = [month for month in wanted if month in snapshots.months]
    own = {code: members for code, members in scope.groups.items() if code not in known}
    return build_grid(snapshots, held, own)


def duration_classes(vintage: FurtherTable) -> tuple[Interval, ...]:
    """The classes of duration of a table, in order."""
    found = (interval_of_category(category) for category in vintage.by.get("duration", ()))
    return tuple(sorted(each for each in found if each is not None))
