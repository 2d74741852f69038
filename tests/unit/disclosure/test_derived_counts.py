"""Counts that nobody wrote down but that published rows give by subtraction (section 6)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fixtures.small_tables import MEMBERS
from indicators import protect, table
from indicators.cli.main import main
from indicators.disclosure import policy as leaving_out
from indicators.disclosure.audit import audit_tables
from indicators.errors import DisclosureError, UsageError
from indicators.settings.loading import load_settings

ROOT = Path(__file__).resolve().parents[3]
# Every table is protected and attacked.
pytestmark = pytest.mark.slow


def row(indicator: str, statistic: str, above: float, below: float = np.nan, **other: str):
    unit = other.pop("unit", "persons" if np.isnan(below) else "percent")
    value = above if np.isnan(below) else above / below * (100 if unit == "percent" else 1)
    key = {"month": "2022-02", "area": "KU316", "population": "residents"} | other
    key = {"dimension": "total", "category": "total"} | key
    numbers = {"numerator": above, "denominator": below, "value": value}
    rest = {"low": np.nan, "high": np.nan, "unit": unit, "status": "normal", "series_break": None}
    result = {"indicator": indicator, "statistic": statistic} | key | numbers | rest
    return result | {"source": "register", "vintage": "2023-06-30"}


def by_sex(population: str, men: int, women: int) -> list[dict]:
    extended = ("extended_unemployment", "value")
    return [
        row(*extended, men + women, population=population),
        row(*extended, men, population=population, dimension="sex", category="men"),
        row(*extended, women, population=population, dimension="sex", category="women"),
    ]


def hidden(*rows: dict, policy: str = "tyonv5", groups=None) -> list[bool]:
    reported = protect(pd.DataFrame(rows), policy=policy, groups=groups or {})
    limit = {"tyonv5": 4, "strict10": 9}[policy]
    assert audit_tables([reported], hidden_up_to=limit, groups=groups or {}).recovered == 0
    return (reported["status"] == "suppressed").tolist()


def test_those_who_did_not_are_a_count_too():
    assert hidden(row("flow_over_3_months", "value", 8, 9)) == [True]
    assert hidden(row("flow_over_3_months", "value", 9, 9)) == [False]
    assert hidden(row("flow_over_3_months", "value", 8, 13)) == [False]
    pairs = [
        row("wellbeing_change", "pairs", 7, population="target_group"),
        row("wellbeing_change", "attrition_share", 13, 20, population="target_group"),
    ]
    assert hidden(*pairs, policy="strict10") == [True, True]
    assert hidden(*pairs) == [False, False]


def test_those_of_a_cohort_who_left_between_two_months_are_a_count():
    later = row("flow_over_6_months", "value", 17, 30, month="2022-05")
    assert sum(hidden(row("flow_over_3_months", "value", 20, 30), later)) == 1
    assert sum(hidden(row("flow_over_3_months", "value", 22, 30), later)) == 0


def test_what_is_not_fully_observed_is_a_count_beside_the_whole_one():
    # 97 offers were made to residents outside the target group; of 4 ninety days are over.
    offers = [
        row("job_offers", "offers", 221, unit="offers"),
        row("job_offers", "offers", 124, unit="offers", population="target_group"),
    ]
    later = [followed(0, 10), followed(0, 6, population="target_group")]
    assert hidden(*offers, *later)[2:] != [False, False]
    assert not any(hidden(*offers, later[0] | {"denominator": 20.0}))


def followed(above: float, below: float, **other: str) -> dict:
    """A share of those offers of which ninety days have passed by the day of the extract."""
    share = row("job_offers", "employed_90_days", above, below, **other)
    return share | {"status": "provisional", "vintage": "2022-03-31"}


def offers_by_sex(men: int, women: int) -> list[dict]:
    one = ("job_offers", "offers")
    return [
        row(*one, men + women, unit="offers"),
        row(*one, men, unit="offers", dimension="sex", category="men"),
        row(*one, women, unit="offers", dimension="sex", category="women"),
    ]


def test_a_hidden_denominator_of_those_followed_is_not_taken_for_all():
    men, women = ({"dimension": "sex", "category": name} for name in ("men", "women"))
    later = [followed(0, 19), followed(0, 17, **men), followed(0, 2, **women)]
    found = hidden(*offers_by_sex(30, 20), *later)
    assert found[:3] == [False, False, False]
    assert found[5]
    assert sum(found) == 2
    # Where not one row is shown, the day of the extract tells that not all are followed.
    assert hidden(*offers_by_sex(30, 20), followed(0, 2, **women)) == [False, False, False, True]
    # A planted leak: the total and the men are shown, and so the women told.
    rows = pd.DataFrame([*offers_by_sex(30, 20), *later])
    rows.loc[5, "status"], rows.loc[5, list(table.NUMBERS)] = "suppressed", np.nan
    assert audit_tables([rows], hidden_up_to=4, groups={}).recovered > 0


def test_those_followed_are_at_most_all():
    men = {"dimension": "sex", "category": "men"}
    rows = pd.DataFrame([*offers_by_sex(27, 3), followed(9, 27, **men)])
    rows.loc[[1, 2], "status"], rows.loc[[1, 2], list(table.NUMBERS)] = "suppressed", np.nan
    # Of 30 offers 27 of men are followed: 3 at most were made to women.
    assert audit_tables([rows], hidden_up_to=4, groups={}).recovered > 0
    rows.loc[3, "denominator"] = 20.0
    assert audit_tables([rows], hidden_up_to=4, groups={}).recovered == 0


def test_when_all_are_followed_their_denominator_is_all():
    partly = protect(pd.DataFrame([followed(9, 20), *offers_by_sex(27, 23)]), groups={})
    share = ("job_offers", "employed_90_days")
    later = pd.DataFrame([row(*share, 12, 50), *offers_by_sex(27, 23)])
    assert protect(later, published=[partly], groups={})["value"].notna().all()
    men = {"dimension": "sex", "category": "men"}
    for shown, told in ((row(*share, 9, 26, **men), True), (followed(9, 26, **men), False)):
        rows = pd.DataFrame([*offers_by_sex(26, 4), shown])
        rows.loc[[1, 2], "status"], rows.loc[[1, 2], list(table.NUMBERS)] = "suppressed", np.nan
        assert (audit_tables([rows], hidden_up_to=4, groups={}).recovered > 0) == told


def test_residents_outside_the_target_group_are_a_count():
    mean = {"unit": "weeks"}
    rows = [
        row("unemployment_duration", "mean_weeks", 410.0, 8, **mean),
        row("unemployment_duration", "mean_weeks", 2011 / 7, 7, population="target_group", **mean),
    ]
    assert sum(hidden(*rows)) == 1
    reported = protect(pd.DataFrame(rows), groups={})
    assert set(reported["value"].dropna()) <= {50.0, 40.0}
    assert reported["numerator"].isna().all()


def test_a_part_is_at_most_its_whole():
    # Women of the target group are at most 6: with a total of 10 its men would be 4 or more.
    rows = [*by_sex("residents", 10, 6), *by_sex("target_group", 4, 6)]
    found = hidden(*rows)
    assert found[4]
    assert sum(found) == 2
    # The unemployed are 5 in public, so long-term at most 5: the sum of both would tell the rest.
    structural = [("long_term", 5), ("recurrent", 0), ("returned_from_service", 0)]
    rows = [row("unemployment_share", "value", 5, 200), row("structural_unemployment", "total", 9)]
    rows += [row("structural_unemployment", name, count) for name, count in structural]
    found = hidden(*rows, row("structural_unemployment", "service_to_service", 4))
    assert found[-1]
    assert sum(found) == 2


def few(**other: str) -> dict:
    nothing = dict.fromkeys(("numerator", "denominator", "value"), np.nan)
    result = row("satisfaction", "respondents", 1, population="target_group", **other)
    return result | nothing | {"status": "suppressed", "source": "survey"}


def test_a_row_that_too_few_answered_is_not_told_by_the_others():
    def answered(area: str, count: int) -> dict:
        return row("satisfaction", "respondents", count, area=area, population="target_group")

    groups = {"G": ("KU398", "KU098", "KU016")}
    rows = [answered("KU398", 30), answered("KU098", 40), few(area="KU016"), answered("G", 72)]
    found = hidden(*rows, groups=groups)
    assert found[2]
    assert sum(found) == 2
    # Nothing small is told where the sum leaves more than a hidden count may be.
    rows[3] = answered("G", 79)
    assert sum(hidden(*rows, groups=groups)) == 1


GROUPS = {"LAHTI5": MEMBERS}
FEWER = {"LAHTI5": MEMBERS[:-1]}


def of_group(men: int, women: int) -> pd.DataFrame:
    """Figures of a group alone."""
    return pd.DataFrame([item | {"area": "LAHTI5"} for item in by_sex("residents", men, women)])


def test_a_group_with_other_members_is_another_area():
    first = protect(of_group(40, 31), groups=GROUPS)
    apart = protect(of_group(37, 31), groups=FEWER)
    # Each is safe by itself; together they tell the member that is gone.
    assert audit_tables([first, apart], hidden_up_to=4, groups=FEWER).recovered > 0
    second = protect(of_group(37, 31), published=[first], groups=FEWER)
    assert audit_tables([first, second], hidden_up_to=4, groups=FEWER).recovered == 0
    assert (second["status"] == "normal").any()


def test_members_stay_beside_what_was_protected(tmp_path: Path, capfd):
    text = (ROOT / "indicators.toml").read_text("utf-8")
    (tmp_path / "indicators.toml").write_text(text, encoding="utf-8")
    paths = [tmp_path / name for name in ("first.csv", "second.csv", "one.csv", "two.csv")]
    of_group(40, 31).to_csv(paths[0], index=False)
    of_group(37, 31).to_csv(paths[1], index=False)
    project = ("--project", str(tmp_path))
    assert main(["protect", *map(str, (paths[0], paths[2])), *project]) == 0
    beside = json.loads((tmp_path / "one.csv.groups.json").read_text("utf-8"))
    assert beside == {"LAHTI5": list(load_settings(ROOT).groups["LAHTI5"].members)}
    assert '"KU560"]' in text
    fewer = text.replace(', "KU560"]', "]")
    (tmp_path / "indicators.toml").write_text(fewer, encoding="utf-8")
    results = ["--published", str(paths[2])]
    assert main(["protect", *map(str, (paths[1], paths[3])), *results, *project]) == 0
    assert main(["attack", *map(str, paths[2:]), *project]) == 0
    assert "none told" in capfd.readouterr().out
    assert set(table.read(paths[3])["status"].astype(str)) == {"normal", "suppressed"}


def laxer_first() -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """A table, and parts of it that are out and that give a small count of it away."""
    extended = ("extended_unemployment", "value")
    results = [
        row(*extended, 30, area="KU398"),
        row(*extended, 33, area="LAHTI5"),
    ]
    new = [
        row(*extended, 3, area="KU098"),
        row(*extended, 40, area="KU016", population="target_group"),
    ]
    return pd.DataFrame(new), [pd.DataFrame(results)]


def test_a_refusal_names_rows_without_which_the_table_is_safe():
    new, stream = laxer_first()
    groups = {"LAHTI5": ("KU398", "KU098")}
    with pytest.raises(DisclosureError) as refused:
        protect(new, published=stream, groups=groups)
    assert "can be published without these rows" in refused.value.message
    [entry] = refused.value.details
    assert 'indicator = "extended_unemployment"' in entry
    assert 'area = "KU098"' in entry
    rest = leaving_out.drop_rows(new, [{"indicator": "extended_unemployment", "area": "KU098"}])
    assert len(protect(rest, published=stream, groups=groups)) == 1


def test_the_settings_leave_rows_out_by_columns_of_the_key(tmp_path: Path):
    text = (ROOT / "indicators.toml").read_text("utf-8")
    entry = '{ indicator = "extended_unemployment", area = "KU098" }'
    for given, problem in ((entry, ""), ('{ unit = "weeks" }', "unknown key"), ("{}", "no rows")):
        changed = text.replace('policy = "tyonv5"\n', f'policy = "tyonv5"\nleave_out = [{given}]\n')
        (tmp_path / "indicators.toml").write_text(changed, encoding="utf-8")
        if problem:
            with pytest.raises(UsageError, match=problem):
                load_settings(tmp_path)
        else:
            result = load_settings(tmp_path).disclosure
            assert result == replace(
                result, leave_out=({"indicator": "extended_unemployment", "area": "KU098"},)
            )


def test_rows_that_too_few_answered_may_be_told_by_zeros_that_would_be_shown():
    # 12 of whom 10 are 50 or older leaves two, and each of the others has one at least.
    def answered(number: float, category: str, **other: str) -> dict:
        dimension = "total" if category == "total" else "age_group"
        key = {"population": "target_group", "dimension": dimension, "category": category}
        return row("satisfaction", "respondents", number, **key) | other

    few = [answered(np.nan, one, status="suppressed") for one in ("15-24", "25-29")]
    told = hidden(answered(12, "total"), answered(10, "50-"), *few)
    assert told[2:] == [True, True]
    assert sum(told[:2]) == 1
