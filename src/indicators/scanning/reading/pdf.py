"""PDF: pages, metadata, and every object: alternative texts, links, attachments, scripts.

PDFium tells the pages' texts, many times faster than Python; pypdf the objects. It
raises whatever a damaged file makes it raise, so that every exception is one of the file.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, BinaryIO

from indicators.scanning.codes import find
from indicators.scanning.pieces import Blob, Piece, Raw, Text, Trouble

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_DEEPEST = 100
_ENCRYPTED = "encrypted; take it away, or scan it without its password"
# What PDFium puts where a line ends with a hyphen.
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-", "\r": None})


def read_pdf(stream: BinaryIO) -> Iterator[Piece]:
    """The texts of the pages, decoded by their fonts' own maps, and what every object holds."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    # What it grumbles about may quote the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(stream, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            yield Trouble("", _ENCRYPTED)
            return
    except DependencyError:
        # A cipher that pypdf leaves to another library: no artefact of ours has one.
        yield Trouble("", _ENCRYPTED)
        return
    except Exception as error:
        yield _trouble("", error)
        return
    try:
        bombs = list(_bombs(reader))
    except Exception as error:
        yield _trouble("", error)
        return
    if bombs:
        # PDFium would unpack all of it in memory.
        yield from bombs
    else:
        yield from _pages(stream)
    yield from _objects(reader)


def _bombs(reader: Any) -> Iterator[Trouble]:
    """Pages that grow beyond what pypdf unpacks."""
    from pypdf.errors import LimitReachedError

    for number in range(1, len(reader.pages) + 1):
        try:
            contents = reader.pages[number - 1].get("/Contents")
            found = None if contents is None else contents.get_object()
            for item in found if isinstance(found, list) else [found]:
                if item is not None:
                    item.get_object().get_data()
        except LimitReachedError:
            yield Trouble(f"page {number}", "it is too large unpacked; make it again")
        except Exception:
            # Whatever else is wrong with it, the readings tell.
            continue


def _pages(stream: BinaryIO) -> Iterator[Piece]:
    from pypdfium2 import PdfDocument, PdfiumError

    stream.seek(0)
    try:
        document = PdfDocument(stream.read())
    except PdfiumError as error:
        yield _trouble("", error)
        return
    with closing(document):
        for number in range(len(document)):
            yield from _page(document, number)


def _page(document: PdfDocument, number: int) -> Iterator[Piece]:
    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as text_page:
            text = text_page.get_text_range().translate(_HYPHENS)
    except Exception as error:
        yield _trouble(f"page {number + 1}", error)
        return
    # A code is broken where a line is, and then it stands only in the text without line ends.
    joined = text.replace("\n", "")
    yield Text(
        f"page {number + 1}", max((text, joined), key=lambda candidate: len(find(candidate)))
    )


def _objects(reader: Any) -> Iterator[Piece]:
    from pypdf.generic import IndirectObject

    numbers = {
        (n, generation) for generation, generations in reader.xref.items() for n in generations
    }
    numbers |= {(n, 0) for n in reader.xref_objStm}
    for number, generation in sorted(numbers):
        place = f"object {number}"
        try:
            found = reader.get_object(IndirectObject(number, generation, reader))
            yield from _object(found, place)
        except Exception as error:
            yield _trouble(place, error)
    if reader.trailer is not None:
        yield Text("trailer", "\0".join(_strings(reader.trailer, 0)))


def _object(found: Any, place: str) -> Iterator[Piece]:
    from pypdf.generic import StreamObject

    texts = list(_strings(found, 0))
    if texts:
        yield Text(place, "\0".join(texts))
    if isinstance(found, StreamObject):
        yield from _stream(found, place)


def _stream(found: Any, place: str) -> Iterator[Piece]:
    """A stream by what it is: a picture as it stands, a file as a file, the rest as bytes."""
    if found.get("/Subtype") == "/Image":
        # Its points say nothing, but a JPEG picture is a file with metadata of its own.
        if "/DCTDecode" in str(found.get("/Filter")):
            yield Blob(f"{place}, picture", "picture", io.BytesIO(found._data))
        return
    data = found.get_data()
    data = data.encode("latin-1", "replace") if isinstance(data, str) else data
    if found.get("/Type") == "/EmbeddedFile":
        yield Blob(f"{place}, attachment", "attachment", io.BytesIO(data))
    elif found.get("/Type") == "/Metadata":
        yield Blob(f"{place}, metadata", "metadata.xml", io.BytesIO(data))
    else:
        yield Raw(place, data)


def _strings(found: Any, depth: int) -> Iterator[str]:
    """Texts of an object, not of those that it refers to: each is visited once."""
    from pypdf.generic import IndirectObject, NameObject

    if isinstance(found, IndirectObject) or depth > _DEEPEST:
        return
    if isinstance(found, dict):
        for value in dict.values(found):
            yield from _strings(value, depth + 1)
    elif isinstance(found, list):
        for item in list.__iter__(found):
            yield from _strings(item, depth + 1)
    elif isinstance(found, bytes):
        yield found.decode("utf-16" if found[:2] == b"\xfe\xff" else "latin-1", errors="replace")
    elif isinstance(found, str) and not isinstance(found, NameObject):
        yield str(found)


def _trouble(place: str, error: Exception) -> Trouble:
    return Trouble(place, f"damaged ({type(error).__name__}); make it again")
