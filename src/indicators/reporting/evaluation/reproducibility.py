"""How to make the report again: commands, inputs, versions, files of results, cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indicators.reporting.evaluation.numbers import count
from indicators.reporting.evaluation.source import Source
from indicators.reporting.evaluation.tracing import Cell, cells, file_anchor
from indicators.reporting.evaluation.wording import say
from indicators.reporting.fragments import Fragment, bullets, heading, join
from indicators.reporting.tables.html import Cell as TableCell
from indicators.reporting.tables.html import Head, table

METHOD = "reproduction"
#: Letters of a hash that are shown in tables; the manifest has it whole.
SHOWN = 16


def reproduction(source: Source) -> Fragment:
    """How to make it again, files, versions, cells."""
    manifest = source.stored.manifest
    code = manifest["maker"]["code"]
    return join(
        heading(say("reproducibility.title"), "sec-reproduction"),
        say(
            f"reproducibility.how_{source.volume.id}",
            version=code["version"],
            code=code["sha256"][:SHOWN],
            lock=str(manifest["maker"]["lock"])[:SHOWN],
            folder=(source.volume.stored / source.stored.vintage).as_posix(),
        ),
        *(_sources(source) if manifest["sources"] else []),
        heading(say("reproducibility.tools_title"), "sec-manifest-tools", 3),
        source.table_with_trace(
            METHOD, _tools(manifest), say("reproducibility.tools_caption"), [], label="tools"
        ),
        heading(say("reproducibility.files_title"), "sec-manifest-files", 3),
        say("reproducibility.files"),
        bullets([_file(entry) for entry in manifest["frames"]]),
        heading(say("reproducibility.cells_title"), "sec-cells", 3),
        say("reproducibility.cells"),
        bullets(
            [_shown(cell) for cell in cells(source.settings.root, source.volume) if cell.method]
        ),
    )


def _sources(source: Source) -> list[str]:
    listed = _source_table(source.stored.manifest)
    return [
        heading(say("reproducibility.sources_title"), "sec-manifest-sources", 3),
        source.table_with_trace(
            METHOD, listed, say("reproducibility.sources_caption"), [], label="sources"
        ),
    ]


def _source_table(manifest: Mapping[str, Any]) -> str:
    heads = [Head(say("reproducibility.file"), number=False)]
    heads += [Head(say("reproducibility.bytes")), Head(say("reproducibility.hash"), number=False)]
    rows = [
        (
            entry["path"],
            [
                TableCell(count(float(entry["bytes"]))),
                TableCell(entry["sha256"][:SHOWN], number=False),
            ],
        )
        for entry in manifest["sources"]
        if not entry["path"].endswith(".md")
    ]
    return table([heads], rows)


def _tools(manifest: Mapping[str, Any]) -> str:
    heads = [Head(say("reproducibility.tool"), number=False)]
    heads += [Head(say("reproducibility.version"), number=False)]
    rows = [
        (name, [TableCell(version, number=False)])
        for name, version in sorted(manifest["maker"]["tools"].items())
    ]
    return table([heads], rows)


def _file(entry: dict[str, Any]) -> str:
    return say(
        "reproducibility.entry",
        name=entry["name"],
        anchor=file_anchor(entry["name"]),
        rows=count(float(entry["rows"])),
        hash=entry["sha256"][:SHOWN],
        csv=entry["csv_sha256"][:SHOWN],
    )


def _shown(cell: Cell) -> str:
    name = say("reproducibility.cell", notebook=cell.notebook, number=str(cell.number))
    return f"[{name}]{{#{cell.anchor}}}: `{cell.source}`"
