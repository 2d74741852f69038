"""Figures that are not the register's: labour force, caseload, surveys, prices, Kela's benefits.

Kela's published sets hold totals beside their parts, other periods than months, and benefits that
unemployment funds pay. What is kept adds up: each euro stands in one row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.register.schema import SERVICE_GROUPS, TABLES, Mask, arrow_schema
from indicators.sources.kela import words
from indicators.sources.register import codes
from indicators.sources.register.codes import padded, parse_number
from indicators.sources.register.records import (
    CodedTexts,
    Fault,
    Records,
    arrow_days,
    texts_from_codes,
)
from indicators.sources.register.tables.people import Cleaning

Numbers = NDArray[np.float64]

_ISO_MONTH = re.compile(r"([0-9]{4})[-M]?(0[1-9]|1[0-2])(-[0-9]{2})?")
_FINNISH_MONTH = re.compile(r"(0?[1-9]|1[0-2])/([0-9]{4})")
_COUNTRY = "SSS"
_GROUPS = {
    "total": "total",
    "yhteensä": "total",
    "kaikki": "total",
    "under25": "under25",
    "alle25": "under25",
    "foreign": "foreign",
    "ulkomaalaiset": "foreign",
}
_INSTRUMENTS = {
    "satisfaction": "satisfaction",
    "tyytyväisyys": "satisfaction",
    "wellbeing": "wellbeing",
    "hyvinvointi": "wellbeing",
}
_SERVICE_GROUPS = {
    **{group: group for group in SERVICE_GROUPS},
    "työvoimakoulutus": "training",
    "valmennus": "coaching",
    "tuettutyöjastarttiraha": "subsidised",
    "palkkatuki": "subsidised",
    "työjakoulutuskokeilu": "trial",
    "kokeilu": "trial",
    "vuorotteluvapaasijaisuus": "alternation",
    "kuntouttavatyötoiminta": "rehabilitative",
    "omaehtoinenopiskelu": "study",
}
# Columns that make a row: of two rows with the same the later counts.
_FIGURE_KEYS = {
    "labour_force": ("municipality", "group", "year", "vintage"),
    "survey": ("respondent_id", "municipality", "month", "instrument", "item", "wave"),
    "survey_round": ("municipality", "month", "instrument"),
}


def clean_figures(cleaning: Cleaning, table: str, rows: Records) -> pa.Table:
    """Rows of ``labour_force``, ``caseload``, ``survey`` or ``survey_round``."""
    rows = cleaning.delivered(table, rows)
    for name, meaning in _MEANINGS.items():
        if name in TABLES[table].names:
            nullable = TABLES[table].column(name).nullable
            known = cleaning.known_or_empty if nullable else cleaning.known
            rows = known(table, rows, name, meaning)
    for column in TABLES[table].columns:
        if not pa.types.is_string(column.type) and column.name in rows.texts:
            fits = _fits_kind(parse_numbers(rows.text(column.name)), column.type)
            rows = cleaning.log.drop(table, "unreadable_number", rows, ~fits, column.name)
    key = _FIGURE_KEYS.get(table)
    if key:
        rows = cleaning.log.drop(table, "same_key", rows, is_superseded(rows, key))
    return _canonical_figures(table, rows)


def municipality_or_country(code: str) -> str | None:
    """``398`` of 398, KU398 or ``98`` → ``098``; ``SSS`` is the whole country."""
    return _COUNTRY if code == _COUNTRY else codes.municipality_code(code)


def parse_month_text(text: str) -> str | None:
    """``2022-02`` of 2022-02, 2022M02, 202202, 2022-02-28 or 2/2022."""
    if match := _ISO_MONTH.fullmatch(text):
        return f"{match[1]}-{match[2]}"
    if match := _FINNISH_MONTH.fullmatch(text):
        return f"{match[2]}-{match[1].zfill(2)}"
    return None


def parse_numbers(column: CodedTexts) -> Numbers:
    """Numbers of a column of texts; NaN where there is none."""
    read = [parse_number(name) for name in column.names.to_pylist()]
    values: Numbers = np.array([*read, None], float)[column.codes]
    return values


def _fits_kind(values: Numbers, kind: pa.DataType) -> Mask:
    """Whether each value can stand in a column."""
    fits: Mask = np.isfinite(values)
    return fits if pa.types.is_floating(kind) else fits & (values == np.round(values))


def _word_meaning(meanings: dict[str, str]) -> Callable[[str], str | None]:
    return lambda text: meanings.get(re.sub(r"[\s_-]", "", text.casefold()))


_MEANINGS: dict[str, Callable[[str], str | None]] = {
    "municipality": municipality_or_country,
    "month": parse_month_text,
    "group": _word_meaning(_GROUPS),
    "instrument": _word_meaning(_INSTRUMENTS),
    "office": padded(4),
    "specialist_id": lambda text: text,
    "respondent_id": lambda text: text,
    "item": lambda text: text,
}


def is_superseded(rows: Records, key: Sequence[str]) -> Mask:
    """Rows whose key comes again further down; a key's columns may be missing altogether."""
    columns = [rows.days[k] if k in rows.days else rows.text(k).codes for k in key]
    order = np.lexsort([*columns])
    same = np.ones(max(len(order) - 1, 0), bool)
    for column in columns:
        same &= column[order][1:] == column[order][:-1]
    superseded = np.zeros(len(rows), bool)
    superseded[order[:-1][same]] = True
    return superseded


def _canonical_figures(table: str, rows: Records) -> pa.Table:
    schema = arrow_schema(table)
    columns = []
    for field in schema:
        if field.name in rows.days:
            columns.append(arrow_days(rows.days[field.name]))
        elif pa.types.is_string(field.type):
            columns.append(rows.text(field.name).arrow())
        else:
            columns.append(pa.array(parse_numbers(rows.text(field.name))).cast(field.type))
    figures = pa.table(columns, schema=schema)
    return figures.sort_by([(name, "ascending") for name in schema.names])


# --- prices of services ---------------------------------------------------------------------------


PRICE_TABLE = "service_price"


def clean_prices(cleaning: Cleaning, rows: Records) -> pa.Table:
    """Prices of a day in a service, by group, kind and year.

    A price that is left out would be taken for one that was never given, and the price of a whole
    group for that of a kind: so what cannot be read ends the import.
    """
    rows = cleaning.delivered(PRICE_TABLE, rows)
    given = rows.text("group")
    rows = rows.replace(
        group=given.translate(_word_meaning(_SERVICE_GROUPS)),
        kind=rows.text("kind").translate(codes.two_character_code),
    )
    unknown = rows.text("group").missing & ~given.missing
    _refuse_prices(cleaning, "group", unknown, "unknown-code", _GROUP_ADVICE)
    for name in ("group", "year", "euros_per_day"):
        empty = (given if name == "group" else rows.text(name)).missing
        _refuse_prices(cleaning, name, empty, "missing-value", "is empty; fill it in")
    known = ~np.isnan(parse_numbers(rows.text("year"))) & ~rows.text("group").missing
    return _canonical_figures(PRICE_TABLE, rows.take(known))


_GROUP_ADVICE = f"is no group of services; write one of {', '.join(SERVICE_GROUPS)}"


def _refuse_prices(cleaning: Cleaning, name: str, rows: Mask, rule: str, text: str) -> None:
    if rows.any():
        cleaning.log.faults.append(Fault(PRICE_TABLE, rule, text, name, int(rows.sum())))


# --- Kela's open data on unemployment benefits ----------------------------------------------------


KELA_TABLE = "kela"
_KELA_FIGURES = ("recipients", "euros", "days")
_KELA_KEY = ("municipality", "month", "benefit", "basis")


def clean_kela(cleaning: Cleaning, rows: Records) -> pa.Table:
    """Monthly rows of Kela's own benefits by municipality, benefit and basis."""
    log = cleaning.log
    rows = cleaning.delivered(KELA_TABLE, rows)
    rows = log.drop(KELA_TABLE, "not_monthly", rows, _is_not_monthly(rows.text("period")))
    rows = rows.replace(month=_kela_months(rows.text("year"), rows.text("month")))
    for name, meaning in (("municipality", municipality_or_country), ("month", parse_month_text)):
        rows = cleaning.known(KELA_TABLE, rows, name, meaning)
    nowhere = rows.text("municipality").isin({words.UNKNOWN_MUNICIPALITY})
    rows = log.drop(KELA_TABLE, "unknown_municipality", rows, nowhere)
    rows = log.drop(KELA_TABLE, "paid_by_funds", rows, _names_any(rows.text("benefit"), "ansio"))
    for name in ("sex", "age", "compensation"):
        rows = log.drop(KELA_TABLE, "part_of_total", rows, _superfluous_parts(rows.text(name)))
    for name in ("benefit", "basis"):
        rows = cleaning.known(KELA_TABLE, rows, name, lambda text: text)
        rows = log.drop(KELA_TABLE, "total_of_parts", rows, _superfluous_totals(rows.text(name)))
    repeated = int(
        np.count_nonzero(is_superseded(rows, (*_KELA_KEY, "sex", "age", "compensation")))
    )
    if repeated:
        text = (
            "the same municipality, month, benefit, basis, sex and age come twice: figures would "
            "count double; leave one file or one kind of rows"
        )
        log.faults.append(Fault(KELA_TABLE, "duplicate-key", text, "benefit", repeated))
    return _sums_by_key(rows)


def _is_not_monthly(period: CodedTexts) -> Mask:
    """Rows of years and other periods; without the column all rows are monthly."""
    monthly = period.isin({name for name in period.names.to_pylist() if words.is_month(name)})
    return ~period.missing & ~monthly


def _kela_months(year: CodedTexts, number: CodedTexts) -> CodedTexts:
    """The month, of a column of months or of year and number."""
    years, numbers_ = year.names.to_pylist(), number.names.to_pylist()
    if not years or any(parse_month_text(name) for name in numbers_):
        return number
    pairs = year.codes.astype(np.int64) * (len(numbers_) + 1) + number.codes
    distinct, place = np.unique(pairs, return_inverse=True)
    texts = []
    for pair in distinct.tolist():
        of_year, of_number = divmod(pair, len(numbers_) + 1)
        known = of_year >= 0 and of_number < len(numbers_)
        texts.append(f"{numbers_[of_number]}/{years[of_year]}" if known else "?")
    return texts_from_codes(place, texts)


def _names_any(column: CodedTexts, *parts: str) -> Mask:
    return column.isin(
        {n for n in column.names.to_pylist() if any(p in n.casefold() for p in parts)}
    )


def _is_total(column: CodedTexts) -> Mask:
    return column.isin({name for name in column.names.to_pylist() if words.is_total(name)})


def _superfluous_parts(column: CodedTexts) -> Mask:
    """Rows of a part, where the total stands in other rows."""
    total = _is_total(column)
    return ~total & total.any()


def _superfluous_totals(column: CodedTexts) -> Mask:
    """Rows of the total, where its parts stand in other rows."""
    total = _is_total(column)
    return total & ~total.all()


def _sums_by_key(rows: Records) -> pa.Table:
    """Sums by key; a figure not published in any of the rows is missing."""
    table = pa.table(
        {
            **{name: rows.text(name).arrow() for name in _KELA_KEY},
            **{
                name: pa.array(parse_numbers(rows.text(name)), from_pandas=True)
                for name in _KELA_FIGURES
            },
        }
    )
    options = pc.ScalarAggregateOptions(min_count=1)
    sums = table.group_by(list(_KELA_KEY), use_threads=False).aggregate(
        [(name, "sum", options) for name in _KELA_FIGURES]
    )
    sums = sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])
    figures = sums.select(arrow_schema(KELA_TABLE).names).cast(arrow_schema(KELA_TABLE))
    return figures.sort_by([(name, "ascending") for name in _KELA_KEY])
