"""The drawing itself: what its file holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import nan
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import svg

from indicators.errors import UsageError
from indicators.reporting.charts.drawing import LEAST_DOT, REGULAR, Canvas, known_parts
from indicators.reporting.files import FONTS

ROOT = Path(__file__).resolve().parents[3]
X = np.arange(4.0)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[[Callable[[Canvas], None]], ElementTree.Element]:
    """The file of what a function draws."""

    def build(draw: Callable[[Canvas], None]) -> ElementTree.Element:
        drawing = Canvas(100, 50, ROOT / FONTS)
        draw(drawing)
        drawing.save(tmp_path / "deeper" / "a.svg")
        return ElementTree.parse(tmp_path / "deeper" / "a.svg").getroot()

    return build


Drawn = Callable[[Callable[[Canvas], None]], ElementTree.Element]


def paths(root: ElementTree.Element) -> list[tuple[str, str]]:
    """Course and style of all that was drawn, without the white ground and letters."""
    found = [item for item in root.findall(f"{SVG}path") if item.get("style")]
    return [(str(item.get("d")).strip(), str(item.get("style"))) for item in found[1:]]


def test_a_line_is_broken_where_it_is_not_known(drawn: Drawn) -> None:
    first, dot = paths(drawn(lambda on: on.line(X, np.array([1, 2, nan, 3]), "#123456", 1)))
    # Down the page, from the upper left corner; a known month alone is a filled dot.
    assert first[0].split() == ["M", "0", "1", "L", "1", "2"]
    across = [float(found) for found in re.findall(r"[0-9.]+", dot[0])][::2]
    assert (min(across), max(across)) == pytest.approx((3 - LEAST_DOT, 3 + LEAST_DOT), abs=0.01)
    assert "fill: #123456" in dot[1]


def test_dashes_are_written(drawn: Drawn) -> None:
    [(_, style)] = paths(drawn(lambda on: on.line(X, X, "#000000", 1, (3, 2))))
    assert "stroke-dasharray: 3,2" in style


def test_every_month_of_a_long_series_is_drawn(drawn: Drawn) -> None:
    x = np.arange(400.0)
    [(course, _)] = paths(drawn(lambda on: on.line(x / 4, x / 8, "#000000", 1)))
    assert course.count("L") == 399


def test_an_area_is_open_where_an_edge_is_not_known(drawn: Drawn) -> None:
    [(course, style)] = paths(
        drawn(lambda on: on.area(X, np.array([0, 0, nan, nan]), X, "#000000"))
    )
    assert course.split() == ["M", "0", "0", "L", "1", "1", "L", "1", "0", "L", "0", "0", "z"]
    assert "opacity: 0.85" in style


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ([], []),
        ([nan, nan], []),
        ([1, 2], [(0, 2)]),
        ([nan, 1, nan, 1, 1], [(1, 2), (3, 5)]),
    ],
)
def test_known_parts(values: list[float], parts: list[tuple[int, int]]) -> None:
    found = [(part.start, part.stop) for part in known_parts(np.array(values, dtype=float))]
    assert found == parts


def test_letters_are_outlines_each_held_once_and_the_words_are_beside_them(
    drawn: Drawn, tmp_path: Path
) -> None:
    root = drawn(lambda on: on.text(5, 5, "Anna--\n<A> & ä", 10, bold=True))
    results = [path.get("id") for path in root.iter(f"{SVG}path") if path.get("id")]
    assert len(results) == len(set(results)) == len(set("Anna--<A> & ä"))
    result = svg.texts(tmp_path / "deeper" / "a.svg")
    assert result == ["Anna- -", "&lt;A&gt; &amp; ä"]


def test_a_text_stands_by_its_start_middle_or_end(drawn: Drawn) -> None:
    wide = []

    def draw(on: Canvas) -> None:
        wide.append(on.width_of("2022", 10))
        for anchor in ("start", "middle", "end"):
            on.text(50, 10, "2022", 10, anchor=anchor)

    moved = [item.get("transform") or "" for item in drawn(draw).iter(f"{SVG}g")]
    starts = [
        float(item.split("(")[1].split()[0]) for item in moved if item.startswith("translate")
    ]
    assert starts == pytest.approx([50, 50 - wide[0] / 2, 50 - wide[0]], abs=0.01)


def test_widths_grow_with_letters_size_and_weight() -> None:
    on = Canvas(100, 50, ROOT / FONTS)
    assert on.width_of("", 10) == 0
    assert on.width_of("ab\na", 10) == on.width_of("ab", 10) > on.width_of("a", 10)
    assert on.width_of("ab", 20) == pytest.approx(2 * on.width_of("ab", 10), rel=0.02)
    assert on.width_of("abc", 10, bold=True) > on.width_of("abc", 10)


def test_a_font_that_is_not_there_is_missed(tmp_path: Path) -> None:
    on = Canvas(100, 50, tmp_path)
    with pytest.raises(UsageError, match=rf"{REGULAR}: the figures' font is not there"):
        on.text(5, 5, "A", 10)


def test_the_same_drawing_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        on = Canvas(100, 50, ROOT / FONTS)
        on.text(5, 5, "Työttömät", 10)
        on.line(X, X, "#0072b2", 1, (3, 2))
        on.save(tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert b"<dc:date>" not in (tmp_path / "a.svg").read_bytes()


def test_rectangles_and_dots(drawn: Drawn) -> None:
    def draw(on: Canvas) -> None:
        on.rectangle(1, 2, 3, 4, "#123456")
        on.dot(5, 6, 2.5, "#654321")

    (rectangle, filled), (circle, round_filled) = paths(drawn(draw))
    assert rectangle.split() == ["M", "1", "2", "L", "4", "2", "L", "4", "6", "L", "1", "6", "z"]
    assert "fill: #123456" in filled
    assert circle.startswith("M 5 3.5")
    assert "fill: #654321" in round_filled
