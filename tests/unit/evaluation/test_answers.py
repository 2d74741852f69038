"""Known answers of a made-up panel, and ranks and tiles of the trial areas."""

import numpy as np
import pandas as pd
import pytest

from fixtures.evaluation_panel import keys, studied
from indicators.evaluation import wild_bootstrap
from indicators.evaluation.study import known_answers as module
from indicators.evaluation.study.known_answers import BOOTSTRAP_DRAWS, known_answers


def made_up(trial: str) -> pd.DataFrame:
    """Sixteen municipalities in eight areas, three of them treated in the second of two years."""
    random = np.random.default_rng(len(trial))
    units, months = np.arange(16), [f"{year}-{m:02d}" for year in (2016, 2018) for m in (1, 2, 3)]
    frame = pd.DataFrame(
        [(unit, month, unit // 2) for unit in units for month in months],
        columns=["unit", "month", "cluster"],
    )
    treated = frame["cluster"] < 3
    frame["treated_from"] = frame["unit"].map(lambda unit: "2018-01" if unit < 6 else None)
    shock = random.standard_normal((8, 6))[frame["cluster"], frame.index % 6]
    share = 10 + shock + random.standard_normal(len(frame)) + (treated & (frame["month"] > "2017"))
    for name in ("unemployment", "extended", "long_term"):
        frame[f"{name}_share"] = share
        share = share + 1
    frame["activation_rate"] = share
    for name in ("unemployed", "extended", "activation", "long_term"):
        frame[f"log_{name}"] = np.log(share)
    return frame


def test_the_bootstrap_of_two_means_a_unit_is_that_of_every_month(monkeypatch):
    variables = {(name, "points"): name for name in ("unemployment_share", "long_term_share")}
    monkeypatch.setattr(module, "_VARIABLES", variables)
    answers = known_answers(made_up).set_index(["trial", "outcome", "form", "cluster"])
    frame = made_up("2017-18")
    slow = wild_bootstrap(
        frame, unit="unit", time="month", outcome="unemployment_share", cluster="cluster",
        treated_from=frame.groupby("unit")["treated_from"].first(), draws=BOOTSTRAP_DRAWS,
    )  # fmt: skip
    row = answers.loc[("2017-18", "unemployment_share", "points", "trial_area")]
    assert row["p_bootstrap"] == pytest.approx(slow.p_value, abs=1e-9)
    assert row["treated_clusters"] == 3
    # Nothing was published of long-term unemployment in 2012–15: nothing agrees or differs.
    unknown = answers.loc[("2012-15", "long_term_share", "points", "trial_area")]
    assert unknown["agreement"] == "not_published"
    assert unknown["agrees"] is pd.NA


@pytest.mark.slow
def test_areas_are_ranked_and_have_a_tile_each():
    frames = studied()
    for _, own in frames["trial_areas"].groupby(["outcome", "base", "weights"]):
        # Each is drawn towards the mean, and the controls' error is in every interval.
        assert (own["std_error"] > own["own_error"]).all()
        assert np.ptp(own["shrunken"]) <= np.ptp(own["estimate"])
        assert sorted(own["rank"]) == list(range(1, len(own) + 1))
        assert own["rank"].between(own["rank_low"], own["rank_high"]).all()
        assert own[["lowest", "highest"]].sum().to_numpy() == pytest.approx([1, 1])
        assert (own["p_adjusted"] >= own["p_value"]).all()
    tiles = frames["area_tiles"]
    assert not tiles.duplicated(["kind", "column", "row"]).any()
    assert set(tiles["code"]) >= set(frames["trial_area_facts"]["area_code"])
    assert tiles["name"].tolist() == [keys().name(code, "fi") for code in tiles["code"]]
