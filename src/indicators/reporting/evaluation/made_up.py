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
    market = {(one["version"], one["model"]): one for one in rows if one["cause"] == "open_market"}
    planted, nothing = market[PLANTED, "cloglog"], market[NOTHING, "cloglog"]
    cox = market[PLANTED, "cox"]
    names = ("model", "version", "truth", "ratio")
    heads = [Head(say("made_up.cause"), number=False)]
    heads += [Head(say(f"made_up.{name}"), number=name in ("truth", "ratio")) for name in names]
    heads += [Head(say("common.ci")), Head(say("common.p_value")), Head(say("made_up.events"))]
    body: list[Row] = [(say(f"made_up.{one['cause']}"), _hazard(one)) for one in rows]
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
        source.traced("hazards", table([heads], body), caption, ["made_up_hazards"]),
        box(_disclosure(source), "status-note"),
    )


def triple(source: Source) -> Fragment:
    """Target group and others, within the trial and outside."""
    rows = source.results.records("made_up_triple")
    [planted] = [one for one in rows if one["version"] == PLANTED]
    heads = [Head(say("made_up.version"), number=False), Head(say("made_up.truth"))]
    heads += [Head(say("common.estimate")), Head(say("common.ci")), Head(say("made_up.areas"))]
    body: list[Row] = [(say(f"made_up.version_{one['version']}"), _triple(one)) for one in rows]
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
        source.traced("triple", table([heads], body), caption, ["made_up_triple"]),
    )


def incidence(source: Source) -> Fragment:
    """Competing causes."""
    rows = source.results.records("made_up_incidence", days=DAYS)
    shares = {(one["cause"], one["trial"], one["target_group"]): one["share"] for one in rows}
    heads = [Head(say("made_up.cause"), number=False)]
    heads += [Head(say(f"made_up.{name}")) for name in GROUPS]
    body: list[Row] = [
        (say(f"made_up.{cause}"), [_share(shares[cause, *group]) for group in GROUPS.values()])
        for cause in dict.fromkeys(one["cause"] for one in rows)
    ]
    caption = say("made_up.incidence_caption", days=count(DAYS))
    return join(
        heading(say("made_up.incidence_title"), "sec-incidence"),
        say("made_up.incidence"),
        source.traced("incidence", table([heads], body), caption, ["made_up_incidence"]),
        box(_disclosure(source), "status-note"),
    )


def _disclosure(source: Source) -> str:
    return say("made_up.disclosure", least=count(source.stored.manifest["plan"]["least_events"]))


def _hazard(one: Record) -> list[Cell]:
    first = [
        Cell(say(f"made_up.model_{one['model']}"), number=False),
        Cell(say(f"made_up.version_{one['version']}"), number=False),
        Cell(number(one["truth"], 1)),
    ]
    if isnan(one["ratio"]):
        return [*first, *(Cell(say("made_up.hidden")) for _ in range(4))]
    shown = [number(one["ratio"]), _ends(one), p_value(one["p_value"]), count(one["events"])]
    return [*first, *map(Cell, shown)]


def _ends(one: Record) -> str:
    return f"{number(one['ci_low'])}{TO}{number(one['ci_high'])}"


def _triple(one: Record) -> list[Cell]:
    ends = interval(one["ci_low"], one["ci_high"])
    shown = [change(one["truth"]), change(one["estimate"]), ends, count(one["areas"])]
    return [*map(Cell, shown)]


def _share(value: float) -> Cell:
    return Cell(say("made_up.hidden") if isnan(value) else number(100 * value, 1))
