import os
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from indicators.catalogue.loading import load_catalogue
from indicators.errors import UsageError
from indicators.settings.loading import check_overrides, load_settings
from indicators.settings.model import LANGUAGES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "indicators.toml").read_text(encoding="utf-8")


def load_text(folder, text):
    (folder / "indicators.toml").write_text(text, encoding="utf-8")
    return load_settings(folder)


def problems_of(folder, text):
    with pytest.raises(UsageError) as caught:
        load_text(folder, text)
    assert caught.value.exit_status == 2
    assert str(folder / "indicators.toml") in caught.value.message
    return caught.value.details


def replaced(old, new):
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)


def test_the_projects_own_settings():
    settings = load_settings(ROOT)
    assert settings.root == ROOT
    assert (settings.trial.start, settings.trial.end) == (date(2021, 3, 1), date(2023, 6, 30))
    assert settings.trial.offices == ("1530",)
    group = settings.groups[settings.report.group]
    assert set(group.members) == {"KU398", "KU098", "KU016", "KU316", "KU560"}
    assert group.locative["fi"] == "Lahden seudulla"
    assert settings.report.months == ("2022-02", "2023-06")
    assert settings.report.languages == LANGUAGES
    assert settings.statfin.directory == ROOT / "data" / "raw" / "statfin"
    # 50.6 person-years by the agreement
    assert sum(settings.resources.transferred_person_years.values()) == pytest.approx(50.6)
    assert settings.register is not None
    assert settings.register.directory == ROOT / "data" / "synthetic" / "register"
    assert settings.reconciliation.tolerance_share == 0.02
    assert settings.reconciliation.tolerance_persons == 4
    assert settings.disclosure.policy == "tyonv5"
    assert settings.parameters.trend_min_months == 60
    assert settings.parameters.indicators == {}


def test_a_group_is_reconciled_with_its_members(tmp_path):
    areas = load_settings(ROOT).reconciliation.areas
    assert areas == ("LAHTI5", "KU398", "KU098", "KU016", "KU316", "KU560")
    text = replaced('areas = ["LAHTI5"]', 'areas = ["KU098", "LAHTI5", "SSS"]')
    areas = load_text(tmp_path, text).reconciliation.areas
    assert areas == ("KU098", "LAHTI5", "KU398", "KU016", "KU316", "KU560", "SSS")


def test_a_register_may_be_left_out_and_lie_anywhere(tmp_path):
    table = '[register]\ndirectory = "data/synthetic/register"\n'
    assert load_text(tmp_path, replaced(table, "")).register is None
    elsewhere = load_text(tmp_path, replaced("data/synthetic/register", "/safe/register"))
    assert elsewhere.register is not None
    assert elsewhere.register.directory == Path("/safe/register")


def test_settings_travel_to_other_processes():
    settings = load_settings(ROOT)
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_ranges_of_months_and_parameters_of_indicators(tmp_path):
    text = replaced('["2022-02", "2023-06"]', '["2023-06", "2022-11..2023-01"]')
    settings = load_text(tmp_path, text + "\n[parameters.plan_coverage]\ndue_after_days = 7\n")
    assert settings.report.months == ("2022-11", "2022-12", "2023-01", "2023-06")
    assert settings.parameters.indicators == {"plan_coverage": {"due_after_days": 7}}


def test_another_region_is_a_change_of_the_file_only(tmp_path):
    text = TEXT.replace("LAHTI5", "PORI").replace('offices = ["1530"]', 'offices = ["1430"]')
    settings = load_text(tmp_path, text.replace('comparisons = ["MK07"]', "comparisons = []"))
    assert list(settings.groups) == ["PORI"]
    assert settings.report.comparisons == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('policy = "tyonv5"', 'polcy = "tyonv5"', "disclosure.policy: is missing"),
        ('policy = "tyonv5"', "policy = 5", "disclosure.policy: must be the name of a policy"),
        ('id = "lahti"', 'id = "Lahti 1"', "trial.id: must be an id of small letters"),
        ('act = "1269/2020"', "act = 1269", "trial.act: must be an act's number"),
        ("end = 2023-06-30", "end = 2021-02-28", "trial.end: 2021-02-28 is before the start"),
        ("end = 2023-06-30", 'end = "2023-06-30"', "trial.end: must be a date without quotes"),
        ("end = 2023-06-30", "end = 2023-06-30T12:00:00", "trial.end: must be a date without"),
        ('["1530"]', "[1530]", "trial.offices[0]: must be an office code of four"),
        ('["1530"]', "[]", "trial.offices: must be a list where each is an office"),
        ('"KU398", "KU098"', '"KU398", "098"', "groups.LAHTI5.members[1]: must be a municipality"),
        ('"KU398", "KU098"', '"KU398", "KU398"', "groups.LAHTI5.members[1]: KU398 is there twice"),
        ('sv = "i Lahtisregionen"\n', "", "groups.LAHTI5.locative.sv: is missing"),
        ('sv = "i Lahtisregionen"', 'sv = " "', "groups.LAHTI5.locative.sv: must be a text"),
        ('sv = "i Lahtisregionen"', 'sv = "x"\nse = "y"', "groups.LAHTI5.locative.se: unknown key"),
        ('group = "LAHTI5"', 'group = "LAHTI4"', "report.group: must be the code of a table"),
        ('country = "SSS"', 'country = "SWE"', "report.country: must be SSS"),
        ('["MK07"]', '["MK7"]', "report.comparisons[0]: must be an area code"),
        ('["fi", "sv", "en"]', '["fi", "de"]', "report.languages[1]: must be a language: fi, sv"),
        ('["2022-02", "2023-06"]', '["2022-13"]', "report.months: 2022-13 is not a month; write"),
        ('["2022-02", "2023-06"]', "[]", "report.months: must be a list where"),
        ('["2022-02", "2023-06"]', "[202202]", "report.months[0]: must be a month such"),
        ("[report.publisher]", "[report.printer]", "report.publisher: is missing; write a table"),
        ('"data/synthetic/register"', "7", "register.directory: must be a text, not 7"),
        ("[register]", "[register]\nfolder = 1", "register.folder: unknown key; known here: dir"),
        (
            "[register]",
            "[registr]",
            "registr: unknown key; did you mean register? known here: trial",
        ),
        ("KU398 = 41.2", "KU398 = -1", "transferred_person_years.KU398: must be a number, 0 or"),
        ("KU398 = 41.2", "KU398 = nan", "transferred_person_years.KU398: must be a number, 0 or"),
        ("KU398 = 41.2", "KU398 = true", "transferred_person_years.KU398: must be a number, 0 or"),
        ("share = 0.02", "share = -0.02", "reconciliation.tolerance_share: must be a number, 0"),
        ("tolerance_persons = 4", "", "reconciliation.tolerance_persons: is missing"),
        ('areas = ["LAHTI5"]', 'areas = ["LAHTI"]', "reconciliation.areas[0]: must be an area"),
        ('areas = ["LAHTI5"]', "areas = []", "reconciliation.areas: must be a list where"),
        ("tolerance_share", "tol", "reconciliation.tol: unknown key; known here: toler"),
        ("KU398 = 41.2", "398 = 41.2", "transferred_person_years.398: must be a municipality"),
        ("= 60", "= 23", "parameters.trend_min_months: must be a whole number, 24 or more, not 23"),
        ("= 60", "= 60.5", "parameters.trend_min_months: must be a whole number"),
        ("= 60", "= 60\nindicators = 3", "parameters.indicators: unknown key; known here: trend"),
        (
            'name]\nfi = "Lahden seutu"',
            'name]\n"<code>" = "X"\nfi = "L"',
            "name.<code>: unknown key",
        ),
        ("[groups.LAHTI5]", '[groups.LAHTI5]\ncode = "X"', "groups.LAHTI5.code: unknown key"),
        ("= 60", "= 60\nmax = 3", "parameters.max: unknown key; known here: trend_min_months"),
        ("= 60", "= 60\n[parameters.x]\ny = []", "parameters.x.y: must be a text, a number, true"),
        ("= 60", "= []", "trend_min_months: must be a whole number, 24 or more, not an empty list"),
        ("= 60", "= {a = 1}", "trend_min_months: must be a whole number, 24 or more, not a table"),
        ("[statfin]", "[statfinn]", "statfin: is missing; write a table"),
        ("[statfin]", "[statfinn]", "statfinn: unknown key; did you mean statfin? known here: tr"),
    ],
)
def test_every_mistake_is_named_with_its_key_path(tmp_path, old, new, problem):
    assert any(problem in line for line in problems_of(tmp_path, replaced(old, new)))


@pytest.mark.parametrize("code", ["KU123", "SSS", "TA31", "EVK03", "lahti5", "5LAHTI"])
def test_a_groups_code_is_not_one_of_statfins(tmp_path, code):
    lines = problems_of(tmp_path, TEXT.replace("LAHTI5", code))
    [line] = lines
    assert line.startswith(f"groups.{code}: must be a code of capital letters that StatFin and")


def test_a_group_that_is_no_table(tmp_path):
    values = 'groups.LAHTI5 = "all"\n' + TEXT.partition("[groups")[0]
    assert 'groups.LAHTI5: must be a table, not "all"' in problems_of(tmp_path, values)


def test_all_problems_are_told_at_once(tmp_path):
    text = replaced("end = 2023-06-30", "end = 2020-01-01").replace("[disclosure]", "[disc]")
    text = text.replace('["2022-02", "2023-06"]', '["2022-13", "2022-14", "2022-02"]')
    assert [line.split(":")[0] for line in problems_of(tmp_path, text)] == [
        "trial.end",
        "report.months",
        "report.months",
        "disclosure",
        "disc",
    ]


def test_a_fault_of_one_key_hides_none_of_another(tmp_path):
    text = replaced("KU398 = 41.2", 'KU398 = "many"\n398 = "x"')
    text = text.replace("trend_min_months = 60", "trend_min_months = 6\n[parameters.x]\ny = []")
    text = text.replace("# leave_out = [{ ", "leave_out = [{}, { indicatr = 'x', month = 1, ")
    text = text.replace("lost_share = 0.1", "lost_share = 1.5\nfew_row = 2\nall = 1")
    lines = problems_of(tmp_path, text)
    assert all("known here: unreadable_share" in line for line in lines[-2:])
    assert [line.split(";")[0] for line in lines] == [
        "resources.transferred_person_years.398: must be a municipality code such as KU398, "
        'not "398"',
        'resources.transferred_person_years.KU398: must be a number, 0 or more, not "many"',
        'resources.transferred_person_years.398: must be a number, 0 or more, not "x"',
        "disclosure.leave_out[0]: names no rows",
        "disclosure.leave_out[1].indicatr: unknown key",
        "disclosure.leave_out[1].month: must be a text, not 1",
        "parameters.trend_min_months: must be a whole number, 24 or more, not 6",
        "parameters.x.y: must be a text, a number, true or false, not an empty list",
        "import.lost_share: must be a share from 0 to 1, such as 0.1, not 1.5",
        "import.all: unknown key",
        "import.few_row: unknown key",
    ]


def test_an_empty_file_lacks_one_thing_a_section(tmp_path):
    assert len(problems_of(tmp_path, "")) == 7


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[trial\n", "is not TOML: .*line 1"),
        (b"start = 2021-02-30\n", "is not TOML: .*line 1"),
        (b"name = 'K\xe4rk\xf6l\xe4'\n", "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, content, reason):
    (tmp_path / "indicators.toml").write_bytes(content)
    with pytest.raises(UsageError, match=f"indicators.toml {reason}"):
        load_settings(tmp_path)


def test_a_folder_of_that_name(tmp_path):
    (tmp_path / "indicators.toml").mkdir()
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        load_settings(tmp_path)


def test_the_named_folder_must_hold_the_file(tmp_path):
    (tmp_path / "below").mkdir()
    load_text(tmp_path, TEXT)
    with pytest.raises(UsageError, match=r"No indicators.toml in .*below; .* --project"):
        load_settings(tmp_path / "below")


def test_the_nearest_folder_above_is_the_project(tmp_path, monkeypatch):
    (tmp_path / "notebooks" / "month").mkdir(parents=True)
    load_text(tmp_path, TEXT)
    monkeypatch.chdir(tmp_path / "notebooks" / "month")
    assert load_settings().root == tmp_path


def test_a_relative_folder_gives_an_absolute_root(tmp_path, monkeypatch):
    load_text(tmp_path, TEXT)
    monkeypatch.chdir(tmp_path)
    assert load_settings(Path()).root == tmp_path


def test_last_comes_the_source_checkout(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_settings().root == ROOT


def test_no_file_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("indicators.settings.loading.__file__", str(tmp_path / "a/b/c/load.py"))
    with pytest.raises(UsageError, match=r"No indicators.toml in .* or a folder above it"):
        load_settings()


def test_reading_the_settings_imports_nothing_heavy():
    heavy = "{'numpy', 'pandas', 'holidays', 'yaml'}"
    code = (
        "import sys; from indicators.settings.loading import load_settings; load_settings(); "
        f"print({heavy} & {{*sys.modules}})"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    assert done.stdout.split() == [b"set()"]


DEFAULTS = {"plan_coverage": {"due_after_days": 14, "share": 0.5, "strict": True}, "caseload": {}}


def with_overrides(folder, lines):
    return load_text(folder, TEXT + lines)


def test_parameters_that_the_catalogue_knows_pass(tmp_path):
    lines = "\n[parameters.plan_coverage]\ndue_after_days = 7\nshare = 1\nstrict = false\n"
    lines += "[parameters.all]\ndue_after_days = 8\n"
    check_overrides(with_overrides(tmp_path, lines), DEFAULTS)


def test_parameters_that_the_catalogue_does_not_know_are_all_named(tmp_path):
    lines = """
[parameters.plan_coverage]
due_after_day = 7
due_after_days = 7.5
strict = 1
[parameters.caseload]
x = 1
[parameters.plans]
y = 2
"""
    with pytest.raises(UsageError) as caught:
        check_overrides(with_overrides(tmp_path, lines), DEFAULTS)
    assert [line.split(";")[0] for line in caught.value.details] == [
        "parameters.plan_coverage.due_after_day: unknown parameter",
        "parameters.plan_coverage.due_after_days: must be of the kind of its default, 14",
        "parameters.plan_coverage.strict: must be of the kind of its default, True",
        "parameters.caseload.x: unknown parameter",
        "parameters.plans: no indicator has this id",
    ]


def test_the_example_at_the_files_end_can_be_switched_on(tmp_path):
    *rest, table, value = TEXT.splitlines()
    lines = [*rest, table.removeprefix("# "), value.removeprefix("# ")]
    settings = load_text(tmp_path, "\n".join(lines))
    assert settings.parameters.indicators
    indicators = load_catalogue().indicators
    check_overrides(settings, {i.id: {p.id: p.default for p in i.parameters} for i in indicators})
