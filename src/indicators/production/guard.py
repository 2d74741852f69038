"""Keeps a published notebook from what is not protected: a guard rail, in two layers.

1. An audit hook of Python refuses to open, link or move a file in a closed folder, and to open a
   register anywhere (the package itself announces that). It says what to do, and the attempt is
   noted, so that a run ends with status 4 even if a cell catches the error.
2. On Linux the kernel's process gives up the right to read closed folders (Landlock), for itself
   and all that it starts: that holds for libraries that open files without Python, as Arrow does.

It stops mistakes and simple ways round, not somebody who means to get past it: a notebook's author
can read the project's files in another process anyway (docs/decisions/0039-own-notebooks.md).
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indicators.errors import DisclosureError
from indicators.settings.model import Settings

# Of what is received as it is, these are public, and may be read by anyone.
PUBLIC_SOURCES = ("statfin", "areas", "kela", "sotkanet")
ADVICE = (
    "a published notebook reads protected tables alone (data/processed/YYYY-MM/latest/); "
    "read those, or make the notebook a draft (`draft: true` in its front matter)"
)
# What the package says when a register is opened, wherever it lies.
REGISTER_EVENTS = ("indicators.open_register", "indicators.import_register")


@dataclass(frozen=True, slots=True)
class Guard:
    """Which folders a notebook may not read.

    Attributes:
        closed: These, with all below them.
        open: But these may be read.
    """

    closed: tuple[Path, ...]
    open: tuple[Path, ...]

    def closes(self, path: Path) -> bool:
        """Whether a path lies in a closed folder: the nearest folder that is named decides."""
        for folder in (path, *path.parents):
            if folder in self.open:
                return False
            if folder in self.closed:
                return True
        return False

    def as_json(self) -> str:
        """As the kernel is given it."""
        return json.dumps({"closed": [*map(str, self.closed)], "open": [*map(str, self.open)]})


def guard_from_json(text: str) -> Guard:
    """A guard as :meth:`Guard.as_json` wrote it."""
    values = json.loads(text)
    return Guard(tuple(map(Path, values["closed"])), tuple(map(Path, values["open"])))


def project_guard(settings: Settings, register: Path | None) -> Guard:
    """The guard of a project's published notebooks: closed are registers and internal tables.

    Args:
        settings: The project.
        register: The register of the run, if there is one.
    """
    root = settings.root
    raw = root / "data" / "raw"
    closed = [root / "data" / name for name in ("internal", "register", "synthetic")] + [raw]
    closed += [
        folder for folder in (register, settings.register and settings.register.directory) if folder
    ]
    public = [*(raw / name for name in PUBLIC_SOURCES), settings.statfin.directory]
    public.append(settings.kela.directory)
    return Guard(
        tuple(dict.fromkeys(path.resolve() for path in closed)),
        tuple(dict.fromkeys(path.resolve() for path in public)),
    )


def refusal(path: object) -> str:
    """Why something was not opened, and what to do."""
    return f"{path}: is not protected, so it was not opened; {ADVICE}"


# In the kernel's process.


def install(guard: Guard, notes: Path) -> None:
    """Guard this process from now on; it cannot be undone.

    To be called while the process has one thread, as the second layer is a thread's and of those
    that it starts.

    Args:
        guard: Which folders are closed.
        notes: A file that what was refused is noted in.
    """
    with suppress(OSError):
        _confine(_readable(guard))

    def refuse(path: object) -> None:
        text = refusal(path)
        # Opened anew: a process that the kernel starts has closed what it does not need.
        with suppress(OSError), notes.open("a", encoding="utf-8") as stream:
            stream.write(f"{json.dumps([_execution_number(), text])}\n")
        raise DisclosureError(text)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in REGISTER_EVENTS:
            refuse(arguments[0])
        for path in _paths(event, arguments):
            if guard.closes(Path(os.path.realpath(path))):
                refuse(path)

    sys.addaudithook(hook)


def _execution_number() -> int | None:
    """Which execution of a cell this is, from 1, as IPython counts them."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return None if shell is None else int(shell.execution_count)


def _paths(event: str, arguments: tuple[Any, ...]) -> Iterator[str]:
    """The files that an event is about."""
    if event in ("open", "sqlite3.connect"):
        yield from _named(arguments[:1])
    elif event in ("os.rename", "os.link", "os.symlink"):
        yield from _named(arguments[:2])
    elif event in ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system"):
        for part in arguments[:2]:
            words = [part] if isinstance(part, str | bytes | os.PathLike) else part or ()
            for word in _named(words):
                yield from _words(word)


def _named(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str | bytes | os.PathLike):
            yield os.fsdecode(value)


def _words(line: str) -> list[str]:
    """What may be a path in a line for the shell."""
    try:
        return [line, *shlex.split(line)]
    except ValueError:
        return [line, *line.split()]


# The second layer: Landlock, a part of Linux since 5.13 (docs.kernel.org/userspace-api/landlock).
# It only ever takes rights away from the process that asks for it, and needs no privileges.

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_READ_FILE = 1 << 2
_PR_SET_NO_NEW_PRIVS = 38


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _confine(readable: Sequence[Path]) -> None:
    """Let this thread, and all that it starts, read files below these paths only.

    Raises:
        OSError: The system has no Landlock, or not for this process.
    """
    if sys.platform != "linux":
        raise OSError("Landlock is a part of Linux")
    library = ctypes.CDLL(None, use_errno=True)

    def call(*arguments: Any) -> int:
        result = int(library.syscall(*arguments))
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result

    attributes = _RulesetAttributes(_READ_FILE)
    rules = call(
        _CREATE_RULESET,
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
        ctypes.c_uint32(0),
    )
    try:
        for path in readable:
            _allow(call, rules, path)
        if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no_new_privs")
        call(_RESTRICT_SELF, rules, ctypes.c_uint32(0))
    finally:
        os.close(rules)


def _allow(call: Any, rules: int, path: Path) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        # Gone in the meantime, or not to be entered by this user either.
        return
    try:
        rule = _PathBeneath(_READ_FILE, place)
        with suppress(OSError):
            call(_ADD_RULE, rules, _RULE_PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(place)


def _readable(guard: Guard) -> list[Path]:
    """The highest folders and files that hold nothing closed, and what is open below closed ones.

    Raises:
        OSError: A folder above a closed one cannot be listed.
    """
    named = (*guard.closed, *guard.open)

    def visit(folder: Path) -> Iterator[Path]:
        if not any(other != folder and other.is_relative_to(folder) for other in named):
            if not guard.closes(folder):
                yield folder
            return
        with os.scandir(folder) as entries:
            children = [Path(entry.path) for entry in entries if not entry.is_symlink()]
        for child in sorted(children):
            yield from visit(child)

    return list(visit(Path(guard.closed[0].anchor)))


def refused(notes: Path) -> list[tuple[int | None, str]]:
    """What was refused in a kernel: the execution of a cell, from 1, and the message."""
    try:
        lines = [json.loads(line) for line in notes.read_text(encoding="utf-8").splitlines()]
        return [(number, text) for number, text in lines]
    except FileNotFoundError:
        return []


def is_refused_by_system(guard: Guard, message: str, folder: Path) -> str | None:
    """The closed path that an error of the system is about; None if it is about none.

    Args:
        guard: Which folders are closed.
        message: The error's message.
        folder: The kernel's working directory.
    """
    if "ermission denied" not in message:
        return None
    for named in re.findall(r"['\"]([^'\"]+)['\"]", message):
        if guard.closes(Path(os.path.realpath(folder / named))):
            return str(named)
    return None
