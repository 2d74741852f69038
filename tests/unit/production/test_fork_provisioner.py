"""Forked kernels make what any kernel makes, share nothing, and end with the run."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from jupyter_core.utils import ensure_event_loop
from traitlets.config import Config

from indicators.errors import UsageError
from indicators.production import fork_provisioner
from indicators.production.fork_provisioner import NotebookKernelManager
from indicators.production.fork_server import FORKED, LONGEST_FOLDER, socket_folder
from indicators.production.options import Engine

Said = Callable[..., str]

# Cells of every kind; in each notebook one may fail, the last.
SPECIAL = {
    "outputs": [
        "import sys, time, os, subprocess\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
        "from IPython.display import HTML, Markdown, clear_output, display, update_display\n"
        "print('before')\ndisplay(Markdown('*m*'), HTML('<b>h</b>'))\nprint('after')\n{1: (2, 3)}",
        "import pandas as pd\npd.DataFrame({'a': [1, 2.5], 'b': ['å', None]})",
        "handle = display('first', display_id='here')",
        "update_display('second', display_id='here')\n"
        "print('gone')\nclear_output()\nprint('stays')",
        "subprocess.run(['echo', 'a program']); time.sleep(0.5)",
        "os.write(2, b'past Python')\ntime.sleep(0.5)",
        "import asyncio\nawait asyncio.sleep(0.01, 'awaited')",
        "%matplotlib inline\n%env WORD=said\nos.environ['WORD']",
        "import matplotlib.pyplot as plt\nplt.rcParams['svg.hashsalt'] = 'x'\nplt.get_backend()",
        # A figure itself is shown otherwise in a run: see test_own_notebooks.py.
        "plt.figure(figsize=(2, 1)); plt.bar([1, 2], [3, 4]); plt.close()",
        "!echo one",
        "%%bash\necho from bash",
        "__name__, sys.path, sys.stdout.isatty(), sys.stdout.encoding, sys.stdin.read()",
        "os.path.basename(os.getcwd()), get_ipython().__class__.__name__, In[1], Out[2]",
        "import warnings\nwarnings.simplefilter('always')\nwarnings.warn('odd')",
        "input('asks: ')",
    ],
    "an exception through several functions": [
        "def inner(x):\n    return 1 / x\n\ndef outer():\n    inner(0)",
        "print('before')\ntry:\n    outer()\nexcept ZeroDivisionError as error:\n"
        "    one = ValueError('später ä')\n    one.add_note('a note')\n    raise one from error",
        "print('never')",
    ],
    "not Python": ["a = 1\nb = = 2"],
    "an interrupt": ["raise KeyboardInterrupt"],
}
# How it is talked to, who may go where its sockets are, and which addresses it listens at else.
REACHED = """\
import json, os, socket, sys
from pathlib import Path
connection = Path(sys.argv[sys.argv.index('-f') + 1])
told = json.loads(connection.read_text())
def address(number):
    try:
        one = socket.socket(fileno=os.dup(number))
    except OSError:
        return None
    return None if one.family == socket.AF_UNIX else one.getsockname()[0]
others = {address(int(one)) for one in os.listdir('/proc/self/fd')} - {None}
print(told['transport'], oct(Path(told['ip']).parent.stat().st_mode & 0o777), sorted(others))"""


def book_of(cells: Sequence[str]) -> Any:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.metadata["kernelspec"] = {"display_name": "P", "language": "python", "name": "python3"}
    return book


@pytest.fixture
def executed(tmp_path: Path) -> Callable[..., Any]:
    """Executes cells by plain Papermill, in a forked kernel if not told otherwise."""

    def execute(cells: Sequence[str], kernel: str = FORKED) -> Any:
        source, folder = tmp_path / "book.ipynb", tmp_path / kernel / "work"
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(book_of(cells), source)
        with (
            asyncio.Runner(loop_factory=ensure_event_loop) as runner,
            tempfile.TemporaryDirectory() as scratch,
        ):
            runner.get_loop()
            more: dict[str, Any] = {
                "config": Config({"KernelManager": {"transport": "ipc", "ip": f"{scratch}/k"}}),
                "resources": {"metadata": {"path": str(folder)}},
            }
            if kernel == FORKED:
                more["kernel_manager_class"] = NotebookKernelManager
            else:
                more["extra_arguments"] = ["--IPKernelApp.log_level=CRITICAL"]
            # A failure stands in the notebook.
            with suppress(papermill.PapermillExecutionError):
                papermill.execute_notebook(
                    source,
                    folder / "out.ipynb",
                    None,
                    kernel_name=kernel,
                    progress_bar=False,
                    **more,
                )
        return nbformat.read(folder / "out.ipynb", as_version=4)

    # In a thread, since a browser that another test drives may have left its loop in this one.
    def beside(*asked: Any) -> Any:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(execute, *asked).result()

    return beside


@pytest.fixture
def said(executed: Callable[..., Any]) -> Said:
    """Executes a cell in a forked kernel and gives what it printed."""

    def execute(cell: str) -> str:
        return "".join(one.text for one in executed([cell]).cells[0].outputs).strip()

    return execute


@pytest.mark.parametrize("cells", SPECIAL.values(), ids=SPECIAL.keys())
def test_the_outputs_are_those_of_plain_papermill(
    cells: list[str], executed: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    # A kernel looks at no descriptors when it finds this in its environment.
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
    forked, plain = (
        [(cell.get("execution_count"), cell.get("outputs")) for cell in book.cells]
        for book in (executed(cells), executed(cells, "python3"))
    )
    # A warning names the file that a cell was compiled under, which holds the process's number.
    assert re.sub(r"ipykernel_\d+", "", str(forked)) == re.sub(r"ipykernel_\d+", "", str(plain))
    assert any(outputs for _, outputs in forked)


def test_the_provisioner_is_the_installed_one() -> None:
    [found] = metadata.entry_points(
        group="jupyter_client.kernel_provisioners", name="indicators-fork"
    )
    assert found.load() is fork_provisioner.ForkProvisioner


def test_a_kernel_can_be_reached_by_its_user_alone(said: Said) -> None:
    # ipykernel listens on the loopback too, for what a cell's own forks print; no more.
    assert said(REACHED) == "ipc 0o700 ['127.0.0.1']"


def test_the_parent_has_one_thread_and_the_libraries(said: Said) -> None:
    told = said(
        "import os, sys\nfrom pathlib import Path\n"
        "status = Path(f'/proc/{os.getppid()}/status').read_text()\n"
        "print(status.split('Threads:')[1].split()[0], 'pandas' in sys.modules, "
        "'statsmodels' in sys.modules, 'pytest' in sys.modules)"
    )
    assert told == "1 True True False"


def test_notebooks_share_no_state(said: Said) -> None:
    drawn = "import random, numpy, os\nos.environ['LEFT'] = 'x'\nimport pandas\npandas.left = 1\n"
    numbers = "print(random.random())\nprint(numpy.random.rand())"
    first, second = (said(drawn + numbers).split() for _ in range(2))
    assert not set(first) & set(second)
    assert said("import os, pandas\nprint('LEFT' in os.environ, hasattr(pandas, 'left'))") == (
        "False False"
    )


def test_where_no_process_can_be_forked_the_kernel_is_started_as_any_other(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = "import multiprocessing\nprint(multiprocessing.parent_process() is None)"
    assert said(cell) == "False"
    monkeypatch.setattr(fork_provisioner, "can_fork", lambda: False)
    assert said(cell) == "True"


EXECUTES = """
import sys
from pathlib import Path
from indicators.production.notebook import Engine, Execution, execute
if __name__ == "__main__":
    source, made, engine = sys.argv[1:]
    execute(Execution(Path(source), Path(made), {}, "title: A report", Engine(engine)))
"""
HANGS = """\
import os, subprocess, time
from pathlib import Path
other = subprocess.Popen(['sleep', '600'])
Path({record!r}).write_text(f'{{os.getpid()}} {{other.pid}}')
time.sleep(600)"""


def starter(tmp_path: Path, cell: str, engine: Engine, temporary: Path) -> subprocess.Popen[bytes]:
    """A process that executes a cell, with a folder of temporary files of its own."""
    script, source = tmp_path / "executes.py", tmp_path / "book.ipynb"
    script.write_text(EXECUTES)
    nbformat.write(book_of([cell]), source)
    temporary.mkdir()
    return subprocess.Popen(
        [sys.executable, script, source, tmp_path / "made" / "out.ipynb", engine.value],
        env={**os.environ, "TMPDIR": str(temporary), "XDG_RUNTIME_DIR": ""},
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("engine", list(Engine))
@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_kernel_ends_with_its_starter_and_so_does_what_it_started(
    ended_by: signal.Signals, engine: Engine, tmp_path: Path
) -> None:
    record = tmp_path / "record"
    # Short enough for sockets, so that what is left would be seen here.
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        temporary = Path(folder) / "t"
        with starter(tmp_path, HANGS.format(record=str(record)), engine, temporary) as process:
            processes = [int(one) for one in wait_for(record).split()]
            assert len(processes) == 2
            process.send_signal(ended_by)
            process.wait(30)
        assert [pid for pid in processes if not gone(pid)] == []
        assert list(temporary.glob("indicators-*")) == []


@pytest.mark.parametrize("engine", list(Engine))
@pytest.mark.parametrize("name", ["t" * 90, "ö" * 120], ids=["long", "not-ascii"])
def test_a_notebook_is_executed_with_a_long_temporary_folder(
    tmp_path: Path, engine: Engine, name: str
) -> None:
    with starter(tmp_path, "print(6 * 7)", engine, tmp_path / name) as process:
        assert process.wait(100) == 0
    [output] = nbformat.read(tmp_path / "made" / "out.ipynb", as_version=4).cells[-1].outputs
    assert output.text == "42\n"
    assert list((tmp_path / name).iterdir()) == []


def test_a_folder_for_sockets_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("t" * 90)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    assert len(socket_folder()) <= LONGEST_FOLDER
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(UsageError, match="set TMPDIR"):
        socket_folder()


def wait_for(record: Path) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if record.exists() and record.read_text():
            return record.read_text()
        time.sleep(0.05)
    raise AssertionError("the notebook did not begin")


def gone(pid: int) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
