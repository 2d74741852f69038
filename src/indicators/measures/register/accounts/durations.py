"""Account of indicator 5: how long the ongoing spells have lasted, and the ended ones did."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.figures import mean, undivided
from indicators.measures.register.accounts.funnel import Case, Funnel, Reason
from indicators.measures.register.accounts.model import Note, Question, RegisterAccount
from indicators.measures.register.accounts.spells import Spell, spell_on, unemployment_spells
from indicators.measures.register.accounts.stocks import unemployed


def account(question: Question) -> RegisterAccount:
    """Two strands: the unemployed on the count day, and the spells that ended in the month."""
    day, last = question.count_day, question.last_day
    ongoing = unemployed(question, lambda case: _ongoing_spell(question, case))
    ended = _ended(question)
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
            Note("records_behind", {"records": sum(len(one.records) for one in ongoing.facts)}),
            Note("days_so_far", {"days": sum(elapsed)}),
            Note("days_in_all", {"days": sum(ended.facts)}),
        ),
    )


def _ongoing_spell(question: Question, case: Case) -> Spell:
    spell = spell_on(case.person, case.day, question)
    assert spell is not None  # A code covers the day.
    return spell


def _ended(question: Question) -> Funnel:
    """Records that ended in the month; the days of the spell are from its first to its last."""

    def days(case: Case) -> int:
        return (case.day - case.spell.start).days + 1 if case.spell else 0

    goes_on = Reason(
        "goes_on_after",
        lambda case: case.spell.end != case.day or case.record is not case.spell.records[-1],
    )
    return Funnel(_ending(question), [goes_on, *belonging(question)], days)


def _ending(question: Question) -> Iterator[Case]:
    for person in question.register.people("employment_code"):
        for spell in unemployment_spells(person, question):
            for row in spell.records:
                if question.is_in_month(row["end"]):
                    yield Case(person, row["end"], row, spell)
