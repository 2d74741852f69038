"""The measures of this package, found in its modules: no list names them.

Modules are imported on first use: nothing here makes ``indicators --help`` slow.
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
        DataError: Measures and definitions do not go together; ``details`` lists all faults.
    """
    definitions = load_catalogue()
    by_module = {
        module.__name__.rpartition(".")[2]: family
        for module in _modules()
        if (family := measures_in(module))
    }
    problems = list(_problems(by_module, definitions))
    if problems:
        raise DataError(f"{_PACKAGE}: measures and definitions do not go together:", problems)
    number = {indicator.id: indicator.number for indicator in definitions.indicators}

    def last_number(item: tuple[str, tuple[Measure, ...]]) -> int:
        return max(number[measure.id] for measure in item[1])

    return dict(sorted(by_module.items(), key=last_number))


@cache
def measures() -> Mapping[str, Measure]:
    """All measures by the id of their indicator; raises as :func:`families`."""
    return {measure.id: measure for family in families().values() for measure in family}


def measures_in(module: ModuleType) -> tuple[Measure, ...]:
    """The measures that a module names."""
    alone = getattr(module, "MEASURE", None)
    return (alone,) if isinstance(alone, Measure) else tuple(getattr(module, "MEASURES", ()))


def longest_look_back() -> int:
    """How many months before its own any figure looks back on."""
    look_backs = (measure.looks_back.values() for measure in measures().values())
    return max((months for of_measure in look_backs for months in of_measure), default=0)


def _modules() -> Iterator[ModuleType]:
    """All modules beside this one, in order of their names."""
    package = import_module(_PACKAGE)
    for module in iter_modules(package.__path__):
        if not module.ispkg:
            yield import_module(f"{_PACKAGE}.{module.name}")


def _problems(by_module: Mapping[str, Sequence[Measure]], definitions: Catalogue) -> Iterator[str]:
    defined = {indicator.id: indicator for indicator in definitions.indicators}
    places: dict[str, str] = {}
    for name, family in by_module.items():
        for measure in family:
            id_ = measure.id
            if id_ in places:
                yield f"{name}.py: {id_} has a measure in {places[id_]}.py already"
            places[id_] = name
            if id_ not in defined:
                yield f"{name}.py: no definition has the id {id_}"
                continue
            statistics = [statistic.id for statistic in defined[id_].statistics]
            if sorted(statistics) != sorted(measure.tables):
                yield (
                    f"{name}.py: {id_}: tables are given for {', '.join(measure.tables)}; "
                    f"the statistics of the definition are {', '.join(statistics)}"
                )
            for unknown in sorted(set(measure.looks_back) - set(statistics)):
                yield f"{name}.py: {id_}: looks_back: the definition has no statistic {unknown}"
    for id_, indicator in defined.items():
        if id_ not in places and set(indicator.sources) - {_PUBLISHED}:
            yield f"{id_}: no module names a measure of it, and its sources are not published ones"
