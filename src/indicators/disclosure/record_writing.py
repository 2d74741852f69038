"""``records.json`` and the reviewer's page, beside each other, for nobody else's eyes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from indicators import files
from indicators.catalogue.model import LANGUAGES
from indicators.disclosure import audit
from indicators.disclosure.policy import find_policy
from indicators.disclosure.record import (
    RECORD_VERSION,
    AuditSummary,
    DisclosureRecord,
    PolicyLimits,
    RecordContext,
    build_record,
)
from indicators.disclosure.record_page import review_page
from indicators.disclosure.suppression import ProtectedTable
from indicators.provenance import hash_file
from indicators.table import KEY

PRIVATE_MODE = 0o600
RECORDS_FILE = "records.json"
_SCHEMA = "records.schema.json"


def write_records(
    folder: Path,
    records: Sequence[DisclosureRecord],
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
        "version": RECORD_VERSION,
        "records": [record.as_json() for record in records],
    }
    made = {RECORDS_FILE: json.dumps(content, ensure_ascii=False, indent=2) + "\n"}
    for language in languages:
        names = (areas or {}).get(language, {})
        made[f"review-{language}.html"] = review_page(records, language, names)
    for name, text in made.items():
        with files.replacing(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
            # Why a row is hidden may tell of it: records are for the reviewer alone.
            temporary.chmod(PRIVATE_MODE)
    return [folder / name for name in made]


# The record of a table that was just protected and written.


def record_protection(
    written: Path,
    made: ProtectedTable,
    attack: audit.AuditResult,
    published: Sequence[Path],
    seconds: float,
) -> DisclosureRecord:
    """What a reviewer must know of a protected table.

    Args:
        written: The file that holds the table: its bytes are what is decided on.
        made: The table, and why its rows are hidden.
        attack: What the attack on it came to.
        published: The tables it was protected together with.
        seconds: How long protecting and the attack took.
    """
    policy = find_policy(made.policy)
    hidden = made.rule != ""
    facts = RecordContext(
        table=written.name,
        sha256=hash_file(written),
        policy=policy.name,
        limits=PolicyLimits(
            policy.hidden_up_to,
            policy.minimum_mean,
            policy.minimum_median,
            policy.minimum_rate,
        ),
        attack=AuditSummary(len(attack.cells), attack.recovered, attack.problems),
        published=tuple(path.name for path in published),
        seconds=seconds,
    )
    keys = made.table.loc[hidden, list(KEY)]
    return build_record(made.table, keys.assign(rule=made.rule[hidden]), facts)
