"""What the parts of the evaluation report share: results, number formats, texts, volumes.

Numbers are looked up in the results by name, and put into texts of ``evaluation_words/*.toml``. The
report is a single document in Finnish with a summary in English. A text has ``{name}`` where a
number of the results or a name of the region is put in: neither is typed into a text.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from math import isnan
from typing import Any

import pandas as pd

from indicators.areas.areas import Areas
from indicators.areas.mergers import codes_in_month
from indicators.errors import DataError
from indicators.evaluation.study.storing import (
    StoredResults,
)
from indicators.reporting.evaluation_cells import NotebookCell, cell_with_tables
from indicators.reporting.evaluation_volumes import REPORT, Volume
from indicators.reporting.section import Definitions, TablePart
from indicators.reporting.tables import HeaderCell, Row
from indicators.reporting.wording import NO_BREAK, Translator
from indicators.settings.model import Group, Settings

#: A row of a frame of results, by column.
Record = Mapping[str, Any]
#: Rows of header cells, and each row's name with its cells.
Grid = tuple[Sequence[Sequence[HeaderCell]], Sequence[Row]]

#: Outcomes that are always reported together, in this order; then the aim of the trial's law.
JOINT_OUTCOMES = ("unemployment_share", "extended_share", "activation_rate")
REPORTED_OUTCOMES = (*JOINT_OUTCOMES, "long_term_share")
FIRST_YEAR = "first_year"
WINDOWS = (FIRST_YEAR, "agreement")
#: An effect stands out from chance below this adjusted p value.
SIGNIFICANCE_LEVEL = 0.05

FINNISH, SWEDISH, ENGLISH = Translator("fi"), Translator("sv"), Translator("en")
DASH = "–"
#: Ends of an interval are set apart by an ellipsis: a dash would look like a minus sign. The
#: word joiners keep both ends on the same line.
RANGE_SIGN = "\N{WORD JOINER}…\N{WORD JOINER}"


@dataclass(frozen=True)
class Results:
    """Frames of results, by name.

    Attributes:
        frames: All of them.
        read: Names of those that were asked for, in the order in which they were.
    """

    frames: Mapping[str, pd.DataFrame]
    read: dict[str, None] = field(default_factory=dict)

    def frame(self, name: str, **where: object) -> pd.DataFrame:
        """The rows of a frame in which columns have some values.

        Raises:
            DataError: There is no such frame.
        """
        if name not in self.frames:
            raise DataError(f"results: no frame {name}; run `indicators evaluation` again")
        self.read[name] = None
        found = self.frames[name]
        for column, value in where.items():
            found = found[found[column] == value]
        return found.reset_index(drop=True)

    def records(self, name: str, **where: object) -> list[Record]:
        """The same rows as plain records; raises as :meth:`frame`."""
        found = self.frame(name, **where)
        return [{str(key): cell for key, cell in row.items()} for row in found.to_dict("records")]

    def records_by(self, key: str, name: str, **where: object) -> dict[str, Record]:
        """The same records by one of their columns; raises as :meth:`frame`."""
        return {str(record[key]): record for record in self.records(name, **where)}

    def row(self, name: str, **where: object) -> Record:
        """The only row in which columns have some values.

        Raises:
            DataError: There is none, or there are several.
        """
        found = self.records(name, **where)
        if len(found) != 1:
            conditions = ", ".join(f"{column} {value}" for column, value in where.items())
            raise DataError(
                f"results: {len(found)} rows of {name} with {conditions}; one was wanted"
            )
        return found[0]

    def value(self, name: str, column: str, **where: object) -> float:
        """A number of the only such row; raises as :meth:`row`."""
        return float(self.row(name, **where)[column])


# Estimates as the report writes them.


def format_number(value: float, decimals: int = 2, translator: Translator = FINNISH) -> str:
    """A number, or a dash where there is none."""
    return DASH if isnan(value) else translator.number(value, decimals)


def format_change(value: float, decimals: int = 2, translator: Translator = FINNISH) -> str:
    """A number with its sign."""
    return DASH if isnan(value) else translator.number(value, decimals, signed=True)


def format_interval(
    low: float, high: float, decimals: int = 2, translator: Translator = FINNISH
) -> str:
    """Both ends of an interval with their signs."""
    if isnan(low) or isnan(high):
        return DASH
    return (
        f"{format_change(low, decimals, translator)}{RANGE_SIGN}"
        f"{format_change(high, decimals, translator)}"
    )


def format_p_value(value: float, translator: Translator = FINNISH) -> str:
    """A p value with three decimals, such as ``0,071``, or ``< 0,001``."""
    if isnan(value):
        return DASH
    least = 0.001
    if value < least:
        return f"<{NO_BREAK}{translator.number(least, 3)}"
    return translator.number(value, 3)


def format_share(value: float, translator: Translator = FINNISH) -> str:
    """A percentage with one decimal."""
    return DASH if isnan(value) else translator.percent(value)


def format_count(value: float, translator: Translator = FINNISH) -> str:
    """A whole number."""
    return translator.number(value)


def format_p_equals(value: float, translator: Translator = FINNISH) -> str:
    """A p value with its letter: ``p = 0,071`` or ``p < 0,001``."""
    text = format_p_value(value, translator)
    return f"p{NO_BREAK}{text}" if text.startswith("<") else f"p{NO_BREAK}={NO_BREAK}{text}"


# Texts.


@cache
def load_report_texts() -> Mapping[str, str]:
    """All texts by ``topic.key``; raises as :func:`read_report_texts`."""
    return read_report_texts(resources.files("indicators.reporting") / "evaluation_words")


def read_report_texts(folder: Traversable) -> Mapping[str, str]:
    """The texts of a folder's files.

    Raises:
        DataError: A text is empty or no text; all problems at once.
    """
    words: dict[str, str] = {}
    problems: list[str] = []
    for file in sorted(folder.iterdir(), key=lambda path: path.name):
        topic, dot, kind = file.name.partition(".")
        if dot + kind != ".toml":
            continue
        for key, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if not isinstance(text, str) or not text.strip():
                problems.append(f"{file.name}, {key}: is empty or no text")
            else:
                words[f"{topic}.{key}"] = text.strip()
    if problems:
        raise DataError(f"{len(problems)} problems in the evaluation's wording:", problems)
    return words


def report_text(key: str, **values: str) -> str:
    """A text with names and numbers put in.

    Raises:
        KeyError: There is no such text, or it wants more.
    """
    return load_report_texts()[key].format_map(values)


def capital(text: str) -> str:
    """The text with its first letter large, as a sentence begins; names in it stay as they are."""
    return text[:1].upper() + text[1:]


def region_forms(group: Group) -> dict[str, str]:
    """The names and inflected forms of the region, by placeholder.

    ``region`` is its name, ``region_in`` the name as the place of something, ``region_gen``,
    ``region_par`` and ``region_ill`` its Finnish genitive, partitive and illative, ``region_sv``,
    ``region_in_sv``, ``region_en`` and ``region_in_en`` the Swedish and English ones. With a
    capital, as in ``Region_in``, they begin a sentence.
    """
    cases = group.inflections
    forms = {
        "region": group.name["fi"],
        "region_in": group.locative["fi"],
        "region_gen": cases.genitive or load_report_texts()["common.region_gen"],
        "region_par": cases.partitive or load_report_texts()["common.region_par"],
        "region_ill": cases.illative or load_report_texts()["common.region_ill"],
        "region_sv": group.name["sv"],
        "region_in_sv": group.locative["sv"],
        "region_en": group.name["en"],
        "region_in_en": group.locative["en"],
    }
    return forms | {capital(name): capital(form) for name, form in forms.items()}


def report_text_placeholders(key: str) -> set[str]:
    """The names of a text's placeholders."""
    return {name for _, name, _, _ in string.Formatter().parse(load_report_texts()[key]) if name}


# From a table back to the notebook's cell that shows it and the files that it comes from.


def trace_note(cell: NotebookCell, *frames: str) -> str:
    """The note below a table: its cell, and the files of results it comes from.

    Args:
        cell: The cell that shows the table.
        frames: Names of frames.
    """
    files = ", ".join(f"[`{name}`](#{file_anchor(name)})" for name in frames)
    return report_text(
        "common.trace" if frames else "common.trace_manifest",
        notebook=cell.notebook,
        number=str(cell.number),
        anchor=cell.anchor,
        **({"files": files} if frames else {}),
    )


def file_anchor(name: str) -> str:
    """Where a file of results stands in the report's manifest."""
    return f"tiedosto-{name.replace('_', '-')}"


# What a part of a volume is written from.


@dataclass(frozen=True)
class Source:
    """The results and names that a part of a volume is written from.

    Attributes:
        settings: The project.
        areas: Names of areas.
        stored: Results with their manifest.
        results: The same results, to look numbers up.
        volume: The document that is written.
    """

    settings: Settings
    areas: Areas
    stored: StoredResults
    results: Results
    volume: Volume = REPORT

    @property
    def group(self) -> str:
        """Code of the treated region."""
        return str(self.stored.manifest["plan"]["group"])

    @property
    def members(self) -> tuple[str, ...]:
        """Codes of its municipalities, as they were called when the trial ended."""
        members = self.settings.groups[self.group].members
        return codes_in_month(members, f"{self.settings.trial.end:%Y-%m}")

    @cached_property
    def _region(self) -> dict[str, str]:
        return region_forms(self.settings.groups[self.group])

    def say(self, key: str, **values: str) -> str:
        """A text with the region's names and further values put in.

        Raises:
            KeyError: There is no such text, or it wants more.
        """
        return report_text(key, **self._region, **values)

    def name(self, code: str) -> str:
        """An area's Finnish name."""
        return self.areas.name(code, "fi")

    def table_with_trace(
        self,
        section: str,
        grid: Grid,
        caption: str,
        frames: Sequence[str],
        label: str = "",
    ) -> TablePart:
        """A table with the note that leads to its cell and files.

        Args:
            section: The section that has it; it names the table where ``label`` is empty.
            grid: Its heads and rows.
            caption: Its caption.
            frames: Frames of results that it comes from.
            label: Its label, after ``tbl-``.
        """
        named = label or section.replace("_", "-")
        cell = cell_with_tables(self.settings.root, self.volume, section)
        return TablePart(*grid, f"tbl-{named}", caption, trace_note(cell, *frames))


@dataclass(frozen=True, slots=True)
class OutcomeDefinition:
    """An outcome of the study.

    Attributes:
        id: Its name in the results.
        name: In words.
        definition: What is divided by what.
    """

    id: str
    name: str
    definition: str

    @property
    def markdown(self) -> str:
        """Name and definition."""
        return f"**{self.name}**: {self.definition}"


@dataclass(frozen=True)
class ResultsSource:
    """What a section of the evaluation was written from.

    Attributes:
        results: All results.
        frames: Names of those that the section shows.
        language: Of the report.
    """

    results: Results
    frames: tuple[str, ...]
    language: str = FINNISH.language

    def data(self) -> pd.DataFrame:
        """The rows of the frames below each other, ``frame`` naming theirs.

        A column that a frame does not have is missing in its rows.
        """
        parts = {name: _with_missing(self.results.frames[name]) for name in self.frames}
        if not parts:
            return pd.DataFrame({"frame": pd.Series(dtype=str)})
        data = pd.concat(parts, names=["frame", "row"]).reset_index("frame")
        return data.reset_index(drop=True)

    def definitions(self) -> Definitions[OutcomeDefinition]:
        """Of the outcomes in the frames."""
        shown: set[str] = set()
        for name in self.frames:
            frame = self.results.frames[name]
            shown |= set(frame["outcome"]) if "outcome" in frame else set(frame.columns)
        found = [outcome_definition(name) for name in REPORTED_OUTCOMES if name in shown]
        return Definitions(found, lambda outcome: outcome.markdown, self.language)


def _with_missing(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows in types that can be missing, so that a count stays a whole number."""
    numbers = dict.fromkeys(frame.select_dtypes("integer"), "Int64")
    return frame.astype(numbers | dict.fromkeys(frame.select_dtypes("bool"), "boolean"))


def outcome_definition(name: str) -> OutcomeDefinition:
    """How the study counts an outcome."""
    return OutcomeDefinition(name, outcome_name(name), report_text(f"outcomes.{name}_definition"))


def outcome_name(name: str) -> str:
    """An outcome's name, as it begins a row."""
    return report_text(f"outcomes.{name}")


def short_outcome_name(name: str) -> str:
    """The same, short enough for the rows of a wide table."""
    return report_text(f"outcomes.{name}_row")


# Numbers of effects as the texts want them, by outcome: ``{activation_rate_ci}`` and so on.


def effect_texts(
    rows: Mapping[str, Record],
    outcomes: Iterable[str],
    translator: Translator = FINNISH,
    p_column: str = "p_value",
) -> dict[str, str]:
    """Estimate, interval, p value and verdict of each outcome.

    Args:
        rows: By outcome, with ``estimate`` and, where there are such, ``ci_low``,
            ``ci_high`` and p values.
        outcomes: Which.
        translator: The language.
        p_column: The p value that is reported.
    """
    found: dict[str, str] = {}
    for name in outcomes:
        row = rows[name]
        found[name] = format_change(row["estimate"], translator=translator)
        if "ci_low" in row:
            found[f"{name}_ci"] = format_interval(
                row["ci_low"], row["ci_high"], translator=translator
            )
        found[f"{name}_p"] = format_p_equals(row[p_column], translator)
        found[f"{name}_p_bare"] = format_p_value(row[p_column], translator)
        found[f"{name}_verdict"] = verdict_text(row[p_column], translator)
    return found


def verdict_text(p: float, translator: Translator = FINNISH) -> str:
    """Whether an effect stands out from chance, in words."""
    end = "" if translator == FINNISH else f"_{translator.language}"
    return report_text(f"common.{'found' if p < SIGNIFICANCE_LEVEL else 'not_found'}{end}")
