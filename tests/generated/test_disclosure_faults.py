"""Known faults: tables that could be protected and are refused, or are let out and told."""

import pytest

from intruder.trials import trial

FAULTS = {
    "an equation whose counts nobody knows is believed exact, also where others of its kind "
    "leave out persons without residence (identities._settle)": [
        (61, "by two dimensions", "tyonv5"),
        (69, "under two indicators", "strict10"),
    ],
    "what is out already is taken for hidden where the new table hides the row "
    "(protecting._rows)": [(64, "beside official figures", "strict10")],
    "a numerator of nobody, hidden with its share, is taken for a secret (attacking._judge)": [
        (31, "growing", "tyonv5")
    ],
    "a hidden count is thought to be 0 where a zero would be shown (attacking._not_zero, and "
    "protecting._attackers of counts in earlier tables): it is told": [
        (82, "by two dimensions", "svt3")
    ],
}


@pytest.mark.parametrize(
    ("seed", "way", "policy"),
    [
        pytest.param(*one, marks=pytest.mark.xfail(strict=True, reason=reason))
        for reason, trials in FAULTS.items()
        for one in trials
    ],
)
def test_what_can_be_protected_is_protected(seed, way, policy):
    found = trial(seed, way, policy)
    assert found.withstood
    assert all(found.hopeless), found.refused
