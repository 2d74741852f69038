"""The data dictionary, written from the code's own definitions of the tables.

Names, types, nullability and closed lists come from ``indicators.register.schema``,
``indicators.table``, the catalogue and the readers of the sources; only what a column means is said
in ``docs/dictionary.toml``. :func:`missing_words` says what lacks its words, and
:func:`superfluous_words` which words have no place.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from indicators import table
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.register.schema import TABLES, Column, Table
from indicators.sources.register.layout import SOURCE_TABLES, Field, SourceTable
from indicators.sources.statfin import reader

WORDS_FILE = Path(__file__).resolve().parents[1] / "dictionary.toml"

# Codes of the register that the catalogue names, as a dimension's categories.
_IN_CATALOGUE = {
    ("service_line", "line"): "service_line",
    ("service", "group"): "service_group",
    ("service_price", "group"): "service_group",
}
# The same list of codes is told once, and named where it serves again.
_SAME_AS = {
    ("employment_code", "end_reason"): ("job_search", "end_reason"),
    ("survey_round", "instrument"): ("survey", "instrument"),
}
# The register's own code list tells results by number alone: which of them the indicators read as
# filled, and which are left out, is said by the definitions of 14 and 15.
_BY_NUMBER = {("job_offer", "result"), ("introduction", "result")}

_KINDS = {
    "person": "person's id",
    "date": "day",
    "end": "day, open if missing",
    "code": "code",
    "word": "word",
    "text": "text",
    "number": "number",
    "amount": "number from 0 to 10⁹",
    "count": "whole number",
}
_LONG_TYPES = dict.fromkeys(table.NUMBERS, "double")


def words() -> dict[str, Any]:
    """What ``dictionary.toml`` says."""
    return tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))


def data_dictionary() -> str:
    """The page, in Markdown."""
    told, catalogue = words(), load_catalogue()
    lines = [*_OPENING]
    lines += ["## The long table", "", *_long_table(told, catalogue)]
    lines += ["## The canonical register", "", *_REGISTER]
    for found in TABLES.values():
        lines += _register_table(found, told, catalogue)
    lines += ["## What is read of a delivery", "", *_DELIVERY]
    for source in SOURCE_TABLES.values():
        lines += _source_table(source)
    lines += ["## StatFin's table 12r5", "", *_statfin()]
    return "\n".join(lines) + "\n"


def missing_words() -> list[str]:
    """Tables, columns and codes of the code that ``dictionary.toml`` says nothing of."""
    told = words()
    register, codes = told["register"], told["codes"]
    missing = [f"long_table.{name}" for name in table.COLUMNS if name not in told["long_table"]]
    for found in TABLES.values():
        said = register.get(found.name, {})
        missing += [f"register.{found.name}.{n}" for n in ("about", *found.names) if n not in said]
        for column in found.columns:
            if place := _place_of_codes(found, column):
                said = codes.get(place[0], {}).get(place[1], {})
                missing += [
                    f"codes.{'.'.join(place)}.{c}"
                    for c in sorted(column.codes or ())
                    if c not in said
                ]
    return sorted(set(missing))


def superfluous_words() -> list[str]:
    """What ``dictionary.toml`` says of tables, columns and codes that the code does not have."""
    told = words()
    extra = [f"long_table.{name}" for name in told["long_table"] if name not in table.COLUMNS]
    for name, said in told["register"].items():
        columns = TABLES[name].names if name in TABLES else ()
        extra += [f"register.{name}.{n}" for n in said if n not in ("about", *columns)]
    for name, columns in told["codes"].items():
        for column, said in columns.items():
            known = TABLES[name].column(column).codes or ()
            extra += [f"codes.{name}.{column}.{code}" for code in said if code not in known]
    return extra


def _place_of_codes(found: Table, column: Column) -> tuple[str, str] | None:
    """Where ``dictionary.toml`` has the words of a closed list; none if the catalogue has them."""
    place = _SAME_AS.get((found.name, column.name), (found.name, column.name))
    known = place in _IN_CATALOGUE or place in _BY_NUMBER
    return None if column.codes is None or known else place


def _codes(
    found: Table, column: Column, told: Mapping[str, Any], catalogue: Catalogue
) -> dict[str, str]:
    """The closed list of a column, with what each code means."""
    place = _SAME_AS.get((found.name, column.name), (found.name, column.name))
    listed = sorted(column.codes or ())
    if place in _BY_NUMBER:
        return dict.fromkeys(listed, "")
    if dimension := _IN_CATALOGUE.get(place):
        return {c: catalogue.label("category", f"{dimension}.{c}", "en") for c in listed}
    return {code: told["codes"][place[0]][place[1]][code] for code in listed}


def _long_table(told: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield "One row a figure: what `compute` gives, and `protect` takes and gives."
    yield ""
    rows = [
        (
            f"`{name}`",
            _LONG_TYPES.get(name, "text"),
            "key" if name in table.KEY else "",
            told["long_table"][name],
        )
        for name in table.COLUMNS
    ]
    yield from markdown_table(("column", "type", "", "meaning"), rows)
    yield "In files texts are dictionary-encoded (Parquet) and a missing value is empty (CSV)."
    yield ""
    for kind in ("status", "population", "source"):
        yield f"**{kind}**"
        yield ""
        codes = table.STATUSES if kind == "status" else tuple(catalogue.labels[kind])
        rows = [
            (f"`{c}`", catalogue.label(kind, c, "en"), catalogue.explanation(kind, c, "en"))
            for c in codes
        ]
        yield from markdown_table(("code", "label", "meaning"), rows)
    yield "**dimension and category**"
    yield ""
    yield from markdown_table(
        ("dimension", "label", "categories"),
        [
            (
                f"`{code}`",
                catalogue.label("dimension", code, "en"),
                _categories(code, catalogue) or "as the source names them",
            )
            for code in catalogue.labels["dimension"]
        ],
    )
    yield "**unit**"
    yield ""
    rows = [(f"`{u.id}`", u.plural["en"]) for u in catalogue.units.values()]
    yield from markdown_table(("unit", "as text"), rows)


def _categories(dimension: str, catalogue: Catalogue) -> str:
    prefix = f"{dimension}."
    return "; ".join(
        f"`{key.removeprefix(prefix)}` {label.label['en']}"
        for key, label in catalogue.labels["category"].items()
        if key.startswith(prefix)
    )


def _register_table(found: Table, told: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    said = told["register"][found.name]
    yield f"### `{found.name}`"
    yield ""
    needed = (
        "A register is whole without it." if found.optional else "There is no register without it."
    )
    yield f"{said['about']} {needed}"
    yield ""
    rows = [
        (
            f"`{column.name}`",
            f"`{column.type}`",
            "yes" if column.nullable else "",
            said[column.name],
        )
        for column in found.columns
    ]
    yield from markdown_table(("column", "type", "may be missing", "meaning"), rows)
    for column in found.columns:
        place = (found.name, column.name)
        if column.codes is None:
            continue
        if same := _SAME_AS.get(place):
            yield f"`{column.name}` has the codes of `{same[0]}.{same[1]}`."
            yield ""
            continue
        codes = _codes(found, column, told, catalogue)
        if any(codes.values()):
            yield f"Codes of `{column.name}`:"
            yield ""
            yield from markdown_table(
                ("code", "meaning"), [(f"`{c}`", m) for c, m in codes.items()]
            )
        else:
            listed = ", ".join(f"`{code}`" for code in codes)
            yield f"Codes of `{column.name}`, the register's own: {listed}."
            yield ""


def _source_table(source: SourceTable) -> Iterator[str]:
    yield f"### {source.name}"
    yield ""
    notes = ["There is no register without it."] if source.needed else []
    if source.aliases:
        names = ", ".join(f"`{name}`" for name in source.aliases)
        notes.append(f"Files may be called {names} too.")
    if notes:
        yield " ".join(notes)
        yield ""
    rows = [_field_row(field) for field in source.fields]
    yield from markdown_table(("read as", "columns", "kind", "needed"), rows)


def _field_row(field: Field) -> tuple[str, ...]:
    columns = " or ".join(f"`{name}`" for name in field.columns)
    return (f"`{field.name}`", columns, _KINDS[field.kind], "yes" if field.needed else "")


def _statfin() -> Iterator[str]:
    listed = files("indicators.sources.statfin").joinpath("contents.csv").read_text("utf-8")
    names = {row["code"]: row["text"] for row in csv.DictReader(listed.splitlines())}
    yield "Employment service statistics by area and month: Statistics Finland, CC BY 4.0."
    yield "`--statfin` takes a folder of snapshots, or files as people download them."
    yield ""
    rows = [
        (f"`{reader.AREA}`", "text", "Area code: KU398, MK07, SK071, ELY04, SSS …"),
        (f"`{reader.MONTH}`", "text", "Month as StatFin writes it: 2022M02"),
        *(
            (f"`{code}`", "count, hidden (1–4) if missing", names.get(code, ""))
            for code in reader.COUNT_COLUMNS
        ),
        *(
            (f"`{code}`", "share, rounded: checked, never used", names.get(code, ""))
            for code in reader.RATE_COLUMNS
        ),
    ]
    yield from markdown_table(("column", "type", "StatFin's name"), rows)


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of a pipe table, and an empty one after it."""
    yield _row(head)
    yield _row(["---"] * len(head))
    yield from map(_row, rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|").replace("\n", " ") for cell in cells) + " |"


_OPENING = [
    "# Data dictionary",
    "",
    "All tables with their columns, types and codes. This page is written at every build from the",
    "code's own definitions: it cannot differ from them. Types are Arrow's.",
    "",
]
_REGISTER = [
    "`indicators import` writes a folder of these tables, one Parquet file each, and `meta.json`.",
    "Spells are closed: `start` and `end` are the first and the last day. What import establishes",
    "stands in the [contract](/contract.md#the-canonical-register).",
    "",
]
_DELIVERY = [
    "Tables and columns of the jobseeker register under their own names, and of what is delivered",
    "beside it. A column that is not listed is never read. Names may be in any case; of several",
    "columns the first that is there serves.",
    "",
]
