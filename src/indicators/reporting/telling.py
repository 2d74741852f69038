"""How a reading is told: its number, its range, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.catalogue import Catalogue
from indicators.reporting.readings import QUANTITIES, Reading
from indicators.reporting.tables.html import Cell
from indicators.reporting.voice import NO_BREAK, Voice

WORD_JOINER = "\N{WORD JOINER}"


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells readings in one language.

    Attributes:
        voice: The language.
        catalogue: Has the words for statuses.
    """

    translator: Voice
    catalogue: Catalogue

    def cell(self, reading: Reading, quantity: str) -> Cell:
        """A reading as a table has it; a bounded one with its range below."""
        if not reading.known:
            return Cell(self.status(reading.status))
        text = self.number(reading.value, quantity)
        if not self.uncertain(reading, quantity):
            return Cell(text)
        return Cell(f"≈{NO_BREAK}{text}", f"({self.range(reading, quantity)})")

    def change_cell(self, change: Reading, quantity: str) -> Cell:
        """A change as a table has it, with its sign."""
        if not change.known:
            return Cell(self.status(change.status))
        decimals = QUANTITIES[quantity].decimals
        text = self.translator.number(change.value, decimals, signed=True)
        return Cell(f"≈{NO_BREAK}{text}" if change.status == "bounded" else text)

    def inline(self, reading: Reading, quantity: str) -> str:
        """A reading as a sentence has it."""
        if not reading.known:
            return self.status(reading.status)
        percent = QUANTITIES[quantity].unit == "percent"
        format_value = self.translator.percent if percent else self.translator.number
        if not self.uncertain(reading, quantity):
            return format_value(reading.value)
        return self.translator(
            "common.about", value=format_value(reading.value), range=self.range(reading, quantity)
        )

    def number(self, value: float, quantity: str) -> str:
        """A value with the quantity's decimals."""
        return self.translator.number(value, QUANTITIES[quantity].decimals)

    def range(self, reading: Reading, quantity: str) -> str:
        """The least and the greatest value a bounded reading may have, on one line."""
        low, high = (self.number(bound, quantity) for bound in (reading.low, reading.high))
        return f"{low}{WORD_JOINER}–{WORD_JOINER}{high}"

    def uncertain(self, reading: Reading, quantity: str) -> bool:
        """Whether the bounds are told apart by the decimals that are shown."""
        if reading.status != "bounded":
            return False
        return self.number(reading.low, quantity) != self.number(reading.high, quantity)

    def status(self, status: str) -> str:
        """Why there is no value, in the words of the catalogue."""
        return self.catalogue.label("status", status, self.translator.language)
