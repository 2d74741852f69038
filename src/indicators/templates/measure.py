"""Indicator: unemployed jobseekers on the count day."""
# TODO: say in the line above what is counted, and change `count`, `add_rows` and `account` below;
# all three work as they stand. `plans.py` is a longer example of a stock, `services.py` of events.

from __future__ import annotations

from indicators.measures.register.accounts import model
from indicators.measures.register.accounts.model import Question, RegisterAccount
from indicators.measures.register.accounts.stocks import unemployed
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import count_figures, stock_status
from indicators.measures.register.stocks import stock_of, unemployed_stays
from indicators.tallies.tallies import Tallies

ID = "an_example"


def count(chunk: Chunk) -> Tallies:
    """What some persons add: who is unemployed on which count days."""
    return Tallies({"unemployed": stock_of(chunk, unemployed_stays(chunk))})


def add_rows(totals: Totals, rows: Rows) -> None:
    """One figure a month, area, population and category; missing where the day is not seen."""
    unemployed_persons = totals.stock(f"{ID}.unemployed")
    rows.add("value", count_figures(unemployed_persons, stock_status(totals.clock)))


def account(question: Question) -> RegisterAccount:
    """The same figure the plain way: who was counted, who was left out and why."""
    funnel, day = unemployed(question), question.count_day
    return RegisterAccount(
        (funnel.strand("unemployed", "persons", values={"day": day}),),
        {"value": model.count(len(funnel), question.stock_status)},
        {"value": day},
    )


MEASURE = Measure(
    ID,
    # TODO: the canonical tables that each statistic is counted from. A column that no measure has
    # read yet is added to COLUMNS_READ in chunk.py.
    tables={"value": ("employment_code",)},
    count=count,
    rows=add_rows,
    account=account,
)
