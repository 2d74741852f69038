"""Whatever a text holds, the gate reads it, moves no character and finds its way back."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from indicators.rendering import gate
from indicators.rendering.gate import SourceText
from indicators.rendering.places import Place, numbered_lines

PIECES = st.sampled_from(
    [
        "`",
        "```",
        "~~~",
        "$",
        "$$",
        ":::",
        "{",
        "}",
        "#a",
        ".b",
        "=",
        '"',
        "[",
        "]",
        "(",
        ")",
        "!",
        "@",
        "fig-a",
        "{=html}",
        "{python}",
        "<!--",
        "-->",
        "\n",
        "\n\n",
        " ",
        "ä",
        "|",
        "---",
        "## x",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@given(TEXTS)
@example("{" + "#a" * 60)
@example("{" + "a=b " * 60 + "[")
@example("![" * 60 + "](")
@example("`" * 61 + "$" * 61)
def test_the_gate_reads_any_text(source):
    text = SourceText(tuple(numbered_lines(source, Place("x.qmd"))))
    assert len(text.prose) == len(text.raw)
    assert [i for i, c in enumerate(text.prose) if c == "\n"] == [
        i for i, c in enumerate(text.raw) if c == "\n"
    ]
    checked = gate.check(text, Path("nowhere"), {}, number_sections=False)
    assert all(1 <= p.place.line <= len(text.lines) for p in checked.problems)
