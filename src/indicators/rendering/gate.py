"""The gate: everything in a text that the named subset of Quarto's syntax does not know.

Both renderers read the same sources. What only one of them understands, or understands
differently, is refused here, each with its place and before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from indicators.rendering import attributes, crossrefs, pictures, structure
from indicators.rendering.masking import Text
from indicators.rendering.places import Problem


@dataclass(frozen=True)
class Checked:
    """What the gate found: problems, and the pictures the text names."""

    problems: tuple[Problem, ...]
    images: Mapping[str, bytes]


def check(
    text: Text, folder: Path, media: Mapping[str, bytes], *, number_sections: bool
) -> Checked:
    """Check a text.

    Args:
        text: The source's body, includes and metadata already in place.
        folder: Where the source stands; its pictures stand in or below it.
        media: Pictures that stand in the notebook itself, by name.
        number_sections: Whether sections are numbered, without which they cannot be referred to.
    """
    images: dict[str, bytes] = {}
    problems = [
        *_on_text(text, number_sections=number_sections),
        *pictures.problems(text, folder, media, images),
    ]
    return Checked(tuple(problems), images)


def _on_text(text: Text, *, number_sections: bool) -> Iterator[Problem]:
    yield from structure.problems(text)
    yield from attributes.problems(text)
    yield from crossrefs.problems(text, number_sections=number_sections)
