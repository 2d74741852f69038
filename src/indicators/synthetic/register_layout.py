"""The made-up register under the register's own table and column names.

Columns are those of the research-data catalogue (KEHA: Työnhakija, Työnhaku, URA). What no table
of ours needs but a real extract has beside it is filled in where it follows from the rest.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import csv

from indicators.synthetic.blocks import Block
from indicators.synthetic.events import VACANCY
from indicators.synthetic.model import (
    NO_DAY,
    Array,
    Frame,
    Raw,
    month_of,
    row_count,
    stack_frames,
    take_rows,
)

_KOTSK = {"employment": "00", "integration": "01", "activation": "02", "multisector": "07"}
_TOIMSUUNLAJI = {"employment": "01", "activation": "03", "integration": "04", "multisector": "07"}
_TASKS = np.array(["049", "063", "066", "047", "072", "059", "061"])
_KIEKD = {"fi": "0", "sv": "1", "other": "2"}


def register_tables(records: Raw, block: Block) -> dict[str, Frame]:
    """The register's tables of some persons.

    Args:
        records: The table ``[lines]``: who has rows in Palvelulinja.
        block: Canonical frames of the persons.

    Returns:
        Frames by table name; days are numbers, ``OPEN`` for 11.11.2222, ``NO_DAY`` for none.
    """
    return {
        "YHENK": _persons(block.people),
        "YHKUNTA": _with_table_names(
            block.residence, kunnoh="municipality", muupv6="start", paapv6="end"
        ),
        "YHTSTO": _with_table_names(block.office, toinoh="office", muupv7="start", paapv7="end"),
        "YASSEGMENTTI": _with_table_names(
            block.lines, assegkdi="line", alkupv="start", paatpv="end"
        ),
        "Palvelulinja": _palvelulinja(records["lines"], block),
        "YTHAKU": _with_table_names(
            block.searches, alkpv1="start", loppv1="end", hapkd="end_reason"
        ),
        "YTYOLL": _codes(block.codes),
        **_services(block.service),
        "YTVPOLL": _statements(block.statement, block.new_statements),
        **_plans(block.plan),
        **_offers(block.job_offer),
        "esittelyt": _with_table_names(
            block.introduction, ilmoitusnumero="vacancy_id", esittelypvm="date", tuloskoodi="result"
        ),
    }


def _with_table_names(frame: Frame, **columns: str) -> Frame:
    return {
        "hid_e": frame["person_id"],
        **{name: frame[column] for name, column in columns.items()},
    }


def _translated_codes(codes: Array, table: dict[str, str]) -> Array:
    kinds, rows = np.unique(codes, return_inverse=True)
    return np.array([table[str(kind)] for kind in kinds] or [""])[rows]


def _persons(people: Frame) -> Frame:
    ids = people["person_id"]
    year = people["born"].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    finnish = people["citizenship"] == "246"
    fund = np.char.zfill((ids * 7919 % 23 + 1).astype("U3"), 3)
    language = _translated_codes(people["language"], _KIEKD)
    return {
        "hid_e": ids,
        "syntyv": year,
        "sukup": np.where(people["woman"], "2", "1"),
        # The register leaves Finland and Finnish out, or writes them.
        "kansah": np.where(finnish & (ids % 3 > 0), "", people["citizenship"]),
        "kasno": np.where(people["fund_member"], fund, ""),
        "kiekd": np.where((language == "0") & (ids % 5 == 0), "", language),
    }


def _codes(codes: Frame) -> Frame:
    # The register writes the employment code with one character.
    frame = _with_table_names(codes, tappvh="start", tppvm="end", tyok1="code", tymsyy="end_reason")
    return frame | {"tyok1": np.array([f"{n}" for n in range(10)])[codes["code"].astype(int)]}


def _palvelulinja(given: Raw, block: Block) -> Frame:
    chosen = take_rows(block.lines, block.lines["person_id"] % given["palvelulinja_every"] == 0)
    search = take_rows(block.searches, chosen["search"])
    frame = _with_table_names(chosen, segmenttikoodi="line", segmenttipvm="start")
    return frame | {"apvm": search["start"], "lpvm": search["end"]}


def _services(service: Frame) -> dict[str, Frame]:
    group, kind = service["group"], service["kind"]
    placed = take_rows(service, group == "subsidised")
    tried = take_rows(service, group == "trial")
    taught = take_rows(service, np.isin(kind, ("14", "15", "16")))
    return {
        "YSIJOIT": _with_table_names(
            placed, alkpv2="start", loppv2="end", sijkds="kind", sipkd="end_reason"
        ),
        "YTKOKE": _with_table_names(tried, alkpv4="start", loppv4="end", kokeilu="kind"),
        "YTYOKOU": _course_participants(taught),
        "KTYOKOU": _courses(taught),
        **_substitutes(take_rows(service, group == "alternation")),
    }


def _course_numbers(taught: Frame) -> Array:
    place = taught["person_id"] % 9 + 1
    number = taught["kind"].astype(np.int64) * 10_000 + month_of(taught["start"]) * 10 + place
    numbers: Array = number.astype("U8")
    return numbers


def _course_participants(taught: Frame) -> Frame:
    frame = _with_table_names(taught, alpvm="start", papvm="end")
    # One character: 0 finished, 1–9 broken off.
    reason = np.char.lstrip(taught["end_reason"].astype("U2"), "0")
    known = taught["end_reason"] != ""
    return frame | {
        "pasyy": np.where(known & (reason == ""), "0", reason),
        "alkood": np.full(row_count(frame), "1"),
        "ktunoh": _course_numbers(taught),
    }


def _courses(taught: Frame) -> Frame:
    numbers, first = np.unique(_course_numbers(taught), return_index=True)
    starts = month_of(taught["start"][first]).astype("datetime64[M]").astype("datetime64[D]")
    return {
        "ktuno": numbers,
        "kurslaji": taught["kind"][first],
        "kalkpv": starts.astype(np.int32),
        "kunno": np.full(len(numbers), "398"),
        "perutk": np.full(len(numbers), ""),
    }


def _substitutes(rows: Frame) -> dict[str, Frame]:
    """Substitutes of those on job alternation leave: placements on vacancies of type 4."""
    numbers = 4 * VACANCY + (rows["person_id"] * 7 + rows["start"]) % (VACANCY - 1)
    vacancy = numbers.astype("U8")
    frame = _with_table_names(rows, valpv="start", alkpv8="start", loppv8="end")
    # YPAIKKA has a vacancy once, whoever was placed.
    known = np.unique(vacancy)
    return {
        "YTVALIT": frame | {"ilmno": vacancy},
        "YPAIKKA": {"ilmno": known, "tptyyp": np.full(len(known), "4")},
    }


def _statements(rows: Frame, new_statements: int) -> Frame:
    """The code stands under ``lausno``, from 3/2023 on under ``lausno7``."""
    new = rows["given"] >= new_statements
    frame = _with_table_names(rows, rekpv="given", alkpv7="start", loppv7="end")
    return frame | {
        "lausno": np.where(new, "", rows["code"]),
        "lausno7": np.where(new, rows["code"], ""),
    }


def _plans(plan: Frame) -> dict[str, Frame]:
    reviewed = plan["review"] != NO_DAY
    mixed = (plan["person_id"] * 31 + plan["signed"]) % 10
    bare = take_rows(plan, ~reviewed | (mixed < 6))
    tasks = [
        _tasks(take_rows(plan, reviewed & (mixed < share)), place)
        for place, share in enumerate((10, 3, 1))
    ]
    return {
        "YTHAKSU": _with_table_names(bare, thspv="signed")
        | {"kotsk": _translated_codes(bare["kind"], _KOTSK)},
        "Suunnitelmat": stack_frames(tasks),
    }


def _tasks(plan: Frame, place: int) -> Frame:
    """A plan has a row for each task agreed on; the latest review is the plan's."""
    frame = _with_table_names(plan, allekpvm="signed")
    review = np.maximum(plan["review"] - 14 * place, plan["signed"] + 1).astype(np.int32)
    return frame | {
        "toimsuunlaji": _translated_codes(plan["kind"], _TOIMSUUNLAJI),
        "toimikoodi": _TASKS[(plan["person_id"] + place) % len(_TASKS)],
        "toimpvm": review,
        "toimviimpvm": np.minimum(review, plan["review"]),
    }


def _offers(offers: Frame) -> dict[str, Frame]:
    number = offers["vacancy_id"].astype(np.int64)
    ordinary = take_rows(offers, number < 2 * VACANCY)
    subsidised = take_rows(offers, number >= 2 * VACANCY)
    return {
        "Tyotarjoukset": _with_table_names(
            ordinary, osoitettupvm="date", ilmoitusnumero="vacancy_id", tuloskoodi="result"
        )
        | {"tyosuhttyyppi": np.full(row_count(ordinary), "01")},
        "Palkkatukipaikat": _with_table_names(
            subsidised, osoitettupvm="date", sijmahdnumero="vacancy_id", tuloskoodi="result"
        ),
    }


_DAYS = """
    muupv6 paapv6 muupv7 paapv7 alkupv paatpv segmenttipvm apvm lpvm alkpv1 loppv1 tappvh tppvm
    alkpv2 loppv2 alkpv4 loppv4 alpvm papvm kalkpv rekpv alkpv7 loppv7 valpv alkpv8 loppv8
    thspv allekpvm toimpvm toimviimpvm osoitettupvm esittelypvm
"""
DAYS = frozenset(_DAYS.split())
"""Columns that hold days, as the register names them."""


# --- CSV files: ``;`` between columns, written block after block ----------------------------------


UNREADABLE = ("31.2.2020", "0.13.2019", "ei tiedossa", "2021-02-30")
"""Texts that are no dates, as day numbers from ``NO_DAY + 1`` on."""

ISO_TABLES = frozenset(
    {"Tyotarjoukset", "Palkkatukipaikat", "Suunnitelmat", "Palvelulinja", "esittelyt"}
)
"""Tables of URA, whose dates are written as 2021-03-01."""

_FIRST = date(1900, 1, 1)
_OFFSET = (_FIRST - date(1970, 1, 1)).days


class CsvFolder:
    """Open CSV files of a folder, each with its header once.

    Args:
        folder: Must be there.
        latin: Tables written in Latin-1 instead of UTF-8.
    """

    def __init__(self, folder: Path, latin: Iterable[str] = ()) -> None:
        self._folder = folder
        self._latin = frozenset(latin)
        self._files: dict[str, BinaryIO] = {}
        self._stack = ExitStack()

    def __enter__(self) -> CsvFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def write(self, table: str, frame: Frame) -> None:
        """Append the rows of a frame; its columns are those of the first frame."""
        rows = io.BytesIO()
        options = csv.WriteOptions(include_header=False, delimiter=";", quoting_style="none")
        csv.write_csv(frame_as_texts(frame, iso=table in ISO_TABLES), rows, options)
        self._file(table, frame).write(self._encoded(table, rows.getvalue()))

    def _file(self, table: str, columns: Mapping[str, Array]) -> BinaryIO:
        if table not in self._files:
            opened = self._stack.enter_context((self._folder / f"{table}.csv").open("wb"))
            opened.write((";".join(columns) + "\n").encode("ascii"))
            self._files[table] = opened
        return self._files[table]

    def _encoded(self, table: str, rows: bytes) -> bytes:
        return rows.decode().encode("latin-1") if table in self._latin else rows


def frame_as_texts(frame: Frame, *, iso: bool) -> pa.Table:
    """A frame as the texts of a file; what is missing is empty."""
    columns = {
        name: _days_as_texts(column, iso) if name in DAYS else _texts(column)
        for name, column in frame.items()
    }
    return pa.table(columns)


def _days_as_texts(numbers: Array, iso: bool) -> pa.Array:
    indices = pa.array((numbers - _OFFSET).astype(np.int32))
    return pa.DictionaryArray.from_arrays(indices, _day_texts(iso)).dictionary_decode()


@cache
def _day_texts(iso: bool) -> pa.Array:
    """Texts of all days from 1900 to the sentinel, of none, and of the unreadable ones."""
    days = [_FIRST + timedelta(n) for n in range(NO_DAY - _OFFSET)]
    texts = [day.isoformat() if iso else f"{day.day}.{day.month}.{day.year}" for day in days]
    return pa.array([*texts, "", *UNREADABLE])


def _texts(column: Array) -> pa.Array:
    if column.dtype.kind != "U" or column.dtype.itemsize > 4 * 4:
        return pa.array(column).cast(pa.string())
    codes, rows = np.unique(column, return_inverse=True)
    indices = pa.array(rows.astype(np.int32))
    return pa.DictionaryArray.from_arrays(indices, pa.array(codes, pa.string())).dictionary_decode()
