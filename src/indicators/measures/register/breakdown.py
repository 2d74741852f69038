"""What a table is asked to be crossed by and restricted to, checked name by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from indicators.catalogue.loading import load_catalogue
from indicators.errors import UsageError
from indicators.table import CROSSING
from indicators.tallies.axes import DIMENSIONS, PLAIN, Breakdown

Cross = Sequence[Sequence[str] | str]
"""Dimensions that are crossed: ``("sex", "age_group")``, or ``"sex*age_group"``."""

Where = Mapping[str, str | Sequence[str]]
"""A category, or several of which a person is in one, by dimension."""

_CATEGORIES = {name: categories for name, categories in DIMENSIONS if name != "total"}
_FEWEST = 2
_EXAMPLE = '{"sex": "women"}'


def read_breakdown(cross: Cross | str = (), where: Where | None = None) -> Breakdown:
    """The breakdown that somebody asks for.

    Args:
        cross: Each two or more different dimensions of persons: ``sex``, ``age_group``,
            ``origin``, ``service_line``.
        where: Categories by dimension; of several dimensions a person must be in all.

    Raises:
        UsageError: A name is not known, or nothing can be crossed by it: all are named at once.
    """
    if not isinstance(where or {}, Mapping):
        raise UsageError(f"where {where!r}: give categories by dimension, such as {_EXAMPLE}")
    wanted = [_names(each) for each in ([cross] if isinstance(cross, str) else cross)]
    chosen = {
        str(dimension): (each,) if isinstance(each, str) else tuple(map(str, each))
        for dimension, each in (where or {}).items()
    }
    problems = [*_cross_problems(wanted), *_where_problems(chosen)]
    if len(problems) == 1:
        raise UsageError(problems[0])
    if problems:
        raise UsageError(f"cross and where: {len(problems)} names cannot be used:", problems)
    if not (wanted or chosen):
        return PLAIN
    ordered = {
        dimension: tuple(name for name in names if name in chosen[dimension])
        for dimension, names in _CATEGORIES.items()
        if dimension in chosen
    }
    return Breakdown(tuple(wanted), tuple(ordered.items()))


def describe_restriction(breakdown: Breakdown) -> str:
    """Whom a table is of, such as ``age_group=25-29|50-, sex=women``; empty where of everybody."""
    return ", ".join(f"{name}={'|'.join(chosen)}" for name, chosen in sorted(breakdown.where))


def _names(crossing: Sequence[str] | str) -> tuple[str, ...]:
    names = crossing.split(CROSSING) if isinstance(crossing, str) else crossing
    return tuple(str(name).strip() for name in names)


def _cross_problems(wanted: Sequence[tuple[str, ...]]) -> Iterator[str]:
    met: set[frozenset[str]] = set()
    for names in wanted:
        text = CROSSING.join(names)
        unknown = [name for name in dict.fromkeys(names) if name not in _CATEGORIES]
        for name in unknown:
            yield f"cross {text}: {_unknown_dimension(name)}"
        if unknown:
            continue
        if len(names) < _FEWEST:
            yield f"cross {text}: name two or more dimensions, such as sex{CROSSING}age_group"
        elif len(set(names)) < len(names):
            yield f"cross {text}: a dimension stands there twice; name each once"
        elif frozenset(names) in met:
            yield f"cross {text}: is asked for already; name it once"
        met.add(frozenset(names))


def _where_problems(chosen: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for dimension, categories in chosen.items():
        if dimension not in _CATEGORIES:
            yield f"where {dimension}: {_unknown_dimension(dimension)}"
            continue
        known = _CATEGORIES[dimension]
        if not categories:
            yield f"where {dimension}: names no category; known are {', '.join(known)}"
        for name in categories:
            if name not in known:
                yield (
                    f"where {dimension}: no category is called {name!r}; "
                    f"known are {', '.join(known)}"
                )


def _unknown_dimension(name: str) -> str:
    """Why a name is none that persons can be parted by."""
    known = f"known are {', '.join(_CATEGORIES)}"
    having = [one.id for one in load_catalogue().indicators if name in one.dimensions]
    if having and name != "total":
        return f"{name} is a dimension of {', '.join(having)} alone, not of all persons; {known}"
    return f"no dimension of persons is called {name!r}; {known}"
