"""The log of a run: a JSON object a line, with clock times, and nothing of persons or figures.

Messages of our own errors name files, rows and columns and never a value. What a notebook's own
code says when it fails may hold anything, so only its place and the kind of its error are kept.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TextIO

from indicators import __version__
from indicators.errors import IndicatorsError, NotebookError
from indicators.provenance.state import log_folder

# So many logs are kept; the oldest go first.
MOST_LOGS = 200
Plain = str | int | float | bool | None | list[str]


class Journal:
    """Writes the events of one run, each at once and whole.

    Args:
        stream: Where to; None writes nothing.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._start = monotonic()

    def write(self, event: str, **facts: Plain) -> None:
        """Write one event.

        Args:
            event: What happened, in a word.
            facts: More about it, in plain values.
        """
        if self._stream is None:
            return
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "seconds": round(monotonic() - self._start, 3),
            "event": event,
            **facts,
        }
        # A full disk must stop what is published, not what is merely told.
        with suppress(OSError):
            self._stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self._stream.flush()


@contextmanager
def keeping(root: Path, command: str, **facts: Plain) -> Iterator[Journal]:
    """Keep the log of a run, from its start to its end or failure.

    Args:
        root: The project's folder.
        command: Which command runs.
        facts: What it was asked, in plain values.
    """
    stream = _open(log_folder(root), command)
    journal = Journal(stream)
    journal.write("start", command=command, version=__version__, process=os.getpid(), **facts)
    try:
        yield journal
    except BaseException as error:
        journal.write("end", **_failure(error))
        raise
    else:
        journal.write("end", status=0)
    finally:
        if stream is not None:
            with suppress(OSError):
                stream.close()


def _open(folder: Path, command: str) -> TextIO | None:
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%f")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _forget(folder)
        return (folder / f"{moment}Z-{command}.jsonl").open("w", encoding="utf-8")
    except OSError:
        return None


def _forget(folder: Path) -> None:
    for old in sorted(folder.glob("*.jsonl"))[: -MOST_LOGS + 1]:
        old.unlink(missing_ok=True)


def _failure(error: BaseException) -> dict[str, Plain]:
    """What may be told of an error: our own words, and of others' only the kind."""
    kind = type(error).__name__
    if isinstance(error, NotebookError):
        return {"status": error.exit_status, "error": kind, "told": _place_only(error.message)}
    if isinstance(error, IndicatorsError):
        return {
            "status": error.exit_status,
            "error": kind,
            "told": error.message,
            # A run that failed in several ways tells of its notebooks here too.
            "details": [_unsaid(text) for text in error.details],
        }
    return {"status": 130 if isinstance(error, KeyboardInterrupt) else 1, "error": kind}


def _place_only(message: str) -> str:
    """A notebook's failure up to the kind of its error: “book.ipynb: cell 3 failed: ValueError”."""
    text = _unsaid(message)
    return text if text != message else message.partition(": ")[0]


def _unsaid(text: str) -> str:
    """A text without what a cell's error said."""
    return re.sub(r"( failed: \w+).*", r"\1", text, flags=re.DOTALL)
