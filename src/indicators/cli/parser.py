"""The command line's grammar: a function a command adds its arguments.

Only argparse is imported here: help must come at once.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from indicators.cli.command import add_command, add_common_options, add_notebook_options
from indicators.errors import UsageError
from indicators.version import __version__

if TYPE_CHECKING:
    from indicators.cli.command import Commands

LANGUAGES = ("fi", "sv", "en")
_MONTHS = "months: 2022-02, a list 2022-02,2023-06 or a range 2021-03..2023-06"


class _Parser(argparse.ArgumentParser):
    """A parser that reports wrong use in a single line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; each parsed result has ``run``, the function to call."""
    parser: argparse.ArgumentParser = _Parser(
        prog="indicators",
        # A shortened option would change its meaning when an option is added.
        allow_abbrev=False,
        description="Monitoring of the Finnish municipal employment trials: "
        "indicators, monthly reports.",
        epilog="example: indicators report --month 2022-02 --lang fi",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.set_defaults(project=None, debug=False)
    add_common_options(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in _COMMANDS:
        add(commands)
    return parser


def _add_diff(commands: Commands) -> None:
    command = add_command(
        commands,
        "table_commands",
        "diff",
        "what was revised between two vintages, and why",
        "indicators diff data/processed/2022-02/2022-05-01 data/processed/2022-02/latest",
    )
    for name in ("old", "new"):
        command.add_argument(
            name, type=Path, metavar=name.upper(), help="a vintage's folder, or a .parquet or .csv"
        )
    command.add_argument("--format", choices=("text", "csv", "json"), default="text")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write it (default: here)"
    )


def _add_protect(commands: Commands) -> None:
    command = add_command(
        commands,
        "table_commands",
        "protect",
        "hides small counts of a table, and what would give them away",
        "indicators protect data/internal/2022-05.parquet 2022-05.parquet "
        "--published 2022-04.parquet",
    )
    command.add_argument("table", type=Path, metavar="IN", help="a long table, unprotected")
    command.add_argument(
        "out", type=Path, metavar="OUT", help="a .parquet, .csv or .xlsx to publish"
    )
    command.add_argument(
        "--policy", metavar="NAME", help="tyonv5, svt3 or strict10 (default: the settings')"
    )
    command.add_argument(
        "--published",
        nargs="+",
        action="extend",
        default=[],
        type=Path,
        metavar="FILE",
        help="tables that are out already, oldest first: the new one is safe together with them",
    )
    command.add_argument(
        "--records",
        type=Path,
        metavar="DIR",
        help="where to write why rows were hidden, for the reviewer alone: counts, never a figure",
    )
    _add_workers_option(command)


def _add_attack(commands: Commands) -> None:
    command = add_command(
        commands,
        "table_commands",
        "attack",
        "tries to undo what is hidden in tables that are out together",
        "indicators attack 2022-04.parquet 2022-05.parquet",
    )
    command.add_argument("tables", nargs="+", type=Path, metavar="FILE", help="a long table")
    command.add_argument(
        "--policy", metavar="NAME", help="tyonv5, svt3 or strict10 (default: the settings')"
    )
    _add_workers_option(command)


def _add_workers_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes at work (default: one a processor)",
    )


def _add_scan(commands: Commands) -> None:
    command = add_command(
        commands,
        "table_commands",
        "scan",
        "looks for personal identity codes and person ids in any artefact",
        "indicators scan _site reports data/processed",
    )
    command.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with all in it"
    )
    command.add_argument(
        "--ids",
        type=Path,
        metavar="IDS",
        help="ids that must not be there: a canonical register, a Parquet file or a list",
    )


def _add_verify(commands: Commands) -> None:
    command = add_command(
        commands,
        "run_commands",
        "verify",
        "holds a published month against its manifest, makes it again and compares bytes",
        "indicators verify 2022-02",
    )
    command.add_argument(
        "published", metavar="RUN", help="a month, or the folder of a vintage or of a report"
    )
    command.add_argument(
        "--no-rebuild", action="store_true", help="the recorded hashes alone: nothing is made again"
    )


def _add_catalogue(commands: Commands) -> None:
    command = add_command(
        commands,
        "catalogue_commands",
        "catalogue",
        "the definitions of the indicators",
        "indicators catalogue --lang sv --format csv",
    )
    _add_language_option(command)
    command.add_argument("--format", choices=("table", "json", "csv"), default="table")


def _add_explain(commands: Commands) -> None:
    command = add_command(
        commands,
        "explain_command",
        "explain",
        "an indicator's definition, and how a figure came about",
        "indicators explain activation_rate --month 2022-02 --area KU091 --lang en",
    )
    command.add_argument("indicator", metavar="INDICATOR", help="id or number, such as 11")
    command.add_argument("--month", help="explain the figure of this month too")
    command.add_argument("--area", help="of this area (default: the group of the settings)")
    _add_statfin_option(command)
    command.add_argument(
        "--register",
        type=Path,
        metavar="DIR",
        help="of a canonical register, unprotected: for the data holder's eyes",
    )
    command.add_argument(
        "--population", help="with --register: residents, target_group or trial_office"
    )
    command.add_argument("--dimension", help="with --register: such as sex (default: total)")
    command.add_argument("--category", help="of the dimension, such as women")
    _add_language_option(command)


def _add_new(commands: Commands) -> None:
    command = add_command(
        commands,
        "catalogue_commands",
        "new",
        "the files of an indicator or a notebook of one's own, to be changed",
        "indicators new indicator service_waiting_time",
        "indicators new notebook vacancies",
    )
    command.add_argument("kind", choices=("indicator", "notebook"))
    command.add_argument(
        "id", metavar="NAME", help="small letters, digits and underscores; as in tables and pages"
    )
    command.add_argument(
        "--draft",
        action="store_true",
        help="of a notebook: one that may open registers, and is not published",
    )


def _add_compute(commands: Commands) -> None:
    command = add_command(
        commands,
        "table_commands",
        "compute",
        "the long table, unprotected: for the data holder's eyes",
        "indicators compute --months 2020-09..2023-06 --statfin data/raw/statfin --out table.csv",
    )
    command.add_argument("--months", required=True, metavar="R", help=_MONTHS)
    command.add_argument(
        "--register", type=Path, metavar="DIR", help="a canonical register, made by import"
    )
    _add_statfin_option(command)
    command.add_argument(
        "--kela",
        type=Path,
        metavar="DIR",
        help="Kela's open data, as fetch keeps it: municipally co-financed benefits (default: of "
        "the settings, if no other source is named)",
    )
    command.add_argument(
        "--out", required=True, type=Path, metavar="FILE", help="ends in .parquet, .csv or .xlsx"
    )
    command.add_argument(
        "--cross",
        action="append",
        default=[],
        metavar="D*D",
        help="with --register: figures by crossed dimensions too, two or more of sex, age_group, "
        "origin and service_line, as in --cross 'sex*age_group'; may be given several times",
    )
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="D=C",
        help="with --register: count these persons alone, as in --where sex=women or --where "
        "age_group=15-24,25-29; given several times, persons of whom all of it holds",
    )
    command.add_argument("--workers", type=int, metavar="N", help="processes at work (default: 1)")
    command.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="a dask.distributed scheduler, such as tcp://10.0.0.1:8786, whose workers count the "
        "register; they must see its folder under the same path",
    )
    command.add_argument(
        "--no-merge-layoff",
        dest="merge_layoff",
        action="store_false",
        help="codes 02 and 03 apart: a layoff that follows unemployment is a spell of its own",
    )
    command.add_argument(
        "--gaps",
        type=Path,
        metavar="FILE",
        help="with both sources: write how far their figures are apart, as CSV",
    )


def _add_synthesise(commands: Commands) -> None:
    command = add_command(
        commands,
        "table_commands",
        "synthesise",
        "a made-up register: same seed, same bytes",
        "indicators synthesise data/synthetic/extract --persons 60000 --seed 2021",
    )
    command.add_argument("out", type=Path, metavar="OUT", help="folder to make")
    command.add_argument(
        "--persons", type=int, required=True, metavar="N", help="60000 are the five municipalities"
    )
    command.add_argument("--seed", type=int, required=True, metavar="S")
    command.add_argument(
        "--layout",
        choices=("register", "canonical"),
        default="register",
        help="the register's own tables, or canonical ones (default: register)",
    )
    command.add_argument(
        "--dirt", action="store_true", help="with the faults that real extracts have"
    )


def _add_import(commands: Commands) -> None:
    command = add_command(
        commands,
        "table_commands",
        "import",
        "the register's own layout into canonical tables; prints and writes what it mended",
        "indicators import extract/ data/raw/register/2023-06 --extract-date 2023-06-30",
    )
    command.add_argument("source", type=Path, metavar="SRC", help="folder of the extract")
    command.add_argument("out", type=Path, metavar="OUT", help="folder to make")
    command.add_argument(
        "--extract-date", metavar="D", help="last day the extract knows about, YYYY-MM-DD"
    )
    command.add_argument(
        "--end-dates",
        choices=("inclusive", "exclusive"),
        default="inclusive",
        help="whether an end date is the last day in, or the first day out (default: inclusive)",
    )
    command.add_argument(
        "--ids",
        choices=("register", "pseudonymous"),
        default="register",
        help="pseudonymous: ids that are no whole numbers are pseudonyms already (default: "
        "whatever is no whole number is made a pseudonym with the key)",
    )
    command.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="key of the pseudonyms, outside the project (or INDICATORS_PSEUDONYM_KEY)",
    )


def _add_check(commands: Commands) -> None:
    command = add_command(
        commands,
        "table_commands",
        "check",
        "validates canonical tables",
        "indicators check data/raw/register/2023-06",
    )
    command.add_argument("register", type=Path, metavar="DIR", help="a canonical register")


def _add_fetch(commands: Commands) -> None:
    command = add_command(
        commands,
        "fetch_command",
        "fetch",
        "what is newer at public sources into data/raw/; no other command asks anybody outside",
        "indicators fetch --check",
        "indicators fetch statfin kela",
    )
    command.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="statfin, kela, areas or sotkanet (default: all four); what was stopped goes on "
        "where it was",
    )
    command.add_argument(
        "--base-url",
        metavar="URL",
        help="scheme and host of another server, such as http://127.0.0.1:8080; the paths below "
        "stay the source's own (default: of the settings, else the sources themselves)",
    )
    command.add_argument(
        "--check", action="store_true", help="only say what is newer: nothing is written"
    )


def _add_run(commands: Commands) -> None:
    command = add_command(
        commands,
        "run_commands",
        "run",
        "Papermill over the notebooks of each month",
        "indicators run --months 2021-03..2023-06 --lang fi,sv,en",
    )
    command.add_argument("--months", metavar="R", help=f"{_MONTHS} (default: of the settings)")
    _add_area_option(command)
    _add_languages_option(command)
    _add_statfin_option(command)
    add_notebook_options(command)


def _add_report(commands: Commands) -> None:
    command = add_command(
        commands,
        "run_commands",
        "report",
        "the reports, HTML and PDF, under _site/",
        "indicators report --month 2022-02 --lang fi",
    )
    command.add_argument("--month", metavar="M", help=f"{_MONTHS} (default: of the settings)")
    _add_area_option(command)
    command.add_argument(
        "--draft",
        action="store_true",
        help="drafts below data/internal/drafts/, marked as such on every page: nothing is "
        "released, nothing goes on the site",
    )
    _add_languages_option(command)
    _add_statfin_option(command)
    add_notebook_options(command)
    command.add_argument(
        "--renderer",
        choices=("auto", "quarto", "embedded"),
        default="auto",
        help="auto takes Quarto where a new enough one is found (default: auto)",
    )


def _add_area_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--area",
        action="append",
        default=[],
        metavar="CODES",
        help="other areas than that of the settings, such as KU398,TA31,TRIAL-lahti, or all-trial "
        "for all trial areas; may be repeated",
    )


def _add_evaluation(commands: Commands) -> None:
    command = add_command(
        commands,
        "run_commands",
        "evaluation",
        "did the trial work: the evaluation report, HTML and PDF, _site/reports/evaluation/",
        "indicators evaluation --renderer embedded",
    )
    command.add_argument(
        "--draws",
        type=int,
        default=1000,
        metavar="N",
        help="regions without a trial that chance is read from (default: 1000)",
    )
    command.add_argument(
        "--area",
        default="",
        metavar="CODE",
        help="about another trial area, such as TRIAL-turku, in a folder of its own "
        "(default: the group of the settings)",
    )
    command.add_argument(
        "--register",
        type=Path,
        metavar="DIR",
        help="evaluate the individuals of a canonical register instead: protected tables, "
        "data/processed/evaluation-individuals/",
    )
    _add_statfin_option(command)
    command.add_argument(
        "--renderer",
        choices=("auto", "quarto", "embedded"),
        default="auto",
        help="auto takes Quarto where a new enough one is found (default: auto)",
    )
    command.add_argument(
        "--force", action="store_true", help="make everything anew, changed or not"
    )


def _add_doctor(commands: Commands) -> None:
    add_command(
        commands,
        "run_commands",
        "doctor",
        "what is installed, which renderer will be used and why",
        "indicators doctor",
    )


def _add_language_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--lang", choices=LANGUAGES, default="fi", help="language of the text (default: fi)"
    )


def _add_languages_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--lang", metavar="LANGS", help="languages, such as fi,sv,en (default: of the settings)"
    )


def _add_statfin_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--statfin",
        type=Path,
        metavar="PATH",
        help="table 12r5: a folder of snapshots or downloads, or one file of json-stat2, json, "
        "CSV, PX or XLSX (default: of the settings)",
    )


_COMMANDS = (
    _add_catalogue,
    _add_explain,
    _add_synthesise,
    _add_import,
    _add_check,
    _add_compute,
    _add_fetch,
    _add_run,
    _add_report,
    _add_evaluation,
    _add_diff,
    _add_protect,
    _add_attack,
    _add_scan,
    _add_verify,
    _add_new,
    _add_doctor,
)
