"""What figures that others have counted may be: caseloads, labour force, benefits, surveys, prices.

Pure functions on Arrow tables of the canonical columns: import, ``check`` and whoever counts hold
the same figures against the same rules. A missing value is no fault here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from indicators.areas import mergers
from indicators.register.invariants import Fault, count_true

LARGEST_FIGURE = 1e9
"""No count of people, offices or answers is larger (contract, section 2)."""

LARGEST_PRICE = 100_000.0
"""No day in a service costs more euros."""

FIGURE_TEXTS: Mapping[str, str] = {
    "implausible-count": "is below 0 or beyond 1,000,000,000",
    "implausible-labour-force": "is no whole number of 0 or more, at most 1,000,000,000",
    "not-a-number": "is infinite or no number",
    "implausible-score": "is infinite, no number, or beyond 1,000,000,000",
    "implausible-price": "is below 0, beyond 100,000, infinite or no number",
    "key-twice": "comes again with the same {key}",
    "more-answers-than-invited": "is below the number of different respondents",
}
"""What is wrong, by reason."""

FIGURE_KEYS: Mapping[str, Sequence[str]] = {
    "kela": ("municipality", "month", "benefit", "basis"),
    "service_price": ("group", "kind", "year"),
}
"""Columns that make a row: of two rows with the same nobody knows which one is meant."""


def figure_faults(table: str, rows: pa.Table) -> Iterator[Fault]:
    """Values that no such figure has.

    Args:
        table: Name of a canonical table; one without figures has no faults.
        rows: Its columns, of any numeric type.

    Yields:
        Faults, also those with no rows.
    """
    for column, (reason, is_fault) in _RULES.get(table, {}).items():
        yield reason, column, count_true(is_fault(rows[column].cast(pa.float64(), safe=False)))
    if table in FIGURE_KEYS:
        key = list(FIGURE_KEYS[table])
        yield "key-twice", key[0], rows.num_rows - rows.group_by(key).aggregate([]).num_rows


def more_answers_than_invited(survey: pa.Table, rounds: pa.Table) -> Iterator[Fault]:
    """Rows of ``survey_round`` whose invited are fewer than the respondents they gave.

    Who answers a later wave of wellbeing was invited in an earlier round.

    Args:
        survey: The table ``survey``; an answer without a municipality is of no row.
        rounds: The table ``survey_round``.
    """
    keys = ["municipality", "month", "instrument"]
    wanted = [*keys, "respondent_id", "wave"]
    answers = _current_municipalities(
        survey.filter(pc.is_valid(survey["municipality"])).select(wanted)
    )
    respondent_key = ["instrument", "respondent_id"]
    first = answers.group_by(respondent_key).aggregate([("wave", "min")])
    answers = answers.join(first, respondent_key, join_type="inner")
    is_first = pc.equal(answers["wave"], answers["wave_min"])
    answers = answers.filter(pc.or_(is_first, pc.equal(answers["instrument"], "satisfaction")))
    answered = answers.group_by([*keys, "respondent_id"]).aggregate([]).group_by(keys)
    rounds = _current_municipalities(rounds.select([*keys, "invited"]))
    invited = rounds.group_by(keys).aggregate([("invited", "sum"), ("invited", "count")])
    both = invited.join(answered.aggregate([("respondent_id", "count")]), keys, join_type="inner")
    fewer = pc.less(both["invited_sum"], both["respondent_id_count"])
    counts = both.filter(fewer)["invited_count"]
    yield "more-answers-than-invited", "invited", pc.sum(counts, min_count=0).as_py()


def figure_text(reason: str, table: str) -> str:
    """What is wrong, in words."""
    return FIGURE_TEXTS[reason].format(key=", ".join(FIGURE_KEYS.get(table, ())))


def _current_municipalities(rows: pa.Table) -> pa.Table:
    """Municipalities as they are called in the month of each row."""
    known = mergers.load_mergers()
    municipality = rows["municipality"].cast(pa.string())
    month = rows["month"].cast(pa.string())
    if not set(municipality.unique().to_pylist()) & set(known.by_code):
        called = municipality
    else:
        pairs = zip(municipality.to_pylist(), month.to_pylist(), strict=True)
        called = pa.chunked_array([[known.current(*pair) for pair in pairs]], pa.string())
    plain = {
        name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(rows.column_names, rows.columns, strict=True)
    }
    return pa.table({**plain, "municipality": called, "month": month})


Rule = tuple[str, Callable[[pa.ChunkedArray], pa.ChunkedArray]]
"""A reason, and which values have the fault."""


def _is_no_number(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.invert(pc.is_finite(values))


def _is_no_count(values: pa.ChunkedArray) -> pa.ChunkedArray:
    # NaN is neither above nor below anything.
    return pc.invert(pc.and_(pc.greater_equal(values, 0), pc.less_equal(values, LARGEST_FIGURE)))


def _is_no_whole_count(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.or_(_is_no_count(values), pc.not_equal(values, pc.floor(values)))


def _is_no_price(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.invert(pc.and_(pc.greater_equal(values, 0), pc.less_equal(values, LARGEST_PRICE)))


def _is_no_score(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.invert(pc.less_equal(pc.abs(values), LARGEST_FIGURE))


_COUNT: Rule = ("implausible-count", _is_no_count)
_NUMBER: Rule = ("not-a-number", _is_no_number)
_RULES: Mapping[str, Mapping[str, Rule]] = {
    "caseload": {"customers": _COUNT, "fte": _COUNT},
    "labour_force": {"value": ("implausible-labour-force", _is_no_whole_count)},
    # Repayments make euros and days negative.
    "kela": {"recipients": _COUNT, "euros": _NUMBER, "days": _NUMBER},
    "survey": {"score": ("implausible-score", _is_no_score)},
    "survey_round": {"invited": _COUNT},
    "service_price": {"euros_per_day": ("implausible-price", _is_no_price)},
}
