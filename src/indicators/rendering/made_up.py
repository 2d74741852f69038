"""The mark of made-up data in a picture: a word in a strip below it, whoever drew it."""

from __future__ import annotations

import io
import re
from html import escape

# The strip below the picture, and its letters, as shares of the picture's height; in a picture's
# own units, such as points.
_STRIP, _LETTERS = 0.06, 0.6
_LEAST, _MOST = 14.0, 48.0
_INK = "#7d4a00"
_ROOT = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_NUMBER = re.compile(r"\s*([0-9.]+)\s*([a-z%]*)")


def mark_picture(content: bytes, ending: str, text: str) -> bytes:
    """Write a word below a picture, to the right.

    Args:
        content: The picture.
        ending: ``svg``, ``png`` or ``jpg``.
        text: The word.

    Returns:
        A higher picture of the same kind; the same picture gives the same bytes.
    """
    if ending == "svg":
        return _mark_svg(content.decode("utf-8"), text).encode("utf-8")
    return _mark_raster(content, ending, text)


def _mark_svg(svg: str, text: str) -> str:
    found = _ROOT.search(svg)
    if found is None or "</svg>" not in svg:
        return svg
    root = found[0]
    left, top, width, height = _view_box(root)
    strip = _strip(height)
    box = f'viewBox="{left:g} {top:g} {width:g} {height + strip:g}"'
    marked = re.sub(r'viewBox="[^"]*"', "", root)
    marked = re.sub(
        r'\bheight="([^"]*)"', lambda old: _higher(old, strip / height), marked, count=1
    )
    marked = f"{marked.rstrip('>').rstrip('/').rstrip()} {box}>"
    word = (
        f'<text x="{left + width - strip * 0.3:g}" y="{top + height + strip * 0.7:g}" '
        f'text-anchor="end" font-family="Inter, sans-serif" font-weight="600" '
        f'font-size="{strip * _LETTERS:g}" fill="{_INK}">{escape(text)}</text>'
    )
    ground = (
        f'<rect x="{left:g}" y="{top + height:g}" width="{width:g}" height="{strip:g}" '
        'fill="#ffffff"/>'
    )
    body, _, rest = svg[found.end() :].rpartition("</svg>")
    return f"{svg[: found.start()]}{marked}{body}{ground}{word}</svg>{rest}"


def _view_box(root: str) -> tuple[float, float, float, float]:
    box = re.search(r'viewBox="([^"]*)"', root)
    if box:
        left, top, width, height = map(float, box[1].replace(",", " ").split())
        return left, top, width, height
    sizes = [re.search(rf'\b{name}="([0-9.]+)', root) for name in ("width", "height")]
    width, height = (float(size[1]) if size else 400.0 for size in sizes)
    return 0.0, 0.0, width, height


def _higher(height: re.Match[str], share: float) -> str:
    number = _NUMBER.match(height[1])
    if number is None or number[2] == "%":
        return height[0]
    return f'height="{float(number[1]) * (1 + share):g}{number[2]}"'


def _strip(height: float) -> float:
    return min(max(height * _STRIP, _LEAST), _MOST)


def _mark_raster(content: bytes, ending: str, text: str) -> bytes:
    # Imported here: most runs have nothing made up that is no SVG.
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.open(io.BytesIO(content)).convert("RGB")
    strip = round(_strip(picture.height))
    marked = Image.new("RGB", (picture.width, picture.height + strip), "#ffffff")
    marked.paste(picture)
    place = (picture.width - strip * 0.3, picture.height + strip * 0.5)
    font = ImageFont.load_default(strip * _LETTERS)
    ImageDraw.Draw(marked).text(place, text, _INK, font, anchor="rm")
    written = io.BytesIO()
    marked.save(written, "JPEG" if ending == "jpg" else "PNG", quality=95)
    return written.getvalue()
