"""What readers hand over, whatever the type of the file: texts, cells, bytes and further files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import pyarrow as pa

# Longer than any code with the markup in it, in UTF-32 too.
OVERLAP = 1024


@dataclass(frozen=True, slots=True)
class TextPart:
    """Text, or a part of a long one.

    Attributes:
        place: What it is of the file: ``page 3``, ``attribute alt``; empty for the file itself.
        text: Pieces that do not belong together are set apart by a zero character.
        first_line: Number of its first line; 0 where lines mean nothing.
        overlap: So many characters at its beginning ended the part before it.
        embeds: Whether encoded files may stand in it, which no other part hands over.
    """

    place: str
    text: str
    first_line: int = 0
    overlap: int = 0
    embeds: bool = True


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """Cells of a column.

    Attributes:
        place: The sheet or table it is of; empty if the file is one.
        column: Its name.
        values: Texts or numbers, missing ones too.
        first_row: Number of the first of them.
    """

    place: str
    column: str
    values: pa.Array
    first_row: int = 1


@dataclass(frozen=True, slots=True)
class BytesPart:
    """Bytes of no known form, or a part of them; ``overlap`` as with :class:`TextPart`."""

    place: str
    data: bytes
    overlap: int = 0


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file in the file.

    Attributes:
        place: What it is of the file.
        name: Its name, as far as it has one.
        stream: Its content.
        sure: Whether it is a file, and not only what might be one.
        packed: Whether it is unpacked while it is read, so that it may grow, and break off.
    """

    place: str
    name: str
    stream: BinaryIO
    sure: bool = True
    packed: bool = False


@dataclass(frozen=True, slots=True)
class UnreadablePart:
    """A part that could not be read, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """Nothing: a reader that takes long lets the clock be looked at."""


FilePart = TextPart | ColumnPart | BytesPart | EmbeddedFile | UnreadablePart | ClockCheck
Reader = Callable[[BinaryIO], Iterator[FilePart]]
