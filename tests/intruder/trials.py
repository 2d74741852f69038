"""One trial: made-up towns, released in one of several ways, protected and attacked.

Every other trial takes all tables for large ones, of which the fewest rows are not looked for.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from unittest import mock

import numpy as np
import pandas as pd

from indicators import protect
from indicators.disclosure import secondary
from indicators.disclosure.audit import audit_tables
from indicators.disclosure.policy import find_policy
from indicators.errors import DisclosureError
from intruder.figures import (
    ALL_FOLLOWED,
    DIMENSIONS,
    FAMILIES,
    FOLLOWED,
    SERVICE_FAMILIES,
    Figure,
)
from intruder.literal import Unknown, unsafe
from intruder.optimum import hopeless
from intruder.releases import Release, Row, release, with_official
from intruder.towns import Towns, draw_towns, revise

POLICIES = ("tyonv5", "svt3", "strict10")
_MOST_ROWS = 200


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a trial.

    ``told``: counts the literal attack tells; ``recovered``: how many the package's own does;
    ``out``: the tables that could be protected; ``refused``: why others could not, and
    ``hopeless``, of each, whether they really cannot.
    """

    seed: int
    way: str
    policy: str
    tables: int
    out: tuple[Release, ...]
    refused: tuple[str, ...]
    hopeless: tuple[bool, ...]
    told: tuple[Unknown, ...]
    recovered: int

    @property
    def withstood(self) -> bool:
        return not self.told and not self.recovered


def trial(seed: int, pattern: str, policy: str) -> Outcome:
    """Protect tables one after another, each with what is out, and attack all of them together."""
    internal = internal_releases(seed, pattern)
    published: list[Release] = []
    refused, hopelessly = [], []
    limits = find_policy(policy)
    for internal_release in internal:
        try:
            with as_large() if seed % 2 else nullcontext():
                published.append(_protected(internal_release, published, policy))
        except DisclosureError as error:
            refused.append(str(error))
            hopelessly.append(
                hopeless(internal_release, published, limits.hidden_up_to, limits.minimum_rate)
            )
    limit = limits.hidden_up_to
    attack = (
        audit_tables(
            [internal_release.rows for internal_release in published], hidden_up_to=limit, groups={}
        )
        if published
        else None
    )
    return Outcome(
        seed, pattern, policy, len(internal), tuple(published), tuple(refused), tuple(hopelessly),
        tuple(unsafe(published, limit)) if published else (), attack.recovered if attack else 0,
    )  # fmt: skip


def as_large() -> AbstractContextManager[object]:
    """Tables are taken for large ones."""
    return mock.patch.object(secondary, "_MAX_REASONS", 0)


def _protected(internal_release: Release, already_out: Sequence[Release], policy: str) -> Release:
    published = [before.rows for before in already_out]
    rows = protect(
        internal_release.rows, policy=policy, published=published, groups=internal_release.groups
    )
    return replace(internal_release, rows=rows)


def _figures(draw: np.random.Generator, families: Sequence[str], most: int) -> list[Figure]:
    chosen = draw.choice(families, size=draw.integers(1, most + 1), replace=False)
    # The long-term unemployed stand in two families.
    known = FAMILIES | SERVICE_FAMILIES
    return list(dict.fromkeys(figure for name in chosen for figure in known[name]))


def _draw(
    draw: np.random.Generator,
    most_months: int,
    dimensions: int | None = None,
    families: Sequence[str] = tuple(FAMILIES),
) -> tuple[Towns, list[Figure], list[int]]:
    """Towns, some figures and some months of them, of a size that is attacked in seconds."""
    while True:
        figures = _figures(draw, list(families), min(3, len(families)))
        many = dimensions or draw.integers(1, 4)
        names = draw.choice(list(DIMENSIONS), size=many, replace=False)
        count = int(draw.integers(1, most_months + 1))
        # Flows of months three apart are of the same started spells.
        step = 3 if any(item.months_before for item in figures) else 1
        towns = draw_towns(
            draw, 1 + step * (count - 1), [item for item in DIMENSIONS if item in names]
        )
        cells = 1 + sum(len(DIMENSIONS[item]) for item in towns.dimensions)
        rows = len(figures) * count * len(towns.areas) * len(towns.populations) * cells
        if rows <= _MOST_ROWS:
            return towns, figures, [step * at for at in range(count)]


def one_table(draw: np.random.Generator) -> list[Release]:
    towns, figures, months = _draw(draw, 2)
    return [release(towns, figures, months, zeros=bool(draw.integers(2)))]


def beside_official(draw: np.random.Generator) -> list[Release]:
    towns, figures, months = _draw(draw, 1)
    figures = list(dict.fromkeys((*figures, *FAMILIES["extended"])))
    return [with_official(release(towns, figures, months))]


def month_by_month(draw: np.random.Generator) -> list[Release]:
    towns, figures, months = _draw(draw, 3)
    return [release(towns, figures, [month]) for month in months]


def growing(draw: np.random.Generator) -> list[Release]:
    """Each table holds the months before too."""
    towns, figures, months = _draw(draw, 2)
    return [release(towns, figures, months[: many + 1]) for many in range(len(months))]


def revised(draw: np.random.Generator) -> list[Release]:
    towns, figures, months = _draw(draw, 2)
    later = release(revise(towns, draw), figures, months, vintage="2023-02-01")
    return [release(towns, figures, months), later]


def by_two_dimensions(draw: np.random.Generator) -> list[Release]:
    """One by sex, one by age, say, with the same totals."""
    towns, figures, months = _draw(draw, 1, dimensions=2)
    return [
        release(towns, figures, months, wanted=_only(dimension)) for dimension in towns.dimensions
    ]


def _only(dimension: str) -> Callable[[Row], bool]:
    return lambda row: row["dimension"] in ("total", dimension)


def under_two_indicators(draw: np.random.Generator) -> list[Release]:
    """The same counts in two tables of other indicators."""
    towns, _, months = _draw(draw, 1)
    first, second = (("extended", "duration"), ("activation", "long-term activation"))
    if draw.integers(2):
        first, second = ("structural",), ("long-term activation", "activation")
    figure_lists = [
        [figure for name in names for figure in FAMILIES[name]] for names in (first, second)
    ]
    return [release(towns, figures, months) for figures in figure_lists]


def other_members(draw: np.random.Generator) -> list[Release]:
    """The same months again, after a group has lost a member."""
    towns, figures, months = _draw_group(draw)
    code, members = next(iter(towns.groups.items()))
    later = replace(towns, groups={code: members[:-1]})
    only = _of_areas(*towns.towns, code) if draw.integers(2) else _of_areas(code)
    return [
        release(population_of_towns, figures, months, wanted=only)
        for population_of_towns in (towns, later)
    ]


def overlapping_groups(draw: np.random.Generator) -> list[Release]:
    """Two groups that have members in common, in one table or one after the other."""
    towns, figures, months = _draw_group(draw)
    code, members = next(iter(towns.groups.items()))
    both = replace(towns, groups={code: members[:-1], "OTHERS": members[1:]})
    wanted = [_of_areas(*towns.towns, code), _of_areas("OTHERS")]
    if draw.integers(2):
        return [release(both, figures, months)]
    return [release(both, figures, months, wanted=chosen_rows) for chosen_rows in wanted]


def _draw_group(draw: np.random.Generator) -> tuple[Towns, list[Figure], list[int]]:
    while True:
        towns, figures, months = _draw(draw, 1)
        if any(len(members) > 2 for members in towns.groups.values()):
            return towns, figures, months


def _of_areas(*areas: str) -> Callable[[Row], bool]:
    return lambda row: row["area"] in areas


def of_one_family(name: str) -> Callable[[np.random.Generator], list[Release]]:
    """Figures of one kind alone, month after month: complements, surveys, cumulative ones."""

    def made(draw: np.random.Generator) -> list[Release]:
        towns, _, months = _draw(draw, 2)
        return [release(towns, FAMILIES[name], [month]) for month in months]

    return made


WAYS: dict[str, Callable[[np.random.Generator], list[Release]]] = {
    "one table": one_table,
    "beside official figures": beside_official,
    "month by month": month_by_month,
    "growing": growing,
    "a revised vintage": revised,
    "by two dimensions": by_two_dimensions,
    "under two indicators": under_two_indicators,
    "other members": other_members,
    "overlapping groups": overlapping_groups,
    "complements": of_one_family("flows"),
    "rows left out": of_one_family("satisfaction"),
    "cumulative": of_one_family("wellbeing"),
}


def crossed(draw: np.random.Generator) -> list[Release]:
    """One table of two dimensions, by themselves and crossed."""
    towns, figures, months = _draw_crossed(draw, 2)
    return [release(towns, figures, months, crossed=["*".join(towns.dimensions)])]


def crossed_afterwards(draw: np.random.Generator) -> list[Release]:
    """Plain dimensions first, and the same figures crossed when they are out."""
    towns, figures, months = _draw_crossed(draw, 2)
    by = "*".join(towns.dimensions)
    return [
        release(towns, figures, months),
        release(towns, figures, months, crossed=[by], wanted=_only(by)),
    ]


def crossings_alone(draw: np.random.Generator) -> list[Release]:
    """Two crossings that have a dimension in common, which has no rows of its own."""
    towns, figures, months = _draw_crossed(draw, 3)
    first, *others = towns.dimensions
    crossings = [f"{first}*{other}" for other in others]
    wanted = ("total", *crossings)
    return [
        release(
            towns, figures, months, crossed=crossings, wanted=lambda row: row["dimension"] in wanted
        )
    ]


def _draw_crossed(draw: np.random.Generator, many: int) -> tuple[Towns, list[Figure], list[int]]:
    """As few cells as are attacked in seconds."""
    while True:
        towns, figures, months = _draw(draw, 1, dimensions=many)
        cells = int(np.prod([1 + len(DIMENSIONS[item]) for item in towns.dimensions]))
        if len(figures) * len(towns.areas) * len(towns.populations) * cells <= _MOST_ROWS:
            return towns, figures, months


CROSSED_WAYS: dict[str, Callable[[np.random.Generator], list[Release]]] = {
    "crossed": crossed,
    "crossed afterwards": crossed_afterwards,
    "crossings alone": crossings_alone,
}
"""Apart from the others, whose seeds would change with them."""


def partly_followed(draw: np.random.Generator) -> list[Release]:
    """Offers of a month of which only some have been followed for ninety days."""
    towns, _, months = _draw(draw, 1)
    return [_offers(towns, months, FOLLOWED)]


def followed_to_the_end(draw: np.random.Generator) -> list[Release]:
    """The same month again, when all have been followed."""
    towns, _, months = _draw(draw, 1)
    later = _offers(towns, months, ALL_FOLLOWED, vintage="2022-12-01")
    return [_offers(towns, months, FOLLOWED), later]


def _offers(
    towns: Towns, months: Sequence[int], figure: Figure, vintage: str = "2022-06-15"
) -> Release:
    return release(towns, [*FAMILIES["offers"][:2], figure], months, vintage=vintage)


FOLLOWED_WAYS: dict[str, Callable[[np.random.Generator], list[Release]]] = {
    "partly followed": partly_followed,
    "followed to the end": followed_to_the_end,
}
"""Likewise."""


def services_alone(draw: np.random.Generator) -> list[Release]:
    """Figures of services, with others that count the same."""
    towns, figures, months = _draw(draw, 2, families=tuple(SERVICE_FAMILIES))
    return [release(towns, figures, months, zeros=bool(draw.integers(2)))]


def services_month_by_month(draw: np.random.Generator) -> list[Release]:
    towns, figures, months = _draw(draw, 3, families=tuple(SERVICE_FAMILIES))
    return [release(towns, figures, [month]) for month in months]


def services_revised(draw: np.random.Generator) -> list[Release]:
    towns, figures, months = _draw(draw, 2, families=tuple(SERVICE_FAMILIES))
    later = release(revise(towns, draw), figures, months, vintage="2023-02-01")
    return [release(towns, figures, months), later]


def services_after_others(draw: np.random.Generator) -> list[Release]:
    """The long-term unemployed or the spells begun are out already, under their own indicators."""
    paths = bool(draw.integers(2))
    towns, figures, months = _draw(draw, 1, families=("paths" if paths else "time to service",))
    others = FAMILIES["structural" if paths else "flows"]
    tables = [release(towns, others, months), release(towns, figures, months)]
    return tables if draw.integers(2) else tables[::-1]


SERVICE_WAYS: dict[str, Callable[[np.random.Generator], list[Release]]] = {
    "services alone": services_alone,
    "services month by month": services_month_by_month,
    "services revised": services_revised,
    "services after others": services_after_others,
}
"""Likewise."""


def internal_releases(seed: int, pattern: str) -> list[Release]:
    """The tables of a trial, nothing of them hidden, in the order they come out."""
    return [
        table_released
        for table_released in (WAYS | CROSSED_WAYS | FOLLOWED_WAYS | SERVICE_WAYS)[pattern](
            np.random.default_rng(seed)
        )
        if len(table_released.rows)
    ]


def ways_of(seeds: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    """A way and a policy for each seed: all of them in turn, the default policy most often."""
    policies = (POLICIES[0], POLICIES[0], POLICIES[1], POLICIES[0], POLICIES[2])
    for seed in seeds:
        yield seed, list(WAYS)[seed % len(WAYS)], policies[seed % len(policies)]


def plain_zeros_hidden(table_released: Release) -> pd.DataFrame:
    """Hidden rows that count nobody, and are no share: a zero is always shown."""
    zero = [all(table_released.truth[key] == 0 for key in keys) for keys in table_released.sides]
    return table_released.rows[
        np.array(zero, bool) & (table_released.rows["status"] == "suppressed").to_numpy()
    ]
