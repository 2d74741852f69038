"""The made-up register as canonical tables (contract, section 2)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from indicators.register.schema import arrow_schema
from indicators.sources.synthetic.blocks import Block
from indicators.sources.synthetic.days import NO_DAY, OPEN, Array, Frame


def canonical_tables(block: Block) -> dict[str, pa.Table]:
    """Canonical tables of some persons, sorted by person."""
    frames = {
        "persons": _persons(block.people),
        "residence": block.residence,
        "office": block.office,
        "service_line": block.lines,
        "job_search": block.searches,
        "employment_code": block.codes,
        "service": block.service,
        "plan": block.plan,
        "job_offer": block.job_offer,
        "introduction": block.introduction,
        "statement": block.statement,
    }
    return {name: as_arrow(name, frame) for name, frame in frames.items()}


def as_arrow(table: str, frame: Frame) -> pa.Table:
    """One canonical table from a frame that has its columns, and maybe others."""
    schema = arrow_schema(table)
    return pa.table([_column(frame[field.name], field.type) for field in schema], schema=schema)


def _column(values: Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_date32(kind):
        return pa.array(values.astype(np.int32), mask=values >= OPEN).cast(kind)
    if pa.types.is_string(kind):
        # A column has few different codes: only those become Arrow strings.
        codes, rows = np.unique(values, return_inverse=True)
        indices = pa.array(rows.astype(np.int32), mask=values == "")
        return pa.DictionaryArray.from_arrays(indices, pa.array(codes, kind)).dictionary_decode()
    if pa.types.is_floating(kind):
        return pa.array(values.astype(float), kind, mask=np.isnan(values.astype(float)))
    return pa.array(values.astype(np.int64)).cast(kind)


def _persons(people: Frame) -> Frame:
    year = people["born"].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    return {
        "person_id": people["person_id"],
        "birth_year": year,
        # The register's extracts for research hold the year of birth alone.
        "birth_date": np.full(len(year), NO_DAY),
        "sex": np.where(people["woman"], "2", "1"),
        "citizenship": people["citizenship"],
        "language": people["language"],
        "fund_member": people["fund_member"],
    }
