"""Counts on the count days that the figures beside the register rest on; they add up by blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.sources.synthetic.blocks import Block
from indicators.sources.synthetic.days import Array
from indicators.sources.synthetic.people import HARD, QUICK, country

BENEFITS = ("Työmarkkinatuki", "Peruspäiväraha")
_UNEMPLOYED, _SERVICES = ("02", "03"), ("07", "08")


@dataclass(frozen=True)
class Stocks:
    """Counts of persons by municipality and month.

    Attributes:
        recipients: Benefit × basis (unemployed, in a service) × municipality × month.
        customers: Municipality × month: a job search in force, the trial's office.
    """

    recipients: Array
    customers: Array

    def __add__(self, other: Stocks) -> Stocks:
        return Stocks(self.recipients + other.recipients, self.customers + other.customers)


def count_stocks(block: Block, days: Array) -> Stocks:
    """The stocks of some persons on some days.

    Args:
        block: The persons.
        days: Day numbers, ascending.
    """
    people, codes = block.people, block.codes
    rows = codes["person_id"] - people["person_id"][0]
    benefit = _benefit(people)
    recipients = np.zeros((len(BENEFITS), 2, len(country()["name"]), len(days)), dtype=np.int64)
    for basis, some in enumerate((_UNEMPLOYED, _SERVICES)):
        in_code = np.isin(codes["code"], some)
        for number in range(len(BENEFITS)):
            mask = in_code & (benefit[rows] == number)
            home = people["home"][rows[mask]]
            recipients[number, basis] = _stock(home, codes["start"][mask], codes["end"][mask], days)
    return Stocks(recipients, _customers(block, days))


def _benefit(people: dict[str, Array]) -> Array:
    """0 labour market support, 1 basic allowance, −1 none of Kela's."""
    member, tempo = people["fund_member"], people["course"]
    support = np.where(member, tempo == HARD, tempo != QUICK)
    return np.where(support, 0, np.where(member, -1, 1))


def _customers(block: Block, days: Array) -> Array:
    where = country()
    office = block.office
    trial = office["office"] == where["trial_office"][_homes(block, office["person_id"])]
    # The office goes on after a search: a customer's search must be in force too.
    ids = office["person_id"][trial]
    since = np.full(len(block.people["person_id"]), np.iinfo(np.int32).max, dtype=np.int64)
    first = block.people["person_id"][0]
    np.minimum.at(since, ids - first, office["start"][trial])
    searches = block.searches
    start = np.maximum(searches["start"], since[searches["person"]])
    inside = start <= searches["end"]
    home = block.people["home"][searches["person"][inside]]
    return _stock(home, start[inside], searches["end"][inside], days)


def _homes(block: Block, ids: Array) -> Array:
    homes: Array = block.people["home"][ids - block.people["person_id"][0]]
    return homes


def _stock(home: Array, start: Array, end: Array, days: Array) -> Array:
    """Spells that cover each day, by municipality: +1 where they begin, −1 behind their end."""
    steps = np.zeros((len(country()["name"]), len(days) + 1), dtype=np.int64)
    np.add.at(steps, (home, np.searchsorted(days, start)), 1)
    np.add.at(steps, (home, np.searchsorted(days, end, side="right")), -1)
    counted: Array = np.cumsum(steps, axis=1)[:, :-1]
    return counted
