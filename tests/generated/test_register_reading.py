"""Text tables in every form: the fast look and the fast reader see what the csv module sees."""

import csv
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.errors import DataError
from indicators.problems import raise_problems
from indicators.sources.register import csv_dialect as dialects
from indicators.sources.register.csv_dialect import read_dialect
from indicators.sources.register.discovery import SourceFile
from indicators.sources.register.layout import SOURCE_TABLES
from indicators.sources.register.reading import FileBlocks

HEADER = ["hid_e", "tyok1", "tappvh", "tppvm", "huom"]
CELL = st.one_of(
    st.just(""),
    st.sampled_from(["1", "02", "2021-01-01", "Lahti", "Äänekoski", "näin: on"]),
    st.text(alphabet='ab "\n\r;,\t|ä', max_size=8),
)
ROWS = st.lists(st.lists(CELL, min_size=5, max_size=5), max_size=12)
FORM = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(";,\t|"),
        "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    }
)
ENCODING = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"])
PIECE = st.sampled_from([3, 7, 64, 1 << 20])
RELAXED = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def written(path, rows, form, encoding, before=""):
    """As the csv module writes, but with every line break in quotes whatever ends a row."""
    lines = [form["delimiter"].join(quoted(cell, form) for cell in row) for row in [HEADER, *rows]]
    text = before + "".join(line + form["lineterminator"] for line in lines)
    path.write_bytes(text.encode(encoding))


def quoted(cell, form):
    needed = any(sign in cell for sign in (form["delimiter"], '"', "\n", "\r"))
    if needed or form.get("quoting") == csv.QUOTE_ALL:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def read(file):
    """Rows of all pieces, as tuples of texts; an empty field is None."""
    pieces = FileBlocks(file)
    found = []
    for piece in pieces:
        columns = [column.dictionary_decode().to_pylist() for column in piece.values()]
        found += zip(*columns, strict=True)
    return found, pieces.broken


def source_file(path):
    dialect, problems = read_dialect(path, SOURCE_TABLES["YTYOLL"].column_names)
    raise_problems(problems)
    positions = {name: place for place, name in enumerate(HEADER)}
    table = SOURCE_TABLES["YTYOLL"]
    return SourceFile(path, table, positions, dialect.header, dialect.rows, "text", dialect)


@RELAXED
@given(rows=ROWS, form=FORM, encoding_and_piece=st.tuples(ENCODING, PIECE))
def test_any_table_of_the_csv_module_is_read_alike(
    tmp_path, monkeypatch, rows, form, encoding_and_piece
):
    encoding, piece = encoding_and_piece
    monkeypatch.setattr(dialects, "_BLOCK_BYTES", piece)
    path = tmp_path / "YTYOLL.csv"
    written(path, rows, form, encoding)
    file = source_file(path)
    assert file.dialect.header == tuple(HEADER)
    assert file.dialect.separator == form["delimiter"]
    assert file.dialect.even
    assert file.dialect.rows == len(rows)
    expected = [tuple(cell or None for cell in row) for row in rows]
    assert read(file) == (expected, 0)
    slow = replace(file, dialect=replace(file.dialect, even=False))
    assert read(slow) == (expected, 0)


@RELAXED
@given(
    lengths=st.lists(st.integers(1, 7), min_size=1, max_size=12),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_rows_of_other_lengths_are_filled_up_or_counted(tmp_path, lengths, end):
    path = tmp_path / "YTYOLL.csv"
    lines = [";".join(["1"] * length) for length in lengths]
    path.write_bytes((end.join([";".join(HEADER), *lines]) + end).encode())
    found, broken = read(source_file(path))
    assert broken == sum(length > 5 for length in lengths)
    filled = [("1",) * min(length, 5) + (None,) * (5 - length) for length in lengths if length < 6]
    assert Counter(found) == Counter(filled)


@RELAXED
@given(data=st.data(), rows=st.integers(3, 30), form=FORM)
def test_a_quote_that_is_never_closed_is_seen(tmp_path, data, rows, form):
    """The rows behind it are swallowed by the field that it begins."""
    form = form | {"quoting": csv.QUOTE_MINIMAL}
    table = [[str(n), "02", "2021-01-01", "2021-02-01", "ok"] for n in range(rows)]
    path = tmp_path / "YTYOLL.csv"
    written(path, table, form, "utf-8")
    lines = path.read_bytes().decode().split(form["lineterminator"])
    line = data.draw(st.integers(1, rows - 1))
    cells = lines[line].split(form["delimiter"])
    place = data.draw(st.integers(0, 4))
    cells[place] = '"' + cells[place]
    lines[line] = form["delimiter"].join(cells)
    path.write_bytes(form["lineterminator"].join(lines).encode())
    with pytest.raises(DataError, match="a quote is never closed"):
        source_file(path)


@pytest.mark.parametrize(
    "before", ["Otsikko\n", "\n\n", "Otsikko; kaksi\n\nTulostettu\n", "sep=;\n"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_titles_stand_before_a_header(tmp_path, before, encoding):
    path = tmp_path / "YTYOLL.csv"
    form = {"delimiter": ";", "lineterminator": "\n"}
    written(path, [["1", "02", "2021-01-01", "", "ä"]], form, encoding, before + "Työttömät\n" * 2)
    assert read(source_file(path))[0] == [("1", "02", "2021-01-01", None, "ä")]
