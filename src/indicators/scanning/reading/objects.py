"""JSON, lines of JSON and notebooks: values by the key they stand under."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, BinaryIO

from indicators.scanning.names import printed_columns
from indicators.scanning.pieces import Blob, Cells, Piece, Text, Trouble
from indicators.scanning.reading.embedded import decode_lines
from indicators.scanning.reading.markup import LARGEST
from indicators.scanning.reading.plain import decoded, read_text

Columns = dict[tuple[str, str], list[object]]
_LINES = 10_000


def read_json(stream: BinaryIO) -> Iterator[Piece]:
    """Every value of a JSON file; one that is none is read as text."""
    content = _parsed(stream)
    if isinstance(content, Trouble):
        yield content
    if content is None or isinstance(content, Trouble):
        yield from read_text(stream)
    else:
        yield from _values([content], "")


def read_json_lines(stream: BinaryIO) -> Iterator[Piece]:
    """Lines of JSON, some thousands at a time; one that is none is read as text."""
    first, batch = 1, []
    for number, line in enumerate(stream, 1):
        try:
            batch.append(json.loads(line))
        except ValueError:
            yield Text("", decoded(line), number)
        if len(batch) == _LINES:
            yield from _values(batch, "", first)
            first, batch = number + 1, []
    yield from _values(batch, "", first)


def read_notebook(stream: BinaryIO) -> Iterator[Piece]:
    """A notebook cell by cell: source, outputs with their pictures, attachments, metadata."""
    book = _parsed(stream)
    if not isinstance(book, dict) or not isinstance(book.get("cells"), list):
        stream.seek(0)
        yield from read_json(stream)
    else:
        for number, cell in enumerate(book["cells"], 1):
            yield from _cell(cell, f"cell {number}")
        yield from _values([{key: value for key, value in book.items() if key != "cells"}], "")


def _parsed(stream: BinaryIO) -> Any:
    """The content; None if it is no JSON, with the stream at its beginning again."""
    data = stream.read(LARGEST + 1)
    stream.seek(0)
    if len(data) > LARGEST:
        return Trouble("", f"larger than {LARGEST >> 20} MiB of JSON; part it")
    try:
        return json.loads(decoded(data))
    except (ValueError, RecursionError):
        return None


def _cell(cell: Any, place: str) -> Iterator[Piece]:
    if not isinstance(cell, dict):
        yield from _values([cell], place)
        return
    yield Text(place, _joined(cell.get("source")), 1)
    for number, output in enumerate(cell.get("outputs") or [], 1):
        yield from _output(output, f"{place}, output {number}")
    for name, bundle in dict(cell.get("attachments") or {}).items():
        yield from _bundle(bundle, f"{place}, attachment {name}")
    left = {k: v for k, v in cell.items() if k not in ("source", "outputs", "attachments")}
    yield from _values([left], place)


def _output(output: Any, place: str) -> Iterator[Piece]:
    if not isinstance(output, dict):
        yield from _values([output], place)
        return
    yield from _printed(_joined(output.get("text")), place)
    yield from _bundle(output.get("data"), place)
    left = {key: value for key, value in output.items() if key not in ("text", "data")}
    yield from _values([left], place)


def _bundle(bundle: Any, place: str) -> Iterator[Piece]:
    """An output's forms by media type."""
    for kind, content in (bundle if isinstance(bundle, dict) else {}).items():
        place_of_kind = f"{place}, {kind}"
        text = _joined(content)
        if kind in ("text/html", "image/svg+xml"):
            suffix = ".html" if kind == "text/html" else ".svg"
            yield Blob(
                place_of_kind, f"output{suffix}", io.BytesIO(text.encode("utf-8", "replace"))
            )
        elif kind.startswith("text/"):
            yield from _printed(text, place_of_kind)
        elif text and not kind.endswith("json"):
            for data in decode_lines(text):
                yield Blob(place_of_kind, "output", io.BytesIO(data))
            yield Text(place_of_kind, text, embeds=False)
        else:
            yield from _values([content], place_of_kind)


def _printed(text: str, place: str) -> Iterator[Piece]:
    import pyarrow as pa

    yield Text(place, text, 1)
    for name, rows in printed_columns(text):
        yield Cells(place, name, pa.array(["-"] * rows))


def _joined(text: Any) -> str:
    if isinstance(text, list):
        return "".join(map(str, text))
    return text if isinstance(text, str) else ""


def _values(contents: list[Any], place: str, first: int = 1) -> Iterator[Piece]:
    """Values of like paths as one column each; keys are texts too."""
    import pyarrow as pa

    columns: Columns = defaultdict(list)
    for content in contents:
        _gather(content, "", "", columns)
    yield Text(f"{place}, keys" if place else "keys", "\0".join(key for _, key in columns))
    for (path, key), values in columns.items():
        where = ", ".join(part for part in (place, path) if part)
        texts = [str(value) for value in values]
        yield Cells(where, key, pa.array(texts, pa.string()), first if len(contents) > 1 else 1)


def _gather(content: Any, path: str, key: str, columns: Columns) -> None:
    if isinstance(content, dict):
        for name, value in content.items():
            _gather(value, f"{path}.{key}" if path and key else path or key, str(name), columns)
    elif isinstance(content, list):
        for value in content:
            _gather(value, path, key, columns)
    elif content is not None and not isinstance(content, bool) and content != "":
        columns[path, key].append(content)
