"""PX files, as PxWeb writes them.

The format: SCB, "PC-Axis file format, version 2013". ``pyaxis``, the one Python reader that is
kept up, was tried: it must be given the encoding, drops the codes of values, never counts the
cells and sets up logging for the whole process, so the few keywords that a table needs are read
here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from math import prod
from pathlib import Path

from indicators.problems import Problem, as_error
from indicators.sources.statfin.cells import DOWNLOAD_AGAIN, CubeAxis, ReadCube
from indicators.sources.statfin.texts import Texts
from indicators.sources.statfin.variables import check_table, day_of_moment, read_cube

_KEYWORD = re.compile(
    r"\s*(?P<name>[A-Z][A-Z0-9_-]*)(?:\[(?P<language>[^\]]*)\])?"
    r'(?:\((?P<of>(?:"[^"]*"|[^")])*)\))?\s*=\s*'
)
_VALUE = re.compile(r'(?:"[^"]*"|[^";])*;')
_TEXT_OR_COMMA = re.compile(r'"([^"]*)"|,')
_CELL = re.compile(r'"([^"]*)"|([^\s",]+)')
# A file that names no character set at all is from DOS.
_DOS, _WINDOWS = "cp850", "cp1252"
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class _Entry:
    """A keyword with its value, as written.

    Attributes:
        name: ``VALUES``.
        of: The variable it is of, or nothing.
        value: All up to the semicolon.
    """

    name: str
    of: str
    value: str


def decode_px(raw: bytes) -> str:
    """The text of a file, by the character set it names."""
    head = raw[:_HEAD].decode("latin-1")
    page = re.search(r'CODEPAGE\s*=\s*"([^"]*)"', head)
    named = page[1] if page else _WINDOWS if re.search(r"CHARSET\s*=", head) else _DOS
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode(_known(named), errors="replace")


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return _WINDOWS


@dataclass(frozen=True, slots=True)
class PxTable:
    """A PX file, taken apart.

    Attributes:
        named: What it says of the table it is of: id, matrix, description, title.
        axes: Its variables, the last varying fastest.
        cells: Its cells, as they are written.
        updated: The day that it names; None if it names none.
        content: What it counts, where it has no variable of contents.
    """

    named: tuple[str, ...]
    axes: tuple[CubeAxis, ...]
    cells: tuple[str, ...]
    updated: date | None
    content: str


def read_px(path: Path, text: str, texts: Texts) -> ReadCube:
    """A PX file.

    Args:
        path: Named in the problems.
        text: Its content.
        texts: What texts stand for.

    Raises:
        DataError: It is damaged.
        OtherContentError: It is of a different table.
    """
    found = px_table(path, text, check_table)
    return read_cube(
        path, found.axes, found.cells, texts, updated=found.updated, content=found.content
    )


def px_table(path: Path, text: str, check: Callable[..., None] = lambda *_: None) -> PxTable:
    """A PX file of any table.

    Args:
        path: Named in the problems.
        text: Its content.
        check: Called with what the file says of its table, before it is looked at closer.

    Raises:
        DataError: It is damaged.
    """
    entries = list(_entries(path, text))
    # The first of several languages stands without a mark.
    known = {(entry.name, entry.of): entry.value for entry in reversed(entries)}

    def first(name: str, of: str = "") -> str:
        return next(iter(_quoted_texts(known.get((name, of), ""))), "")

    named = tuple(map(first, ("TABLEID", "MATRIX", "DESCRIPTION", "TITLE")))
    check(*named)
    names = [
        *_quoted_texts(known.get(("STUB", ""), "")),
        *_quoted_texts(known.get(("HEADING", ""), "")),
    ]
    if not names or ("DATA", "") not in known:
        raise _broken_px(path, "STUB, HEADING, DATA", "are not all there")
    if any(entry.name == "KEYS" for entry in entries):
        raise _broken_px(path, "KEYS", "is a form of PX with keys in the data; it is not read")
    axes = tuple(_axis(path, name, known) for name in names)
    cells = tuple(found[1] or found[2] or "" for found in _CELL.finditer(known["DATA", ""]))
    count = prod(len(entry.codes) for entry in axes)
    if len(cells) != count:
        message = f"has {len(cells)} cells where the variables make {count}"
        raise _broken_px(path, "DATA", message)
    days = [
        day_of_moment(first(entry.name, entry.of))
        for entry in entries
        if entry.name == "LAST-UPDATED"
    ]
    updated = max((day for day in days if day), default=None)
    return PxTable(named, axes, cells, updated, first("CONTENTS"))


def _entries(path: Path, text: str) -> Iterator[_Entry]:
    """Every keyword of the file's main language, ``DATA`` the last."""
    at = 0
    while text[at:].strip():
        found = _KEYWORD.match(text, at)
        if found is None:
            line = text.count("\n", 0, at) + 1
            raise as_error([Problem("form", path, f"is not PX; {DOWNLOAD_AGAIN}", row=line)])
        name, of = found["name"], ", ".join(_quoted_texts(found["of"] or ""))
        value = _data(text, found.end()) if name == "DATA" else _VALUE.match(text, found.end())
        if value is None:
            raise _broken_px(path, name, "is cut short: no semicolon ends it")
        end = value.end() if isinstance(value, re.Match) else len(text)
        if not found["language"]:
            quoted = value[0] if isinstance(value, re.Match) else value
            yield _Entry(name, of, quoted.rstrip().removesuffix(";"))
        at = end


def _data(text: str, at: int) -> str | None:
    """All that is left, if it ends as it should."""
    rest = text[at:].rstrip("\x1a \t\r\n\x00")
    return rest if rest.endswith(";") and rest.count('"') % 2 == 0 else None


def _quoted_texts(value: str) -> list[str]:
    """The quoted texts of a list; a text may go on in further quotes."""
    found: list[str] = []
    goes_on = False
    for part in _TEXT_OR_COMMA.finditer(value):
        if part[0] == ",":
            goes_on = False
        elif goes_on:
            found[-1] += part[1]
        else:
            found.append(part[1])
            goes_on = True
    return found


def _axis(path: Path, name: str, known: dict[tuple[str, str], str]) -> CubeAxis:
    texts = _quoted_texts(known.get(("VALUES", name), ""))
    codes = _quoted_texts(known.get(("CODES", name), "")) or texts
    texts = texts or codes
    if not codes or len(codes) != len(texts):
        text = f"has {len(texts)} values and {len(codes)} codes"
        raise _broken_px(path, f"VALUES, CODES of {name}", text)
    return CubeAxis(name, tuple(codes), dict(zip(codes, texts, strict=True)))


def _broken_px(path: Path, keyword: str, text: str) -> Exception:
    return as_error([Problem("form", path, f"{text}; {DOWNLOAD_AGAIN}", column=keyword)])
