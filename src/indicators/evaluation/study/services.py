"""Services by kind: what people in services were in, and whether its share moved with the trial.

Table 12r5 counts those in services on the count day by kind. Of a municipality a count of 1–4 is
hidden: between a fiftieth and a third of the cells since 2016, by kind. Sums over many
municipalities are known to a few persons in a hundred; of the mean municipality the table leaves
open what is said beside each effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from indicators.evaluation.panel import Outcome, Panel, further_counts
from indicators.evaluation.result import Floats
from indicators.evaluation.study.changes import (
    WEIGHTS,
    OutcomeCube,
    span_name,
    with_intervals,
)
from indicators.evaluation.study.headline import RegionShocks, jackknife, jackknife_row
from indicators.evaluation.study.plan import (
    ALL_TRIALS,
    AT_THE_START,
    BEFORE_COVID,
    REGION_SAMPLE,
    TREATED_SPANS,
    YEAR_BEFORE_COVID,
    Span,
)
from indicators.evaluation.study.region_gaps import RegionCube
from indicators.evaluation.study.specifications import RegionSample
from indicators.sources.statfin.snapshots import Snapshots

#: Columns of table 12r5 by kind. ``TYOHARJOITTELULOP`` ran out in 2013 and has no row here.
SERVICE_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "subsidised": "TYOLLISTETTYLOP",
        "work_trial": "KOKEILULOP",
        "training": "TVKOULUTUSLOP",
        "coaching": "VALMENNUSLOP",
        "other": "MTPPALVELUTLOP",
    }
)
#: All kinds together, as extended unemployment and the activation rate have them.
ALL_KINDS = "services"
KINDS = (*SERVICE_KINDS, ALL_KINDS)
BASES: tuple[Span, ...] = (BEFORE_COVID, YEAR_BEFORE_COVID, AT_THE_START)
#: The first year: the table that has kinds ends with it.
AFTER: Span = TREATED_SPANS[0].span
TRIALS, CONTROLS = "trials", "controls"
_ENDS = ("", "_low", "_high")
_EFFECT_COLUMNS = (
    "design", "kind", "base", "weights", "method", "estimate", "std_error", "ci_low", "ci_high",
    "p_value", "lowest", "highest", "at_one", "at_four", "clusters",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class KindCounts:
    """Persons in each kind of service, units × months.

    Attributes:
        units: Codes of municipalities.
        months: ``YYYY-MM``, rising.
        counts: By kind and, with ``_low`` and ``_high`` behind it, with every hidden cell at 1 and
            at 4; ``labour_force``.
    """

    units: tuple[str, ...]
    months: tuple[str, ...]
    counts: Mapping[str, Floats]

    @classmethod
    def of_panel(cls, panel: Panel, snapshots: Snapshots) -> KindCounts:
        """Those of a panel with every month, up to the last that has kinds."""
        months = sorted(str(month) for month in panel.counts["month"].unique())
        by_kind = further_counts(snapshots, months, SERVICE_KINDS)
        known = by_kind.dropna(subset=list(SERVICE_KINDS)).groupby("month").size()
        whole = tuple(month for month in months if month in known.index)
        joined = panel.counts.merge(by_kind, on=["unit", "month"], how="left")
        names = [*(f"{kind}{end}" for kind in KINDS for end in _ENDS), "labour_force"]
        wide = joined[joined["month"].isin(whole)].pivot(
            index="unit", columns="month", values=names
        )
        return cls(
            tuple(map(str, wide.index)),
            whole,
            {name: wide[name].to_numpy(float) for name in names},
        )

    def sums(self, units: Sequence[str]) -> dict[str, Floats]:
        """Counts of some units added up, shape (months,)."""
        rows = pd.Index(self.units).get_indexer(pd.Index(units))
        return {name: numbers[rows].sum(axis=0) for name, numbers in self.counts.items()}

    def shares(self, kind: str, end: str = "") -> Floats:
        """Percent of the labour force, units × months."""
        return np.asarray(100 * self.counts[f"{kind}{end}"] / self.counts["labour_force"])

    def mean(self, kind: str, end: str, span: Span) -> Floats:
        """Mean share over a span by unit."""
        months = np.array(self.months)
        inside = (months >= span[0]) & (months <= span[1])
        return np.asarray(self.shares(kind, end)[:, inside].mean(axis=1))


def service_tables(
    counts: KindCounts, cube: OutcomeCube, region: RegionSample, group: str
) -> dict[str, pd.DataFrame]:
    """Services by kind: levels by month, and effects.

    Args:
        counts: Of the main sample, every month.
        cube: The main sample, for its weights and clusters.
        region: The region and its placebo regions.
        group: Code of the region.

    Returns:
        ``service_levels``: ``unit`` (``trials``, ``controls``, the region's code), ``kind``
        (:data:`KINDS`), ``month``, ``share`` (percent of the labour force, members added up),
        ``low`` and ``high`` (every hidden cell at 1 and at 4).
        ``service_effects``: one row a design, kind, base and weights: ``estimate`` (points of the
        labour force, first year less base, treated less controls), errors as the report leads with
        (:mod:`indicators.evaluation.study.headline`); ``lowest`` and ``highest`` of all trials: the
        estimate whatever the hidden cells are; ``at_one`` and ``at_four``: with every hidden cell
        at 1 and at 4.
    """
    treated = cube.units["treated"]
    groups = {
        TRIALS: tuple(cube.units.index[treated]),
        CONTROLS: tuple(cube.units.index[~treated]),
        group: region.members,
    }
    rows = [*_trial_effects(counts, cube), *_region_effects(counts, cube, region)]
    frame = with_intervals(pd.DataFrame(rows))
    return {
        "service_levels": _levels(counts, groups),
        "service_effects": frame[list(_EFFECT_COLUMNS)],
    }


def _levels(counts: KindCounts, groups: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    frames = []
    for unit, members in groups.items():
        sums = counts.sums(members)
        for kind in KINDS:
            ends = {
                name: 100 * sums[f"{kind}{end}"] / sums["labour_force"]
                for name, end in zip(("share", "low", "high"), _ENDS, strict=True)
            }
            frames.append(
                pd.DataFrame({"unit": unit, "kind": kind, "month": list(counts.months)} | ends)
            )
    return pd.concat(frames, ignore_index=True)


def _trial_effects(counts: KindCounts, cube: OutcomeCube) -> Iterator[dict[str, object]]:
    order = pd.Index(counts.units).get_indexer(cube.units.index)
    groups = cube.groups()
    treated = groups.treated
    for kind in KINDS:
        for base in BASES:
            after, before = (
                {end: counts.mean(kind, end, span)[order] for end in _ENDS}
                for span in (AFTER, base)
            )
            changes = {
                "estimate": after[""] - before[""],
                "at_one": after["_low"] - before["_low"],
                "at_four": after["_high"] - before["_high"],
                # Hidden cells such that the treated fell and the controls rose, and the reverse.
                "lowest": np.where(
                    treated, after["_low"] - before["_high"], after["_high"] - before["_low"]
                ),
                "highest": np.where(
                    treated, after["_high"] - before["_low"], after["_low"] - before["_high"]
                ),
            }
            labels = {"design": ALL_TRIALS, "kind": kind, "base": span_name(base)}
            for weights in WEIGHTS:
                estimates = jackknife(groups, np.column_stack(list(changes.values())), weights)[0]
                yield {
                    **labels,
                    "weights": weights,
                    **dict(zip(changes, map(float, estimates), strict=True)),
                    **jackknife_row(groups, changes["estimate"], weights),
                }


def _region_effects(
    counts: KindCounts, sample: OutcomeCube, region: RegionSample
) -> Iterator[dict[str, object]]:
    own = counts.sums(region.members)
    rows = pd.Index(counts.units).get_indexer(region.cube.units.index)
    order = pd.Index(counts.units).get_indexer(sample.units.index)
    shocks = RegionShocks(sample, region)
    cube = RegionCube(
        region.cube.units,
        np.array(counts.months),
        {name: numbers[rows] for name, numbers in counts.counts.items()},
        own,
    )
    for kind in KINDS:
        outcomes = [Outcome(f"{kind}{end}", (f"{kind}{end}",), ("labour_force",)) for end in _ENDS]
        for weights in WEIGHTS:
            main, low, high = (cube.gaps(outcome, region.placebos, weights) for outcome in outcomes)
            for base in BASES:
                found = main.change(base, AFTER)
                if found is None:
                    continue
                ends = [gaps.change(base, AFTER) for gaps in (low, high)]
                change = counts.mean(kind, "", AFTER) - counts.mean(kind, "", base)
                at_one, at_four = (np.nan if end is None else end.estimate for end in ends)
                yield {
                    "design": REGION_SAMPLE,
                    "kind": kind,
                    "base": span_name(base),
                    "weights": weights,
                    "estimate": found.estimate,
                    **shocks.row(change[order], weights),
                    "lowest": np.nan,
                    "highest": np.nan,
                    "at_one": at_one,
                    "at_four": at_four,
                }
