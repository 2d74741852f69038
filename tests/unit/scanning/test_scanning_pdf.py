"""Codes in PDFs as the reports' own renderer makes them: subset fonts, tags, attachments."""

from pathlib import Path

import pikepdf
import planting
import pytest
from planting import code

from indicators.scanning.findings import ARTIFICIAL
from indicators.scanning.scanner import scan_paths

SPLIT = "#set page(width: 60pt, margin: 5pt)\n#set text(size: 9pt, hyphenate: false)\n"
PAGES = {
    "page 1": "Työtön {whole} on",
    "page 2": "first #pagebreak() second {whole}",
    "page 1, in two fonts": "{start}#strong[{middle}]#emph[{end}]",
    "page 1, at the end of a line": SPLIT + "aaaa {start}#linebreak(){rest}",
    "page 1, letters apart": "#text(tracking: 2pt)[{whole}]",
    "title": '#set document(title: "of {whole}")\na',
    "author": '#set document(author: "{whole}")\na',
    "alternative text": '#figure(rect(), alt: "picture of {whole}")',
    "link": '#link("https://example.invalid/{whole}")[a]',
    "attachment": '#pdf.attach("attached.txt")\na',
}


@pytest.mark.parametrize("where", PAGES)
def test_a_code_in_a_pdf_is_found(tmp_path: Path, where: str) -> None:
    item = code()
    body = PAGES[where]
    for name, part in {
        "whole": item, "start": item[:7], "middle": item[7:9], "end": item[9:], "rest": item[7:],
    }.items():  # fmt: skip
        body = body.replace(f"{{{name}}}", part)
    data = planting.pdf_bytes(body, attached=f"a,b\n1,{item}\n".encode())
    (tmp_path / "a.pdf").write_bytes(data)
    found = scan_paths([tmp_path])
    assert {finding.kind for finding in found.findings} == {ARTIFICIAL}
    assert not found.unreadable
    if where.startswith("page"):
        assert where.startswith(found.findings[0].place)
    assert item not in found.text()


def test_a_pdf_without_one_is_clean(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(planting.pdf_bytes("Työtön 010190-9501 ja 12345678901"))
    scan_paths([tmp_path]).check()


def changed(tmp_path: Path, **options: object) -> Path:
    """A PDF of one page with a code in a form field, a picture and a script."""
    path = tmp_path / "a.pdf"
    path.write_bytes(planting.pdf_bytes("nothing"))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        picture = planting.jpeg(tmp_path, code()).read_bytes()
        image = pdf.make_stream(picture)
        image.stream_dict.update(
            {"/Subtype": pikepdf.Name.Image, "/Filter": pikepdf.Name.DCTDecode}
        )
        pdf.Root.Extra = pikepdf.Dictionary(
            Picture=image,
            Raw=pdf.make_stream(f"({code(number=951)}) Tj".encode()),
            Wide=pikepdf.String(f"ä {code(number=952)}"),
            Deep=pikepdf.Array([pikepdf.Dictionary(V=pikepdf.String(code(number=953)))]),
        )
        pdf.save(path, **options)
    (tmp_path / "picture.jpg").unlink()
    return path


def test_every_object_is_looked_through(tmp_path: Path) -> None:
    changed(tmp_path)
    found = scan_paths([tmp_path])
    assert sum(finding.count for finding in found.findings) == 4
    assert any("picture > bytes" in finding.place for finding in found.findings)


OLD = {"R": 3, "aes": False, "metadata": False}


@pytest.mark.parametrize("how", [{}, OLD])
def test_an_encrypted_pdf_is_told(tmp_path: Path, how: dict) -> None:
    changed(tmp_path, encryption=pikepdf.Encryption(owner="o", user="u", **how))
    found = scan_paths([tmp_path])
    assert [item.reason.split(";")[0] for item in found.unreadable] == ["encrypted"]


def test_a_pdf_that_only_its_owner_may_change_is_read(tmp_path: Path) -> None:
    changed(tmp_path, encryption=pikepdf.Encryption(owner="o", user="", **OLD))
    found = scan_paths([tmp_path])
    assert not found.unreadable
    assert sum(finding.count for finding in found.findings) == 4


def test_a_damaged_object_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = changed(tmp_path)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        broken = pdf.make_stream(b"this is not packed")
        broken.stream_dict["/Filter"] = pikepdf.Name.LZWDecode
        pdf.Root.Extra.Broken = broken
        pdf.pages[0].Contents = pikepdf.Dictionary(A=1)
        pdf.save(path)
    found = scan_paths([tmp_path])
    assert sum(finding.count for finding in found.findings) == 4
