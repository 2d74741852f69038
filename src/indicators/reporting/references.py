"""References of an executed report to what its notebook no longer shows.

Whoever drops a section, a figure or a table deletes its cells. The texts of the others may refer
to it: such a reference becomes words, so that nothing leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from indicators.reporting.wording import Translator

# Labels are defined by attributes, or by an option of a cell whose output is a figure or a table.
_DEFINED = re.compile(r"\{#(?P<attribute>[\w-]+)|^#\| *label: *(?P<option>[\w-]+)", re.MULTILINE)
_REFERENCE = re.compile(r"\[-?@(?P<label>(?:fig|tbl)-[\w-]+)\]")
_LINK = r"\[(?P<{text}>[^\]\n]*)\]\(#(?P<{label}>sec-[\w-]+)\)"
# Of a list of links the whole entry goes, with the dot that sets it apart.
_LINKS = re.compile(
    rf"{_LINK.format(text='first', label='first_label')} · "
    rf"| · {_LINK.format(text='later', label='later_label')}"
    rf"|{_LINK.format(text='alone', label='alone_label')}"
)
MARKDOWN = "text/markdown"


def mend_references(cells: Sequence[Mapping[str, Any]], language: str) -> None:
    """Put words in the place of references that lead to no figure, table or section.

    Only in what cells have shown: a slip in a text that a person has typed is for the renderer to
    refuse.

    Args:
        cells: An executed notebook's; changed in place.
        language: ``fi``, ``sv`` or ``en``.
    """
    shown = list(_markdown_outputs(cells))
    texts = [_joined(cell.get("source", "")) for cell in cells]
    texts += [_joined(data[MARKDOWN]) for data in shown]
    labels = {
        match["attribute"] or match["option"] for text in texts for match in _DEFINED.finditer(text)
    }
    for data in shown:
        text = _joined(data[MARKDOWN])
        mended = mended_text(text, labels, language)
        if mended != text:
            data[MARKDOWN] = mended


def mended_text(text: str, labels: set[str], language: str) -> str:
    """A text whose references to labels that are not there have become words."""
    left_out = Translator(language)("common.left_out")

    def without_link(match: re.Match[str]) -> str:
        kind = next(kind for kind in ("first", "later", "alone") if match[f"{kind}_label"])
        if match[f"{kind}_label"] in labels:
            return match[0]
        return match["alone"] if kind == "alone" else ""

    def without_reference(match: re.Match[str]) -> str:
        return match[0] if match["label"] in labels else left_out

    return _REFERENCE.sub(without_reference, _LINKS.sub(without_link, text))


def _markdown_outputs(cells: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for cell in cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if MARKDOWN in data:
                yield data


def _joined(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
