"""What the variables and values of a further table's file are, and its cells in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from indicators.errors import DataError
from indicators.problems import Problem, as_error, raise_errors, raise_problems
from indicators.sources.statfin.cells import (
    ABSENT_CELL,
    DOWNLOAD_AGAIN,
    LARGEST_COUNT,
    WRONG_CELL,
    CubeAxis,
    cell_number,
)
from indicators.sources.statfin.downloads import day_of_file
from indicators.sources.statfin.further_forms import (
    NOT_READ,
    TOTAL,
    UNKNOWN,
    ClassText,
    TableForm,
    activity_of,
    class_of_text,
    in_one_unit,
    is_rate,
    is_total,
    is_unknown,
    partition,
    reason_of,
    resolve_classes,
    total_of,
    unit_in,
    variable_role,
)
from indicators.sources.statfin.raw_tables import RawTable
from indicators.sources.statfin.reader import is_area
from indicators.sources.statfin.texts import Texts, month_of, packaged_texts
from indicators.sources.statfin.variables import is_majority

Cells = NDArray[np.float64]

_YEAR = range(1950, 2100)
_WHAT_TO_DO = (
    "see what the table now means by it, and add its words to further_forms.toml; until then take "
    "the file out of the folder"
)
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """What is read of a file.

    Attributes:
        form: Of its table.
        path: The file.
        vintage: The day of the data's update.
        contents: What it counts; the first of the axes.
        areas: Codes, in the file's order.
        periods: ``YYYY-MM`` or ``YYYY``, in the file's order.
        by: Categories of each further variable that is read one by one.
        values: Shape (contents, areas, periods, a length a variable).
        held: Which cells are a figure, shown or hidden.
        notes: What was left out, in words.
    """

    form: TableForm
    path: Path
    vintage: date
    contents: tuple[str, ...]
    areas: tuple[str, ...]
    periods: tuple[str, ...]
    by: Mapping[str, tuple[str, ...]]
    values: Cells
    held: NDArray[np.bool_]
    notes: tuple[str, ...]


def resolved(form: TableForm, table: RawTable, folder: str = "") -> Piece:
    """What is read of a file of a table.

    Args:
        form: Of the table.
        table: The file, taken apart.
        folder: Name of the vintage's folder, for an answer that was fetched.

    Raises:
        DataError: A variable or value is not understood, or a cell is none; all faults.
    """
    return _Resolving(form, table, packaged_texts()).piece(folder)


@dataclass(slots=True)
class _Resolving:
    """Finds out what the variables of a file are."""

    form: TableForm
    table: RawTable
    texts: Texts
    notes: list[str] = field(default_factory=list)

    def piece(self, folder: str) -> Piece:
        time, area, content = self._time(), self._area(), self._content()
        values, held = self._cells()
        picked: list[tuple[int, list[int], list[str]]] = []
        others = [at for at in range(len(self.table.axes)) if at not in (time, area, content)]
        faults: list[DataError] = []
        roles: dict[str, tuple[int, dict[int, str]]] = {}
        for at in others:
            axis = self.table.axes[at]
            role = self._role(axis)
            try:
                if role in self.form.by and role not in roles:
                    roles[role] = (at, self._categories(role, axis))
                else:
                    picked.append((at, [axis.codes.index(self._total(axis))], [TOTAL]))
            except DataError as error:
                faults.append(error)
        raise_errors(faults)
        contents = self._contents(content)
        areas, periods = self._areas(area), self._periods(time)
        order = [area, time]
        for at, places, _ in picked:
            values, held = values.take(places, at), held.take(places, at)
        by = {role: tuple(kept.values()) for role, (_, kept) in roles.items()}
        for _, (at, kept) in roles.items():
            values, held = values.take(list(kept), at), held.take(list(kept), at)
        for at, known in ((area, areas), (time, periods)):
            values, held = values.take(list(known), at), held.take(list(known), at)
        if content is not None:
            values = values.take(list(contents), content)
            held = held.take(list(contents), content)
            order = [content, *order]
        order += [at for at, _ in roles.values()]
        rest = [at for at in range(values.ndim) if at not in order]
        values = values.transpose([*order, *rest]).reshape(
            len(contents), len(areas), len(periods), *map(len, by.values())
        )
        held = held.transpose([*order, *rest]).reshape(values.shape)
        piece = Piece(
            self.form,
            self.table.path,
            self._vintage(folder),
            tuple(contents.values()),
            tuple(areas.values()),
            tuple(periods.values()),
            by,
            values,
            held,
            tuple(self.notes),
        )
        _check_cells(piece)
        return piece

    def _vintage(self, folder: str) -> date:
        return day_of_file(self.table.path, self.table.updated, folder)

    def _axis_error(self, reason: str, axis: str, text: str) -> DataError:
        return as_error([Problem(reason, self.table.path, text, column=axis)])

    def _time(self) -> int:
        is_time = _is_year if self.form.yearly else month_of
        found = [
            at
            for at, axis in enumerate(self.table.axes)
            if is_majority(is_time(axis.text(code)) or is_time(code) for code in axis.codes)
        ]
        named = [at for at in found if variable_role(self.table.axes[at].name) == "time"]
        return self._only("years" if self.form.yearly else "months", named or found)

    def _area(self) -> int:
        found = [
            at
            for at, axis in enumerate(self.table.axes)
            if any(code != "SSS" and self._area_of(axis, code) for code in axis.codes)
            and is_majority(self._area_of(axis, code) for code in axis.codes)
        ]
        alone = [
            at
            for at, axis in enumerate(self.table.axes)
            if variable_role(axis.name) == "area" and self._area_of(axis, axis.codes[0])
        ]
        named = [at for at in found if variable_role(self.table.axes[at].name) == "area"]
        return self._only("areas", named or alone or found)

    def _area_of(self, axis: CubeAxis, code: str) -> str | None:
        known = self.texts.area(axis.text(code), firm=True)
        return (
            code if is_area(code) and code != "TOTAL" else known or self.texts.area(code, firm=True)
        )

    def _content(self) -> int | None:
        named = [
            at
            for at, axis in enumerate(self.table.axes)
            if variable_role(axis.name) == "content"
            or any(self.form.content(code, axis.text(code)) for code in axis.codes)
        ]
        return self._only("contents", named) if named else None

    def _only(self, what: str, found: Sequence[int]) -> int:
        names = ", ".join(self.table.axes[at].name for at in found)
        if len(found) != 1:
            has = f"has {len(found)} variables of {what} ({names})" if found else f"has no {what}"
            text = f"{has}; download table {self.form.id} whole"
            raise as_error([Problem("variables", self.table.path, text)])
        return found[0]

    def _role(self, axis: CubeAxis) -> str:
        """What a variable is by its name, else by what its values are."""
        named = variable_role(axis.name)
        if named is not None:
            return named
        texts = [axis.text(code) for code in axis.codes if not is_total(code, axis.text(code))]
        if texts and all(unit_in(text) not in ("", "years") for text in texts):
            return "duration"
        if "age" in self.form.by and texts and all(class_of_text(text) for text in texts):
            return "age"
        if texts and is_majority(activity_of("", text) for text in texts):
            return "activity"
        if texts and is_majority(reason_of("", text) for text in texts):
            return "reason"
        return ""

    def _total(self, axis: CubeAxis) -> str:
        total = total_of(axis)
        if total is None:
            shown = _quoted(axis.text(code) for code in axis.codes)
            text = (
                f"has no total among its values ({shown}), and without it nothing of the table is "
                "a figure of all; fetch or download it with the total"
            )
            raise self._axis_error("no-total", axis.name, text)
        return total

    def _categories(self, role: str, axis: CubeAxis) -> dict[int, str]:
        """Category by place of the values that are read."""
        readers: dict[str, Callable[[CubeAxis], dict[int, str]]] = {
            "duration": self._durations,
            "age": self._ages,
            "reason": self._reasons,
            "activity": self._activities,
        }
        total = total_of(axis)
        found = readers[role](axis)
        if total is not None:
            found = {axis.codes.index(total): TOTAL, **found}
        return found

    def _parts(self, axis: CubeAxis) -> Iterator[tuple[int, str, str]]:
        """Place, code and text of every value but totals."""
        total = total_of(axis)
        for at, code in enumerate(axis.codes):
            if code != total and not is_total(code, ""):
                yield at, code, axis.text(code)

    def _durations(self, axis: CubeAxis) -> dict[int, str]:
        unit = unit_in(axis.name)
        parts = list(self._parts(axis))
        unknown = {at: UNKNOWN for at, _, text in parts if is_unknown(text)}
        classes = {at: class_of_text(text, unit) for at, _, text in parts if at not in unknown}
        self._refuse_unread(axis, "duration", classes)
        read = {at: each for at, each in classes.items() if each is not None}
        units = {each.unit for each in read.values()} - {""}
        if not units:
            self.notes.append(
                f"statfin {self.form.id}: the classes of {axis.name} ({_quoted(axis.codes)}) name "
                f"no unit of time, so they are left out; {self.table.path}"
            )
            return {}
        default = next(iter(units)) if len(units) == 1 else ""
        read = {at: each if each.unit else _with_unit(each, default) for at, each in read.items()}
        if any(not each.unit for each in read.values()) or len(units) > 1:
            scaled = {at: in_one_unit(each, units) for at, each in read.items()}
            read = {at: each for at, each in scaled.items() if each is not None}
            if len(read) < len(scaled):
                text = f"has classes of several units of time; {_WHAT_TO_DO}"
                raise self._axis_error("unknown-class", axis.name, text)
        return {**unknown, **self._partitioned(axis, read)}

    def _partitioned(self, axis: CubeAxis, read: Mapping[int, ClassText]) -> dict[int, str]:
        intervals = dict(zip(read, resolve_classes(list(read.values())), strict=True))
        parts = partition(intervals.values())
        if parts is None or len(set(intervals.values())) != len(intervals):
            shown = _quoted(axis.text(axis.codes[at]) for at in read)
            text = f"its classes ({shown}) leave a gap or overlap; {_WHAT_TO_DO}"
            raise self._axis_error("unknown-class", axis.name, text)
        finest, _ = parts
        return {at: each.category for at, each in intervals.items() if each in finest}

    def _ages(self, axis: CubeAxis) -> dict[int, str]:
        parts = [(at, text) for at, _, text in self._parts(axis) if not is_unknown(text)]
        classes = {at: class_of_text(text, "years") for at, text in parts}
        self._refuse_unread(axis, "age", classes)
        read = {at: each for at, each in classes.items() if each is not None}
        # Classes of age may overlap (15–74 beside 18–64): who reads them chooses what adds up.
        return {
            at: f"{each.low + each.strict}-" + ("" if each.high is None else str(_last(each)))
            for at, each in read.items()
        }

    def _reasons(self, axis: CubeAxis) -> dict[int, str]:
        found = {at: reason_of(code, text) for at, code, text in self._parts(axis)}
        self._refuse_unread(axis, "reason", found)
        # Several values may be of one reason: each keeps its code.
        return {at: f"{reason}:{axis.codes[at]}" for at, reason in found.items()}

    def _activities(self, axis: CubeAxis) -> dict[int, str]:
        found = {at: activity_of(code, text) for at, code, text in self._parts(axis)}
        return {
            at: name
            for at, name in found.items()
            if name != NOT_READ and list(found.values()).count(name) == 1
        }

    def _refuse_unread(self, axis: CubeAxis, role: str, found: Mapping[int, object]) -> None:
        """Refuse values that are neither a class nor the total."""
        unread = [axis.text(axis.codes[at]) for at, each in found.items() if each is None]
        if unread:
            kinds = {
                "duration": "a class of duration (such as “3–5 kk”)",
                "age": "a class of age (such as “15–24”)",
                "reason": "an end reason that is known",
            }
            text = f"{_quoted(unread)}: is not {kinds[role]}; {_WHAT_TO_DO}"
            raise self._axis_error("unknown-class", axis.name, text)

    def _contents(self, at: int | None) -> dict[int, str]:
        if at is None:
            only = [self.table.content, *self.table.named]
            known = (
                next((code for text in only if (code := self.form.content("", text))), None)
                or self._single()
            )
            return {0: known} if known else self._refuse_contents(only)
        axis = self.table.axes[at]
        found = {
            place: known
            for place, code in enumerate(axis.codes)
            if (known := self.form.content(code, axis.text(code)))
        }
        if not found and len(axis.codes) == 1 and (known := self._single()):
            found = {0: known}
        if not found or len(set(found.values())) != len(found):
            return self._refuse_contents([axis.text(code) for code in axis.codes])
        return found

    def _single(self) -> str | None:
        """The content of a table that counts one thing, whatever it is called."""
        counted = [code for code in self.form.contents if not is_rate(code)]
        is_only = len(self.form.contents) == 1 or self.form.id == "12tr"
        return counted[0] if is_only and counted else None

    def _refuse_contents(self, texts: Sequence[str]) -> NoReturn:
        text = (
            f"has no content of table {self.form.id} that is known, or two that may be it "
            f"({_quoted(text for text in texts if text)}); {_WHAT_TO_DO}"
        )
        raise as_error([Problem("contents", self.table.path, text)])

    def _areas(self, at: int) -> dict[int, str]:
        axis = self.table.axes[at]
        found = {place: self._area_of(axis, code) for place, code in enumerate(axis.codes)}
        for place, code in enumerate(axis.codes):
            if found[place] is None and is_total(code, axis.text(code)):
                found[place] = "SSS"
        left = [axis.text(axis.codes[place]) for place, code in found.items() if code is None]
        if left:
            self.notes.append(
                f"{self.table.path}: areas left out, for their codes are not known: "
                f"{_quoted(left)}; download it with codes"
            )
        return self._once(axis, {place: code for place, code in found.items() if code})

    def _periods(self, at: int) -> dict[int, str]:
        axis = self.table.axes[at]
        read = _is_year if self.form.yearly else month_of
        found = {
            place: read(code) or read(axis.text(code)) for place, code in enumerate(axis.codes)
        }
        if None in found.values():
            wanted = "a year" if self.form.yearly else "a month (such as 2026M06)"
            text = f"has a value that is not {wanted}; {DOWNLOAD_AGAIN}"
            raise self._axis_error("not-a-month", axis.name, text)
        return self._once(axis, {place: each for place, each in found.items() if each})

    def _once(self, axis: CubeAxis, found: dict[int, str]) -> dict[int, str]:
        if len(set(found.values())) != len(found):
            text = f"has a value twice; {DOWNLOAD_AGAIN}"
            raise self._axis_error("duplicate-key", axis.name, text)
        return found

    def _cells(self) -> tuple[Cells, NDArray[np.bool_]]:
        shape = [len(axis.codes) for axis in self.table.axes]
        cells = self.table.cells
        if all(cell is None or type(cell) in (int, float) for cell in cells):
            numbers = np.array([np.nan if cell is None else cell for cell in cells], np.float64)
        else:
            numbers = np.array([cell_number(cell) for cell in cells], np.float64)
        grid = numbers.reshape(shape)
        return grid, grid != ABSENT_CELL


def _last(age: ClassText) -> int:
    assert age.high is not None
    return age.high - 1 if age.closed is False else age.high


def _with_unit(each: ClassText, unit: str) -> ClassText:
    return ClassText(each.low, each.high, unit, each.closed, each.strict)


def _is_year(text: str) -> str | None:
    plain = text.strip().removesuffix("*")
    return plain if plain.isdecimal() and int(plain) in _YEAR else None


def _quoted(texts: Iterable[str]) -> str:
    listed = list(dict.fromkeys(texts))
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    return ", ".join(f"“{text}”" for text in listed[:_MOST_NAMED]) + more


def _check_cells(piece: Piece) -> None:
    """Refuse what cannot be a count or a share."""
    problems = []
    for at, content in enumerate(piece.contents):
        cells = np.where(piece.held[at], piece.values[at], np.nan)
        shown = cells[~np.isnan(cells)]
        wrong = (shown == WRONG_CELL) | (shown < 0) | (shown > LARGEST_COUNT)
        if not is_rate(content):
            wrong |= np.isfinite(shown) & (shown % 1 != 0)
        if wrong.any():
            kind = "a share" if is_rate(content) else "a whole number of 0 or more"
            text = f"{int(wrong.sum())} cells are neither {kind} nor hidden; {DOWNLOAD_AGAIN}"
            problems.append(Problem("not-a-number", piece.path, text, column=content))
    raise_problems(problems)
