"""Of whom a register does not know the sex, the age or the citizenship."""

from __future__ import annotations

import numpy as np

from indicators.measures.register import columns
from indicators.measures.register.job import Source
from indicators.measures.register.runs import distinct
from indicators.register.schema import SEXES, TABLES

_OF_PERSONS = frozenset({"sex", "age_group", "origin"})


def unknown_dimensions(register: Source) -> frozenset[str]:
    """Dimensions in which somebody of the register has no category.

    Persons without a row in ``persons`` have none of the three; the service line is never
    unknown, for who has none is ``undefined``.
    """
    persons = register.read("persons", ["person_id", "sex"], encoded=True)
    known = columns.whole(persons["person_id"])
    tables = [
        known_table.name
        for known_table in TABLES.values()
        if known_table.person and known_table.name != "persons"
    ]
    for table in tables:
        ids = distinct(columns.whole(register.read(table, ["person_id"])["person_id"]))
        if not np.isin(ids, known).all():
            return _OF_PERSONS
    sexes = columns.codes(persons["sex"], dict.fromkeys(SEXES, 1), 0)
    return frozenset() if sexes.all() else frozenset({"sex"})
