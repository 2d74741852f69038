"""Workbooks (XLSX): cells by sheet and column. Their other parts are read as members of a zip."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree import ElementTree as ET

from indicators.scanning.pieces import Cells, Pause, Piece, Trouble
from indicators.scanning.reading.archives import FAULTS

BOOK = "xl/workbook.xml"
LARGEST = 256 << 20
_ROWS = 1000
_LETTERS = re.compile(r"[A-Z]+")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(stream: BinaryIO) -> Iterator[Piece]:
    """Columns of every sheet under the name that their first cell gives them."""
    try:
        with zipfile.ZipFile(stream) as archive:
            shared = _shared(archive)
            for name, member in _sheets(archive):
                yield from _columns(archive, member, name, shared)
    except (ET.ParseError, KeyError, *FAULTS) as error:
        yield Trouble("sheets", f"damaged ({type(error).__name__}); make it again")


def _part(archive: zipfile.ZipFile, member: str) -> bytes:
    """A part of the book, which is no larger than a book's parts are."""
    with archive.open(member) as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError
    return data


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and member of each sheet, hidden ones too."""
    targets = {}
    for relation in ET.fromstring(_part(archive, "xl/_rels/workbook.xml.rels")):
        target = relation.attrib["Target"]
        targets[relation.attrib["Id"]] = target.lstrip("/") if target[0] == "/" else f"xl/{target}"
    for sheet in ET.fromstring(_part(archive, BOOK)).iter():
        if _tag(sheet) == "sheet":
            yield sheet.attrib["name"], targets[sheet.attrib[_RELATION]]


def _shared(archive: zipfile.ZipFile) -> list[str]:
    """Texts that cells refer to by number; one in several styles is still one."""
    member = "xl/sharedStrings.xml"
    if member not in archive.namelist():
        return []
    root = ET.fromstring(_part(archive, member))
    return ["".join(part.text or "" for part in item.iter() if _tag(part) == "t") for item in root]


def _columns(
    archive: zipfile.ZipFile, member: str, sheet: str, shared: list[str]
) -> Iterator[Piece]:
    import pyarrow as pa

    columns: defaultdict[str, list[str]] = defaultdict(list)
    rows = 0
    if archive.getinfo(member).file_size > LARGEST:
        raise ValueError
    with archive.open(member) as stream:
        for _, element in ET.iterparse(stream):
            if _tag(element) == "c":
                letters = _LETTERS.match(element.attrib.get("r", ""))
                columns[letters[0] if letters else "?"].append(_value(element, shared))
            elif _tag(element) == "row":
                element.clear()
                rows += 1
                if rows % _ROWS == 0:
                    yield Pause()
    for letter, values in columns.items():
        head, *rest = values
        yield Cells(f"sheet {sheet}, column {letter}", head, pa.array(rest, pa.string()), 2)
        yield Cells(f"sheet {sheet}", f"{letter}1", pa.array([head], pa.string()))


def _value(cell: ET.Element, shared: list[str]) -> str:
    text = "".join(part.text or "" for part in cell.iter() if _tag(part) in ("v", "t"))
    return shared[int(text)] if cell.attrib.get("t") == "s" and text else text


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
