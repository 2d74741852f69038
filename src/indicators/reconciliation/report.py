"""Results of reconciliation: the gap table, the identities that hold, and both as text.

The gap table compares a register's figures with StatFin's; whether a run may go on is for its
:meth:`Reconciliation.check`. The identities compare a register's figures with each other.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import files
from indicators.errors import DataError
from indicators.spreadsheets import defuse_frame
from indicators.text_table import align_columns

COLUMNS = (
    "indicator",
    "statistic",
    "month",
    "area",
    "compared",
    "register",
    "statfin",
    "low",
    "high",
    "gap",
    "share",
    "within",
)
"""``compared`` says of which column the figures are: ``value``, or ``numerator`` where one of the
two has no value; ``low`` and ``high`` are the bounds of a figure that StatFin bounds; ``gap`` is
register less StatFin, and ``share`` the gap as a share of StatFin's figure, empty where that is
0."""

Numbers = NDArray[np.float64]
Relation = Literal["equal", "at_most"]
Rows = list[tuple[str, ...]]

_MADE_UP = "made up"
# So many are named: in an error, and in a text for a terminal.
_MOST_NAMED = 20
_MOST_GAPS_NAMED = 10
_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


# The gap table.


def is_made_up(source: str) -> bool:
    """Whether a register's source (``Register.source``) says that it is made up."""
    return _MADE_UP in source.lower()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure that a register and StatFin define in ways that differ.

    Attributes:
        tolerance: Largest gap that the difference explains, as a share of the published figure.
        grade: How far the definitions agree, A–D.
        differs: What is otherwise in the official figure, by language.
    """

    tolerance: float
    grade: str
    differs: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Reconciliation:
    """The gap table and its tolerance.

    Attributes:
        table: One row a figure that both give, with :data:`COLUMNS`.
        tolerance: Largest gap accepted, as a share of the published figure.
        tolerance_persons: Largest gap accepted in persons.
        made_up: Whether the register is made up.
        looser: Figures of the table whose official definition differs, by indicator and statistic:
            their gaps are told and refuse no extract.
    """

    table: pd.DataFrame
    tolerance: float
    tolerance_persons: float
    made_up: bool
    looser: Mapping[tuple[str, str], Comparison] = field(default_factory=dict)

    @property
    def outside(self) -> pd.DataFrame:
        """Figures whose gap is beyond the tolerance, the largest share first."""
        wrong = self.table[~self.table["within"]]
        # Where StatFin has nobody, the gap has no share: it comes first.
        size = wrong["share"].abs().fillna(float("inf"))
        return wrong.loc[size.sort_values(ascending=False, kind="stable").index]

    def check(self) -> None:
        """Let a run go on, unless a real extract lies too far from what is published.

        Raises:
            DataError: A gap of an extract that is not made up is beyond the tolerance.
        """
        wrong = self.outside
        figures = list(zip(wrong["indicator"], wrong["statistic"], strict=True))
        wrong = wrong[[figure not in self.looser for figure in figures]]
        if self.made_up or wrong.empty:
            return
        lines = [_gap_line(row) for row in wrong.head(_MOST_NAMED).to_dict("records")]
        more = len(wrong) - len(lines)
        raise DataError(
            f"{len(wrong)} of {len(self.table)} figures from the register lie too far from "
            "StatFin's: see whether the extract is whole and of the right areas, or change "
            "the tolerance under [reconciliation] in the settings",
            [*lines, *([f"and {more} more: see the gap table"] if more else [])],
        )

    def text(self, language: str = "en", *, by_area: bool = True) -> str:
        """In words, for a terminal.

        Args:
            language: ``fi``, ``sv`` or ``en``.
            by_area: Whether the largest gaps are listed with their figures: small counts are shown.
        """
        return reconciliation_text(self, language, by_area=by_area)

    def write_csv(self, path: Path) -> None:
        """Write the gap table: comma, UTF-8, decimal point, empty for missing.

        It holds counts of persons as they are, so that nobody else may read it.

        Raises:
            UsageError: It cannot be written.
        """
        within = self.table["within"].map({True: "true", False: "false"})
        with files.replacing(path, private=True) as aside:
            rows = defuse_frame(self.table.assign(within=within))
            rows.to_csv(aside, index=False, lineterminator="\n")


def _gap_line(row: Mapping[Hashable, Any]) -> str:
    """The figure and the side on which it lies.

    The size of the gap would reveal the register's count, which may have to be hidden.
    """
    names = ", ".join(str(row[name]) for name in ("indicator", "statistic", "month", "area"))
    if pd.isna(row["share"]):
        return f"{names}: StatFin has nobody"
    return f"{names}: too far {'above' if row['share'] > 0 else 'below'} StatFin's"


# Identities.


@dataclass(frozen=True, slots=True)
class IdentityComparison:
    """An identity of a figure, compared in every month and area.

    Attributes:
        identity: Its id, as ``words.toml`` has it.
        figure: Indicator and statistic that it is reported of.
        compared: How many pairs of numbers were known on both sides.
        broken: Month and area of each place where it does not hold, each place once.
    """

    identity: str
    figure: str
    compared: int
    broken: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HeldIdentities:
    """Identities that all hold.

    Attributes:
        counts: Number of comparisons by id of the identity.
    """

    counts: Mapping[str, int]

    @property
    def compared(self) -> int:
        """Number of comparisons in all."""
        return sum(self.counts.values())

    def text(self, language: str = "en") -> str:
        """In words, for a terminal; ``fi``, ``sv`` or ``en``."""
        return identities_text(self, language)


def compare_identity(
    identity: str,
    figure: str,
    places: tuple[Sequence[str], Sequence[str]],
    left: Numbers,
    right: Numbers,
    *,
    relation: Relation = "equal",
) -> IdentityComparison:
    """Compare the two sides of an identity wherever both are known.

    Args:
        identity: Its id.
        figure: The figure that it is reported of.
        places: Months and areas.
        left: Shape (months, areas, …); NaN where not known.
        right: The same.
        relation: What should hold.
    """
    more = left - right
    # Counts are exact; sums of fractions are not, and differ in their last digits.
    slack = 1e-9 * np.abs(right) + 1e-6
    broken = more > slack if relation == "at_most" else np.abs(more) > slack
    months, areas = places
    wrong = broken.reshape(len(months), len(areas), -1).any(axis=2)
    named = tuple((months[month], areas[area]) for month, area in np.argwhere(wrong))
    return IdentityComparison(identity, figure, int((~np.isnan(more)).sum()), named)


def require_identities(outcomes: Iterable[IdentityComparison]) -> HeldIdentities:
    """Count the comparisons, if everything holds.

    Raises:
        DataError: An identity is broken; indicators, months and areas are named.
    """
    counts: Counter[str] = Counter()
    broken: list[IdentityComparison] = []
    for outcome in outcomes:
        counts[outcome.identity] += outcome.compared
        broken += [outcome] if outcome.broken else []
    if broken:
        raise _identity_error(broken)
    return HeldIdentities(dict(counts))


def _identity_error(outcomes: Sequence[IdentityComparison]) -> DataError:
    lines = [_comparison_line(outcome) for outcome in outcomes[:_MOST_NAMED]]
    more = len(outcomes) - len(lines)
    return DataError(
        "figures from the register contradict each other, so none is given: run `indicators "
        "check` on the register; if it finds nothing, this is a defect of the package to report",
        [*lines, *([f"and {more} more figures"] if more else [])],
    )


def _comparison_line(outcome: IdentityComparison) -> str:
    month, area = outcome.broken[0]
    more = len(outcome.broken) - 1
    places = f"{month}, {area}" + (f" and {more} more places" if more else "")
    return f"{outcome.figure}, {places}: does not hold: {identity_label(outcome.identity)}"


# Both as text for a terminal, in Finnish, Swedish and English.


def reconciliation_text(found: Reconciliation, language: str, *, by_area: bool = True) -> str:
    """The gap table as text: a summary by statistic, and the largest gaps if by area."""
    texts, table = _texts(), found.table
    if table.empty:
        return f"{texts['nothing'][language]}\n"
    head = texts["head"][language].format(
        compared=_format_number(len(table), language),
        within=_format_number(int(table["within"].sum()), language),
        share=_format_number(100 * found.tolerance, language, most=2),
        persons=_format_number(found.tolerance_persons, language, most=2),
    )
    lines = [head, *([texts["made_up"][language]] if found.made_up else [])]
    lines += ["", *_text_table(texts["summary"][language], _summary_rows(table, language), texts=2)]
    lines += _differing_definitions(found, language)
    outside = found.outside if by_area else found.outside.head(0)
    if len(outside):
        gaps = _gap_rows(outside.head(_MOST_GAPS_NAMED), language)
        lines += [
            "",
            texts["outside"][language],
            *_text_table(texts["gaps"][language], gaps, texts=4),
        ]
    if len(outside) > _MOST_GAPS_NAMED:
        more = _format_number(len(outside) - _MOST_GAPS_NAMED, language)
        lines += [texts["more"][language].format(more=more)]
    return "\n".join(lines) + "\n"


def _differing_definitions(found: Reconciliation, language: str) -> list[str]:
    """What differs in the definitions of figures that are compared all the same."""
    if not found.looser:
        return []
    by_text: dict[tuple[str, str, float], list[str]] = {}
    for (indicator, statistic), compared in found.looser.items():
        key = (compared.differs[language], compared.grade, compared.tolerance)
        by_text.setdefault(key, []).append(f"{indicator}.{statistic}")
    lines = ["", _texts()["differing"][language]]
    for (differs, grade, tolerance), figures in by_text.items():
        share = _format_number(100 * tolerance, language, most=2)
        lines.append(f"{', '.join(figures)} ({grade}, {share} %): {differs}")
    return lines


def identities_text(found: HeldIdentities, language: str) -> str:
    """The number of comparisons of each identity; all hold."""
    texts = _texts()
    head = texts["identities"][language].format(compared=_format_number(found.compared, language))
    rows = [
        (texts["identity"][identity][language], _format_number(count, language))
        for identity, count in found.counts.items()
    ]
    return (
        "\n".join([head, "", *_text_table(texts["identity_columns"][language], rows, texts=1)])
        + "\n"
    )


def identity_label(name: str, language: str = "en") -> str:
    """An identity in words."""
    return str(_texts()["identity"][name][language])


def _summary_rows(table: pd.DataFrame, language: str) -> Rows:
    rows = []
    keys = ["indicator", "statistic", "compared"]
    for (indicator, statistic, compared), rows_of_statistic in table.groupby(keys, sort=False):
        share = 100 * rows_of_statistic["share"].dropna()
        largest = max(share.tolist(), key=abs, default=math.nan)
        shares = (_format_gap(number, language) for number in (float(share.median()), largest))
        counts = (
            _format_number(number, language)
            for number in (len(rows_of_statistic), int(rows_of_statistic["within"].sum()))
        )
        label = _statistic_label(str(statistic), str(compared), language)
        rows.append((str(indicator), label, *counts, *shares))
    return rows


def _gap_rows(outside: pd.DataFrame, language: str) -> Rows:
    return [
        (
            str(row["indicator"]),
            _statistic_label(str(row["statistic"]), str(row["compared"]), language),
            *(str(row[name]) for name in ("month", "area")),
            *(_format_number(row[name], language, most=1) for name in ("register", "statfin")),
            *(_format_gap(gap, language) for gap in (row["gap"], 100 * row["share"])),
        )
        for row in outside.to_dict("records")
    ]


def _statistic_label(statistic: str, compared: str, language: str) -> str:
    """The statistic; where the numerators are compared, that instead."""
    return statistic if compared == "value" else str(_texts()[compared][language])


def _format_number(value: float, language: str, *, most: int = 0, least: int = 0) -> str:
    from babel.numbers import format_decimal

    decimals = "0" * least + "#" * (most - least)
    pattern = "#,##0" + ("." + decimals if decimals else "")
    text: str = format_decimal(abs(value), format=pattern, locale=_LOCALES[language])
    rounds_to_zero = not any(digit in "123456789" for digit in text)
    sign = "\N{MINUS SIGN}" if value < 0 and not rounds_to_zero else ""
    return sign + text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")


def _format_gap(value: float, language: str) -> str:
    """A gap with its sign and a decimal; a dash where there is no gap."""
    if math.isnan(value):
        return "\N{EN DASH}"
    text = _format_number(value, language, most=1, least=1)
    return text if value <= 0 else f"+{text}"


def _text_table(head: str, rows: Sequence[tuple[str, ...]], *, texts: int) -> list[str]:
    """Columns below their heads, the first of them texts; columns of figures end flush."""
    heads = head.split("|")
    return align_columns([heads, *rows], right=range(texts, len(heads)))


@cache
def _texts() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
