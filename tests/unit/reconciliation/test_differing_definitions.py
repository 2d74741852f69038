"""Figures that a register and StatFin define in ways that differ: told, and no reason to stop."""

from __future__ import annotations

import pytest
import small_tables
from small_tables import share

from indicators.errors import DataError
from indicators.reconciliation.gaps import reconcile
from indicators.reconciliation.report import Comparison, Reconciliation

DIFFERS = Comparison(
    0.1,
    "B",
    {"fi": "Lyhyitä katkoja ei yhdistetä.", "sv": "", "en": "Short breaks are not joined."},
)


def found(counted: float, *, looser: bool) -> Reconciliation:
    return reconcile(
        small_tables.long_table("register", share(counted, 100)),
        small_tables.long_table("statfin", share(50, 100)),
        tolerance=0.01,
        made_up=False,
        looser={("unemployment_share", "value"): DIFFERS} if looser else {},
    )


@pytest.mark.parametrize(("counted", "within"), [(54, True), (60, False)])
def test_the_tolerance_is_that_of_the_definitions(counted: float, within: bool) -> None:
    reconciled = found(counted, looser=True)
    assert reconciled.table["within"].tolist() == [within]
    # However far it lies: the definitions differ.
    reconciled.check()
    with pytest.raises(DataError):
        found(counted, looser=False).check()


def test_what_differs_is_said_with_its_grade() -> None:
    text = found(60, looser=True).text("en")
    assert "unemployment_share.value (B, 10 %): Short breaks are not joined." in text
    assert "Short breaks" not in found(60, looser=False).text("en")
    assert "Lyhyitä katkoja" in found(60, looser=True).text("fi")
