"""One language's way of saying texts, numbers and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import format_date, get_month_names
from babel.numbers import format_decimal

from indicators.reporting import wording

# English as the European Union's institutions write it: 12,650 and 28 February 2022.
LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
TAGS = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-FI"}
MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


def held(text: str) -> str:
    """A name whose unit is never broken off: ``Share, %`` keeps its last word's line."""
    return text.replace(", %", f",{NO_BREAK}%").replace(", €", f",{NO_BREAK}€")


@dataclass(frozen=True, slots=True)
class Voice:
    """Says texts, numbers and dates in one language.

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
        return wording.load()[key][self.language].format_map(values)

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
