"""``indicators catalogue`` and ``new``: definitions, and files of one's own to begin with.

Nothing here needs pandas: the definitions come at once.
"""

from __future__ import annotations

import argparse
import keyword
import re
from importlib.resources import files
from pathlib import Path

from indicators.catalogue import show
from indicators.catalogue.catalogue import EVERY
from indicators.catalogue.loading import load_catalogue
from indicators.cli.main import definitions, load_project
from indicators.cli.streams import print_json
from indicators.errors import UsageError

_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST_ID, _LAST_NUMBER = 40, 99
_EXAMPLE_ID, _EXAMPLE_NUMBER = "an_example", "number = 21"
_REGISTER = Path("src/indicators/measures/register")
_DEFINITIONS = Path("src/indicators/catalogue/definitions")
_SPECS = Path("tests/spec/register")

_OWN_NOTEBOOKS = Path("notebooks/own")
_NEXT_NOTEBOOK = """\
written: {path}

It runs as it stands, and shows a table and a figure of the unemployment share:

  indicators report --month {month} --notebook own/{name}.ipynb

Next: open it in JupyterLab, change title, cells and words, run the line above again. Its page is
{place}.{pattern}
docs/own-notebooks.md says what a notebook can show and read.
"""
_PUBLISHED_PLACE = "linked from the front page and from the month's report"
_DRAFT_PLACE = (
    "a draft: marked on every page, below data/internal/drafts/ and never on the site. To publish\n"
    "it, take `draft: true` out of its first cell; it reads protected tables alone then"
)
_NEXT = """\
{written}

It runs as it stands, and counts the unemployed on the count day:

  indicators explain {id}
  indicators compute --months 2022-05 --register data/register --out {id}.csv
  python -m pytest tests/spec tests/unit/catalogue -q

Next, each place marked TODO: first the examples, what must come out of a few records; then the
definition in fi, sv and en; then the measure and its account, until the examples pass.
CONTRIBUTING.md, "A new indicator", has the recipe.
"""


def catalogue_command(options: argparse.Namespace) -> None:
    """Print the definitions, with the values of parameters that are in force."""
    catalogue = definitions(options.project)
    if options.format == "json":
        print_json(show.catalogue_json(options.lang, catalogue))
        return
    formats = {"table": show.catalogue_table, "csv": show.catalogue_csv}
    print(formats[options.format](options.lang, catalogue), end="")


def new_command(options: argparse.Namespace) -> None:
    """Write the files, and say what to do next.

    Raises:
        UsageError: The id is none or taken, or this is no source checkout; a notebook of the name
            is there already.
    """
    if options.kind == "notebook":
        _new_notebook(options)
        return
    if options.draft:
        raise UsageError("--draft: is for a notebook; an indicator has none")
    written = write_indicator(options.id, Path(__file__).parents[3])
    lines = "\n".join(f"written: {path}" for path in written)
    print(_NEXT.format(written=lines, id=options.id), end="")


def _new_notebook(options: argparse.Namespace) -> None:
    project = load_project(options.project)
    path = write_notebook(options.id, project.root, draft=options.draft)
    patterns = project.report.notebooks
    named = any(path.relative_to(project.root / "notebooks").match(text) for text in patterns)
    pattern = (
        ""
        if named
        else "\n\nThe settings do not name it yet; write in indicators.toml, below [report]:\n\n"
        f"  notebooks = {[*patterns, 'own/*.ipynb']}".replace("'", '"')
    )
    print(
        _NEXT_NOTEBOOK.format(
            path=path.relative_to(project.root),
            name=path.stem,
            month=project.report.months[0],
            place=_DRAFT_PLACE if options.draft else _PUBLISHED_PLACE,
            pattern=pattern,
        ),
        end="",
    )


def write_notebook(name: str, root: Path, *, draft: bool) -> Path:
    """Write a notebook of one's own; nothing is overwritten.

    Args:
        name: Of the file, without folder and ending.
        root: The project's folder.
        draft: Whether it is a draft.

    Returns:
        The notebook.

    Raises:
        UsageError: The name is none, or taken.
    """
    name = name.removesuffix(".ipynb")
    if not _ID.fullmatch(name) or len(name) > _LONGEST_ID:
        raise UsageError(
            f"notebook {name!r}: write small letters a–z, digits and single underscores, a letter "
            f"first, at most {_LONGEST_ID} characters, such as vacancies"
        )
    path = root / _OWN_NOTEBOOKS / f"{name}.ipynb"
    if path.exists():
        raise UsageError(f"{path}: is there already; choose another name, or delete it first")
    text = files("indicators.templates").joinpath("notebook.ipynb").read_text(encoding="utf-8")
    text = text.replace("A page of one's own", name.replace("_", " ").capitalize())
    text = text.replace('"draft: false', '"draft: true') if draft else text
    path.parent.mkdir(parents=True, exist_ok=True)
    _write({path: text})
    return path


def write_indicator(indicator: str, root: Path) -> tuple[Path, Path, Path]:
    """Write definition, measure and spec of a new indicator; nothing is overwritten.

    Args:
        indicator: Its id.
        root: The source checkout.

    Returns:
        The three files, below the root.

    Raises:
        UsageError: See :func:`new_command`.
    """
    _refuse_bad_id(indicator)
    if not ((root / _REGISTER).is_dir() and (root / "tests/spec").is_dir()):
        raise UsageError(
            f"{root}: no source checkout; an indicator is a part of the package: clone the "
            "repository, install it with `pip install -e .` and run this there"
        )
    number = max(known.number for known in load_catalogue().indicators) + 1
    if number > _LAST_NUMBER:
        raise UsageError(
            f"number {number}: a definition's file has two digits; take one away first"
        )
    name = f"{number:02d}_{indicator}.toml"
    targets = {
        _DEFINITIONS / name: "definition.toml",
        _REGISTER / f"{indicator}.py": "measure.py",
        _SPECS / name: "spec.toml",
    }
    # A module and a folder of the same name would hide one another.
    places = [*targets, _REGISTER / indicator]
    if taken := [str(path) for path in places if (root / path).exists()]:
        raise UsageError(f"{', '.join(taken)}: is there already; choose another id")
    _write({root / path: _text(source, indicator, number) for path, source in targets.items()})
    definition, measure, spec = targets
    return definition, measure, spec


def _refuse_bad_id(indicator: str) -> None:
    if not _ID.fullmatch(indicator) or len(indicator) > _LONGEST_ID:
        raise UsageError(
            f"id {indicator!r}: write small letters a–z, digits and single underscores, a letter "
            f"first, at most {_LONGEST_ID} characters, such as service_waiting_time"
        )
    definitions = load_catalogue()
    taken = {known.id for known in (*definitions.indicators, *definitions.context)}
    if indicator in {*taken, *definitions.parameters, EVERY} or keyword.iskeyword(indicator):
        raise UsageError(
            f"id {indicator!r}: is taken; `indicators catalogue` lists all, choose another"
        )


def _text(template: str, indicator: str, number: int) -> str:
    text = files("indicators.templates").joinpath(template).read_text(encoding="utf-8")
    return text.replace(_EXAMPLE_ID, indicator).replace(_EXAMPLE_NUMBER, f"number = {number}")


def _write(texts: dict[Path, str]) -> None:
    """All files or none."""
    written: list[Path] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
    except BaseException:
        for path in written:
            path.unlink()
        raise
