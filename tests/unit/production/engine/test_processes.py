"""A notebook's process: of a single-threaded parent, without network, ended with its starter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import book_of

Said = Callable[..., str]

FAMILIES = """\
import os, socket
def of(number):
    try:
        return socket.socket(fileno=os.dup(number)).family.name
    except OSError:
        return None
kinds = {of(int(one)) for one in os.listdir('/proc/self/fd') if int(one) > 2} - {None}
print(sorted(kinds - {'AF_UNIX'}))"""


def test_there_is_no_network_socket(said: Said) -> None:
    assert said(FAMILIES) == "[]"


def test_the_check_of_sockets_sees_one(said: Said) -> None:
    opened = "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
    assert said(f"{opened}\n{FAMILIES}") == "['AF_INET']"


def test_the_parent_has_one_thread_and_the_libraries(said: Said) -> None:
    told = said(
        "import os, sys\nfrom pathlib import Path\n"
        "status = Path(f'/proc/{os.getppid()}/status').read_text()\n"
        "print(status.split('Threads:')[1].split()[0], 'pandas' in sys.modules, "
        "'statsmodels' in sys.modules, 'polars' in sys.modules)"
    )
    assert told == "1 True True False"


def test_notebooks_share_no_state(said: Said) -> None:
    drawn = "import random, numpy, os\nos.environ['LEFT'] = 'x'\nimport pandas\npandas.left = 1\n"
    numbers = "print(random.random(), numpy.random.rand())"
    first, second = said(drawn + numbers), said(drawn + numbers)
    assert first != second
    assert said("import os, pandas\nprint('LEFT' in os.environ, hasattr(pandas, 'left'))") == (
        "False False"
    )


def test_modules_are_those_a_kernel_has_not_those_of_the_starter(said: Said) -> None:
    assert said("import sys\nprint('pytest' in sys.modules, sys.path.index(''))").startswith(
        "False"
    )


def test_libraries_are_the_same_as_of_a_fresh_process(said: Said) -> None:
    told = said("import matplotlib\nprint(matplotlib.rcParams._get('backend'))")
    assert told == "module://matplotlib_inline.backend_inline"


STARTER = """
import sys
from pathlib import Path
import papermill
from indicators.production.engine import warm
warm.register()
if __name__ == "__main__":
    papermill.execute_notebook(sys.argv[1], None, engine_name="warm", progress_bar=False)
"""
HANGS = """\
import os, subprocess, time
from pathlib import Path
other = subprocess.Popen(['sleep', '600'])
Path({record!r}).write_text(f'{{os.getpid()}} {{other.pid}}')
time.sleep(600)"""


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_its_starter_and_so_does_what_it_started(
    ended_by: signal.Signals, tmp_path: Path
) -> None:
    import nbformat

    record, script, source = (tmp_path / name for name in ("record", "starter.py", "book.ipynb"))
    script.write_text(STARTER)
    nbformat.write(book_of([HANGS.format(record=str(record))]), source)
    with subprocess.Popen(
        [sys.executable, str(script), str(source)], stderr=subprocess.DEVNULL
    ) as starter:
        processes = [int(one) for one in wait_for(record).split()]
        assert len(processes) == 2
        starter.send_signal(ended_by)
        starter.wait(30)
    assert [pid for pid in processes if not gone(pid)] == []


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
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
