"""As many cells hidden as by Tau-Argus, the tool of the statistical offices, on its own ground.

``pytauargus`` brings the program and its solver in one wheel, under the EUPL as this package is.
"""

import numpy as np
import pytauargus

from intruder.figures import FAMILIES
from intruder.releases import Release, release
from intruder.towns import LAHTI5, draw_towns


def table_of_two_ways(seed: int) -> Release:
    """Towns by age, with totals both ways, nobody without residence."""
    draw = np.random.default_rng(seed)
    while True:
        towns = draw_towns(draw, 1, ["age_group"])
        if len(towns.towns) == 5 and towns.populations == ("residents",):
            released = release(towns, FAMILIES["extended"], [0])
            if released.rows["numerator"].between(1, 4).any():
                return released


def hidden_by_tauargus(result: Release, folder) -> int:
    cells = result.rows[
        result.rows["area"].isin(LAHTI5) & (result.rows["dimension"] == "age_group")
    ]
    persons = cells.loc[cells.index.repeat(cells["numerator"].astype(int))]
    columns = {"area": persons["area"].tolist(), "age": persons["category"].tolist()}
    columns["persons"] = [1.0] * len(persons)
    found = pytauargus.protect(
        columns, ["area", "age"], "persons", safety_rules="FREQ(5,30)", workdir=str(folder)
    )
    return sum(item == "x" for item in found.tables[0].safe())


def test_hardly_more_is_hidden_than_by_tauargus(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # The program leaves logs of its solver where it runs.
    from indicators.disclosure.policy import find_policy
    from indicators.disclosure.suppression import protect_rows

    ratios = []
    for seed in range(10):
        outcome = table_of_two_ways(seed)
        result = protect_rows(outcome.rows, [], policy=find_policy("tyonv5"), groups=outcome.groups)
        ratios.append(len(result.hidden) / hidden_by_tauargus(outcome, tmp_path / str(seed)))
    assert np.mean(ratios) <= 1.1, ratios
