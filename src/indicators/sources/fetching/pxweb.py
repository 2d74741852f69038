"""The API of a PxWeb server, version 1: limits, listings, metadata, and data in pieces.

Nothing is known of a table by heart: which variable is the area, the time or the contents follows
from its metadata, for codes have changed and will again. What the server of Statistics Finland
does beside its documentation was tried by others in 2026 (``docs/fetching.md``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from indicators.sources.fetching.client import (
    Answer,
    Client,
    Pace,
    RefusedError,
    UnreadableAnswerError,
    read_json,
)

FORMAT = "json-stat2"
_COUNTRY = "SSS"
_TOTAL_TEXTS = ("yhteensä", "totalt", "total")
# Of an installation that does not tell its own: few enough for any that is known.
_CAUTIOUS_CELLS, _CAUTIOUS_CALLS, _CAUTIOUS_SECONDS = 50_000, 10, 10.0
# Others behind the same address count for the server as the same client.
_SHARE_OF_CALLS = 0.9
_LONGER_WINDOW = 1.05

Selection = tuple[tuple[str, tuple[str, ...]], ...]
"""The chosen values of each variable, by its code; a variable left out is summed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server allows (``?config``).

    Attributes:
        cells: Most cells of a query, empty ones included.
        calls: Most calls of any kind within the window.
        window: Its seconds.
    """

    cells: int
    calls: int
    window: float


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a table.

    Attributes:
        code: What a query names it by.
        text: Its name.
        values: Codes of its values.
        texts: Their names, in the same order.
        eliminated: Whether it is summed where a query leaves it out.
        is_time: Whether it is the table's time.
    """

    code: str
    text: str
    values: tuple[str, ...]
    texts: tuple[str, ...]
    eliminated: bool
    is_time: bool

    @property
    def is_area(self) -> bool:
        """Whether its values are areas: ``SSS`` alone does not tell, sex and age have it too."""
        return _COUNTRY in self.values and any(
            value.startswith(("KU", "MK", "ELY")) and value[-2:].isdigit() for value in self.values
        )

    @property
    def total(self) -> str | None:
        """The value that stands for all others."""
        if _COUNTRY in self.values:
            return _COUNTRY
        named = zip(self.values, self.texts, strict=True)
        return next((value for value, text in named if text.casefold() in _TOTAL_TEXTS), None)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a server says of a table.

    Attributes:
        title: Its title.
        variables: In the server's order.
        answer: As received.
    """

    title: str
    variables: tuple[Variable, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class TableData:
    """A part of a table.

    Attributes:
        updated: When the table's figures were last changed, as the server writes it.
        answer: As received.
    """

    updated: str
    answer: Answer


class PxWeb:
    """A server's database.

    Args:
        client: Asks it; its pace is set to the server's.
        root: Address of the API with its language, such as ``…/PxWeb/api/v1/fi``.
        database: Its id, such as ``StatFin``.
    """

    def __init__(self, client: Client, root: str, database: str) -> None:
        self._client = client
        self._root = root
        self._database = f"{root}/{database}"
        self.limits = self._read_limits()

    def _read_limits(self) -> Limits:
        """The server's limits, which also count this question; cautious ones if it tells none."""
        cautious = Limits(_CAUTIOUS_CELLS, _CAUTIOUS_CALLS, _CAUTIOUS_SECONDS)
        pace = self._client.pace or Pace(self._client.clock, cautious.calls, cautious.window)
        self._client.pace = pace
        try:
            _, limits = self._client.get(f"{self._root}/?config", _read_config)
        except RefusedError:
            return cautious
        pace.calls = max(1, int(limits.calls * _SHARE_OF_CALLS))
        # A call counts where it arrives, a little after it was sent.
        pace.window = limits.window * _LONGER_WINDOW
        return limits

    def listing(self, folder: str) -> list[dict[str, str]]:
        """The tables of a folder, each with ``id`` and ``text``; raises SourceError."""
        address = f"{self._database}/{folder}"
        _, entries = self._client.get(address, _read_listing)
        return entries

    def metadata(self, table: str) -> Metadata:
        """What the server says of a table; raises SourceError."""
        answer, content = self._client.get(f"{self._database}/{table}", _read_metadata)
        title, variables = content
        return Metadata(title, variables, answer)

    def data(self, table: str, selection: Selection) -> TableData:
        """Some cells of a table.

        Raises:
            ForbiddenError: There are too many of them, as StatFin's server says it.
            SourceError: There is no answer that counts.
        """

        def read(body: bytes) -> str:
            return _read_updated(body, selection)

        answer, updated = self._client.post(f"{self._database}/{table}", query(selection), read)
        return TableData(updated, answer)


def query(selection: Selection) -> dict[str, Any]:
    """A selection as the API wants it."""
    return {
        "query": [
            {"code": code, "selection": {"filter": "item", "values": list(values)}}
            for code, values in selection
        ],
        "response": {"format": FORMAT},
    }


def count_cells(selection: Selection) -> int:
    """The cells of a selection."""
    return prod(len(values) for _, values in selection)


def one_cell(metadata: Metadata) -> Selection:
    """The newest time and the first value of each other variable, to learn when it was updated."""
    return tuple(
        (variable.code, (variable.values[-1] if variable.is_time else variable.values[0],))
        for variable in metadata.variables
    )


def split_selection(
    selection: Selection, most_cells: int, cut_first: str | None = None
) -> Iterator[Selection]:
    """Pieces of a selection that are no larger than allowed, together the whole.

    Args:
        selection: What is wanted.
        most_cells: Of a piece.
        cut_first: The variable that is cut as long as it has several values: the time.
    """
    cells = count_cells(selection)
    sizes = [len(values) for _, values in selection]
    if cells <= most_cells or max(sizes, default=1) <= 1:
        yield selection
        return
    at = next((at for at, (code, _) in enumerate(selection) if code == cut_first), None)
    if at is None or sizes[at] == 1:
        at = sizes.index(max(sizes))
    code, values = selection[at]
    step = max(1, most_cells // (cells // sizes[at]))
    for start in range(0, sizes[at], step):
        piece = (code, values[start : start + step])
        part = (*selection[:at], piece, *selection[at + 1 :])
        yield from split_selection(part, most_cells, cut_first)


def _read_config(body: bytes) -> Limits:
    content = read_json(body)
    try:
        cells = int(content["maxCells"])
        limits = Limits(
            min(cells, int(content.get("maxValues", cells))),
            int(content["maxCalls"]),
            float(content["timeWindow"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnreadableAnswerError("does not tell its limits") from None
    if min(limits.cells, limits.calls) < 1 or limits.window < 0:
        raise UnreadableAnswerError("tells limits that nobody can keep")
    return limits


def _read_listing(body: bytes) -> list[dict[str, str]]:
    entries = read_json(body)
    if not isinstance(entries, list):
        raise UnreadableAnswerError("is not a listing")
    return [
        {"id": str(entry["id"]), "text": str(entry.get("text", ""))}
        for entry in entries
        if isinstance(entry, dict) and "id" in entry and entry.get("type", "t") == "t"
    ]


def _read_metadata(body: bytes) -> tuple[str, tuple[Variable, ...]]:
    content = read_json(body)
    try:
        variables = tuple(_variable(entry) for entry in content["variables"])
        title = str(content["title"])
    except (KeyError, TypeError, ValueError):
        raise UnreadableAnswerError("is not the metadata of a table") from None
    if not variables or not all(variable.values for variable in variables):
        raise UnreadableAnswerError("is metadata without values")
    return title, variables


def _variable(entry: Mapping[str, Any]) -> Variable:
    values = tuple(map(str, entry["values"]))
    texts = tuple(map(str, entry.get("valueTexts", values)))
    if len(texts) != len(values):
        raise ValueError("as many texts as values")
    return Variable(
        str(entry["code"]),
        str(entry.get("text", entry["code"])),
        values,
        texts,
        bool(entry.get("elimination")),
        bool(entry.get("time")),
    )


def _read_updated(body: bytes, selection: Selection) -> str:
    """When an answer says that the table was updated, if it is what was asked for."""
    content = read_json(body)
    if not isinstance(content, dict):
        raise UnreadableAnswerError("is not a table")
    names, sizes, cells = content.get("id"), content.get("size"), content.get("value")
    if not isinstance(names, list) or not isinstance(sizes, list) or cells is None:
        raise UnreadableAnswerError("is not a table")
    answered = dict(zip(map(str, names), sizes, strict=False))
    if any(answered.get(code) != len(values) for code, values in selection):
        raise UnreadableAnswerError("holds other values than were asked for")
    if isinstance(cells, list) and len(cells) != count_cells(selection):
        raise UnreadableAnswerError("holds fewer or more cells than were asked for")
    updated = content.get("updated")
    if not isinstance(updated, str) or not updated:
        raise UnreadableAnswerError("does not say when it was updated")
    return updated


def selection_key(selection: Selection) -> str:
    """A selection as text, to know it again."""
    return json.dumps(selection, ensure_ascii=False)
