"""A made-up register of about so many employment-code spells, kept under ``build/``."""

from __future__ import annotations

from pathlib import Path

from pyarrow import parquet

from indicators.calendar import month_range
from indicators.register.store import Register, open_register
from indicators.synthetic.synthesise import synthesise

KEPT = Path(__file__).parents[1] / "build" / "bench"
MONTHS = list(month_range("2012-01", "2025-12"))
SPELLS_A_PERSON = 11.18  # of the model over these months
SEED = 1


def register(spells: int) -> Register:
    """The whole country where there are persons enough; all other tables in proportion."""
    persons = round(spells / SPELLS_A_PERSON)
    folder = KEPT / f"register-{persons}"
    if not (folder / "meta.json").is_file():
        print(f"making a register of {persons:,} persons under {KEPT.name} …", flush=True)
        KEPT.mkdir(parents=True, exist_ok=True)
        limits = {"first_month": MONTHS[0], "last_month": MONTHS[-1]}
        synthesise(folder, persons=persons, seed=SEED, layout="canonical", **limits)
    return open_register(folder)


def rows(register: Register) -> dict[str, int]:
    """Rows of each table."""
    return {
        path.stem: parquet.read_metadata(path).num_rows
        for path in sorted(register.folder.glob("*.parquet"))
    }
