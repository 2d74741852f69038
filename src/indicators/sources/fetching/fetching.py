"""``indicators fetch``: sources one after the other, what is newer of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from indicators.errors import SourceError, UsageError
from indicators.settings.model import Settings
from indicators.sources.fetching.client import Clock, SystemClock, server_of
from indicators.sources.fetching.job import FetchJob, Say, raise_together
from indicators.sources.fetching.open_data import fetch_areas, fetch_kela, fetch_sotkanet
from indicators.sources.fetching.statfin import fetch_statfin

SOURCES: Mapping[str, Callable[[FetchJob], None]] = {
    "statfin": fetch_statfin,
    "kela": fetch_kela,
    "areas": fetch_areas,
    "sotkanet": fetch_sotkanet,
}
"""What fetches each source, by its name."""


def fetch(
    sources: Sequence[str],
    settings: Settings,
    *,
    say: Say,
    note: Say,
    base_url: str | None = None,
    check: bool = False,
    clock: Clock | None = None,
) -> None:
    """Fetch what is newer at public sources into the project's ``data/raw/``.

    Args:
        sources: Names of :data:`SOURCES`; all if empty.
        settings: The project.
        say: Takes a line on each table or data set.
        note: Takes what a person should know beside.
        base_url: Scheme and host of another server; the settings' if not given.
        check: Only say what is newer, and write nothing.
        clock: Tells the time and waits; the machine's if not given.

    Raises:
        UsageError: There is no such source, or the address is none.
        SourceError: A source did not answer; the others were fetched.
        DataError: What came cannot stand in the table, or a ``provenance.json`` is damaged.
    """
    unknown = [name for name in sources if name not in SOURCES]
    if unknown:
        raise UsageError(f"unknown source {unknown[0]!r}; give some of {', '.join(SOURCES)}")
    options = settings.fetch
    if base_url is not None:
        options = replace(options, base_url=base_url)
    if options.base_url:
        server_of(options.base_url)
    job = FetchJob(
        options,
        settings.root / "data" / "raw",
        settings.statfin.directory,
        settings.kela.directory,
        clock or SystemClock(),
        check,
        say,
        note,
    )
    silent: list[SourceError] = []
    for name in dict.fromkeys(sources) or SOURCES:
        try:
            SOURCES[name](job)
        except SourceError as error:
            silent.append(error)
    raise_together(silent)
