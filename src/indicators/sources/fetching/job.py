"""What every source's fetching is given, and the line that it says of each of its sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from indicators.errors import SourceError
from indicators.settings.model import Fetch
from indicators.sources.fetching.client import Client, Clock, RefusedError

_T = TypeVar("_T")
Say = Callable[[str], None]


@dataclass(frozen=True)
class FetchJob:
    """What is to be done, and with what.

    Attributes:
        options: ``[fetch]`` of the settings.
        raw: The project's ``data/raw``.
        statfin: Folder of StatFin's snapshots.
        kela: Folder of Kela's open data.
        clock: Tells the time and waits.
        check: Whether only to say what is newer, and write nothing.
        say: Takes a line on each set.
        note: Takes what a person should know beside.
    """

    options: Fetch
    raw: Path
    statfin: Path
    kela: Path
    clock: Clock
    check: bool
    say: Say
    note: Say

    def client(self) -> Client:
        """A client of one source."""
        return Client(self.options, self.clock)


def say_held(job: FetchJob, name: str, vintage: str) -> None:
    """Say that the newest is there already."""
    job.say(f"{name}: {vintage} is the newest, and here")


def say_newer(job: FetchJob, name: str, vintage: str, held: Sequence[str]) -> None:
    """Say that the source has something newer."""
    before = f"here is {max(held)}" if held else "none is here"
    job.say(f"{name}: {vintage} can be fetched ({before})")


def say_fetched(job: FetchJob, name: str, vintage: str, answers: int) -> None:
    """Say that something newer has come."""
    job.say(f"{name}: {vintage} fetched ({answers} answer{'' if answers == 1 else 's'})")


def shown_progress(items: Iterable[_T], name: str, total: int) -> Iterator[_T]:
    """Show on a terminal how far it is, and nothing in a pipe."""
    from tqdm import tqdm

    yield from tqdm(
        items, desc=name, total=total, disable=None, leave=False, unit="answer", miniters=1
    )


def attempt_each(items: Iterable[_T], fetch: Callable[[_T], None]) -> None:
    """Fetch all of several, for one that is refused is no reason to go without the others.

    Raises:
        SourceError: What it refused, at the end; that it does not answer, without trying more.
    """
    failed: list[SourceError] = []
    for item in items:
        try:
            fetch(item)
        except SourceError as error:
            failed.append(error)
            if not isinstance(error, RefusedError):
                break
    raise_together(failed)


def raise_together(errors: Sequence[SourceError]) -> None:
    """Raise the errors as one, in a line; or return if there are none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise SourceError("; ".join(error.message for error in errors))
