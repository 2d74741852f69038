"""The key of the areas above municipalities: country, regions, ELY centres, sub-regions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from indicators.areas.keyfile import read_rows
from indicators.settings import Text

COLUMNS = ("code", "name_fi", "name_sv", "name_en")

_is_code = re.compile(r"SSS|MK[0-9]{2}|ELY[0-9]{2}|SK[0-9]{3}").fullmatch


def read_regions(path: Path, problems: list[str]) -> Mapping[str, Text]:
    """Reads names by area code; what is wrong with the key is added to ``problems``."""
    found: dict[str, Text] = {}
    for row in read_rows(path, COLUMNS, problems):
        code = row.text("code", _is_code, "an area code such as MK07")
        if code in found:
            row.report_problem("code", f"{code} is there twice; delete one row")
        found[code] = {lang: row.text(f"name_{lang}") for lang in ("fi", "sv", "en")}
    return found
