"""What the reviewer's page says, in one language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel.numbers import format_decimal

_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


@cache
def words() -> dict[str, dict[str, str]]:
    """All texts by id and language."""
    source = files("indicators.disclosure.records").joinpath("wording.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Say:
    """One language's texts and numbers."""

    language: str

    def __call__(self, key: str, **placeholders: str | int | float) -> str:
        """A text, with numbers put in as the language writes them."""
        values = {
            name: value if isinstance(value, str) else self.number(value)
            for name, value in placeholders.items()
        }
        return words()[key][self.language].format(**values)

    def number(self, number: float, decimals: int = 0) -> str:
        """A number; decimals only where it has any, or where they are asked for."""
        pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0.#"
        return str(format_decimal(number, format=pattern, locale=_LOCALES[self.language]))
