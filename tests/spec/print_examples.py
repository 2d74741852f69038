"""Writes ``docs/method-examples.md`` from the examples: ``python tests/spec/print_examples.py``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "src")]

from examples import Example, Lines, load  # noqa: E402

from indicators import catalogue  # noqa: E402

PAGE = ROOT / "docs" / "method-examples.md"

OPENING = """\
# Worked examples: figures from published counts

Made by `tests/spec/print_examples.py` from `tests/spec/published/`; the tests compute every
example. Change the examples and not this page.

`...` is a count of 1–4 that StatFin hides; an empty cell of a result is missing. The columns are
those of StatFin's table 12r5 and of the long table. Percentages are shown here with four decimals
at most; the table holds them unrounded.
"""


def page() -> str:
    """The whole page in Markdown."""
    parts = [OPENING]
    known = catalogue.load()
    for indicator_id, examples in groupby(load(), key=lambda example: example.indicator):
        indicator = known.indicator(indicator_id)
        parts.append(f"## {indicator.number}. {indicator.short.en}\n\n`{indicator.id}`\n")
        parts += ["\n".join(_told(example)) for example in examples]
    return "\n".join(parts)


def _told(example: Example) -> Iterator[str]:
    yield f"### {example.title}\n"
    yield f"{example.why.strip()}\n"
    for code, members in example.groups.items():
        yield f"Group `{code}`: {', '.join(members)}.\n"
    for vintage, lines in example.given.items():
        yield f"Published, vintage {vintage}:\n"
        yield from _table(lines)
    yield "Computed:\n"
    yield from _table(example.expected)


def _table(lines: Lines) -> Iterator[str]:
    header, *rows = lines
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join('' if cell == '-' else cell for cell in row)} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
