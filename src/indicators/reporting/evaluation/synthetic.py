"""The synthetic region: of whom it is made, and how far the region is from it."""

from __future__ import annotations

from collections.abc import Mapping

from indicators.reporting.evaluation.charts.synthetic import synthetic_chart
from indicators.reporting.evaluation.numbers import TO, UNKNOWN, change, count, number, p_value
from indicators.reporting.evaluation.results import Record
from indicators.reporting.evaluation.source import TOGETHER, TOLD, WINDOWS, Source, row_name
from indicators.reporting.evaluation.told import told
from indicators.reporting.evaluation.wording import say
from indicators.reporting.fragments import Fragment, box, figure, heading, join
from indicators.reporting.tables.html import Cell, Head, Row, table

FIRST = "first_year"
COLUMNS = ("fit", "p_value", "augmented", "difference", "leave", "in_time")
#: Smaller weights are not shown.
LEAST_WEIGHT = 0.01


def synthetic_weights(source: Source) -> Fragment:
    """Of whom the synthetic region is made."""
    frame = source.results.frame("weights", window=FIRST)
    wide = frame.pivot(index="unit", columns="outcome", values="weight")[list(TOLD)]
    shown = wide[(wide > LEAST_WEIGHT).any(axis=1)].sort_values(TOLD[0], ascending=False)
    heads = [Head(say("synthetic.unit"), number=False)]
    heads += [Head(row_name(name)) for name in TOLD]
    rows: list[Row] = [
        (source.name(str(unit)), [Cell(_weight(float(weight))) for weight in weights])
        for unit, weights in zip(shown.index, shown.to_numpy(), strict=True)
    ]
    least = float(source.stored.manifest["plan"]["least_donor"])
    return join(
        heading(say("synthetic.title"), "sec-synthetic", 3),
        say("synthetic.weights", least=count(least), units=count(len(shown))),
        source.table_with_trace(
            "synthetic_weights", table([heads], rows), say("synthetic.weights_caption"), ["weights"]
        ),
    )


def synthetic_effects(source: Source) -> Fragment:
    """The region beside its synthetic twin."""
    main = source.results.records_by("outcome", "synthetic", window=FIRST, form="main")
    earlier = source.results.records_by("outcome", "synthetic", window=FIRST, form="in_time")
    values = {key: text for key, text in told(main, TOGETHER).items() if "_ci" not in key}
    values |= {f"{name}_in_time": change(earlier[name]["estimate"]) for name in TOGETHER}
    drawn = synthetic_chart(source)
    return join(
        source.say("synthetic.effects", **values),
        source.table_with_trace(
            "synthetic_effects", _table(source), source.say("synthetic.effects_caption"),
            ["synthetic", "gaps", "synthetic_placebos"],
        ),
        box(say("synthetic.note"), "status-note"),
        figure(drawn.file, "fig-synthetic", source.say("synthetic.figure_caption"), drawn.alt),
    )  # fmt: skip


def _weight(value: float) -> str:
    return number(100 * value, 0) if value > LEAST_WEIGHT else UNKNOWN


def _table(source: Source) -> str:
    heads = [Head(say("common.outcome"), number=False), Head(say("synthetic.gap"))]
    heads += [Head(say(f"synthetic.{name}")) for name in COLUMNS]
    rows: list[Row] = []
    for window in WINDOWS:
        for name in TOLD:
            forms = source.results.records_by("form", "synthetic", window=window, outcome=name)
            # The first year goes without saying: so wide a table has no room for a column of it.
            when = "" if window == FIRST else f" {say(f'designs.{window}')}"
            rows.append((row_name(name) + when, _cells(forms)))
    return table([heads], rows)


def _cells(forms: Mapping[str, Record]) -> list[Cell]:
    if not forms:
        return [Cell(say("common.not_published")), *(Cell(UNKNOWN) for _ in COLUMNS)]
    main = forms["main"]
    left = [record["estimate"] for form, record in forms.items() if form.startswith("without")]
    earlier = forms["in_time"]["estimate"] if "in_time" in forms else float("nan")
    return [
        Cell(change(main["estimate"])),
        Cell(number(main["rmspe_before"])),
        Cell(p_value(main["p_value"])),
        Cell(change(forms["augmented"]["estimate"])),
        Cell(change(forms["difference"]["estimate"])),
        Cell(f"{change(min(left))}{TO}{change(max(left))}"),
        Cell(change(earlier)),
    ]
