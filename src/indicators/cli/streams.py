"""What commands print arrives where it can, and where it cannot the work goes on all the same.

A stream may be closed, its reader may have left (`| head`), its disk may be full, and a terminal
may lack letters: none of these is a defect, and none may hide a command's own exit status.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
import unicodedata
from typing import TextIO

from indicators.errors import UsageError, os_reason

CLOSEST = "indicators-closest"
"""Name of the way in which letters that a stream lacks are written (:mod:`codecs`)."""

# Nothing here is a double quote or a comma: a line of CSV stays one.
_CLOSEST = {
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("‘’‚“”„«»‹›", "'"),
    **{"…": "...", "×": "x", "·": ".", "•": "*", "→": "->", "≥": ">=", "≤": "<=", "±": "+/-"},
    **{"€": "EUR", "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "█": "#"},
}
_FOREIGN = re.compile(r"[^\x00-\x7F]")


class _Sink(io.FileIO):
    """Writes to a stream as long as it can be written to; what comes later is let go.

    Attributes:
        error: Why it cannot be written to any more; a reader that has left is no error.
    """

    error: OSError | None = None
    _open = True

    def write(self, data: io.Buffer, /) -> int:  # type: ignore[name-defined,override,unused-ignore]
        if self._open:
            try:
                return super().write(data)
            except BrokenPipeError:
                self._open = False
            except OSError as error:
                self._open, self.error = False, error
        return len(memoryview(data).cast("B"))


def prepare() -> None:
    """Make this process's streams such that printing raises nothing. For the command alone.

    Raises:
        UsageError: The command line names a file in letters that are none, or the working
            folder is gone.
    """
    _restart_in_utf8()
    codecs.register_error(CLOSEST, _replace_unencodable)
    for number in (0, 1, 2):
        _open_if_closed(number)
    sys.stdout = _tolerant_stream(sys.stdout, sys.__stdout__, 1)
    sys.stderr = _tolerant_stream(sys.stderr, sys.__stderr__, 2)
    try:
        working_folder = os.getcwd()  # noqa: PTH109
    except OSError as error:
        raise UsageError(f"the working folder: {os_reason(error)}; go to another one") from error
    for text in (*sys.argv[1:], working_folder):
        if has_undecoded_bytes(text):
            raise UsageError(f"{text}: a name that is not in UTF-8; rename the file or folder")


def has_undecoded_bytes(text: str) -> bool:
    """Whether a text has bytes of a file's name that are no letters, as Python passes them on."""
    return any(0xDC80 <= ord(letter) <= 0xDCFF for letter in text)


def check() -> None:
    """Refuse to call that done whose output could not be written.

    Raises:
        UsageError: Standard output cannot be written to, as on a full disk.
    """
    sink = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    sys.stdout.flush()
    if isinstance(sink, _Sink) and sink.error is not None:
        reason = os_reason(sink.error)
        raise UsageError(f"standard output: cannot be written ({reason}); write it elsewhere")


def print_json(text: str) -> None:
    """Print JSON as it is, or escaped where the stream has not all of its letters."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "").replace("_", "")
    if not encoding.startswith("utf"):
        text = _FOREIGN.sub(lambda match: json.dumps(match[0])[1:-1], text)
    print(text, end="")


def _restart_in_utf8() -> None:
    """Start again in Python's UTF-8 mode where the locale has a different encoding for file names.

    Arrow, pandoc and Typst take names in UTF-8 whatever the locale says: Python is to do so too.
    What is printed stays in the locale's encoding.
    """
    if os.name != "posix" or sys.getfilesystemencoding() == "utf-8":
        return
    os.environ.setdefault("PYTHONIOENCODING", getattr(sys.stdout, "encoding", "utf-8"))
    os.environ["PYTHONUTF8"] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _open_if_closed(number: int) -> None:
    """Lead a closed stream nowhere, lest the next file that is opened take its place."""
    try:
        os.fstat(number)
    except OSError:
        nowhere = os.open(os.devnull, os.O_RDWR)
        if nowhere == number:
            os.set_inheritable(number, True)
        else:
            os.dup2(nowhere, number)
            os.close(nowhere)


def _tolerant_stream(stream: TextIO, original: TextIO | None, number: int) -> TextIO:
    """A stream of the process in a form that raises nothing; a replaced stream as it is."""
    if stream is not None and stream is not original:
        return stream
    if isinstance(stream, io.TextIOWrapper) and os.name != "posix":
        # A console there is written to in a way of its own.
        stream.reconfigure(errors=CLOSEST)
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(_Sink(number, "w", closefd=False)),
        encoding=getattr(stream, "encoding", "utf-8"),
        errors=CLOSEST,
        line_buffering=number == 2 or getattr(stream, "line_buffering", False),
    )


def _replace_unencodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(map(_closest_ascii, letters)), error.end


def _closest_ascii(letter: str) -> str:
    """The nearest to a letter in ASCII: without its dots and strokes, else a question mark."""
    if letter in _CLOSEST:
        return _CLOSEST[letter]
    if has_undecoded_bytes(letter):
        return f"\\x{ord(letter) - 0xDC00:02x}"
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in parts if part.isascii()) or "?"
