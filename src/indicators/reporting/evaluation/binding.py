"""The chapters' executed notebooks bound into one document, a Quarto source like any other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import nbformat
import yaml

from indicators.evaluation.study.storing import Stored
from indicators.reporting.evaluation.numbers import FINNISH
from indicators.reporting.evaluation.volumes import MADE_UP, REPORT, Volume
from indicators.reporting.evaluation.wording import region_forms, say
from indicators.reporting.fragments import box
from indicators.reporting.voice import TAGS
from indicators.settings import Settings


def front_matter(settings: Settings, volume: Volume, stored: Stored) -> str:
    """The YAML of a volume; its date is that of the sources, for no clock is read."""
    day = date.fromisoformat(stored.vintage)
    region = region_forms(settings.groups[settings.report.group])
    fields = {
        "title": say(f"front.{volume.id}_title", **region),
        "subtitle": say(f"front.{volume.id}_subtitle"),
        "author": settings.report.publisher["fi"],
        "date": stored.vintage,
        "published": say(f"front.{volume.id}_published", vintage=FINNISH.day(day)),
        "lang": TAGS["fi"],
        "description": say(f"front.{volume.id}_description", **region),
        "toc": True,
        "number-sections": True,
    }
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1000)


def bind(volume: Volume, chapters: Sequence[Path], matter: str, target: Path) -> Path:
    """Put the cells of executed notebooks behind each other, under one front matter.

    Args:
        volume: Which document.
        chapters: Executed notebooks, in order.
        matter: YAML, without the dashes.
        target: The notebook to write, in their folder, so that pictures are found.
    """
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_raw_cell(f"---\n{matter.strip()}\n---", id="front")]
    links = box(_links(volume), "language-links")
    book.cells.append(nbformat.v4.new_markdown_cell(links, id="links"))
    for number, chapter in enumerate(chapters, start=1):
        for cell in nbformat.read(chapter, as_version=4).cells:
            if cell.cell_type != "raw" and not cell.metadata.get("tags"):
                cell.id = f"part-{number}-{cell.id}"
                book.cells.append(cell)
    book.metadata = nbformat.from_dict(
        {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    )
    nbformat.write(book, target)
    return target


def _links(volume: Volume) -> str:
    """What stands beside the page."""
    other = MADE_UP if volume is REPORT else REPORT
    return say(f"front.{volume.id}_links", pdf=volume.pdf, results=volume.results, other=other.page)
