"""Letters as outlines, laid out once a text: months, years and names stand in many figures."""

from __future__ import annotations

from typing import Any

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import TextToPath

_MOST = 4096
"""Texts remembered: a report in one language has some hundreds."""

Laid = tuple[list[Any], dict[str, Any], list[Any]]
"""Places of the letters, their outlines by name, and what else is drawn."""


class Letters(TextToPath):
    """Matplotlib's own outlines, remembered."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, str], Laid] = {}

    def get_glyphs_with_font(
        self,
        font: FT2Font,
        s: str,
        glyph_map: dict[str, Any] | None = None,
        return_new_glyphs_only: bool = False,
        **options: Any,
    ) -> Laid:
        """As matplotlib's; a text that was laid out before in a font is not laid out again."""
        if glyph_map is None or not return_new_glyphs_only or any(options.values()):
            laid: Laid = super().get_glyphs_with_font(
                font, s, glyph_map, return_new_glyphs_only, **options
            )
            return laid
        key = (str(font.fname), s)
        if key not in self._known:
            if len(self._known) == _MOST:
                self._known.clear()
            self._known[key] = super().get_glyphs_with_font(font, s)
        places, outlines, more = self._known[key]
        new = {name: outline for name, outline in outlines.items() if name not in glyph_map}
        return places, new, more


LETTERS = Letters()


def share_letters(renderer: RendererSVG) -> RendererSVG:
    """Give a renderer the letters that all drawings share."""
    renderer._text2path = LETTERS
    return renderer
