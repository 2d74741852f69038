"""Readers of files that hold others or packed texts: archives (zip, tar, gzip), PDF, PNG."""

from __future__ import annotations

import gzip
import io
import logging
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from indicators.scanning.file_parts import (
    BytesPart,
    EmbeddedFile,
    FilePart,
    TextPart,
    UnreadablePart,
)
from indicators.scanning.patterns import find_codes

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument


UNPACKING_ERRORS = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
)
"""What unpacking raises of a file that is damaged, or packed in a way not known."""


def read_zip(stream: BinaryIO) -> Iterator[FilePart]:
    """The members of a zip file, their names and the comments."""
    try:
        with zipfile.ZipFile(stream) as archive:
            comments = [archive.comment, *(entry.comment for entry in archive.infolist())]
            yield TextPart(
                "comment", "\0".join(note.decode("utf-8", "replace") for note in comments)
            )
            for member in archive.infolist():
                yield from _zip_member(archive, member)
    except UNPACKING_ERRORS as error:
        yield unpacking_failure("", error)


def _zip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[FilePart]:
    yield TextPart("name of a member", member.filename)
    if member.is_dir():
        return
    if member.flag_bits & 1:
        yield UnreadablePart(member.filename, "encrypted; take it away, or scan it unpacked")
        return
    try:
        with archive.open(member) as packed:
            yield EmbeddedFile(
                member.filename, member.filename, cast(BinaryIO, packed), packed=True
            )
    except UNPACKING_ERRORS as error:
        yield unpacking_failure(member.filename, error)


def read_tar(stream: BinaryIO) -> Iterator[FilePart]:
    """The members of a tar file and their names."""
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for member in archive:
                notes = [member.name, member.linkname, *member.pax_headers.values()]
                yield TextPart("name of a member", "\0".join(map(str, notes)))
                content = archive.extractfile(member) if member.isreg() else None
                if content:
                    yield EmbeddedFile(
                        member.name, member.name, cast(BinaryIO, content), packed=True
                    )
    except UNPACKING_ERRORS as error:
        yield unpacking_failure("", error)


def read_gzip(stream: BinaryIO) -> Iterator[FilePart]:
    """A gzip file."""
    name = PurePosixPath(str(getattr(stream, "name", ""))).stem
    with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
        yield EmbeddedFile("unpacked", name, cast(BinaryIO, unpacked), packed=True)


def unpacking_failure(place: str, error: Exception) -> UnreadablePart:
    """What to say of a file that cannot be unpacked: the kind of the fault alone."""
    return UnreadablePart(place, f"damaged or packed in a way not known ({type(error).__name__})")


# PDF: pages, metadata, and every object: alternative texts, links, attachments, scripts.
#
# PDFium reads the pages' texts, many times faster than Python; pypdf reads the objects. It raises
# whatever a damaged file makes it raise, so every exception is taken as one of the file.


_DEEPEST = 100
_ENCRYPTED = "encrypted; take it away, or scan it without its password"
# What PDFium puts where a line ends with a hyphen.
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-", "\r": None})


def read_pdf(stream: BinaryIO) -> Iterator[FilePart]:
    """The texts of the pages, decoded by their fonts' own maps, and what every object holds."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    # What it grumbles about may quote the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(stream, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            yield UnreadablePart("", _ENCRYPTED)
            return
    except DependencyError:
        # A cipher that pypdf needs a further library for: no artefact of ours has one.
        yield UnreadablePart("", _ENCRYPTED)
        return
    except Exception as error:
        yield _pdf_failure("", error)
        return
    try:
        bombs = list(_oversized_pages(reader))
    except Exception as error:
        yield _pdf_failure("", error)
        return
    if bombs:
        # PDFium would unpack all of it in memory.
        yield from bombs
    else:
        yield from _pages(stream)
    yield from _objects(reader)


def _oversized_pages(reader: Any) -> Iterator[UnreadablePart]:
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
            yield UnreadablePart(f"page {number}", "it is too large unpacked; make it again")
        except Exception:
            # Whatever else is wrong with it, the readings report.
            continue


def _pages(stream: BinaryIO) -> Iterator[FilePart]:
    from pypdfium2 import PdfDocument, PdfiumError

    stream.seek(0)
    try:
        document = PdfDocument(stream.read())
    except PdfiumError as error:
        yield _pdf_failure("", error)
        return
    with closing(document):
        for number in range(len(document)):
            yield from _page(document, number)


def _page(document: PdfDocument, number: int) -> Iterator[FilePart]:
    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as text_page:
            text = text_page.get_text_range().translate(_HYPHENS)
    except Exception as error:
        yield _pdf_failure(f"page {number + 1}", error)
        return
    # A code is broken where a line is, and then it stands only in the text without line ends.
    joined = text.replace("\n", "")
    yield TextPart(
        f"page {number + 1}", max((text, joined), key=lambda candidate: len(find_codes(candidate)))
    )


def _objects(reader: Any) -> Iterator[FilePart]:
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
            yield _pdf_failure(place, error)
    if reader.trailer is not None:
        yield TextPart("trailer", "\0".join(_strings(reader.trailer, 0)))


def _object(found: Any, place: str) -> Iterator[FilePart]:
    from pypdf.generic import StreamObject

    texts = list(_strings(found, 0))
    if texts:
        yield TextPart(place, "\0".join(texts))
    if isinstance(found, StreamObject):
        yield from _stream(found, place)


def _stream(found: Any, place: str) -> Iterator[FilePart]:
    """A stream by what it is: a picture as it stands, a file as a file, the rest as bytes."""
    if found.get("/Subtype") == "/Image":
        # Its points say nothing, but a JPEG picture is a file with metadata of its own.
        if "/DCTDecode" in str(found.get("/Filter")):
            yield EmbeddedFile(f"{place}, picture", "picture", io.BytesIO(found._data))
        return
    data = found.get_data()
    data = data.encode("latin-1", "replace") if isinstance(data, str) else data
    if found.get("/Type") == "/EmbeddedFile":
        yield EmbeddedFile(f"{place}, attachment", "attachment", io.BytesIO(data))
    elif found.get("/Type") == "/Metadata":
        yield EmbeddedFile(f"{place}, metadata", "metadata.xml", io.BytesIO(data))
    else:
        yield BytesPart(place, data)


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


def _pdf_failure(place: str, error: Exception) -> UnreadablePart:
    return UnreadablePart(place, f"damaged ({type(error).__name__}); make it again")


# PNG: texts that its chunks hold packed; all else of pictures is read as bytes.


_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")
_LARGEST_TEXT = 4 << 20


def read_png(stream: BinaryIO) -> Iterator[FilePart]:
    """The texts of a PNG file by their keys, its EXIF data, and what stands behind its end."""
    stream.seek(8)
    while len(head := stream.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        data = stream.read(length)
        if len(data) < length:
            yield UnreadablePart("", "damaged: it ends within a part; make it again")
            return
        stream.seek(4, io.SEEK_CUR)
        if kind in _TEXT_CHUNKS:
            yield from _chunk_text(kind, data)
        elif kind == b"eXIf":
            yield EmbeddedFile("EXIF", "exif", io.BytesIO(data))
        elif kind == b"IEND":
            yield EmbeddedFile("behind the end of the picture", "rest", io.BytesIO(stream.read()))
            return


def _chunk_text(kind: bytes, data: bytes) -> Iterator[FilePart]:
    key, _, rest = data.partition(b"\0")
    place = f"{kind.decode()} {key.decode('latin-1')}"
    try:
        if kind == b"zTXt":
            rest = _inflated(rest[1:])
        elif kind == b"iTXt":
            packed, (*_, text) = rest[:1], rest[2:].split(b"\0", 2)
            rest = _inflated(text) if packed == b"\1" else text
    except (zlib.error, ValueError):
        yield UnreadablePart(place, "damaged: its text cannot be unpacked; make it again")
        return
    yield TextPart(place, key.decode("latin-1") + "\0" + rest.decode("utf-8", errors="replace"))


def _inflated(data: bytes) -> bytes:
    inflate = zlib.decompressobj()
    text = inflate.decompress(data, _LARGEST_TEXT)
    if inflate.unconsumed_tail:
        raise ValueError
    return text
