"""The page: one HTML file with its style, fonts and pictures inside."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from indicators.errors import RenderingError

TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".woff2": "font/woff2",
}
URL = re.compile(r"""url\(\s*["']?(?P<path>[^"')]+)["']?\s*\)""")
STYLESHEET = re.compile(r'<link rel="stylesheet" href="(?P<number>\d+)" />')
SOURCE = re.compile(r'(?P<start><img\b[^>]*?\bsrc=")(?P<path>[^"]*)"', re.DOTALL)


def self_contained(text: str, images: Mapping[str, bytes], sheets: Sequence[Path]) -> str:
    """Put style sheets and pictures into a page.

    Args:
        text: The page; it names its style sheets by their number in ``sheets``.
        images: The pictures by the names the page gives them.
        sheets: The style sheets.

    Raises:
        RenderingError: A file a style sheet names is missing.
    """

    def style(match: re.Match[str]) -> str:
        return f"<style>\n{_style(sheets[int(match['number'])])}</style>"

    def picture(match: re.Match[str]) -> str:
        name = html.unescape(match["path"])
        return f'{match["start"]}{data_uri(name, images[name])}"'

    return SOURCE.sub(picture, STYLESHEET.sub(style, text))


def data_uri(name: str, content: bytes) -> str:
    """A file's content as an address that needs no request."""
    kind = TYPES[PurePosixPath(name).suffix.lower()]
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _style(path: Path) -> str:
    def inlined(match: re.Match[str]) -> str:
        name = match["path"]
        try:
            return f"url({data_uri(name, (path.parent / name).read_bytes())})"
        except OSError as error:
            message = f"{path.name}: names `{name}`, which cannot be read ({error.strerror})"
            raise RenderingError(message) from error

    return URL.sub(inlined, path.read_text(encoding="utf-8"))
