"""Events of made-up life courses: services, job offers and introductions, plans, statements."""

from __future__ import annotations

import numpy as np

from indicators.register.schema import day_number
from indicators.synthetic.model import (
    DAYS_A_MONTH,
    NO_DAY,
    OPEN,
    Array,
    BlockContext,
    Frame,
    Model,
    Raw,
    Rng,
    draw_codes,
    draw_days_between,
    draw_lengths,
    month_of,
    sorted_by_person,
    stack_frames,
    take_rows,
)
from indicators.synthetic.people import HARD, is_target
from indicators.synthetic.spells import last_days

_SERVICE_COLUMNS = ("person", "group", "kind", "start", "end", "end_reason")


def make_services(context: BlockContext, life_history: Frame, rng: Rng) -> Frame:
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
    rows = take_rows(life_history, inside)
    service = {
        "person": rows["person"],
        "group": groups[inside],
        "kind": _service_kinds(given, groups[inside], rows["start"], rng),
        "start": rows["start"],
        "end": last_days(rows),
        "end_reason": _end_reasons(model, given, groups[inside], rows["then"], rng),
    }
    second = _parallel_coaching(given["second"], service, rng)
    whole = stack_frames([_split_into_renewals(given["renewed"], service, until, rng), second])
    return with_further_services(
        whole, _start_up_grants(model, given["start_up"], life_history, until, rng)
    )


def with_further_services(service: Frame, further: Frame) -> Frame:
    """Both in order of persons and starts."""
    whole = stack_frames([service, further])
    order = np.lexsort((whole["kind"], whole["start"], whole["person"]))
    return take_rows(whole, order)


def make_short_services(context: BlockContext, life_history: Frame, rng: Rng) -> Frame:
    """Short coaching within unemployment: too short for the employment code to change.

    Whoever is in it stays unemployed, so that no stock of the unemployed or of services changes.

    Args:
        context: The persons and parameters.
        life_history: Rows of courses.
        rng: Draws.

    Returns:
        The columns of :func:`make_services`; a person's starts differ.
    """
    given, until = context.records["short_services"], context.last
    unemployed = np.flatnonzero(life_history["state"] == context.model.state("unemployed"))
    start = life_history["start"][unemployed]
    last = np.minimum(life_history["stop"][unemployed] - 1, until)
    rate = given["per_month"] * (last - start + 1) / DAYS_A_MONTH
    at = np.repeat(np.arange(len(unemployed)), rng.poisson(rate))
    day = draw_days_between(rng, start[at], last[at])
    end = day + draw_lengths(rng, given["median"], given["sigma"], len(at)) - 1
    state = unemployed[at]
    goes_on = (end > until) & (life_history["then"][state] < 0)
    # What leads out of unemployment ends the coaching too; days of one kind must differ in start.
    end = np.where(goes_on, OPEN, np.minimum(end, last[at])).astype(np.int32)
    _, kept = np.unique(np.stack([state, day]), axis=1, return_index=True)
    n = len(kept)
    return {
        "person": life_history["person"][state[kept]],
        "group": np.full(n, given["group"]),
        "kind": np.full(n, given["kind"]),
        "start": day[kept].astype(np.int32),
        "end": end[kept],
        "end_reason": np.full(n, ""),
    }


def _service_kinds(given: Raw, groups: Array, starts: Array, rng: Rng) -> Array:
    kinds = np.zeros(len(groups), dtype="U4")
    late = starts >= day_number(given["later_kinds"]["since"])
    for group, weights in given["kinds"].items():
        rows = np.flatnonzero(groups == group)
        kinds[rows] = draw_codes(rng, weights, len(rows))
        if group in given["later_kinds"]:
            kind, share = given["later_kinds"][group]
            kinds[rows[late[rows] & (rng.random(len(rows)) < share)]] = kind
    return kinds


def _end_reasons(model: Model, given: Raw, groups: Array, then: Array, rng: Rng) -> Array:
    """Reasons of placements (sipkd) and of courses (pasyy); the register has no others."""
    reasons = np.zeros(len(groups), dtype="U2")
    names = np.array([state.name for state in model.states])
    for group, table in (("subsidised", given["sipkd"]), ("training", given["pasyy"])):
        ended = (groups == group) & (then >= 0)
        for state in np.unique(then[ended]):
            rows = np.flatnonzero(ended & (then == state))
            weights = table.get(names[state], table["other"])
            reasons[rows] = draw_codes(rng, weights, len(rows))
    return reasons


def _split_into_renewals(given: Raw, service: Frame, until: int, rng: Rng) -> Frame:
    """Some long spells as consecutive agreements, up to six days apart."""
    period, most = _agreement_days(given, service, rng), given["longest_gap"]
    seen = np.minimum(service["end"], until) - service["start"]
    parts = 1 + np.maximum(seen - most, 0) // period
    source = np.repeat(np.arange(len(parts)), parts)
    place = np.arange(len(source)) - np.repeat(np.cumsum(parts) - parts, parts)
    rows, length = take_rows(service, source), period[source]
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


def _agreement_days(given: Raw, service: Frame, rng: Rng) -> Array:
    """Days of one agreement; the longest time there is for a service agreed on once."""
    n = len(service["start"])
    period = np.full(n, OPEN, dtype=np.int64)
    for group in ("subsidised", "trial", "rehabilitative"):
        days, share = given[group]
        rows = np.flatnonzero((service["group"] == group) & (rng.random(n) < share))
        period[rows] = days
    return period


def _parallel_coaching(given: Raw, service: Frame, rng: Rng) -> Frame:
    """Coaching beside a service of any other kind."""
    long = (service["end"] - service["start"] >= given["from_length"]) & (service["end"] != OPEN)
    long &= service["group"] != given["group"]
    rows = take_rows(service, np.flatnonzero(long & (rng.random(len(long)) < given["share"])))
    start = draw_days_between(rng, rows["start"] + 1, rows["end"] - given["days"])
    n = len(start)
    return rows | {
        "group": np.full(n, given["group"]),
        "kind": np.full(n, given["kind"]),
        "start": start,
        "end": start + given["days"],
        "end_reason": np.full(n, ""),
    }


def _start_up_grants(model: Model, given: Raw, life_history: Frame, until: int, rng: Rng) -> Frame:
    """Start-up grants of those who leave the register: reason 00, the grant soon after."""
    leaves = (life_history["state"] == model.state("unemployed")) & (life_history["then"] == 0)
    chosen = np.flatnonzero(leaves & (rng.random(len(leaves)) < given["share"]))
    start = (life_history["stop"][chosen] + rng.integers(0, given["latest"], len(chosen))).astype(
        np.int32
    )
    chosen, start = chosen[start <= until], start[start <= until]
    life_history["reason"][chosen] = "00"
    end = start + draw_lengths(rng, given["median"], given["sigma"], len(chosen))
    return {
        "person": life_history["person"][chosen],
        "group": np.full(len(chosen), "subsidised"),
        "kind": draw_codes(rng, given["kinds"], len(chosen)),
        "start": start,
        "end": np.where(end > until, OPEN, end).astype(np.int32),
        "end_reason": np.where(end > until, "", "01"),
    }


def service_table(service: Frame, ids: Array) -> Frame:
    """The canonical table of services."""
    rows = {"person_id": ids[service["person"]], **{n: service[n] for n in _SERVICE_COLUMNS[1:]}}
    return sorted_by_person(rows, "start", "group", "kind")


# --- job offers (Tyotarjoukset, Palkkatukipaikat), introductions to employers (esittelyt) ---------


VACANCY = 10_000_000
"""Vacancy numbers (ilmoitusnumero) begin here, those for subsidised work (sijmahdnumero) at twice
and those of introductions at three times the number."""
_VACANCIES_A_MONTH = 10_000


def make_offers(context: BlockContext, life_history: Frame, rng: Rng) -> Frame:
    """Offers to unemployed persons: ``person_id, vacancy_id, date, result``."""
    given = context.records["job_offer"]
    rows = _offer_events(context, given, life_history, rng)
    subsidised = rng.random(len(rows["date"])) < given["subsidised_share"]
    base = np.where(subsidised, 2 * VACANCY, VACANCY)
    return _with_vacancies(context, given, rows, base, rng)


def make_introductions(context: BlockContext, life_history: Frame, rng: Rng) -> Frame:
    """Introductions of the trial's target group, from its start on; columns as those of offers."""
    given, people = context.records["introduction"], context.people
    rows = _offer_events(context, given, life_history, rng)
    meant = rows["date"] >= day_number(given["since"])
    meant &= people["in_region"][rows["person"]] & is_target(people, rows["person"], rows["date"])
    rows = take_rows(rows, meant)
    return _with_vacancies(context, given, rows, np.full(len(rows["date"]), 3 * VACANCY), rng)


def _offer_events(context: BlockContext, given: Raw, life_history: Frame, rng: Rng) -> Frame:
    """Days while unemployed, at a rate; shortly before work the result is better."""
    unemployed = np.flatnonzero(life_history["state"] == context.model.state("unemployed"))
    start = life_history["start"][unemployed]
    end = np.minimum(life_history["stop"][unemployed] - 1, context.last)
    mean = given["per_month"] * (end - start + 1) / DAYS_A_MONTH
    at = np.repeat(np.arange(len(unemployed)), rng.poisson(mean))
    day = draw_days_between(rng, start[at], end[at])
    row = unemployed[at]
    works = np.isin(life_history["reason"][row], ("01", "03"))
    near = works & (life_history["stop"][row] - day <= given["late_days"])
    filled = near & (rng.random(len(day)) < given["filled_late"])
    result = draw_codes(rng, given["results"], len(day))
    return {
        "person": life_history["person"][row],
        "date": day.astype(np.int32),
        "result": np.where(filled, "01", result),
    }


def _with_vacancies(context: BlockContext, given: Raw, rows: Frame, base: Array, rng: Rng) -> Frame:
    """With a vacancy each: of the month, shared by a few persons; no offer comes twice."""
    n = len(rows["date"])
    month = month_of(rows["date"])
    monthly = np.bincount(month, minlength=1) if n else np.zeros(1, dtype=int)
    vacancies = np.clip(monthly[month] // given["persons_a_vacancy"], 1, _VACANCIES_A_MONTH)
    place = np.floor(rng.random(n) * vacancies).astype(np.int64)
    frame = {
        "person_id": context.ids[rows["person"]],
        "vacancy": base + month * _VACANCIES_A_MONTH + place,
        "date": rows["date"],
        "result": rows["result"],
    }
    frame = sorted_by_person(frame, "date", "vacancy")
    keys = np.stack([frame["person_id"], frame["date"], frame["vacancy"]])
    new = np.append(True, (keys[:, 1:] != keys[:, :-1]).any(axis=0))[:n]
    frame = take_rows(frame, new)
    frame["vacancy_id"] = frame.pop("vacancy").astype("U8")
    return frame


# --- employment plans (YTHAKSU, Suunnitelmat): one follows the other while a job search lasts -----


def make_plans(context: BlockContext, searches: Frame, rng: Rng) -> Frame:
    """Plans: ``person_id, kind, signed, review``; one a person, kind and day.

    Args:
        context: The persons and parameters.
        searches: Rows of :func:`~indicators.synthetic.spells.job_searches`.
        rng: Draws.
    """
    given = context.records["plans"]
    rows = np.arange(len(searches["start"]))
    wait = draw_lengths(rng, given["first_median"], given["first_sigma"], len(rows))
    day = searches["start"] + wait
    last = np.minimum(searches["end"], context.last)
    parts: list[Frame] = []
    for _ in range(given["most"]):
        going = day <= last[rows]
        rows, day = rows[going], day[going]
        parts.append(_draw_plans(context, searches["person"][rows], day, rng))
        if not len(rows):
            break
        interval = _review_interval(context, day)
        day = day + draw_lengths(rng, interval, given["interval_sigma"], len(day))
    # Days only grow, so no plan of a search comes twice; and a person's searches do not meet.
    return sorted_by_person(stack_frames(parts), "signed")


def _review_interval(context: BlockContext, day: Array) -> Array:
    given = context.records["plans"]
    median = np.where(day < context.model.days["law"], given["interval"], given["interval_after"])
    start, end = (day_number(when) for when in given["eased"])
    longer = np.where((day >= start) & (day <= end), given["eased_factor"], 1.0)
    spaced: Array = median * longer
    return spaced


def _draw_plans(context: BlockContext, person: Array, day: Array, rng: Rng) -> Frame:
    given, n = context.records["plans"], len(day)
    late = day >= context.model.days["law"]
    median = np.where(late, given["review_after"], given["review"])
    review = day + draw_lengths(rng, median, given["review_sigma"], n)
    review = np.where(rng.random(n) < given["no_review"], NO_DAY, review)
    return {
        "person_id": context.ids[person],
        "kind": _plan_kinds(given, context.people, person, late, rng),
        "signed": day.astype(np.int32),
        "review": review.astype(np.int32),
    }


def _plan_kinds(given: Raw, people: Frame, person: Array, late: Array, rng: Rng) -> Array:
    draw = rng.random(len(person))
    hard = people["course"][person] == HARD
    foreign = people["foreign"][person] == 1
    multisector = hard & late & (draw > 1 - given["multisector"])
    return np.select(
        [foreign & (draw < given["integration"]), multisector, hard & (draw < given["activation"])],
        ["integration", "multisector", "activation"],
        "employment",
    )


# --- labour-policy statements (YTVPOLL): of services, of entrepreneurs and students, ordinary -----


SERVICE_STATEMENTS = ("KT01", "OM01", "TV01", "UV01")


def make_statements(context: BlockContext, life_history: Frame, service: Frame, rng: Rng) -> Frame:
    """Statements: ``person_id, code, given, start, end``; the code is that of the day given.

    Args:
        context: The persons and parameters.
        life_history: Rows of courses, with reasons.
        service: Rows of :func:`make_services`.
        rng: Draws.
    """
    given, until = context.records["statements"], context.last
    unemployed = life_history["state"] == context.model.state("unemployed")
    gone = unemployed & (life_history["then"] == 0)
    topics = [
        *(_service_statements(kind, given, service, until, rng) for kind in SERVICE_STATEMENTS),
        _statements_at_end(
            "entrepreneur", given, life_history, gone & _ended_for(life_history, "03", "06"), rng
        ),
        _statements_at_end(
            "student", given, life_history, gone & _ended_for(life_history, "08"), rng
        ),
        _statements_at_start("ordinary", given, life_history, unemployed, rng),
        _statements_at_start("sanction", given, life_history, unemployed, rng),
    ]
    rows = stack_frames([topic for topic in topics if len(topic["start"])] or topics[:1])
    rows = take_rows(rows, (rows["given"] <= until) & (rows["start"] <= until))
    rows["code"] = _draw_statement_codes(context.model, given["codes"], rows, rng)
    rows["person_id"] = context.ids[rows.pop("person")]
    del rows["topic"]
    return sorted_by_person(rows, "given", "start", "code")


def _ended_for(life_history: Frame, *reasons: str) -> Array:
    return np.isin(life_history["reason"], reasons)


def _service_statements(kind: str, given: Raw, service: Frame, until: int, rng: Rng) -> Frame:
    rows = take_rows(service, np.flatnonzero(service["kind"] == kind))
    n = len(rows["start"])
    issued = rows["start"] + rng.integers(-given["delay"], given["delay"] // 2, n)
    return _statement_rows(
        kind, rows["person"], np.minimum(issued, until), rows["start"], rows["end"]
    )


def _statements_at_end(
    topic: str, given: Raw, life_history: Frame, chosen: Array, rng: Rng
) -> Frame:
    rows = np.flatnonzero(chosen & (rng.random(len(chosen)) < given[f"{topic}_share"]))
    far = given["entrepreneur_days"]
    stop = life_history["stop"][rows]
    issued = stop - 1 + rng.integers(-far, far + 1, len(rows))
    return _statement_rows(
        topic, life_history["person"][rows], issued, stop, np.full(len(rows), OPEN)
    )


def _statements_at_start(
    topic: str, given: Raw, life_history: Frame, chosen: Array, rng: Rng
) -> Frame:
    rows = np.flatnonzero(chosen & (rng.random(len(chosen)) < given[f"{topic}_share"]))
    start = life_history["start"][rows]
    issued = start + rng.integers(0, given["delay"], len(rows))
    return _statement_rows(
        topic, life_history["person"][rows], issued, start, np.full(len(rows), OPEN)
    )


def _statement_rows(topic: str, person: Array, issued: Array, start: Array, end: Array) -> Frame:
    return {
        "topic": np.full(len(person), topic),
        "person": person,
        "given": issued.astype(np.int32),
        "start": start.astype(np.int32),
        "end": end.astype(np.int32),
    }


def _draw_statement_codes(model: Model, given: Raw, rows: Frame, rng: Rng) -> Array:
    """Codes of URA or, for statements given from 3/2023 on, of A-TMT."""
    codes = np.zeros(len(rows["topic"]), dtype="U4")
    issued, days = rows["given"], model.days
    for topic, periods in given.items():
        since = [days["law"]] if "law" in periods else []
        period = np.searchsorted([*since, days["new_statements"]], issued, side="right")
        names = ["before", "law", "after"] if since else ["before", "after"]
        for place, name in enumerate(names):
            at = np.flatnonzero((rows["topic"] == topic) & (period == place))
            codes[at] = draw_codes(rng, periods[name], len(at))
    return codes
