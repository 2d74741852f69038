"""Letters that are remembered: the same drawings to the byte as without."""

from io import StringIO
from pathlib import Path

import pytest
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties

from indicators.reporting.charts.drawing import REGULAR, SEMIBOLD, GlyphCache
from indicators.reporting.files import FONTS

ROOT = Path(__file__).resolve().parents[3]
TEXTS = ("2021", "Hollola 12,5 %", "2021", "työttömiä", "", " ", "2021–2023", "Hollola 12,5 %")


def drawn(letters: GlyphCache | None = None) -> str:
    """A drawing with texts in two fonts, some of them twice; with other letters than its own."""
    written = StringIO()
    on = RendererSVG(200, 100, written, metadata={"Date": None, "Creator": None})
    if letters is not None:
        on._text2path = letters
    for number, text in enumerate(TEXTS):
        file = SEMIBOLD if number % 3 else REGULAR
        font = FontProperties(fname=ROOT / FONTS / file, size=8 + number % 2)
        on.draw_text(on.new_gc(), 5, 10 * number, text, font, 0)
    on.finalize()
    return written.getvalue()


def test_remembered_letters_are_drawn_as_matplotlib_draws_them() -> None:
    letters = GlyphCache()
    assert [drawn(letters) for _ in range(2)] == [drawn()] * 2
    assert drawn().count("<use") > 30


def test_a_text_is_laid_out_once_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = GlyphCache()
    drawn(letters)
    assert len(letters._known) == len(
        {(at % 3 > 0, text) for at, text in enumerate(TEXTS)} - {("", "")}
    )
    monkeypatch.setattr("indicators.reporting.charts.drawing._MOST_TEXTS", 3)
    drawn(few := GlyphCache())
    assert 0 < len(few._known) <= 3
