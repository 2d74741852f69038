"""Every mistake in a key file is told with its file, row and column, all at once."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from indicators.areas.areas import KEY_FOLDER, TRIAL_KEYS, load_areas
from indicators.errors import DataError
from indicators.settings.loading import load_settings

SETTINGS = load_settings(Path(__file__).parents[3])


@pytest.fixture
def folder(tmp_path):
    """A copy of all key files in one folder."""
    for name in ("municipalities.csv", "regions.csv"):
        shutil.copy(KEY_FOLDER / name, tmp_path / name)
    shutil.copytree(SETTINGS.root / TRIAL_KEYS, tmp_path / TRIAL_KEYS)
    return tmp_path


def read(folder):
    return load_areas(dataclasses.replace(SETTINGS, root=folder), folder)


def path_of(folder, name):
    below = folder if (folder / name).exists() else folder / TRIAL_KEYS
    return below / name


def change(folder, name, old, new):
    path = path_of(folder, name)
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def problems_of(folder):
    with pytest.raises(DataError) as caught:
        read(folder)
    assert caught.value.exit_status == 3
    return caught.value.details


def test_whole_copies_are_read(folder):
    assert len(read(folder).trials) > 150


NASTOLA = "532,Nastola,Nastola,,2015-12-31,398"
MUNICIPALITIES, REGIONS = "municipalities.csv", "regions.csv"
PLANNED, DOUBTFUL = "planned_not_started.csv", "doubtful_controls.csv"


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        (
            MUNICIPALITIES,
            "398,Lahti",
            "KU398,Lahti",
            "code: must be three digits, such as 398, not",
        ),
        (MUNICIPALITIES, "398,Lahti,", "398,,", "name_fi: must be a text"),
        (MUNICIPALITIES, "398,Lahti,Lahtis", "398,Lahti,", "name_sv: must be a text"),
        (MUNICIPALITIES, "2015-12-31,398", "31.12.2015,398", "valid_to: must be a date such as"),
        (MUNICIPALITIES, "2015-12-31,398", "2015-12-31,", "successor: a municipality has both"),
        (MUNICIPALITIES, "2015-12-31,398", ",398", "successor: a municipality has both"),
        (MUNICIPALITIES, "2015-12-31,398", "2015-12-31,999", 'successor: "999" is not in the key'),
        (MUNICIPALITIES, "2015-12-31,398", "2015-12-31,532", "successor: 532 does not exist after"),
        (MUNICIPALITIES, "2015-12-31,398", "2015-12-31,283", "successor: 283 does not exist after"),
        (MUNICIPALITIES, "Ackas,2007", "Ackas,x", "valid_from: must be a date such as"),
        (MUNICIPALITIES, "Nastola,,", "Nastola,2017-01-01,", "valid_to: 2015-12-31 is before"),
        (REGIONS, "MK07,", "MK7,", 'code: must be an area code such as MK07, not "MK7"'),
        (REGIONS, "MK08,", "MK07,", "code: MK07 is there twice; delete one row"),
        (REGIONS, "Koko maa,Hela landet", "Koko maa,", "name_sv: must be a text"),
        (
            PLANNED,
            "422,Lieksa",
            "421,Lieksa",
            "municipality_name: 421 is Lestijärvi; mend the name",
        ),
        (
            PLANNED,
            "422,Lieksa",
            "999,Lieksa",
            'municipality_code: "999" is not in the municipality',
        ),
        (PLANNED, "1031,422", "131,422", "office_code: must be four digits or empty"),
        (PLANNED, "Lieksa,,,B", "Lieksa,,,X", "grade: must be A, B or C"),
        (PLANNED, "Lieksa,,", "Lieksa,2021-03-01,", "end: a row has both dates, or neither"),
        (PLANNED, "260,Kitee", "422,Lieksa", "municipality_code: is already in Maisema-Karjala"),
        (DOUBTFUL, "050,Eura,", "050,Aura,", "municipality_name: 050 is Eura; mend the name"),
    ],
)
def test_one_mistake_in_a_row(folder, name, old, new, problem):
    row = path_of(folder, name).read_text(encoding="utf-8").split(old)[0].count("\n") + 1
    path = change(folder, name, old, new)
    place = f"{path}, row {row}, column {problem}"
    assert [line for line in problems_of(folder) if line.startswith(place)]


def test_a_municipality_that_is_there_twice(folder):
    path = change(folder, MUNICIPALITIES, NASTOLA, f"{NASTOLA}\n{NASTOLA}")
    (line,) = problems_of(folder)
    assert line.startswith(f"{path}, row ")
    assert line.endswith("column code: 532 is there twice; delete one row")


LAHTI = "Lahden seutu,1530,398,Lahti,2021-03-01,2024-12-31"


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        (LAHTI.replace("2024", "2020"), "column end: 2020-12-31 is before the start 2021-03-01"),
        (LAHTI.replace("398,Lahti", "532,Nastola"), "column municipality_code: does not exist on"),
        (LAHTI.replace("2021-03-01", "spring"), "column start: must be a date such as 2021-03-01"),
        (LAHTI.replace("Lahden seutu", ""), "column trial_area: must be a text"),
    ],
)
def test_dates_of_trials(folder, new, problem):
    path = change(folder, "trial_municipalities.csv", LAHTI, new)
    (line,) = problems_of(folder)
    assert line.startswith(f"{path}, row 102, {problem}")


def test_two_trials_at_a_time(folder):
    row = f"{LAHTI},A,x\n"
    with path_of(folder, "trial_municipalities.csv").open("a", encoding="utf-8") as file:
        file.write(row.replace("Lahden seutu", "Other").replace("2021-03-01", "2022-01-01"))
    (line,) = problems_of(folder)
    assert line.endswith(
        "row 119, column municipality_code: is already in Lahden seutu at that time"
    )


def test_all_files_are_told_at_once(folder):
    change(folder, "municipalities.csv", "398,Lahti,Lahtis", "398,Lahti,")
    change(folder, "regions.csv", "code,name_fi", "kod,name_fi")
    path_of(folder, "earlier_trials.csv").unlink()
    path_of(folder, "planned_not_started.csv").write_bytes(b"\xff\xfe")
    change(folder, "doubtful_controls.csv", "050,Eura,", "050,Eura,,")
    lines = problems_of(folder)
    assert [Path(line.split(",")[0].split(":")[0]).name for line in lines] == [
        "municipalities.csv",
        "regions.csv",
        "earlier_trials.csv",
        "planned_not_started.csv",
        "doubtful_controls.csv",
    ]
    assert "row 1: the columns must be code,name_fi,name_sv,name_en" in lines[1]
    assert "No such file" in lines[2]
    assert "UnicodeDecodeError" in lines[3]
    assert "row 2: 5 cells instead of 4" in lines[4]


def test_a_missing_municipality_key_is_one_problem(folder):
    (folder / "municipalities.csv").unlink()
    assert len(problems_of(folder)) == 1


def test_an_empty_file_has_no_columns(folder):
    (folder / "regions.csv").write_text("", encoding="utf-8")
    (line,) = problems_of(folder)
    assert "row 1: the columns must be" in line
