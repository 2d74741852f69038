"""The measures of this package, found in its modules: no list names them.

Modules are imported when measures are asked for: nothing here makes ``indicators --help`` slow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.errors import DataError
from indicators.measures.register.measure import Measure

_PACKAGE = __name__.rpartition(".")[0]
_PUBLISHED = "statfin"


@cache
def families() -> Mapping[str, tuple[Measure, ...]]:
    """The measures of each module, by the module's name.

    In the order in which their rows stand in the long table: by the number of a module's last
    indicator.

    Raises:
        DataError: Measures and definitions do not go together; all that is wrong is told.
    """
    definitions = load_catalogue()
    found = {
        module.__name__.rpartition(".")[2]: of
        for module in _modules()
        if (of := measures_in(module))
    }
    problems = list(_problems(found, definitions))
    if problems:
        raise DataError(f"{_PACKAGE}: measures and definitions do not go together:", problems)
    number = {one.id: one.number for one in definitions.indicators}
    return dict(sorted(found.items(), key=lambda item: max(number[one.id] for one in item[1])))


@cache
def measures() -> Mapping[str, Measure]:
    """All measures by the id of their indicator; raises as :func:`families`."""
    return {one.id: one for of in families().values() for one in of}


def measures_in(module: ModuleType) -> tuple[Measure, ...]:
    """The measures that a module names."""
    alone = getattr(module, "MEASURE", None)
    return (alone,) if isinstance(alone, Measure) else tuple(getattr(module, "MEASURES", ()))


def longest_look_back() -> int:
    """How many months before its own any figure looks back on."""
    return max((most for one in measures().values() for most in one.looks_back.values()), default=0)


def _modules() -> Iterator[ModuleType]:
    """All modules beside this one, in order of their names."""
    package = import_module(_PACKAGE)
    for one in iter_modules(package.__path__):
        if not one.ispkg:
            yield import_module(f"{_PACKAGE}.{one.name}")


def _problems(found: Mapping[str, Sequence[Measure]], definitions: Catalogue) -> Iterator[str]:
    defined = {one.id: one for one in definitions.indicators}
    places: dict[str, str] = {}
    for name, of in found.items():
        for one in of:
            if one.id in places:
                yield f"{name}.py: {one.id} has a measure in {places[one.id]}.py already"
            places[one.id] = name
            if one.id not in defined:
                yield f"{name}.py: no definition has the id {one.id}"
                continue
            told = [statistic.id for statistic in defined[one.id].statistics]
            if sorted(told) != sorted(one.tables):
                yield (
                    f"{name}.py: {one.id}: tables are given for {', '.join(one.tables)}; "
                    f"the statistics of the definition are {', '.join(told)}"
                )
            for unknown in sorted(set(one.looks_back) - set(told)):
                yield f"{name}.py: {one.id}: looks_back: the definition has no statistic {unknown}"
    for id_, indicator in defined.items():
        if id_ not in places and set(indicator.sources) - {_PUBLISHED}:
            yield f"{id_}: no module names a measure of it, and its sources are not published ones"
