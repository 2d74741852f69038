"""One figure an area from its persons, for :mod:`indicators.evaluation.area_inference`.

All three give a frame with one row an area: ``area``, ``treated``, ``effect``, ``variance`` (of the
effect by chance among its persons) and ``least``: the smallest number of persons, or ends, that
stand behind a part of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from indicators.errors import DataError
from indicators.evaluation.long_panel import require_columns
from indicators.evaluation.result import Bools, Floats

Counts = NDArray[np.int64]

#: Fewest persons, or ends expected, in each part of an area's figure.
LEAST = 10


def mean_effects(
    entered: pd.DataFrame, outcome: str, *, triple: bool = True, least: int = LEAST
) -> pd.DataFrame:
    """Change of a mean among the target group, less that among the others if ``triple``.

    Args:
        entered: Of :func:`indicators.evaluation.entrants.with_outcomes`, with ``area`` and
            ``trial`` (truth value, of the area).
        outcome: Column of outcomes; rows without one are left out.
        triple: Whether the others' change is taken off.
        least: Areas with a smaller cell are left out.
    """
    require_columns(entered, ["area", "trial", "target_group", "after", outcome])
    known = entered[entered[outcome].notna()]
    if not triple:
        known = known[known["target_group"]]
    of_cell = [known["target_group"], known["after"]]
    centred = known[outcome] - known[outcome].groupby([known["area"], *of_cell]).transform("mean")
    spread = centred.groupby(of_cell).var()
    cells = known.groupby(["area", "trial", "target_group", "after"])[outcome].agg(["mean", "size"])
    cells = cells.reset_index()
    sign = np.where(cells["after"], 1, -1) * np.where(cells["target_group"], 1, -1)
    wide = pd.MultiIndex.from_frame(cells[["target_group", "after"]])
    cells["effect"] = sign * cells["mean"]
    cells["variance"] = spread.reindex(wide).to_numpy() / cells["size"]
    return _by_area(cells, "size", 4 if triple else 2, least)


def hazard_effects(
    risk: pd.DataFrame, cause: str, *, start: int, triple: bool = True, least: float = LEAST
) -> pd.DataFrame:
    """Logarithm of a cause-specific hazard ratio: target group, after, and less the others'.

    In each cell the ends are set against those that the untreated areas' hazards lead to expect of
    the same durations, quarters, group and number of the spell (indirect standardisation); the
    effect is the change of log(observed / expected), half an end added to each.

    Args:
        risk: Of :func:`indicators.evaluation.entrants.risk_months`, with ``area``, ``trial``,
            ``target_group``, ``number`` and ``cause`` of the spell.
        cause: The cause; ends by others are censoring.
        start: Treated from this month (since January 1970) on.
        triple: Whether the others' change is taken off.
        least: Areas with fewer ends expected in a cell are left out.
    """
    require_columns(risk, ["area", "trial", "target_group", "number", "cause", "ended", "month"])
    rows = risk if triple else risk[risk["target_group"]]
    ends = (rows["ended"] & (rows["cause"] == cause)).to_numpy(dtype=float)
    days = (rows["exit"] - rows["entry"]).to_numpy(dtype=float)
    control = ~rows["trial"].to_numpy(dtype=bool)
    stratum = _codes(
        rows["band"], rows["month"] // 3, rows["target_group"].astype(int), rows["number"]
    )
    at_risk = np.bincount(stratum[control], days[control], stratum.max() + 1)
    ended = np.bincount(stratum[control], ends[control], stratum.max() + 1)
    hazard = np.divide(ended, at_risk, out=np.zeros_like(ended), where=at_risk > 0)
    table = pd.DataFrame(
        {
            "area": rows["area"].to_numpy(),
            "trial": rows["trial"].to_numpy(),
            "target_group": rows["target_group"].to_numpy(),
            "after": (rows["month"] >= start).to_numpy(),
            "ends": ends,
            "expected": hazard[stratum] * days,
        }
    )
    cells = table.groupby(["area", "trial", "target_group", "after"]).sum().reset_index()
    sign = np.where(cells["after"], 1, -1) * np.where(cells["target_group"], 1, -1)
    cells["effect"] = sign * np.log((cells["ends"] + 0.5) / (cells["expected"] + 0.5))
    # By what was expected, not seen: an area must not weigh less for having had few ends.
    cells["variance"] = 1 / (cells["expected"] + 0.5)
    found = _by_area(cells, "expected", 4 if triple else 2, least)
    seen = cells.groupby("area")["ends"].min()
    return found.assign(least=found["area"].map(seen))


def matched_effects(
    entered: pd.DataFrame,
    outcome: str,
    *,
    exact: Sequence[str],
    near: Sequence[str],
    neighbours: int = 3,
    least: int = LEAST,
) -> pd.DataFrame:
    """Mean outcome of each area's persons less that of persons alike in the untreated areas.

    Persons of an untreated area are matched to those of the other ones, so that the figure of each
    area comes about as that of a treated one does.

    Args:
        entered: One row a person, with ``area``, ``trial`` and the columns named.
        outcome: Column, such as ``change``: matched and differenced.
        exact: Columns in which they must be equal.
        near: Columns of numbers in which they shall be near, each in standard deviations.
        neighbours: How many controls each person gets.
        least: Areas with fewer matched persons are left out.

    Raises:
        DataError: There is no untreated area, or nobody is matched.
    """
    require_columns(entered, ["area", "trial", outcome, *exact, *near])
    known = entered.dropna(subset=[outcome, *near]).reset_index(drop=True)
    control = ~known["trial"].to_numpy(dtype=bool)
    if known.loc[control, "area"].nunique() < 2:
        raise DataError("entered, column trial: two untreated areas are needed")
    traits = known[list(near)].to_numpy(dtype=float)
    spread = traits.std(axis=0)
    scaled = traits / np.where(spread > 0, spread, 1.0)
    value = known[outcome].to_numpy(dtype=float)
    area = pd.factorize(known["area"])[0]
    cells = known.groupby(list(exact)).ngroup().to_numpy()
    gap = np.full(len(known), np.nan)
    for cell in np.unique(cells):
        rows = np.flatnonzero(cells == cell)
        gap[rows] = _gaps_of_cell(scaled[rows], value[rows], area[rows], control[rows], neighbours)
    matched = known.assign(gap=gap)[np.isfinite(gap)]
    if matched.empty:
        raise DataError("entered: nobody has anybody alike; match on less")
    by_area = matched.groupby(["area", "trial"])["gap"].agg(["mean", "size"]).reset_index()
    within = float((matched["gap"] - matched.groupby("area")["gap"].transform("mean")).var())
    found = by_area.rename(columns={"trial": "treated", "mean": "effect", "size": "least"})
    found["variance"] = within / found["least"]
    kept: pd.DataFrame = found[found["least"] >= least].reset_index(drop=True)
    return kept


def _gaps_of_cell(
    scaled: Floats, value: Floats, area: Counts, control: Bools, neighbours: int
) -> Floats:
    """Each person's outcome less the mean of those nearest in other areas without treatment."""
    others = np.flatnonzero(control)
    if not len(others):
        return np.full(len(value), np.nan)
    # More are asked for than are wanted, for some are of the person's own area.
    asked = min(len(others), 4 * neighbours)
    _, place = cKDTree(scaled[others]).query(scaled, k=np.arange(1, asked + 1))
    foreign = area[others[place]] != area[:, None]
    taken = foreign & (np.cumsum(foreign, axis=1) <= neighbours)
    number = taken.sum(axis=1)
    mean = (value[others[place]] * taken).sum(axis=1) / np.maximum(number, 1)
    return np.where(number > 0, value - mean, np.nan)


def _by_area(cells: pd.DataFrame, size: str, parts: int, least: float) -> pd.DataFrame:
    found = cells.groupby(["area", "trial"]).agg(
        effect=("effect", "sum"),
        variance=("variance", "sum"),
        least=(size, "min"),
        cells=("effect", "size"),
    )
    whole = found[(found["cells"] == parts) & (found["least"] >= least)].reset_index()
    kept: pd.DataFrame = whole.rename(columns={"trial": "treated"}).drop(columns="cells")
    return kept


def _codes(*columns: pd.Series) -> Counts:
    """Number of each combination of some columns of whole numbers."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values = column.to_numpy()
        code = code * (int(values.max()) - int(values.min()) + 1) + values - int(values.min())
    return np.asarray(np.unique(code, return_inverse=True)[1])
