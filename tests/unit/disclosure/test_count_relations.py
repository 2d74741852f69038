"""What the definitions tell disclosure control of counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import CountRelations
from indicators.disclosure import count_names
from indicators.errors import DataError


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch):
    """Have the first indicator tell of relations that it has not."""

    def tell(**relations: object) -> None:
        known = load_catalogue()
        first, *others = known.indicators
        first = replace(first, count_relations=CountRelations(**relations))
        changed = replace(known, indicators=(first, *others))
        monkeypatch.setattr(count_names, "load_catalogue", lambda: changed)
        count_names._relations.cache_clear()

    yield tell
    count_names._relations.cache_clear()


@pytest.mark.parametrize(
    "relations",
    [
        {"distinct": ("service_starts.person",)},
        {"sums": {"unemployed": ("employed", "in_service")}},
        {"within": {"workers": (("in_service",),)}},
        {"cohorts": (("past_3_months", "past_4_months"),)},
    ],
)
def test_a_relation_of_a_count_that_no_figure_shows_is_refused(told, relations) -> None:
    told(**relations)
    with pytest.raises(DataError, match="no figure shows"):
        count_names.count_sums()


def test_a_figure_that_tells_of_counts_must_be_one(told) -> None:
    told(tells_of={"service_paths.mean": ("long_term",)})
    with pytest.raises(DataError, match=r"no figure is called service_paths\.mean;"):
        count_names.counts_told_of()
    told(tells_of={"service_starts.spells": ("long_terms",)})
    with pytest.raises(DataError, match="no figure shows long_terms"):
        count_names.counts_told_of()


def test_parts_of_one_whole_are_told_by_several_definitions() -> None:
    assert ("plan_due",) in count_names.count_parts()["unemployed"]
    assert any("long_term" in parts for parts in count_names.count_parts()["unemployed"])
