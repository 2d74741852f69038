"""What others have published, study by study, beside this report's own figures."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.reporting.evaluation_source import (
    DASH,
    FINNISH,
    Grid,
    Record,
    Source,
    format_change,
    format_count,
    format_p_equals,
    report_text,
    short_outcome_name,
)
from indicators.reporting.evaluation_specifications import at_the_start, before_covid, span_text
from indicators.reporting.markdown import heading, styled_box
from indicators.reporting.section import Content, compose
from indicators.reporting.tables import Cell, HeaderCell, Row

PUBLISHED = "published_findings"
THIS_TRIAL = "2021-24"
#: Reasons why a finding has no figure of this report beside it, other than being of another reform.
_OTHER_REFORM = "another_reform"


def published(source: Source) -> Content:
    """Findings of this trial, of the earlier ones, and of other reforms."""
    rows = source.results.records(PUBLISHED)
    this = [row for row in rows if row["trial"] == THIS_TRIAL]
    other = [row for row in rows if row["not_compared"] == _OTHER_REFORM]
    earlier = [row for row in rows if row not in this and row not in other]
    return compose(
        heading(report_text("published.title"), "sec-published", 3),
        report_text(
            "published.text", base=span_text(at_the_start(source)),
            before=span_text(before_covid(source)),
        ),
        f"{_reading(this)} {report_text('published.adds')}",
        source.table_with_trace(
            "published", _beside(this, weighted=True), report_text("published.caption"),
            [PUBLISHED],
        ),
        source.table_with_trace(
            "published", _beside(earlier, weighted=False),
            report_text("published.earlier_caption"), [PUBLISHED], label="published-earlier",
        ),
        source.table_with_trace(
            "published", _others(other), report_text("published.other_caption"), [PUBLISHED],
            label="published-other",
        ),
        styled_box(report_text("published.note"), "status-note"),
    )  # fmt: skip


def _reading(rows: Sequence[Record]) -> str:
    """How many findings of this trial the report's figures agree with, and which only in part."""
    counts = {
        answer: sum(row["consistent"] == answer for row in rows)
        for answer in ("yes", "partly", "no")
    }
    text = report_text(
        "published.reading",
        compared=format_count(sum(counts.values())),
        **{answer: format_count(count) for answer, count in counts.items()},
    )
    # Two studies may have asked of the same outcome.
    partly = {str(row["outcome"]): row for row in rows if row["consistent"] == "partly"}
    if not partly:
        return text
    names = [
        report_text(
            "published.reading_item",
            outcome=short_outcome_name(outcome).lower(),
            estimate=format_change(row["estimate"]),
            weighted=format_change(row["estimate_weighted"]),
        )
        for outcome, row in partly.items()
    ]
    told = report_text("published.reading_partly", names=FINNISH.listing(names))
    return f"{text} {told}"


def _finding(row: Record) -> str:
    key = "_".join(str(row[name]) for name in ("study", "trial", "question"))
    return report_text(f"published.{key.replace('-', '_')}")


def _study(row: Record) -> str:
    return report_text(f"published.study_{row['study']}")


def _grade(row: Record) -> Cell:
    return Cell(report_text(f"published.grade_{row['grade']}"), number=False)


def _beside(rows: Sequence[Record], *, weighted: bool) -> Grid:
    """Findings with the report's figures of the same outcome."""
    forms = {"": "effects.unweighted", "_weighted": "effects.weighted"}
    own = list(forms.items()) if weighted else [("", "published.own")]
    heads = [
        *(
            HeaderCell(report_text(f"published.{name}"), number=False)
            for name in ("finding", "study", "grade")
        ),
        *(HeaderCell(report_text(key)) for _, key in own),
        HeaderCell(report_text("published.comparison"), number=False),
    ]
    body: list[Row] = []
    for row in rows:
        is_compared = bool(row["outcome"])
        verdict = f"consistent_{row['consistent']}" if is_compared else f"not_{row['not_compared']}"
        cells = [
            Cell(_study(row), number=False),
            _grade(row),
            *(_value(row, form) if is_compared else Cell(DASH) for form, _ in own),
            Cell(report_text(f"published.{verdict}"), number=False),
        ]
        body.append((_finding(row), cells))
    return [heads], body


def _value(row: Record, form: str) -> Cell:
    return Cell(format_change(row[f"estimate{form}"]), format_p_equals(row[f"p_value{form}"]))


def _others(rows: Sequence[Record]) -> Grid:
    heads = [
        HeaderCell(report_text(f"published.{name}"), number=False)
        for name in ("tried", "finding", "study", "grade")
    ]
    body: list[Row] = [
        (
            report_text(f"published.tried_{row['trial']}"),
            [Cell(_finding(row), number=False), Cell(_study(row), number=False), _grade(row)],
        )
        for row in rows
    ]
    return [heads], body
