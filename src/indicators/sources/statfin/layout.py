"""The columns of StatFin's table 12r5, until 2022 numbered 1001.

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

# A rate that StatFin has rounded: checked by the tests, counted from by nobody.
NUMBERS = ("TYOTOSUUS",)

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

_AREA = re.compile(r"SSS|KU\d{3}|MK(\d{2}|JO)|SK\d{3}|ELY(\d{2}|JO)")
_MONTH = re.compile(r"(19|20)\d{2}M(0[1-9]|1[0-2])")
_COUNT = re.compile(r"\d+")
_NUMBER = re.compile(r"\d+(\.\d+)?")


def is_area(text: str) -> bool:
    """Whether a text is one of StatFin's area codes."""
    return _AREA.fullmatch(text) is not None


def is_month(text: str) -> bool:
    """Whether a text is a month as StatFin writes it, ``2022M02``."""
    return _MONTH.fullmatch(text) is not None


def is_cell(column: str, text: str) -> bool:
    """Whether a text can stand in a column: a count, a rate, or hidden."""
    pattern = _NUMBER if column in NUMBERS else _COUNT
    return text in HIDDEN or pattern.fullmatch(text) is not None
