"""Labour force, Kela, caseload, surveys, prices: tables that hold no persons of the register.

They rest on counts on the count days (:class:`Stocks`), which add up by blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from indicators.register.schema import day_number
from indicators.synthetic.blocks import Block
from indicators.synthetic.model import (
    Array,
    Frame,
    Raw,
    Rng,
    columns_from_rows,
    stack_frames,
    take_rows,
)
from indicators.synthetic.people import HARD, QUICK, municipality_frame

BENEFITS = ("Työmarkkinatuki", "Peruspäiväraha")
_UNEMPLOYED_CODES, _SERVICE_CODES = ("02", "03"), ("07", "08")


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
    benefit = _benefit_of_person(people)
    recipients = np.zeros(
        (len(BENEFITS), 2, len(municipality_frame()["name"]), len(days)), dtype=np.int64
    )
    for basis, some in enumerate((_UNEMPLOYED_CODES, _SERVICE_CODES)):
        in_code = np.isin(codes["code"], some)
        for number in range(len(BENEFITS)):
            mask = in_code & (benefit[rows] == number)
            home = people["home"][rows[mask]]
            recipients[number, basis] = _stock_changes(
                home, codes["start"][mask], codes["end"][mask], days
            )
    return Stocks(recipients, _customers(block, days))


def _benefit_of_person(people: dict[str, Array]) -> Array:
    """0 labour market support, 1 basic allowance, −1 none of Kela's."""
    member, tempo = people["fund_member"], people["course"]
    support = np.where(member, tempo == HARD, tempo != QUICK)
    return np.where(support, 0, np.where(member, -1, 1))


def _customers(block: Block, days: Array) -> Array:
    where = municipality_frame()
    office = block.office
    trial = office["office"] == where["trial_office"][_home_positions(block, office["person_id"])]
    # The office goes on after a search: a customer's search must be in force too.
    ids = office["person_id"][trial]
    since = np.full(len(block.people["person_id"]), np.iinfo(np.int32).max, dtype=np.int64)
    first = block.people["person_id"][0]
    np.minimum.at(since, ids - first, office["start"][trial])
    searches = block.searches
    start = np.maximum(searches["start"], since[searches["person"]])
    inside = start <= searches["end"]
    home = block.people["home"][searches["person"][inside]]
    return _stock_changes(home, start[inside], searches["end"][inside], days)


def _home_positions(block: Block, ids: Array) -> Array:
    homes: Array = block.people["home"][ids - block.people["person_id"][0]]
    return homes


def _stock_changes(home: Array, start: Array, end: Array, days: Array) -> Array:
    """Spells that cover each day, by municipality: +1 where they begin, −1 behind their end."""
    steps = np.zeros((len(municipality_frame()["name"]), len(days) + 1), dtype=np.int64)
    np.add.at(steps, (home, np.searchsorted(days, start)), 1)
    np.add.at(steps, (home, np.searchsorted(days, end, side="right")), -1)
    counted: Array = np.cumsum(steps, axis=1)[:, :-1]
    return counted


BASES = ("Työttömyyden perusteella", "Työllistymistä edistävän palvelun perusteella")
_FIRST_YEAR, _LAST_YEAR = 2018, 2023
_CASELOAD = ("month", "office", "specialist_id", "customers", "fte")


def inhabited(stocks: Stocks) -> Array:
    """Rows of :func:`~indicators.synthetic.people.municipality_frame` in which anybody lives."""
    return np.flatnonzero(stocks.recipients.sum(axis=(0, 1, 3)))


def make_labour_force(
    given: Raw, rows: Array, scale: Array, months: Sequence[str], last: int
) -> Frame:
    """Labour force: ``municipality, group, year, vintage, value``.

    A year's own value comes out in March; until then the value of the year before serves.

    Args:
        given: The table ``[labour_force]``.
        rows: Rows of :func:`~indicators.synthetic.people.municipality_frame`.
        scale: Of each of these rows, persons per real person.
        months: The months of the register.
        last: The extract date; later vintages are not known.
    """
    where = take_rows(municipality_frame(), rows)
    shares = {
        "total": np.ones(len(rows)),
        "under25": np.full(len(rows), given["under25"]),
        "foreign": given["foreign_factor"] * where["foreign"] / where["unemployed"],
    }
    parts = []
    for year in range(int(months[0][:4]), int(months[-1][:4]) + 1):
        for vintage, source in (
            (date(year, 1, 31), year - 1),
            (date(year, given["revised"], 31), year),
        ):
            known = min(max(source, _FIRST_YEAR), _LAST_YEAR)
            total = where[f"labour_force_{known}"] * scale
            if day_number(vintage) <= last:
                parts += [
                    _labour_force_row(where["municipality"], group, year, vintage, total * share)
                    for group, share in shares.items()
                ]
    return stack_frames(parts)


def _labour_force_row(
    municipality: Array, group: str, year: int, vintage: date, value: Array
) -> Frame:
    n = len(municipality)
    return {
        "municipality": municipality,
        "group": np.full(n, group),
        "year": np.full(n, year),
        "vintage": np.full(n, day_number(vintage)),
        # Nothing is divided by zero, however few persons there are.
        "value": np.maximum(np.rint(value), 1.0),
    }


def make_kela(given: Raw, stocks: Stocks, months: Sequence[str], rng: Rng) -> Frame:
    """Kela's benefits: ``municipality, month, benefit, basis, recipients, euros, days``.

    Euros and days are NaN, and recipients too, where few recipients hide them.
    """
    benefit, basis, home, month = np.nonzero(stocks.recipients)
    recipients = stocks.recipients[benefit, basis, home, month].astype(float)
    years = np.array([int(text[:4]) for text in months])[month]
    daily = np.array([_daily_allowances(given, int(year)) for year in years])
    noise = 1 + given["spread"] * rng.standard_normal(len(month))
    days = np.maximum(np.rint(recipients * given["days"] * noise), 1)
    hidden = recipients < given["hidden_below"]
    frame = {
        "municipality": municipality_frame()["municipality"][home],
        "month": np.array(months)[month],
        "benefit": np.array(BENEFITS)[benefit],
        "basis": np.array(BASES)[basis],
        "recipients": np.where(hidden, np.nan, recipients),
        "euros": np.where(hidden, np.nan, np.rint(days * daily)),
        "days": np.where(hidden, np.nan, days),
    }
    order = np.lexsort((frame["basis"], frame["benefit"], frame["month"], frame["municipality"]))
    return take_rows(frame, order)


def _daily_allowances(given: Raw, year: int) -> float:
    known = {int(name): float(value) for name, value in given["daily"].items()}
    return known[min(max(year, min(known)), max(known))]


def make_caseload(given: Raw, stocks: Stocks, months: Sequence[str], rng: Rng) -> Frame:
    """Customers of each specialist: ``month, office, specialist_id, customers, fte``.

    A specialist is full-time; there are as many as the first month's customers ask for.
    """
    offices = municipality_frame()["trial_office"]
    rows: list[tuple[str, str, str, int, float]] = []
    for office in np.unique(offices[inhabited(stocks)]):
        by_month = stocks.customers[offices == office].sum(axis=0)
        begun = np.flatnonzero(by_month)
        if not office or not len(begun):
            continue
        staff = max(1, round(by_month[begun[0]] / given["customers_per_fte"]))
        load = np.exp(given["spread"] * rng.standard_normal(staff))
        for place in begun.tolist():
            customers = rng.multinomial(by_month[place], load / load.sum())
            rows += [
                (months[place], str(office), f"{office}-{n + 1:03d}", int(count), 1.0)
                for n, count in enumerate(customers)
            ]
    return columns_from_rows(_CASELOAD, rows)


_PRICE = ("group", "kind", "year", "euros_per_day")


def make_prices(given: Raw, months: Sequence[str]) -> Frame:
    """Prices of a day in a service: ``group, kind, year, euros_per_day``; nothing is drawn.

    Args:
        given: The table ``[service_price]``.
        months: The months of the register.
    """
    kinds = given["kind"]
    prices = [(group, "", euros) for group, euros in given["group"].items()]
    prices += [(group, kind, euros) for group in kinds for kind, euros in kinds[group].items()]
    rows = [
        (group, kind, year, round(euros * _rise(given, year), 2))
        for group, kind, euros in sorted(prices)
        for year in range(int(months[0][:4]), int(months[-1][:4]) + 1)
    ]
    return columns_from_rows(_PRICE, rows)


def _rise(given: Raw, year: int) -> float:
    return float((1 + given["yearly_rise"]) ** (year - given["base_year"]))


# --- surveys of the trial's customers: satisfaction, and well-being in two waves ------------------


_ANSWER = ("respondent_id", "municipality", "month", "instrument", "item", "score", "wave")
_ROUND = ("municipality", "month", "instrument", "invited")
Answer = tuple[str, str, str, str, str, int, int]


def make_surveys(
    given: Raw, stocks: Stocks, months: Sequence[str], rng: Rng
) -> tuple[Frame, Frame]:
    """Answers of both surveys and their rounds; a respondent is nobody of the register.

    Args:
        given: The table ``[survey]``.
        stocks: Customers by municipality and month.
        months: The months of the register.
        rng: Draws.

    Returns:
        ``respondent_id, municipality, month, instrument, item, score, wave`` and
        ``municipality, month, instrument, invited``.
    """
    answers: list[Answer] = []
    rounds: list[tuple[str, str, str, int]] = []
    step = given["every_months"]
    for row in inhabited(stocks):
        code = str(municipality_frame()["municipality"][row])
        for place in range(0, len(months), step):
            invited = round(int(stocks.customers[row, place]) * given["invited_share"])
            if not invited:
                continue
            when = (months[place], months[min(place + 2 * step, len(months) - 1)])
            for instrument, make in (("satisfaction", _satisfaction), ("wellbeing", _wellbeing)):
                rounds.append((code, when[0], instrument, invited))
                n = int(rng.binomial(invited, given["response"]))
                answers += make(given, code, n, when, rng)
    return columns_from_rows(_ANSWER, answers), columns_from_rows(_ROUND, rounds)


def _satisfaction(given: Raw, code: str, n: int, when: tuple[str, str], rng: Rng) -> list[Answer]:
    mean = np.array(given["mean"])
    scores = _scores(mean + given["spread"] * rng.standard_normal((n, len(mean))))
    return [
        (
            f"S-{code}-{when[0]}-{respondent + 1:03d}",
            code,
            when[0],
            "satisfaction",
            item,
            int(score),
            1,
        )
        for respondent in range(n)
        for item, score in zip(given["items"], scores[respondent], strict=True)
    ]


def _wellbeing(given: Raw, code: str, n: int, when: tuple[str, str], rng: Rng) -> list[Answer]:
    items = given["wellbeing_items"]
    person = given["wellbeing_mean"] + 0.7 * rng.standard_normal((n, 1, 1))
    gain = given["wellbeing_gain"] * np.arange(2)[None, :, None]
    scores = _scores(person + gain + 0.6 * rng.standard_normal((n, 2, len(items))))
    waves = 1 + (rng.random(n) < given["wellbeing_second"]) * (when[0] != when[1])
    answers: list[Answer] = []
    for respondent in range(n):
        name = f"W-{code}-{when[0]}-{respondent + 1:03d}"
        for wave in range(int(waves[respondent])):
            marks = zip(items, scores[respondent, wave], strict=True)
            answers += [
                (name, code, when[wave], "wellbeing", item, int(score), wave + 1)
                for item, score in marks
            ]
    return answers


def _scores(values: Array) -> Array:
    return np.clip(np.rint(values), 1, 5)
