"""Builds the documentation site: ``python docs/build.py``; ``make docs`` does.

Nothing is asked of the network. A warning (a link that leads nowhere, a name that is not there, a
notebook's cell that fails) ends it with status 1, after all of them are printed.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sphinx.cmd.build import main as sphinx_build

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE / "_ext"), str(ROOT / "src")]


def main(arguments: list[str] | None = None) -> int:
    """Build the site below a folder: ``html/`` is the site, ``source/`` what Sphinx reads."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=HERE / "_build", metavar="DIR")
    parser.add_argument(
        "--no-execute", action="store_true", help="leave the tutorial unexecuted: for writing pages"
    )
    parser.add_argument("--jobs", default="auto", metavar="N")
    options = parser.parse_args(arguments)

    from pages import write_sources

    # The notebook's kernel is a process of its own, and runs elsewhere.
    paths = [str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    out = options.out.resolve()
    write_sources(out / "source", ROOT)
    execute = ["-D", "nb_execution_mode=off"] if options.no_execute else []
    status = sphinx_build(
        [
            *("-b", "html", "-q", "-n", "-W", "--keep-going", "-j", options.jobs, *execute),
            *("-d", str(out / "doctrees"), str(out / "source"), str(out / "html")),
        ]
    )
    if status == 0:
        print(f"written: {out / 'html' / 'index.html'}")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
