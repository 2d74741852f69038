"""Known answers: earlier trials estimated again with the same code, beside what was published.

Whoever finds in this trial what the code would find in any trial has found nothing. The two earlier
trials have been evaluated by others (Nieminen, Kanninen and Karhunen 2021, *Yhteiskuntapolitiikka*
86(1)); the national evaluation of this very trial is there too. What was published stands here as
keys of texts and as a direction, never as a number: the studies' own numbers were not read.

See ``docs/decisions/0055-known-answers.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from indicators.errors import DataError
from indicators.evaluation import difference_in_differences, wild_bootstrap
from indicators.evaluation.result import COLUMNS, LEVEL
from indicators.evaluation.study.changes import (
    EQUAL,
    LABOUR_FORCE,
    OutcomeCube,
    with_intervals,
)
from indicators.evaluation.study.headline import jackknife_row
from indicators.evaluation.study.plan import BEFORE_COVID, HEADLINE_BASE, TREATED_SPANS
from indicators.evaluation.trial import EarlierTrial

Direction = Literal["no_effect", "up", "down"]
CLUSTER = "cluster"
#: Column of the panel by outcome and form. Of a rate, the logarithm of the rate itself.
_VARIABLES = {
    ("unemployment_share", "points"): "unemployment_share",
    ("extended_share", "points"): "extended_share",
    ("activation_rate", "points"): "activation_rate",
    ("long_term_share", "points"): "long_term_share",
    ("unemployment_share", "log"): "log_unemployed",
    ("extended_share", "log"): "log_extended",
    ("activation_rate", "log"): "log_activation",
    ("long_term_share", "log"): "log_long_term",
    # Whether levels and logarithms differ by the form, or by the labour force below the line.
    ("unemployment_share", "log_share"): "log_unemployment_share",
    ("extended_share", "log_share"): "log_extended_share",
    ("long_term_share", "log_share"): "log_long_term_share",
}
#: What Nieminen, Kanninen and Karhunen (2021) say of each trial and outcome (their abstract). Of
#: what they do not say there is no entry.
_PUBLISHED: dict[EarlierTrial, dict[str, Direction]] = {
    "2012-15": {"unemployment_share": "no_effect", "activation_rate": "no_effect"},
    "2017-18": {
        "unemployment_share": "down",
        "extended_share": "no_effect",
        "activation_rate": "up",
        "long_term_share": "down",
    },
}
BOOTSTRAP_DRAWS = 999
THIS_TRIAL = "2021-24"
#: Months that this trial's effect is the mean of.
FIRST_YEAR = TREATED_SPANS[0].span


def known_answers(build: Callable[[EarlierTrial], pd.DataFrame]) -> pd.DataFrame:
    """The trials of 2012–15 and 2017–18 with the code of this report.

    Args:
        build: Makes an earlier trial's panel, as
            :func:`indicators.evaluation.trial.earlier_trial_panel` does.

    Returns:
        One row a trial, outcome, form (``points``: percentage points; ``log``: natural logarithm of
        the count, of activation that of the rate; ``log_share``: that of the share of the labour
        force) and ``cluster`` (``trial_area``, ``municipality``):
        ``estimate``, ``std_error``, ``ci_low``, ``ci_high``, ``p_value``; ``p_bootstrap``, of the
        wild bootstrap by area; ``published``, key of what was published, empty where nothing was;
        ``direction``, what that amounts to; ``agreement`` and ``agrees`` of
        :func:`compare_with_direction` (``agrees`` is missing where nothing was published);
        ``treated``, ``controls``, ``treated_clusters``,
        ``clusters``.
    """
    rows = [
        row
        for trial in get_args(EarlierTrial)
        for row in _trial_rows(trial, _with_logarithms(build(trial)))
    ]
    found = pd.DataFrame(rows)
    agrees = found["agreement"].isin(AGREEING).astype("boolean")
    return found.assign(agrees=agrees.where(found["direction"] != ""))


def compare_with_direction(estimate: float, p_value: float, direction: str) -> str:
    """How an estimate compares with a published direction.

    Returns:
        ``same``: an effect of that sign that stands out at 5 %, or none that stands out where none
        was found; ``same_sign``: the sign, but it does not stand out; ``different``; and
        ``not_published``. The first two agree.
    """
    if not direction:
        return "not_published"
    stands_out = p_value < 1 - LEVEL
    if direction == "no_effect":
        return "different" if stands_out else "same"
    if np.sign(estimate) != {"up": 1, "down": -1}[direction]:
        return "different"
    return "same" if stands_out else "same_sign"


AGREEING = ("same", "same_sign")


def _with_logarithms(frame: pd.DataFrame) -> pd.DataFrame:
    shares = {
        variable: frame[outcome]
        for (outcome, form), variable in _VARIABLES.items()
        if form == "log_share" or variable == "log_activation"
    }
    return frame.assign(**{name: np.log(share.where(share > 0)) for name, share in shares.items()})


def _bootstrap_p_value(frame: pd.DataFrame, variable: str, starts: pd.Series) -> float:
    """P value of the wild bootstrap by area, of means before and after where nothing is missing.

    On a balanced panel with one start effect and scores are functions of each unit's change: two
    rows a unit give the same t, data and draws alike, a hundred times as fast.
    """
    if not frame[variable].isna().any():
        after = (frame["month"] >= starts.min()).astype(int)
        keys = [frame["unit"], after.rename("month"), frame[CLUSTER]]
        frame = frame[variable].groupby(keys).mean().reset_index()
        starts = starts.notna().astype(int).where(starts.notna())
    found = wild_bootstrap(
        frame, unit="unit", time="month", outcome=variable, treated_from=starts,
        cluster=CLUSTER, draws=BOOTSTRAP_DRAWS,
    )  # fmt: skip
    return found.p_value


def _trial_rows(trial: EarlierTrial, frame: pd.DataFrame) -> list[dict[str, object]]:
    starts = frame.groupby("unit")["treated_from"].first()
    rows: list[dict[str, object]] = []
    for (outcome, form), variable in _VARIABLES.items():
        direction = _PUBLISHED[trial].get(outcome, "")
        bootstrapped = _bootstrap_p_value(frame, variable, starts)
        for cluster, column in (("trial_area", CLUSTER), ("municipality", None)):
            found = difference_in_differences(
                frame, unit="unit", time="month", outcome=variable, treated_from=starts,
                cluster=column,
            )  # fmt: skip
            numbers = {name: float(found.table[name].iloc[0]) for name in COLUMNS}
            agreement = compare_with_direction(numbers["estimate"], numbers["p_value"], direction)
            rows.append(
                {"trial": trial, "outcome": outcome, "form": form, "cluster": cluster}
                | numbers
                | {
                    "p_bootstrap": bootstrapped if column else np.nan,
                    "published": f"{trial}.{outcome}.{direction}" if direction else "",
                    "direction": direction,
                    "agreement": agreement,
                    "agrees": pd.NA,
                    "treated": found.treated,
                    "controls": found.controls,
                    "treated_clusters": found.treated_clusters,
                    "clusters": found.clusters,
                }
            )
    return rows


# --- what others have published, of this trial first ----------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """What a study says of one question.

    Attributes:
        study: Key of the study (its reference).
        trial: What was tried: ``2012-15``, ``2017-18``, ``2021-24`` or another reform's key.
        question: What was asked.
        finding: Key of what was found.
        grade: ``A`` read in the authors' or the authority's own words, ``B`` in another's account.
        outcome: The outcome of this report that can be set beside it; none if there is none.
        direction: What the finding amounts to for that outcome.
        not_compared: Why there is no outcome of this report beside it.
    """

    study: str
    trial: str
    question: str
    finding: str
    grade: str
    outcome: str = ""
    direction: str = ""
    not_compared: str = ""


_REGISTER, _OTHER, _EARLY = "register_only", "another_reform", "too_early"
#: In the order in which they are reported: this trial's national evaluation first.
FINDINGS = (
    Finding("teas_final_2024", THIS_TRIAL, "employment", "no_more_employment", "A",
            not_compared=_REGISTER),
    Finding("teas_final_2024", THIS_TRIAL, "services", "hardly_changed", "A",
            "activation_rate", "no_effect"),
    Finding("teas_final_2024", THIS_TRIAL, "plans", "fell_over_a_tenth", "A",
            not_compared=_REGISTER),
    Finding("teas_second_2023", THIS_TRIAL, "unemployment", "no_notable_effect", "A",
            "unemployment_share", "no_effect"),
    Finding("teas_second_2023", THIS_TRIAL, "structure", "no_notable_effect", "A",
            "long_term_share", "no_effect"),
    Finding("teas_second_2023", THIS_TRIAL, "services", "no_notable_effect", "A",
            "activation_rate", "no_effect"),
    Finding("teas_second_2023", THIS_TRIAL, "wage_subsidy", "signs_of_more", "A",
            not_compared="kinds_of_service"),
    Finding("teas_first_2022", THIS_TRIAL, "employment", "too_early", "A", not_compared=_EARLY),
    Finding("nieminen_2021", "2012-15", "unemployment", "no_significant_effect", "A",
            "unemployment_share", "no_effect"),
    Finding("nieminen_2021", "2012-15", "activation", "no_significant_effect", "A",
            "activation_rate", "no_effect"),
    Finding("nieminen_2021", "2017-18", "activation", "considerably_up", "A",
            "activation_rate", "up"),
    Finding("nieminen_2021", "2017-18", "unemployment", "down_in_short_run", "A",
            "unemployment_share", "down"),
    Finding("nieminen_2021", "2017-18", "long_term", "down_in_short_run", "A",
            "long_term_share", "down"),
    Finding("nieminen_2021", "2017-18", "extended", "unchanged", "A",
            "extended_share", "no_effect"),
    Finding("pt_332", "2017-18", "employment", "no_short_run_effect", "A",
            not_compared=_REGISTER),
    Finding("pt_332", "2017-18", "benefit_costs", "shifted_to_state", "A",
            not_compared=_REGISTER),
    Finding("nieminen_2023", "2017-18", "employment", "no_better_outcomes", "A",
            not_compared=_REGISTER),
    Finding("nieminen_2023", "2017-18", "benefit_costs", "shifted_to_state", "A",
            not_compared=_REGISTER),
    Finding("hamalainen_paltamo", "paltamo_2009", "unemployment", "large_fall", "A",
            not_compared=_OTHER),
    Finding("vehkasalo_2020", "offices_closed_2013", "unemployment", "barely_changed", "A",
            not_compared=_OTHER),
    Finding("huuskonen_2023", "interviews_2017", "employment", "hazard_up", "A",
            not_compared=_OTHER),
    Finding("mergele_weber_2020", "germany_2012", "placements", "fell_about_a_tenth", "A",
            not_compared=_OTHER),
    Finding("vtv", "review", "choice", "chosen_from_applicants", "A", not_compared=_OTHER),
)  # fmt: skip


_FIGURES = ("estimate", "std_error", "p_value")
#: Base and weights by what is put behind the names of the figures: the headline first.
_FORMS = {
    "": (HEADLINE_BASE, EQUAL),
    "_weighted": (HEADLINE_BASE, LABOUR_FORCE),
    "_before_covid": (BEFORE_COVID, EQUAL),
    "_before_covid_weighted": (BEFORE_COVID, LABOUR_FORCE),
}


def published_findings(answers: pd.DataFrame, cube: OutcomeCube) -> pd.DataFrame:
    """What has been published, beside what this report finds of the same.

    Args:
        answers: Of :func:`known_answers`, for earlier trials.
        cube: The main sample in every month, for this trial.

    Returns:
        One row a study and question, in the order of reading: those of :class:`Finding`, then this
        report's ``estimate``, ``std_error`` and ``p_value``: of an earlier trial, by area, those of
        :func:`known_answers` in points; of this trial, by the cluster jackknife as the headline's,
        those of the first year against the half-year before, unweighted, and the same with
        ``_weighted`` (by the labour force), ``_before_covid`` and ``_before_covid_weighted`` behind
        their names. ``agreement`` of
        :func:`compare_with_direction` likewise; ``consistent``: ``yes`` if all agree, ``partly``,
        ``no``, or ``not_compared``.
    """
    by_area = answers[(answers["cluster"] == "trial_area") & (answers["form"] == "points")]
    figures: dict[tuple[str, str], dict[str, dict[str, float]]] = {
        (str(row["trial"]), str(row["outcome"])): {
            "": {name: float(row[name]) for name in _FIGURES}
        }
        for row in by_area.to_dict("records")
    }
    outcomes = sorted({finding.outcome for finding in FINDINGS if finding.outcome})
    figures |= {(THIS_TRIAL, outcome): _this_trial(cube, outcome) for outcome in outcomes}
    rows = []
    for finding in FINDINGS:
        row: dict[str, object] = dict(asdict(finding))
        agreements = []
        for form, own in figures.get((finding.trial, finding.outcome), {}).items():
            row |= {f"{name}{form}": value for name, value in own.items()}
            agreements.append(
                compare_with_direction(own["estimate"], own["p_value"], finding.direction)
            )
            row[f"agreement{form}"] = agreements[-1]
        rows.append(row | {"consistent": _consistent(agreements)})
    return pd.DataFrame(rows)


def _consistent(agreements: Sequence[str]) -> str:
    if not agreements:
        return "not_compared"
    agreeing = sum(agreement in AGREEING for agreement in agreements)
    return {len(agreements): "yes", 0: "no"}.get(agreeing, "partly")


def _this_trial(cube: OutcomeCube, outcome: str) -> dict[str, dict[str, float]]:
    """Effect of the first year by form, errors as the report leads with.

    Raises:
        DataError: The outcome is not known of every municipality and month.
    """
    found = {}
    for form, (base, weights) in _FORMS.items():
        change = cube.change(outcome, base, FIRST_YEAR)
        if change is None:
            raise DataError(f"{outcome}: not known of every municipality and month")
        table = with_intervals(pd.DataFrame([jackknife_row(cube.groups(), change, weights)]))
        found[form] = {name: float(table[name].iloc[0]) for name in _FIGURES}
    return found
