"""What is known of the form of StatFin's further tables: variables, values and contents by words.

The words are data (``further_forms.toml``); here they are looked for in names and texts. Classes of
duration and age are read as intervals from their texts, for nobody knows beforehand which classes
a table has.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from indicators.sources.statfin.cells import CubeAxis
from indicators.sources.statfin.texts import fold_text

TOTAL, UNKNOWN, NOT_READ = "total", "unknown", ""
"""Categories of every variable; what is empty is a value that nothing is made of."""


@dataclass(frozen=True, slots=True)
class TableForm:
    """A table, and what of it is read.

    Attributes:
        id: What it was called in 2026, and is called here.
        number: The old number that stands in brackets in its title; empty where it has none.
        by: The variables whose values are read one by one.
        contents: What it counts, by code: lists of words, one of each of which a text has.
        codes: Codes that stand for a content beside its own.
        yearly: Whether its times are years.
    """

    id: str
    number: str
    by: tuple[str, ...]
    contents: Mapping[str, Sequence[Sequence[str]]]
    codes: Mapping[str, str]
    yearly: bool = False

    def content(self, code: str, text: str) -> str | None:
        """The content of a code and its text; None if it is none that is read."""
        plain = code.strip()
        for known in self.contents:
            if plain.upper() == known or plain.upper().endswith(f"-{known}"):
                return known
        if plain.casefold() in self.codes:
            return self.codes[plain.casefold()]
        folded = fold_text(text)
        fitting = [
            known
            for known, groups in self.contents.items()
            if all(any(_stands_in(word, folded) for word in words) for words in groups)
        ]
        return fitting[0] if len(fitting) == 1 else None


def is_rate(content: str) -> bool:
    """Whether a content is a share that StatFin has rounded, and no count."""
    return content.endswith(("OSUUS", "ASTE"))


@cache
def _forms() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("further_forms.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def table_forms() -> Mapping[str, TableForm]:
    """The tables that are read beside 12r5, by id."""
    content = _forms()
    return {
        entry["id"]: TableForm(
            entry["id"],
            entry["number"],
            tuple(entry["by"]),
            entry["contents"],
            content["codes"].get(entry["id"], {}),
            entry.get("yearly", False),
        )
        for entry in content["table"]
    }


def table_named(texts: Iterable[str]) -> str | None:
    """The further table that any of some texts names: by its id, or its old number in brackets."""
    for text in texts:
        folded = text.casefold().replace("_", " ")
        for form in table_forms().values():
            if re.search(rf"(?<![0-9a-z]){form.id}(?![0-9a-z])", folded):
                return form.id
            if form.number and f"({form.number})" in folded:
                return form.id
    return None


def _stands_in(word: str, folded: str) -> bool:
    """Whether a word begins in a text where a word begins; 3 kk does not stand in 13 kk."""
    return re.search(rf"(?<!\w){re.escape(word)}", folded) is not None


def variable_role(name: str) -> str | None:
    """What a variable is by its name or code: ``sex``, ``duration`` …; None if nobody knows."""
    folded = fold_text(name)
    fitting = [
        (len(beginning), role)
        for role, beginnings in _forms()["variables"].items()
        for beginning in beginnings
        if folded.startswith(beginning)
    ]
    return max(fitting)[1] if fitting else None


def is_total(code: str, text: str) -> bool:
    """Whether a value is the total of its variable, by its code or a word of its text."""
    known = _forms()["total"]
    return code.casefold() in known["codes"] or any(
        re.search(rf"(?<!\w){re.escape(word)}(?!\w)", fold_text(text)) for word in known["words"]
    )


def total_of(axis: CubeAxis) -> str | None:
    """The code of a variable's total; None if it has none, or several that may be it."""
    by_code = [code for code in axis.codes if is_total(code, "")]
    if len(by_code) == 1:
        return by_code[0]
    by_text = [code for code in axis.codes if is_total("", axis.text(code))]
    plainest = sorted(by_text, key=lambda code: len(axis.text(code).split()))
    if len(plainest) > 1 and len(axis.text(plainest[0]).split()) == len(
        axis.text(plainest[1]).split()
    ):
        return None
    return plainest[0] if plainest else None


def is_unknown(text: str) -> bool:
    """Whether a value is that of those of whom it is not known."""
    folded = fold_text(text)
    return any(_stands_in(word, folded) for word in _forms()["unknown"]["words"])


# --- reasons and activities -----------------------------------------------------------------------


def reason_of(code: str, text: str) -> str | None:
    """The register's code of an end reason, by its text, by its code where it has no text."""
    folded = fold_text(text)
    if folded and folded != fold_text(code):
        for reason in _forms()["reason"]:
            if any(_stands_in(word, folded) for word in reason["words"]):
                return str(reason["code"])
        return None
    plain = code.strip().zfill(2)
    known = {reason["code"] for reason in _forms()["reason"]}
    return plain if plain in known else None


def activity_of(code: str, text: str) -> str:
    """``labour_force``, ``employed``, ``unemployed``; of all others nothing is made."""
    folded = fold_text(text)
    for name, words in _forms()["activity"].items():
        named = any(_stands_in(word, folded) for word in words["words"])
        other = any(word in folded for word in words["without"])
        if code.strip() in words["codes"] or (named and not other):
            return str(name)
    return NOT_READ


# --- classes of duration and age ------------------------------------------------------------------

_UNITS = {
    "days": r"päiv\w*|pv\w*|dag\w*|days?",
    "weeks": r"viiko\w*|viikk\w*|vko\w*|vk|veck\w*|weeks?|wk|v(?=\.)",
    "months": r"kuukau\w*|kk|månad\w*|mån\.?|months?|mo",
    "years": r"vuo\w*|v|år|years?|yr",
}
_UNIT = re.compile(
    "|".join(f"(?P<{unit}>(?<![^\\W\\d])(?:{words})(?!\\w))" for unit, words in _UNITS.items())
)
_NUMBER = re.compile(r"[0-9]+")
_BELOW = re.compile(r"(?<!\w)(alle|under|mindre än|less than|below|fewer than)(?!\w)")
_AT_MOST = re.compile(r"(?<!\w)(enintään|korkeintaan|högst|at most|up to)(?!\w)|^\s*-\s*[0-9]")
_ABOVE = re.compile(r"(?<!\w)(yli|över|over|more than|mer än|longer than)(?!\w)")
_AT_LEAST = re.compile(
    r"(?<!\w)(vähintään|minst|at least|tai yli|tai enemmän|tai kauemmin|tai pidempään|eller mer|"
    r"eller längre|eller över|or more|or longer|or over|and over)(?!\w)|"
    r"[0-9]\s*\w*\.?\s*[-+]\s*$|[0-9]\s*[-+]\s*\w*\.?\s*$"
)
_ORDER = ("days", "weeks", "months", "years")


@dataclass(frozen=True, slots=True)
class ClassText:
    """A class as its text has it, before its neighbours are looked at.

    Attributes:
        low: Its first number; 0 where it begins at nothing.
        high: Its last; None where it is open.
        unit: Of the numbers; empty where the text has none.
        closed: Whether the last number belongs to the class: certain, excluded, or to be seen from
            the class that follows (None).
        strict: Whether its first number does not belong to it ("over 24").
    """

    low: int
    high: int | None
    unit: str
    closed: bool | None
    strict: bool = False


def class_of_text(text: str, unit: str = "") -> ClassText | None:
    """Read a class of duration or age; None if it is none.

    Args:
        text: ``alle 2 viikkoa``, ``3–5 kk``, ``over 24 months``, ``15 - 19``, ``65-``.
        unit: What its numbers are of where it names none.
    """
    folded = fold_text(text).replace("\N{HORIZONTAL BAR}", "-")
    numbers = [(found.start(), int(found[0])) for found in _NUMBER.finditer(folded)]
    if not 1 <= len(numbers) <= 2 or len(_left_over(folded)) > 0:
        return None
    units = [
        next((found.lastgroup or "" for found in _UNIT.finditer(folded, at)), unit)
        for at, _ in numbers
    ]
    smallest = min((each for each in units if each), key=_ORDER.index, default="")
    scaled = (
        _scaled(number, each, smallest) for (_, number), each in zip(numbers, units, strict=True)
    )
    values = [value for value in scaled if value is not None]
    if len(values) < len(numbers) or values != sorted(values):
        return None
    if len(values) == 2:
        closed = False if _BELOW.search(folded) else None
        low, high = values
        return ClassText(low, high, smallest, closed, strict=_ABOVE.match(folded) is not None)
    return _class_of_single(folded, values[0], smallest)


def _class_of_single(folded: str, number: int, unit: str) -> ClassText:
    """A class whose text has one number."""
    if _BELOW.search(folded):
        return ClassText(0, number, unit, closed=False)
    if _AT_MOST.search(folded):
        return ClassText(0, number, unit, closed=True)
    if _AT_LEAST.search(folded):
        return ClassText(number, None, unit, closed=None)
    if _ABOVE.search(folded):
        return ClassText(number, None, unit, closed=None, strict=True)
    return ClassText(number, number, unit, closed=True)


_WORDS_LEFT = re.compile(r"[^\W\d_]+")
_SMALL_WORDS = {
    *("tai", "yli", "alle", "ja", "eller", "över", "under", "och", "or", "over", "and", "than"),
    *(
        "enemmän",
        "kauemmin",
        "pidempään",
        "mer",
        "längre",
        "more",
        "longer",
        "less",
        "mindre",
        "än",
    ),
    *("vähintään", "enintään", "korkeintaan", "minst", "högst", "at", "least", "most", "up", "to"),
    *("vuotiaat", "vuotias", "vuotiaita", "åringar", "åriga", "gammal", "old", "aged", "of", "age"),
    *("kestänyt", "kestäneet", "below", "fewer", "ikä", "ålder", "till", "för", "arbetslösa"),
    *("työttömänä", "olleet", "arbetslös", "unemployed", "for", "i"),
}


def _left_over(folded: str) -> list[str]:
    """Words that are neither units nor say how a class is bounded."""
    without = _UNIT.sub(" ", folded)
    return [word for word in _WORDS_LEFT.findall(without) if word not in _SMALL_WORDS]


def _scaled(number: int, unit: str, smallest: str) -> int | None:
    """A number in a smaller unit; None where it is no whole number of them."""
    if unit == smallest:
        return number
    factors = {("years", "months"): 12, ("weeks", "days"): 7}
    factor = factors.get((unit, smallest))
    return number * factor if factor else None


def unit_in(text: str) -> str:
    """The unit of time that a text names, such as the name of a variable; or nothing."""
    found = _UNIT.search(fold_text(text))
    return found.lastgroup or "" if found else ""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A class: from ``low`` on, below ``high``; open where that is None.

    Attributes:
        low: In ``unit``.
        high: In ``unit``.
        unit: ``days``, ``weeks``, ``months`` or ``years``.
    """

    low: int
    high: int | None
    unit: str

    @property
    def category(self) -> str:
        """Its id in the long table: ``weeks 2-3``, ``months 24-``, both numbers within it."""
        return f"{self.unit} {self.low}-{'' if self.high is None else self.high - 1}"


def interval_of_category(category: str) -> Interval | None:
    """The class of an id; None if it is none."""
    found = re.fullmatch(r"(days|weeks|months|years) ([0-9]+)-([0-9]*)", category)
    if found is None:
        return None
    return Interval(int(found[2]), int(found[3]) + 1 if found[3] else None, found[1])


def resolve_classes(classes: Sequence[ClassText]) -> list[Interval]:
    """Classes as intervals, once it is seen whether the last number of each belongs to it.

    It does where the next class begins one later (2–3, 4–5) and does not where it begins with the
    same number (3–6, 6–12).
    """
    begins = {each.low for each in classes if not each.strict}
    ranges = [each for each in classes if each.high is not None and each.closed is None]
    touching = [each for each in ranges if each.high in begins and each.high != each.low]
    apart = [each for each in ranges if each.high is not None and each.high + 1 in begins]
    closed = len(apart) >= len(touching)
    highs = [_exclusive_high(each, closed=closed) for each in classes]
    return [
        Interval(_inclusive_low(each, highs), high, each.unit)
        for each, high in zip(classes, highs, strict=True)
    ]


def _exclusive_high(each: ClassText, *, closed: bool) -> int | None:
    if each.high is None:
        return None
    return each.high + 1 if (closed if each.closed is None else each.closed) else each.high


def _inclusive_low(each: ClassText, highs: Sequence[int | None]) -> int:
    """Where a class begins: "over 24" at 24 where others end there, else one later."""
    begins_later = each.strict and each.low not in highs and each.low + 1 in highs
    return each.low + 1 if begins_later else each.low


def partition(intervals: Iterable[Interval]) -> tuple[list[Interval], list[Interval]] | None:
    """The finest classes that follow each other without a gap, and wider ones made of them.

    Returns:
        None where they leave a gap or cross each other.
    """
    left = sorted(set(intervals), key=lambda each: (each.low, each.high is None, each.high or 0))
    if not left:
        return None
    parts: list[Interval] = []
    at: int | None = left[0].low
    while at is not None:
        here = [each for each in left if each.low == at]
        if not here:
            break
        parts.append(here[0])
        at = here[0].high
    wider = [each for each in left if each not in parts]
    limits = {each.low for each in parts} | {each.high for each in parts}
    if any(each.low not in limits or each.high not in limits for each in wider):
        return None
    return parts, wider


def in_one_unit(each: ClassText, units: set[str]) -> ClassText | None:
    """A class in the smallest unit of all, where it is a whole number of it."""
    for smaller, factors in (
        ("months", {"months": 1, "years": 12}),
        ("days", {"days": 1, "weeks": 7}),
    ):
        if units <= factors.keys() and each.unit in factors:
            factor = factors[each.unit]
            high = None if each.high is None else each.high * factor
            if each.closed and high is not None:
                # 1 year: from 12 to 23 months.
                high += factor - 1
            return ClassText(each.low * factor, high, smaller, each.closed, each.strict)
    return None
