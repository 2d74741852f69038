"""Pictures: each is there, stands with its source, and is told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from indicators.rendering.attributes import PART, unquoted
from indicators.rendering.masking import Text
from indicators.rendering.places import Problem

IMAGE = re.compile(
    r"!\[(?P<caption>(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*)\]"
    r"\((?P<path><[^>\n]*>|[^)\s]*)(?:\s+\"[^\"]*\")?\)"
    r"(?P<attr>\{(?:[^{}\"']|\"(?:[^\"\\]|\\.)*\"|'[^']*')*\})?"
)
ENDINGS = frozenset({".svg", ".png", ".jpg", ".jpeg"})


def problems(
    text: Text, folder: Path, media: Mapping[str, bytes], images: dict[str, bytes]
) -> Iterator[Problem]:
    """Check every picture; the bytes of those that are in order go into ``images``."""
    for match in IMAGE.finditer(text.prose):
        place = text.place(match.start())
        name = match["path"].strip("<>")
        if not _alt(match):
            yield Problem(place, f'picture `{name}` has no alt text; add {{fig-alt="…"}}')
        content = media.get(name)
        refusal = "" if content is not None else _refusal(name, folder)
        if refusal:
            yield Problem(place, f"picture `{name}` {refusal}")
        else:
            images[name] = content if content is not None else (folder / name).read_bytes()


def _alt(match: re.Match[str]) -> str:
    """The words for a picture: ``fig-alt`` or ``alt``, within a line also its bracketed text."""
    for part in PART.finditer(match["attr"] or ""):
        if part["key"] in ("fig-alt", "alt"):
            return unquoted(part["value"]).strip()
    return ""


def _refusal(name: str, folder: Path) -> str:
    if re.match(r"[a-z][a-z0-9+.-]*:|//", name, re.IGNORECASE):
        return "comes from elsewhere; a page makes no request, so put the file beside the source"
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return "must stand in the folder of its source or below it"
    if path.suffix.lower() not in ENDINGS:
        return "is not one of svg, png, jpg"
    if not (folder / name).is_file():
        return "is not there"
    return ""
