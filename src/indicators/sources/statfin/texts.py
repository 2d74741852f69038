"""What StatFin's texts stand for: contents, areas and months, as web pages and files write them.

A download has codes or texts. Texts of contents are known from the table's own answer
(``contents.csv``), those of municipalities and regions from the key of names that comes with the
package. A folder may bring more: metadata or an answer of the table in a further language.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from indicators.areas.areas import KEY_FOLDER
from indicators.areas.keys import read_municipalities, read_regions
from indicators.sources.statfin.reader import COUNT_COLUMNS, RATE_COLUMNS, is_area

CONTENTS = (*COUNT_COLUMNS, *RATE_COLUMNS)
"""The codes of all contents of the table."""

# A month; StatFin marks a preliminary one with an asterisk.
_MONTH = re.compile(r"(?P<year>(19|20)[0-9]{2})M(?P<month>0[1-9]|1[0-2])\*?")
# A unit at the end of a content's text says nothing more, and older texts lack it.
_UNIT = re.compile(r"\s*\((lkm\.?|%|antal|number)\)$")
_CODE_AND_NAME = re.compile(r"(\S+)\s+\S.*")
# What distinguishes a code from a word in capitals: a digit, or the ending of areas without place.
_AREA_CODE = re.compile(r"SSS|.*[0-9].*|.*JOU?")
# Names that StatFin writes in two languages, or with the word for municipality.
_NAME_SEPARATORS = re.compile(r"\s+-\s+|\s+/\s+")
_KIND = re.compile(r"\s+(kunta|kaupunki|kommun|stad)$")


def fold_text(text: str) -> str:
    """A text without what distinguishes no texts: capitals, kinds of spaces and dashes."""
    plain = unicodedata.normalize("NFKC", text).replace("–", "-").replace("−", "-")
    return " ".join(plain.casefold().split())


def month_of(text: str) -> str | None:
    """The month ``YYYY-MM`` that StatFin writes ``YYYYMmm``; None if it is not one."""
    found = _MONTH.fullmatch(text.strip())
    return f"{found['year']}-{found['month']}" if found else None


@dataclass(frozen=True)
class Texts:
    """Codes by folded text.

    Attributes:
        contents: Of contents.
        areas: Of areas.
    """

    contents: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)

    def content(self, text: str) -> str | None:
        """The code of a content that is written as code or text; None if it is not known."""
        if text in CONTENTS:
            return text
        return self.contents.get(_content_key(text))

    def area(self, text: str, *, firm: bool = False) -> str | None:
        """The code of an area that is written as code, name, or code and name; None if unknown.

        Args:
            text: As it stands in the file.
            firm: Whether a word in capitals is not enough for a code, as in a heading.
        """
        text = text.strip()
        named = self.areas.get(fold_text(text))
        if named is not None:
            return named
        if is_area(text) and (not firm or _AREA_CODE.fullmatch(text)):
            return text
        before = _CODE_AND_NAME.fullmatch(text)
        if before and is_area(before[1]) and _AREA_CODE.fullmatch(before[1]):
            return before[1]
        # Maarianhamina - Mariehamn
        in_both = {self.areas.get(fold_text(part)) for part in _NAME_SEPARATORS.split(text)}
        return in_both.pop() if len(in_both) == 1 else None

    def extended_with(
        self, contents: Iterable[tuple[str, str]], areas: Iterable[tuple[str, str]]
    ) -> Texts:
        """With further pairs of code and text; what is known already stays as it is."""
        more = {_content_key(text): code for code, text in contents if code in CONTENTS}
        named = {fold_text(text): code for code, text in areas if is_area(code) and text != code}
        return Texts({**more, **self.contents}, {**named, **self.areas})


@cache
def packaged_texts() -> Texts:
    """The texts that come with the package: Finnish contents, Finnish and Swedish areas."""
    listed = files("indicators.sources.statfin").joinpath("contents.csv").read_text("utf-8")
    rows = csv.DictReader(listed.splitlines())
    return Texts().extended_with(((row["code"], row["text"]) for row in rows), _area_names())


def _content_key(text: str) -> str:
    return _UNIT.sub("", fold_text(text))


def _area_names() -> list[tuple[str, str]]:
    """Code and name of every area with a name of its own; today's municipalities come first."""
    problems: list[str] = []
    municipalities = read_municipalities(KEY_FOLDER / "municipalities.csv", problems).values()
    regions = read_regions(KEY_FOLDER / "regions.csv", problems)
    today = [municipality for municipality in municipalities if municipality.valid_to is None]
    merged = [municipality for municipality in municipalities if municipality.valid_to is not None]
    ranked = [
        [
            (f"KU{municipality.code}", name)
            for municipality in today
            for name in (municipality.name_fi, municipality.name_sv)
        ],
        [(code, name) for code, names in regions.items() for name in names.values()],
        [
            (f"KU{municipality.code}", name)
            for municipality in merged
            for name in (municipality.name_fi, municipality.name_sv)
        ],
    ]
    found: dict[str, str] = {}
    for pairs in ranked:
        codes_by_name: dict[str, set[str]] = {}
        for code, name in pairs:
            for way in _spellings(name):
                codes_by_name.setdefault(way, set()).add(code)
        # A name of two areas of a rank stands for neither.
        alone = {way: next(iter(codes)) for way, codes in codes_by_name.items() if len(codes) == 1}
        found = {**dict.fromkeys(codes_by_name, ""), **alone, **found}
    return [(code, way) for way, code in found.items() if code]


def _spellings(name: str) -> set[str]:
    """A name, and the same as StatFin may write it."""
    parts = [name, *_NAME_SEPARATORS.split(name)]
    return {fold_text(way) for part in parts for way in (part, _KIND.sub("", part))}
