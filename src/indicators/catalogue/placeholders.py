"""Parameters in the texts of definitions: the text always tells the value in force.

``{plan_due_days}`` stands for the value in the language's digits. Where words around it change
with it, they stand in the placeholder: ``{plan_due_days:# päivää|# päivän}`` is the first where
the value is not 1 and the second where it is, ``#`` the value. Of a parameter that is true or
false ``{merge_layoff:the two together|each apart}`` gives the first where it is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from indicators.catalogue.languages import LANGUAGES
from indicators.catalogue.model import Indicator, Text

Value = bool | int | float
_T = TypeVar("_T")

_BRACED = re.compile(r"\{[^}]*\}?|\}")
_PLACEHOLDER = re.compile(r"\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}")


def names_in(text: str) -> list[str]:
    """What the placeholders of a text name, in order of the alphabet; a broken one as it stands."""
    found = (_PLACEHOLDER.fullmatch(one) or one for one in _BRACED.findall(text))
    return sorted(one if isinstance(one, str) else one.group(1) for one in found)


def filled(record: _T, values: Mapping[str, Value]) -> _T:
    """A record whose texts have the values of parameters put in.

    Args:
        record: A text, or a dataclass or tuple that holds texts.
        values: By parameter; every placeholder names one.
    """
    made: Any = record
    if isinstance(record, Text):
        made = Text(**{one: _put(record[one], values, one) for one in LANGUAGES})
    elif isinstance(record, tuple):
        made = tuple(filled(one, values) for one in record)
    elif is_dataclass(record) and not isinstance(record, type):
        parts = {one.name: getattr(record, one.name) for one in fields(record)}
        made = replace(record, **{name: filled(part, values) for name, part in parts.items()})
    return made  # type: ignore[no-any-return]


def _put(text: str, values: Mapping[str, Value], language: str) -> str:
    def of(match: re.Match[str]) -> str:
        value, (first, second) = values[match.group(1)], match.group(2, 3)
        if first is None:
            return number(value, language)
        chosen = first if (value if isinstance(value, bool) else value != 1) else second
        return str(chosen).replace("#", number(value, language))

    return _PLACEHOLDER.sub(of, text)


def number(value: float, language: str) -> str:
    """A number as a text of the language has it."""
    return str(value) if language == "en" else str(value).replace(".", ",")


def problems(indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Key path and fault of each placeholder that names no parameter of the indicator.

    A parameter that is true or false must have its words with it, as it is said by no number.
    """
    switches = {one.id: isinstance(one.default, bool) for one in indicator.parameters}
    for path, text in _texts(indicator, ""):
        for language in LANGUAGES:
            for braced in _BRACED.findall(text[language]):
                match, place = _PLACEHOLDER.fullmatch(braced), f"{path}{language}"
                if match is None:
                    yield (
                        place,
                        f"{braced!r} is no placeholder; write {{name}} or {{name:many|one}}",
                    )
                elif match.group(1) not in switches:
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
        for place, one in enumerate(record):
            yield from _texts(one, f"{path.removesuffix('.')}[{place}].")
    elif is_dataclass(record):
        for one in fields(record):
            yield from _texts(getattr(record, one.name), f"{path}{one.name}.")
