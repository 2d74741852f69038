"""Each kind of fault in a definition is found, with its file and key path, all at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import indicators.catalogue
from indicators.catalogue.loading import load_catalogue, load_catalogue_from
from indicators.errors import DataError

DEFINITIONS = Path(indicators.catalogue.__file__).parent / "definitions"
SHARE = "01_unemployment_share.toml"
RATE = "11_activation_rate.toml"
PLANS = "17_plan_coverage.toml"
FLOW = "08_flow_over_3_months.toml"

# file, what to replace, by what, the faults that must be named
FAULTS = [
    (SHARE, "number = 1\n", "number = 1\ncolour = 2\n", ["colour: unknown key"]),
    (
        SHARE,
        "[name]\n",
        "[names]\n",
        ["name: is missing; write a table", "names: unknown key; did you mean name?"],
    ),
    (
        SHARE,
        '[statfin]\nstatistic = "value"\n',
        "[statfin]\n",
        ["statfin.statistic: is missing; write a text"],
    ),
    (SHARE, "[short]\n", "[short]\nde = 'x'\n", ["short.de: unknown key"]),
    (
        SHARE,
        'sv = "Arbetslösas andel av arbetskraften"\n',
        "",
        ["short.sv: is missing; write a text"],
    ),
    (
        SHARE,
        'sv = "Arbetslösas andel av arbetskraften"',
        'sv = " \u00a0"',
        ["short.sv: empty translation"],
    ),
    (
        SHARE,
        'sv = "Arbetslösas andel av arbetskraften"',
        "sv = 3",
        ["short.sv: must be a text, not 3"],
    ),
    (
        SHARE,
        'sv = "Arbetslösas andel av arbetskraften"',
        'sv = "TODO översätt"',
        ["short.sv: unfinished text: 'TODO'"],
    ),
    (
        SHARE,
        'sv = "Arbetslösas andel av arbetskraften"',
        'sv = "Andel i {area}"',
        ["short.sv: placeholders ['area'] are not those of fi, []"],
    ),
    (
        SHARE,
        'sv = "Arbetslösas andel av arbetskraften"',
        f'sv = "{"a" * 61}"',
        [f"short: '{'a' * 61}' is longer than 60 characters"],
    ),
    (SHARE, 'unit = "percent"', 'unit = "parsec"', ["statistics[0].unit: unknown 'parsec'"]),
    (SHARE, 'grade = "A"', 'grade = "E"', ["certainty.grade: unknown 'E'"]),
    (SHARE, '"statfin", "register"', '"gossip"', ["sources[0]: unknown 'gossip'"]),
    (SHARE, 'dimensions = ["total"]', 'dimensions = ["star"]', ["dimensions[0]: unknown 'star'"]),
    (SHARE, '["residents"]', '["ghosts"]', ["populations[0]: unknown 'ghosts'"]),
    (SHARE, "parameters = []", 'parameters = ["luck"]', ["parameters[0]: unknown 'luck'"]),
    (SHARE, 'count_moment = "stock"', 'count_moment = "noon"', ["count_moment: unknown 'noon'"]),
    (SHARE, 'headline = "value"', 'headline = "mean"', ["headline: unknown 'mean'"]),
    (SHARE, "number = 1\n", 'number = "1"\n', ['number: must be a whole number, not "1"']),
    (SHARE, "number = 1\n", "number = true\n", ["number: must be a whole number, not true"]),
    (SHARE, 'dimensions = ["total"]', 'dimensions = "total"', ["dimensions: must be a list"]),
    (SHARE, "parameters = []\n", "", ["parameters: is missing; write a list where each"]),
    (SHARE, "[certainty.note]", "[certainty.notes]", ["certainty.note: is missing; write a table"]),
    (SHARE, "[certainty.note]", "[certainty.notes]", ["certainty.notes: unknown key"]),
    (
        SHARE,
        '["total"]',
        '["total", "total"]',
        ["dimensions[1]: total is there twice"],
    ),
    (
        SHARE,
        "[statfin]",
        '[[statistics]]\nid = "value"\nunit = "percent"\n'
        'label = { fi = "a", sv = "b", en = "c" }\n\n[statfin]',
        ["statistics: duplicate id 'value'"],
    ),
    (
        SHARE,
        'denominator = ["TYOVOIMATK"]',
        'denominator = ["TYOVOIMATK"]\ndenominator_missing = true',
        ["statfin.denominator_missing: true, but a denominator is given"],
    ),
    (SHARE, "number = 1\n", "number = 11\n", ["number: duplicate 11", "number 1 is missing"]),
    (SHARE, "number = 1\n", "number = -1\n", ["number: -1 must be 1 or more"]),
    (SHARE, "number = 1\n", "number = 21\n", ["number 1 is missing"]),
    (
        PLANS,
        "{plan_due_days:# days|# day}. Employment",
        "{plan_due_days:# days}. Employment",
        ["definition.en: '{plan_due_days:# days}' is no placeholder"],
    ),
    (
        PLANS,
        'fi = "Suunnitelma vanhentunut", sv = "Planen föråldrad", en = "Plan expired"',
        'fi = "{youth_age}", sv = "{youth_age}", en = "{youth_age}"',
        ["statistics[2].label.fi: '{youth_age}' names no parameter of the indicator"],
    ),
    (
        FLOW,
        'fi = "Yli 3 kuukautta jatkuneet", sv = "Över 3 månader", en = "Over 3 months"',
        'fi = "{merge_layoff}", sv = "{merge_layoff}", en = "{merge_layoff}"',
        ["statistics[0].label.fi: '{merge_layoff}' is true or false"],
    ),
    (SHARE, 'id = "unemployment_share"', 'id = "other"', ["must be called 01_other.toml"]),
    (
        SHARE,
        'id = "unemployment_share"',
        'id = "activation_rate"',
        ["id: duplicate 'activation_rate'"],
    ),
    (
        "context.toml",
        'id = "open_vacancies"',
        'id = "activation_rate"',
        ["id: duplicate 'activation_rate'"],
    ),
    ("context.toml", 'headline = "value"', 'number = 3\nheadline = "value"', ["number: unknown"]),
    (
        "03_youth_unemployment_share.toml",
        "[[official]]",
        "[official]",
        ["official: must be a list of tables, not a table"],
    ),
    ("08_flow_over_3_months.toml", 'makes = "share"', 'makes = "guess"', ["official[0].makes"]),
    (
        "breaks.toml",
        '"caseload"',
        '"caselaod"',
        ["breaks[3].indicators[0]: unknown 'caselaod'; did you mean caseload?"],
    ),
    (
        "breaks.toml",
        'id = "trial_start"',
        'id = "covid_2020"',
        ["id: duplicate 'covid_2020'"],
    ),
    (
        "breaks.toml",
        "date = 2022-03-04",
        "date = 2022-05-31",
        [
            "nordic_model_2022: foreign_unemployment_share has another break, ukraine_2022, "
            "in 2022-05"
        ],
    ),
    ("breaks.toml", "date = 2021-03-01", 'date = "2021-03"', ["date: must be a date"]),
    (
        "breaks.toml",
        'fi = "Kuntakokeilu alkaa"',
        'fi = "Työllisyyden kuntakokeilu alkaa"',
        ["label: 'Työllisyyden kuntakokeilu alkaa' is longer than 28 characters"],
    ),
    ("parameters.toml", 'unit = "years"', 'unit = "aeons"', ["youth_age.unit: unknown 'aeons'"]),
    (
        "parameters.toml",
        "default = 25",
        'default = "25"',
        ['youth_age.default: must be a number, true or false, not "25"'],
    ),
    (
        "parameters.toml",
        "default = 25\n",
        "",
        ["youth_age.default: is missing; write a number, true or false"],
    ),
    ("parameters.toml", "[youth_age]", "[age]", ["age: no indicator names it"]),
    (RATE, 'label = { fi = "Aktivointiaste"', 'label = 5 # { fi = ""', ["label: must be a table"]),
    (
        "labels.toml",
        "[category.sex.men]",
        "[category.gender.men]",
        ["category.gender: unknown 'gender'"],
    ),
    ("labels.toml", "[status.normal]", "[mood.normal]", ["mood: unknown key"]),
    ("units.toml", "[spells]", "[spells]\ncase = 1", ["spells.case: unknown key"]),
    ("headings.toml", "[indicator]", "title = 1\n\n[x]", ["title: must be a table, not 1"]),
    (
        "08_flow_over_3_months.toml",
        "[[statistics]]",
        "[statistics]",
        ["statistics: must be a list of tables"],
    ),
]


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEFINITIONS, tmp_path / "definitions"))


def test_a_table_in_place_of_a_list_of_tables_is_named(definitions: Path) -> None:
    (definitions / "context.toml").write_text('[series]\nid = "alone"\n', encoding="utf-8")
    assert any(
        "series: must be a list of tables, not a table" in each for each in _faults(definitions)
    )


def _edit(directory: Path, name: str, old: str, new: str) -> None:
    file = directory / name
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{name} no longer has {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def _faults(directory: Path) -> tuple[str, ...]:
    with pytest.raises(DataError) as caught:
        load_catalogue_from(directory)
    return caught.value.details


def test_an_untouched_copy_is_sound(definitions: Path) -> None:
    assert load_catalogue_from(definitions).indicators == load_catalogue().indicators


@pytest.mark.parametrize(("name", "old", "new", "expected"), FAULTS)
def test_a_fault_is_named_with_its_place(
    definitions: Path, name: str, old: str, new: str, expected: list[str]
) -> None:
    _edit(definitions, name, old, new)
    details = _faults(definitions)
    for reason in expected:
        assert any(reason in detail for detail in details), details
    assert any(detail.startswith(f"{name}: ") for detail in details)


def test_a_single_table_is_no_list_of_them(definitions: Path) -> None:
    (definitions / "context.toml").write_text('[series]\nid = "open_vacancies"\n', "utf-8")
    assert "context.toml: series: must be a list of tables, not a table" in _faults(definitions)


def test_all_faults_are_told_at_once(definitions: Path) -> None:
    _edit(definitions, SHARE, 'unit = "percent"', 'unit = "parsec"')
    _edit(definitions, RATE, 'sv = "Aktiveringsgrad"\n', "")
    _edit(definitions, "breaks.toml", "date = 2021-03-01", "date = 3")
    details = _faults(definitions)
    assert [detail.split(";")[0] for detail in details] == [
        "01_unemployment_share.toml: statistics[0].unit: unknown 'parsec'",
        "11_activation_rate.toml: short.sv: is missing",
        "breaks.toml: breaks[2].date: must be a date without quotes, such as 2021-03-01, not 3",
    ]


def test_a_missing_indicator_is_named(definitions: Path) -> None:
    (definitions / RATE).unlink()
    assert "definitions: indicator number 11 is missing" in _faults(definitions)


def test_unreadable_files_are_told_alone(definitions: Path) -> None:
    (definitions / SHARE).write_text("number = ")
    (definitions / RATE).write_bytes(b'id = "\xff"')
    (definitions / "units.toml").unlink()
    (definitions / "notes.txt").write_text("x")
    details = _faults(definitions)
    assert [detail.split(":")[0] for detail in details] == [
        SHARE,
        RATE,
        "notes.txt",
        "units.toml",
    ]


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such directory"):
        load_catalogue_from(tmp_path / "nowhere")


def test_the_message_counts_and_names_the_directory(definitions: Path) -> None:
    _edit(definitions, SHARE, 'unit = "percent"', 'unit = "parsec"')
    with pytest.raises(DataError, match=r"definitions: 1 fault; mend") as caught:
        load_catalogue_from(definitions)
    assert caught.value.exit_status == 3
