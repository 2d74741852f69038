"""Loads the definitions, all faults at once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from indicators.catalogue import build, placeholders, validation
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.model import Indicator, SeriesBreak
from indicators.catalogue.reader import Table
from indicators.errors import DataError

# The wheel is always unpacked, so no importlib.resources: it would cost a third of the load.
_DEFINITIONS = Path(__file__).parent / "definitions"
_SHARED = (
    "labels.toml",
    "headings.toml",
    "units.toml",
    "parameters.toml",
    "context.toml",
    "breaks.toml",
)
_INDICATOR_FILE = re.compile(r"\d\d_\w+\.toml")


@cache
def load() -> Catalogue:
    """The catalogue that comes with the package, read once a process.

    Raises:
        DataError: A definition is faulty; ``details`` lists all faults.
    """
    return load_from(_DEFINITIONS)


def load_from(directory: Path) -> Catalogue:
    """The catalogue of another directory of definitions.

    Raises:
        DataError: A definition is faulty; ``details`` lists all faults, each as
            ``file: key path: reason``.
    """
    problems: list[str] = []
    roots = _read_files(directory, problems)
    # What an unreadable file defines would be missed in every other one: that is only noise.
    _raise_if_any(problems, directory)
    catalogue = _assemble(roots, problems)
    _raise_if_any(problems, directory)
    return catalogue.in_force({})


def _raise_if_any(problems: list[str], directory: Path) -> None:
    if problems:
        count = f"{len(problems)} fault{'s' if len(problems) > 1 else ''}"
        raise DataError(
            f"catalogue {directory}: {count}; mend the definition files named below", problems
        )


def _read_files(directory: Path, problems: list[str]) -> dict[str, Table]:
    """Every definition file as a table."""
    if not directory.is_dir():
        raise DataError(f"catalogue {directory}: no such directory of definition files")
    roots = {}
    for file in sorted(directory.iterdir()):
        if file.name in _SHARED or _INDICATOR_FILE.fullmatch(file.name):
            roots[file.name] = Table(file.name, "", _parse(file, problems), problems)
        else:
            problems.append(f"{file.name}: not a definition file")
    problems.extend(f"{name}: file is missing" for name in _SHARED if name not in roots)
    return roots


def _parse(file: Path, problems: list[str]) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        problems.append(f"{file.name}: cannot be read as TOML: {error}")
        return {}


def _assemble(roots: dict[str, Table], problems: list[str]) -> Catalogue:
    labels = build.read_labels(roots["labels.toml"])
    labels["heading"] = build.read_headings(roots["headings.toml"])
    units = build.read_units(roots["units.toml"])
    parameters = build.read_parameters(roots["parameters.toml"], units)
    words = build.Vocabulary(labels, units, parameters)
    indicators = _indicators(roots, words, problems)
    context = _context(roots["context.toml"], words)
    located = [*indicators, *(("context.toml", one) for one in context)]
    problems.extend(validation.across_indicators(located))
    problems.extend(validation.unused_parameters(parameters.values(), (one for _, one in located)))
    ordered = tuple(sorted((one for _, one in indicators), key=lambda one: one.number))
    return Catalogue(
        indicators=ordered,
        written=ordered,
        context=context,
        breaks=_breaks(roots["breaks.toml"], words, [one.id for _, one in located], problems),
        parameters=parameters,
        units=units,
        labels=labels,
    )


def _indicators(
    roots: dict[str, Table], words: build.Vocabulary, problems: list[str]
) -> list[tuple[str, Indicator]]:
    found = []
    for name, root in roots.items():
        if name not in _SHARED:
            indicator = build.read_indicator(root, words)
            problems.extend(validation.file_name(name, indicator))
            faults = placeholders.problems(indicator)
            problems.extend(f"{name}: {place}: {reason}" for place, reason in faults)
            found.append((name, indicator))
    return found


def _context(root: Table, words: build.Vocabulary) -> tuple[Indicator, ...]:
    tables = root.tables("series")
    root.close()
    return tuple(build.read_indicator(table, words, context=True) for table in tables)


def _breaks(
    root: Table, words: build.Vocabulary, known: list[str], problems: list[str]
) -> tuple[SeriesBreak, ...]:
    tables = root.tables("breaks")
    root.close()
    breaks = [build.read_break(table, words.labels["grade"], known) for table in tables]
    problems.extend(validation.across_breaks(root.file, breaks))
    return tuple(sorted(breaks, key=lambda one: one.date))
