"""Indicators 21–25 recover what was planted in a made-up register.

The life courses are those of `synthetic/`, with hazards so simple that the true figures follow from
them on paper; 23–25 are of services that are planted at random days into it.
"""

from __future__ import annotations

from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from indicators.calendar import month_range
from indicators.measures.register.computing import compute_register
from indicators.register.schema import day_number
from indicators.register.store import open_register, write_table
from indicators.synthetic import model, writing
from indicators.synthetic.synthesise import synthesise

pytestmark = pytest.mark.slow

MONTH = 30.44
QUARTER = 91.3 / MONTH
"""Three months from a day on, in months of the model."""

TO_SERVICE, TO_UNEMPLOYMENT, OUT_OF_WORK = 0.16, 0.12, 0.01
AFTER = {"working": 0.35, "unemployed": 0.45, "gone": 0.20}
MONTHS = month_range("2021-01", "2022-12")
A_YEAR = 1.6
"""Services a year and person that are planted."""


def _move(to: str, rate: float) -> dict[str, object]:
    return {"to": to, "rate": rate, "timeline": "even", "factors": "one"}


def _plain_model() -> model.Model:
    """Constant hazards: unemployed until a course of four months, then on as agreed."""
    raw = model.read_parameters("model.toml")
    raw["days"] |= {"weekday": [1.0] * 7, "first_of_month": 1.0}
    raw["states"]["gone"]["moves"] = [_move("unemployed", TO_UNEMPLOYMENT)]
    raw["states"]["unemployed"]["moves"] = [_move("training", TO_SERVICE)]
    raw["states"]["working"]["moves"] = [_move("gone", OUT_OF_WORK)]
    stay = {"median": 120, "sigma": 0.01, "longest": 150, "timeline": "even"}
    raw["states"]["training"] |= {"stay": stay, "then": AFTER}
    return model.build_model(raw)


def _plain_records() -> model.Raw:
    """Nobody is in two services at once, in a short one, or in business with a grant."""
    raw = model.read_parameters("records.toml")
    raw["services"]["second"]["share"] = raw["services"]["start_up"]["share"] = 0.0
    short = model.read_parameters("short_services.toml") | {"per_month": 0.0}
    return raw | {"short_services": short}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("planted") / "register"
    with pytest.MonkeyPatch.context() as patch:
        for module in (writing, model):
            patch.setattr(module, "load_model", _plain_model)
            patch.setattr(module, "load_records", _plain_records)
        synthesise(
            path, persons=16_000, seed=5, layout="canonical", first_month="2021-01",
            last_month="2022-12",
        )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def figures(folder: Path) -> pd.DataFrame:
    return _whole(folder)


def _whole(folder: Path) -> pd.DataFrame:
    """Figures of all residents of the whole register."""
    # A course that follows the one before within a week would be its renewal, and not what follows.
    parameters = {"after_service": {"renewal_gap_days": 0}}
    table = compute_register(
        open_register(folder), MONTHS, groups={}, trial_offices=(), parameters=parameters
    )
    where = (table["area"] == "SSS") & (table["population"] == "residents")
    return table[where & (table["dimension"] == "total")]


def _of(figures: pd.DataFrame, indicator: str, statistic: str) -> pd.DataFrame:
    chosen = (figures["indicator"] == indicator) & (figures["statistic"] == statistic)
    return figures[chosen & (figures["status"] == "normal")]


def _share(rows: pd.DataFrame) -> float:
    assert rows["denominator"].sum() > 3000
    return float(rows["numerator"].sum() / rows["denominator"].sum())


def test_the_hazard_of_a_service_is_recovered(figures: pd.DataFrame) -> None:
    in_time = 1 - exp(-TO_SERVICE * QUARTER)
    served = _share(_of(figures, "time_to_service", "within_3_months"))
    assert served == pytest.approx(in_time, abs=0.02)
    middle = -log(1 - in_time / 2) / TO_SERVICE * MONTH / 7
    median = _of(figures, "time_to_service", "median_weeks")
    weeks = np.average(median["value"], weights=median["denominator"])
    assert weeks == pytest.approx(middle, abs=0.3)


def test_the_ways_out_of_a_service_are_recovered(figures: pd.DataFrame) -> None:
    at_work = AFTER["working"] * exp(-OUT_OF_WORK * QUARTER)
    away = exp(-TO_UNEMPLOYMENT * QUARTER)
    waiting = exp(-TO_SERVICE * QUARTER)
    back = TO_UNEMPLOYMENT / (TO_SERVICE - TO_UNEMPLOYMENT) * (away - waiting)
    true = {
        "open_market": at_work,
        "unemployed": AFTER["unemployed"] * waiting + AFTER["gone"] * back,
        "in_service": AFTER["unemployed"] * (1 - waiting) + AFTER["gone"] * (1 - away - back),
        "other": AFTER["gone"] * away + AFTER["working"] - at_work,
    }
    found = {name: _share(_of(figures, "after_service", f"{name}_3_months")) for name in true}
    assert found == pytest.approx(true, abs=0.02)


@pytest.fixture(scope="module")
def planted(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pa.Table]:
    """The register with other services: single days at random, whatever somebody is doing."""
    rng = np.random.default_rng(8)
    ids = open_register(folder).read("persons", ["person_id"])["person_id"].to_numpy()
    first, last = pd.Timestamp("2020-01-01"), pd.Timestamp("2022-12-31")
    days = day_number(last.date()) - day_number(first.date()) + 1
    number = rng.poisson(A_YEAR * days / 365.25, len(ids))
    person, start = np.repeat(ids, number), rng.integers(0, days, number.sum())
    # Each of a kind of its own, so that none renews another.
    rows = pa.table(
        {
            "person_id": person,
            "group": np.array(["coaching", "trial"])[rng.integers(0, 2, len(start))],
            "kind": [f"K{at}" for at in range(len(start))],
            "start": pa.array((start + day_number(first.date())).astype(np.int32)).cast(
                pa.date32()
            ),
            "end": pa.array((start + day_number(first.date())).astype(np.int32)).cast(pa.date32()),
            "end_reason": pa.nulls(len(start), pa.string()),
        }
    )
    path = tmp_path_factory.mktemp("services") / "register"
    path.mkdir()
    for file in folder.iterdir():
        (path / file.name).write_bytes(file.read_bytes())
    write_table(path, "service", rows)
    write_table(path, "service_price", pa.Table.from_pylist(PRICES))
    return path, rows


PRICES = [
    {"group": group, "kind": None, "year": year, "euros_per_day": euros + year - 2021}
    for group, euros in (("coaching", 40.0), ("trial", 15.5))
    for year in (2021, 2022)
]


def test_services_at_random_are_counted_as_such(planted: tuple[Path, pa.Table]) -> None:
    figures = _whole(planted[0])
    numbers = {
        name: _of(figures, "service_paths", name)["value"].sum()
        for name in ("none", "one", "several")
    }
    persons = sum(numbers.values())
    assert persons > 3000
    true = {"none": exp(-A_YEAR), "one": A_YEAR * exp(-A_YEAR)}
    true["several"] = 1 - sum(true.values())
    shares = {name: number / persons for name, number in numbers.items()}
    assert shares == pytest.approx(true, abs=0.02)
    assert _share(_of(figures, "service_paths", "mean_services")) == pytest.approx(A_YEAR, abs=0.05)


def test_the_order_of_services_at_random_is_recovered(planted: tuple[Path, pa.Table]) -> None:
    months = [month for month in MONTHS if month >= "2022-01"]
    # More persons: services are planted whatever somebody is doing, and for however long.
    parameters = {"service_sequences": {"long_term_months": 1}}
    table = compute_register(
        open_register(planted[0]), months, groups={}, trial_offices=(), parameters=parameters
    )
    of_sequence = (table["indicator"] == "service_sequences") & (table["dimension"] == "sequence")
    where = of_sequence & (table["area"] == "SSS") & (table["population"] == "residents")
    found = table[where].groupby("category", observed=True)["value"].sum()
    # Of two groups, each as likely: how many services there are, and how many runs of one of them.
    all_, half = exp(-2 * A_YEAR), A_YEAR
    one = all_ * (exp(half) - 1)
    two = all_ * (half * exp(half) - exp(half) + 1)
    more = (1 - all_ - 2 * one - 2 * two) / 2
    true = {"none": all_}
    for name, other in (("coaching", "work"), ("work", "coaching")):
        true |= {name: one, f"{name}>{other}": two, f"{name}>{other}>{name}": more}
    assert (found / found.sum()).to_dict() == pytest.approx(true, abs=0.02)


def test_planted_prices_are_recovered(planted: tuple[Path, pa.Table]) -> None:
    folder, services = planted
    figures = _of(_whole(folder), "service_costs", "euros").set_index("month")["value"]
    frame = services.to_pandas()
    frame["month"] = pd.to_datetime(frame["start"]).dt.strftime("%Y-%m")
    price = {(row["group"], str(row["year"])): row["euros_per_day"] for row in PRICES}
    frame = frame[frame["month"].isin(MONTHS)]
    keys = zip(frame["group"], frame["month"].str[:4], strict=True)
    euros = [price[key] for key in keys]
    true = frame.assign(euros=euros).groupby("month")["euros"].sum()
    assert figures.to_dict() == pytest.approx(true.to_dict())
