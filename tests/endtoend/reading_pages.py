"""Reads what a page and a PDF say of themselves, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf


@dataclass
class Page(HTMLParser):
    """A page's language, headings, ids, links and pictures."""

    language: str = ""
    headings: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    alts: list[str | None] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if tag == "img":
            self.alts.append(given.get("alt"))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@cache
def read(path: Path) -> Page:
    """A page as a program sees it."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def dead_links(path: Path) -> list[str]:
    """Links to files that are not there and to places that the page does not have."""
    page = read(path)
    dead = []
    for link in page.links:
        if link.startswith(("https://", "mailto:")):
            continue
        file, _, place = link.partition("#")
        if file and not (path.parent / unquote(file)).is_file():
            dead.append(link)
        if not file and place and unquote(place) not in page.ids:
            dead.append(link)
    return dead


def figures(pdf: pikepdf.Pdf) -> list[str]:
    """The alternative texts of a PDF's figures, empty where one has none."""
    return [str(tag.get("/Alt", "")) for tag in _tags(pdf.Root.StructTreeRoot) if _is_figure(tag)]


def _is_figure(tag: Any) -> bool:
    return str(tag.get("/S", "")) == "/Figure"


def _tags(tag: Any) -> Iterator[Any]:
    yield tag
    below = tag.get("/K")
    for element in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(element, pikepdf.Dictionary) and ("/S" in element or "/K" in element):
            yield from _tags(element)
