"""Divisions that ``indicators fetch areas`` brought: the classification service's own answers.

Of each kind of area it keeps ``answers/KEY/DAY/keys.json`` (which municipality belongs to which)
and ``answers/DIVISION/DAY/items_LANGUAGE.json`` (names). The service has bare numbers: ``31`` is
``TA31``. What the service's answers look like was read from its documentation and a few calls; it
was never tried with a division later than the committed key's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from indicators.areas.keys import Text
from indicators.areas.mergers import AFTER_ALL_MERGERS, MUNICIPALITY_PREFIX, load_mergers

DivisionKind = Literal["region", "subregion", "ely", "evk", "employment_area", "trial_area"]

# How the id of a division begins: its kind, and the form of the area's code. The ids of the last
# two have not been seen: all that begin so are meant.
_KINDS: Mapping[str, tuple[DivisionKind, str, int]] = {
    "maakunta": ("region", "MK", 2),
    "seutukunta": ("subregion", "SK", 3),
    "ely": ("ely", "ELY", 2),
    "elinvoima": ("evk", "EVK", 2),
    "tyo": ("employment_area", "TA", 2),
}
_KEY_FOLDER = re.compile(r"kunta_\d+_\d{8}-(?P<own>[a-z]\w*_(?P<day>\d{8}))")
_LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True)
class Division:
    """An area above municipalities.

    Attributes:
        code: Its area code.
        kind: What sort of area it is.
        members: Area codes of today's municipalities in it, sorted; of a trial area as the trial's
            key has them.
    """

    code: str
    kind: DivisionKind
    members: tuple[str, ...]

    @cached_property
    def members_of_all_times(self) -> tuple[str, ...]:
        """The members, and every municipality that has become part of one of them."""
        known = load_mergers()
        now = {member.removeprefix(MUNICIPALITY_PREFIX) for member in self.members}
        before = [code for code in known.by_code if known.current(code, AFTER_ALL_MERGERS) in now]
        return tuple(
            dict.fromkeys((*self.members, *(f"{MUNICIPALITY_PREFIX}{code}" for code in before)))
        )


Newer = tuple[dict[str, Division], dict[str, Text]]
"""Areas by code, and names by code."""


def read_newer_divisions(folder: Path, after: str, problems: list[str]) -> Iterator[Newer]:
    """The newest fetched division of each kind, of those later than a day.

    Args:
        folder: The answers.
        after: ``YYYYMMDD``.
        problems: Where it is noted that one cannot be read.
    """
    newest: dict[str, tuple[str, Path, str]] = {}
    for path in folder.glob("*/*/keys.json"):
        found = _KEY_FOLDER.fullmatch(path.parent.parent.name)
        if found is None or found["day"] <= after:
            continue
        for kind in _KINDS:
            if found["own"].startswith(kind):
                entry = (found["day"], path, found["own"])
                newest[kind] = max(newest.get(kind, entry), entry)
    for kind, (_, path, own) in sorted(newest.items()):
        try:
            yield _divisions(path, kind), _names(folder / own / path.parent.name, kind)
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = type(error).__name__
            problems.append(f"{path}: cannot be read as a key of areas ({reason}); fetch it again")


def _divisions(path: Path, kind: str) -> dict[str, Division]:
    members: dict[str, set[str]] = {}
    for entry in json.loads(path.read_text(encoding="utf-8")):
        municipality = str(entry["sourceItem"]["code"]).zfill(3)
        area = _area_code(entry["targetItem"]["code"], kind)
        members.setdefault(area, set()).add(f"{MUNICIPALITY_PREFIX}{municipality}")
    if not members:
        raise ValueError("no municipality belongs to any area")
    return {
        code: Division(code, _KINDS[kind][0], tuple(sorted(members[code])))
        for code in sorted(members)
    }


def _area_code(code: Any, kind: str) -> str:
    """The code as StatFin writes it; one that has its letters already stays."""
    _, prefix, digits = _KINDS[kind]
    text = str(code)
    return f"{prefix}{text.zfill(digits)}" if text.isdigit() else text


def _names(folder: Path, kind: str) -> dict[str, Text]:
    names: dict[str, dict[str, str]] = {}
    for language in _LANGUAGES:
        for item in json.loads((folder / f"items_{language}.json").read_text(encoding="utf-8")):
            texts = [str(name["name"]) for name in item["classificationItemNames"]]
            if texts:
                names.setdefault(_area_code(item["code"], kind), {})[language] = texts[0]
    # A name that a language lacks is the Finnish one.
    return {
        code: {language: texts.get(language, texts["fi"]) for language in _LANGUAGES}
        for code, texts in names.items()
        if "fi" in texts
    }
