"""How the faults of an input become one error."""

from pathlib import Path

import pytest

from indicators.errors import DataError
from indicators.problems import Problem, raise_errors, raise_problems

FIRST, SECOND = Path("a.csv"), Path("b.csv")


def test_a_problem_says_file_row_column_and_reason():
    problem = Problem("not-a-count", FIRST, "is wrong", column="X", row=7, count=3)
    assert str(problem) == "a.csv, row 7 and 2 more, column X: is wrong [not-a-count]"
    assert str(Problem("empty", FIRST, "is empty")) == "a.csv: is empty [empty]"


def test_nothing_wrong_raises_nothing():
    raise_problems([])
    raise_errors([])


def test_a_lone_problem_is_the_message():
    with pytest.raises(DataError) as caught:
        raise_problems(iter([Problem("empty", FIRST, "is empty")]))
    assert str(caught.value) == "a.csv: is empty [empty]"


def test_several_problems_are_counted_and_listed():
    problems = [Problem("empty", FIRST, "is empty"), Problem("damaged", FIRST, "is damaged")]
    with pytest.raises(DataError) as caught:
        raise_problems(problems)
    assert str(caught.value).splitlines() == [
        "2 problems in a.csv:",
        "  a.csv: is empty [empty]",
        "  a.csv: is damaged [damaged]",
    ]
    with pytest.raises(DataError, match=r"^2 problems in 2 files:"):
        raise_problems([problems[0], Problem("empty", SECOND, "is empty")])


def test_errors_of_several_files_are_joined_line_by_line():
    item, two = DataError("a.csv: is empty"), DataError("2 problems in b.csv:", ["b: x", "b: y"])
    with pytest.raises(DataError) as caught:
        raise_errors([item, two])
    assert caught.value.message == "3 problems in 2 files:"
    assert caught.value.details == ("a.csv: is empty", "b: x", "b: y")
    with pytest.raises(DataError) as caught:
        raise_errors([two])
    assert caught.value is two
    with pytest.raises(DataError) as caught:
        raise_errors([item, DataError("a.csv: is empty")])
    assert (caught.value.message, caught.value.details) == ("a.csv: is empty", ())
