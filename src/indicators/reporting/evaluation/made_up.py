"""The second volume: the register's methods on made-up people, whether they find what is there."""

from __future__ import annotations

from math import isnan

from indicators.reporting.evaluation.numbers import TO, change, count, interval, number, p_value
from indicators.reporting.evaluation.results import Record
from indicators.reporting.evaluation.source import Source
from indicators.reporting.evaluation.wording import say
from indicators.reporting.fragments import Fragment, box, heading, join
from indicators.reporting.tables.html import Cell, Head, Row, table

DAYS = 180
PLANTED, NOTHING = "planted", "nothing"
#: Groups side by side: in the trial's area, in its target group.
GROUPS = {
    "trial_target": (True, True),
    "trial_other": (True, False),
    "other_target": (False, True),
    "other_other": (False, False),
}


def opening(source: Source) -> Fragment:
    """What is made up, and what for."""
    plan = source.stored.manifest["plan"]
    return join(
        box(say("made_up.notice"), "synthetic-notice"),
        heading(say("made_up.opening_title"), "sec-opening"),
        say("made_up.opening", persons=count(plan["persons"]), truth=number(plan["ratio"], 1)),
    )


def hazards(source: Source) -> Fragment:
    """Leaving unemployment by cause."""
    rows = source.results.records("made_up_hazards")
    market = {
        (record["version"], record["model"]): record
        for record in rows
        if record["cause"] == "open_market"
    }
    planted, nothing = market[PLANTED, "cloglog"], market[NOTHING, "cloglog"]
    cox = market[PLANTED, "cox"]
    names = ("model", "version", "truth", "ratio")
    heads = [Head(say("made_up.cause"), number=False)]
    heads += [Head(say(f"made_up.{name}"), number=name in ("truth", "ratio")) for name in names]
    heads += [Head(say("common.ci")), Head(say("common.p_value")), Head(say("made_up.events"))]
    body: list[Row] = [(say(f"made_up.{record['cause']}"), _hazard(record)) for record in rows]
    text = say(
        "made_up.hazards",
        ratio=number(planted["ratio"]),
        ci=_ends(planted),
        truth=number(planted["truth"], 1),
        nothing=number(nothing["ratio"]),
        nothing_ci=_ends(nothing),
        cox=number(cox["ratio"]),
        cox_ci=_ends(cox),
    )
    caption = say("made_up.hazards_caption")
    return join(
        heading(say("made_up.hazards_title"), "sec-hazards"),
        text,
        source.table_with_trace("hazards", table([heads], body), caption, ["made_up_hazards"]),
        box(_disclosure(source), "status-note"),
    )


def triple(source: Source) -> Fragment:
    """Target group and others, within the trial and outside."""
    rows = source.results.records("made_up_triple")
    [planted] = [record for record in rows if record["version"] == PLANTED]
    heads = [Head(say("made_up.version"), number=False), Head(say("made_up.truth"))]
    heads += [Head(say("common.estimate")), Head(say("common.ci")), Head(say("made_up.areas"))]
    body: list[Row] = [
        (say(f"made_up.version_{record['version']}"), _triple(record)) for record in rows
    ]
    text = say(
        "made_up.triple",
        estimate=change(planted["estimate"]),
        ci=interval(planted["ci_low"], planted["ci_high"]),
        truth=change(planted["truth"]),
        members=count(planted["treated"]),
    )
    caption = say("made_up.triple_caption")
    return join(
        heading(say("made_up.triple_title"), "sec-triple"),
        text,
        source.table_with_trace("triple", table([heads], body), caption, ["made_up_triple"]),
    )


def incidence(source: Source) -> Fragment:
    """Competing causes."""
    rows = source.results.records("made_up_incidence", days=DAYS)
    shares = {
        (record["cause"], record["trial"], record["target_group"]): record["share"]
        for record in rows
    }
    heads = [Head(say("made_up.cause"), number=False)]
    heads += [Head(say(f"made_up.{name}")) for name in GROUPS]
    body: list[Row] = [
        (say(f"made_up.{cause}"), [_share(shares[cause, *group]) for group in GROUPS.values()])
        for cause in dict.fromkeys(record["cause"] for record in rows)
    ]
    caption = say("made_up.incidence_caption", days=count(DAYS))
    return join(
        heading(say("made_up.incidence_title"), "sec-incidence"),
        say("made_up.incidence"),
        source.table_with_trace("incidence", table([heads], body), caption, ["made_up_incidence"]),
        box(_disclosure(source), "status-note"),
    )


def _disclosure(source: Source) -> str:
    return say("made_up.disclosure", least=count(source.stored.manifest["plan"]["least_events"]))


def _hazard(record: Record) -> list[Cell]:
    first = [
        Cell(say(f"made_up.model_{record['model']}"), number=False),
        Cell(say(f"made_up.version_{record['version']}"), number=False),
        Cell(number(record["truth"], 1)),
    ]
    if isnan(record["ratio"]):
        return [*first, *(Cell(say("made_up.hidden")) for _ in range(4))]
    shown = [
        number(record["ratio"]),
        _ends(record),
        p_value(record["p_value"]),
        count(record["events"]),
    ]
    return [*first, *map(Cell, shown)]


def _ends(record: Record) -> str:
    return f"{number(record['ci_low'])}{TO}{number(record['ci_high'])}"


def _triple(record: Record) -> list[Cell]:
    ends = interval(record["ci_low"], record["ci_high"])
    shown = [change(record["truth"]), change(record["estimate"]), ends, count(record["areas"])]
    return [*map(Cell, shown)]


def _share(value: float) -> Cell:
    return Cell(say("made_up.hidden") if isnan(value) else number(100 * value, 1))
