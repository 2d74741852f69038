"""A figure of monthly series: panels of one size with what stands behind and beside their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pandas as pd

from indicators.reporting.charts import marks, style
from indicators.reporting.charts.frame import Frame, day_number, numbers_up
from indicators.reporting.charts.grid import Grid
from indicators.reporting.charts.marks import EndName
from indicators.reporting.charts.svg import LEADING, Drawing
from indicators.reporting.paths import FONTS
from indicators.reporting.voice import Voice
from indicators.settings import Settings

# Points between a panel and the middle of its title's last line, and around its numbers.
TITLE_ABOVE, AROUND_NUMBERS = 24, 6


@dataclass(frozen=True, slots=True)
class Plan:
    """A panel before it is drawn.

    Attributes:
        high: Value at its upper edge.
        title: Above it.
        names: Of its lines, at their ends.
        labelled: Whether numbers stand up the side, if there is room for them.
    """

    high: float
    title: str = ""
    names: Sequence[EndName] = ()
    labelled: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the panels of a figure share.

    Attributes:
        drawing: What they are drawn on.
        settings: The project, whose trial is shaded.
        voice: Says numbers.
        index: The months drawn.
        breaks: Months of the breaks to mark, in the order of their letters.
        grid: How the panels stand.
        trial_name: Written above the first panel.
    """

    drawing: Drawing
    settings: Settings
    translator: Voice
    index: pd.Index
    breaks: Sequence[str] = ()
    layout: Grid = field(default_factory=Grid)
    trial_name: str = ""

    @contextmanager
    def panels(self, specs: Sequence[Plan]) -> Iterator[list[Frame]]:
        """Panels to draw lines into: scales and marks stand behind them, names go on top.

        Args:
            specs: In reading order.
        """
        panels = self._panel_axes(specs)
        for number, (panel, spec) in enumerate(zip(panels, specs, strict=True)):
            self._draw_background(number, panel, spec)
        yield panels
        for panel, spec in zip(panels, specs, strict=True):
            marks.end_names(panel, spec.names, self.index[-1])

    def _panel_axes(self, specs: Sequence[Plan]) -> list[Frame]:
        numbers = max(self._numbers_width(spec) for spec in specs) + AROUND_NUMBERS
        room = max(marks.room_for(self.drawing, spec.names) for spec in specs)
        days = day_number(self.index[0]), day_number(self.index[-1])
        boxes = self.layout.boxes(self.drawing, len(specs), numbers)
        return [
            Frame(self.drawing, box, room, *days, spec.high)
            for box, spec in zip(boxes, specs, strict=True)
        ]

    def _numbers_width(self, spec: Plan) -> float:
        words = [self.translator.number(value) for value in numbers_up(spec.high)]
        return max(self.drawing.width_of(word, style.NAME) for word in words)

    def _draw_background(self, number: int, panel: Frame, spec: Plan) -> None:
        trial, last = self.settings.trial, self.index[-1].date()
        name = "" if number else self.trial_name
        marks.trial_band(panel, trial.start, trial.end, last, name)
        named = spec.labelled and not (self.layout.one_scale and number % self.layout.columns)
        marks.number_axis(panel, self.translator, named=named)
        marks.time_axis(panel, self.index[0].date(), last)
        marks.break_lines(panel, self.breaks)
        _title(panel, spec.title)


def blank(settings: Settings, height: float) -> Drawing:
    """An empty drawing of a height in points."""
    return Drawing(style.WIDE, height, settings.root / FONTS)


def _title(panel: Frame, title: str) -> None:
    """A title of one or more lines, the last of them above the letters of the breaks."""
    if title:
        lines = title.count("\n")
        middle = panel.box.top - TITLE_ABOVE - lines / 2 * LEADING * style.TITLE
        panel.drawing.text(panel.box.left, middle, title, style.TITLE, bold=True)
