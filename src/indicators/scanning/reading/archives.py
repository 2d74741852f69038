"""Archives and packed files (zip, tar, gzip): each member is a file of its own."""

from __future__ import annotations

import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from indicators.scanning.pieces import Blob, Piece, Text, Trouble

FAULTS = (
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


def read_zip(stream: BinaryIO) -> Iterator[Piece]:
    """The members of a zip file, their names and the comments."""
    try:
        with zipfile.ZipFile(stream) as archive:
            comments = [archive.comment, *(entry.comment for entry in archive.infolist())]
            yield Text("comment", "\0".join(note.decode("utf-8", "replace") for note in comments))
            for member in archive.infolist():
                yield from _zip_member(archive, member)
    except FAULTS as error:
        yield trouble("", error)


def _zip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Piece]:
    yield Text("name of a member", member.filename)
    if member.is_dir():
        return
    if member.flag_bits & 1:
        yield Trouble(member.filename, "encrypted; take it away, or scan it unpacked")
        return
    try:
        with archive.open(member) as packed:
            yield Blob(member.filename, member.filename, cast(BinaryIO, packed), packed=True)
    except FAULTS as error:
        yield trouble(member.filename, error)


def read_tar(stream: BinaryIO) -> Iterator[Piece]:
    """The members of a tar file and their names."""
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for member in archive:
                notes = [member.name, member.linkname, *member.pax_headers.values()]
                yield Text("name of a member", "\0".join(map(str, notes)))
                content = archive.extractfile(member) if member.isreg() else None
                if content:
                    yield Blob(member.name, member.name, cast(BinaryIO, content), packed=True)
    except FAULTS as error:
        yield trouble("", error)


def read_gzip(stream: BinaryIO) -> Iterator[Piece]:
    """A gzip file."""
    name = PurePosixPath(str(getattr(stream, "name", ""))).stem
    with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
        yield Blob("unpacked", name, cast(BinaryIO, unpacked), packed=True)


def trouble(place: str, error: Exception) -> Trouble:
    """What to say of a file that cannot be unpacked: the kind of the fault alone."""
    return Trouble(place, f"damaged or packed in a way not known ({type(error).__name__})")
