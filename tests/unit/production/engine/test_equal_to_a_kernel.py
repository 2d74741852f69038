"""The warm engine leaves the notebook that a kernel leaves, to the byte."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import book_of

Executed = Callable[..., dict[str, str]]

SPECIAL = {
    "streams one after the other": [
        "import sys, time\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
        "print('a', end='')\nsys.stdout.flush()\nprint('b', file=sys.stderr)\nsys.stderr.flush()\n"
        "print('c')",
        "print('early')\ntime.sleep(0.6)\nprint('mid', file=sys.stderr)\n"
        "time.sleep(0.6)\nprint('late')",
        "sys.stdout.write('no line end')",
    ],
    "results, displays and streams in their order": [
        "from IPython.display import HTML, Markdown, SVG, Image, display\nimport pandas as pd",
        "print('before')\ndisplay(Markdown('*m*'), HTML('<b>h</b>'))\nprint('after')\n{1: (2, 3)}",
        "pd.DataFrame({'a': [1, 2.5], 'b': ['å', None]})",
        "None",
        "x = 1; x;",
        "display({'text/plain': 'p', 'application/json': {'k': [1]}}, raw=True, metadata={'m': 1})",
        "_, Out[2] if 2 in Out else None, In[1]",
    ],
    "displays updated": [
        "from IPython.display import display, update_display",
        "handle = display('first', display_id='here')\ndisplay('other', display_id='there')",
        "update_display('second', display_id='here')\nprint('said')\n"
        "display('again', display_id='here')",
        "handle.update({'text/html': '<i>third</i>', 'text/plain': 'third'}, raw=True)",
    ],
    "outputs cleared": [
        "from IPython.display import clear_output",
        "print('gone')\nclear_output()\nprint('stays')",
        "print('gone later')\nclear_output(wait=True)\nprint('replaces')",
        "print('stays')\nclear_output(wait=True)",
    ],
    "an exception through several functions": [
        "def inner(x):\n    return 1 / x\n\ndef outer():\n    inner(0)",
        "print('before')\nouter()",
        "print('never')",
    ],
    "chained exceptions and notes": [
        "try:\n    {}['k']\nexcept KeyError as error:\n"
        "    one = ValueError('später ä')\n    one.add_note('a note')\n    raise one from error",
    ],
    "not Python": ["a = 1\nb = = 2"],
    "not indented": ["if True:\nprint(1)"],
    "an assertion": ["assert 1 == 2, ('told', 1)"],
    "a group": ["raise ExceptionGroup('several', [ValueError('a'), TypeError('b')])"],
    "the way out": ["import sys\nsys.exit(0)", "print('goes on')"],
    "an interrupt": ["raise KeyboardInterrupt"],
    "a warning": ["import warnings\nwarnings.simplefilter('always')\n1 + 1"],
    "a representation that fails": [
        "class Odd:\n    def __repr__(self):\n        raise ValueError('no repr')\n"
        "    def _repr_html_(self):\n        return '<b>html</b>'",
        "Odd()",
    ],
    "awaiting": [
        "import asyncio\nasync def later(x):\n    await asyncio.sleep(0.01)\n    return x",
        "await later(3)",
        "print(await asyncio.gather(later(1), later(2)))",
        "task = asyncio.ensure_future(later('in the background'))",
        "await task",
        "asyncio.run(later(1))",
    ],
    "magics": [
        "%matplotlib inline",
        "%env WORD=said",
        "import os\nos.environ['WORD']",
        "%%capture kept\nprint('captured')",
        "kept.stdout",
        "%%writefile note.txt\ncontent",
        "!cat note.txt",
        "lines = !echo one; echo two\nlines",
        "%%bash\necho from bash",
        "%who_ls str",
        "%who_ls --no-such",
        "%nosuchmagic",
    ],
    "figures shown": [
        "import matplotlib.pyplot as plt\nplt.rcParams['svg.hashsalt'] = 'x'\nplt.get_backend()",
        "plt.plot([1, 2, 4]);",
        "fig, ax = plt.subplots(figsize=(2, 1))\nax.set_title('Ä')\nplt.show()\nprint('after')",
        "plt.close('all')\nfig",
    ],
    "figures as SVG": [
        "%config InlineBackend.figure_formats = ['svg']\nimport matplotlib.pyplot as plt\n"
        "import matplotlib as mpl\nmpl.rcParams['svg.hashsalt'] = 'x'\n"
        "%config InlineBackend.print_figure_kwargs = {'metadata': {'Date': None}}",
        "plt.figure(figsize=(2, 1)); plt.bar([1, 2], [3, 4]);",
    ],
    "programs and processes": [
        "import os, subprocess, sys, time\nsubprocess.run(['echo', 'a program']); time.sleep(0.5)",
        "os.write(2, b'past Python')\ntime.sleep(0.5)",
    ],
    "threads": [
        "from threading import Thread\nt = Thread(target=lambda: print('a thread'))\n"
        "t.start(); t.join()",
    ],
    "where and who": [
        "__name__, __import__('sys').modules['__main__'].__name__",
        "import sys\nsys.path, sys.stdout.isatty(), sys.stdout.encoding",
        "import os\nos.path.basename(os.getcwd()) in ('nbclient', 'warm')",
        "get_ipython().__class__.__name__",
        "input('asks: ')",
    ],
}


@pytest.mark.parametrize("cells", SPECIAL.values(), ids=SPECIAL.keys())
def test_special_cells(cells: list[str], executed: Executed) -> None:
    made = executed(book_of(cells))
    assert made["warm"] == made["nbclient"]
    assert '"output_type"' in made["warm"]


def test_it_works_where_an_event_loop_runs(said: Callable[[str], str]) -> None:
    """In a notebook, or beside a browser that a test drives."""

    async def beside() -> str:
        return said("print('one')\nprint('two')")

    # In a thread, since a browser may have left its own loop in this one.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, beside()).result() == "one\ntwo"
