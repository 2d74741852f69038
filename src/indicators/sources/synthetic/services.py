"""Services: what a person takes part in while the course says so, and a little beside it."""

from __future__ import annotations

import numpy as np

from indicators.sources.synthetic import drawing
from indicators.sources.synthetic.days import OPEN, Array, Frame, by_person, number, stack, take
from indicators.sources.synthetic.parameters import Model, Raw
from indicators.sources.synthetic.scene import Scene
from indicators.sources.synthetic.spells import ends

_COLUMNS = ("person", "group", "kind", "start", "end", "end_reason")


def make_services(context: Scene, life_history: Frame, rng: drawing.Rng) -> Frame:
    """Service spells as agreed: renewals are rows of their own.

    Args:
        context: The persons and parameters.
        life_history: Rows of courses, with reasons; the reason of those who leave with a start-up
            grant becomes 00 here.
        rng: Draws.

    Returns:
        ``person`` (row of the persons), ``group``, ``kind``, ``start``, ``end``, ``end_reason``,
        in order of persons and starts.
    """
    given, model, until = context.records["services"], context.model, context.last
    groups = np.array([state.service for state in model.states])[life_history["state"]]
    inside = np.flatnonzero(groups != "")
    rows = take(life_history, inside)
    service = {
        "person": rows["person"],
        "group": groups[inside],
        "kind": _kinds(given, groups[inside], rows["start"], rng),
        "start": rows["start"],
        "end": ends(rows),
        "end_reason": _end_reasons(model, given, groups[inside], rows["then"], rng),
    }
    second = _second(given["second"], service, rng)
    whole = stack([_renewed(given["renewed"], service, until, rng), second])
    whole = stack([whole, _start_ups(model, given["start_up"], life_history, until, rng)])
    order = np.lexsort((whole["kind"], whole["start"], whole["person"]))
    return take(whole, order)


def _kinds(given: Raw, groups: Array, starts: Array, rng: drawing.Rng) -> Array:
    kinds = np.zeros(len(groups), dtype="U4")
    late = starts >= number(given["later_kinds"]["since"])
    for group, weights in given["kinds"].items():
        rows = np.flatnonzero(groups == group)
        kinds[rows] = drawing.codes(rng, weights, len(rows))
        if group in given["later_kinds"]:
            kind, share = given["later_kinds"][group]
            kinds[rows[late[rows] & (rng.random(len(rows)) < share)]] = kind
    return kinds


def _end_reasons(model: Model, given: Raw, groups: Array, then: Array, rng: drawing.Rng) -> Array:
    """Reasons of placements (sipkd) and of courses (pasyy); the register has no others."""
    reasons = np.zeros(len(groups), dtype="U2")
    names = np.array([state.name for state in model.states])
    for group, table in (("subsidised", given["sipkd"]), ("training", given["pasyy"])):
        ended = (groups == group) & (then >= 0)
        for state in np.unique(then[ended]):
            rows = np.flatnonzero(ended & (then == state))
            weights = table.get(names[state], table["other"])
            reasons[rows] = drawing.codes(rng, weights, len(rows))
    return reasons


def _renewed(given: Raw, service: Frame, until: int, rng: drawing.Rng) -> Frame:
    """Some long spells as one agreement after another, up to six days apart."""
    period, most = _periods(given, service, rng), given["longest_gap"]
    seen = np.minimum(service["end"], until) - service["start"]
    parts = 1 + np.maximum(seen - most, 0) // period
    source = np.repeat(np.arange(len(parts)), parts)
    place = np.arange(len(source)) - np.repeat(np.cumsum(parts) - parts, parts)
    rows, length = take(service, source), period[source]
    gap = np.where(place > 0, rng.integers(0, most + 1, len(source)), 0)
    goes_on = place < parts[source] - 1
    # A placement agreed for a time ends with it (01); of other services no reason is written.
    agreed = np.where(rows["group"] == "subsidised", "01", "")
    return rows | {
        "start": (rows["start"] + place * length + gap).astype(np.int32),
        "end": np.where(goes_on, rows["start"] + (place + 1) * length - 1, rows["end"]).astype(
            np.int32
        ),
        "end_reason": np.where(goes_on, agreed, rows["end_reason"]),
    }


def _periods(given: Raw, service: Frame, rng: drawing.Rng) -> Array:
    """Days of one agreement; the longest time there is for a service agreed on once."""
    n = len(service["start"])
    period = np.full(n, OPEN, dtype=np.int64)
    for group in ("subsidised", "trial", "rehabilitative"):
        days, share = given[group]
        rows = np.flatnonzero((service["group"] == group) & (rng.random(n) < share))
        period[rows] = days
    return period


def _second(given: Raw, service: Frame, rng: drawing.Rng) -> Frame:
    """Coaching beside another service."""
    long = (service["end"] - service["start"] >= given["from_length"]) & (service["end"] != OPEN)
    long &= service["group"] != given["group"]
    rows = take(service, np.flatnonzero(long & (rng.random(len(long)) < given["share"])))
    start = drawing.within(rng, rows["start"] + 1, rows["end"] - given["days"])
    n = len(start)
    return rows | {
        "group": np.full(n, given["group"]),
        "kind": np.full(n, given["kind"]),
        "start": start,
        "end": start + given["days"],
        "end_reason": np.full(n, ""),
    }


def _start_ups(
    model: Model, given: Raw, life_history: Frame, until: int, rng: drawing.Rng
) -> Frame:
    """Start-up grants of those who leave the register: reason 00, the grant soon after."""
    leaves = (life_history["state"] == model.state("unemployed")) & (life_history["then"] == 0)
    chosen = np.flatnonzero(leaves & (rng.random(len(leaves)) < given["share"]))
    start = (life_history["stop"][chosen] + rng.integers(0, given["latest"], len(chosen))).astype(
        np.int32
    )
    chosen, start = chosen[start <= until], start[start <= until]
    life_history["reason"][chosen] = "00"
    end = start + drawing.lengths(rng, given["median"], given["sigma"], len(chosen))
    return {
        "person": life_history["person"][chosen],
        "group": np.full(len(chosen), "subsidised"),
        "kind": drawing.codes(rng, given["kinds"], len(chosen)),
        "start": start,
        "end": np.where(end > until, OPEN, end).astype(np.int32),
        "end_reason": np.where(end > until, "", "01"),
    }


def as_table(service: Frame, ids: Array) -> Frame:
    """The canonical table of services."""
    rows = {"person_id": ids[service["person"]], **{n: service[n] for n in _COLUMNS[1:]}}
    return by_person(rows, "start", "group", "kind")
