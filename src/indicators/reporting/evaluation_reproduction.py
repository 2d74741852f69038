"""A volume as a document: its front matter, its bound notebooks, and how to build it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import nbformat

from indicators.evaluation.study.storing import StoredResults
from indicators.reporting.evaluation_cells import NotebookCell, notebook_cells
from indicators.reporting.evaluation_source import (
    FINNISH,
    Grid,
    Source,
    file_anchor,
    format_count,
    region_forms,
    report_text,
)
from indicators.reporting.evaluation_volumes import MADE_UP, REPORT, Volume
from indicators.reporting.files import dump_front_matter
from indicators.reporting.markdown import bullet_list, heading, styled_box
from indicators.reporting.references import mend_references
from indicators.reporting.section import Content, Part, compose
from indicators.reporting.tables import Cell as TableCell
from indicators.reporting.tables import HeaderCell
from indicators.reporting.wording import TAGS
from indicators.settings.model import Settings

REPRODUCTION = "reproduction"
#: Letters of a hash that are shown in tables; the manifest has it whole.
HASH_DIGITS = 16


def volume_front_matter(settings: Settings, volume: Volume, stored: StoredResults) -> str:
    """The YAML of a volume; its date is that of the sources, for no clock is read."""
    day = date.fromisoformat(stored.vintage)
    region = region_forms(settings.groups[settings.report.group])
    fields = {
        "title": report_text(f"front.{volume.id}_title", **region),
        "subtitle": report_text(f"front.{volume.id}_subtitle"),
        "author": settings.report.publisher["fi"],
        "date": stored.vintage,
        "published": report_text(f"front.{volume.id}_published", vintage=FINNISH.day(day)),
        "lang": TAGS["fi"],
        "description": report_text(f"front.{volume.id}_description", **region),
        "toc": True,
        "number-sections": True,
    }
    return dump_front_matter(fields)


def bind_notebooks(
    volume: Volume, chapters: Sequence[Path], matter: str, target: Path, above: str = ""
) -> Path:
    """Put the cells of executed notebooks behind each other, under a single front matter.

    References to sections, figures and tables whose cells somebody dropped become words.

    Args:
        volume: Which document.
        chapters: Executed notebooks, in order.
        matter: YAML, without the dashes.
        target: The notebook to write, in their folder, so that pictures are found.
        above: Where the other volume's page stands from there, ``../`` in an area's own folder.

    Returns:
        The target.
    """
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_raw_cell(f"---\n{matter.strip()}\n---", id="front")]
    links = styled_box(_volume_links(volume, above), "language-links")
    book.cells.append(nbformat.v4.new_markdown_cell(links, id="links"))
    for number, chapter in enumerate(chapters, start=1):
        for cell in nbformat.read(chapter, as_version=4).cells:
            if cell.cell_type != "raw" and not cell.metadata.get("tags"):
                cell.id = f"part-{number}-{cell.id}"
                book.cells.append(cell)
    mend_references(book.cells, FINNISH.language)
    book.metadata = nbformat.from_dict(
        {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    )
    nbformat.write(book, target)
    return target


def _volume_links(volume: Volume, above: str) -> str:
    """Links to the PDF, the results and the other volume."""
    other = MADE_UP if volume is REPORT else REPORT
    page = above + other.page
    return report_text(
        f"front.{volume.id}_links", pdf=volume.pdf, results=volume.results, other=page
    )


def reproduction(source: Source) -> Content:
    """How to build the volume again: commands, inputs, versions, files of results, cells."""
    manifest = source.stored.manifest
    code = manifest["maker"]["code"]
    return compose(
        heading(report_text("reproducibility.title"), "sec-reproduction"),
        report_text(
            f"reproducibility.how_{source.volume.id}",
            version=code["version"],
            code=code["sha256"][:HASH_DIGITS],
            lock=str(manifest["maker"]["lock"])[:HASH_DIGITS],
            folder=(source.volume.stored / source.stored.vintage).as_posix(),
        ),
        *(_source_lines(source) if manifest["sources"] else []),
        heading(report_text("reproducibility.tools_title"), "sec-manifest-tools", 3),
        source.table_with_trace(
            REPRODUCTION,
            _tools_table(manifest),
            report_text("reproducibility.tools_caption"),
            [],
            label="tools",
        ),
        heading(report_text("reproducibility.files_title"), "sec-manifest-files", 3),
        report_text("reproducibility.files"),
        bullet_list([_file_row(entry) for entry in manifest["frames"]]),
        heading(report_text("reproducibility.cells_title"), "sec-cells", 3),
        report_text("reproducibility.cells"),
        bullet_list(
            [
                _cell_source(cell)
                for cell in notebook_cells(source.settings.root, source.volume)
                if cell.section
            ]
        ),
    )


def _source_lines(source: Source) -> list[Part]:
    listed = _source_table(source.stored.manifest)
    return [
        heading(report_text("reproducibility.sources_title"), "sec-manifest-sources", 3),
        source.table_with_trace(
            REPRODUCTION,
            listed,
            report_text("reproducibility.sources_caption"),
            [],
            label="sources",
        ),
    ]


def _source_table(manifest: Mapping[str, Any]) -> Grid:
    heads = [HeaderCell(report_text("reproducibility.file"), number=False)]
    heads += [
        HeaderCell(report_text("reproducibility.bytes")),
        HeaderCell(report_text("reproducibility.hash"), number=False),
    ]
    rows = [
        (
            entry["path"],
            [
                TableCell(format_count(float(entry["bytes"]))),
                TableCell(entry["sha256"][:HASH_DIGITS], number=False),
            ],
        )
        for entry in manifest["sources"]
        if not entry["path"].endswith(".md")
    ]
    return [heads], rows


def _tools_table(manifest: Mapping[str, Any]) -> Grid:
    heads = [HeaderCell(report_text("reproducibility.tool"), number=False)]
    heads += [HeaderCell(report_text("reproducibility.version"), number=False)]
    rows = [
        (name, [TableCell(version, number=False)])
        for name, version in sorted(manifest["maker"]["tools"].items())
    ]
    return [heads], rows


def _file_row(entry: dict[str, Any]) -> str:
    return report_text(
        "reproducibility.entry",
        name=entry["name"],
        anchor=file_anchor(entry["name"]),
        rows=format_count(float(entry["rows"])),
        hash=entry["sha256"][:HASH_DIGITS],
        csv=entry["csv_sha256"][:HASH_DIGITS],
    )


def _cell_source(cell: NotebookCell) -> str:
    name = report_text("reproducibility.cell", notebook=cell.notebook, number=str(cell.number))
    return f"[{name}]{{#{cell.anchor}}}: `{cell.source}`"
