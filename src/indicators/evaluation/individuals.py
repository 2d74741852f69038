"""Methods for persons: matched difference-in-differences and the triple difference.

Matching sets each treated person beside similar persons elsewhere: the compared persons are alike
in what was seen before, and the difference in changes takes out what differs between them and does
not change. As Nieminen, Kanninen and Karhunen compared the trial of 2017–2018.

The triple difference compares the target group with the others, in trial areas and elsewhere: in
each area and at each time the target group's outcome less that of the others; then the
difference-in-differences of these gaps. On a panel without holes that is the regression with
area-by-group, area-by-time and group-by-time effects. What moves a whole area, or a whole group
everywhere, cancels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from indicators.errors import DataError, UsageError
from indicators.evaluation.long_panel import require_columns
from indicators.evaluation.randomisation import RandomisationInference, randomisation_inference
from indicators.evaluation.result import Bools, Floats, estimates_table

#: With fewer treated clusters no error is clustered.
FEW_TREATED = 5


@dataclass(frozen=True, eq=False, slots=True)
class MatchedControls:
    """Persons and their weights.

    Attributes:
        weights: By row of the persons: 1 for a treated one that found a match, the sum of its
            shares in matches for a control, 0 for those not used.
        balance: By trait: ``treated`` and ``control`` (weighted means), ``difference`` in
            standard deviations of the treated, and ``before``, the same without matching.
        unmatched: Treated persons without anybody alike.
    """

    weights: pd.Series
    balance: pd.DataFrame
    unmatched: int


def match_controls(
    persons: pd.DataFrame,
    *,
    treated: str,
    exact: Sequence[str],
    near: Sequence[str],
    neighbours: int = 1,
    farthest: float = np.inf,
) -> MatchedControls:
    """Give each treated person the controls nearest to it, with replacement.

    Args:
        persons: One row a person.
        treated: Column of truth values.
        exact: Columns in which they must be equal.
        near: Columns of numbers in which they shall be near, each in standard deviations.
        neighbours: How many controls each treated person gets, each of equal share; fewer if
            there are no more.
        farthest: Largest distance, in standard deviations over all ``near`` together.

    Raises:
        UsageError: A column is not there, or nothing to match on is given.
        DataError: A number is missing, a group is empty, or nobody is matched.
    """
    require_columns(persons, [treated, *exact, *near])
    if not near or neighbours < 1:
        raise UsageError("near: name at least one column, and neighbours 1 or more")
    is_treated = persons[treated].to_numpy(dtype=bool)
    traits = persons[list(near)].to_numpy(dtype=float)
    if np.isnan(traits).any() or persons[list(exact)].isna().any(axis=None):
        raise DataError("persons: a trait is missing; fill it or drop the person")
    if is_treated.all() or not is_treated.any():
        raise DataError(f"persons, column {treated}: both treated and others are needed")
    spread = traits.std(axis=0)
    scaled = traits / np.where(spread > 0, spread, 1.0)
    weights = np.zeros(len(persons))
    cells = persons.groupby(list(exact)).ngroup().to_numpy() if exact else np.zeros(len(persons))
    for cell in np.unique(cells[is_treated]):
        here = np.flatnonzero(cells == cell)
        weights[here] = _cell_weights(scaled[here], is_treated[here], neighbours, farthest)
    if not weights.any():
        raise DataError("persons: nobody treated has anybody alike; match on less")
    unmatched = int((is_treated & (weights == 0)).sum())
    return MatchedControls(
        pd.Series(weights, index=persons.index, name="weight"),
        _balance(traits, near, is_treated, weights),
        unmatched,
    )


def matched_difference(
    changes: pd.Series, treated: pd.Series, weights: pd.Series, cluster: pd.Series
) -> pd.DataFrame:
    """Mean change of the treated less that of their matches.

    Args:
        changes: By person: mean outcome after the start less mean outcome before.
        treated: Truth values by person.
        weights: Of :func:`match_controls`.
        cluster: Cluster of each person's error: the municipality, where treatment is by area.

    Returns:
        The contract's table of one row, ``term`` = ``effect``, t with clusters − 1 degrees. With
        fewer than five treated clusters the error, interval and p value are missing: they would
        be far too small (:func:`indicators.evaluation.area_effects.matched_effects` is for that).

    Raises:
        DataError: A change of a used person is missing.
    """
    import statsmodels.api as sm

    used = (weights > 0).to_numpy()
    change, group = changes.to_numpy(dtype=float)[used], cluster.to_numpy()[used]
    if np.isnan(change).any():
        raise DataError("changes: missing for some matched persons; drop them before matching")
    design = np.column_stack([np.ones(used.sum()), treated.to_numpy(dtype=float)[used]])
    codes = pd.factorize(group)[0]
    fit = sm.WLS(change, design, weights=weights.to_numpy()[used]).fit(
        cov_type="cluster", cov_kwds={"groups": codes}
    )
    table = estimates_table(
        "term", ["effect"], fit.params[1:], fit.bse[1:], degrees=float(codes.max())
    )
    if len(np.unique(codes[design[:, 1] == 1])) < FEW_TREATED:
        table[["std_error", "ci_low", "ci_high", "p_value"]] = np.nan
    return table


def _cell_weights(scaled: Floats, is_treated: Bools, neighbours: int, farthest: float) -> Floats:
    """Weights of the persons of one cell."""
    weights = np.zeros(len(is_treated))
    treated, others = np.flatnonzero(is_treated), np.flatnonzero(~is_treated)
    if len(others):
        ranks = np.arange(1, min(neighbours, len(others)) + 1)
        distance, place = cKDTree(scaled[others]).query(scaled[treated], k=ranks)
        near = distance <= farthest
        found = near.sum(axis=1)
        weights[treated[found > 0]] = 1.0
        np.add.at(weights, others[place], near / np.maximum(found, 1)[:, None])
    return weights


def _balance(
    traits: Floats, names: Sequence[str], is_treated: Bools, weights: Floats
) -> pd.DataFrame:
    spread = traits[is_treated].std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    treated = np.average(traits[is_treated], axis=0, weights=weights[is_treated])
    control = np.average(traits[~is_treated], axis=0, weights=weights[~is_treated])
    before = traits[is_treated].mean(axis=0) - traits[~is_treated].mean(axis=0)
    return pd.DataFrame(
        {
            "trait": list(names),
            "treated": treated,
            "control": control,
            "difference": (treated - control) / spread,
            "before": before / spread,
        }
    )


# --- the triple difference ------------------------------------------------------------------------


def triple_difference(
    panel: pd.DataFrame,
    *,
    area: str,
    group: str,
    time: str,
    outcome: str,
    treated: Sequence[Any],
    start: Any,
    cluster: str | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> RandomisationInference:
    """Effect on the target group of treated areas, among what other areas would have shown.

    The estimate is the regression's with area-by-group, area-by-time and group-by-time effects.
    Chance is never read from errors clustered by area: of few treated areas they are far too
    small.

    Args:
        panel: One row an area, group and time, complete.
        area: Column of areas.
        group: Column of truth values: whether the row is of the target group.
        time: Column of times.
        outcome: Column of outcomes.
        treated: The treated areas.
        start: First treated time.
        cluster: Column of what was treated as a whole, such as the trial area of a municipality;
            without it each area was by itself.
        draws: As of :func:`indicators.evaluation.randomisation_inference`.
        seed: As there.

    Raises:
        UsageError: As there.
        DataError: As there; also if the groups are not two, or a row comes twice.
    """
    gaps = group_gaps(panel, area=area, group=group, time=time, outcome=outcome)
    if cluster is not None:
        require_columns(panel, [cluster])
        gaps[cluster] = gaps[area].map(panel.groupby(area)[cluster].first())
    return randomisation_inference(
        gaps,
        unit=area,
        time=time,
        outcome=outcome,
        treated=list(treated),
        start=start,
        cluster=cluster,
        draws=draws,
        seed=seed,
    )


def group_gaps(
    panel: pd.DataFrame, *, area: str, group: str, time: str, outcome: str
) -> pd.DataFrame:
    """Outcome of the target group less that of the others, one row an area and time.

    An area and time without one of the two is left out.
    """
    require_columns(panel, [area, group, time, outcome])
    if not panel[group].isin([True, False]).all():
        raise UsageError(f"panel, column {group}: write true for the target group, else false")
    if twice := int(panel.duplicated([area, group, time]).sum()):
        raise DataError(f"panel: {twice} rows of an area, group and time come twice")
    target = panel[group].astype(bool)
    keys = [area, time, outcome]
    both = panel.loc[target, keys].merge(
        panel.loc[~target, keys], on=[area, time], suffixes=("", "_other")
    )
    if both.empty:
        raise DataError(f"panel, column {group}: no area and time has both groups")
    both[outcome] = both[outcome] - both[f"{outcome}_other"]
    return both[keys]
