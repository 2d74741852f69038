"""Indicators 16 and 18 by hand."""

from oracle.literal import figures, rows


def specialist(name, customers, fte=1.0, office="1530", month="2022-05"):
    return {
        "month": month,
        "office": office,
        "specialist_id": name,
        "customers": customers,
        "fte": fte,
    }


def test_customers_per_fte_and_specialist():
    tables = {
        "caseload": [
            specialist("a", 100),
            specialist("b", 80, 0.5),
            specialist("c", 30, 0.5),
            specialist("c", 20, 0.5, office="1599"),
            specialist("d", 10),
            specialist("e", 60, office="1599"),
            specialist("a", 999, month="2022-04"),
        ]
    }
    everywhere = figures(tables, "caseload", "2022-05")
    assert everywhere["customers_per_fte"] == (300, 4.5, 300 / 4.5)
    # 100, 80, 50, 10, 60
    assert everywhere["customers_per_specialist_median"] == (None, 5, 60)
    assert everywhere["customers_per_specialist_max"] == (None, 5, 100)
    trial = figures(tables, "caseload", "2022-05", population="trial_office")
    assert trial["customers_per_fte"] == (220, 3.0, 220 / 3)
    assert trial["customers_per_specialist_median"] == (None, None, None)
    assert {row["area"] for row in rows(tables, "caseload", "2022-05")} == {"SSS"}


def paid(municipality, month, euros, *, days=10.0, benefit="A", basis="x", recipients=5.0):
    return {
        "municipality": municipality,
        "month": month,
        "benefit": benefit,
        "basis": basis,
        "recipients": recipients,
        "euros": euros,
        "days": days,
    }


KELA = {
    "kela": [
        paid("398", "2022-05", 300.0),
        paid("398", "2022-05", 100.0, benefit="B"),
        paid("398", "2022-05", 50.0, basis="y", recipients=1.0),
        paid("098", "2022-05", 10.0, days=0.0),
        *(paid("398", month, 1.0) for month in ("2022-03", "2022-04", "2022-06")),
    ]
}


def test_sums_of_the_rows():
    lahti = figures(KELA, "kela_benefits", "2022-05", area="KU398")
    assert lahti["recipients"] == (11, None, 11)
    assert lahti["euros"] == (450, None, 450)
    assert lahti["days"] == (30, None, 30)
    assert lahti["euros_per_day"] == (450, 30, 15.0)
    assert figures(KELA, "kela_benefits", "2022-05", area="PAIR")["euros"] == (460, None, 460)
    hollola = figures(KELA, "kela_benefits", "2022-05", area="KU098")
    assert hollola["euros_per_day"] == (10, 0, None)


def test_by_benefit_and_by_basis():
    def euros(*category):
        found = figures(KELA, "kela_benefits", "2022-05", area="KU398", category=category)
        return found["euros"][2]

    assert (euros("benefit", "A"), euros("benefit", "B")) == (350, 100)
    assert (euros("basis", "x"), euros("basis", "y")) == (400, 50)


def test_the_country_is_told_only_by_its_own_rows():
    assert figures(KELA, "kela_benefits", "2022-05") == {}
    more = {"kela": [*KELA["kela"], paid("SSS", "2022-05", 7.0)]}
    assert figures(more, "kela_benefits", "2022-05")["euros"] == (7, None, 7)


def test_the_last_three_months_are_provisional():
    def status(month):
        return {
            row["status"] for row in rows(KELA, "kela_benefits", month) if row["area"] == "KU398"
        }

    assert status("2022-03") == {"normal"}
    assert status("2022-04") == status("2022-05") == status("2022-06") == {"provisional"}
    assert status("2022-02") == {"not_available"}
