"""Archives and packed files: each member is a file of its own."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from indicators.scanning.pieces import Blob, Piece, Text, Trouble

# Beyond this a member is a bomb, or no artefact of ours.
LARGEST = 4 << 30
_IN_MEMORY = 64 << 20
_PART = 1 << 20
_FAULTS = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
)


class TooLargeError(ValueError):
    """A packed file that grows beyond what is looked through."""


def read_zip(stream: BinaryIO) -> Iterator[Piece]:
    """The members of a zip file, their names and the comments."""
    try:
        with zipfile.ZipFile(stream) as archive:
            notes = [archive.comment, *(one.comment for one in archive.infolist())]
            yield Text("comment", "\0".join(note.decode("utf-8", "replace") for note in notes))
            for member in archive.infolist():
                yield from _zip_member(archive, member)
    except _FAULTS as error:
        yield _trouble("", error)


def _zip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Piece]:
    yield Text("name of a member", member.filename)
    if member.is_dir():
        return
    if member.flag_bits & 1:
        yield Trouble(member.filename, "encrypted; take it away, or scan it unpacked")
        return
    try:
        with archive.open(member) as packed, spooled(cast(BinaryIO, packed)) as content:
            yield Blob(member.filename, member.filename, content)
    except _FAULTS as error:
        yield _trouble(member.filename, error)


def read_tar(stream: BinaryIO) -> Iterator[Piece]:
    """The members of a tar file and their names."""
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for member in archive:
                notes = [member.name, member.linkname, *member.pax_headers.values()]
                yield Text("name of a member", "\0".join(map(str, notes)))
                content = archive.extractfile(member) if member.isreg() else None
                if content:
                    yield Blob(member.name, member.name, cast(BinaryIO, content))
    except (*_FAULTS, tarfile.TarError) as error:
        yield _trouble("", error)


def read_gzip(stream: BinaryIO) -> Iterator[Piece]:
    """A gzip file and the name in its header."""
    yield from _packed(stream, lambda: cast(BinaryIO, gzip.GzipFile(fileobj=stream, mode="rb")))


def read_bzip2(stream: BinaryIO) -> Iterator[Piece]:
    """A bzip2 file."""
    yield from _packed(stream, lambda: cast(BinaryIO, bz2.BZ2File(stream)))


def read_xz(stream: BinaryIO) -> Iterator[Piece]:
    """An xz file."""
    with lzma.LZMAFile(stream) as unpacked:
        yield from _packed(stream, lambda: cast(BinaryIO, unpacked))


def read_zstd(stream: BinaryIO) -> Iterator[Piece]:
    """A Zstandard file."""
    yield from _packed(stream, lambda: _by_arrow(stream, "zstd"))


def read_lz4(stream: BinaryIO) -> Iterator[Piece]:
    """An LZ4 file."""
    yield from _packed(stream, lambda: _by_arrow(stream, "lz4"))


def read_zlib(stream: BinaryIO) -> Iterator[Piece]:
    """A zlib stream, as caches have it."""
    yield from _packed(stream, lambda: cast(BinaryIO, _Inflating(stream)))


def _by_arrow(stream: BinaryIO, codec: str) -> BinaryIO:
    import pyarrow as pa

    return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(_Lent(stream), "r"), codec))


def _packed(stream: BinaryIO, opened: Callable[[], BinaryIO]) -> Iterator[Piece]:
    name = str(getattr(stream, "name", ""))
    try:
        with spooled(opened()) as content:
            yield Blob("unpacked", PurePosixPath(name).stem, content)
    except _FAULTS as error:
        yield _trouble("", error)


@contextmanager
def spooled(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The content where any place of it can be reached: in memory, or in a file nobody else sees.

    Raises:
        TooLargeError: It grows beyond :data:`LARGEST`.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
        size = 0
        while part := stream.read(_PART):
            size += len(part)
            if size > LARGEST:
                raise TooLargeError
            content.write(part)
        content.seek(0)
        yield cast(BinaryIO, content)


class _Lent:
    """A stream that stays open when its borrower is done."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self.read = stream.read

    def close(self) -> None:
        """Nothing: it is only lent."""


class _Inflating:
    """Reads a zlib stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.inflate = zlib.decompressobj()

    def read(self, size: int) -> bytes:
        """So many bytes at most; none at its end."""
        while not self.inflate.eof:
            data = self.inflate.unconsumed_tail or self.stream.read(size)
            if not data:
                raise EOFError
            if part := self.inflate.decompress(data, size):
                return part
        return b""


def _trouble(place: str, error: Exception) -> Trouble:
    if isinstance(error, TooLargeError):
        return Trouble(place, "larger than 4 GiB unpacked; part it")
    return Trouble(place, f"damaged or packed in a way not known ({type(error).__name__})")
