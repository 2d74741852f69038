"""The drawing itself: what its file holds."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import svg

from indicators.errors import UsageError
from indicators.reporting.charts import letters
from indicators.reporting.charts.svg import Drawing, known_parts
from indicators.reporting.paths import FONTS

ROOT = Path(__file__).resolve().parents[3]
X = np.arange(4.0)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[[Callable[[Drawing], None]], ElementTree.Element]:
    """The file of what a function draws."""

    def made(draw: Callable[[Drawing], None]) -> ElementTree.Element:
        drawing = Drawing(100, 50, ROOT / FONTS)
        draw(drawing)
        drawing.save(tmp_path / "deeper" / "a.svg")
        return ElementTree.parse(tmp_path / "deeper" / "a.svg").getroot()

    return made


Drawn = Callable[[Callable[[Drawing], None]], ElementTree.Element]


def test_a_line_is_broken_where_it_is_not_known(drawn: Drawn) -> None:
    root = drawn(lambda on: on.line(X, np.array([1, 2, nan, 3]), "#000", 1))
    [path] = root.findall(f"{SVG}path")
    # A known month alone is a dot.
    assert path.get("d") == "M0.00 1.00L1.00 2.00M3.00 3.00L3.00 3.00"
    assert path.get("stroke-dasharray") is None


def test_dashes_are_written(drawn: Drawn) -> None:
    [path] = drawn(lambda on: on.line(X, X, "#000", 1, (3, 2))).findall(f"{SVG}path")
    assert path.get("stroke-dasharray") == "3 2"


def test_an_area_is_open_where_an_edge_is_not_known(drawn: Drawn) -> None:
    root = drawn(lambda on: on.area(X, np.array([0, 0, nan, nan]), X, "#000"))
    [path] = root.findall(f"{SVG}path")
    assert path.get("d") == "M0.00 0.00L1.00 1.00L1.00 0.00L0.00 0.00Z"


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
    found = [(one.start, one.stop) for one in known_parts(np.array(values, dtype=float))]
    assert found == parts


def test_letters_are_outlines_each_held_once_and_the_words_are_beside_them(
    drawn: Drawn, tmp_path: Path
) -> None:
    root = drawn(lambda on: on.text(5, 5, "Anna--\n<A> & ä", 10, bold=True))
    held = [path.get("id") for path in root.findall(f"{SVG}defs/{SVG}path")]
    assert len(held) == len(set(held)) == len(set("Anna--<A> & ä") - {" "})
    assert len(root.findall(f"{SVG}g")) == 2
    assert svg.texts(tmp_path / "deeper" / "a.svg") == ["Anna- -\n&lt;A&gt; &amp; ä"]


def test_a_text_stands_by_its_start_middle_or_end(drawn: Drawn) -> None:
    def draw(on: Drawing) -> None:
        for anchor in ("start", "middle", "end"):
            on.text(50, 10, "2022", 10, anchor=anchor)

    wide = letters.load(ROOT / FONTS, letters.REGULAR).width("2022", 10)
    places = [one.get("transform", "") for one in drawn(draw).findall(f"{SVG}g")]
    starts = [float(one.split("(")[1].split()[0]) for one in places]
    assert starts == pytest.approx([50, 50 - wide / 2, 50 - wide], abs=0.01)


def test_widths_are_the_fonts_own() -> None:
    regular, bold = (letters.load(ROOT / FONTS, one) for one in (letters.REGULAR, letters.SEMIBOLD))
    assert regular.width("", 10) == 0
    assert regular.width("ab", 10) == pytest.approx(
        regular.width("a", 5) * 2 + regular.width("b", 10)
    )
    assert bold.width("abc", 10) > regular.width("abc", 10)
    assert regular.letter("a").advance == pytest.approx(562, abs=30)
    assert regular.letter(" ").outline == ""
    assert regular.letter("i").outline.startswith("M")


def test_letters_are_read_ahead_where_the_fonts_are(tmp_path: Path) -> None:
    letters.read_ahead(tmp_path)
    with pytest.raises(UsageError, match=r"Inter-Regular\.otf: the figures' font is not there"):
        letters.load(tmp_path, letters.REGULAR)
    (tmp_path / letters.REGULAR).write_bytes((ROOT / FONTS / letters.REGULAR).read_bytes())
    letters.read_ahead(tmp_path)
    read = letters.load(tmp_path, letters.REGULAR)
    (tmp_path / letters.REGULAR).unlink()
    assert read.letter("€").advance > 0


def test_rectangles_and_dots(drawn: Drawn) -> None:
    def draw(on: Drawing) -> None:
        on.rectangle(1, 2, 3, 4, "#123456")
        on.dot(5, 6, 2.5, "#654321")

    root = drawn(draw)
    assert root.findall(f"{SVG}rect")[1].get("fill") == "#123456"
    [dot] = root.findall(f"{SVG}circle")
    assert (dot.get("cx"), dot.get("cy"), dot.get("r")) == ("5.00", "6.00", "2.5")
