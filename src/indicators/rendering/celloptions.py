"""The ``#|`` options at the head of a notebook's code cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from indicators.rendering.places import Place, Problem

KNOWN = frozenset(
    {"label", "echo", "eval", "output", "include", "warning", "error"}
    | {"fig-cap", "fig-alt", "tbl-cap"}
)
OUTPUTS = {"asis": "asis", "True": "true", "False": "false"}


@dataclass(frozen=True)
class CellOptions:
    """What a code cell asks for; ``line`` is where its options begin."""

    label: str = ""
    output: str = "true"
    include: bool = True
    warning: bool = True
    fig_cap: str = ""
    fig_alt: str = ""
    tbl_cap: str = ""
    line: int = 1


def read(source: str, place: Place, problems: list[Problem]) -> CellOptions:
    """Read a cell's options; unknown and unsuitable ones are added to ``problems``."""
    head = [line[2:].removeprefix(" ") for line in _head(source)]
    try:
        node = yaml.compose("\n".join(head), Loader=yaml.SafeLoader)
        values: Any = yaml.safe_load("\n".join(head)) or {}
    except yaml.YAMLError:
        node, values = None, None
    if not isinstance(values, dict):
        problems.append(Problem(place, "the `#|` options are not YAML (`#| key: value`)"))
        return CellOptions()
    lines = {key.value: key.start_mark.line + 1 for key, _ in node.value} if node else {}

    def refuse(key: str, message: str) -> None:
        problems.append(Problem(Place(place.file, place.cell, 0, lines[key]), message))

    for key in values:
        if key not in KNOWN:
            refuse(key, f"unknown option `#| {key}`; known are {', '.join(sorted(KNOWN))}")
    if values.get("echo", False) is not False:
        refuse("echo", "`#| echo` other than false is not supported: reports show no code")
    output = OUTPUTS.get(str(values.get("output", True)))
    if output is None:
        refuse("output", "`#| output` is one of asis, true, false")
    return _options(values, output or "true", lines)


def _options(values: dict[str, Any], output: str, lines: dict[str, int]) -> CellOptions:
    words = {
        name: _one_line(values.get(name)) for name in ("label", "fig-cap", "fig-alt", "tbl-cap")
    }
    return CellOptions(
        label=words["label"],
        output=output,
        include=values.get("include", True) is not False,
        warning=values.get("warning", True) is not False,
        fig_cap=words["fig-cap"],
        fig_alt=words["fig-alt"],
        tbl_cap=words["tbl-cap"],
        line=min(lines.values(), default=1),
    )


def _head(source: str) -> list[str]:
    """The option lines: those at the top that begin with ``#|``."""
    head = []
    for line in source.split("\n"):
        if not line.startswith("#|"):
            break
        head.append(line)
    return head


def _one_line(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""
