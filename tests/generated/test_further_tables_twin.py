"""Readers of StatFin's further tables against a slow and obvious twin, on generated answers.

The codes of variables and values, the language, the order of variables and the form of the file are
drawn; what must come is known from what was drawn.
"""

from __future__ import annotations

import io
import json
import random
from itertools import product
from pathlib import Path

import pytest
import xlsxwriter

from indicators.sources.statfin.further_tables import read_further_tables

AREAS = {"SSS": "KOKO MAA", "KU398": "Lahti", "KU098": "Hollola", "MK07": "MK07 Päijät-Häme"}
MONTHS = ("2026M04", "2026M05", "2026M06")
NAMES = {
    "fi": ("Alue", "Kuukausi", "Sukupuoli", "Työllisyyskoodin kesto", "Tiedot"),
    "sv": ("Område", "Månad", "Kön", "Sysselsättningskodens längd", "Uppgifter"),
    "en": ("Area", "Month", "Sex", "Duration of employment code", "Information"),
}
TOTALS = {"fi": "Yhteensä", "sv": "Totalt", "en": "Total"}
CONTENT = {
    "fi": "Työttömät työnhakijat laskentapäivänä (lkm.)",
    "sv": "Arbetslösa arbetssökande på beräkningsdagen (antal)",
    "en": "Unemployed jobseekers on the calculation date (number)",
}
# Text of each class by language, and what it must be read as.
CLASSES = {
    "months 0-2": {"fi": "Alle 3 kk", "sv": "Under 3 mån.", "en": "Under 3 months"},
    "months 3-5": {"fi": "3 - 5 kk", "sv": "3–5 mån.", "en": "3-5 months"},
    "months 6-11": {"fi": "6–11 kuukautta", "sv": "6 - 11 månader", "en": "6 to 11 months"},
    "months 12-": {"fi": "Vähintään 12 kk", "sv": "Minst 12 mån.", "en": "12 months or more"},
}
# The codes of variables: until June 2026, and since.
SCHEMES = (
    ("Alue", "Kuukausi", "Sukupuoli", "Työllisyyskoodin kesto", "Tiedot"),
    ("alue_23_20260101", "timeperiod_m", "sukupuoli_9_20180101", "kesto_4_2026", "contentscode"),
)


class Drawn:
    """A table 12ta, its cells by area, month, sex and class; None where hidden."""

    def __init__(self, seed: int) -> None:
        dice = random.Random(seed)
        self.language = dice.choice(list(NAMES))
        self.scheme = dice.choice(SCHEMES)
        codes = dice.sample(["01", "02", "A", "B", "K9", "x1"], 4)
        self.codes = dict(zip(CLASSES, codes, strict=True))
        self.order = dice.sample(range(5), 5)
        self.cells: dict[tuple[str, str, str, str], int | None] = {}
        for area, month, name in product(AREAS, MONTHS, CLASSES):
            self.cells[area, month, "1", name] = dice.choice([None, 0, 5, 60, 700])
            self.cells[area, month, "SSS", name] = dice.choice([None, 0, 8, 90, 1000])
        for area, month, sex in product(AREAS, MONTHS, ("SSS", "1")):
            self.cells[area, month, sex, "total"] = dice.choice([None, 1500, 2500])

    def axes(self) -> list[tuple[str, str, dict[str, str]]]:
        """Code, name and values of each variable, in the order drawn."""
        names = NAMES[self.language]
        classes = {"SSS": TOTALS[self.language]} | {
            self.codes[name]: texts[self.language] for name, texts in CLASSES.items()
        }
        sexes = {"SSS": TOTALS[self.language], "1": "Miehet"}
        values = [
            AREAS,
            {month: month for month in MONTHS},
            sexes,
            classes,
            {"TYOTTOMATLOPUSSA": CONTENT[self.language]},
        ]
        every = list(zip(self.scheme, names, values, strict=True))
        return [every[at] for at in self.order]

    def cell(self, key: tuple[str, ...]) -> int | None:
        """Of the values in the order drawn."""
        area, month, sex, code, _ = (key[self.order.index(at)] for at in range(5))
        names = {code: name for name, code in self.codes.items()} | {"SSS": "total"}
        return self.cells[area, month, sex, names[code]]

    def places(self) -> list[tuple[str, ...]]:
        return list(product(*(values for _, _, values in self.axes())))

    def expected(self) -> dict[tuple[str, str, str], float | None]:
        """What must be read: the total of both sexes, by area, month and class."""
        return {
            (area, month.replace("M", "-"), name): cell
            for (area, month, sex, name), cell in self.cells.items()
            if sex == "SSS"
        }


def as_json_stat2(table: Drawn) -> bytes:
    axes = table.axes()
    return json.dumps(
        {
            "class": "dataset",
            "label": "Made up (1207)",
            "updated": "2026-07-21T05:00:00Z",
            "id": [code for code, _, _ in axes],
            "size": [len(values) for _, _, values in axes],
            "dimension": {
                code: {
                    "label": name,
                    "category": {
                        "index": {value: at for at, value in enumerate(values)},
                        "label": values,
                    },
                }
                for code, name, values in axes
            },
            "value": [table.cell(key) for key in table.places()],
        }
    ).encode()


def as_px(table: Drawn) -> bytes:
    lines = ['CHARSET="ANSI";', 'CODEPAGE="windows-1252";', 'MATRIX="12ta";', 'TITLE="Made up";']
    lines.append('LAST-UPDATED="20260721 08:00";')
    axes = table.axes()
    lines.append("STUB=" + ",".join(f'"{name}"' for _, name, _ in axes[:-1]) + ";")
    lines.append(f'HEADING="{axes[-1][1]}";')
    for _, name, values in axes:
        lines.append(f'VALUES("{name}")=' + ",".join(f'"{text}"' for text in values.values()) + ";")
        lines.append(f'CODES("{name}")=' + ",".join(f'"{code}"' for code in values) + ";")
    cells = (table.cell(key) for key in table.places())
    lines.append("DATA=" + " ".join('"..."' if cell is None else str(cell) for cell in cells) + ";")
    return "\n".join(lines).encode("cp1252")


def rows_of(table: Drawn) -> list[list[object]]:
    """Months in columns, all else in rows, texts in place of codes."""
    axes = table.axes()
    month_at = table.order.index(1)
    rows_axes = [axis for at, axis in enumerate(axes) if at != month_at]
    body: list[list[object]] = [[name for _, name, _ in rows_axes] + list(MONTHS)]
    for key in product(*(values for _, _, values in rows_axes)):
        texts = [values[code] for (_, _, values), code in zip(rows_axes, key, strict=True)]
        cells = [table.cell((*key[:month_at], month, *key[month_at:])) for month in MONTHS]
        body.append([*texts, *("..." if cell is None else cell for cell in cells)])
    return body


def as_csv(table: Drawn) -> bytes:
    lines = ['"12ta -- Made up (1207)"', ""]
    lines += [";".join(f'"{cell}"' for cell in row) for row in rows_of(table)]
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def as_xlsx(table: Drawn) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "12ta -- Made up (1207)")
    for at, row in enumerate(rows_of(table), start=2):
        for place, cell in enumerate(row):
            sheet.write(at, place, cell)
    book.close()
    return out.getvalue()


def as_json(table: Drawn) -> bytes:
    axes = table.axes()
    content_at = table.order.index(4)
    keys = [axis for at, axis in enumerate(axes) if at != content_at]
    content = "TYOTTOMATLOPUSSA"
    columns = [{"code": code, "text": name, "type": "d"} for code, name, _ in keys]
    columns.append({"code": content, "text": CONTENT[table.language], "type": "c"})
    data = []
    for key in product(*(values for _, _, values in keys)):
        cell = table.cell((*key[:content_at], content, *key[content_at:]))
        data.append({"key": list(key), "values": ["..." if cell is None else str(cell)]})
    about = [{"updated": "2026-07-21T05.00.00Z", "label": "Made up (1207)", "matrix": "12ta"}]
    return json.dumps({"columns": columns, "data": data, "metadata": about}).encode()


FORMS = {
    "json-stat2": (as_json_stat2, ".json"),
    "json": (as_json, ".json"),
    "px": (as_px, ".px"),
    "csv": (as_csv, ".csv"),
    "xlsx": (as_xlsx, ".xlsx"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(6))
def test_what_is_read_is_what_was_drawn(form: str, seed: int, tmp_path: Path) -> None:
    table = Drawn(seed)
    make, suffix = FORMS[form]
    # Codes of classes are no classes: with texts alone as with both. In the file's own form a class
    # has its text; PX and JSON have codes beside it, and ``json`` has codes alone.
    if form == "json":
        table.codes = {"months 0-2": "-2 kk", "months 3-5": "3-5 kk"} | {
            "months 6-11": "6-11 kk",
            "months 12-": "12- kk",
        }
    (tmp_path / f"12ta_2026-07-21{suffix}").write_bytes(make(table))
    [vintage] = read_further_tables(tmp_path).of("12ta")
    frame = vintage.frame()
    read = {
        (row["area"], row["period"], row["duration"]): None if row["hidden"] else row["value"]
        for row in frame.to_dict("records")
    }
    assert read == table.expected()
    assert vintage.vintage.isoformat() == "2026-07-21"
    assert set(frame["content"]) == {"TYOTTOMATLOPUSSA"}
