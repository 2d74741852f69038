"""Accounting identities: the figures of a long table do not contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.areas import mergers
from indicators.areas.mergers import BEFORE_ALL_MERGERS, MUNICIPALITY_PREFIX
from indicators.calendar import shift_month
from indicators.catalogue.loading import load_catalogue
from indicators.disclosure.count_names import count_name, distinct_counts
from indicators.measures.register import arrays
from indicators.measures.register.interval_ops import distinct_keys
from indicators.measures.register.job import Choices
from indicators.reconciliation.cubes import TOTAL, Category, Cubes, Figure, Numbers, build_cubes
from indicators.reconciliation.report import (
    HeldIdentities,
    IdentityComparison,
    Relation,
    compare_identity,
    require_identities,
)
from indicators.reconciliation.turnover import count_turnover, stock_comparisons
from indicators.register.schema import SEXES, TABLES
from indicators.register.store import RegisterSource
from indicators.table import CROSSING
from indicators.tallies.axes import COUNTRY

# Formulas: statistics that add up to a total, and counts that several indicators have in common.


@dataclass(frozen=True, slots=True)
class Term:
    """A count in a formula.

    Attributes:
        indicator: Its id.
        statistic: Its id.
        column: ``numerator`` or ``denominator``.
        sign: What it is multiplied by.
        category: The only category that is meant; all where not given.
    """

    indicator: str
    statistic: str = "value"
    column: str = "numerator"
    sign: int = 1
    category: Category | None = None

    @property
    def figure(self) -> Figure:
        """Indicator and statistic."""
        return self.indicator, self.statistic

    def numbers(self, cubes: Cubes, categories: Sequence[Category]) -> Numbers:
        """The term's numbers, by the categories or of the only category that is meant."""
        if self.category is None:
            return self.sign * cubes.values(self.figure, self.column, categories)
        # With the total, which shows where nothing is known.
        needed = list(dict.fromkeys([TOTAL, self.category]))
        return self.sign * cubes.values(self.figure, self.column, needed)[..., -1:]


@dataclass(frozen=True, slots=True)
class Formula:
    """``left`` is the sum of ``right``.

    Attributes:
        identity: Id of the identity.
        left: The term that it is reported of.
        right: The terms added up.
    """

    identity: str
    left: Term
    right: tuple[Term, ...]


def _sum_formula(indicator: str, total: str, *statistics: str) -> Formula:
    parts = tuple(Term(indicator, statistic) for statistic in statistics)
    return Formula("statistics", Term(indicator, total), parts)


_UNEMPLOYED = Term("unemployment_duration", "mean_weeks", "denominator")
_UNEMPLOYED_TOTAL = Term("unemployment_duration", "mean_weeks", "denominator", category=TOTAL)
_FOREIGN = Term(
    "unemployment_duration", "mean_weeks", "denominator", category=("origin", "foreign")
)
_DUE = Term("plan_coverage", "valid_share", "denominator")
_FATES = ("open_market_3_months", "unemployed_3_months", "in_service_3_months", "other_3_months")

FORMULAS = (
    _sum_formula(
        "structural_unemployment",
        "total",
        "long_term",
        "recurrent",
        "returned_from_service",
        "service_to_service",
    ),
    _sum_formula(
        "job_search_exits",
        "total",
        "open_market",
        "layoff_return",
        "subsidised",
        "entrepreneurship",
        "studies",
        "abroad",
        "other",
        "unknown",
    ),
    _sum_formula("plan_coverage", "debt", "debt_never", "debt_expired"),
    Formula(
        "statistics",
        Term("plan_coverage", "debt"),
        (_DUE, Term("plan_coverage", "valid_share", sign=-1)),
    ),
    Formula(
        "statistics",
        Term("after_service", _FATES[0], "denominator"),
        tuple(Term("after_service", fate) for fate in _FATES),
    ),
    Formula(
        "statistics",
        Term("service_paths", "mean_services", "denominator"),
        tuple(Term("service_paths", number) for number in ("none", "one", "several")),
    ),
    Formula(
        "indicators",
        Term("time_to_service", "within_3_months"),
        (Term("time_to_service", "median_weeks", "denominator"),),
    ),
    Formula(
        "indicators",
        Term("time_to_plan", "within_3_months"),
        (Term("time_to_plan", "median_weeks", "denominator"),),
    ),
    Formula("indicators", Term("extended_unemployment"), (_UNEMPLOYED, Term("activation_rate"))),
    Formula(
        "indicators",
        Term("extended_unemployment"),
        (Term("activation_rate", column="denominator"),),
    ),
    Formula("indicators", Term("unemployment_share", category=TOTAL), (_UNEMPLOYED_TOTAL,)),
    Formula("indicators", Term("foreign_unemployment_share", category=TOTAL), (_FOREIGN,)),
)
"""Contract, section 4: indicators 4, 7, 17, 22 and 23; 6 = unemployed + in service = denominator of
11; the unemployed of 1 and 2 are those of 5; the median of 21 is over its numerator."""

SAME_PARAMETERS = (
    Formula(
        "indicators",
        Term("structural_unemployment", "long_term"),
        (Term("service_paths", "mean_services", "denominator"),),
    ),
    Formula(
        "indicators",
        Term("structural_unemployment", "long_term"),
        (Term("service_sequences"),),
    ),
    Formula(
        "indicators",
        Term("flow_over_3_months", column="denominator"),
        (Term("time_to_service", "within_3_months", "denominator"),),
    ),
    Formula(
        "indicators",
        Term("flow_over_3_months", column="denominator"),
        (Term("time_to_plan", "within_3_months", "denominator"),),
    ),
)
"""What two indicators count alike where the parameters that both have are the same: the long-term
unemployed of 7, 23 and 25, the spells begun of 8, 21 and 26."""


def formula_comparisons(
    cubes: Cubes, choices: Mapping[str, Mapping[str, object]]
) -> Iterator[IdentityComparison]:
    """Every formula of whose terms the table has rows.

    Args:
        cubes: The long table.
        choices: Parameters of each indicator, all of them.
    """
    alike = [formula for formula in SAME_PARAMETERS if _have_same_parameters(formula, choices)]
    for formula in (*FORMULAS, *alike):
        terms = (formula.left, *formula.right)
        if not all(cubes.has(term.figure, term.column) for term in terms):
            continue
        categories = _categories_of_all(terms, cubes)
        left, *right = (term.numbers(cubes, categories) for term in terms)
        figure_name = " ".join(formula.left.figure)
        places = (cubes.months, cubes.areas)
        yield compare_identity(formula.identity, figure_name, places, left, np.sum(right, axis=0))


def _categories_of_all(terms: Sequence[Term], cubes: Cubes) -> list[Category]:
    """The categories of the dimensions that all terms have: some have one of their own besides."""
    shown = [cubes.figures[term.figure] for term in terms if term.category is None] or [(TOTAL,)]
    dimensions = set.intersection(*({dimension for dimension, _ in found} for found in shown))
    categories = dict.fromkeys(category for found in shown for category in found)
    return [category for category in categories if category[0] in dimensions]


def _have_same_parameters(formula: Formula, choices: Mapping[str, Mapping[str, object]]) -> bool:
    left, *others = (choices[term.indicator] for term in (formula.left, *formula.right))
    return all(left[name] == other[name] for other in others for name in left.keys() & other.keys())


# Parts add up to totals: categories, municipalities of a group, statistics of an indicator.


_MUNICIPALITY = re.compile("KU[0-9]{3}").fullmatch

_ADDED_UP = frozenset({"register", "kela"})
"""Sources whose parts add up: the others are reported for a single area, or with answers left out
where there are few."""


def part_comparisons(
    cubes: Cubes, members: Mapping[str, Sequence[str]], unknown: Set[str]
) -> Iterator[IdentityComparison]:
    """Hold parts against totals in every column that is a sum over persons, spells or events.

    Args:
        cubes: The long table.
        members: Area codes of each group's municipalities; a municipality that is not in the table
            has nobody.
        unknown: Dimensions in which some persons have no category: parts may then fall short.
    """
    for figure in cubes.figures:
        for name in ("numerator", "denominator"):
            if _is_added_up(figure, name) and cubes.has(figure, name):
                column = _Column(cubes, figure, name, cubes.values(figure, name))
                yield from column.categories(unknown)
                yield from column.groups(members)
                yield from column.country()


def _is_added_up(figure: Figure, column: str) -> bool:
    definitions, (indicator, _) = load_catalogue(), figure
    if column == "denominator" and indicator in definitions.labour_force_groups():
        # It knows of municipalities that no jobseeker of the extract lives in.
        return False
    return bool(_ADDED_UP & set(definitions.indicator(indicator).sources))


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """A column of a statistic.

    Attributes:
        cubes: The long table it is from.
        figure: Indicator and statistic.
        name: ``numerator`` or ``denominator``.
        cube: Shape (months, areas, populations, categories).
    """

    cubes: Cubes
    figure: Figure
    name: str
    cube: Numbers

    @property
    def _count(self) -> str:
        """The name of what is counted; empty where it is a sum of others."""
        unit = load_catalogue().indicator(self.figure[0]).statistic(self.figure[1]).unit
        named = count_name(*self.figure, unit, "denominator" if self._is_below else "numerator")
        return named.count if named else ""

    @property
    def _is_below(self) -> bool:
        return self.name == "denominator"

    @property
    def _is_of_kela(self) -> bool:
        return "kela" in load_catalogue().indicator(self.figure[0]).sources

    def categories(self, unknown: Set[str]) -> Iterator[IdentityComparison]:
        """The categories of every dimension add up to the total."""
        inside: dict[str, list[int]] = {}
        for axis, (dimension, _) in enumerate(self.cubes.figures[self.figure]):
            inside.setdefault(dimension, []).append(axis)
        (total,) = inside.pop(TOTAL[0])
        for dimension, places in inside.items():
            sides = _PartsAndTotal(self.cube[..., places], 3, self.cube[..., total])
            whole = unknown.isdisjoint(dimension.split(CROSSING))
            yield from self._compare("categories", dimension, self.cubes.areas, sides, whole=whole)

    def groups(self, members: Mapping[str, Sequence[str]]) -> Iterator[IdentityComparison]:
        """The municipalities of every group add up to it."""
        known = mergers.load_mergers()
        for group, codes in members.items():
            if group in self.cubes.areas:
                since = known.members(area.removeprefix(MUNICIPALITY_PREFIX) for area in codes)
                inside = {f"{MUNICIPALITY_PREFIX}{code}": month for code, month in since.items()}
                yield from self._areas("groups", group, inside, whole=True)

    def country(self) -> Iterator[IdentityComparison]:
        """Municipalities have no more than the whole extract: some persons have no residence."""
        inside = dict.fromkeys(filter(_MUNICIPALITY, self.cubes.areas), BEFORE_ALL_MERGERS)
        # Kela's total is a row of its own, and its municipalities may count a recipient twice.
        if COUNTRY in self.cubes.areas and inside and not self._is_of_kela:
            yield from self._areas("country", COUNTRY, inside, whole=False)

    def _areas(
        self, identity: str, area: str, inside: Mapping[str, str], *, whole: bool
    ) -> Iterator[IdentityComparison]:
        place = {code: position for position, code in enumerate(self.cubes.areas)}
        since_by_position = {place[code]: since for code, since in inside.items() if code in place}
        # A municipality may lack a month of a source; the others are added up, as in the table.
        values = self.cube[:, list(since_by_position)]
        parts = np.nan_to_num(values)
        for position, since in enumerate(since_by_position.values()):
            parts[: np.searchsorted(self.cubes.months, since), position] = 0
        # Where none of them is known there is nothing to compare; a group of none is of nobody.
        unknown = np.isnan(values).all(axis=1) & bool(since_by_position)
        total = np.where(unknown, np.nan, self.cube[:, place[area]])
        sides = _PartsAndTotal(parts, 1, total)
        yield from self._compare(identity, "area", [area], sides, whole=whole)

    def _compare(
        self, identity: str, by: str, areas: Sequence[str], sides: _PartsAndTotal, *, whole: bool
    ) -> Iterator[IdentityComparison]:
        figure_name = f"{' '.join(self.figure)} ({self.name} by {by})"
        for left, relation, right in sides.relations(
            distinct=self._count in distinct_counts(), whole=whole
        ):
            shape = (len(self.cubes.months), len(areas), -1)
            yield compare_identity(
                identity,
                figure_name,
                (self.cubes.months, areas),
                left.reshape(shape),
                right.reshape(shape),
                relation=relation,
            )


@dataclass(frozen=True, slots=True, eq=False)
class _PartsAndTotal:
    """Parts along an axis, and their total.

    Attributes:
        parts: The parts.
        axis: The axis they lie along.
        total: The same shape without it.
    """

    parts: Numbers
    axis: int
    total: Numbers

    def relations(
        self, *, distinct: bool, whole: bool
    ) -> Iterator[tuple[Numbers, Relation, Numbers]]:
        """What must hold between them.

        Args:
            distinct: Whether a unit may be in several parts, so that they overlap.
            whole: Whether every unit is in a part.
        """
        summed = self.parts.sum(axis=self.axis)
        if distinct:
            yield self.parts.max(axis=self.axis, initial=0), "at_most", self.total
            if whole:
                yield self.total, "at_most", summed
        else:
            yield summed, "equal" if whole else "at_most", self.total


# Flows past 3, 6 and 12 months of the same spells: fewer and fewer pass.


_FLOWS = {3: "flow_over_3_months", 6: "flow_over_6_months", 12: "flow_over_12_months"}
_RELATIONS: dict[str, Relation] = {"denominator": "equal", "numerator": "at_most"}


def cohort_comparisons(
    cubes: Cubes,
    choices: Mapping[str, Mapping[str, object]],
    groups: Mapping[str, Sequence[str]],
) -> Iterator[IdentityComparison]:
    """Of spells that began in the same month, as many are followed, and no more pass a later limit.

    Args:
        cubes: The long table.
        choices: Parameters of each indicator, all of them. Two flows with different parameters have
            different cohorts, and are not compared.
        groups: Member areas by group code.
    """
    for early, late in pairwise(_FLOWS):
        figures = [(_FLOWS[months], "value") for months in (late, early)]
        sooner, later = _cohort_month_pairs(cubes.months, late - early)
        known = all(cubes.has(figure, "denominator") for figure in figures)
        if not (known and sooner) or choices[_FLOWS[early]] != choices[_FLOWS[late]]:
            continue
        places = ([cubes.months[position] for position in later], cubes.areas)
        grown = _merged_areas(cubes, groups, sooner, later)
        categories = list(
            dict.fromkeys(category for figure in figures for category in cubes.figures[figure])
        )
        for column, relation in _RELATIONS.items():
            left, right = (cubes.values(figure, column, categories) for figure in figures)
            figure_name = f"{' '.join(figures[0])} ({column})"
            later_values = np.where(grown[:, :, None, None], np.nan, left[later])
            yield compare_identity(
                "cohorts", figure_name, places, later_values, right[sooner], relation=relation
            )


def _merged_areas(
    cubes: Cubes, groups: Mapping[str, Sequence[str]], sooner: list[int], later: list[int]
) -> NDArray[np.bool_]:
    """Which areas a municipality was merged into between two months; shape (pairs, areas).

    Each month's figure is of what the area is by then, so that the two are of other people.
    """
    known, grown = mergers.load_mergers(), np.zeros((len(later), len(cubes.areas)), bool)
    for pair, months in enumerate(
        (cubes.months[a], cubes.months[b]) for a, b in zip(sooner, later, strict=True)
    ):
        if known.between(*months):
            for position, area in enumerate(cubes.areas):
                was, now = (
                    known.constituents(groups.get(area, (area,)), month) for month in months
                )
                grown[pair, position] = was != now
    return grown


def _cohort_month_pairs(months: Sequence[str], apart: int) -> tuple[list[int], list[int]]:
    """Positions of the months in which two flows are of the same cohort."""
    place = {month: position for position, month in enumerate(months)}
    pairs = [(place.get(shift_month(month, -apart)), position) for month, position in place.items()]
    known = [(sooner, later) for sooner, later in pairs if sooner is not None]
    return [sooner for sooner, _ in known], [later for _, later in known]


# Dimensions in which a register does not know the category of some persons.


_PERSON_DIMENSIONS = frozenset({"sex", "age_group", "origin"})


def incomplete_dimensions(register: RegisterSource) -> frozenset[str]:
    """Dimensions in which somebody of the register has no category.

    Persons without a row in ``persons`` have none of the three; the service line is never
    unknown, for who has none is ``undefined``.
    """
    persons = register.read("persons", ["person_id", "sex"], encoded=True)
    known = arrays.whole_numbers(persons["person_id"])
    tables = [
        known_table.name
        for known_table in TABLES.values()
        if known_table.person and known_table.name != "persons"
    ]
    for table in tables:
        ids = distinct_keys(arrays.whole_numbers(register.read(table, ["person_id"])["person_id"]))
        if not np.isin(ids, known).all():
            return _PERSON_DIMENSIONS
    sexes = arrays.code_positions(persons["sex"], dict.fromkeys(SEXES, 1), 0)
    return frozenset() if sexes.all() else frozenset({"sex"})


def check_identities(
    table: pd.DataFrame,
    register: RegisterSource,
    *,
    groups: Mapping[str, Sequence[str]],
    parameters: Choices | None = None,
    restricted: bool = False,
) -> HeldIdentities:
    """Check that the figures of a register do not contradict each other.

    Args:
        table: The long table of the register; rows of other sources are left alone.
        register: The register; its spells are counted once more for the stocks.
        groups: Member areas by group code, as the table was computed with.
        parameters: Parameters that replaced the catalogue's defaults, as the table was computed
            with.
        restricted: Whether the table is of some of the register's persons alone, so that its
            stocks are not those of the spells.

    Returns:
        The number of comparisons.

    Raises:
        DataError: An identity is broken: the register breaks its invariants, or the package has a
            defect. Indicators, months and areas are named, and no figure.
    """
    choices = load_catalogue().values(parameters or {})
    cubes = build_cubes(_without_statfin(table))
    comparisons = _all_comparisons(cubes, register, groups, choices)
    if not restricted:
        turnover = count_turnover(register, cubes.months)
        comparisons = chain(stock_comparisons(cubes, turnover, groups), comparisons)
    return require_identities(comparisons)


def _without_statfin(table: pd.DataFrame) -> pd.DataFrame:
    published = table["source"] == "statfin"
    # A country's table is large: it is not copied for nothing.
    return table[~published] if published.any() else table


def _all_comparisons(
    cubes_of_table: Cubes,
    register: RegisterSource,
    groups: Mapping[str, Sequence[str]],
    choices: Choices,
) -> Iterator[IdentityComparison]:
    yield from part_comparisons(cubes_of_table, groups, incomplete_dimensions(register))
    yield from formula_comparisons(cubes_of_table, choices)
    yield from cohort_comparisons(cubes_of_table, choices, groups)
