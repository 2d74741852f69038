"""The documentation site as `make docs` builds it, and JupyterLab as `make lab` opens it."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import pytest
from browser import axe_violations, outgoing_requests, overflows

from endtoend.conftest import ROOT, copy_tracked
from fixtures import sharing
from indicators.cli.parser import build_parser

pytestmark = pytest.mark.slow

LOOKED_AT = (
    "index",
    "tutorial",
    "contract",
    "reference/api",
    "reference/data-dictionary",
    "indicators/activation_rate",
)
HOW_TO = [*sorted((ROOT / "docs" / "how-to").glob("*.md")), *ROOT.glob("docs/own-notebooks.md")]
# The example of docs/rendering.md needs a report made before.
PAGES = [ROOT / "docs" / "index.md", *HOW_TO, *sorted((ROOT / "docs" / "reference").glob("*.md"))]


@pytest.fixture(scope="module")
def site() -> Path:
    """The built site, in a copy of the repository."""

    def built() -> Path:
        root = copy_tracked(sharing.folder("docs"))
        ran = subprocess.run(
            [sys.executable, "docs/build.py"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        # What a kernel prints as it starts is no warning of Sphinx's: those end it with status 1.
        assert ran.returncode == 0, ran.stderr
        return root / "docs" / "_build" / "html"

    return sharing.once("docs", built)


class _Links(HTMLParser):
    """Ids of a page, where its links lead, and what it asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and values.get("rel") not in ("index", "search", "next", "prev"):
            self.asked.append(values["href"])
        elif "src" in values:
            self.asked.append(values["src"])


@cache
def read_page(path: Path) -> _Links:
    found = _Links()
    found.feed(path.read_text(encoding="utf-8"))
    return found


def dead_links(page: Path) -> Iterator[str]:
    read = read_page(page)
    for target in {*read.links, *(one for one in read.asked if not one.startswith("data:"))}:
        parts = urlsplit(target)
        if parts.scheme in ("http", "https", "mailto"):
            continue
        file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        anchored = parts.fragment and file.suffix == ".html" and file.is_file()
        if not file.is_file() or (anchored and unquote(parts.fragment) not in read_page(file).ids):
            yield f"{page.name}: {target}"


def test_every_link_of_every_page_leads_somewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 80
    assert [
        dead for page in pages if "_static" not in page.parts for dead in dead_links(page)
    ] == []


def test_no_page_asks_for_anything_from_elsewhere(site: Path) -> None:
    asked = {one for page in site.rglob("*.html") for one in read_page(page).asked}
    assert asked
    assert {one for one in asked if "://" in one or one.startswith("//")} == set()
    styles = "\n".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)\"']*", styles) == []


@pytest.mark.browser
@pytest.mark.parametrize("name", LOOKED_AT)
def test_pages_are_accessible_fit_a_phone_and_are_whole_by_themselves(
    site: Path, name: str
) -> None:
    page = site / f"{name}.html"
    assert {width: axe_violations(page, width) for width in (1280, 400)} == {1280: [], 400: []}
    assert not overflows(page, 400)
    assert [url for url in outgoing_requests(page) if not url.startswith("file:")] == []


def test_the_tutorial_was_executed_with_tables_and_pictures(site: Path) -> None:
    text = (site / "tutorial.html").read_text(encoding="utf-8")
    code = [
        cell
        for cell in json.loads((ROOT / "notebooks/tutorial.ipynb").read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    assert text.count('class="cell_input') == len(code)
    assert text.count('class="dataframe') + text.count('class="gt_table') >= 5
    assert text.count('src="_images/') >= 3
    pictures = re.findall(r'<img[^>]*src="_images/[^>]*>', text)
    assert all(re.search(r'alt="[^"]{20,}"', picture) for picture in pictures)
    assert "Traceback" not in text


def test_tasks_of_the_tutorial_take_three_lines() -> None:
    """Beyond what loads, each task is a cell of at most three lines."""
    cells = json.loads((ROOT / "notebooks/tutorial.ipynb").read_text("utf-8"))["cells"]
    lines: dict[str, int] = defaultdict(int)
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            if head := re.match(r"## (\d+)\. ", text):
                task = head[1]
        elif "task" in cell["metadata"].get("tags", []):
            lines[task] += sum(bool(line.strip() and line[0] != "#") for line in text.splitlines())
    assert list(lines) == [str(number) for number in range(1, 11)]
    assert {task: count for task, count in lines.items() if count > 3} == {}


def fenced(kind: str, pages: list[Path]) -> list[str]:
    fence = re.compile(rf"^ *```{kind}\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
    return [code for page in pages for code in fence.findall(page.read_text("utf-8"))]


# The examples of a page go on from one another.
@pytest.mark.parametrize(
    "code", ["\n".join(fenced("python", [page])) for page in PAGES if fenced("python", [page])]
)
def test_python_examples_of_the_pages_run(code: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_settings_and_commands_of_how_to_pages_are_understood(page: Path) -> None:
    for text in fenced("toml", [page]):
        assert tomllib.loads(re.sub("^   ", "", text, flags=re.MULTILINE))
    for line in re.findall(
        r"^(?:\.venv/bin/)?indicators ([a-z].*?)(?: +#.*)?$", page.read_text("utf-8"), re.MULTILINE
    ):
        build_parser().parse_args(shlex.split(line))


def test_lab_opens_the_tutorial_with_a_kernel_of_the_packages_name(tmp_path: Path) -> None:
    """The very command of the Makefile, its server asked for the kernel and the notebook."""
    printed = subprocess.run(
        # Within `make test` another make would say which folder it enters.
        ["make", "-n", "--no-print-directory", "-o", "setup-docs", "lab",
         "LAB_ARGS=--no-browser --allow-root --port=0 "
         "--ServerApp.port_retries=0 --IdentityProvider.token=made-up"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    prefix = Path(sys.executable).parent
    kernel = ["--prefix", str(tmp_path / "kernels"), "--name", "indicators"]
    subprocess.run(
        [sys.executable, "-m", "ipykernel", "install", *kernel, "--display-name", "indicators"],
        check=True,
        capture_output=True,
    )
    homes = {
        f"JUPYTER_{name}_DIR": str(tmp_path / name.lower())
        for name in ("RUNTIME", "CONFIG", "DATA")
    }
    with subprocess.Popen(
        ["sh", "-c", f"exec env {printed.strip()}".replace(".venv/bin/", f"{prefix}/")],
        cwd=ROOT,
        env={
            **os.environ,
            **homes,
            "HOME": str(tmp_path),
            "JUPYTER_PATH": str(tmp_path / "kernels/share/jupyter"),
        },
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            address = _address(tmp_path / "runtime")
            with urlopen(f"{address}api/kernelspecs?token=made-up") as answer:
                specs = json.load(answer)["kernelspecs"]
            assert specs["indicators"]["spec"]["display_name"] == "indicators"
            with urlopen(f"{address}api/contents/notebooks/tutorial.ipynb?token=made-up") as answer:
                notebook = json.load(answer)
            assert notebook["content"]["metadata"]["kernelspec"]["name"] == "indicators"
            with urlopen(f"{address}lab/tree/notebooks/tutorial.ipynb?token=made-up") as answer:
                assert "JupyterLab" in answer.read().decode()
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def _address(runtime: Path) -> str:
    """Where the server answers, as it notes it."""
    end = time.monotonic() + 240
    while time.monotonic() < end:
        for note in runtime.glob("jpserver-*.json"):
            try:
                address = json.loads(note.read_text())["url"]
                with urlopen(f"{address}api?token=made-up"):
                    return str(address)
            except (URLError, ValueError, KeyError, ConnectionError):
                pass
        time.sleep(0.2)
    raise TimeoutError("the server of JupyterLab does not answer")
