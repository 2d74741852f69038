"""One file of Kela's open data on municipally co-financed benefits, as sums by area and month.

Kela's files hold other periods beside months, totals beside their parts, and figures of age and
sex that are added up. What is kept adds up: each euro stands once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from indicators.problems import Problem, raise_problems
from indicators.sources.kela import words
from indicators.sources.register.codes import municipality_code, plain_text
from indicators.sources.register.csv_dialect import Dialect, open_text, read_dialect
from indicators.sources.register.formats import detect_format
from indicators.sources.register.tables.aggregates import parse_month_text

COUNTRY = "SSS"
EMPLOYMENT_AREA = "työllisyysalue"
UNKNOWN_AREA = f"KU{words.UNKNOWN_MUNICIPALITY}"

# Columns of the municipally co-financed sets; those of the sets by employment area and of the whole
# country have not been seen (docs/fetching.md).
_MUNICIPAL = ("kunta_osuus_eur", "kunnan_osuus_eur", "kuntaosuus_eur", "kunnan_osuus_euroa")
_EMPLOYMENT_AREA = ("tyollisyysalue_nro", "tyollisyysalue_numero", "tyollisyysalue_koodi")
_NAMES = ("kunta_nimi", "kunta", "tyollisyysalue_nimi", "tyollisyysalue")
_PERSONAL = (*words.AGE, *words.SEX)
FIGURES = {
    "recipients": words.RECIPIENTS,
    "days": words.DAYS,
    "euros": words.EUROS,
    "municipal_euros": _MUNICIPAL,
}
"""Figures of a row, and what Kela calls them."""

SUMS = ("recipients", "recipients_low", "days", "euros", "municipal_euros")
"""Figures of an area and month."""

_KNOWN = frozenset(
    name
    for names in (
        *(words.PERIOD, words.MONTH, words.YEAR, words.MUNICIPALITY, _EMPLOYMENT_AREA, _NAMES),
        *(_PERSONAL, words.BENEFIT, words.BASIS, words.COMPENSATION, *FIGURES.values()),
    )
    for name in names
)
_TIMES = frozenset({*words.PERIOD, *words.MONTH, *words.YEAR, "kuukausi_nro"})
_PLACES = frozenset({*words.MUNICIPALITY, *_EMPLOYMENT_AREA, *_NAMES})
_EMPTY = ("", "NA")
_UNNAMED = "TA"
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_TOTAL_PLACES = 3

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KelaFile:
    """What a file gives.

    Attributes:
        sums: A row an area and month: ``area``, ``month`` and :data:`SUMS`. ``area`` is ``KU398``,
            ``KU199`` for no known municipality, ``TA31``, or ``SSS`` for the whole country. A
            figure of which a part is missing is missing. ``recipients`` counts persons of several
            classes more than once where the file has no total of them; ``recipients_low`` is what
            they are at least.
        grain: What its areas are: ``municipality``, ``employment_area`` or ``country``.
        classes: Its columns of categories: files with others are not of one table.
        unnamed: Rows of employment areas that the key does not have.
    """

    sums: pd.DataFrame
    grain: str
    classes: tuple[str, ...]
    unnamed: int = 0


class _Reader(NamedTuple):
    """A file that is being read: its rows, in order, and what is wrong with it."""

    path: Path
    frame: pd.DataFrame
    first_row: int
    problems: list[Problem]

    def report(self, reason: str, column: str, rows: NDArray[np.bool_], text: str) -> None:
        found = np.flatnonzero(rows)
        if len(found):
            row = self.first_row + int(self.frame.index[found[0]])
            self.problems.append(Problem(reason, self.path, text, column, row, len(found)))


def is_cofinanced(header: Collection[str]) -> bool:
    """Whether columns are those of a set of municipally co-financed benefits."""
    return not {name.casefold() for name in header}.isdisjoint(_MUNICIPAL)


def is_of_kela(header: Collection[str]) -> bool:
    """Whether columns are those of any set of Kela's unemployment benefits."""
    names = {name.casefold() for name in header}
    return bool(names & {*words.MONTH, *words.YEAR}) and len(names & _KNOWN) > _TOTAL_PLACES


def is_of_other_areas(header: Collection[str]) -> bool:
    """Whether columns are of areas that are neither municipalities nor known employment areas."""
    names = {name.casefold() for name in header}
    known = {*words.MUNICIPALITY, *_EMPLOYMENT_AREA, *_NAMES}
    return names.isdisjoint(known) and any(
        "alue" in name or "kunta_" in name for name in names - {*_MUNICIPAL}
    )


def file_header(path: Path) -> tuple[Dialect, list[Problem]]:
    """How a file is written, and why it cannot be read."""
    if detect_format(path) != "text":
        text = "is no text; unpack it, or save it as CSV"
        return _no_dialect(), [Problem("not-text", path, text)]
    return read_dialect(path, _KNOWN)


def _no_dialect() -> Dialect:
    return Dialect("utf-8", ",", (), 0, 0, 0, has_text=False, quoted=False, even=True, longest=0)


def read_file(
    path: Path,
    dialect: Dialect,
    *,
    missing: Sequence[str] = (),
    area_codes: Mapping[str, str] | None = None,
) -> KelaFile:
    """Read a file of municipally co-financed benefits.

    Args:
        path: The file.
        dialect: How it is written, of :func:`file_header`.
        missing: Texts that stand for a missing figure, beside an empty cell and ``NA``.
        area_codes: Codes of employment areas, such as ``TA31``, by their names in small letters.

    Raises:
        DataError: With every problem of the file: columns that are missing, cells that are no
            months, areas or numbers, and figures that stand there twice.
    """
    reader = _read_rows(path, dialect, missing)
    names = _column_names(reader)
    raise_problems(reader.problems)
    reader = _months_alone(reader, names)
    months, areas = _months(reader, names), _areas(reader, names, area_codes or {})
    numbers = {figure: _numbers(reader, names[figure]) for figure in FIGURES if figure in names}
    recipients = numbers["recipients"]
    with np.errstate(invalid="ignore"):
        odd = (recipients < 0) | (recipients != np.round(recipients))
    reader.report(
        "not-a-count",
        names["recipients"],
        odd & ~np.isnan(recipients),
        "is no whole number of 0 or more; correct it",
    )
    classes = _class_columns(reader)
    raise_problems(reader.problems)
    known = pd.DataFrame({"area": areas, "month": months}, dtype="category")
    _refuse_repeated(reader, known, classes)
    kept = _once(known, reader.frame, classes)
    numbers = {name: values[kept] for name, values in numbers.items()}
    sums = _sums(known[kept], numbers, reader.frame.loc[kept, _personal_columns(classes)])
    unnamed = int(np.count_nonzero(areas == _UNNAMED))
    return KelaFile(sums, _grain(names), tuple(classes), unnamed)


def _read_rows(path: Path, dialect: Dialect, missing: Sequence[str]) -> _Reader:
    """All cells as categories of texts; the index is the number of the row."""
    header = [plain_text(name).casefold() for name in dialect.header]
    broken: list[int] = []

    def note_broken(row: csv.InvalidRow) -> str:
        broken.append(row.actual_columns)
        return "skip"

    problems = [
        Problem("same-column", path, "stands in the header twice; delete one", name)
        for name in dict.fromkeys(header)
        if name and header.count(name) > 1
    ]
    raise_problems(problems)
    with open_text(path, dialect.encoding, dialect.start) as stream:
        table = csv.read_csv(
            stream,
            read_options=csv.ReadOptions(column_names=header, block_size=1 << 24),
            parse_options=csv.ParseOptions(
                delimiter=dialect.separator,
                newlines_in_values=dialect.quoted,
                invalid_row_handler=note_broken,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.dictionary(pa.int32(), pa.string())),
                strings_can_be_null=True,
                null_values=[*_EMPTY, *missing],
            ),
        )
    if broken:
        text = f"has not the {len(header)} cells of the header; deliver the file again"
        problems.append(Problem("broken-row", path, text, count=len(broken)))
    frame = table.unify_dictionaries().to_pandas()
    # Of figures nearly each cell has a text of its own, which is looked at when it is parsed.
    figures = {name for names in FIGURES.values() for name in names}
    trimmed = {name: _trimmed(frame[name]) for name in frame if name not in figures}
    return _Reader(path, frame.assign(**trimmed), dialect.line + 1, problems)


def _trimmed(column: pd.Series) -> pd.Series:
    """A column of categories without blanks around texts; empty ones are missing."""
    texts = [plain_text(str(text)) for text in column.cat.categories]
    names = sorted({text for text in texts if text})
    at = {text: position for position, text in enumerate(names)}
    place = np.array([*(at.get(text, -1) for text in texts), -1])
    codes = place[column.cat.codes.to_numpy()]
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(names, dtype=str)), column.index)


def _column_names(reader: _Reader) -> dict[str, str]:
    """What the file calls each column, by what it is called here."""
    wanted = {
        **FIGURES,
        "period": words.PERIOD,
        "month": words.MONTH,
        "year": words.YEAR,
        "municipality": words.MUNICIPALITY,
        "employment_area": _EMPLOYMENT_AREA,
        "employment_area_name": ("tyollisyysalue_nimi", "tyollisyysalue"),
    }
    names = {
        name: found
        for name, known in wanted.items()
        if (found := next((each for each in known if each in reader.frame), None))
    }
    for name in ("month", "recipients", "euros", "municipal_euros"):
        if name not in names:
            text = f"is not there; it is called {' or '.join(wanted[name])}"
            reader.problems.append(Problem("missing-column", reader.path, text, wanted[name][0]))
    return names


def _grain(names: Mapping[str, str]) -> str:
    if "municipality" in names:
        return "municipality"
    return "employment_area" if _area_column(names) else "country"


def _area_column(names: Mapping[str, str]) -> str | None:
    return names.get("employment_area") or names.get("employment_area_name")


def _months_alone(reader: _Reader, names: Mapping[str, str]) -> _Reader:
    """Without rows of years and of what has been paid since January."""
    if "period" not in names:
        return reader
    period = reader.frame[names["period"]]
    monthly = [text for text in period.cat.categories if words.is_month(text)]
    return reader._replace(frame=reader.frame[(period.isin(monthly) | period.isna()).to_numpy()])


def _months(reader: _Reader, names: Mapping[str, str]) -> pd.Categorical[str]:
    """``YYYY-MM`` of each row, of a column of months or of year and number."""
    column = reader.frame[names["month"]].astype(object)
    if "year" in names and column.dropna().str.fullmatch("[0-9]{1,2}").all():
        year = reader.frame[names["year"]].astype(object)
        column = column.str.cat(year, sep="/")
    texts = pd.Categorical(column)
    found = _mapped(texts, parse_month_text)
    text = "is no month; write it as 202301"
    reader.report("not-a-month", names["month"], np.asarray(found.isna()), text)
    return found


def _areas(
    reader: _Reader, names: Mapping[str, str], area_codes: Mapping[str, str]
) -> pd.Categorical[str]:
    """Area code of each row."""
    if "municipality" in names:
        name = names["municipality"]
        found = _mapped(pd.Categorical(reader.frame[name]), _municipality_area)
        text = "is no municipality; write its three digits, or 199 if it is not known"
    elif name := _area_column(names) or "":
        by_name = names.get("employment_area_name", "")
        column = pd.Categorical(reader.frame[by_name or name])
        found = _mapped(column, lambda text: _employment_area(text, area_codes))
        text = "is empty; write the employment area"
    else:
        return pd.Categorical.from_codes(np.zeros(len(reader.frame), int), pd.Index([COUNTRY]))
    reader.report("not-an-area", name, np.asarray(found.isna()), text)
    return found


def _municipality_area(text: str) -> str | None:
    code = municipality_code(text)
    return f"KU{code}" if code else None


def _employment_area(text: str, area_codes: Mapping[str, str]) -> str:
    if re.fullmatch(r"TA[0-9]{2}", text):
        return text
    plain = text.casefold().removesuffix(EMPLOYMENT_AREA).strip()
    if plain == "tuntematon":
        return UNKNOWN_AREA
    # Of "Lahden työllisyysalue" and the like the key may have the name alone.
    return area_codes.get(text.casefold()) or area_codes.get(plain) or _UNNAMED


def _mapped(
    column: pd.Categorical[str], meaning: Callable[[str], str | None]
) -> pd.Categorical[str]:
    """Each category replaced by what it means; None makes it missing."""
    texts = [meaning(str(text)) for text in column.categories]
    names = sorted({text for text in texts if text is not None})
    at: dict[str | None, int] = {text: position for position, text in enumerate(names)}
    place = np.array([*(at.get(text, -1) for text in texts), -1])
    return pd.Categorical.from_codes(place[column.codes], pd.Index(names, dtype=str))


def _numbers(reader: _Reader, name: str) -> Floats:
    """Numbers with a decimal point or comma; NaN where there is none."""
    column = reader.frame[name].cat
    texts = pa.array([*column.categories], pa.string())
    plain = pc.replace_substring(
        pc.replace_substring_regex(texts, r"[\s\x{00A0}\x{202F}]", ""), ",", "."
    )
    fits = pc.match_substring_regex(plain, _NUMBER)
    values = pc.if_else(fits, plain, pa.scalar(None, pa.string())).cast(pa.float64())
    numbers = np.append(values.to_numpy(zero_copy_only=False).astype(float), np.nan)
    codes = column.codes.to_numpy()
    found: Floats = numbers[codes]
    empty = np.append(pc.equal(plain, "").to_numpy(zero_copy_only=False).astype(bool), True)[codes]
    text = "is no number; correct it, or leave the cell empty where it is not known"
    reader.report("not-a-number", name, np.isnan(found) & ~empty, text)
    return found


def _class_columns(reader: _Reader) -> list[str]:
    """Columns whose categories are parts of a whole: age, sex, class of days, benefit, ….

    A further column of numbers is no such thing, whatever it is.
    """
    figures = {name for names in FIGURES.values() for name in names}
    others = [name for name in reader.frame if name not in {*_TIMES, *_PLACES, *figures, ""}]
    return sorted(str(name) for name in others if not _is_numeric(reader.frame[name]))


def _is_numeric(column: pd.Series[str]) -> bool:
    used = [str(text) for text in column.dropna().unique()]
    return bool(used) and all(re.fullmatch(r"-?[0-9]+([.,][0-9]+)?", text) for text in used)


def _combined(columns: Sequence[pd.Series]) -> Codes:
    """A number for each distinct combination of categories."""
    combined = np.zeros(len(columns[0]), np.int64)
    for column in columns if len(columns[0]) else ():
        size = len(column.cat.categories) + 1
        combined = combined * size + column.cat.codes.to_numpy(np.int64) + 1
        # Numbers stay small, however many columns there are.
        combined = np.unique(combined, return_inverse=True)[1].astype(np.int64)
    return combined


def _refuse_repeated(reader: _Reader, known: pd.DataFrame, classes: Sequence[str]) -> None:
    columns = [known["area"], known["month"], *(reader.frame[name] for name in classes)]
    repeated = pd.Series(_combined(columns)).duplicated().to_numpy()
    text = (
        f"the same area, month, {', '.join(classes)} come a second time: figures would count "
        "double; delete one of the two"
    )
    reader.report("duplicate-key", "", repeated, text)
    raise_problems(reader.problems)


def _once(known: pd.DataFrame, frame: pd.DataFrame, classes: Sequence[str]) -> NDArray[np.bool_]:
    """Rows without the parts whose total stands beside them: of each either one or the other."""
    kept = np.ones(len(known), bool)
    for name in classes:
        column = frame[name]
        totals = [text for text in column.cat.categories if words.is_total(text)]
        total = column.isin(totals).to_numpy()
        if not total.any():
            continue
        others = [frame[other] for other in classes if other != name]
        place = _combined([known["area"], known["month"], *others])
        has_total = np.zeros(place.max() + 1, bool)
        has_total[place[total & kept]] = True
        kept &= total | ~has_total[place]
    return kept


def _personal_columns(classes: Sequence[str]) -> list[str]:
    return [name for name in classes if name in _PERSONAL]


def _sums(
    known: pd.DataFrame, numbers: Mapping[str, Floats], personal: pd.DataFrame
) -> pd.DataFrame:
    """Sums by area and month.

    Args:
        known: Area and month of each row.
        numbers: Figures of each row.
        personal: Age and sex of each row.
    """
    place = _combined([known["area"], known["month"]])
    count = int(place.max()) + 1 if len(place) else 0
    first = np.zeros(count, np.int64)
    first[place[::-1]] = np.arange(len(place))[::-1]
    sums = {name: _added(place, values, count) for name, values in numbers.items()}
    # Of one age and sex nobody is in fewer classes than the largest holds.
    persons = _combined([known["area"], known["month"], *(personal[name] for name in personal)])
    largest = np.full(int(persons.max()) + 1 if len(persons) else 0, -np.inf)
    np.maximum.at(largest, persons, numbers["recipients"])
    of_persons = np.zeros(len(largest), np.int64)
    of_persons[persons] = place
    low = _added(of_persons, largest, count)
    rows = known.iloc[first].astype(str).reset_index(drop=True)
    return rows.assign(
        recipients=sums["recipients"],
        recipients_low=low,
        days=sums.get("days", np.full(count, np.nan)),
        euros=sums["euros"],
        municipal_euros=sums["municipal_euros"],
    )


def _added(place: Codes, values: Floats, count: int) -> Floats:
    """Sums by place, to the cent; one of which a part is missing is missing."""
    order = np.lexsort((values, place))
    # In order of size, so that a sum does not depend on the order of rows.
    return np.round(np.bincount(place[order], values[order], count), 6)
