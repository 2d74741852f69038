"""The catalogue as a whole (:class:`Catalogue`), and parameters as placeholders in its texts.

Texts always have the values in force: ``{plan_due_days}`` stands for the value in the language's
digits. Where words around it change with it, they stand in the placeholder:
``{plan_due_days:# päivää|# päivän}`` is the first where the value is not 1 and the second where it
is, ``#`` the value. Of a parameter that is true or false
``{merge_layoff:the two together|each apart}`` gives the first where it is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from html import escape
from typing import Any, TypeVar

from indicators.catalogue.model import (
    LANGUAGES,
    Indicator,
    Label,
    Parameter,
    SeriesBreak,
    Text,
    Unit,
)
from indicators.errors import UsageError

Value = bool | int | float
_T = TypeVar("_T")

LABOUR_FORCE = "labour_force"
"""The count of the labour force; of a group of it ``labour_force_group``."""

EVERY = "all"
"""Stands for every indicator where parameters are changed."""

_BRACED = re.compile(r"\{[^}]*\}?|\}")
_PLACEHOLDER = re.compile(r"\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}")


def broken_in(text: str) -> list[str]:
    """What stands in braces and is no placeholder."""
    return [braced for braced in _BRACED.findall(text) if not _PLACEHOLDER.fullmatch(braced)]


def names_in(text: str) -> list[str]:
    """What the placeholders of a text name, in order of the alphabet; a broken one as it stands."""
    matches = ((braced, _PLACEHOLDER.fullmatch(braced)) for braced in _BRACED.findall(text))
    return sorted(match.group(1) if match else braced for braced, match in matches)


def filled(record: _T, values: Mapping[str, Value]) -> _T:
    """A record whose texts have the values of parameters put in.

    Args:
        record: A text, or a dataclass or tuple that holds texts.
        values: By parameter; every placeholder names one.
    """
    result: Any = record
    if isinstance(record, Text):
        result = Text(**{lang: _put(record[lang], values, lang) for lang in LANGUAGES})
    elif isinstance(record, tuple):
        result = tuple(filled(entry, values) for entry in record)
    elif is_dataclass(record) and not isinstance(record, type):
        parts = {part.name: getattr(record, part.name) for part in fields(record)}
        result = replace(record, **{name: filled(part, values) for name, part in parts.items()})
    return result  # type: ignore[no-any-return]


def _put(text: str, values: Mapping[str, Value], language: str) -> str:
    def replacement(match: re.Match[str]) -> str:
        value, (first, second) = values[match.group(1)], match.group(2, 3)
        if first is None:
            return number(value, language)
        chosen = first if (value if isinstance(value, bool) else value != 1) else second
        return str(chosen).replace("#", number(value, language))

    return _PLACEHOLDER.sub(replacement, text)


def number(value: float, language: str) -> str:
    """A number as a text of the language has it."""
    return str(value) if language == "en" else str(value).replace(".", ",")


def placeholder_problems(indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Key path and fault of each placeholder that names no parameter of the indicator.

    A parameter that is true or false must have its words with it, as no number stands for it.
    """
    switches = {
        parameter.id: isinstance(parameter.default, bool) for parameter in indicator.parameters
    }
    for path, text in _texts(indicator, ""):
        for language in LANGUAGES:
            for braced in _BRACED.findall(text[language]):
                match, place = _PLACEHOLDER.fullmatch(braced), f"{path}{language}"
                # What is no placeholder is a fault of the text itself.
                if match is None:
                    continue
                if match.group(1) not in switches:
                    known = ", ".join(switches) or "none"
                    yield place, f"{braced!r} names no parameter of the indicator; it has {known}"
                elif switches[match.group(1)] and match.group(2) is None:
                    yield (
                        place,
                        f"{braced!r} is true or false: write {{{match.group(1)}:if true|if false}}",
                    )


def _texts(record: object, path: str) -> Iterator[tuple[str, Text]]:
    if isinstance(record, Text):
        yield path, record
    elif isinstance(record, tuple):
        for place, entry in enumerate(record):
            yield from _texts(entry, f"{path.removesuffix('.')}[{place}].")
    elif is_dataclass(record):
        for part in fields(record):
            yield from _texts(getattr(record, part.name), f"{path}{part.name}.")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All definitions.

    Args:
        indicators: In order of number; texts with the values of parameters that are in force.
        context: Series that stand beside them in reports.
        breaks: Series breaks in order of date.
        parameters: Parameters by id, with their defaults.
        units: Units by id.
        labels: Labels by kind (``status``, ``population``, ``dimension``, ``category``,
            ``source``, ``grade``, ``count_moment``, ``heading``) and id; a category's id is
            ``dimension.category``.
        written: The indicators as their files have them: parameters are placeholders in texts.
        written_context: The context series likewise.
        in_use: Values in force of all parameters, by indicator id.
    """

    indicators: tuple[Indicator, ...]
    context: tuple[Indicator, ...]
    breaks: tuple[SeriesBreak, ...]
    parameters: Mapping[str, Parameter]
    units: Mapping[str, Unit]
    labels: Mapping[str, Mapping[str, Label]]
    written: tuple[Indicator, ...] = ()
    in_use: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    written_context: tuple[Indicator, ...] = ()

    def in_force(self, changed: Mapping[str, Mapping[str, Any]]) -> Catalogue:
        """The catalogue of a project that has other values of parameters.

        Args:
            changed: The values by indicator id and parameter, each of its default's kind.

        Returns:
            The same, its texts with these values and with the defaults of all others.
        """
        values = self.values(changed)
        indicators = tuple(filled(indicator, values[indicator.id]) for indicator in self.written)
        context = tuple(
            filled(series, values.get(series.id, {})) for series in self.written_context
        )
        return replace(self, indicators=indicators, context=context, in_use=values)

    def values(self, changed: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Value]]:
        """The values of all parameters by indicator id, where some are not the defaults.

        Args:
            changed: As of :meth:`in_force`. What :data:`EVERY` has is of every indicator with the
                parameter; an indicator's own value goes before it.
        """
        shared = changed.get(EVERY, {})
        return {
            indicator: {
                **{name: shared.get(name, default) for name, default in defaults.items()},
                **changed.get(indicator, {}),
            }
            for indicator, defaults in self.defaults().items()
        }

    def indicator(self, wanted: str) -> Indicator:
        """The indicator or context series of an id, or the indicator of a number such as ``11``.

        Raises:
            UsageError: There is none; the message names the nearest ids.
        """
        for indicator_ in (*self.indicators, *self.context):
            if wanted == indicator_.id or (indicator_.number and wanted == str(indicator_.number)):
                return indicator_
        raise UsageError(self._unknown(wanted))

    def _unknown(self, wanted: str) -> str:
        ids = [entry.id for entry in (*self.indicators, *self.context)]
        near = get_close_matches(wanted, ids, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        return f"no indicator {wanted!r}: {hint}`indicators catalogue` lists all"

    def overview(self, language: str) -> list[tuple[str, ...]]:
        """The indicators in short: a row of headings, and a row each.

        Returns:
            Number, id, short name, unit, and how sure the definition is: official or our own.
        """
        head = ("number", "id", "name", "unit", "certainty_column")
        rows = (
            (
                str(each.number),
                each.id,
                each.short[language],
                self.label("unit", each.unit, language),
                self.label("grade", each.grade, language),
            )
            for each in self.indicators
        )
        return [tuple(self.label("heading", key, language) for key in head), *rows]

    def _repr_html_(self) -> str:
        """The overview as a notebook's cell shows it."""
        head, *rows = ([escape(cell) for cell in row] for row in self.overview(LANGUAGES[0]))
        heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
        lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
        body = "\n".join(f"<tr>{line}</tr>" for line in lines)
        return (
            f"<table>\n<thead><tr>{heads}</tr></thead>\n"
            f'<tbody style="text-align: left">\n{body}\n</tbody>\n</table>'
        )

    def _repr_markdown_(self) -> str:
        """The same where HTML is not shown."""
        head, *rows = (
            [cell.replace("|", "\\|") for cell in row] for row in self.overview(LANGUAGES[0])
        )
        lines = [head, ["---:", *["---"] * (len(head) - 1)], *rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"

    def defaults(self) -> dict[str, dict[str, bool | int | float]]:
        """The parameters of each indicator with their defaults, by indicator id."""
        return {
            indicator.id: {parameter.id: parameter.default for parameter in indicator.parameters}
            for indicator in (*self.indicators, *self.context)
            # A context series has none for the most part.
            if indicator.number or indicator.parameters
        }

    def value(self, indicator_id: str, parameter: Parameter) -> Value:
        """The value in force of an indicator's parameter."""
        return self.in_use.get(indicator_id, {}).get(parameter.id, parameter.default)

    def labour_force_groups(self) -> dict[str, str]:
        """The group of the labour force that each indicator is a share of, by indicator id."""
        groups = {}
        for indicator in self.indicators:
            for counts in indicator.counts.values():
                name = counts.denominator.count if counts.denominator else ""
                if name.startswith(LABOUR_FORCE):
                    group = name.removeprefix(LABOUR_FORCE).removeprefix("_")
                    groups[indicator.id] = group or "total"
        return groups

    def breaks_for(self, indicator_id: str) -> tuple[SeriesBreak, ...]:
        """The series breaks of an indicator, in order of date."""
        return tuple(
            series_break for series_break in self.breaks if indicator_id in series_break.indicators
        )

    def break_in(self, indicator_id: str, month: str) -> SeriesBreak | None:
        """The series break of an indicator that falls in a month ``YYYY-MM``, if any."""
        for series_break in self.breaks_for(indicator_id):
            if series_break.month == month:
                return series_break
        return None

    def label(self, kind: str, label_id: str, language: str) -> str:
        """What a code is called.

        Args:
            kind: One of the kinds of ``labels``, or ``unit`` (as a column says it), ``indicator``
                (its short name), ``statistic`` (``indicator.statistic``) or ``break``.
            label_id: The code.
            language: One of ``LANGUAGES``.

        Raises:
            UsageError: Kind, code or language is unknown.
        """
        return self._text(kind, label_id)[language]

    def explanation(self, kind: str, label_id: str, language: str) -> str:
        """The sentence that explains a code, empty where it needs none.

        Raises:
            UsageError: Kind, code or language is unknown.
        """
        found = self.labels.get(kind, {}).get(label_id)
        if found is None:
            raise UsageError(f"the catalogue explains no {kind} {label_id!r}")
        return found.explanation[language] if found.explanation else ""

    def _text(self, kind: str, label_id: str) -> Text:
        if kind == "indicator":
            return self.indicator(label_id).short
        if kind == "statistic":
            indicator_id, _, statistic_id = label_id.partition(".")
            return self.indicator(indicator_id).statistic(statistic_id).label
        if kind == "unit" and label_id in self.units:
            return self.units[label_id].column
        if kind == "break":
            for series_break in self.breaks:
                if series_break.id == label_id:
                    return series_break.label
        found = self.labels.get(kind, {}).get(label_id)
        if found is None:
            raise UsageError(f"the catalogue has no label for {kind} {label_id!r}")
        return found.label
