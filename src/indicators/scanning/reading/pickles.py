"""Pickles (and joblib's): what they hold, without ever loading them, for that runs their code."""

from __future__ import annotations

import io
import pickletools
from collections.abc import Iterator
from typing import BinaryIO

from indicators.scanning.names import NAMES, is_id_name
from indicators.scanning.pieces import Blob, Cells, Piece, Text

_FEWEST = 8
_LONGEST_NAMES = 1 << 16
_NUMBERS = ("INT", "BININT", "LONG")


def read_pickle(stream: BinaryIO) -> Iterator[Piece]:
    """Texts, whole numbers and buffers of a pickle.

    Arrays that joblib puts between the parts end the reading; they are read as bytes, like the
    whole file.
    """
    import numpy as np
    import pyarrow as pa

    texts: list[str] = []
    numbers: list[int] = []
    buffers: list[bytes] = []
    try:
        for code, value, _ in pickletools.genops(stream):
            if isinstance(value, str) and code.name != "GLOBAL":
                texts.append(value)
            elif isinstance(value, bytes | bytearray):
                buffers.append(bytes(value))
            elif isinstance(value, int) and code.name.startswith(_NUMBERS):
                numbers.append(value)
    except Exception:
        # It raises whatever a broken part makes it raise; what was read so far counts.
        buffers.append(b"")
    yield Text("texts", "\0".join(texts))
    yield Cells("", "numbers", pa.array([one for one in numbers if 0 <= one < 2**63], pa.int64()))
    for data in buffers:
        if len(data) >= _FEWEST and len(data) % 8 == 0:
            yield Cells("", "buffer of numbers", pa.array(np.frombuffer(data, np.int64)))
        yield Blob("buffer", "buffer", io.BytesIO(data))
    # A frame's own column names: its rows are in buffers that have no names.
    if buffers or numbers:
        for name in {one for one in texts if is_id_name(one)} or _packed_names(buffers):
            yield Cells("", name, pa.array(["-"]))


def _packed_names(buffers: list[bytes]) -> set[str]:
    """Names that stand in one buffer with others; short ones would be found in anything."""
    small = b"\0".join(one.lower() for one in buffers if len(one) < _LONGEST_NAMES)
    return {name for name in NAMES if len(name) >= _FEWEST and name.encode() in small}
