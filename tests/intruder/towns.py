"""Made-up towns: persons counted by area, population and category, so that everything adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from intruder.figures import CROSSED, DIMENSIONS, EXITS, FATES, OVERLAPPING, PARTS, categories

Key = tuple[str, int, str, str, str, str]
"""A count: name, month, area, population, dimension, category."""

LAHTI5 = ("KU398", "KU098", "KU016", "KU316", "KU560")
FORCES = ("labour_force", "foreign_force", "young_force")
FIRST = 2022 * 12 + 4
MONTHS_BEFORE = 12

_SETS: tuple[tuple[int, Mapping[str, int], Mapping[str, int]], ...] = (
    (5, {"LAHTI5": 5}, {}),
    (3, {"LAHTI5": 3}, {"SSS": 3}),
    (4, {"LAHTI5": 2, "MK07": 4}, {"SSS": 4}),
    (2, {}, {"MK07": 2}),
    (3, {}, {"SSS": 3}),
    (2, {"LAHTI5": 2}, {"MK07": 2, "SSS": 2}),
)
"""How many towns there are, how many of them a group has, and areas over all that are no group."""


@dataclass(frozen=True, eq=False)
class Towns:
    """Persons by town (the last "town": no residence on record), population and category.

    ``persons``: by name an array of month, town, target group or not, and one axis a dimension;
    months begin :data:`MONTHS_BEFORE` before the first that is told.
    """

    months: int
    towns: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    above: tuple[str, ...]
    dimensions: tuple[str, ...]
    populations: tuple[str, ...]
    persons: Mapping[str, np.ndarray]

    @property
    def areas(self) -> tuple[str, ...]:
        return (*self.towns, *self.groups, *self.above)

    def key_of(self, area: str) -> str:
        """A group is its members, whatever its code: with others it is another area."""
        return "+".join(self.groups.get(area, (area,)))

    def counts(self) -> dict[Key, int]:
        """Every count there is, also of what groups that overlap have in common and what not."""
        found: dict[Key, int] = {}
        members = [set(group) for group in self.groups.values()]
        pieces = [piece for a in members for b in members for piece in (a & b, a - b) if piece]
        of_pieces = ["+".join(group for group in self.towns if group in piece) for piece in pieces]
        for area in dict.fromkeys([*map(self.key_of, self.areas), *of_pieces]):
            for population in self.populations:
                for name, counted in self._within(area, population).items():
                    found.update(self._told(name, area, population, counted))
        return found

    def _within(self, area: str, population: str) -> dict[str, np.ndarray]:
        """Persons by month and category, by name."""
        inside = {"target_group": [0], "trial_office": [1]}.get(population, [0, 1])
        counted = {}
        for name, persons in self.persons.items():
            of_area = persons[:, self._members(area)][:, :, inside]
            apart = of_area.sum(axis=2)
            counted[name] = apart.max(axis=1) if name in OVERLAPPING else apart.sum(axis=1)
        return _with_sums(counted)

    def _members(self, area: str) -> list[int]:
        if area not in self.above:
            return [self.towns.index(town) for town in area.split("+")]
        nowhere = [len(self.towns)] if area == "SSS" else []
        return [*range(len(self.towns)), *nowhere]

    def _told(self, name: str, area: str, population: str, array: np.ndarray) -> dict[Key, int]:
        counts = {}
        for at in range(len(array)):
            place = (name, FIRST + at - MONTHS_BEFORE, area, population)
            counts[(*place, "total", "total")] = int(array[at].sum())
            for dimension in (*self.dimensions, *CROSSED):
                names = dimension.split("*")
                if not set(names) <= set(self.dimensions):
                    continue
                others = [axis for axis, one in enumerate(self.dimensions) if one not in names]
                by = array[at].sum(axis=tuple(others)).ravel()
                for category, count in zip(categories(dimension), by, strict=True):
                    counts[(*place, dimension, category)] = int(count)
        return counts


def _with_sums(counts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """With what is counted as a sum, written out."""
    unemployed = counts["long_term"] + counts["recurrent"] + counts["returned_from_service"]
    unemployed = unemployed + counts["other_unemployed"]
    in_service = (
        counts["service_to_service"] + counts["activated_long_term"] + counts["other_service"]
    )
    debt = counts["debt_never"] + counts["debt_expired"]
    people = counts["once"] + counts["pairs"]
    return counts | {
        "unemployed": unemployed,
        "in_service": in_service,
        "extended": unemployed + in_service,
        "total": sum(counts[name] for name in PARTS),
        "exits_total": sum(counts[f"exits_{name}"] for name in EXITS),
        "extended_long_term": counts["long_term"] + counts["activated_long_term"],
        "debt": debt,
        "plan_due": debt + counts["valid_plan"],
        "people": people,
        "path_none": counts["long_term"] - counts["path_one"] - counts["path_several"],
        "ended_services": sum(counts[f"ended_to_{name}"] for name in FATES),
    }


def draw_towns(draw: np.random.Generator, months: int, dimensions: Sequence[str]) -> Towns:
    """Towns of any size: hardly anybody, a few, many; with nobody or somebody without residence."""
    towns, groups, above = _SETS[draw.integers(len(_SETS))]
    names = LAHTI5[:towns]
    populations = (("residents",), ("residents", "target_group"), ("trial_office", "residents"))
    shape = (
        months + MONTHS_BEFORE,
        towns + 1,
        2,
        *(len(DIMENSIONS[dimension]) for dimension in dimensions),
    )
    size = draw.choice([0.3, 2.0, 6.0, 40.0], size=(1, towns + 1))
    size[0, -1] = draw.choice([0.0, 0.0, 2.0])
    rate = size.reshape(1, towns + 1, *[1] * (len(shape) - 2)) * draw.random((1, 1, *shape[2:]))
    return Towns(
        months=months,
        towns=names,
        groups={code: names[:many] for code, many in groups.items()},
        above=tuple(above),
        dimensions=tuple(dimensions),
        populations=populations[draw.choice(3, p=[0.5, 0.35, 0.15])],
        persons=_persons(draw, rate, shape),
    )


def _persons(
    draw: np.random.Generator, rate: np.ndarray, shape: tuple[int, ...]
) -> dict[str, np.ndarray]:
    plain = (
        *PARTS, "other_unemployed", "activated_long_term", "other_service", "once", "pairs",
        "started", "offers", "respondents",
        *(f"exits_{name}" for name in EXITS),
    )  # fmt: skip
    cells = float(np.prod(shape[2:]))
    counts = {name: draw.poisson(rate * draw.random() * 2 / cells**0.5, shape) for name in plain}
    counts |= {name: counts[name].cumsum(axis=0) // 2 for name in ("once", "pairs")}
    everyone = unemployed = sum(counts[name] for name in (*PARTS[:3], "other_unemployed"))
    # Plans are of some of the unemployed.
    for name in ("valid_plan", "debt_never", "debt_expired"):
        counts[name] = draw.binomial(unemployed, 0.3)
        unemployed = unemployed - counts[name]
    counts |= {"answers": counts["respondents"] * 3}
    counts |= {"employed_30": draw.binomial(counts["offers"], 0.3)}
    counts |= {"offered_persons": draw.binomial(counts["offers"], 0.8)}
    # The unemployed are part of the labour force, also when a revision finds a few more of them.
    counts |= {name: np.maximum(9 + draw.poisson(rate * 3, shape), everyone + 5) for name in FORCES}
    counts |= _followed(draw.spawn(1)[0], counts["offers"])
    counts |= _services(draw.spawn(1)[0], counts)
    still_open = counts["started"]
    for months in (3, 6, 12):
        # Of each cohort, whenever that is told.
        counts[f"open_{months}"] = still_open = draw.binomial(still_open, 0.7)
    return counts


def _followed(draw: np.random.Generator, offers: np.ndarray) -> dict[str, np.ndarray]:
    """Offers that ninety days have passed since, a few or most, and what came of them."""
    followed = draw.binomial(offers, draw.choice([0.05, 0.3, 0.9]))
    employed = draw.binomial(followed, 0.2)
    later = draw.binomial(offers - followed, 0.2)
    return {
        "followed_90": followed,
        "employed_90": employed,
        "employed_90_all": employed + later,
    }


def _services(draw: np.random.Generator, counts: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Spells with a service, services that ended, paths of the long-term unemployed, starters."""
    one = draw.binomial(counts["long_term"], draw.choice([0.05, 0.3]))
    several = draw.binomial(counts["long_term"] - one, draw.choice([0.05, 0.3]))
    size = counts["started"].shape
    rate = draw.choice([0.2, 1.0, 5.0, 20.0], size=(*size[:2], *[1] * (len(size) - 2)))
    starters = draw.poisson(rate / np.prod(size[2:]) ** 0.5 * draw.random(), size)
    return {
        "served_spells": draw.binomial(counts["started"], draw.choice([0.1, 0.5, 0.9])),
        "path_one": one,
        "path_several": several,
        **{f"ended_to_{name}": draw.poisson(rate * draw.random() / 3, size) for name in FATES},
        "starters": starters,
        "starts": starters + draw.binomial(starters, 0.1),
        "served_persons": starters + draw.poisson(rate * draw.random() / 4, size),
        "planned_spells": draw.binomial(counts["started"], draw.choice([0.1, 0.5, 0.9])),
    }


def revise(towns: Towns, draw: np.random.Generator) -> Towns:
    """The same towns as a later extract counts them: here and there one more or one less."""

    def revised(name: str, counts: np.ndarray) -> np.ndarray:
        step = draw.choice([-1, 0, 1], p=[0.015, 0.97, 0.015], size=counts.shape)
        # There are no fewer unemployed than have a plan.
        step = np.maximum(step, 0) if name in (*PARTS, "other_unemployed") else step
        return np.where(counts > 0, np.maximum(counts + step, 0), counts)

    # Counts that bound others are left as they are.
    bound = {"offers", "started", "answers", "respondents", "employed_30", "offered_persons"}
    bound |= {"open_3", "open_6", "open_12", "valid_plan", "debt_never", "debt_expired"}
    bound |= {"once", "pairs", "followed_90", "employed_90", "employed_90_all"}
    bound |= {
        "planned_spells",
        "served_spells",
        "path_one",
        "path_several",
        "starters",
        "starts",
        "served_persons",
    }
    persons = {
        name: counts if name in bound else revised(name, counts)
        for name, counts in towns.persons.items()
    }
    return replace(towns, persons=persons)
