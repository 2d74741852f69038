"""From arguments to an exit status, in this process."""

from __future__ import annotations

import errno
import runpy
import sys
from types import SimpleNamespace

import pytest

from fixtures.snapshots import write_text
from indicators.cli.main import main
from indicators.cli.parser import build_parser
from indicators.errors import DataError, DisclosureError, NotebookError, RenderingError


def command(monkeypatch, run) -> None:
    """Put a function in the place of ``indicators catalogue``."""
    monkeypatch.setitem(
        sys.modules, "indicators.cli.catalogue_commands", SimpleNamespace(catalogue_command=run)
    )


def failing(monkeypatch, error: BaseException) -> None:
    def run(_options):
        raise error

    command(monkeypatch, run)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DataError("x", ["y"]), 3),
        (DisclosureError("x"), 4),
        (NotebookError("x"), 5),
        (RenderingError("x"), 6),
    ],
)
def test_an_error_has_its_exit_status_and_its_words(monkeypatch, capsys, error, status):
    failing(monkeypatch, error)
    assert main(["catalogue"]) == status
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == f"indicators: {error}\n"


def test_a_defect_is_told_by_its_kind_alone(monkeypatch, capsys):
    failing(monkeypatch, ValueError("311279-923A"))
    assert main(["catalogue"]) == 1
    errors = capsys.readouterr().err
    assert errors == "indicators: a defect of the program (ValueError); say --debug to see where\n"


def test_debug_shows_where_a_defect_is(monkeypatch, capsys):
    failing(monkeypatch, ValueError("what"))
    assert main(["--debug", "catalogue"]) == 1
    assert "ValueError: what" in capsys.readouterr().err


def test_stopping_it_by_hand_is_told(monkeypatch, capsys):
    failing(monkeypatch, KeyboardInterrupt())
    assert main(["catalogue"]) == 130
    assert capsys.readouterr().err == "indicators: stopped; nothing half-done was published\n"


def test_the_arguments_of_the_process_are_taken(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["indicators", "--debug", "nonsense"])
    assert main() == 2
    assert capsys.readouterr().err.startswith("Traceback")


@pytest.mark.parametrize(
    "arguments", [["--project", "a", "catalogue"], ["catalogue", "--project", "a"]]
)
def test_the_project_may_be_named_before_or_behind_the_command(arguments):
    options = build_parser().parse_args(arguments)
    assert (str(options.project), options.debug) == ("a", False)


def test_no_project_is_named_by_default():
    assert build_parser().parse_args(["catalogue"]).project is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "invalid choice: 'nonsense'"),
        (["compute", "--months", "2022-02"], "required: --out; see `indicators compute --help`"),
        (["compute", "--month", "2022-02", "--out", "x.csv"], "required: --months"),
        (
            ["compute", "--months", "2022-02", "--out", "x.csv", "--where", "sex"],
            "--where sex: write a dimension and its category, as sex=women",
        ),
        (
            ["compute", "--months", "2022-02", "--out", "x.csv", *["--where", "sex=women"] * 2],
            "--where sex=women: sex is given twice",
        ),
        (
            ["compute", "--months", "2022-02", "--out", "x.csv", "--cross", "sex*age"],
            "cross sex*age: no dimension of persons is called 'age'; known are sex, age_group",
        ),
        (["catalogue", "--lang", "de"], "argument --lang: invalid choice: 'de'"),
        (["catalogue", "--deb"], "unrecognized arguments: --deb"),
    ],
)
def test_wrong_use_is_told_in_one_line(capsys, arguments, told):
    assert main(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert told in lines[0]


def test_help_and_version_end_well(capsys):
    for option, expected in (("--help", "COMMAND"), ("--version", "indicators 0.")):
        with pytest.raises(SystemExit) as leaving:
            main([option])
        assert leaving.value.code == 0
        assert expected in capsys.readouterr().out


def test_compute_writes_the_table_and_says_where(tmp_path, capsys):
    write_text(tmp_path)
    target = tmp_path / "x.csv"
    line = [
        "compute",
        "--months",
        "2022-01..2022-02",
        "--statfin",
        str(tmp_path),
        "--out",
        str(target),
    ]
    assert main(line) == 0
    # Three areas, the group of the settings and the four areas of the keys that have any of the
    # three, two months, six indicators.
    assert capsys.readouterr().out == f"{target}: 96 rows, 2022-01..2022-02\n"
    assert len(target.read_text().splitlines()) == 97


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/a/b"), "/a/b: Permission denied"),
        (OSError(errno.ENOSPC, "No space left on device"), "the system: No space left on device"),
        (MemoryError(), "not enough memory"),
        (
            ModuleNotFoundError("x", name="pandas.core"),
            "package pandas is missing: run `make setup`",
        ),
        (ImportError("DLL load failed"), "cannot be loaded: run `make setup`"),
        (UnicodeEncodeError("utf-8", "a\udce4", 1, 2, "surrogates"), "not in UTF-8; rename it"),
    ],
)
def test_what_the_machine_refuses_is_no_defect(monkeypatch, capsys, error, said):
    failing(monkeypatch, error)
    assert main(["catalogue"]) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file", "311279-923A"),
        ModuleNotFoundError("x", name="indicators.nothing"),
        UnicodeEncodeError("ascii", "311279-923A\xe4", 11, 12, "x"),
    ],
)
def test_a_fault_of_our_own_stays_a_defect(monkeypatch, capsys, error):
    failing(monkeypatch, error)
    assert main(["catalogue"]) == 1
    assert "923A" not in capsys.readouterr().err


def test_python_dash_m_is_the_command(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["indicators", "--version"])
    with pytest.raises(SystemExit) as leaving:
        runpy.run_module("indicators", run_name="__main__")
    assert leaving.value.code == 0
    assert capsys.readouterr().out.startswith("indicators ")
