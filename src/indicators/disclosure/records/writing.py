"""``records.json`` and the reviewer's page, beside each other, for nobody else's eyes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from indicators import files
from indicators.catalogue import LANGUAGES
from indicators.disclosure.records.model import VERSION, Record
from indicators.disclosure.records.page import review_page

PRIVATE = 0o600
RECORDS = "records.json"
_SCHEMA = "records.schema.json"


def write_records(
    folder: Path,
    records: Sequence[Record],
    *,
    languages: Sequence[str] = LANGUAGES,
    areas: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Path]:
    """Write the records of tables that are published together, and a page a language.

    Args:
        folder: Must be there.
        records: One a table.
        languages: Of ``fi``, ``sv``, ``en``.
        areas: Names of areas by language and code; codes are shown where there are none.

    Returns:
        The files written.

    Raises:
        UsageError: They cannot be written.
    """
    content = {
        "$schema": _SCHEMA,
        "version": VERSION,
        "records": [record.as_json() for record in records],
    }
    made = {RECORDS: json.dumps(content, ensure_ascii=False, indent=2) + "\n"}
    for language in languages:
        names = (areas or {}).get(language, {})
        made[f"review-{language}.html"] = review_page(records, language, names)
    for name, text in made.items():
        with files.replacing(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
            # Why a row is hidden may tell of it: records are for the reviewer alone.
            temporary.chmod(PRIVATE)
    return [folder / name for name in made]
