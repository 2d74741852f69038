"""A drawing that remembers what was drawn on it, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from indicators.reporting.charts import bars, drawing, series
from indicators.reporting.charts.drawing import LEADING, Canvas, Numbers
from indicators.reporting.files import FONTS
from indicators.settings.model import Settings

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Text:
    """A text and the rectangle it takes."""

    words: str
    left: float
    right: float
    top: float
    bottom: float

    def touches(self, other: Text) -> bool:
        """Whether two texts lie upon each other."""
        beside = self.right <= other.left or other.right <= self.left
        apart = self.bottom <= other.top or other.bottom <= self.top
        return not (beside or apart)


class RecordingCanvas(Canvas):
    """Draws as any drawing does, and remembers."""

    def __init__(self, height: float = 200, width: float = drawing.WIDE) -> None:
        super().__init__(width, height, ROOT / FONTS)
        self.texts: list[Text] = []
        self.rectangles: list[tuple[float, float, float, float, str]] = []
        self.lines: list[tuple[Numbers, Numbers, str]] = []
        self.areas: list[tuple[Numbers, Numbers, Numbers]] = []

    def text(self, x: float, y: float, text: str, size: float, *more: Any, **how: Any) -> None:
        """As a drawing; the letters' own height is about three quarters of their size."""
        super().text(x, y, text, size, *more, **how)
        wide = self.width_of(text, size, bold=how.get("bold", False))
        left = x - {"start": 0, "middle": 0.5, "end": 1}[how.get("anchor", "start")] * wide
        half = (text.count("\n") * LEADING + 0.75) * size / 2
        self.texts.append(Text(text, left, left + wide, y - half, y + half))

    def rectangle(self, left: float, top: float, width: float, height: float, colour: str) -> None:
        """As a drawing."""
        super().rectangle(left, top, width, height, colour)
        self.rectangles.append((left, top, width, height, colour))

    def line(
        self, x: Numbers, y: Numbers, colour: str, width: float, dashes: Sequence[float] = ()
    ) -> None:
        """As a drawing."""
        super().line(x, y, colour, width, dashes)
        self.lines.append((x, y, colour))

    def area(self, x: Numbers, lower: Numbers, upper: Numbers, colour: str) -> None:
        """As a drawing."""
        super().area(x, lower, upper, colour)
        self.areas.append((x, lower, upper))

    @property
    def words(self) -> list[str]:
        """The texts, in the order they were written."""
        return [drawn.words for drawn in self.texts]

    def text_drawn(self, words: str) -> Text:
        """The one text of these words."""
        [found] = [drawn for drawn in self.texts if drawn.words == words]
        return found


def record_drawings(patch: pytest.MonkeyPatch) -> list[RecordingCanvas]:
    """Have figures drawn on such paper; gives the list they will be in."""
    canvases: list[RecordingCanvas] = []

    def blank(_: Settings, height: float) -> RecordingCanvas:
        canvases.append(RecordingCanvas(height))
        return canvases[-1]

    for module in (series, bars):
        patch.setattr(module, "empty_canvas", blank)
    return canvases
