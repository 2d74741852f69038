"""Leaving records out one reason after the other, and keeping count of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from indicators.measures.register.accounts.model import Step, Strand, Tally, Value

Mask = pd.Series


def tally(cases: pd.DataFrame) -> Tally:
    """Count the records, and their persons where they are of persons."""
    persons = cases["person_id"].nunique() if "person_id" in cases else None
    return Tally(len(cases), persons)


def part(key: str, cases: pd.DataFrame, **values: Value) -> Step:
    """Tell some of the cases apart."""
    return Step(key, tally(cases), values)


def labelled(kind: str, label: str, cases: pd.DataFrame) -> Step:
    """Tell those cases apart that the catalogue has a name for."""
    return Step("", tally(cases), label=(kind, label))


@dataclass(frozen=True, slots=True)
class Funnel:
    """The cases that are left, and what became of the others.

    Attributes:
        cases: One row a case, with an index of its own.
        begun: All there was.
        left_out: What is not there any more.
    """

    cases: pd.DataFrame
    begun: Tally
    left_out: tuple[Step, ...] = ()

    @classmethod
    def of(cls, cases: pd.DataFrame) -> Funnel:
        """Begin with some cases."""
        cases = cases.reset_index(drop=True)
        return cls(cases, tally(cases))

    def without(self, out: Mask, key: str, **values: Value) -> Funnel:
        """Leave cases out.

        Args:
            out: Which; it may also tell of cases that are no longer there.
            key: The reason, as the wording has it.
            values: What the wording wants put in.
        """
        here = out.loc[self.cases.index].astype(bool)
        step = part(key, self.cases[here], **values)
        return replace(self, cases=self.cases[~here], left_out=(*self.left_out, step))

    def strand(
        self,
        key: str,
        unit: str,
        parts: tuple[Step, ...] = (),
        values: Mapping[str, Value] | None = None,
    ) -> Strand:
        """What the account tells of it: see :class:`Strand`."""
        kept = tally(self.cases)
        return Strand(key, unit, self.begun, self.left_out, kept, parts, values or {})
