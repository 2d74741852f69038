"""The columns of StatFin's table 12r5, until 2022 numbered 1001, and what may stand in them.

Source: the table's own column comments (``data/raw/statfin/README.md``).
"""

from __future__ import annotations

import re

AREA = "alue"
MONTH = "kuukausi"
KEYS = (AREA, MONTH)

# A cell with nothing, or with the dots of the web service, is a hidden count of 1–4.
HIDDEN = frozenset({"", "..."})

UNEMPLOYED = "TYOTTOMATLOPUSSA"
LABOUR_FORCE = "TYOVOIMATK"
OPEN_VACANCIES = "AVPAIKATLOPUSSA"

# A share that StatFin has rounded: checked by the tests, counted from by nobody.
RATES = ("TYOTOSUUS",)

COUNTS = (
    "HAKIJALOPUSSA",
    UNEMPLOYED,
    LABOUR_FORCE,
    "TYOTTOMATMIEHET",
    "TYOTTOMATNAISET",
    "TYOTTOMAT20",
    "TYOTTOMAT25",
    "TYOTTOMAT50",
    "TYOTTOMATSAIR",
    "TYOTTOMATULK",
    "PITKAAIKAISTYOTTOMAT",
    "KASSASSA",
    "LOMAUTETTU",
    "LYHTYOVKO",
    "TYOLLISTETTYLOP",
    "TYOHARJOITTELULOP",
    "KOKEILULOP",
    "TVKOULUTUSLOP",
    "VALMENNUSLOP",
    "MTPPALVELUTLOP",
    OPEN_VACANCIES,
    "UUDETAVP",
)

REQUIRED = (*KEYS, UNEMPLOYED)
# What a file must hold by the scope in its name, where no provenance lists its columns.
SCOPES = {
    "core": (*KEYS, UNEMPLOYED, LABOUR_FORCE, OPEN_VACANCIES),
    "full": (*KEYS, *COUNTS),
}

# SSS, KU398, MK07, SK071, ELY04, KUJOU, and kinds that come later, such as TA31 and EVK03: what
# looks like a code is kept as one, for a table is not to be lost for one area that is new.
_AREA = re.compile(r"[A-Z]{2,4}[0-9A-Z]{1,6}")
_MONTH = re.compile(r"(19|20)[0-9]{2}M(0[1-9]|1[0-2])")
# Nine digits are more than there are people, and few enough for every way of reading them.
_COUNT = r"[0-9]{1,9}"
_RATE = r"[0-9]{1,9}(\.[0-9]+)?"


def is_area(text: str) -> bool:
    """Whether a text has the form of StatFin's area codes."""
    return _AREA.fullmatch(text) is not None


def is_month(text: str) -> bool:
    """Whether a text is a month as StatFin writes it, ``2022M02``."""
    return _MONTH.fullmatch(text) is not None


def cell_pattern(column: str) -> str:
    """The regular expression a whole cell of a column follows, where it is not hidden."""
    return _RATE if column in RATES else _COUNT


def is_cell(column: str, text: str) -> bool:
    """Whether a text can stand in a column: a count, a rate, or hidden."""
    return text in HIDDEN or re.fullmatch(cell_pattern(column), text) is not None
