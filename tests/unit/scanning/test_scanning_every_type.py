"""A personal identity code is found wherever it is put, told by its place, and never repeated."""

from pathlib import Path

import planting
import pytest
from planting import code

from indicators.errors import DataError, DisclosureError, UsageError
from indicators.scanning.findings import ARTIFICIAL, HETU
from indicators.scanning.scanner import scan_paths


@pytest.mark.parametrize("plant", planting.EVERYWHERE, ids=lambda plant: plant.__name__)
def test_a_planted_code_is_found_and_not_told(tmp_path: Path, plant: planting.Plant) -> None:
    planted = code()
    plant(tmp_path, planted)
    found = scan_paths([tmp_path])
    assert {finding.kind for finding in found.findings} == {ARTIFICIAL}
    assert not found.unreadable
    assert planted not in found.text()
    assert planted[:6] not in found.text().replace(str(tmp_path), "")
    with pytest.raises(DisclosureError) as caught:
        found.check()
    assert planted not in str(caught.value)
    assert caught.value.exit_status == 4


@pytest.mark.parametrize("plant", planting.EVERYWHERE, ids=lambda plant: plant.__name__)
def test_what_is_no_code_is_not_found(tmp_path: Path, plant: planting.Plant) -> None:
    right = code()
    wrong = right[:10] + ("A" if right[10] != "A" else "B")
    plant(tmp_path, wrong)
    found = scan_paths([tmp_path])
    assert found.findings == ()
    found.check()
    assert "nothing found" in found.text()


@pytest.mark.parametrize("name", planting.UNSEEN)
def test_a_binary_of_another_kind_is_not_called_clean(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(planting.UNSEEN[name](b"x"))
    found = scan_paths([tmp_path])
    assert [Path(item.file).name for item in found.unreadable] == [name]
    with pytest.raises(DataError):
        found.check()
    # What stands in its bytes is found all the same, unless it is packed.
    data = planting.UNSEEN[name](f" {code()} ".encode())
    (tmp_path / name).write_bytes(data)
    found = scan_paths([tmp_path])
    assert len(found.unreadable) == 1
    assert len(found.findings) == (code().encode() in data)


@pytest.mark.parametrize("sign", "+-YXWVUABCDEF")
def test_every_sign_of_the_century(tmp_path: Path, sign: str) -> None:
    planting.text(tmp_path, code(sign))
    [finding] = scan_paths([tmp_path]).findings
    assert (finding.kind, finding.place, finding.count) == (ARTIFICIAL, "line 2", 1)


PLACES = [
    (planting.comma, "column b, row 3"),
    (planting.page, "line 1"),
    (planting.page_marked_up, "line 1"),
    (planting.page_entities, "line 1"),
    (planting.drawing, "line 1"),
    (planting.page_attribute, "line 1"),
    (planting.page_data, "attribute href, data text/csv > column b, row 2"),
    (planting.page_picture, "attribute src, data image/png > zTXt Comment"),
    (planting.notebook_source, "cell 1, line 1"),
    (planting.notebook_stream, "cell 1, output 1, line 2"),
    (planting.notebook_picture, "cell 1, output 1, image/png > iTXt Comment"),
    (planting.parquet_text, "column t, row 2"),
    (planting.parquet_nested, "column k, row 2"),
    (planting.parquet_metadata, "metadata of a"),
    (planting.json_file, "rows, column a, row 2"),
    (planting.workbook, "sheet People, column A, column a, row 2"),
    (planting.zip_in_tar_in_gzip, "unpacked > inner.zip > folder/rows.csv > column b, row 2"),
    (planting.name_of_file, "name of the file"),
]


@pytest.mark.parametrize(("plant", "place"), PLACES, ids=lambda item: getattr(item, "__name__", ""))
def test_the_place_is_told(tmp_path: Path, plant: planting.Plant, place: str) -> None:
    plant(tmp_path, code())
    assert [item.place for item in scan_paths([tmp_path]).findings] == [place]


def test_what_two_readings_meet_is_counted_once(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    item, other = code(), code(number=951)
    path.write_text(f"a,b\n{item},{item}\n{item},{other}\n")
    found = scan_paths([tmp_path]).findings
    assert [(f.place, f.count) for f in found] == [("column a, row 2", 2), ("column b, row 2", 2)]


def test_a_living_persons_code_is_told_from_an_artificial_one(tmp_path: Path) -> None:
    real = code(number=899)
    (tmp_path / "a.txt").write_text(f"{real} {code()}")
    assert [finding.kind for finding in scan_paths([tmp_path]).findings] == [HETU, ARTIFICIAL]


def test_a_file_of_any_length_is_read_part_by_part(tmp_path: Path, monkeypatch) -> None:
    from indicators.scanning.reading import texts

    monkeypatch.setattr(texts, "PART_BYTES", 4096)
    item = code()
    lines = "".join(f"{'x' * (n % 97)} {item}\n" for n in range(3000))
    (tmp_path / "long.txt").write_text(lines)
    (tmp_path / "long.bin").write_bytes(b"\xff\0\1" + lines.encode())
    found = scan_paths([tmp_path]).findings
    assert [(item.place, item.count) for item in found] == [("bytes", 3000), ("line 1", 3000)]


def test_every_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        scan_paths([tmp_path, tmp_path / "one", tmp_path / "other"])
    assert [name in str(caught.value) for name in ("one", "other")] == [True, True]


def test_folders_that_hold_no_artefact_are_passed_over_and_told(tmp_path: Path) -> None:
    for folder in (".git", "env"):
        (tmp_path / folder).mkdir()
        planting.text(tmp_path / folder, code())
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    found = scan_paths([tmp_path])
    assert found.findings == ()
    assert len(found.passed_over) == 2
    assert scan_paths([tmp_path / ".git"]).findings


def test_a_link_to_a_file_is_followed_and_one_to_a_folder_outside_is_told(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (inside / "deep").mkdir(parents=True)
    planting.text(inside / "deep", code())
    (inside / "file").symlink_to(planting.text(outside, code()))
    (inside / "folder").symlink_to(outside)
    (inside / "circle").symlink_to(inside)
    (inside / "again").symlink_to(inside / "deep")
    found = scan_paths([inside, inside / "file"])
    assert sorted(Path(item.file).name for item in found.findings) == ["file", "notes.txt"]
    assert [item.file for item in found.unreadable] == [str(inside / "folder")]
    assert "outside of what is scanned" in found.text()
    both = scan_paths([inside, outside])
    assert (len(both.findings), both.unreadable) == (3, ())
    # A link that is named itself is followed.
    assert len(scan_paths([inside / "folder"]).findings) == 1


DAMAGED = {
    "a.parquet": b"PAR1\0\0\0\0\0",
    "a.feather": b"ARROW1\0\0\0\0",
    "a.pdf": b"%PDF-1.7\nnothing of one\0",
    "a.zip": b"PK\x03\x04\0\0\0\0\0",
    "a.gz": b"\x1f\x8b\x08\0\0\0\0\0",
    "a.tar": b"\xff" * 257 + b"ustar" + b"\0" * 300,
    "a.png": b"\x89PNG\r\n\x1a\n\0\0\xff\xfftEXta",
    "b.png": planting.png_bytes(b"zTXt", "x").replace(b"x\x9c", b"y\x9c", 1),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_cannot_be_read_is_told_and_is_status_3(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(DAMAGED[name])
    found = scan_paths([tmp_path])
    assert found.findings == ()
    assert {Path(item.file).name for item in found.unreadable} == {name}
    with pytest.raises(DataError) as caught:
        found.check()
    assert caught.value.exit_status == 3


def test_a_code_beside_damage_is_the_graver_fault(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(DAMAGED["a.gz"])
    planting.text(tmp_path, code())
    with pytest.raises(DisclosureError, match=r"a\.gz"):
        scan_paths([tmp_path]).check()
