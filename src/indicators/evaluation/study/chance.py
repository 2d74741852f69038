"""What chance is: other inference for the headline, placebo sets, leave one out, spill-over, power.

A result that one area, one placebo region or one donor carries is theirs, not the trial's; a
p value that one way of counting gives is that way's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from indicators.errors import DataError
from indicators.evaluation import randomisation_inference, wild_bootstrap
from indicators.evaluation.power import detectable_by_error
from indicators.evaluation.study.changes import (
    CLUSTERS,
    EQUAL,
    LABOUR_FORCE,
    TRIAL_AREA,
    WEIGHTS,
    Comparison,
    OutcomeCube,
    span_name,
    with_intervals,
)
from indicators.evaluation.study.headline import jackknife_row
from indicators.evaluation.study.plan import (
    ALL_TRIALS,
    BASES,
    BEFORE_COVID,
    HEADLINE_BASE,
    HEADLINE_WINDOWS,
    REGION_SAMPLE,
    SPECIFIED_OUTCOMES,
    TREATED_SPANS,
    Span,
    TreatedSpan,
)
from indicators.evaluation.study.region_gaps import RegionChange
from indicators.evaluation.study.specifications import (
    EFFECT,
    LEAVE_OUT,
    MAIN,
    PLACEBO,
    RegionSample,
)

WILD_BOOTSTRAP, RANDOMISATION = "wild_bootstrap", "randomisation_areas"
TWO_BASES = (HEADLINE_BASE, BEFORE_COVID)
_SEED = 2021
_ESTIMATES = ("estimate", "std_error", "ci_low", "ci_high", "p_value")


def headline_windows() -> list[TreatedSpan]:
    """The windows that have a headline."""
    return [window for window in TREATED_SPANS if window.id in HEADLINE_WINDOWS]


# --- inference where treatment was decided --------------------------------------------------------


def inference_methods(cube: OutcomeCube, draws: int) -> pd.DataFrame:
    """The effect of all trials with each way of telling chance from effect.

    Args:
        cube: The main sample, all months.
        draws: Of the wild bootstrap and of the randomisation over areas.

    Returns:
        One row a window, outcome, base, weights and ``method``: ``municipality`` and
        ``trial_area`` (clustered errors), ``jackknife`` (by trial area), ``wild_bootstrap`` (by
        trial area, the null imposed), ``randomisation_areas`` (as many whole areas as were
        treated, drawn from trial areas and sub-regions: exact if each set had been as likely);
        ``estimate``, ``std_error``, ``ci_low``, ``ci_high``, ``p_value``, ``clusters``.
    """
    rows: list[dict[str, object]] = []
    for window in headline_windows():
        for outcome in SPECIFIED_OUTCOMES:
            for base in TWO_BASES:
                change = cube.change(outcome, base, window.span)
                if change is None:
                    continue
                labels = {"window": window.id, "outcome": outcome, "base": span_name(base)}
                times = int(cube.inside(base).sum() + cube.inside(window.span).sum())
                for weights in WEIGHTS:
                    rows += [
                        labels | {"weights": weights} | row
                        for row in _methods(cube, change, weights, times, draws)
                    ]
    return pd.DataFrame(rows)


def _methods(
    cube: OutcomeCube, change: np.ndarray, weights: str, times: int, draws: int
) -> Iterator[dict[str, object]]:
    groups = cube.groups()
    rows: list[dict[str, object]] = []
    for cluster in CLUSTERS:
        found = groups.effect(change[:, None], weights, cluster, times=times)
        rows.append(
            {
                "method": cluster,
                "estimate": found.estimates[0],
                "std_error": found.errors[0],
                "clusters": found.clusters,
            }
        )
    rows.append(jackknife_row(groups, change, weights))
    yield from _records(with_intervals(pd.DataFrame(rows)))
    frame = _two_periods(cube, change)
    names: dict[str, object] = {"unit": "unit", "time": "time", "outcome": "outcome"}
    names |= {"weights": "weight"} if weights == LABOUR_FORCE else {}
    treated = list(cube.units.index[cube.units["treated"]])
    options = names | {"cluster": "cluster", "draws": draws, "seed": _SEED}
    starts = dict.fromkeys(treated, 0)
    tests: Mapping[str, Callable[[], pd.DataFrame]] = {
        WILD_BOOTSTRAP: lambda: wild_bootstrap(frame, treated_from=starts, **options).table,  # type: ignore[arg-type]
        RANDOMISATION: lambda: (
            randomisation_inference(
                frame,
                treated=treated,
                start=0,
                **options,  # type: ignore[arg-type]
            ).table
        ),
    }
    for method, test in tests.items():
        result = test()
        row = {name: float(result[name].iloc[0]) for name in _ESTIMATES}
        yield {"method": method, "clusters": found.clusters} | row


def _records(frame: pd.DataFrame) -> Iterator[dict[str, object]]:
    for row in frame.to_dict("records"):
        yield {str(name): value for name, value in row.items()}


def _two_periods(cube: OutcomeCube, change: np.ndarray) -> pd.DataFrame:
    """Each unit at 0 before and at its change after: the same regression, a few rows."""
    before = cube.units.reset_index()[["unit", "cluster", "weight"]].assign(time=-1, outcome=0.0)
    return pd.concat([before, before.assign(time=0, outcome=change)], ignore_index=True)


# --- placebo sets ---------------------------------------------------------------------------------


def placebo_draws(sample: RegionSample) -> pd.DataFrame:
    """The effect of each placebo region drawn, beside the region's.

    Returns:
        One row a window, outcome, base and draw: ``region``, its maakunta; ``estimate``, against
        the draws' mean, as the region's effect is.
    """
    frames = []
    for labels, change in _region_changes(sample, TWO_BASES):
        drawn = {"draw": np.arange(len(change.draws)), "region": change.regions}
        frames.append(pd.DataFrame({**labels, **drawn, "estimate": change.draws}))
    return pd.concat(frames, ignore_index=True)


def _region_changes(
    sample: RegionSample, bases: Sequence[Span]
) -> Iterator[tuple[dict[str, object], RegionChange]]:
    """Changes that are known, each with its window, outcome and base."""
    for outcome in SPECIFIED_OUTCOMES:
        gaps = sample.cube.gaps(outcome, sample.placebos, EQUAL)
        for window in headline_windows():
            for base in bases:
                change = gaps.change(base, window.span)
                if change is not None:
                    yield (
                        {"window": window.id, "outcome": outcome, "base": span_name(base)},
                        change,
                    )


def placebo_sets(samples: Mapping[str, RegionSample]) -> pd.DataFrame:
    """P values of the region by draw, by set, by maakunta, and with each maakunta left out.

    Args:
        samples: The region with its placebo regions by name: ``main``, ``with_own_region``.

    Returns:
        One row a sample, window, outcome and base: ``estimate``; ``draws``, ``sets`` (different
        ones), ``regions``; ``largest_set``, share of the draws that are the most frequent set;
        ``p_draws``, ``p_sets`` (each different set once), ``p_regions`` (each maakunta once);
        ``p_low`` and ``p_high``, the least and the largest p over draws with a maakunta left out,
        and ``left_out_low``, ``left_out_high``, which; ``size_factor`` and ``level_points``, the
        limits of the matching that were used.
    """
    rows = []
    for name, sample in samples.items():
        counts = {"sample": name} | _set_counts(sample)
        for labels, change in _region_changes(sample, BASES):
            rows.append(labels | counts | _set_p_values(change, sample.regions))
    return pd.DataFrame(rows)


def _set_counts(sample: RegionSample) -> dict[str, object]:
    placebos = sample.placebos
    _, times = np.unique(np.sort(placebos.members, axis=1), axis=0, return_counts=True)
    return {
        "draws": len(placebos.members),
        "sets": len(times),
        "regions": len(sample.regions),
        "largest_set": float(times.max() / times.sum()),
        "size_factor": placebos.matching.size_factor,
        "level_points": placebos.matching.level_points,
    }


def _set_p_values(change: RegionChange, regions: Sequence[str]) -> dict[str, object]:
    row: dict[str, object] = {
        "estimate": change.estimate,
        "p_draws": change.p_draws,
        "p_sets": change.p_sets,
        "p_regions": change.p_regions,
    }
    if len(regions) < 2:
        return row
    without = pd.Series({region: change.without(region).p_draws for region in regions})
    return row | {
        "p_low": float(without.min()),
        "p_high": float(without.max()),
        "left_out_low": str(without.idxmin()),
        "left_out_high": str(without.idxmax()),
    }


# --- leave one out --------------------------------------------------------------------------------


def leave_one_out_table(curve: pd.DataFrame, synthetic: pd.DataFrame) -> pd.DataFrame:
    """Effects with each trial area, placebo region and donor left out in turn.

    Args:
        curve: The specifications.
        synthetic: Synthetic controls, one row a form, donors left out among them.

    Returns:
        ``kind`` (``trial_area``, ``placebo_region``, ``donor``), ``left_out`` (code; empty in the
        row of the whole sample), ``design``, ``window``, ``outcome``, ``weights``, ``base`` and
        the estimates; synthetic controls have an estimate alone.
    """
    bases = [span_name(base) for base in TWO_BASES]
    rows = curve[
        (curve["statistic"] == EFFECT)
        & curve["window"].isin(HEADLINE_WINDOWS)
        & curve["base"].isin(bases)
        & curve["cluster"].isin([TRIAL_AREA, PLACEBO])
        & ((curve["sample"] == MAIN) | curve["sample"].str.startswith(LEAVE_OUT))
    ]
    kinds = rows["design"].map({ALL_TRIALS: "trial_area", REGION_SAMPLE: "placebo_region"})
    names = rows["sample"].str.removeprefix(LEAVE_OUT).where(rows["sample"] != MAIN, "")
    labels = ["design", "window", "outcome", "weights", "base"]
    found = rows.assign(kind=kinds, left_out=names)[["kind", "left_out", *labels, *_ESTIMATES]]
    forms = synthetic[(synthetic["form"] == "main") | synthetic["form"].str.startswith("without ")]
    donors = forms.assign(
        kind="donor",
        left_out=forms["form"].str.removeprefix("without ").where(forms["form"] != "main", ""),
        design=REGION_SAMPLE,
        weights=EQUAL,
        base=span_name(BEFORE_COVID),
    )
    return pd.concat([found, donors.reindex(columns=found.columns)], ignore_index=True)


# --- spill-over: do neighbours of the trial move as well ------------------------------------------


def spillover_rings(cube: OutcomeCube) -> pd.DataFrame:
    """Controls near the treated against those far off, as if nearness were treatment.

    Args:
        cube: The main sample, all months.

    Returns:
        One row a ``ring`` (``same_sub_region``: controls that share a sub-region with a treated
        municipality; ``same_region``: those that share a maakunta only), window, outcome, base and
        weights, with ``estimate`` … ``p_value``, ``near`` and ``far`` (numbers of controls; far
        ones share neither) and ``clusters`` (sub-regions). An effect here is none of the trial on
        its own customers: jobs or services moved over the border, or neighbours differ.
    """
    units = cube.units
    treated = units["treated"].to_numpy(bool)
    same = {
        column: units[column].isin(set(units.loc[treated, column])).to_numpy(bool)
        for column in ("subregion", "region")
    }
    rings = {
        "same_sub_region": same["subregion"] & ~treated,
        "same_region": same["region"] & ~same["subregion"] & ~treated,
    }
    far = ~same["region"] & ~same["subregion"] & ~treated
    rows = []
    for ring, near in rings.items():
        part = cube.keep(near | far)
        groups = part.groups()
        groups = Comparison(near[near | far], groups.weights, groups.clusters)
        if groups.treated.all() or not groups.treated.any():
            continue
        for window, outcome, base, change in _headline_changes(part):
            times = int(part.inside(base).sum() + part.inside(window.span).sum())
            for weights in WEIGHTS:
                found = groups.effect(change[:, None], weights, TRIAL_AREA, times=times)
                rows.append(
                    {
                        "ring": ring,
                        "window": window.id,
                        "outcome": outcome,
                        "base": span_name(base),
                        "weights": weights,
                        "estimate": found.estimates[0],
                        "std_error": found.errors[0],
                        "clusters": found.clusters,
                        "near": int(near.sum()),
                        "far": int(far.sum()),
                    }
                )
    return with_intervals(pd.DataFrame(rows))


def _headline_changes(
    cube: OutcomeCube,
) -> Iterator[tuple[TreatedSpan, str, Span, np.ndarray]]:
    for window in headline_windows():
        for outcome in SPECIFIED_OUTCOMES:
            for base in TWO_BASES:
                change = cube.change(outcome, base, window.span)
                if change is not None:
                    yield window, outcome, base, change


# --- the smallest effect that could have been found -----------------------------------------------


def detectable_effects(curve: pd.DataFrame, region: RegionSample) -> pd.DataFrame:
    """The smallest effects found with 80 % probability at 5 %, by design.

    Args:
        curve: The specifications.
        region: The region and its placebo regions.

    Returns:
        ``design``, ``window``, ``outcome``, ``base``, ``weights``, ``cluster``, ``std_error``,
        ``clusters`` and ``detectable``, a size in the outcome's units: for all trials from the
        clustered error, for the region from its placebo regions (missing with too few of them).
    """
    labels = ["window", "outcome", "base", "weights", "cluster"]
    chosen = (curve["sample"] == MAIN) & (curve["statistic"] == EFFECT)
    trials = curve[chosen & (curve["design"] == ALL_TRIALS)]
    size = [
        detectable_by_error(error, clusters - 1).rise
        for error, clusters in zip(trials["std_error"], trials["clusters"], strict=True)
    ]
    found = trials[["design", *labels, "std_error", "clusters"]].assign(detectable=size)
    alone = curve[chosen & (curve["design"] == REGION_SAMPLE) & (curve["cluster"] == PLACEBO)]
    spans = {window.id: window.span for window in TREATED_SPANS}
    gaps = {
        (outcome, weights): region.cube.gaps(outcome, region.placebos, weights)
        for outcome in SPECIFIED_OUTCOMES
        for weights in WEIGHTS
    }
    sizes = []
    for row in alone.itertuples():
        first, last = str(row.base).split("..")
        change = gaps[str(row.outcome), str(row.weights)].change(
            (first, last), spans[str(row.window)]
        )
        if change is None:
            raise DataError(f"specifications: {row.outcome} of {row.window} cannot be recounted")
        sizes.append(change.detectable())
    region_rows = alone[["design", *labels, "std_error", "clusters"]].assign(detectable=sizes)
    return pd.concat([found, region_rows], ignore_index=True)
