"""The specifications as the report reads them: headlines, their variants, bases, counts of signs.

``specifications`` has a row for every combination of choices. A headline is the row that the study
marked as such; every other figure of the report is that row with some of its choices changed, so
that no part of the report can compare two rows that differ in more than it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from indicators.calendar import shift_month
from indicators.reporting.evaluation_source import (
    DASH,
    FINNISH,
    FIRST_YEAR,
    JOINT_OUTCOMES,
    REPORTED_OUTCOMES,
    SIGNIFICANCE_LEVEL,
    Record,
    Source,
    format_change,
    format_count,
    format_interval,
    format_number,
    format_p_equals,
    format_p_value,
    load_report_texts,
    report_text,
    short_outcome_name,
    verdict_text,
)
from indicators.reporting.wording import Translator

SPECIFICATIONS = "specifications"
ALL_TRIALS, REGION = "all_trials", "region"
DESIGNS = (ALL_TRIALS, REGION)
EQUAL, LABOUR_FORCE = "equal", "labour_force"
WEIGHTS = (EQUAL, LABOUR_FORCE)
MUNICIPALITY, TRIAL_AREA = "municipality", "trial_area"
PLACEBO, PLACEBO_REGION = "placebo", "placebo_region"
#: Rows of an estimate's other errors are no specifications of their own.
OWN_ERRORS = (TRIAL_AREA, PLACEBO)
MAIN, LEAVE_OUT = "main", "leave_out:"
EFFECT, PRETREND = "effect", "pretrend_F"
#: The frame of what the report leads with, and what its rows have in place of the curve's.
HEADLINE = "headline"
_LEADING = ("std_error", "ci_low", "ci_high", "p_value", "detectable", "clusters")
#: What tells one specification from another.
CHOICES = ("design", "window", "outcome", "sample", "weights", "cluster", "base")
UNEMPLOYMENT = "unemployment_share"
LESS_IS_BETTER = (UNEMPLOYMENT, "extended_share", "long_term_share")
#: Keys under which texts have the numbers of a design.
_PREFIXES = {ALL_TRIALS: "trials", REGION: "region"}


def effects(source: Source, **where: object) -> pd.DataFrame:
    """The rows of effects (no tests) in which columns have some values.

    Raises:
        DataError: The results have no specifications.
    """
    return source.results.frame(SPECIFICATIONS, statistic=EFFECT, **where)


def headline_choices(source: Source, design: str, window: str = FIRST_YEAR) -> dict[str, Any]:
    """The choices of a design's headline: of unemployment where several outcomes have one."""
    rows = effects(source, design=design, window=window, headline=True)
    if rows.empty:
        return {}
    first = rows[rows["outcome"] == UNEMPLOYMENT]
    row = (rows if first.empty else first).iloc[0]
    return {name: row[name] for name in CHOICES}


def specification(
    source: Source, design: str, outcome: str, window: str = FIRST_YEAR, **changes: str
) -> Record | None:
    """The headline's row for an outcome, with some choices changed; None if there is no such row.

    Args:
        source: The results.
        design: ``all_trials`` or ``region``.
        outcome: Which outcome.
        window: Which treated months.
        changes: Other choices than the headline's, by column.
    """
    # A window that leads nothing has the choices of the one that does.
    choices = headline_choices(source, design, window) or headline_choices(source, design)
    if not choices:
        return None
    wanted = choices | {"outcome": outcome, "window": window} | changes
    rows = source.results.records(SPECIFICATIONS, statistic=EFFECT, **wanted)
    return rows[0] if rows else None


def leading_row(
    source: Source, design: str, outcome: str, window: str = FIRST_YEAR, **changes: str
) -> Record | None:
    """As :func:`specification`, with the errors that the report leads with where it has them.

    Errors clustered by area, and ranks among placebo regions, reject too often here: of the
    headline, with either weights, the results have others that hold under shocks of whole areas.
    Of a row with other choices, and where a cluster is asked for, the curve's own are given.
    """
    row = specification(source, design, outcome, window, **changes)
    own = changes.keys() <= {"weights", "base"}
    if row is None or not own or HEADLINE not in source.results.frames:
        return row
    labels = {name: row[name] for name in ("design", "window", "outcome", "weights", "base")}
    found = source.results.records(HEADLINE, **labels)
    return {**row, **{name: found[0][name] for name in _LEADING}} if found else row


def trend_test(source: Source, outcome: str, cluster: str, weights: str = EQUAL) -> Record | None:
    """The joint test of an outcome's trends before; None if there is none."""
    rows = source.results.records(
        SPECIFICATIONS, design=ALL_TRIALS, outcome=outcome, statistic=PRETREND, sample=MAIN,
        cluster=cluster, weights=weights,
    )  # fmt: skip
    return rows[0] if rows else None


def before_covid(source: Source) -> str:
    """The base of four years before COVID, as results name it."""
    rules = source.stored.manifest["plan"]["rules"]
    return f"{rules['first_month']}..{shift_month(rules['covid'][0], -1)}"


def at_the_start(source: Source) -> str:
    """The base of the half-year before the start."""
    start = str(source.stored.manifest["plan"]["rules"]["start"])
    return f"{shift_month(start, -6)}..{shift_month(start, -1)}"


def mirror(source: Source) -> str:
    """The base of the half-year a year before that at the start: the same season, no COVID."""
    first, _, last = at_the_start(source).partition("..")
    return f"{shift_month(first, -12)}..{shift_month(last, -12)}"


def three_bases(source: Source) -> tuple[str, str, str]:
    """The bases that always stand side by side: before COVID, the year before it, at the start."""
    last = before_covid(source).partition("..")[2]
    return before_covid(source), f"{shift_month(last, -11)}..{last}", at_the_start(source)


def span_text(base: str) -> str:
    """A span of months as the report writes it: ``3/2016–2/2020``."""
    joiner = "\N{WORD JOINER}–\N{WORD JOINER}"
    return joiner.join(f"{int(month[5:])}/{month[:4]}" for month in base.split(".."))


def is_significant(row: Record) -> bool:
    """Whether an effect stands out at the report's level, not adjusted for anything."""
    return bool(row["p_value"] < SIGNIFICANCE_LEVEL)


@dataclass(frozen=True, slots=True)
class SignCounts:
    """How many specifications have which sign."""

    count: int
    negative: int
    positive: int
    significant_negative: int
    significant_positive: int

    def texts(self, translator: Translator = FINNISH) -> dict[str, str]:
        """As the texts of a language want them."""
        numbers = {
            "count": self.count,
            "negative": self.negative,
            "positive": self.positive,
            "significant": self.significant_negative + self.significant_positive,
            "significant_negative": self.significant_negative,
            "significant_positive": self.significant_positive,
        }
        return {name: format_count(number, translator) for name, number in numbers.items()}


def count_signs(rows: pd.DataFrame) -> SignCounts:
    """Signs of some specifications; those clustered by municipality are to be left out before."""
    down, clear = rows["estimate"] < 0, rows["p_value"] < SIGNIFICANCE_LEVEL
    return SignCounts(
        len(rows), int(down.sum()), int((rows["estimate"] > 0).sum()), int((down & clear).sum()),
        int((~down & clear).sum()),
    )  # fmt: skip


def curve_rows(source: Source, design: str, outcomes: Iterable[str]) -> pd.DataFrame:
    """The specifications of a design and outcomes that are no mere shadow of another.

    Errors by municipality, or by maakunta of placebo regions, are those of the same estimate; and
    leaving out an area at a time has a figure of its own.
    """
    rows = effects(source, design=design)
    kept = rows["outcome"].isin(list(outcomes)) & rows["cluster"].isin(OWN_ERRORS)
    rows = rows[kept & ~rows["sample"].str.startswith(LEAVE_OUT)]
    return rows.sort_values("estimate", kind="stable").reset_index(drop=True)


# --- what sentences are chosen by -----------------------------------------------------------------


def standing_out(source: Source, weights: str = "") -> list[tuple[str, Record]]:
    """Designs and first-year rows of the reported outcomes that stand out from chance.

    Args:
        source: The results.
        weights: Of all trial municipalities, with other weights than the headline's; both designs
            with the headline's if not given.
    """
    found = []
    for design in (ALL_TRIALS,) if weights else DESIGNS:
        for outcome in REPORTED_OUTCOMES:
            row = leading_row(source, design, outcome, **({"weights": weights} if weights else {}))
            if row is not None and is_significant(row):
                found.append((design, row))
    return found


def shows_fall(found: Iterable[tuple[str, Record]]) -> bool:
    """Whether fewer are unemployed, by any measure of it, among what stands out."""
    return any(row["outcome"] in LESS_IS_BETTER and row["estimate"] < 0 for _, row in found)


def turned_by_weights(source: Source, outcomes: Iterable[str] = JOINT_OUTCOMES) -> list[str]:
    """Outcomes whose sign is another when municipalities weigh by their labour force."""
    turned = []
    for outcome in outcomes:
        pair = [specification(source, ALL_TRIALS, outcome, weights=w) for w in WEIGHTS]
        if all(row is not None for row in pair):
            first, second = (float(row["estimate"]) for row in pair if row is not None)
            if first * second < 0:
                turned.append(outcome)
    return turned


def base_reading(source: Source, outcome: str = UNEMPLOYMENT) -> str:
    """How much of the region's difference to the years before COVID was there before the start.

    Returns:
        ``mostly_before``: less than half of it is left against the half-year before the start;
        ``partly_before``: less than all; ``not_before``: all of it or more; ``turned``: the signs
        differ, so that nothing can be said to have been there; empty if not known.
    """
    long, short = (
        specification(source, REGION, outcome, base=base)
        for base in (before_covid(source), at_the_start(source))
    )
    if long is None or short is None:
        return ""
    left = float(short["estimate"]) / float(long["estimate"])
    if left < 0:
        # A small remainder of the other sign is what noise makes of nothing.
        return "turned" if left <= -0.5 else "mostly_before"
    return "mostly_before" if left < 0.5 else "partly_before" if left < 1 else "not_before"


# --- numbers as texts want them -------------------------------------------------------------------


def _row_texts(key: str, row: Record | None, translator: Translator) -> dict[str, str]:
    if row is None:
        names = ("", "_ci", "_p", "_p_bare", "_verdict")
        return {f"{key}{name}": DASH for name in names}
    return {
        key: format_change(row["estimate"], translator=translator),
        f"{key}_ci": format_interval(row["ci_low"], row["ci_high"], translator=translator),
        f"{key}_p": format_p_equals(row["p_value"], translator),
        f"{key}_p_bare": format_p_value(row["p_value"], translator),
        f"{key}_verdict": verdict_text(row["p_value"], translator),
    }


def headline_texts(
    source: Source,
    outcomes: Sequence[str] = REPORTED_OUTCOMES,
    translator: Translator = FINNISH,
) -> dict[str, str]:
    """Headlines, weighted ones, bases, smallest detectable effects and counts of signs.

    Keys are ``trials_OUTCOME``, ``weighted_OUTCOME``, ``region_OUTCOME``, each with ``_ci``,
    ``_p``, ``_verdict``; ``region_before``, ``region_start``; ``trials_OUTCOME_detectable`` …
    """
    found: dict[str, str] = {}
    for outcome in outcomes:
        for design, prefix in _PREFIXES.items():
            row = leading_row(source, design, outcome)
            found |= _row_texts(f"{prefix}_{outcome}", row, translator)
            found[f"{prefix}_{outcome}_detectable"] = format_number(
                smallest_detectable(source, design, outcome), 1, translator
            )
        weighted = leading_row(source, ALL_TRIALS, outcome, weights=LABOUR_FORCE)
        found |= _row_texts(f"weighted_{outcome}", weighted, translator)
    for name, base in (("before", before_covid(source)), ("start", at_the_start(source))):
        row = leading_row(source, REGION, UNEMPLOYMENT, base=base)
        found |= _row_texts(f"region_{name}", row, translator)
        found[f"{name}_base"] = span_text(base)
    signs = pd.concat([curve_rows(source, design, [UNEMPLOYMENT]) for design in DESIGNS])
    headline = headline_choices(source, ALL_TRIALS)
    return (
        found
        | count_signs(signs).texts(translator)
        | {
            "window": report_text(f"designs.{FIRST_YEAR}{translator_end(translator)}"),
            "base": span_text(headline["base"]) if headline else DASH,
        }
    )


def translator_end(translator: Translator) -> str:
    """What keys of texts in a language end with: nothing in Finnish."""
    return "" if translator == FINNISH else f"_{translator.language}"


def smallest_detectable(
    source: Source, design: str, outcome: str, cluster: str = "", weights: str = ""
) -> float:
    """The smallest effect found with 80 % probability; NaN if it is not known.

    By the errors that the headline is told with, if no cluster is given.
    """
    if not cluster:
        row = leading_row(source, design, outcome, **({"weights": weights} if weights else {}))
        if row is not None and "detectable" in row:
            return float(row["detectable"])
    if "detectable" not in source.results.frames:
        return float("nan")
    rows = source.results.frame("detectable", design=design, outcome=outcome)
    wanted: Mapping[str, str] = {
        "cluster": cluster or (TRIAL_AREA if design == ALL_TRIALS else PLACEBO),
        "weights": weights or str(headline_choices(source, design).get("weights", EQUAL)),
        "window": FIRST_YEAR,
        "base": str(headline_choices(source, design).get("base", "")),
    }
    for column, value in wanted.items():
        if column in rows:
            rows = rows[rows[column] == value]
    return float(rows["detectable"].iloc[0]) if len(rows) else float("nan")


# --- names ----------------------------------------------------------------------------------------

_GROWTH = "_growth"


def variable_name(variable: str) -> str:
    """A variable of the balance table: an outcome, or its growth before COVID."""
    if variable.endswith(_GROWTH):
        name = short_outcome_name(variable.removesuffix(_GROWTH))
        return report_text("outcomes.growth", outcome=name)
    return short_outcome_name(variable)


def sample_name(sample: str) -> str:
    """A sample in the few words of a row; its id where the texts do not know it."""
    return load_report_texts().get(f"variants.{sample}_short", sample)
