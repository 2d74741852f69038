"""Limits of the scan of a file: no packed bomb holds up a report.

What exceeds a limit is not passed as clean: it is reported as not scanned whole.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

DEEPEST = 8
"""Files in files in files."""
MEMBERS = 10_000
"""Files in a file, at all depths together."""
UNPACKED, UNPACKED_TIMES = 128 << 20, 100
"""Bytes that may come out of packed files: so many, or so many times what is on the disk."""
SECONDS, BYTES_A_SECOND = 20.0, 1 << 18
"""Time for one file: so long, and longer for what is large on the disk."""
_IN_MEMORY, _PART = 64 << 20, 1 << 20


class GivenUpError(Exception):
    """A limit was reached; the message says which, and what to do."""


class Budget:
    """What is left for a file and all that is packed in it.

    Args:
        size: Bytes of the file on the disk.
    """

    def __init__(self, size: int) -> None:
        self._seconds = SECONDS + size / BYTES_A_SECOND
        self._end = time.monotonic() + self._seconds
        self._members = MEMBERS
        self._unpacked = max(UNPACKED, UNPACKED_TIMES * size)
        self._left = self._unpacked

    def look_at_clock(self) -> None:
        """Stop if it takes too long.

        Raises:
            GivenUpError: It does.
        """
        if time.monotonic() > self._end:
            raise GivenUpError(f"it takes longer than {self._seconds:.0f} seconds; part it")

    def count_member(self) -> None:
        """Count a file in the file.

        Raises:
            GivenUpError: There are too many.
        """
        self._members -= 1
        if self._members < 0:
            raise GivenUpError(f"it holds more than {MEMBERS:,} files; unpack it")

    @contextmanager
    def unpacked(self, stream: BinaryIO) -> Iterator[tuple[BinaryIO, bool]]:
        """The content of a packed file where any place of it can be reached, and whether it is all.

        In memory, or in a temporary file that nobody else sees.

        Raises:
            GivenUpError: No more may be unpacked.
        """
        if self._left <= 0:
            raise GivenUpError(self.most_unpacked)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
            whole = False
            while self._left > 0:
                self.look_at_clock()
                part = stream.read(min(_PART, self._left))
                whole = not part
                if whole:
                    break
                self._left -= len(part)
                content.write(part)
            content.seek(0)
            yield cast(BinaryIO, content), whole or not stream.read(1)

    @property
    def most_unpacked(self) -> str:
        """The message that more comes out than is scanned."""
        return f"it is more than {self._unpacked >> 20} MiB unpacked; part it"
