"""`explain`: which options go together, and the two sources a figure may come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.cli.main import main
from indicators.synthetic.synthesise import synthesise

ROOT = Path(__file__).resolve().parents[3]


def explain(*arguments: str | Path) -> int:
    return main(["explain", "--project", str(ROOT), *map(str, arguments)])


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register") / "made"
    synthesise(folder, persons=300, seed=5, layout="canonical")
    return folder


def test_a_definition_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("11", "--lang", "en") == 0
    output = capsys.readouterr().out
    assert output.startswith("11. ")
    assert "Unprotected" not in output


def test_a_published_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("activation_rate", "--month", "2022-02", "--lang", "en") == 0
    assert "Activation rate, Lahti region, February 2022" in capsys.readouterr().out


def test_a_published_figure_of_no_area_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("11", "--month", "2022-02", "--area", "KU999") == 2
    assert "KU999 is not an area" in capsys.readouterr().err


def test_a_figure_of_a_register(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = ("--month", "2022-05", "--area", "KU398", "--register", register, "--lang", "en")
    assert explain("flow_over_3_months", *request) == 0
    output = capsys.readouterr().out
    assert "Unemployment spells that began in February 2022" in output
    assert "Unprotected: for the data holder's eyes only." in output


def test_the_group_of_the_settings_and_a_category(
    register: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = ("--population", "target_group", "--dimension", "sex", "--category", "women")
    request = ("--month", "2022-05", "--register", register, "--lang", "en", *cell)
    assert explain("11", *request) == 0
    output = capsys.readouterr().out
    assert "Activation rate, Lahti region, May 2022" in output
    assert "Sex: Women" in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--area", "KU398"], "--area needs --month"),
        (["--register", "x"], "--register needs --month"),
        (["--month", "2022-05", "--register", "x", "--statfin", "y"], "name one"),
        (["--month", "2022-05", "--population", "residents"], "--population needs --register"),
        (["--month", "2022-05", "--register", "x", "--dimension", "sex"], "go together"),
        (["--month", "2022-05", "--register", "x", "--category", "men"], "go together"),
        (["--month", "2022-05", "--register", "no-such-folder"], "no folder of a register"),
        (["--month", "2022-13"], "2022-13 is not a month"),
    ],
)
def test_what_does_not_go_together_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain("11", *arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert said in output.err


def test_the_help_says_that_it_is_unprotected(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["explain", "--help"])
    assert "for the data holder's eyes" in " ".join(capsys.readouterr().out.split())
