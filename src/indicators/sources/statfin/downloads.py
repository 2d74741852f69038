"""Files of table 12r5 as people download them: what form each has, and whether it is the table.

A folder may hold more than the table: metadata, listings, other tables, notes. A file is taken for
the table by what it says of itself (its id or title), then by its name, then by what it holds.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from indicators.errors import DataError
from indicators.problems import Problem, as_error
from indicators.sources.statfin import px, sheets
from indicators.sources.statfin.answers import dataset_of, is_answer, read_answer, read_dataset
from indicators.sources.statfin.cells import DOWNLOAD_AGAIN, Cube, ReadCube
from indicators.sources.statfin.reader import COUNT_COLUMNS, KEY_COLUMNS, Snapshot, is_area
from indicators.sources.statfin.texts import CONTENTS, Texts
from indicators.sources.statfin.variables import TABLE_ID, OtherContentError, table_id_in

READABLE_FORMATS = "json-stat2, json, CSV, PX or XLSX"
JSON, PX, XLSX = (".json",), (".px",), (".xlsx",)
CSV = (".csv", ".tsv", ".txt")
SUFFIXES = (*JSON, *PX, *XLSX, *CSV)
# Forms that the web pages or other programs give, and that are not read here.
_NOT_READ = (".xls", ".ods", ".xlsm", ".xlsb", ".zip", ".parquet", ".feather", ".html", ".htm")
_DAY = re.compile(r"(?<![0-9])(20[0-9]{2})-?(0[1-9]|1[0-2])-?([0-2][0-9]|3[01])(?![0-9])")
_GZIP, _ZIP, _OLD_OFFICE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# A file of a folder whose name says nothing is looked into so far before it is read whole.
_SNIFFED_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Download:
    """A download, read.

    Attributes:
        snapshot: The table as it stood.
        notes: What was left out of it, in words.
        facts: What the file says of itself, by key of the provenance.
    """

    snapshot: Snapshot
    notes: tuple[str, ...]
    facts: dict[str, object]


def may_be_download(path: Path) -> bool:
    """Whether a file of a folder is looked into: by its name it may be a download of the table."""
    plain = _name_without_suffix(path)
    hidden = path.name.startswith((".", "~$"))
    of_another = table_id_in(plain) not in ("", TABLE_ID)
    return not hidden and not of_another and _suffix(path) in (*SUFFIXES, *_NOT_READ)


def read_download(path: Path, texts: Texts, *, named: bool) -> Download | None:
    """Read a file as a download of the table.

    Args:
        path: The file.
        texts: What texts stand for.
        named: Whether it was named by a person, and is not only one of a folder.

    Returns:
        None if it is one of a folder and something else.

    Raises:
        DataError: It is meant to be the table and cannot be read.
    """
    meant = named or table_id_in(_name_without_suffix(path)) == TABLE_ID
    if not meant and not _may_hold_table(path):
        return None
    try:
        raw = path.read_bytes()
    except OSError as error:
        text = f"cannot be read ({error.strerror}); make it readable"
        raise as_error([Problem("unreadable", path, text)]) from error
    try:
        found = _read_content(path, _unpacked(path, raw), texts)
    except OtherContentError as other:
        if named or (meant and not other.harmless):
            text = f"{other.description}; give table {TABLE_ID} as {READABLE_FORMATS}"
            raise as_error([Problem("not-the-table", path, text)]) from other
        return None
    except DataError:
        if meant or _claims_to_be_table(path, raw):
            raise
        return None
    vintage = found.updated or _day_in_name(path) or _own_day(path)
    snapshot = _download_snapshot(path, vintage, found.cube)
    return Download(snapshot, found.notes, _download_facts(raw, snapshot, found.cube))


def texts_in_metadata(paths: Iterable[Path], texts: Texts) -> tuple[Texts, tuple[Path, ...]]:
    """What metadata and answers in a folder add to the texts of contents and areas.

    Args:
        paths: Files of the folder; those that cannot be read add nothing.
        texts: What is known without them.

    Returns:
        What is known with them, and the files that added something.
    """
    pairs = []
    for path in paths:
        if _suffix(path) in JSON:
            try:
                content = json.loads(_unpacked(path, path.read_bytes()))
            except (OSError, ValueError, DataError, RecursionError):
                continue
            before, texts = texts, texts.extended_with(*_codes_and_texts(content))
            if texts != before:
                pairs.append(path)
    return texts, tuple(pairs)


def _codes_and_texts(content: object) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Code and text of the contents and of the areas that JSON holds."""
    listed: list[tuple[str, str]] = []
    if isinstance(content, dict) and isinstance(content.get("variables"), list):
        for variable in content["variables"]:
            if isinstance(variable, dict):
                values, names = variable.get("values"), variable.get("valueTexts")
                if isinstance(values, list) and isinstance(names, list):
                    listed += zip(map(str, values), map(str, names), strict=False)
    if is_answer(content) and isinstance(content, dict) and isinstance(content["columns"], list):
        columns = [variable for variable in content["columns"] if isinstance(variable, dict)]
        listed += [(str(variable.get("code")), str(variable.get("text"))) for variable in columns]
    data = dataset_of(content)
    for variable in (
        data["dimension"].values() if data and isinstance(data["dimension"], dict) else ()
    ):
        category = variable.get("category") if isinstance(variable, dict) else None
        label = category.get("label") if isinstance(category, dict) else None
        listed += [(str(code), str(text)) for code, text in (label or {}).items()]
    contents = [(code, text) for code, text in listed if code in CONTENTS]
    areas = [(code, text) for code, text in listed if code not in CONTENTS and is_area(code)]
    # Texts of tables with other contents are of other tables: their areas may be of other years.
    return (contents, areas) if contents else ([], [])


def _suffix(path: Path) -> str:
    name = path.name.casefold().removesuffix(".gz")
    return Path(name).suffix


def _name_without_suffix(path: Path) -> str:
    return path.name.removesuffix(".gz").rpartition(".")[0]


def _unpacked(path: Path, raw: bytes) -> bytes:
    if path.suffix.casefold() != ".gz" and not raw.startswith(_GZIP):
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        text = f"is not a whole gzip file; {DOWNLOAD_AGAIN}"
        raise as_error([Problem("damaged", path, text)]) from error


def _may_hold_table(path: Path) -> bool:
    """Whether a file whose name says nothing may hold the table."""
    suffix = _suffix(path)
    if suffix in XLSX:
        return True
    if suffix not in SUFFIXES or not path.is_file():
        return False
    try:
        with gzip.open(path) if path.suffix.casefold() == ".gz" else path.open("rb") as file:
            head = file.read() if suffix in JSON else file.read(_SNIFFED_BYTES)
    except (OSError, EOFError, zlib.error):
        return False
    return _mentions_table(decode_text(head))


def _mentions_table(text: str) -> bool:
    """Whether a text names the table, or contents that few other tables have."""
    lowered = text.casefold()
    return any(sign in lowered for sign in _SIGNS)


_SIGNS = (TABLE_ID, *(code.casefold() for code in CONTENTS), "laskentapäiv", "työttöm")
# What stands in no other table of StatFin's.
_OWN_SIGNS = (
    TABLE_ID,
    "tyovoimatk",
    "kassassa",
    "lyhtyovko",
    "tyottomatmiehet",
    "työssäkäyntitilaston työvoima",
    "kassan jäseniä",
)


def _claims_to_be_table(path: Path, raw: bytes) -> bool:
    """Whether a damaged file says that it is the table, or has what no other table has."""
    try:
        head = decode_text(_unpacked(path, raw)[:_SNIFFED_BYTES])
    except DataError:
        return False
    return any(sign in head.casefold() for sign in _OWN_SIGNS)


def decode_text(raw: bytes) -> str:
    """A text in UTF-8, UTF-16 or Windows-1252, with a byte order mark or without."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A glance may end within a letter.
        if error.reason == "unexpected end of data" and len(raw) - error.start < 4:
            return raw[: error.start].decode("utf-8-sig")
        return raw.decode("cp1252", errors="replace")


def _read_content(path: Path, content: bytes, texts: Texts) -> ReadCube:
    form = _form(path, content)
    if form == "xlsx":
        return sheets.read_xlsx(path, content, texts)
    if form == "json":
        return _read_json(path, content, texts)
    if form == "px":
        return px.read_px(path, px.decode_px(content), texts)
    return sheets.read_csv(path, decode_text(content), texts)


def file_content(path: Path, raw: bytes) -> tuple[bytes, str]:
    """A file's content, unpacked, and its form: ``xlsx``, ``json``, ``px`` or ``csv``.

    Raises:
        DataError: It is damaged or empty.
        OtherContentError: It has another form.
    """
    content = _unpacked(path, raw)
    return content, _form(path, content)


def _form(path: Path, content: bytes) -> str:
    """The form of a file; what it begins with decides before its name."""
    suffix = _suffix(path)
    if not content.strip():
        raise as_error([Problem("empty", path, f"holds nothing; {DOWNLOAD_AGAIN}")])
    if suffix in XLSX or (content.startswith(_ZIP) and suffix not in _NOT_READ):
        return "xlsx"
    begin = content.removeprefix(codecs.BOM_UTF8).lstrip()
    if suffix in JSON or begin.startswith((b"{", b"[")):
        return "json"
    if suffix in PX or begin.startswith((b"CHARSET=", b"AXIS-VERSION=")):
        return "px"
    if suffix in _NOT_READ or content.startswith(_OLD_OFFICE):
        raise OtherContentError("has a form that is not read")
    return "csv"


def _read_json(path: Path, content: bytes, texts: Texts) -> ReadCube:
    try:
        parsed: Any = json.loads(decode_text(content))
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        text = f"is not whole JSON{line}; {DOWNLOAD_AGAIN}"
        raise as_error([Problem("damaged", path, text)]) from error
    if is_answer(parsed):
        return read_answer(path, parsed, texts)
    data = dataset_of(parsed)
    if data is not None:
        return read_dataset(path, data, texts)
    if isinstance(parsed, dict) and isinstance(parsed.get("variables"), list):
        raise OtherContentError("holds metadata and no figures", harmless=True)
    if isinstance(parsed, dict) and ("query" in parsed or "maxCells" in parsed):
        raise OtherContentError("holds a query or a configuration and no figures", harmless=True)
    if isinstance(parsed, list) and all(
        isinstance(table_listed, dict) and "id" in table_listed for table_listed in parsed
    ):
        raise OtherContentError("holds a listing of tables and no figures", harmless=True)
    raise OtherContentError("holds no answer of StatFin")


def may_be_read(path: Path) -> bool:
    """Whether a file has the name of a form that is read, whatever it is of."""
    return not path.name.startswith((".", "~$")) and _suffix(path) in SUFFIXES


def read_head(path: Path) -> str:
    """How a file begins, as text; of a workbook nothing, for it is packed."""
    if _suffix(path) in XLSX:
        return ""
    try:
        with gzip.open(path) if path.suffix.casefold() == ".gz" else path.open("rb") as file:
            return decode_text(file.read(_SNIFFED_BYTES))
    except (OSError, EOFError, zlib.error):
        return ""


def day_of_file(path: Path, updated: date | None, folder: str = "") -> date:
    """The vintage of a file: the day it names, that in its folder's or own name, its own."""
    found = updated or (_day_in_name(Path(folder)) if folder else None)
    return found or _day_in_name(path) or _own_day(path)


def _day_in_name(path: Path) -> date | None:
    found = _DAY.search(path.name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _own_day(path: Path) -> date:
    """The day the file was last written: what is left when no other day is known."""
    return date.fromtimestamp(path.stat().st_mtime)


def _download_snapshot(path: Path, vintage: date, cube: Cube) -> Snapshot:
    """The counts of a file as a snapshot, areas and months sorted."""
    rows, places = (np.argsort(np.array(names)) for names in (cube.areas, cube.months))
    columns, lacking = {}, {}
    for at, content in enumerate(cube.contents):
        if content in COUNT_COLUMNS:
            place = np.ix_(rows, places)
            columns[content] = cube.values[:, :, at][place]
            held = cube.held[:, :, at][place]
            if not held.all():
                lacking[content] = ~held
    return Snapshot(
        path,
        vintage,
        tuple(sorted(cube.areas)),
        tuple(sorted(cube.months)),
        columns,
        lacking,
    )


def _download_facts(raw: bytes, snapshot: Snapshot, cube: Cube) -> dict[str, object]:
    return {
        "sha256": hashlib.sha256(raw).hexdigest(),
        "vintage": snapshot.vintage,
        "first_month": snapshot.months[0],
        "last_month": snapshot.months[-1],
        "rows": int(cube.held.any(axis=2).sum()),
        "columns": (*KEY_COLUMNS, *cube.contents),
    }
