"""The words of Kela's open data, of today's files and of the older ones, wherever they are read.

A register delivery may hold a table of Kela's benefits too (`indicators.sources.register`).
"""

from __future__ import annotations

UNKNOWN_MUNICIPALITY = "199"
"""Where persons are put whose municipality is not known, or who are fewer than four in it."""

PERIOD = ("aikatyyppi", "aikajakso")
MONTH = ("vuosikuukausi", "kuukausi", "kuukausi_nro", "month")
YEAR = ("vuosi",)
MUNICIPALITY = ("kunta_nro", "kuntanumero", "municipality")
BENEFIT = ("etuus", "etuuslaji", "benefit")
BASIS = ("korvausperuste", "basis")
COMPENSATION = ("korvauslaji",)
SEX = ("sukupuoli",)
AGE = ("ikaryhma", "ikäryhmä")
RECIPIENTS = ("saaja_lkm", "saajat", "recipients")
EUROS = ("maksettu_eur", "maksetut_etuudet_euroa", "euros")
DAYS = ("korvattu_paiva_lkm", "korvatut_paivat", "korvatut_päivät", "days")


def is_month(period: str) -> bool:
    """Whether rows of a kind of period are of single months: not of years, nor since January."""
    plain = period.casefold()
    return ("kuukau" in plain or "kk" in plain) and "kertym" not in plain


def is_total(category: str) -> bool:
    """Whether a category is all others together."""
    return "yhteensä" in category.casefold()
