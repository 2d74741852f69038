"""Texts, numbers and dates in the reports' languages.

The texts are data in three languages (``words/*.toml``, a file a topic). A text has ``{name}``
where a number, a month or a name is put in; all three languages must have the same names, so that
none leaves anything out.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from babel.dates import format_date, get_month_names
from babel.numbers import format_decimal

from indicators.catalogue.model import LANGUAGES
from indicators.errors import DataError

Texts = Mapping[str, Mapping[str, str]]

# English as the European Union's institutions write it: 12,650 and 28 February 2022.
LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
TAGS = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-FI"}
MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


@cache
def load_texts() -> Texts:
    """All texts by ``topic.key`` and language.

    Raises:
        DataError: A text lacks a language or a name to put in; all problems at once.
    """
    return load_texts_from(resources.files("indicators.reporting") / "words")


def load_texts_from(folder: Traversable) -> Texts:
    """As :func:`load_texts`, from a folder of TOML files, each of a topic.

    Raises:
        DataError: A text lacks a language or a name to put in; all problems at once.
    """
    words: dict[str, Mapping[str, str]] = {}
    problems: list[str] = []
    for file in sorted(folder.iterdir(), key=lambda path: path.name):
        if file.name.endswith(".toml"):
            topic = file.name.removesuffix(".toml")
            for key, texts in _read(file, problems).items():
                problems += [f"{file.name}, {key}: {fault}" for fault in _text_faults(texts)]
                words[f"{topic}.{key}"] = texts
    if problems:
        raise DataError(f"{len(problems)} problems in the wording:", problems)
    return words


def _read(file: Traversable, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        problems.append(f"{file.name} is not TOML in UTF-8: {error}; mend that place")
        return {}


def placeholders(text: str) -> set[str]:
    """The names of a text's placeholders."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _text_faults(texts: Any) -> Iterator[str]:
    if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
        yield f"needs exactly the languages {', '.join(LANGUAGES)}"
        return
    for language, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            yield f"{language} is empty"
    try:
        placeholder_sets = [placeholders(str(text)) for text in texts.values()]
    except ValueError as error:
        yield f"has a brace without its pair ({error})"
        return
    if any(names != placeholder_sets[0] for names in placeholder_sets):
        yield "the languages do not have the same {names} to put in"


def keep_last_word(text: str) -> str:
    """A name whose unit is never broken off: ``Share, %`` keeps its last word's line."""
    return text.replace(", %", f",{NO_BREAK}%").replace(", €", f",{NO_BREAK}€")


@dataclass(frozen=True, slots=True)
class Translator:
    """Texts, numbers and dates in a language.

    Attributes:
        language: ``fi``, ``sv`` or ``en``.
    """

    language: str

    def __call__(self, key: str, **values: str) -> str:
        """A text of the wording, with names and numbers put in.

        Args:
            key: ``topic.key``.
            values: What the text wants put in, as texts in the same language.

        Raises:
            KeyError: There is no such text, or it wants more.
        """
        return load_texts()[key][self.language].format_map(values)

    def has(self, key: str) -> bool:
        """Whether there is a text of a key."""
        return key in load_texts()

    def number(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """A number such as ``12 650`` or ``12,3``, rounded half away from zero.

        Args:
            value: Any finite number.
            decimals: Digits after the decimal mark.
            signed: Whether a plus sign is shown too, as in changes.
        """
        rounded = _round_half_up(value, decimals)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        text = _decimal(abs(rounded), pattern, LOCALES[self.language])
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return sign + text.replace("\N{NARROW NO-BREAK SPACE}", NO_BREAK)

    def percent(self, value: float, decimals: int = 1) -> str:
        """A percentage with its sign, such as ``12,3 %``."""
        return self.with_percent_sign(self.number(value, decimals))

    def with_percent_sign(self, number: str) -> str:
        """A number with the percent sign; English has no space before it."""
        return f"{number}%" if self.language == "en" else f"{number}{NO_BREAK}%"

    def month(self, month: str) -> str:
        """A month such as ``helmikuu 2022``."""
        return f"{self._month_name(month)} {month[:4]}"

    def in_month(self, month: str) -> str:
        """In a month, such as ``helmikuussa 2022``, ``i februari 2022``, ``in February 2022``."""
        name = self._month_name(month)
        # Every Finnish month ends in -kuu, so the inessive is always the same.
        forms = {"fi": f"{name}ssa", "sv": f"i {name}", "en": f"in {name}"}
        return f"{forms[self.language]} {month[:4]}"

    def from_month(self, month: str) -> str:
        """From a month on, such as ``helmikuusta 2022``, ``från februari 2022``."""
        name = self._month_name(month)
        forms = {"fi": f"{name}sta", "sv": f"från {name}", "en": f"from {name}"}
        return f"{forms[self.language]} {month[:4]}"

    def day(self, day: date) -> str:
        """A day such as ``28.2.2022`` or ``28 February 2022``."""
        pattern = "d MMMM y" if self.language == "en" else "d.M.y"
        return format_date(day, pattern, locale=LOCALES[self.language])

    def listing(self, parts: list[str]) -> str:
        """Several names as a sentence has them: ``Lahti, Hollola ja Asikkala``."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self('common.and')} {parts[-1]}"

    def _month_name(self, month: str) -> str:
        # Finnish names stand alone here ("helmikuu"); in dates CLDR would give the partitive.
        names = get_month_names("wide", "stand-alone", LOCALES[self.language])
        return str(names[int(month[5:])])


def capitalised(text: str) -> str:
    """The text with its first letter large; the rest as it is."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=4096)
def _decimal(value: float, pattern: str, locale: str) -> str:
    """A number in a locale's digits; an axis asks for the same few a hundred times."""
    return format_decimal(value, format=pattern, locale=locale)


def _round_half_up(value: float, decimals: int) -> float:
    """Round as the official statistics do: 0.05 to 0.1, and never to minus zero.

    Counts divided by counts are exact only in fractions; the nudge mends what floats lose.
    """
    scale = 10**decimals
    scaled = abs(value) * scale
    rounded: float = int(scaled + 0.5 + 1e-9 + scaled * 1e-15) / scale
    return -rounded if value < 0 and rounded else rounded
