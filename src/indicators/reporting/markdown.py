"""Blocks of Quarto Markdown that a notebook's cell shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """Markdown that a notebook shows as it is (``#| output: asis``)."""

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __repr__(self) -> str:
        return f"<{len(self.markdown)} characters of Markdown>"


def join_blocks(*parts: str) -> MarkdownBlock:
    """Blocks below each other, empty ones left out; nothing of no blocks."""
    blocks = [part.strip("\n") for part in parts if part.strip()]
    return MarkdownBlock("\n\n".join(blocks) + "\n" if blocks else "")


def heading(text: str, label: str, level: int = 2) -> str:
    """A heading that can be referred to as ``@label``."""
    return f"{'#' * level} {text} {{#{label}}}"


def bullet_list(items: Sequence[str]) -> str:
    """A list of sentences."""
    return "\n".join(f"- {item}" for item in items)


def figure_block(file: str, label: str, caption: str, alt: str) -> str:
    """A picture with its caption, and what it shows in words; a label may be empty."""
    description = f'fig-alt="{_attribute(alt)}"'
    attributes = f"#{label} {description}" if label else description
    return f"![{caption}]({file}){{{attributes}}}"


def table_block(html: str, label: str, caption: str) -> str:
    """An HTML table with its caption."""
    return f"::: {{#{label}}}\n\n```{{=html}}\n{html}\n```\n\n{caption}\n\n:::"


def styled_box(text: str, kind: str) -> str:
    """A part with a style of its own, such as ``status-note``."""
    return f"::: {{.{kind}}}\n\n{text}\n\n:::"


def only_on_page(text: str) -> str:
    """A part that the page has and the PDF has not."""
    return f':::: {{.content-visible when-format="html"}}\n\n{text}\n\n::::'


def callout(text: str, title: str, kind: str = "note") -> str:
    """A callout box of Quarto."""
    return f'::: {{.callout-{kind} title="{_attribute(title)}"}}\n\n{text}\n\n:::'


# What Markdown, Quarto or a reader of either would take for more than a letter.
_MARKUP = re.compile(r"[$`@{}<>\[\]&]")


def _attribute(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", plain)
