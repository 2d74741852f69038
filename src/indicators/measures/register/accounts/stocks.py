"""Accounts of stocks on a count day: indicators 1–3, 5–7, 11, 12 and 17.

They share the unemployed and those in services on the day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from statistics import median
from typing import Any, NamedTuple

from indicators.areas import mergers
from indicators.areas.mergers import MUNICIPALITY_PREFIX
from indicators.calendar import add_months
from indicators.measures.register.accounts.cases import (
    DAY,
    UNEMPLOYED,
    Case,
    Funnel,
    Reason,
    Spell,
    age,
    equal,
    has_been_unemployed_for_long,
    is_foreign,
    is_unemployed,
    latest_service_start,
    restrict_cases,
    service_spells,
    spell_on,
    unemployed_rows,
    unemployment_spells,
)
from indicators.measures.register.accounts.model import (
    COUNTRY,
    NOT_AVAILABLE,
    AreaCode,
    Figure,
    Note,
    Question,
    Record,
    RegisterAccount,
    Step,
    count,
    covers,
    mean,
    percentage,
    undivided,
)
from indicators.register.schema import SERVICE_GROUPS


def unemployed(
    question: Question,
    fact: Callable[[Case], Any] = lambda _: None,
    before: tuple[Reason, ...] = (),
    after: tuple[Reason, ...] = (),
) -> Funnel:
    """The unemployed on the count day, one case a person; other codes are left out first.

    Args:
        question: Which figure.
        fact: What is to be known of those who are left.
        before: Reasons to leave somebody out wherever they belong.
        after: Reasons to leave somebody out of those who belong.
    """
    other_code = Reason("other_code", lambda case: case.record["code"] not in UNEMPLOYED)
    reasons = [other_code, *before, *restrict_cases(question), *after]
    return Funnel(_with_a_code(question), reasons, fact)


def _with_a_code(question: Question) -> Iterator[Case]:
    day = question.count_day
    for person in question.register.people("employment_code"):
        row = person.record_on("employment_code", day)
        if row:
            yield Case(person, day, row)


def in_service(question: Question, fact: Callable[[Case], Any]) -> Funnel:
    """Who is in a service on the count day, one case a person: the first group of the list."""
    reasons = [
        Reason(
            "in_service_but_unemployed", lambda case: is_unemployed(case.person, question.count_day)
        ),
        Reason("in_several_services", lambda case: case.record is not _services(case)[0]),
    ]
    return Funnel(_with_a_service(question), [*reasons, *restrict_cases(question)], fact)


def _with_a_service(question: Question) -> Iterator[Case]:
    """A case for every service as recorded that covers the day."""
    day = question.count_day
    for person in question.register.people("service"):
        for row in person.rows("service"):
            if covers(row, day):
                yield Case(person, day, row)


def _services(case: Case) -> list[dict[str, Any]]:
    """The person's services of the day, in order of the groups."""
    there = [row for row in case.person.rows("service") if covers(row, case.day)]
    return sorted(there, key=lambda row: SERVICE_GROUPS.index(row["group"]))


def service_groups(funnel: Funnel) -> tuple[Step, ...]:
    """Cases whose fact is a service group, each group that has any."""
    return tuple(
        funnel.labelled("category", f"service_group.{group}", equal(group))
        for group in SERVICE_GROUPS
        if group in funnel.facts
    )


# --- indicators 6 and 11: the unemployed and those in services ------------------------------------


def account_extended(question: Question) -> RegisterAccount:
    """The two stocks of the count day, added up."""
    return _account_of_both(question, lambda _, both: count(both, question.stock_status))


def account_activation(question: Question) -> RegisterAccount:
    """Those in services as a share of both stocks."""
    return _account_of_both(
        question, lambda part, both: percentage(part, both, question.stock_status)
    )


def _account_of_both(question: Question, figure: Callable[[int, int], Figure]) -> RegisterAccount:
    out_of_work = unemployed(question)
    serviced = in_service(question, lambda case: case.record["group"])
    both = len(out_of_work) + len(serviced)
    day = {"day": question.count_day}
    return RegisterAccount(
        (
            out_of_work.strand("unemployed", "persons", values=day),
            serviced.strand("in_service", "spells", service_groups(serviced), day),
        ),
        {"value": figure(len(serviced), both)},
        {"value": question.count_day},
    )


# --- indicator 12: long-term unemployment and services after it -----------------------------------


def account_long_term(question: Question) -> RegisterAccount:
    """A, the long-term unemployed, and B, those who were so on the day before their service."""
    months, gap = question.choice("long_term_months"), question.choice("renewal_gap_days")
    count_day = question.count_day

    def is_waiting(case: Case) -> bool:
        return has_been_unemployed_for_long(case.person, count_day, question)

    def is_activated(case: Case) -> bool:
        eve = latest_service_start(case.person, count_day, gap) - DAY
        return has_been_unemployed_for_long(case.person, eve, question)

    out_of_work, serviced = unemployed(question, is_waiting), in_service(question, is_activated)
    a, b = sum(out_of_work.facts), sum(serviced.facts)
    day = {"day": count_day}
    parts = (
        out_of_work.part("long_term", lambda fact: fact, months=months),
        out_of_work.part("shorter", lambda fact: not fact, months=months),
    )
    service_parts = (
        serviced.part("activated", lambda fact: fact, months=months),
        serviced.part("not_activated", lambda fact: not fact, months=months),
    )
    return RegisterAccount(
        (
            out_of_work.strand("unemployed", "persons", parts, day),
            serviced.strand("in_service", "spells", service_parts, day),
        ),
        {"value": percentage(b, a + b, question.stock_status)},
        {"value": count_day},
    )


# --- indicator 5: durations of ongoing and ended spells -------------------------------------------


def account_durations(question: Question) -> RegisterAccount:
    """Two strands: the unemployed on the count day, and the spells that ended in the month."""
    day, last = question.count_day, question.last_day
    ongoing = unemployed(question, lambda case: _ongoing_spell(question, case))
    ended = _ended_spells(question)
    elapsed = [(day - spell.start).days for spell in ongoing.facts]
    status = question.stock_status
    return RegisterAccount(
        (
            ongoing.strand("unemployed", "persons", values={"day": day}),
            ended.strand("ended_unemployment", "spells"),
        ),
        {
            "mean_weeks": mean(sum(elapsed) / 7, len(elapsed), status),
            "median_weeks": undivided(
                median(elapsed) / 7 if elapsed else None, len(elapsed), status
            ),
            "ended_mean_weeks": mean(sum(ended.facts) / 7, len(ended), question.event_status()),
        },
        {"mean_weeks": day, "median_weeks": day, "ended_mean_weeks": last},
        (
            Note("records_behind", {"records": sum(len(spell.records) for spell in ongoing.facts)}),
            Note("days_so_far", {"days": sum(elapsed)}),
            Note("days_in_all", {"days": sum(ended.facts)}),
        ),
    )


def _ongoing_spell(question: Question, case: Case) -> Spell:
    spell = spell_on(case.person, case.day, question)
    assert spell is not None  # A code covers the day.
    return spell


def _ended_spells(question: Question) -> Funnel:
    """Records that ended in the month; the days of the spell are from its first to its last."""

    def days(case: Case) -> int:
        return (case.day - case.spell.start).days + 1 if case.spell else 0

    goes_on = Reason(
        "goes_on_after",
        lambda case: case.spell.end != case.day or case.record is not case.spell.records[-1],
    )
    return Funnel(_ending_records(question), [goes_on, *restrict_cases(question)], days)


def _ending_records(question: Question) -> Iterator[Case]:
    for person in question.register.people("employment_code"):
        for spell in unemployment_spells(person, question):
            for row in spell.records:
                if question.is_in_month(row["end"]):
                    yield Case(person, row["end"], row, spell)


# --- indicator 17: plans that are due and up to date ----------------------------------------------


VALID, EXPIRED, NEVER = "plan_valid", "plan_expired", "plan_never"


def account_plans(question: Question) -> RegisterAccount:
    """The unemployed whose job search has gone on for long enough, by the state of their plan."""
    days, months = question.choice("plan_due_days"), question.choice("plan_validity_months")
    latest_start = question.count_day - timedelta(days=days)

    def searches(case: Case) -> list[Record]:
        return [row for row in case.person.rows("job_search") if covers(row, case.day)]

    not_due = (
        Reason("no_search", lambda case: not searches(case)),
        Reason(
            "new_search",
            lambda case: not any(row["start"] <= latest_start for row in searches(case)),
            {"days": days},
        ),
    )
    due = unemployed(question, lambda case: _plan_state(question, case), before=not_due)
    valid, expired, never = (due.number(equal(state)) for state in (VALID, EXPIRED, NEVER))
    status = question.stock_status
    figures = {
        "valid_share": percentage(valid, len(due), status),
        "debt_never": count(never, status),
        "debt_expired": count(expired, status),
        "debt": count(never + expired, status),
    }
    parts = (
        due.part(VALID, equal(VALID), months=months),
        due.part(EXPIRED, equal(EXPIRED)),
        due.part(NEVER, equal(NEVER)),
    )
    return RegisterAccount(
        (due.strand("unemployed", "persons", parts, {"day": question.count_day}),),
        figures,
        dict.fromkeys(figures, question.count_day),
    )


def _plan_state(question: Question, case: Case) -> str:
    """Of the latest plan signed by the count day; of several of one day one valid is enough."""
    signed = [row for row in case.person.rows("plan") if row["signed"] <= case.day]
    if not signed:
        return NEVER
    latest = max(row["signed"] for row in signed)
    of_that_day = [row for row in signed if row["signed"] == latest]
    return VALID if any(_is_valid_plan(question, row, case) for row in of_that_day) else EXPIRED


def _is_valid_plan(question: Question, plan: Record, case: Case) -> bool:
    if plan["review"] is not None:
        return bool(plan["review"] >= case.day)
    months = question.choice("plan_validity_months")
    return bool(plan["signed"] > add_months(case.day, -months))


# --- indicators 1–3: the unemployed as a share of the labour force --------------------------------


class LabourForce(NamedTuple):
    """Of one municipality, and the vintage that it is of."""

    value: float
    vintage: date


def account_shares(question: Question, group: str) -> RegisterAccount:
    """The unemployed residents, and the latest labour force of each municipality.

    Args:
        question: Which figure.
        group: Of the labour force, and of the unemployed: ``total``, ``foreign`` or ``under25``.
    """
    funnel = unemployed(question, after=_not_of_group(question, group))
    year = question.count_day.year
    members = question.municipalities_in(f"{year}-01")
    held = {member: _labour_force(question, group, member, year) for member in members}
    known = {member: force for member, force in held.items() if force is not None}
    lacking = [member for member in members if held[member] is None]
    base = None if lacking else sum(force.value for force in known.values())
    return RegisterAccount(
        (funnel.strand("unemployed", "persons", values={"day": question.count_day}),),
        {"value": _share_of_labour_force(len(funnel), base, question.stock_status)},
        {"value": question.count_day},
        tuple(
            Note(
                "labour_force",
                {
                    "area": _area(member),
                    "year": str(year),
                    "vintage": force.vintage,
                    "value": force.value,
                },
            )
            for member, force in known.items()
        ),
        tuple(
            Note("no_labour_force", {"area": _area(member), "year": str(year)})
            for member in lacking
        ),
    )


def _not_of_group(question: Question, group: str) -> tuple[Reason, ...]:
    if group == "foreign":
        return (Reason("citizen_of_finland", lambda case: not is_foreign(case.person)),)
    if group == "under25":
        limit = question.choice("youth_age")

        def is_not_young(case: Case) -> bool:
            years = age(case.person, case.day)
            return years is None or years >= limit

        return (Reason("not_young", is_not_young, {"age": limit}),)
    return ()


def _share_of_labour_force(number: int, base: float | None, status: str) -> Figure:
    """A share; without a labour force there is no figure at all."""
    if base is None and status != "incomplete":
        return NOT_AVAILABLE
    return percentage(number, base or 0, status)


def _labour_force(
    question: Question, group: str, municipality: str, year: int
) -> LabourForce | None:
    """The latest vintage that has a value of the municipality, as it was called that January."""
    rows = [
        row
        for row in question.register.reported("labour_force")
        if row["group"] == group
        and row["year"] == year
        and mergers.load_mergers().current(row["municipality"], f"{year}-01") == municipality
    ]
    if not rows:
        return None
    latest = max(row["vintage"] for row in rows)
    of_that_day = [row for row in rows if row["vintage"] == latest]
    # Municipalities of the vintage that had merged by then are added up; of two values of a
    # municipality the greater counts.
    parts = {
        code: max(row["value"] for row in of_that_day if row["municipality"] == code)
        for code in {row["municipality"] for row in of_that_day}
    }
    return LabourForce(sum(parts.values()), latest)


def _area(municipality: str) -> AreaCode:
    return AreaCode(
        municipality if municipality == COUNTRY else f"{MUNICIPALITY_PREFIX}{municipality}"
    )


# --- indicator 7: structural unemployment in its four groups --------------------------------------


STRUCTURAL_ID = "structural_unemployment"
OF_UNEMPLOYED = ("long_term", "recurrent", "returned_from_service")
OF_SERVICE = "service_to_service"


def account_structural(question: Question) -> RegisterAccount:
    """The unemployed in the first group that fits each, and those in service after service."""
    tests = dict(zip(OF_UNEMPLOYED, (_is_long_term, _is_recurrent, _has_returned), strict=True))

    def group_of(case: Case) -> str | None:
        return next((name for name, fits in tests.items() if fits(question, case)), None)

    out_of_work = unemployed(question, group_of)
    serviced = in_service(question, lambda case: _follows_a_service(question, case))
    numbers = {name: out_of_work.number(equal(name)) for name in OF_UNEMPLOYED}
    numbers[OF_SERVICE] = serviced.number(bool)
    numbers["total"] = sum(numbers.values())
    figures = {name: count(number, question.stock_status) for name, number in numbers.items()}
    day = {"day": question.count_day}
    unemployed_parts = (
        *(
            out_of_work.labelled("statistic", f"{STRUCTURAL_ID}.{name}", equal(name))
            for name in ("long_term", "recurrent")
        ),
        out_of_work.labelled(
            "statistic",
            f"{STRUCTURAL_ID}.returned_from_service",
            equal("returned_from_service"),
            ("service",),
        ),
        out_of_work.part("in_no_group", equal(None)).needing("service"),
    )
    service_parts = (
        serviced.labelled("statistic", f"{STRUCTURAL_ID}.{OF_SERVICE}", bool),
        serviced.part("after_no_service", lambda fact: not fact),
    )
    return RegisterAccount(
        (
            out_of_work.strand("unemployed", "persons", unemployed_parts, day),
            serviced.strand("in_service", "spells", service_parts, day, needs=("service",)),
        ),
        figures,
        dict.fromkeys(figures, question.count_day),
    )


def _is_long_term(question: Question, case: Case) -> bool:
    return has_been_unemployed_for_long(case.person, case.day, question)


def _is_recurrent(question: Question, case: Case) -> bool:
    """Enough unemployed days, of either code, in the window up to the count day."""
    first = add_months(case.day, -question.choice("recurrent_window_months")) + DAY
    days = set()
    for row in unemployed_rows(case.person):
        since, until = max(row["start"], first), min(row["end"] or case.day, case.day)
        days |= {since + timedelta(days=n) for n in range((until - since).days + 1)}
    return len(days) >= question.choice("recurrent_days")


def _has_returned(question: Question, case: Case) -> bool:
    """Whether a service (renewals joined) ended within the window before the count day."""
    after = add_months(case.day, -question.choice("returned_window_months"))
    return any(
        spell.end is not None and after < spell.end <= case.day
        for spell in service_spells(case.person, question.choice("renewal_gap_days"))
    )


def _follows_a_service(question: Question, case: Case) -> bool:
    """Whether the latest of the day's services began recently, soon after a previous one ended."""
    gap = question.choice("renewal_gap_days")
    start = latest_service_start(case.person, case.day, gap)
    if start <= add_months(case.day, -question.choice("service_window_months")):
        return False
    earliest = add_months(start, -question.choice("service_gap_months"))
    return any(
        spell.end is not None and earliest <= spell.end < start
        for spell in service_spells(case.person, gap)
    )
