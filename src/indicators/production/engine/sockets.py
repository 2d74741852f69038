"""Where sockets of processes may be: a system's paths of sockets are short.

A socket's path has room for 107 bytes on Linux and 103 on macOS, whatever the folder of temporary
files is called; that folder's name alone may be longer on shared machines.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indicators.errors import UsageError

LONGEST = 103
# What multiprocessing, and our own kernels, put behind the folder.
_BEHIND = len("/pymp-12345678/listener-12345678")
LONGEST_FOLDER = LONGEST - _BEHIND
_EVERYWHERE = ("/tmp", "/var/tmp")
_one_at_a_time = threading.Lock()


def folder() -> str:
    """A folder that is short enough: that of temporary files, if it is, else one of the system's.

    Raises:
        UsageError: None of them is.
    """
    ours = tempfile.gettempdir()
    for path in (ours, os.environ.get("XDG_RUNTIME_DIR", ""), *_EVERYWHERE):
        fits = path and len(os.fsencode(Path(path).absolute())) <= LONGEST_FOLDER
        if fits and os.access(path, os.W_OK | os.X_OK):
            return path
    raise UsageError(
        f"{ours}: too long a path for the sockets of processes; set TMPDIR to a folder that can be "
        f"written to, with a path of at most {LONGEST_FOLDER} letters"
    )


@contextmanager
def room() -> Iterator[None]:
    """Temporary files of this process lie where sockets may be, meanwhile.

    Raises:
        UsageError: There is no such folder.
    """
    with _one_at_a_time:
        before = tempfile.tempdir
        tempfile.tempdir = folder()
        try:
            yield
        finally:
            tempfile.tempdir = before
