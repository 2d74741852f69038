"""Labour-policy statements (YTVPOLL): of services, of entrepreneurs and students, ordinary ones."""

from __future__ import annotations

import numpy as np

from indicators.sources.synthetic import drawing
from indicators.sources.synthetic.days import OPEN, Array, Frame, by_person, stack, take
from indicators.sources.synthetic.parameters import Model, Raw
from indicators.sources.synthetic.scene import Scene

OF_SERVICES = ("KT01", "OM01", "TV01", "UV01")


def make_statements(context: Scene, life_history: Frame, service: Frame, rng: drawing.Rng) -> Frame:
    """Statements: ``person_id, code, given, start, end``; the code is that of the day given.

    Args:
        context: The persons and parameters.
        life_history: Rows of courses, with reasons.
        service: Rows of :func:`services.make_services`.
        rng: Draws.
    """
    given, until = context.records["statements"], context.last
    unemployed = life_history["state"] == context.model.state("unemployed")
    gone = unemployed & (life_history["then"] == 0)
    topics = [
        *(_of_service(kind, given, service, until, rng) for kind in OF_SERVICES),
        _at_end("entrepreneur", given, life_history, gone & _reason(life_history, "03", "06"), rng),
        _at_end("student", given, life_history, gone & _reason(life_history, "08"), rng),
        _at_start("ordinary", given, life_history, unemployed, rng),
        _at_start("sanction", given, life_history, unemployed, rng),
    ]
    rows = stack([topic for topic in topics if len(topic["start"])] or topics[:1])
    rows = take(rows, (rows["given"] <= until) & (rows["start"] <= until))
    rows["code"] = _codes(context.model, given["codes"], rows, rng)
    rows["person_id"] = context.ids[rows.pop("person")]
    del rows["topic"]
    return by_person(rows, "given", "start", "code")


def _reason(life_history: Frame, *reasons: str) -> Array:
    return np.isin(life_history["reason"], reasons)


def _of_service(kind: str, given: Raw, service: Frame, until: int, rng: drawing.Rng) -> Frame:
    rows = take(service, np.flatnonzero(service["kind"] == kind))
    n = len(rows["start"])
    issued = rows["start"] + rng.integers(-given["delay"], given["delay"] // 2, n)
    return _topic(kind, rows["person"], np.minimum(issued, until), rows["start"], rows["end"])


def _at_end(topic: str, given: Raw, life_history: Frame, chosen: Array, rng: drawing.Rng) -> Frame:
    rows = np.flatnonzero(chosen & (rng.random(len(chosen)) < given[f"{topic}_share"]))
    far = given["entrepreneur_days"]
    stop = life_history["stop"][rows]
    issued = stop - 1 + rng.integers(-far, far + 1, len(rows))
    return _topic(topic, life_history["person"][rows], issued, stop, np.full(len(rows), OPEN))


def _at_start(
    topic: str, given: Raw, life_history: Frame, chosen: Array, rng: drawing.Rng
) -> Frame:
    rows = np.flatnonzero(chosen & (rng.random(len(chosen)) < given[f"{topic}_share"]))
    start = life_history["start"][rows]
    issued = start + rng.integers(0, given["delay"], len(rows))
    return _topic(topic, life_history["person"][rows], issued, start, np.full(len(rows), OPEN))


def _topic(topic: str, person: Array, issued: Array, start: Array, end: Array) -> Frame:
    return {
        "topic": np.full(len(person), topic),
        "person": person,
        "given": issued.astype(np.int32),
        "start": start.astype(np.int32),
        "end": end.astype(np.int32),
    }


def _codes(model: Model, given: Raw, rows: Frame, rng: drawing.Rng) -> Array:
    """Codes of URA or, for statements given from 3/2023 on, of A-TMT."""
    codes = np.zeros(len(rows["topic"]), dtype="U4")
    issued, days = rows["given"], model.days
    for topic, periods in given.items():
        since = [days["law"]] if "law" in periods else []
        period = np.searchsorted([*since, days["new_statements"]], issued, side="right")
        names = ["before", "law", "after"] if since else ["before", "after"]
        for place, name in enumerate(names):
            at = np.flatnonzero((rows["topic"] == topic) & (period == place))
            codes[at] = drawing.codes(rng, periods[name], len(at))
    return codes
