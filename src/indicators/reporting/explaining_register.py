"""How a figure of the register came about, in words and counts: for the data holder's eyes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import Any

from indicators.areas import Areas
from indicators.catalogue import Catalogue, Indicator
from indicators.catalogue.explaining import WIDTH, wrap
from indicators.measures.register.accounts import (
    AreaCode,
    Month,
    Note,
    Step,
    Strand,
    Tally,
    Value,
)
from indicators.measures.register.accounts.answering import Answer
from indicators.reporting.explaining import DECIMALS
from indicators.reporting.voice import Voice, capitalised

TOPIC = "explain_register"
_INDENT = "  "
_UNSURE = ("provisional", "not_available")
_PARTS = ("numerator", "denominator", "value")
_FIGURES = {
    ("numerator", "denominator", "value"): "divided",
    ("numerator", "denominator"): "divided_no_value",
    ("numerator", "value"): "counted",
    ("denominator", "value"): "of_so_many",
    ("denominator",): "no_value",
    (): "no_value",
}
"""How a figure is said, by what there is of it."""


def explain_register_figure(
    indicator: Indicator, answer: Answer, *, areas: Areas, catalogue: Catalogue, voice: Voice
) -> str:
    """Tell who was counted, who was left out and why, and what figure that gives.

    Args:
        indicator: The indicator.
        answer: Its account and rows.
        areas: Names of areas.
        catalogue: Words for statistics, categories, units and statuses.
        voice: The language.

    Returns:
        Lines of plain text, unprotected: small counts are shown. No person is ever named.
    """
    teller = _Teller(indicator, answer, areas, catalogue, voice)
    blocks = [list(teller.head()), *map(list, teller.strands()), list(teller.figures())]
    return "\n".join("".join(map(_wrapped, block)) for block in blocks)


def _wrapped(line: str) -> str:
    indent = _INDENT if line.startswith(_INDENT) else ""
    hanging = indent + _INDENT
    lines = wrap(line.strip(" "), WIDTH, initial_indent=indent, subsequent_indent=hanging)
    return "".join(f"{one}\n" for one in lines)


@dataclass(frozen=True, slots=True)
class _Teller:
    indicator: Indicator
    answer: Answer
    areas: Areas
    catalogue: Catalogue
    voice: Voice

    def head(self) -> Iterator[str]:
        """What is asked, and for whose eyes the answer is."""
        asked = self.answer.question
        yield self.voice(
            "explain.title",
            name=self.indicator.short[self.voice.language],
            area=self.areas.name(asked.area, self.voice.language),
            month=self.voice.month(asked.month),
        )
        yield self._say("unprotected")
        yield f"{self._say('population')}: {self._label('population', asked.population)}"
        if asked.dimension != "total":
            dimension = self._label("dimension", asked.dimension)
            yield f"{dimension}: {self._category(asked.dimension, asked.category)}"
        extract = self.voice.day(asked.register.extract_date)
        yield f"{self._say('extract')}: {extract}"

    def strands(self) -> Iterator[Iterator[str]]:
        """Each line of counting; none where nothing can be told of the month."""
        rows = self.answer.rows.values()
        lacking = any(note.key == "missing_table" for note in self.answer.account.why)
        untold = all(isnan(row["numerator"]) and isnan(row["denominator"]) for row in rows)
        unseen = all(row["status"] == "incomplete" for row in rows)
        if not (unseen or (lacking and untold)):
            yield from map(self._strand, self.answer.account.strands)

    def _strand(self, strand: Strand) -> Iterator[str]:
        yield capitalised(self._say(strand.key, strand.values))
        begun, kept = (self._counted(one, strand.unit) for one in (strand.begun, strand.kept))
        yield f"{_INDENT}{self._say(f'from_{strand.key}')}: {begun}"
        for step in strand.left_out:
            yield self._step("out", step, strand.unit)
        yield f"{_INDENT}{self._say('kept')}: {kept}"
        for step in strand.parts:
            yield self._step("part", step, strand.unit)

    def _step(self, key: str, step: Step, unit: str) -> str:
        if step.label:
            label = self._label(*step.label)
            what = label[:1].lower() + label[1:]
        else:
            what = self._say(step.key, step.values)
        count = self._counted(step.tally, unit)
        return _INDENT + self._say(key, {"count": count, "what": what})

    def _counted(self, tally: Tally, unit: str) -> str:
        counts = [self._number(tally.records, unit)]
        if tally.persons is not None and unit != "persons":
            counts.append(self._number(tally.persons, "persons"))
        return ", ".join(counts)

    def figures(self) -> Iterator[str]:
        """What follows from the counts, with how sure it is and why."""
        yield self._say("figures")
        yield from (f"{_INDENT}{self._note(note)}" for note in self._notes())
        for statistic, row in self.answer.rows.items():
            yield f"{_INDENT}{self._statistic_label(statistic)}: {self._figure(statistic, row)}"
        groups = self._by_status()
        for (status, whole_on), statistics in groups.items():
            of = "; ".join(map(self._statistic_label, statistics)) if len(groups) > 1 else ""
            name = self.voice("explain.status") + (f" ({of})" if of else "")
            yield f"{_INDENT}{name}: {self._status(status, whole_on)}"
        if any(row["status"] in _UNSURE for row in self.answer.rows.values()):
            for note in self.answer.account.why:
                yield f"{_INDENT}{self._say('why', {'what': self._note(note)})}"

    def _notes(self) -> tuple[Note, ...]:
        unseen = all(row["status"] == "incomplete" for row in self.answer.rows.values())
        return () if unseen else self.answer.account.notes

    def _figure(self, statistic: str, row: Mapping[str, Any]) -> str:
        if statistic not in self.answer.told and row["status"] not in ("incomplete", *_UNSURE):
            return self._say("no_row")
        said = {name: self._exact(row[name]) for name in _PARTS if not isnan(row[name])}
        if "value" in said:
            unit = self.catalogue.label("unit", str(row["unit"]), self.voice.language)
            said["value"] = f"{said['value']}\N{NO-BREAK SPACE}{unit}"
        return self._say(_FIGURES[tuple(said)], said)

    def _by_status(self) -> dict[tuple[str, date | None], list[str]]:
        groups: dict[tuple[str, date | None], list[str]] = {}
        for statistic, row in self.answer.rows.items():
            whole_on = self.answer.account.whole_on.get(statistic)
            groups.setdefault((str(row["status"]), whole_on), []).append(statistic)
        return groups

    def _status(self, status: str, whole_on: date | None) -> str:
        label = capitalised(self._label("status", status))
        said = f"{label}. {self.catalogue.explanation('status', status, self.voice.language)}"
        if whole_on is None or status == "not_available":
            return said
        days = {"day": whole_on, "extract": self.answer.question.register.extract_date}
        return f"{said} {self._say('whole_on', days)}"

    def _note(self, note: Note) -> str:
        return self._say(note.key, note.values)

    def _statistic_label(self, statistic: str) -> str:
        return self._label("statistic", f"{self.indicator.id}.{statistic}")

    def _label(self, kind: str, code: str) -> str:
        return self.catalogue.label(kind, code, self.voice.language)

    def _category(self, dimension: str, category: str) -> str:
        """Benefits and survey items are named by their source, not by the catalogue."""
        code = f"{dimension}.{category}"
        known = code in self.catalogue.labels["category"]
        return self._label("category", code) if known else " ".join(category.split())

    def _number(self, number: int, unit: str) -> str:
        if unit == "rows":
            word = self._say("row" if number == 1 else "rows")
        else:
            known = self.catalogue.units[unit]
            word = (known.singular if number == 1 else known.plural)[self.voice.language]
        return f"{self.voice.number(number)}\N{NO-BREAK SPACE}{word}"

    def _exact(self, value: float) -> str:
        return self.voice.number(value, 0 if value == int(value) else DECIMALS)

    def _say(self, key: str, values: Mapping[str, Value] | None = None) -> str:
        said = {name: self._value(value) for name, value in (values or {}).items()}
        return self.voice(f"{TOPIC}.{key}", **said)

    def _value(self, value: Value) -> str:
        if isinstance(value, AreaCode):
            return self.areas.name(value, self.voice.language)
        if isinstance(value, Month):
            return self.voice.in_month(value)
        if isinstance(value, str):
            return value
        if isinstance(value, date):
            return self.voice.day(value)
        return self._exact(value)
