"""Files of every type with a text planted in them. Codes are made here, of the artificial range."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from pyarrow import feather, parquet

CONTROL = "0123456789ABCDEFHJKLMNPRSTUVWXY"
Plant = Callable[[Path, str], Path]


def code(sign: str = "-", number: int = 950, day: str = "010190") -> str:
    """A code that nobody has, with its control character."""
    digits = f"{day}{number:03d}"
    return f"{day}{sign}{number:03d}{CONTROL[int(digits) % 31]}"


def text(path: Path, planted: str) -> Path:
    path = path / "notes.txt"
    path.write_text(f"first\nsee {planted} here\n", encoding="utf-8")
    return path


def log(path: Path, planted: str) -> Path:
    path = path / "run.log"
    path.write_text(f'2022-02-01 12:00:00 ERROR row {{"key":"{planted}"}}\n', encoding="utf-8")
    return path


def latin1(path: Path, planted: str) -> Path:
    path = path / "latin.txt"
    path.write_bytes(f"Työtön henkilö {planted} äöå".encode("latin-1"))
    return path


def utf16(path: Path, planted: str) -> Path:
    path = path / "utf16.txt"
    path.write_text(f"työtön {planted} henkilö", encoding="utf-16")
    return path


def utf16_unmarked(path: Path, planted: str) -> Path:
    path = path / "utf16le.txt"
    path.write_bytes(f"a person {planted} of no mark at all".encode("utf-16-le"))
    return path


def comma(path: Path, planted: str) -> Path:
    path = path / "rows.csv"
    path.write_text(f'a,b\n1,x\n2,"{planted}"\n', encoding="utf-8")
    return path


def tabs(path: Path, planted: str) -> Path:
    path = path / "rows.tsv"
    path.write_text(f"a\tb\n1\t{planted}\n", encoding="utf-8")
    return path


def broken_rows(path: Path, planted: str) -> Path:
    path = path / "ragged.csv"
    path.write_text(f'a,b\n1\n2,3,4,{planted}\n"open', encoding="utf-8")
    return path


def json_file(path: Path, planted: str) -> Path:
    path = path / "data.json"
    escaped = planted.replace("-", "\\u002d")
    path.write_text(f'{{"rows": [{{"a": 1}}, {{"a": "{escaped}"}}]}}', encoding="utf-8")
    return path


def json_key(path: Path, planted: str) -> Path:
    path = path / "keys.json"
    path.write_text(json.dumps({"people": {planted: 1}}), encoding="utf-8")
    return path


def json_lines(path: Path, planted: str) -> Path:
    path = path / "data.jsonl"
    path.write_text(f'{{"a": 1}}\nnot json\n{{"a": "{planted}"}}\n', encoding="utf-8")
    return path


def page(path: Path, planted: str) -> Path:
    path = path / "page.html"
    path.write_text(f"<!doctype html><p>a</p><p>{planted}</p>", encoding="utf-8")
    return path


def page_marked_up(path: Path, planted: str) -> Path:
    path = path / "page.html"
    cut = f"{planted[:7]}<b class='x'>{planted[7:10]}</b>{planted[10]}"
    path.write_text(f"<html><p>one {cut} two</p></html>", encoding="utf-8")
    return path


def page_entities(path: Path, planted: str) -> Path:
    path = path / "page.html"
    path.write_text(f"<html><p>{planted.replace('-', '&#45;')}</p></html>", encoding="utf-8")
    return path


def page_attribute(path: Path, planted: str) -> Path:
    path = path / "page.html"
    path.write_text(f"<html><img alt='person&#32;{planted}'></html>", encoding="utf-8")
    return path


def page_data(path: Path, planted: str) -> Path:
    packed = base64.b64encode(f"a,b\n1,{planted}\n".encode()).decode()
    path = path / "page.html"
    path.write_text(f"<html><a href='data:text/csv;base64,{packed}'>x</a></html>")
    return path


def page_data_escaped(path: Path, planted: str) -> Path:
    escaped = "".join(f"%{ord(sign):02X}" for sign in planted)
    path = path / "page.html"
    path.write_text(f"<html><a href='data:text/plain,x%20{escaped}'>x</a></html>")
    return path


def page_picture(path: Path, planted: str) -> Path:
    packed = base64.b64encode(png_bytes(b"zTXt", planted)).decode()
    path = path / "page.html"
    path.write_text(f"<html><img src='data:image/png;base64,{packed}' alt=''></html>")
    return path


def page_script(path: Path, planted: str) -> Path:
    path = path / "page.html"
    path.write_text(f"<html><script>var a = '\\n{planted}';</script><!-- c --></html>")
    return path


def page_comment(path: Path, planted: str) -> Path:
    path = path / "page.html"
    path.write_text(f"<html><!-- {planted} --></html>")
    return path


def drawing(path: Path, planted: str) -> Path:
    parts = "".join(f"<tspan x='{at}'>{sign}</tspan>" for at, sign in enumerate(planted))
    path = path / "drawing.svg"
    path.write_text(f"<svg xmlns='http://www.w3.org/2000/svg'><text>{parts}</text></svg>")
    return path


def markdown(path: Path, planted: str) -> Path:
    path = path / "page.md"
    path.write_text(f"# a\n\nperson {planted[:7]}**{planted[7:10]}**{planted[10]}\n")
    return path


def dashes(path: Path, planted: str) -> Path:
    path = path / "dash.txt"
    path.write_text(f"person {planted.replace('-', '–')[:9]}\u200b{planted[9:]}", encoding="utf-8")
    return path


def notebook(path: Path, outputs: list[dict], source: str = "1 + 1", **more: object) -> Path:
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": source}
    book = {
        "cells": [{**cell, "outputs": outputs, **more}], "metadata": {}, "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    path = path / "book.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


def notebook_source(path: Path, planted: str) -> Path:
    return notebook(path, [], source=f"find('{planted}')")


def notebook_stream(path: Path, planted: str) -> Path:
    return notebook(path, [{"output_type": "stream", "name": "stdout", "text": ["a\n", planted]}])


def notebook_html(path: Path, planted: str) -> Path:
    data = {"text/html": [f"<td>{planted[:7]}<i>", f"{planted[7:]}</i></td>"]}
    return notebook(path, [{"output_type": "display_data", "data": data, "metadata": {}}])


def notebook_picture(path: Path, planted: str) -> Path:
    packed = base64.encodebytes(png_bytes(b"iTXt", planted)).decode()
    data = {"image/png": packed}
    return notebook(path, [{"output_type": "display_data", "data": data, "metadata": {}}])


def notebook_attachment(path: Path, planted: str) -> Path:
    packed = base64.b64encode(f"x {planted}".encode()).decode()
    return notebook(path, [], attachments={"a.txt": {"application/octet-stream": packed}})


def notebook_error(path: Path, planted: str) -> Path:
    error = {"output_type": "error", "ename": "E", "evalue": planted, "traceback": ["a"]}
    return notebook(path, [error])


def parquet_text(path: Path, planted: str) -> Path:
    path = path / "rows.parquet"
    parquet.write_table(pa.table({"n": [1, 2], "t": ["a", f"x {planted}"]}), path)
    return path


def parquet_dictionary(path: Path, planted: str) -> Path:
    column = pa.array(["a", planted, planted]).dictionary_encode()
    path = path / "rows.parquet"
    parquet.write_table(pa.table({"t": column}), path, compression="zstd")
    return path


def parquet_nested(path: Path, planted: str) -> Path:
    column = pa.array([[{"k": "a"}], [{"k": planted}]])
    path = path / "rows.parquet"
    parquet.write_table(pa.table({"t": column, "m": [b"a", b"b"]}), path, compression="zstd")
    return path


def parquet_metadata(path: Path, planted: str) -> Path:
    schema = pa.schema([pa.field("a", pa.int64(), metadata={"note": planted})])
    path = path / "rows.parquet"
    parquet.write_table(pa.table({"a": [1]}, schema=schema), path)
    return path


def parquet_column_name(path: Path, planted: str) -> Path:
    path = path / "rows.parquet"
    parquet.write_table(pa.table({f"of {planted}": [1]}), path)
    return path


def arrow_ipc(path: Path, planted: str) -> Path:
    path = path / "rows.feather"
    feather.write_feather(pa.table({"t": ["a", planted]}), path, compression="zstd")
    return path


def workbook(path: Path, planted: str) -> Path:
    return _workbook(path, f"<si><t>a</t></si><si><r><t>{planted[:7]}</t></r>"
                           f"<r><rPr/><t>{planted[7:]}</t></r></si>")  # fmt: skip


def workbook_inline(path: Path, planted: str) -> Path:
    return _workbook(path, "<si><t>a</t></si><si><t>b</t></si>", inline=planted)


def workbook_properties(path: Path, planted: str) -> Path:
    return _workbook(path, "<si><t>a</t></si><si><t>b</t></si>", author=planted)


def _workbook(path: Path, shared: str, inline: str = "x", author: str = "nobody") -> Path:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f"<workbook xmlns='{main}' xmlns:r='{relations}'><sheets>"
        "<sheet name='People' sheetId='1' r:id='rId1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships xmlns='x'>"
        "<Relationship Id='rId1' Target='worksheets/sheet1.xml'/></Relationships>",
        "xl/sharedStrings.xml": f"<sst xmlns='{main}'>{shared}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet xmlns='{main}'><sheetData>"
        "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1'><v>12</v></c></row>"
        f"<row r='2'><c r='A2' t='s'><v>1</v></c><c r='B2' t='inlineStr'><is><t>{inline}</t></is>"
        "</c></row></sheetData></worksheet>",
        "docProps/core.xml": f"<cp><creator>{author}</creator></cp>",
    }
    path = path / "book.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def png_bytes(kind: bytes, planted: str) -> bytes:
    content = {
        b"tEXt": b"Comment\0" + planted.encode(),
        b"zTXt": b"Comment\0\0" + zlib.compress(planted.encode()),
        b"iTXt": b"Comment\0\1\0fi\0\0" + zlib.compress(planted.encode()),
        b"eXIf": b"II*\0" + planted.encode("utf-16-le"),
    }[kind]
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (kind, content)]
    parts += [(b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n"
    for name, part in parts:
        check = struct.pack(">I", zlib.crc32(name + part))
        data += struct.pack(">I", len(part)) + name + part + check
    return data


def _png(kind: bytes) -> Plant:
    def plant(path: Path, planted: str) -> Path:
        path = path / "picture.png"
        path.write_bytes(png_bytes(kind, planted))
        return path

    plant.__name__ = f"png_{kind.decode()}"
    return plant


def png_behind(path: Path, planted: str) -> Path:
    path = path / "picture.png"
    path.write_bytes(png_bytes(b"tEXt", "x") + planted.encode())
    return path


def jpeg(path: Path, planted: str) -> Path:
    comment = f"x {planted}".encode()
    path = path / "picture.jpg"
    path.write_bytes(
        b"\xff\xd8\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + b"\xff\xd9"
    )
    return path


def tiff(path: Path, planted: str) -> Path:
    path = path / "picture.tiff"
    path.write_bytes(b"II*\0\x08\0\0\0" + b"\0" * 20 + planted.encode() + b"\0")
    return path


def pickled_oldest(path: Path, planted: str) -> Path:
    path = path / "cache.pkl"
    path.write_bytes(pickle.dumps({"a": [1, planted]}, protocol=0))
    return path


def gzipped(path: Path, planted: str) -> Path:
    path = path / "rows.csv.gz"
    path.write_bytes(gzip.compress(f"a;b\n1;{planted}\n".encode()))
    return path


def zipped(path: Path, planted: str) -> Path:
    path = path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/rows.csv", f"a;b\n1;{planted}\n")
    return path


def zip_in_tar_in_gzip(path: Path, planted: str) -> Path:
    inner = zipped(path, planted)
    outer = path / "all.tar.gz"
    with tarfile.open(outer, "w:gz") as archive:
        archive.add(inner, "inner.zip")
    inner.unlink()
    return outer


def ansi(path: Path, planted: str) -> Path:
    coloured = f"\x1b[1;31m{planted[:6]}\x1b[0m{planted[6]}\x1b[38;5;9m{planted[7:]}\x1b[0m"
    traceback = {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["a", coloured]}
    return notebook(path, [traceback])


def ansi_log(path: Path, planted: str) -> Path:
    path = path / "run.log"
    path.write_text("\x1b[32m" + "\x1b[1m".join(planted) + "\x1b]0;title\x07\n", encoding="utf-8")
    return path


def escapes_in_a_column(path: Path, planted: str) -> Path:
    path = path / "rows.parquet"
    parquet.write_table(pa.table({"t": ["a", planted.replace("-", "&ndash;")]}), path)
    return path


def mail(path: Path, planted: str) -> Path:
    path = path / "mail.eml"
    path.write_text(f"Subject: a\n\nperson {planted.replace('-', '=2D')} of ours\n")
    return path


def font(path: Path, planted: str) -> Path:
    path = path / "letters.otf"
    path.write_bytes(b"OTTO\0\1" + b"\0" * 20 + planted.encode("utf-16-be") + b"\0\0")
    return path


def stored_in_zip(path: Path, planted: str) -> Path:
    """Between the members, where no reader of zip files looks."""
    path = path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "nothing")
        archive.fp.write(b"\0" + planted.encode() + b"\0")
        archive.start_dir = archive.fp.tell()
        archive.writestr("b.txt", "nothing")
    return path


def name_of_file(path: Path, planted: str) -> Path:
    path = path / f"letter_{planted}.txt"
    path.write_text("nothing")
    return path


def name_of_folder(path: Path, planted: str) -> Path:
    path = path / planted
    path.mkdir()
    (path / "a.txt").write_text("nothing")
    return path


def name_in_zip(path: Path, planted: str) -> Path:
    path = path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{planted}.txt", "nothing")
    return path


EVERYWHERE: tuple[Plant, ...] = (
    text, log, latin1, utf16, utf16_unmarked, comma, tabs, broken_rows, json_file, json_key,
    json_lines, page, page_marked_up, page_entities, page_attribute, page_data, page_data_escaped,
    page_picture, page_script, page_comment, drawing, markdown, dashes, notebook_source,
    notebook_stream, notebook_html, notebook_picture, notebook_attachment, notebook_error,
    ansi, ansi_log, escapes_in_a_column, mail,
    parquet_text, parquet_dictionary, parquet_nested, parquet_metadata, parquet_column_name,
    arrow_ipc, workbook, workbook_inline, workbook_properties,
    _png(b"tEXt"), _png(b"zTXt"), _png(b"iTXt"), _png(b"eXIf"), png_behind, jpeg, tiff, font,
    pickled_oldest, gzipped, zipped, stored_in_zip, zip_in_tar_in_gzip, name_of_file,
    name_of_folder, name_in_zip,
)  # fmt: skip

UNSEEN: dict[str, Callable[[bytes], bytes]] = {
    "cache.pkl": lambda planted: pickle.dumps({"a": planted.decode()}),
    "array.npy": lambda planted: b"\x93NUMPY\1\0v\0{}" + planted,
    "base.sqlite": lambda planted: b"SQLite format 3\0" + b"\0" * 80 + planted,
    "rows.orc": lambda planted: b"ORC\0\3" + planted,
    "rows.bz2": bz2.compress,
    "rows.xz": lzma.compress,
    "rows.zlib": zlib.compress,
    "rows.zst": lambda planted: b"\x28\xb5\x2f\xfd\x20\x0b\x59\0\0" + planted,
    "rows.7z": lambda planted: b"7z\xbc\xaf\x27\x1c\0" + planted,
    "rows.rar": lambda planted: b"Rar!\x1a\x07\0" + planted,
    "base.h5": lambda planted: b"\x89HDF\r\n\x1a\n\0" + planted,
    "base.duckdb": lambda planted: b"\0" * 8 + b"DUCK" + b"\0" * 30 + planted,
    "program.pyc": lambda planted: b"\xa7\r\r\n\0\0\0\0" + planted,
    "unknown.bin": lambda planted: bytes(range(256)) + planted + b"\xff\0\1",
    "tail.txt": lambda planted: b"a text\n" * 2000 + b"\0\0\0\1" + planted,
}
"""Kinds that no artefact of ours has, by the name of a file: their bytes alone are read."""


def pdf_bytes(body: str, **attached: bytes) -> bytes:
    """A tagged PDF with subset fonts, as the reports' own renderer makes it."""
    import tempfile

    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.typ"
        for name, data in attached.items():
            (Path(folder) / f"{name}.txt").write_bytes(data)
        source.write_text(body, encoding="utf-8")
        return bytes(typst.compile(str(source), format="pdf"))


def stream_of(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)
