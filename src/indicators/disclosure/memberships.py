"""Groups whose members overlap, or have changed: each membership is an area of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pandas as pd

from indicators import files
from indicators.errors import DataError

Groups = Mapping[str, Sequence[str]]

GROUPS_ATTRIBUTE = "groups"
"""The members of a table's groups, in its ``attrs``: those of the settings where it has none."""


def attach_groups(long: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """The table, with the members of its own groups in its ``attrs``.

    Args:
        long: A long table; not changed.
        groups: Members by group code, as they were when it was counted.
    """
    members_present = {
        code: list(members) for code, members in groups.items() if (long["area"] == code).any()
    }
    with_members = long.copy(deep=False)
    with_members.attrs = {**long.attrs, GROUPS_ATTRIBUTE: members_present}
    return with_members


def groups_path(path: Path) -> Path:
    """Where the members of a protected table's groups are: a file that stays beside it."""
    return path.with_name(f"{path.name}.groups.json")


def write_groups(long: pd.DataFrame, path: Path) -> None:
    """Write the members of a protected table's groups beside it, if it has groups.

    Args:
        long: Its ``attrs`` name them.
        path: Of the table.

    Raises:
        UsageError: The file cannot be written.
    """
    groups = long.attrs.get(GROUPS_ATTRIBUTE)
    if groups:
        with files.replacing(groups_path(path)) as temporary:
            temporary.write_text(json.dumps(groups, indent=2) + "\n", encoding="utf-8")
    else:
        groups_path(path).unlink(missing_ok=True)


def attach_stored_groups(long: pd.DataFrame, path: Path) -> pd.DataFrame:
    """A table that was read, with the members of its groups, where they were written beside it.

    Raises:
        DataError: What is beside it cannot be read.
    """
    try:
        groups = json.loads(groups_path(path).read_text(encoding="utf-8"))
        stored = {
            str(code): [str(member) for member in members] for code, members in groups.items()
        }
    except FileNotFoundError:
        return long
    except (OSError, ValueError, AttributeError, TypeError) as error:
        advice = "put it back as `protect` wrote it: what groups were must be known"
        raise DataError(f"{groups_path(path)}: cannot be read; {advice}") from error
    return attach_groups(long, stored)


def separate_memberships(
    tables: Sequence[pd.DataFrame], groups: Groups
) -> tuple[list[pd.DataFrame], Groups]:
    """Tables in which every membership has a code of its own, and the members by those codes.

    A group of one municipality is that municipality; groups of the same members are one.

    Args:
        tables: Long tables, each with the groups it was counted for in ``attrs``.
        groups: Members of groups, for tables that do not say.
    """
    codes: dict[frozenset[str], str] = {}
    for code, members in groups.items():
        codes.setdefault(frozenset(members), code)
    known = dict(groups)
    made = []
    for long in tables:
        renamed = {
            code: _membership_code(code, members, codes, known)
            for code, members in long.attrs.get(GROUPS_ATTRIBUTE, groups).items()
            if (long["area"] == code).any()
        }
        changed = {code: name for code, name in renamed.items() if code != name}
        area = long["area"].astype(object).replace(changed) if changed else long["area"]
        made.append(long.assign(area=area))
    return made, known


def _membership_code(
    code: str,
    members: Sequence[str],
    codes: dict[frozenset[str], str],
    known: dict[str, Sequence[str]],
) -> str:
    if len(set(members)) == 1:
        return members[0]
    found = codes.get(frozenset(members))
    if found is None:
        # The code stands for other members now.
        found = code if code not in known else f"{code} ({', '.join(sorted(members))})"
        codes[frozenset(members)] = found
        known[found] = members
    return found


@dataclass(frozen=True, slots=True)
class GroupOverlaps:
    """Areas that groups with common members are made of.

    Attributes:
        members: Of each piece that no table has, by its name.
        counts: Pieces that are the difference of two groups: theirs are counts of their own.
        pieces_of_group: Pairs of a group and the areas that it is the sum of, some of them pieces.
    """

    members: Groups
    counts: frozenset[str]
    pieces_of_group: tuple[tuple[str, tuple[str, ...]], ...]


def group_overlaps(area_codes: Sequence[str], groups: Groups) -> GroupOverlaps:
    """What the groups among some areas have in common, and what only one of two has.

    Args:
        area_codes: Areas of a table.
        groups: Members by group code.
    """
    inside = [code for code in groups if code in area_codes]
    areas = {frozenset([code]): code for code in area_codes if code not in groups}
    areas |= {frozenset(groups[code]): code for code in inside}
    members: dict[str, tuple[str, ...]] = {}
    counts: set[str] = set()
    made_of = []
    for left, right in combinations(inside, 2):
        first, second = frozenset(groups[left]), frozenset(groups[right])
        if first == second or not first & second:
            continue
        named: dict[str, frozenset[str]] = {}
        for name, members_of_piece in (
            (f"{left} without {right}", first - second),
            (f"{right} without {left}", second - first),
            (f"{left} with {right}", first & second),
        ):
            if members_of_piece:
                code = areas.get(members_of_piece, name)
                named[code] = members_of_piece
                if code == name:
                    members[name] = tuple(sorted(members_of_piece))
                    counts |= {name} if first < second or second < first else set()
        for group, whole in ((left, first), (right, second)):
            parts = tuple(
                code for code, members_of_piece in named.items() if members_of_piece < whole
            )
            if parts:
                made_of.append((group, parts))
    return GroupOverlaps(members, frozenset(counts), tuple(made_of))
