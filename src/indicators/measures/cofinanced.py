"""Municipally co-financed unemployment benefits, from Kela's open data: what a month costs.

Kela publishes months; a budget is a year. So the municipality's share is added up over the last
twelve months and held against the labour force. These sums are this package's own, not official;
what they are stands in the catalogue (``cofinanced_benefits``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.areas.areas import Areas
from indicators.areas.mergers import load_mergers
from indicators.calendar import month_range, shift_month
from indicators.catalogue.catalogue import Catalogue
from indicators.sources.kela.folder import CofinancedBenefits, read_cofinanced
from indicators.sources.kela.reading import COUNTRY, EMPLOYMENT_AREA, UNKNOWN_AREA

# A report draws the month reported and three years before it.
BENEFIT_MONTHS = 37
COFINANCED_ID = "cofinanced_benefits"
MONTHLY = ("recipients", "euros", "municipal_euros")
ROLLING = ("rolling_euros", "rolling_municipal_euros", "municipal_share", "euros_per_person")

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
LabourForce = Mapping[tuple[str, str], float]
"""Persons by area and month."""


@dataclass(frozen=True, slots=True)
class _Choices:
    """Parameters of the definition, and the units of its statistics."""

    months: int
    covered: float
    provisional: int
    units: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What :func:`cofinanced_table` is given, with the choices of the definition."""

    benefits: CofinancedBenefits
    areas: Mapping[str, Sequence[str]]
    catalogue: Catalogue
    labour_force: LabourForce
    choices: _Choices


@dataclass(frozen=True, slots=True)
class _Months:
    """The figures of some months, areas as they are called in the last of them.

    Attributes:
        months: ``YYYY-MM``, without gaps.
        areas: Areas that Kela has figures of.
        held: Whether there are figures; of shape (months, areas), as all that follow.
        values: By name of the figure; 0 where there are none, NaN where a part is missing.
    """

    months: tuple[str, ...]
    areas: Sequence[str]
    held: Flags
    values: Mapping[str, Floats]

    def cut(self, window: slice) -> _Months:
        """Some of the months."""
        values = {name: column[window] for name, column in self.values.items()}
        return _Months(self.months[window], self.areas, self.held[window], values)


def member_areas(areas: Areas) -> dict[str, tuple[str, ...]]:
    """Municipalities of every area of the keys above municipalities, where these say them.

    Of an area of today with all municipalities that have become part of it.
    """
    divisions = areas.divisions.by_code
    found = {code: group.members for code, group in areas.groups.items()}
    return found | {code: division.members_of_all_times for code, division in divisions.items()}


def read_benefits(directory: Path, areas: Areas | None) -> CofinancedBenefits | None:
    """Kela's figures of a folder; None if it holds none of co-financed benefits.

    Args:
        directory: Where Kela's files are.
        areas: The keys: Kela writes employment areas by name. Without them their figures are left
            out.

    Raises:
        DataError: A file is damaged; with all its problems.
    """
    return read_cofinanced(directory, area_codes=_names_of_employment_areas(areas) if areas else {})


def _names_of_employment_areas(areas: Areas) -> dict[str, str]:
    """Codes by each way of writing a name, such as “päijät-hämeen” and “päijät-häme”."""
    found: dict[str, str] = {}
    for code in areas.divisions.employment_areas:
        called = areas.name(code, "fi").casefold()
        texts = {called, called.removesuffix(EMPLOYMENT_AREA).strip()}
        if code in areas.divisions.key_names:
            texts.add(areas.divisions.key_names[code]["fi"].casefold())
        found |= dict.fromkeys(texts, code)
    return found


def benefit_areas(
    groups: Mapping[str, Sequence[str]], areas: Areas | None
) -> dict[str, tuple[str, ...]]:
    """Municipalities of the groups, and of every area that the keys have above municipalities."""
    found = member_areas(areas) if areas else {}
    return found | {code: tuple(members) for code, members in groups.items()}


def labour_forces(published: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The labour force of each area and month of a long table of StatFin's figures."""
    rows = published[
        (published["indicator"] == "unemployment_share") & published["denominator"].notna()
    ]
    keys = zip(rows["area"].astype(str), rows["month"].astype(str), strict=True)
    return dict(zip(keys, rows["denominator"].astype(float), strict=True))


def cofinanced_table(
    benefits: CofinancedBenefits,
    months: Sequence[str],
    areas: Mapping[str, Sequence[str]],
    catalogue: Catalogue,
    labour_force: LabourForce,
) -> pd.DataFrame:
    """The long table (contract, section 3) of municipally co-financed benefits.

    An area is the sum of its municipalities, unless Kela publishes figures of it. What Kela has
    under no known municipality is in the country's figures alone.

    Args:
        benefits: Kela's figures.
        months: ``YYYY-MM``.
        areas: Member municipalities, ``KU398`` …, by area code; a member that has merged counts as
            what it had become by the month, in all months that are added up.
        catalogue: The definition, with the parameters that are in force.
        labour_force: By area and month; without any nothing is given per person.

    Returns:
        A row for each statistic, month and area: every municipality of the data, every area, and
        ``SSS``.
    """
    given = _Inputs(benefits, areas, catalogue, labour_force, _choices(catalogue))
    runs = _same_division(months, labour_force)
    return table.concat([_rows(given, run) for run in runs])


def _choices(catalogue: Catalogue) -> _Choices:
    definition = catalogue.indicator(COFINANCED_ID)
    values = {
        parameter.id: catalogue.value(COFINANCED_ID, parameter)
        for parameter in definition.parameters
    }
    return _Choices(
        int(values["rolling_months"]),
        float(values["least_covered_percent"]) / 100,
        int(values["provisional_months"]),
        {statistic.id: statistic.unit for statistic in definition.statistics},
    )


def _same_division(months: Sequence[str], labour_force: LabourForce) -> list[list[str]]:
    """Runs of months that have the same municipalities."""
    ordered = sorted(months)
    known = _municipalities_by_month(labour_force)
    begins = [0] + [
        place + 1
        for place, (before, after) in enumerate(pairwise(ordered))
        if load_mergers().between(before, after) or known.get(before) != known.get(after)
    ]
    return [ordered[begin:end] for begin, end in pairwise([*begins, len(ordered)])]


def _municipalities_by_month(labour_force: LabourForce) -> dict[str, frozenset[str]]:
    """The municipalities that have a labour force, by month."""
    found: dict[str, set[str]] = {}
    for (area, month), persons in labour_force.items():
        if area.startswith("KU") and persons > 0:
            found.setdefault(month, set()).add(area)
    return {month: frozenset(areas) for month, areas in found.items()}


def _called(area: str, month: str, municipalities: Collection[str]) -> str:
    """What a municipality is called in a month, in the division of the labour force.

    StatFin's figures are in the division of their vintage: before a merger too they have a
    municipality that is no more under its later name.
    """
    mergers = load_mergers()
    found = mergers.current_area(area, month)
    while municipalities and found not in municipalities:
        merger = mergers.by_code.get(found.removeprefix("KU"))
        if merger is None:
            break
        found = f"KU{merger.successor}"
    return found


def _rows(given: _Inputs, months: Sequence[str]) -> pd.DataFrame:
    """The rows of months of one division of municipalities."""
    last = months[-1]
    division = _municipalities_by_month(given.labour_force).get(last, frozenset())
    held = _figures(given.benefits, months, given.choices, division)
    members: dict[str, tuple[str, ...]] = {
        code: (code,) for code in held.areas if code.startswith("KU") and code != UNKNOWN_AREA
    }
    members |= {
        code: tuple(dict.fromkeys(_called(each, last, division) for each in named))
        for code, named in sorted(given.areas.items())
    }
    members[COUNTRY] = tuple(sorted(division))
    needed = {each for named in members.values() for each in named} | {COUNTRY}
    rows = []
    for month in months:
        force = {area: given.labour_force.get((area, month), np.nan) for area in needed}
        rows.append(_month_figures(held, held.months.index(month), members, force, given.choices))
    return _long_table(rows, months, [*members], given)


def _figures(
    benefits: CofinancedBenefits,
    months: Sequence[str],
    choices: _Choices,
    division: Collection[str],
) -> _Months:
    """All figures that some months are made of, areas as in the last of them."""
    last = months[-1]
    needed = month_range(shift_month(months[0], 1 - choices.months), last)
    rows = benefits.rows[benefits.rows["month"].isin(needed)]
    named = rows["area"].map({area: _called(area, last, division) for area in set(rows["area"])})
    areas = sorted(set(named))
    shape = (len(needed), len(areas))
    place = (
        rows["month"].map({month: at for at, month in enumerate(needed)}).to_numpy(int),
        named.map({area: at for at, area in enumerate(areas)}).to_numpy(int),
    )
    held = np.zeros(shape, bool)
    held[place] = True
    values = {name: np.zeros(shape) for name in (*MONTHLY, "recipients_low")}
    for name in MONTHLY:
        np.add.at(values[name], place, rows[name].to_numpy(float))
    # Somebody may be in both of two municipalities that have merged since.
    np.maximum.at(values["recipients_low"], place, rows["recipients_low"].to_numpy(float))
    return _Months(tuple(needed), areas, held, values)


def _month_figures(
    held: _Months,
    at: int,
    members: Mapping[str, Sequence[str]],
    force: Mapping[str, float],
    choices: _Choices,
) -> dict[str, tuple[Floats, ...]]:
    """Numerator, denominator, value, low and high of each statistic, an entry an area."""
    codes = [*members]
    summed = held.cut(slice(at + 1 - choices.months, at + 1))
    parts = [_parts(summed, code, members[code], force, choices.covered) for code in codes]
    monthly = {name: np.array([part.last(name) for part in parts]) for name in MONTHLY}
    low, high = (np.array([part.last("recipients_low") for part in parts]), monthly["recipients"])
    whole, own = (
        np.array([part.sum(name) for part in parts]) for name in ("euros", "municipal_euros")
    )
    people = np.array(
        [
            force[code] if code == COUNTRY else sum(force[each] for each in members[code])
            for code in codes
        ]
    )
    nothing = np.full(len(codes), np.nan)
    bounded = low < high
    return {
        "recipients": (
            *(high, nothing, high),
            *(np.where(bounded, bound, np.nan) for bound in (low, high)),
        ),
        "euros": _plain(monthly["euros"]),
        "municipal_euros": _plain(monthly["municipal_euros"]),
        "rolling_euros": _plain(whole),
        "rolling_municipal_euros": _plain(own),
        "municipal_share": _ratio(own, whole, 100),
        "euros_per_person": _ratio(own, people, 1),
    }


@dataclass(frozen=True, slots=True)
class _Parts:
    """An area's parts in the months that are added up.

    Attributes:
        values: By figure, of shape (months, parts).
        covered: In which months there are figures of enough of the area.
    """

    values: Mapping[str, Floats]
    covered: Flags

    def last(self, name: str) -> float:
        """A figure of the last month; persons of several parts are at least those of one."""
        if not len(self.covered) or not self.covered[-1] or not self.values[name].shape[1]:
            return np.nan
        parts = self.values[name][-1]
        return float(parts.max() if name == "recipients_low" else parts.sum())

    def sum(self, name: str) -> float:
        """A figure of all months; missing if it is in any."""
        known = len(self.covered) and self.covered.all()
        return float(self.values[name].sum()) if known else np.nan


def _parts(
    held: _Months, code: str, members: Sequence[str], force: Mapping[str, float], least: float
) -> _Parts:
    """The figures that an area is added up of: its own where Kela has them in all the months."""
    place = {area: at for at, area in enumerate(held.areas)}
    if code in place and held.held[:, place[code]].all():
        own = [place[code]]
        covered = held.held[:, own[0]]
    else:
        covered = _covered(held.held, members, place, force, least)
        own = [place[each] for each in members if each in place]
        if code == COUNTRY:
            own = [at for area, at in place.items() if area.startswith("KU")]
    return _Parts({name: column[:, own] for name, column in held.values.items()}, covered)


def _covered(
    held: Flags,
    members: Sequence[str],
    place: Mapping[str, int],
    force: Mapping[str, float],
    least: float,
) -> Flags:
    """In which months members with figures have enough of the labour force.

    Of the smallest municipalities Kela has none in months in which nobody there stands in a group
    of four. Where the labour force is not known, all members must have figures.
    """
    weights = np.array([force[each] for each in members])
    if np.isnan(weights).any():
        weights, least = np.ones(len(members)), 1.0
    known = np.array(
        [held[:, place[each]] if each in place else np.zeros(len(held), bool) for each in members]
    ).reshape(len(members), len(held))
    covered: Flags = weights @ known >= least * weights.sum() * (1 - 1e-12)
    return covered & bool(len(members))


def _plain(values: Floats) -> tuple[Floats, ...]:
    nothing = np.full(len(values), np.nan)
    return values, nothing, values, nothing, nothing


def _ratio(part: Floats, whole: Floats, scale: int) -> tuple[Floats, ...]:
    """Missing where the whole is nothing or, for repayments, less."""
    nothing, value = np.full(len(part), np.nan), np.full(len(part), np.nan)
    np.divide(scale * part, whole, out=value, where=whole > 0)
    known = ~np.isnan(value)
    return (
        np.where(known, part, np.nan),
        np.where(known, whole, np.nan),
        value,
        nothing,
        nothing,
    )


def _long_table(
    rows: Sequence[Mapping[str, tuple[Floats, ...]]],
    months: Sequence[str],
    codes: Sequence[str],
    given: _Inputs,
) -> pd.DataFrame:
    benefits, choices = given.benefits, given.choices
    statistics = (*MONTHLY, *ROLLING)
    size = len(statistics) * len(months) * len(codes)
    statistic, month, area = np.unravel_index(
        np.arange(size), (len(statistics), len(months), len(codes))
    )
    numbers = {
        name: np.concatenate([of[each][at] for each in statistics for of in rows])
        for at, name in enumerate(table.NUMBERS)
    }
    provisional = np.isin(months, benefits.months[-choices.provisional :])[month]
    bounded = ~np.isnan(numbers["low"])
    missing = np.isnan(numbers["value"])
    status = np.select(
        [missing, bounded, provisional], ["not_available", "bounded", "provisional"], "normal"
    )
    vintages = _vintages(benefits, months, choices.months)
    named = sorted({vintage for vintage in vintages if vintage})
    breaks = [given.catalogue.break_in(COFINANCED_ID, each) for each in months]
    ids = sorted({each.id for each in breaks if each is not None})
    units = sorted(set(choices.units.values()))
    return table.build_table(
        indicator=COFINANCED_ID,
        statistic=table.text_column(statistic, statistics),
        month=table.text_column(month, months),
        area=table.text_column(area, codes),
        population="residents",
        dimension="total",
        category="total",
        unit=table.text_column(
            np.array([units.index(choices.units[each]) for each in statistics])[statistic], units
        ),
        status=pd.Categorical(status, categories=pd.Index(table.STATUSES)),
        series_break=table.text_column(
            np.array([ids.index(each.id) if each else -1 for each in breaks])[month], ids
        ),
        source="kela",
        vintage=table.text_column(
            np.array([named.index(each) if each else -1 for each in vintages])[month], named
        ),
        **numbers,
    )


def _vintages(benefits: CofinancedBenefits, months: Sequence[str], rolling: int) -> list[str]:
    """The newest vintage that the figures of each month come from; empty if none is known."""
    by_month = benefits.rows.groupby("month")["vintage"].max().to_dict()
    return [
        max(by_month.get(each, "") for each in month_range(shift_month(month, 1 - rolling), month))
        for month in months
    ]


def unknown_share(benefits: CofinancedBenefits, month: str, months: int = 12) -> float | None:
    """Of the euros paid in the months up to one, the share under no known municipality, per cent.

    None where there are no figures of municipalities, or nothing was paid.
    """
    rows = benefits.rows[
        benefits.rows["month"].between(shift_month(month, 1 - months), month)
        & benefits.rows["area"].str.startswith("KU")
    ]
    whole, unknown = rows["euros"].sum(), rows[rows["area"] == UNKNOWN_AREA]["euros"].sum()
    return float(round(100 * unknown / whole, 6)) if whole > 0 else None
