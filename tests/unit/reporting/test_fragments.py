"""Pieces of Quarto Markdown, read back by pandoc."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pypandoc
import pytest

from indicators.reporting import markdown as fragments
from indicators.reporting.markdown import MarkdownBlock


def parsed(markdown: str) -> Any:
    # A figure stays an image, so that its attributes stay in one place.
    read = "markdown-implicit_figures"
    return json.loads(pypandoc.convert_text(markdown, "json", format=read))["blocks"]


def walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from walk(child)


@pytest.mark.parametrize(
    "text",
    ['Lahti: "8,3 %"', "back\\slash", 'both \\" of them', "{braces} & <signs>", "apostrophe's"],
)
def test_an_alternative_text_comes_through_whole(text: str) -> None:
    result = fragments.figure_block("figures/x.svg", "fig-x", "Caption, %.", text)
    [image] = [node for node in walk(parsed(result)) if node.get("t") == "Image"]
    (label, _, attributes), _, (file, _) = image["c"]
    assert label == "fig-x"
    assert dict(attributes)["fig-alt"] == text
    assert file == "figures/x.svg"


@pytest.mark.parametrize("title", ['The "newest" month', "a\\b"])
def test_a_callouts_title_comes_through_whole(title: str) -> None:
    [block] = parsed(fragments.callout("Text.", title, "important"))
    _, classes, attributes = block["c"][0]
    assert block["t"] == "Div"
    assert classes == ["callout-important"]
    assert dict(attributes)["title"] == title


def test_a_table_is_raw_html_with_its_label_and_caption() -> None:
    [block] = parsed(fragments.table_block("<table></table>", "tbl-x", "What it shows."))
    assert block["c"][0][0] == "tbl-x"
    raw, caption = block["c"][1]
    assert raw["c"] == ["html", "<table></table>"]
    assert caption["t"] == "Para"


def test_headings_boxes_and_lists() -> None:
    header, box, bullets = parsed(
        fragments.join_blocks(
            fragments.heading("Title", "sec-x", 3),
            fragments.styled_box("Text.", "status-note"),
            fragments.bullet_list(["one", "two"]),
        ).markdown
    )
    assert (header["c"][0], header["c"][1][0]) == (3, "sec-x")
    assert box["c"][0][1] == ["status-note"]
    assert len(bullets["c"]) == 2


def test_joined_blocks_stand_apart_and_empty_ones_are_left_out() -> None:
    assert fragments.join_blocks("a\n", "", " \n", "b") == MarkdownBlock("a\n\nb\n")


def test_a_notebook_shows_the_markdown_and_a_person_its_size() -> None:
    fragment = MarkdownBlock("text\n")
    assert fragment._repr_markdown_() == "text\n"
    assert "5" in repr(fragment)
    assert "text" not in repr(fragment)
