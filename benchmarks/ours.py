"""Our own tables of what the DuckDB tables have, and the same sums over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from indicators.catalogue.loading import load_catalogue
from indicators.measures.register import computing
from indicators.measures.register import computing as running
from indicators.measures.register.measure import Totals
from indicators.register.store import Register

Told = dict[str, list[float]]
FAMILIES = ("stocks", "durations", "structural", "flows", "activation", "offers", "plans")
LIMITS = (3, 6, 12)
WEEK = 7
_COUNTRY = np.s_[:, -1, 0, 0]


def headline(
    register: Register,
    months: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    offices: Sequence[str],
    workers: int,
) -> Told:
    """The unemployed, and the flows past 3, 6 and 12 months."""
    job = computing.build_job(register, months, groups, offices, load_catalogue().defaults())
    totals = Totals(job, running.tally_register(job, workers=workers, measures=("stocks", "flows")))
    told = {"unemployed": [float(totals.stock("stocks.unemployed").sum())]}
    for n in LIMITS:
        sums = [totals.events(f"flows.{name}_{n}").sum() for name in ("passed", "started")]
        told[f"flow_over_{n}_months"] = [float(one) for one in sums]
    told["in the country"] = [int(totals.stock("stocks.unemployed")[_COUNTRY].sum())]
    for n in LIMITS:
        both = (totals.events(f"flows.{name}_{n}") for name in ("started", "passed"))
        told["in the country"] += [int(one[_COUNTRY].sum()) for one in both]
    return told


def tables(
    register: Register,
    months: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    offices: Sequence[str],
    workers: int,
) -> Told:
    """Stock, durations, structural groups, services, plans, flows and offers."""
    made = computing.compute(
        register,
        months,
        groups=groups,
        trial_offices=offices,
        parameters={},
        workers=workers,
        executor=None,
        merge_layoff=True,
        chunk_rows=None,
        progress=None,
        wanted=FAMILIES,
    )
    return _told(
        made.groupby(["indicator", "statistic"], observed=True)[
            ["numerator", "denominator", "value"]
        ].sum()
    )


def _told(sums: pd.DataFrame) -> Told:
    def of(indicator: str, statistic: str, *columns: str, times: int = 1) -> list[float]:
        return [float(sums.loc[(indicator, statistic), one]) * times for one in columns]

    share = ("numerator", "denominator")
    (valid, due), (never,) = (
        of("plan_coverage", "valid_share", *share),
        of("plan_coverage", "debt_never", "value"),
    )
    told = {
        "persons": of("unemployment_duration", "mean_weeks", "denominator"),
        "elapsed": of("unemployment_duration", "mean_weeks", "numerator", times=WEEK),
        "long_term": of("structural_unemployment", "long_term", "value"),
        "recurrent": of("structural_unemployment", "recurrent", "value"),
        "due": [due],
        "planned": [due - never],
        "valid": [valid],
        "median": of("unemployment_duration", "median_weeks", "value", times=WEEK),
        "ended": [
            *of("unemployment_duration", "ended_mean_weeks", "numerator", times=WEEK),
            *of("unemployment_duration", "ended_mean_weeks", "denominator"),
        ],
        "in_service": of("activation_rate", "value", "numerator"),
    }
    told |= {f"flow_over_{n}_months": of(f"flow_over_{n}_months", "value", *share) for n in LIMITS}
    filled, decided = of("job_offers", "filled_share", *share)
    told |= {
        "offers.offers": of("job_offers", "offers", "value"),
        "offers.decided": [decided],
        "offers.filled": [filled],
    }
    work = {n: of("job_offers", f"employed_{n}_days", *share) for n in (30, 90)}
    told |= {f"offers.observed_{n}": [observed] for n, (_, observed) in work.items()}
    told |= {f"offers.work_{n}": [employed] for n, (employed, _) in work.items()}
    met = [of("job_offers", unit, "value")[0] for unit in ("persons", "vacancies")]
    return {**told, "offers.met": met}
