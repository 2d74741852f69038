"""Labour force, Kela, caseload and surveys: tables that do not hold persons of the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from indicators.sources.synthetic import drawing
from indicators.sources.synthetic.days import Array, Frame, columns_of, number, stack, take
from indicators.sources.synthetic.parameters import Raw
from indicators.sources.synthetic.people import country
from indicators.sources.synthetic.stocks import BENEFITS, Stocks

BASES = ("Työttömyyden perusteella", "Työllistymistä edistävän palvelun perusteella")
_FIRST_YEAR, _LAST_YEAR = 2018, 2023
_CASELOAD = ("month", "office", "specialist_id", "customers", "fte")


def inhabited(stocks: Stocks) -> Array:
    """Rows of :func:`people.country` in which anybody lives."""
    return np.flatnonzero(stocks.recipients.sum(axis=(0, 1, 3)))


def labour_force(given: Raw, rows: Array, scale: Array, months: Sequence[str], last: int) -> Frame:
    """Labour force: ``municipality, group, year, vintage, value``.

    A year's own value comes out in March; until then the value of the year before serves.

    Args:
        given: The table ``[labour_force]``.
        rows: Rows of :func:`people.country`.
        scale: Of each of these rows, persons per real person.
        months: The months of the register.
        last: The extract date; later vintages are not known.
    """
    where = take(country(), rows)
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
            if number(vintage) <= last:
                parts += [
                    _force(where["municipality"], group, year, vintage, total * share)
                    for group, share in shares.items()
                ]
    return stack(parts)


def _force(municipality: Array, group: str, year: int, vintage: date, value: Array) -> Frame:
    n = len(municipality)
    return {
        "municipality": municipality,
        "group": np.full(n, group),
        "year": np.full(n, year),
        "vintage": np.full(n, number(vintage)),
        # Nobody divides by nothing, however few persons are made.
        "value": np.maximum(np.rint(value), 1.0),
    }


def kela(given: Raw, stocks: Stocks, months: Sequence[str], rng: drawing.Rng) -> Frame:
    """Kela's benefits: ``municipality, month, benefit, basis, recipients, euros, days``.

    Euros and days are NaN, and recipients too, where few recipients hide them.
    """
    benefit, basis, home, month = np.nonzero(stocks.recipients)
    recipients = stocks.recipients[benefit, basis, home, month].astype(float)
    years = np.array([int(text[:4]) for text in months])[month]
    daily = np.array([_daily(given, int(year)) for year in years])
    noise = 1 + given["spread"] * rng.standard_normal(len(month))
    days = np.maximum(np.rint(recipients * given["days"] * noise), 1)
    hidden = recipients < given["hidden_below"]
    frame = {
        "municipality": country()["municipality"][home],
        "month": np.array(months)[month],
        "benefit": np.array(BENEFITS)[benefit],
        "basis": np.array(BASES)[basis],
        "recipients": np.where(hidden, np.nan, recipients),
        "euros": np.where(hidden, np.nan, np.rint(days * daily)),
        "days": np.where(hidden, np.nan, days),
    }
    order = np.lexsort((frame["basis"], frame["benefit"], frame["month"], frame["municipality"]))
    return take(frame, order)


def _daily(given: Raw, year: int) -> float:
    known = {int(name): float(value) for name, value in given["daily"].items()}
    return known[min(max(year, min(known)), max(known))]


def caseload(given: Raw, stocks: Stocks, months: Sequence[str], rng: drawing.Rng) -> Frame:
    """Customers of each specialist: ``month, office, specialist_id, customers, fte``.

    A specialist is full-time; there are as many as the first month's customers ask for.
    """
    offices = country()["trial_office"]
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
    return columns_of(_CASELOAD, rows)
