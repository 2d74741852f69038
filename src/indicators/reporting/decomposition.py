"""How a change of the unemployment share parts into what brought it about.

A calculation of this package's own, not an official statistic (docs/decisions/0048). The share is
unemployed persons over the labour force. Its change is the sum of

* **base**: what the change of the labour force alone does,
* **services**: persons who went into services or came out of them, net,
* **season**: what the month usually brings at this time of the year,
* **flow**: all other spells that began and ended, net.

Order does not matter: each part is its Shapley value (Shapley 1953; for ratios Shorrocks 2013), the
mean of its effect over all orders in which the parts could come one after another. Here that has a
closed form, since the persons of a part weigh half with the old and half with the new labour force.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isnan, nan
from statistics import median

import numpy as np

from indicators.calendar import shift_month


@dataclass(frozen=True, slots=True)
class Options:
    """What of the calculation is a choice.

    Attributes:
        season_years: Newest comparable earlier years whose same calendar month tells the season.
        least_years: With fewer of these the season is not known.
        look_back_years: Years further back than this are not comparable.
        usual_share: Share of the earlier changes that count as usual variation.
        least_changes: With fewer of these the usual variation is not known.
        pandemic: First and last month whose changes from the month before tell no season: layoffs,
            and the return from them.
    """

    season_years: int = 5
    least_years: int = 3
    look_back_years: int = 10
    usual_share: float = 0.8
    least_changes: int = 24
    pandemic: tuple[str, str] = ("2020-03", "2021-02")


DEFAULT = Options()


@dataclass(frozen=True, slots=True)
class Stock:
    """The counts of a month.

    Attributes:
        unemployed: Persons.
        labour_force: Persons; above zero where it is known.
        services: Persons in services; NaN where not known.
    """

    unemployed: float
    labour_force: float
    services: float = nan

    @property
    def known(self) -> bool:
        """Whether a share can be made of it."""
        return not isnan(self.unemployed) and self.labour_force > 0

    @property
    def share(self) -> float:
        """Unemployed persons, percent of the labour force."""
        return 100 * self.unemployed / self.labour_force


@dataclass(frozen=True, slots=True)
class Turnover:
    """Unemployment spells that began and that ended between two count days."""

    begun: float
    ended: float


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the change.

    Attributes:
        persons: Change of the unemployed; NaN for the base, and where it is not known.
        points: Percentage points of the share; NaN where it is not known.
    """

    persons: float
    points: float

    @property
    def known(self) -> bool:
        """Whether it is known; if not, it is within ``flow``."""
        return not isnan(self.points)


UNKNOWN = Part(nan, nan)


@dataclass(frozen=True, slots=True)
class ShareChange:
    """A change of the share and its parts; those that are known add up to ``total``.

    Attributes:
        total: The whole.
        base: Of the labour force.
        services: Of persons going into services (a fall) or out of them (a rise); unknown if the
            services of either month are.
        season: The usual change at this time of the year; unknown where it was not given.
        flow: All other spells begun and ended, net.
        begun: Of ``season`` and ``flow`` together, the spells that began; unknown without turnover.
        ended: Likewise those that ended otherwise than into services, net.
    """

    total: Part
    base: Part
    services: Part
    season: Part
    flow: Part
    begun: Part = UNKNOWN
    ended: Part = UNKNOWN


def decompose(
    before: Stock, after: Stock, season: float = nan, turnover: Turnover | None = None
) -> ShareChange | None:
    """Part the change of the share between two months.

    Args:
        before: The earlier month.
        after: The later one.
        season: Persons by which the season usually changes the unemployed, or, where services are
            known, the unemployed and persons in services together; NaN for a whole year, which
            ends where it began, and where it is not known.
        turnover: Spells begun and ended between the months, if known. Their difference is the
            change of the unemployed.

    Returns:
        The parts; None where the share of either month is not known.
    """
    if not (before.known and after.known):
        return None
    per_person = 50 * (1 / before.labour_force + 1 / after.labour_force)

    def part(persons: float) -> Part:
        return Part(persons, persons * per_person)

    persons = after.unemployed - before.unemployed
    middle = (before.unemployed + after.unemployed) / 2
    base = Part(nan, 100 * middle * (1 / after.labour_force - 1 / before.labour_force))
    services = part(before.services - after.services)
    usual = part(season)
    known = [item.persons for item in (services, usual) if item.known]
    begun = ended = UNKNOWN
    if turnover is not None:
        into_services = -services.persons if services.known else 0.0
        begun, ended = part(turnover.begun), part(into_services - turnover.ended)
    return ShareChange(
        total=Part(persons, after.share - before.share),
        base=base,
        services=services,
        season=usual,
        flow=part(persons - sum(known)),
        begun=begun,
        ended=ended,
    )


# What a month usually brings, and how much it varies: from the same series, before the month.

# Changes of a series from the month before, by month; shares of the earlier month's value.
Changes = Mapping[str, float]


def monthly_changes(
    values: Mapping[str, float], breaks: Collection[str] = (), options: Options = DEFAULT
) -> Changes:
    """The comparable changes of a monthly count from the month before.

    Args:
        values: Counts by month; NaN or absent where not known.
        breaks: Months in which a break of the series falls: their change is none of the series'.
        options: Has the time of the pandemic.

    Returns:
        Shares of the earlier month's count, by the later month; without those of breaks, of the
        pandemic, of months without figures, and from zero.
    """
    found = {}
    first, last = options.pandemic
    for month in sorted(values):
        was, now = values.get(shift_month(month, -1), nan), values[month]
        comparable = month not in breaks and not first <= month <= last
        if comparable and was > 0 and not isnan(now):
            found[month] = now / was - 1
    return found


def usual_change(changes: Changes, month: str, options: Options = DEFAULT) -> float:
    """The usual change of a calendar month: the median of its newest earlier years.

    Args:
        changes: As :func:`monthly_changes` gives them.
        month: The month; only earlier years count.
        options: How many years.

    Returns:
        A share of the month before; NaN with too few years.
    """
    years = range(1, options.look_back_years + 1)
    earlier = (changes.get(shift_month(month, -12 * year), nan) for year in years)
    known = [change for change in earlier if not isnan(change)][: options.season_years]
    return median(known) if len(known) >= options.least_years else nan


def usual_variation(changes: Changes, month: str, options: Options = DEFAULT) -> float:
    """How much a month's change usually differs from what is usual at its time of the year.

    Args:
        changes: As :func:`monthly_changes` gives them.
        month: The month; only earlier ones count, of as many years as the season.
        options: How many years, and which share of the changes counts as usual.

    Returns:
        A share of the month before, which ``usual_share`` of the earlier differences do not
        exceed in size; NaN with too few of them.
    """
    first = shift_month(month, -12 * options.look_back_years)
    months = [earlier for earlier in sorted(changes) if first <= earlier < month]
    gaps = [changes[earlier] - usual_change(changes, earlier, options) for earlier in months]
    known = [abs(gap) for gap in gaps if not isnan(gap)][-12 * options.season_years :]
    if len(known) < options.least_changes:
        return nan
    return float(np.quantile(known, options.usual_share, method="higher"))
