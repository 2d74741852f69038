"""The protected tables of some months: computed in one pass, published month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from indicators import processed
from indicators.settings import Settings


def publish_tables(
    settings: Settings,
    months: Sequence[str],
    register: Path | None,
    notify: Callable[[str], None] = lambda _: None,
) -> Iterator[tuple[str, Path]]:
    """Compute and publish.

    Args:
        settings: The project.
        months: ``YYYY-MM``; nothing is read for none.
        register: Folder of a canonical register, or None.
        notify: Told what was left out of the sources or is lacking in them, and how far the register
            agrees with StatFin.

    Yields:
        Each month and its vintage's folder, once it is there.

    Raises:
        UsageError: A month is not held by the sources.
        DataError: A source is damaged, or the register lies too far from StatFin's figures.
        DisclosureError: The register's figures cannot be protected, or may not be published.
    """
    if not months:
        return
    from indicators.computing import compute_all, lacking_members
    from indicators.production.from_register import compute_from_register
    from indicators.revisions.published import between_vintages

    groups = {code: group.members for code, group in settings.groups.items()}
    computed = compute_all(months, statfin=settings.statfin.directory, groups=groups)
    # What columns are lacking is told by the reports themselves.
    for note in (*computed.snapshots.notes, *lacking_members(computed.snapshots, months, groups)):
        notify(note)
    register_tables = None
    if register:
        official = computed.indicators
        register_tables = compute_from_register(settings, months, register, official, notify)
    revisions = between_vintages(
        computed.snapshots, processed.areas_of(settings), groups, settings.report.group
    )
    for month in months:
        yield month, processed.publish(settings, month, computed, register_tables, revisions)
