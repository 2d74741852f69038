"""Tables as libraries show them: heads marked, nothing of their look, nothing lost."""

from __future__ import annotations

import re

import great_tables
import numpy as np
import pandas as pd
import pyfixest
import pytest

from indicators.rendering.html_tables import ReportTable, read_tables
from indicators.rendering.made_up import mark_picture
from indicators.rendering.notebook import cell_as_markdown
from indicators.rendering.places import Place

LEVELS = pd.DataFrame(
    np.arange(8).reshape(4, 2),
    index=pd.MultiIndex.from_product([["x", "y"], [1, 2]], names=["A", "B"]),
    columns=pd.MultiIndex.from_tuples([("p", "q"), ("p", "r")], names=["top", "sub"]),
)


def only(html: str, language: str = "fi") -> ReportTable:
    [table] = read_tables(html, language).tables
    return table


def rows(table: ReportTable) -> list[list[str]]:
    return [
        [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", table.html, re.DOTALL)
    ]


@pytest.mark.parametrize("html", [LEVELS.to_html(), LEVELS.style.to_html()])
def test_levels_of_heads_keep_their_names_and_labels_stand_in_each_row(html: str) -> None:
    table = only(html)
    assert rows(table) == [
        ["A", "top", "p"],
        ["B / sub", "q", "r"],
        ["x", "1", "0", "1"],
        ["x", "2", "2", "3"],
        ["y", "1", "4", "5"],
        ["y", "2", "6", "7"],
    ]
    assert '<th scope="colgroup" colspan="2">p</th>' in table.html
    assert table.html.count('scope="row"') == 8
    assert "style" not in table.html
    assert "id=" not in table.html


def test_an_index_without_a_name_gets_a_head_in_the_language() -> None:
    html = pd.DataFrame({"n": [1]})._repr_html_()
    assert [rows(only(html, language))[0][0] for language in ("fi", "sv", "en")] == [
        "Rivi",
        "Rad",
        "Row",
    ]


def test_what_pandas_leaves_out_is_said_in_the_language() -> None:
    found = read_tables(pd.DataFrame({"n": range(100)})._repr_html_(), "sv")
    assert found.notes == ("100 rader × 1 kolumner; en del har utelämnats.",)


def test_a_great_table_keeps_title_groups_and_source() -> None:
    frame = pd.DataFrame({"g": ["a", "a", "b"], "n": ["x", "y", "z"], "v": [1, 2, 3]})
    shown = great_tables.GT(frame, rowname_col="n", groupname_col="g")
    shown = shown.tab_header("Title", "Sub").tab_source_note("From: x").tab_spanner("s", ["v"])
    table = only(shown.as_raw_html())
    assert (table.caption, table.notes) == ("Title – Sub", ("From: x",))
    assert rows(table) == [["Rivi", "s"], ["v"], ["a"], ["x", "1"], ["y", "2"], ["b"], ["z", "3"]]


def test_columns_that_stand_to_the_right_still_do() -> None:
    frame = pd.DataFrame({"n": ["x", "y"], "v": ["≈ 3 450 (3 447–3 453)", "salattu"]})
    shown = great_tables.GT(frame, rowname_col="n").cols_align("right", ["v"])
    assert only(shown.as_raw_html()).html.count('class="num"') == 2
    assert only(frame.head(1).to_html()).html.count('class="num"') == 1


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
def test_a_table_of_pyfixest_is_one() -> None:
    data = pd.DataFrame(
        {"y": np.sin(np.arange(40)), "x": np.arange(40) % 7, "f": np.arange(40) % 3}
    )
    shown = pyfixest.etable([pyfixest.feols("y ~ x | f", data)])
    table = only(shown._repr_html_())
    assert any(row[0] == "x" and re.search(r"\(\d", row[1]) for row in rows(table))
    assert any("Significance levels" in note for note in table.notes)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p>words</p>", "HTML without a table"),
        ("<table><tr><td><img src='x.png'></td></tr></table>", "`<img>` in a table"),
    ],
)
def test_what_a_pdf_cannot_show_is_said(html: str, fault: str) -> None:
    assert read_tables(html, "fi").faults == (fault,)


def test_made_up_data_is_marked_in_picture_and_caption_unless_its_maker_has_done_so() -> None:
    svg = '<svg width="90pt" height="60pt" viewBox="0 0 90 60"><g/></svg>'
    source = '#| fig-alt: "a"\n#| fig-cap: "b"\nx'
    output = {"output_type": "display_data", "data": {"image/svg+xml": svg}, "metadata": {}}
    cell = {"source": source, "outputs": [output]}
    shown = cell_as_markdown(cell, Place("n", 1), "n", "sv", "påhittad")
    [picture] = shown.media.values()
    assert ">påhittad</text></svg>" in picture.decode()
    assert 'viewBox="0 0 90 74"' in picture.decode()
    assert "![b (påhittad)]" in "\n".join(line.text for line in shown.lines)
    output["metadata"] = {"indicators": {"alt": "c", "caption": "d", "label": "", "notes": ""}}
    described = cell_as_markdown(cell, Place("n", 1), "n", "sv", "påhittad")
    assert [*described.media.values()] == [svg.encode()]


def test_the_mark_stands_below_a_picture_of_points() -> None:
    import io

    from PIL import Image

    written = io.BytesIO()
    Image.new("RGB", (300, 200), "#000000").save(written, "PNG")
    marked = Image.open(io.BytesIO(mark_picture(written.getvalue(), "png", "keksitty")))
    assert marked.size == (300, 214)
    assert len(marked.crop((0, 200, 300, 214)).getcolors()) > 1
    assert marked.crop((0, 0, 300, 200)).getcolors() == [(60000, (0, 0, 0))]


def test_a_column_that_great_tables_sets_to_the_right_stands_there() -> None:
    frame = pd.DataFrame({"a": ["1 061", "salattu"], "b": ["x", "y"]})
    table = only(great_tables.GT(frame).cols_align("right", columns="a").as_raw_html())
    assert '<td class="num">1 061</td><td>x</td>' in table.html
    assert '<td class="num">salattu</td>' in table.html
