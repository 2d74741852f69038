"""An indicator told as plain text: what the command ``explain`` prints about a definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from textwrap import wrap as wrap_words

from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load
from indicators.catalogue.model import Indicator, Parameter, SeriesBreak, StatfinRecipe, Statistic
from indicators.catalogue.placeholders import Value, number

WIDTH = 100
wrap = partial(wrap_words, break_on_hyphens=False)
_INDENT = "  "
_HANGING = "    "


def explain(indicator_id: str, language: str, catalogue: Catalogue | None = None) -> str:
    """All the catalogue says of an indicator or context series.

    Args:
        indicator_id: An id or a number.
        language: One of ``LANGUAGES``.
        catalogue: With the values of parameters that are in force; without it the defaults are.

    Raises:
        UsageError: The indicator or the language is unknown.
    """
    catalogue = catalogue or load()
    indicator = catalogue.indicator(indicator_id)
    teller = _Teller(catalogue, indicator, language)
    title = f"{indicator.number}. {indicator.name[language]}".removeprefix("0. ")
    lines = [*wrap(title, WIDTH), indicator.id]
    for key, paragraphs in teller.sections():
        lines += ["", catalogue.label("heading", key, language)]
        hanging = _HANGING if len(paragraphs) > 1 else _INDENT
        for paragraph in paragraphs:
            lines += wrap(paragraph, WIDTH, initial_indent=_INDENT, subsequent_indent=hanging)
    return "\n".join([*lines, ""])


@dataclass(frozen=True, slots=True)
class _Teller:
    catalogue: Catalogue
    indicator: Indicator
    language: str

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """Headings, by id, and the paragraphs below each."""
        shown = self.indicator
        yield "definition", [shown.definition[self.language]]
        yield "numerator", [shown.numerator[self.language]]
        yield "denominator", [shown.denominator[self.language]]
        yield "unit", [self.catalogue.units[shown.unit].plural[self.language]]
        yield "count_moment", [self._explained("count_moment", shown.count_moment)]
        if shown.populations:
            yield "populations", [self._explained("population", item) for item in shown.populations]
        yield "sources", [self._explained("source", item) for item in shown.sources]
        if shown.statfin:
            yield "statfin", [self._recipe(shown.statfin)]
        yield (
            "certainty",
            [self._explained("grade", shown.grade), shown.certainty.note[self.language]],
        )
        yield "statistics", [self._statistic(item) for item in shown.statistics]
        yield "dimensions", [self._dimension(item) for item in shown.dimensions]
        yield "parameters", [self._parameter(item) for item in shown.parameters] or self._none()
        breaks = self.catalogue.breaks_for(shown.id)
        yield "breaks", [self._break(item) for item in breaks] or self._none()

    def _heading(self, key: str) -> str:
        return self.catalogue.label("heading", key, self.language)

    def _none(self) -> list[str]:
        return [self._heading("none")]

    def _label(self, kind: str, code: str) -> str:
        return self.catalogue.label(kind, code, self.language)

    def _explained(self, kind: str, code: str) -> str:
        return f"{self._label(kind, code)}. {self.catalogue.explanation(kind, code, self.language)}"

    def _statistic(self, statistic: Statistic) -> str:
        return f"{statistic.id}: {statistic.label[self.language]} ({self._label('unit', statistic.unit)}; {statistic.grade})"

    def _dimension(self, code: str) -> str:
        categories = [
            label.label[self.language]
            for key, label in self.catalogue.labels["category"].items()
            if key.startswith(f"{code}.") and code != "total"
        ]
        text = f"{code}: {self._label('dimension', code)}"
        return f"{text} ({'; '.join(categories)})" if categories else text

    def _parameter(self, parameter: Parameter) -> str:
        value = parameter_value(self.catalogue, self.indicator.id, parameter, self.language)
        return f"{parameter.id} = {value}: {parameter.description[self.language]}"

    def _break(self, series_break: SeriesBreak) -> str:
        day = _day(series_break.date, self.language)
        return f"{day} {series_break.label[self.language]} ({series_break.grade}). {series_break.sentence[self.language]}"

    def _recipe(self, recipe: StatfinRecipe) -> str:
        formula = f"{recipe.statistic} = {_sum(recipe.numerator)}"
        if recipe.denominator:
            formula += f" / {_sum(recipe.denominator)}"
        return (
            f"{formula} ({self._heading('numerator_only')})"
            if recipe.denominator_missing
            else formula
        )


def parameter_value(
    catalogue: Catalogue, indicator_id: str, parameter: Parameter, language: str
) -> str:
    """The value in force of an indicator's parameter, such as ``14 päivää``.

    A value that is not the default is told with the default, so that nobody takes the figures for
    those of another.
    """

    def said(value: Value) -> str:
        if isinstance(value, bool):
            return catalogue.label("heading", "yes" if value else "no", language)
        unit = catalogue.units[parameter.unit]
        word = unit.singular if value == 1 else unit.plural
        return f"{number(value, language)}\u00a0{word[language]}"

    value = catalogue.value(indicator_id, parameter)
    if value == parameter.default:
        return said(value)
    differs = catalogue.label("heading", "differs", language)
    return f"{said(value)} ({differs}, {said(parameter.default)})"


def _sum(columns: tuple[str, ...]) -> str:
    added = " + ".join(columns)
    return f"({added})" if len(columns) > 1 else added


def _day(day: date, language: str) -> str:
    return day.isoformat() if language == "en" else f"{day.day}.{day.month}.{day.year}"
