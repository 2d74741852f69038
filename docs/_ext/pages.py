"""The pages of the site that are not under ``docs/``, and links between all of them.

The repository's own texts (the house rules, the glossary, the changelog) stay where they are and
are pages too; so are the tutorial's notebook and what is written from the code at every build. All
are put beside a copy of ``docs/`` in one folder, which Sphinx reads. Links in it lead from file to
file of the repository: they are led to the pages.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress
from pathlib import Path, PurePosixPath

import yaml

from catalogue_pages import catalogue_index, indicator_page, listed_indicators
from dictionary import data_dictionary, markdown_table
from indicators.cli.parser import build_parser

ROOT = Path(__file__).resolve().parents[2]
DOCS = "docs"

# Files of the repository that are pages, by the page's name; what lies under docs/ keeps its place.
MOVED = {
    "CONTRIBUTING.md": "contributing.md",
    "GLOSSARY.md": "glossary.md",
    "CHANGELOG.md": "changelog.md",
    "indicators.toml": "reference/indicators.toml",
    "notebooks/tutorial.ipynb": "tutorial.ipynb",
}
FONTS = "reports/_theme/fonts"
_NOT_COPIED = ("_build/", "build.py", "dictionary.toml")

# Code is passed over; a link's label may hold code, its target no blanks.
_CODE_OR_LINK = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$"
    r"|(?<!!)\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^)\s]+)\)"
    r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_COMMAND = re.compile(r"^    ([a-z]+)\b", re.MULTILINE)


def write_sources(out: Path, root: Path = ROOT) -> None:
    """Fill a folder with all pages; what is there and did not change keeps its time.

    Args:
        out: The folder that Sphinx reads; files in it that are no page any more go.
        root: The repository.
    """
    files = {**_docs_files(root), **_moved_files(root), **_generated(root)}
    pages = {name: place for name, (place, _) in files.items()}
    for name, (place, content) in files.items():
        target = out / name
        page = content
        if name.endswith(".md"):
            page = led_links(content.decode(), place, pages, root).encode()
        elif name.endswith(".ipynb"):
            page = _notebook_page(content.decode(), place, pages, root).encode()
        if not target.is_file() or target.read_bytes() != page:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(page)
    for path in out.rglob("*"):
        if path.is_file() and path.relative_to(out).as_posix() not in files:
            path.unlink()


_Files = dict[str, tuple[str, bytes]]
"""Content by name below the site's root, each with the place in the repository that links in it
are meant from."""


def _docs_files(root: Path) -> _Files:
    found: _Files = {}
    for path in sorted((root / DOCS).rglob("*")):
        name = path.relative_to(root / DOCS).as_posix()
        if path.is_file() and not name.startswith(_NOT_COPIED) and "__pycache__" not in name:
            found[name] = (f"{DOCS}/{name}", path.read_bytes())
    return found


def _moved_files(root: Path) -> _Files:
    fonts = {f"{FONTS}/{path.name}": path for path in sorted((root / FONTS).glob("*.woff2"))}
    places = {**MOVED, **{place: f"_static/fonts/{path.name}" for place, path in fonts.items()}}
    present = {place: name for place, name in places.items() if (root / place).is_file()}
    return {name: (place, (root / place).read_bytes()) for place, name in present.items()}


def _generated(root: Path) -> _Files:
    texts: dict[str, str] = {
        "reference/data-dictionary.md": data_dictionary(),
        "reference/commands.md": commands_page(),
        "decisions/index.md": decisions_page(root),
        "indicators/index.md": catalogue_index(),
        **{f"indicators/{one}.md": indicator_page(one, root) for one in listed_indicators()},
    }
    return {name: (f"{DOCS}/{name}", text.encode()) for name, text in texts.items()}


# A cell's alternative text, as the reports' notebooks give it.
_ALT = re.compile(r"^#\| fig-alt: (?P<text>.*)$", re.MULTILINE)


def _notebook_page(notebook: str, place: str, pages: Mapping[str, str], root: Path) -> str:
    """A notebook whose cells give a picture's text to Sphinx as they do to Quarto, links led."""
    book = json.loads(notebook)
    for cell in book["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = led_links(source, place, pages, root)
        elif alt := _ALT.search(source):
            cell["metadata"]["mystnb"] = {"image": {"alt": yaml.safe_load(alt["text"])}}
            cell["source"] = _ALT.sub("", source).strip()
    return json.dumps(book, ensure_ascii=False)


# --- links ----------------------------------------------------------------------------------------


def led_links(text: str, place: str, pages: Mapping[str, str], root: Path = ROOT) -> str:
    """A page's text with links between files of the repository led to pages.

    A link to a file that is no page becomes its label; one to nothing stays as it is, and Sphinx
    says so.

    Args:
        text: Markdown.
        place: Where it lies in the repository; links are relative to it.
        pages: Places in the repository by page.
        root: The repository.
    """
    by_place = {source: name for name, source in pages.items()}

    def led(match: re.Match[str]) -> str:
        label, target = match["label"], match["target"]
        path, hash_sign, anchor = (target or "").partition("#")
        if not path or "://" in target or path.startswith(("/", "mailto:")):
            return match[0]
        source = os.path.normpath(PurePosixPath(place).parent / path)
        name = by_place.get(source) or by_place.get(f"{source}/index.md")
        if name is not None:
            return f"[{label}](/{name}{hash_sign}{anchor})"
        return label if (root / source).exists() else match[0]

    return _CODE_OR_LINK.sub(led, text)


# --- pages written from the code ------------------------------------------------------------------


def commands_page() -> str:
    """Every command's help, as the command prints it."""
    lines = [
        "# Commands",
        "",
        "What `indicators COMMAND --help` prints. What all of them promise, exit statuses",
        "included, stands in the [contract](/contract.md#commands).",
        "",
    ]
    for name in _COMMAND.findall(_help()):
        lines += [f"## indicators {name}", "", "```text", _help(name), "```", ""]
    return "\n".join(lines)


def _help(*command: str) -> str:
    printed = io.StringIO()
    with redirect_stdout(printed), suppress(SystemExit):
        build_parser().parse_args([*command, "--help"])
    return printed.getvalue().rstrip()


def decisions_page(root: Path = ROOT) -> str:
    """All decision records by number."""
    rows, names = [], []
    for path in sorted((root / DOCS / "decisions").glob("[0-9]*.md")):
        head = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        number, _, title = head.partition(" ")
        rows.append((number, f"[{title}]({path.name})"))
        names.append(path.stem)
    lines = [
        "# Decisions",
        "",
        "Why things are as they are: a page a question, with what was chosen and what was not.",
        "",
    ]
    lines += markdown_table(("number", "question"), rows)
    return "\n".join([*lines, "```{toctree}", ":hidden:", "", *names, "```", ""])
