"""A project to render in, cells and outputs of made-up notebooks, and the tags of a PDF."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from indicators.errors import RenderingError
from indicators.rendering.quarto import RendererChoice
from indicators.rendering.render import Rendered, render

ROOT = Path(__file__).parents[3]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path d="M0 0H20"/></svg>'
EMBEDDED = RendererChoice("embedded", "", "")


class Project:
    """A project in a folder of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.site = root / "_site"

    def qmd(self, body: str, *, lang: str = "fi-FI", head: str = "") -> Path:
        """Write ``page.qmd``; its body begins on line 6, or later by the lines of ``head``."""
        path = self.root / "page.qmd"
        front = f'---\ntitle: "Otsikko"\nlang: {lang}\ndate: 2022-03-22\n{head}---\n'
        path.write_text(front + body, encoding="utf-8")
        return path

    def notebook(self, *cells: dict[str, object], front: str | None = None) -> Path:
        """Write ``book.ipynb``; the given cells begin at number 2."""
        first = front or '---\ntitle: "Otsikko"\nlang: fi-FI\n---'
        content = {"cells": [{"cell_type": "raw", "metadata": {}, "source": first}, *cells]}
        path = self.root / "book.ipynb"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    def figure(self, name: str = "a.svg") -> None:
        """Write a picture."""
        (self.root / name).write_text(SVG, encoding="utf-8")

    def render(self, source: Path, *formats: str) -> Rendered:
        """Render with the embedded renderer."""
        return render(self.root, source, self.site, EMBEDDED, formats=formats or ("html", "pdf"))

    def html(self, body: str, *, lang: str = "fi-FI", head: str = "") -> str:
        """The page of a body."""
        return self.render(self.qmd(body, lang=lang, head=head), "html").html.read_text("utf-8")

    def problems(self, source: Path) -> tuple[str, ...]:
        """What is wrong with a source that cannot be rendered, nothing having been written."""
        with pytest.raises(RenderingError) as caught:
            self.render(source)
        assert not self.site.exists()
        return caught.value.details


def code(source: str, *outputs: dict[str, object], tags: tuple[str, ...] = ()) -> dict[str, object]:
    """A code cell."""
    metadata = {"tags": list(tags)}
    return {"cell_type": "code", "metadata": metadata, "outputs": list(outputs), "source": source}


def display(mime: str, text: str) -> dict[str, object]:
    """An output of one kind."""
    return {"output_type": "display_data", "metadata": {}, "data": {mime: text}}


def structure(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """The elements of a PDF's structure tree, in reading order."""

    def below(item: object) -> Iterator[pikepdf.Dictionary]:
        if isinstance(item, pikepdf.Array):
            for child in item:
                yield from below(child)
        elif isinstance(item, pikepdf.Dictionary):
            if "/S" in item:
                yield item
            if "/K" in item:
                yield from below(item["/K"])

    yield from below(pdf.Root["/StructTreeRoot"])
