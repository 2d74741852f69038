"""The revision table as text for a terminal, as CSV and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import isnan
from typing import Any

import pandas as pd

from indicators.revisions.causes import CAUSES
from indicators.revisions.comparing import by_cause
from indicators.spreadsheets import defuse_frame

# More lines than this are no reading for a terminal; CSV and JSON have them all.
MOST_LINES = 200
_NONE = "–"


def as_text(revisions: pd.DataFrame, old: str, new: str) -> str:
    """A head with the sums by cause, then a line a figure.

    Args:
        revisions: Of :func:`indicators.revisions.compare`.
        old: Name of the older side.
        new: Name of the newer one.
    """
    if revisions.empty:
        return f"{old} → {new}: nothing was revised\n"
    causes = ", ".join(f"{CAUSES[why]} {count}" for why, count in by_cause(revisions).items())
    head = f"{old} → {new}: {len(revisions)} figures revised ({causes})"
    lines = _aligned([_heads(), *map(_cells, revisions.head(MOST_LINES).to_dict("records"))])
    left = len(revisions) - MOST_LINES
    more = [f"… and {left} more: --format csv has them all"] if left > 0 else []
    return "\n".join([head, "", *lines, *more]) + "\n"


def as_csv(revisions: pd.DataFrame, _old: str = "", _new: str = "") -> str:
    """A row a figure; comma, decimal point, empty for what has no value."""
    return defuse_frame(revisions).to_csv(index=False, lineterminator="\n")


def as_json(revisions: pd.DataFrame, old: str, new: str) -> str:
    """The names of both sides, the sums by cause, and an object a figure."""
    rows = json.loads(revisions.to_json(orient="records", double_precision=15))
    content = {"old": old, "new": new, "by_cause": dict(by_cause(revisions)), "revisions": rows}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[pd.DataFrame, str, str], str]] = {
    "text": as_text,
    "csv": as_csv,
    "json": as_json,
}


def _heads() -> list[str]:
    return ["indicator", "statistic", "month", "area", "of", "old", "new", "change", "why"]


def _cells(row: Mapping[Any, Any]) -> list[str]:
    indicator = f"{row['indicator']}"
    return [
        indicator,
        f"{row['statistic']}",
        f"{row['month']}",
        f"{row['area']}",
        _of(row),
        _side(row["old"], row["old_status"]),
        _side(row["new"], row["new_status"]),
        _number(row["change"], sign="+") or _NONE,
        CAUSES[str(row["why"])],
    ]


def _of(row: Mapping[Any, Any]) -> str:
    """Population and category, as far as they are not residents in total."""
    named = [str(row["population"]), f"{row['dimension']}={row['category']}"]
    texts = [text for text in named if text not in ("residents", "total=total")]
    return " ".join(texts) or _NONE


def _side(value: object, status: object) -> str:
    """A value, with its status unless that is the usual one."""
    texts = [_number(value), "" if status == "normal" else f"({status})" if status else ""]
    return " ".join(text for text in texts if text) or _NONE


def _number(value: object, sign: str = "") -> str:
    if not isinstance(value, float) or isnan(value):
        return ""
    return format(round(value, 6), f"{sign},.10g") if value else "0"


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = (5, 6, 7)
    return [
        "  ".join(
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
