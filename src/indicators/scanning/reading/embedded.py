"""Files that stand encoded in a text: ``data:`` addresses and long runs of base64."""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from indicators.scanning.pieces import Blob

_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w.=+\"'-]+)*),([^\"'<>)\s\0]+)", re.IGNORECASE)
# Whole lines of it, as in mails and notebooks, or one long run.
_RUN = re.compile(r"[A-Za-z0-9+/_-]{60,}(?:\r?\n[A-Za-z0-9+/_-]+)*={0,2}")
_DIGEST = re.compile(r"[0-9a-f]+")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|&#?\w{1,8};|=2[BD]")
_UNICODE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})")
# As mails have them (quoted-printable).
_OF_MAILS = re.compile("=(2[BD]|3[0-9])")


def blobs_of(text: str, place: str) -> Iterator[Blob]:
    """Files in ``data:`` addresses of a text, and what its runs of base64 may be."""
    # Most texts hold none, and one word tells it at once.
    for match in _DATA.finditer(text) if "data:" in text.lower() else ():
        kind, options, content = match.groups()
        data = unquote_to_bytes(content)
        is_packed = "base64" in options.lower()
        data = _decode(data.decode("ascii", "ignore")) if is_packed else data
        # What is not packed is found where it stands.
        if is_packed or "%" in content:
            yield _blob(data, place, f"data {kind or 'text/plain'}", kind or "")
    for run in _RUN.findall(_DATA.sub(" ", text)):
        # A digest packs nothing.
        if not _DIGEST.fullmatch(run):
            for data in decode_lines(run):
                yield Blob(_within(place, "base64"), "embedded", io.BytesIO(data), sure=False)


def unescaped(text: str) -> str | None:
    r"""A text with percent signs, ``\u``, ``\x`` and entities undone, where it has any."""
    if not _ESCAPED.search(text):
        return None
    text = _UNICODE.sub(lambda match: chr(int(match[1] or match[2], 16)), html.unescape(text))
    text = _OF_MAILS.sub(lambda match: chr(int(match[1], 16)), text)
    return unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", errors="replace")


def decode_lines(text: str) -> Iterator[bytes]:
    """The bytes of a base64 text, as notebooks hold them; none if it is no base64."""
    data = _decode(text)
    if data:
        yield data


def _blob(data: bytes, place: str, label: str, kind: str) -> Blob:
    suffix = {"image/svg+xml": ".svg", "text/html": ".html", "text/csv": ".csv"}.get(kind, "")
    return Blob(_within(place, label), f"embedded{suffix}", io.BytesIO(data))


def _within(place: str, label: str) -> str:
    return f"{place}, {label}" if place else label


def _decode(text: str) -> bytes:
    compact = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    # One character over makes no byte; it belongs to what stands beside the run.
    compact = compact[: len(compact) - (len(compact) % 4 == 1)]
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4))
    except (binascii.Error, ValueError):
        return b""
