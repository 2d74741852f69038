"""Work done by a dask.distributed cluster, whose machines need not share a disk with this one.

What a notebook reads goes along with it, and what it makes comes back: both are files, in bytes.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from indicators import processed
from indicators.errors import IndicatorsError, NotebookError, UsageError
from indicators.production.making import Made, Task, apart, make
from indicators.provenance import code_of_package
from indicators.reporting.paths import FONTS
from indicators.settings import FILE_NAME

REACHED_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Bundle:
    """A task and the files it reads.

    Attributes:
        task: Its paths are told from the project's folder.
        code: Hash of the package that the cluster must have too.
        files: Contents by their paths, told likewise.
    """

    task: Task
    code: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Returned:
    """What a task made: its files by their paths below its output's folder."""

    seconds: float
    files: Mapping[str, bytes]


class Cluster:
    """A dask.distributed cluster as hands of a run (:class:`indicators.production.pool.Hands`)."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def each(self, work: object, items: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Make each notebook there, and bring it here."""
        del work  # there is but one kind of it
        distributed: Any = importlib.import_module("distributed")
        futures = {
            self._client.submit(perform, bundle(task), pure=False, retries=1): task
            for task in items
        }
        for future in distributed.as_completed(list(futures), loop=self._client.loop):
            yield futures[future], _brought(futures[future], future)


@contextmanager
def cluster(address: str) -> Iterator[Cluster]:
    """A cluster's scheduler, as long as it is needed.

    Args:
        address: Such as ``tcp://10.0.0.1:8786``.

    Raises:
        UsageError: It does not answer, or dask is not installed here.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        told = "needs dask.distributed; install indicators with its extra `dask`"
        raise UsageError(f"--scheduler {told}") from error
    try:
        client = distributed.Client(address, timeout=REACHED_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        told = "no scheduler answers there; start one, or leave the option out"
        raise UsageError(f"--scheduler {address}: {told}") from error
    with client:
        yield Cluster(client)


def bundle(task: Task) -> Bundle:
    """Pack a task with all that it reads."""
    tables = processed.folder_of(task.root, task.month, task.vintage)
    asked = (task.root / FILE_NAME, task.execution.notebook, task.root / FONTS, tables)
    files = {
        path.relative_to(task.root).as_posix(): path.read_bytes()
        for one in asked
        for path in ([one] if one.is_file() else sorted(one.rglob("*")))
        if path.is_file()
    }
    # Its own name, since `latest` is not among the files.
    return Bundle(replace(task, vintage=tables.name), code_of_package().sha256, files)


def perform(packed: Bundle) -> Returned | IndicatorsError:
    """Make a notebook, on the machine of a cluster's worker."""
    if packed.code != code_of_package().sha256:
        return UsageError("a worker of the cluster has another version of indicators; install one")
    with tempfile.TemporaryDirectory(prefix="indicators-") as name:
        root = Path(name).resolve()
        for path, content in packed.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        task = _moved(packed.task, root)
        try:
            # Apart, for a worker has threads, and a notebook a working directory.
            made: Made = apart(make, task)
        except IndicatorsError as error:
            return error
        below = made.notebook.parent
        return Returned(
            made.seconds,
            {
                path.relative_to(below).as_posix(): path.read_bytes()
                for path in sorted(below.rglob("*"))
                if path.is_file()
            },
        )


def _moved(task: Task, root: Path) -> Task:
    """The same task in another folder."""

    def moved(path: Path) -> Path:
        return root / path.relative_to(task.root)

    execution = task.execution
    there = replace(execution, notebook=moved(execution.notebook), output=moved(execution.output))
    return replace(task, root=root, execution=there)


def _brought(task: Task, future: Any) -> Made | IndicatorsError:
    """What a task made, put where it would have been made here."""
    try:
        given = future.result()
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "distributed":
            raise
        return NotebookError(
            f"a worker of the cluster was lost ({type(error).__name__}); run again"
        )
    if isinstance(given, IndicatorsError):
        return given
    output = task.execution.output
    for path, content in given.files.items():
        (output.parent / path).parent.mkdir(parents=True, exist_ok=True)
        (output.parent / path).write_bytes(content)
    return Made(output, given.seconds)
