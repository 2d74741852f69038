"""What an estimator returns: a table of estimates, and what stands behind it.

Every result is frozen and shows itself: ``table`` is a frame, ``n`` the rows or units used,
``notes`` sentences that warn, ``summary()`` text, ``plot()`` a picture, and Jupyter shows a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEVEL = 0.95
COLUMNS = ("estimate", "std_error", "ci_low", "ci_high", "p_value")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Shown:
    """A result that prints, plots and has a table as its face in Jupyter."""

    __slots__ = ()

    table: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """What was estimated, in a line."""
        raise NotImplementedError

    @property
    def n(self) -> int:
        """Rows of the data used; units where a method works on these."""
        raise NotImplementedError

    def summary(self) -> str:
        """Title, number of observations, table and notes as text."""
        lines = [f"{self.title}, n = {self.n}", "", _rounded(self.table).to_string(index=False)]
        lines += ["", *(f"Note: {note}." for note in self.notes)] if self.notes else []
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        from html import escape

        table = _rounded(self.table).to_html(index=False, border=0)
        notes = "".join(f"<li>{escape(note)}.</li>" for note in self.notes)
        heading = f"<p><strong>{escape(self.title)}</strong>, n = {self.n}</p>"
        return heading + table + (f"<ul>{notes}</ul>" if notes else "")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the estimates with their intervals.

        Args:
            ax: Axes of matplotlib to draw on; new ones without it.

        Returns:
            The axes: by event time a line with a band, else a row a term.
        """
        axes = _axes(ax)
        label, frame = str(self.table.columns[0]), self.table
        if label == "term":
            _draw_terms(axes, frame)
        else:
            _draw_path(axes, frame, label)
        axes.set_title(self.title)
        return axes


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots()[1]


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    numbers = [name for name in table.columns if pd.api.types.is_float_dtype(table[name])]
    return table.assign(**{name: table[name].map("{:.4g}".format) for name in numbers})


def _draw_terms(axes: Axes, frame: pd.DataFrame) -> None:
    places = np.arange(len(frame))[::-1]
    axes.axvline(0, color="0.6", linewidth=0.8)
    axes.hlines(places, frame["ci_low"], frame["ci_high"], color="C0")
    axes.plot(frame["estimate"], places, "o", color="C0")
    axes.set_yticks(places, frame["term"].astype(str))
    axes.set_ylim(-0.6, len(frame) - 0.4)
    axes.set_xlabel("Estimate, 95 % interval")


def _draw_path(axes: Axes, frame: pd.DataFrame, label: str) -> None:
    axes.axhline(0, color="0.6", linewidth=0.8)
    if label == "event_time":
        axes.axvline(-0.5, color="0.6", linewidth=0.8, linestyle="--")
    if "estimate" in frame:
        axes.plot(frame[label], frame["estimate"], "o-", color="C0", markersize=3)
    axes.fill_between(frame[label], frame["ci_low"], frame["ci_high"], color="C0", alpha=0.2)
    axes.set_xlabel({"event_time": "Event time", "bound": "Bound"}.get(label, label))
    axes.set_ylabel("Estimate, 95 % interval")


@dataclass(frozen=True, eq=False, slots=True)
class Estimates(Shown):
    """Coefficients of a regression with unit and time effects.

    Attributes:
        table: One row an estimate: ``term`` or ``event_time``, then ``estimate``, ``std_error``,
            ``ci_low``, ``ci_high`` (95 %, Student t) and ``p_value`` (of no effect, two-sided).
        covariance: Their covariance matrix, rows and columns named as the table's first column;
            the base of an event study is not in it, for it is 0 by definition.
        observations: Rows used.
        clusters: Clusters of the errors.
        notes: What to beware of and what was left out, in sentences without their full stop.
        base: Event time that an event study compares with; none of a single effect.
        treated: Treated units used.
        controls: Units used that are never treated.
        treated_clusters: Clusters with a treated unit.
    """

    table: pd.DataFrame
    covariance: pd.DataFrame
    observations: int
    clusters: int
    notes: tuple[str, ...] = ()
    base: int | None = None
    treated: int = 0
    controls: int = 0
    treated_clusters: int = 0

    @property
    def title(self) -> str:
        """What was estimated, in a line."""
        form = "Difference-in-differences" if self.base is None else "Event study"
        return f"{form}, {self.treated} treated and {self.controls} control units"

    @property
    def n(self) -> int:
        """Rows used."""
        return self.observations

    @property
    def degrees(self) -> int:
        """Degrees of freedom of the t distribution: clusters less one."""
        return self.clusters - 1


@dataclass(frozen=True, eq=False, slots=True)
class SyntheticControl(Shown):
    """A treated unit beside the weighted average of others that resembles it.

    Attributes:
        table: One row an event time: ``event_time``, ``time``, ``estimate`` (the gap); error,
            interval and p value are missing: a lone comparison has none, see the placebo test.
        weights: By unit; not negative and with sum 1, save in the ridge-augmented form.
        gap: Treated less synthetic outcome, by time.
        treated: Outcome of the treated unit, by time.
        synthetic: Outcome of the synthetic unit, by time.
        rmspe_before: Root of the mean squared gap before the start.
        rmspe_after: The same from the start on.
        predictor_weights: Importance of each predictor, sum 1; empty if the outcomes before the
            start are the predictors, all of equal weight.
        notes: What to beware of.
    """

    table: pd.DataFrame
    weights: pd.Series
    gap: pd.Series
    treated: pd.Series
    synthetic: pd.Series
    rmspe_before: float
    rmspe_after: float
    predictor_weights: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What was estimated, in a line."""
        used = int((self.weights.abs() > 0).sum())
        return f"Synthetic control, {used} of {len(self.weights)} donors with a weight"

    @property
    def n(self) -> int:
        """Units: the donors and the treated one."""
        return len(self.weights) + 1

    @property
    def effect(self) -> float:
        """Mean gap from the start on."""
        after = self.table["event_time"] >= 0
        return float(self.table.loc[after, "estimate"].mean())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the treated unit and its synthetic control by event time.

        Args:
            ax: Axes of matplotlib to draw on; new ones without it.
        """
        axes = _axes(ax)
        event = self.table["event_time"]
        axes.plot(event, self.treated.to_numpy(), color="C0", label="Treated")
        axes.plot(event, self.synthetic.to_numpy(), color="C1", linestyle="--", label="Synthetic")
        axes.axvline(-0.5, color="0.6", linewidth=0.8, linestyle="--")
        axes.set_xlabel("Event time")
        axes.legend()
        axes.set_title(self.title)
        return axes


@dataclass(frozen=True, eq=False, slots=True)
class PlaceboTest(Shown):
    """A treated unit among all others, each as if treated.

    Attributes:
        table: One row, ``term`` = ``effect``: the treated unit's mean gap from the start on with
            ``p_value``; its error and interval are missing.
        p_value: Rank of the treated unit's ratio, the greatest first, over the number of units;
            with weights the share of all weight that units of no smaller ratio have.
        units: One row a unit, the greatest ratio first: ``rmspe_before``, ``rmspe_after``,
            ``ratio``, ``effect``, ``treated``.
        gaps: Gap by time (rows) and unit (columns).
        notes: What to beware of.
    """

    table: pd.DataFrame
    p_value: float
    units: pd.DataFrame
    gaps: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What was estimated, in a line."""
        return f"Placebo test among {len(self.units)} units, p = {self.p_value:.3g}"

    @property
    def n(self) -> int:
        """Units."""
        return len(self.units)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the gap of every unit, the treated one in front.

        Args:
            ax: Axes of matplotlib to draw on; new ones without it.
        """
        axes = _axes(ax)
        treated = self.units.loc[self.units["treated"], "unit"].iloc[0]
        event = np.arange(len(self.gaps))
        axes.plot(event, self.gaps.drop(columns=treated).to_numpy(), color="0.8", linewidth=0.7)
        axes.plot(event, self.gaps[treated].to_numpy(), color="C0", label=str(treated))
        axes.set_xticks(event[:: max(1, len(event) // 8)])
        axes.set_xticklabels([str(time) for time in self.gaps.index[:: max(1, len(event) // 8)]])
        axes.set_ylabel("Gap")
        axes.legend()
        axes.set_title(self.title)
        return axes


def estimates_table(
    name: str, labels: Sequence[Any], estimates: Floats, errors: Floats, degrees: float
) -> pd.DataFrame:
    """The contract's table from estimates and their standard errors.

    Args:
        name: Name of the first column, ``term`` or ``event_time``.
        labels: Its values.
        estimates: The estimates.
        errors: Their standard errors; a missing one gives no interval and no p value.
        degrees: Degrees of freedom of the t distribution.
    """
    reach = stats.t.ppf((1 + LEVEL) / 2, degrees) * errors
    with np.errstate(divide="ignore", invalid="ignore"):
        p_values = 2 * stats.t.sf(np.abs(estimates / errors), degrees)
    columns = (estimates, errors, estimates - reach, estimates + reach, p_values)
    return pd.DataFrame({name: list(labels), **dict(zip(COLUMNS, columns, strict=True))})
