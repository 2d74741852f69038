"""Tables of TOML become records, by cattrs; all problems of a file at once, each with its place.

A record is a dataclass: its fields are the keys that a table must have, or may have where a field
has a default, and no others. What a type alone cannot say stands in `Annotated`: `Fits`, `OneOf`,
`ReadAs`, `ByName`, `FILLED`, `Given`, `Key` and `Inline`. A new field of a record is read without a
line more.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from cattrs import (
    BaseValidationError,
    ClassValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.cols import homogenous_tuple_structure_factory, is_mapping, mapping_structure_factory
from cattrs.gen import make_dict_structure_fn, override

_T = TypeVar("_T")
_Hook = Callable[[Any, Any], Any]

_NAMES = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date without quotes, such as 2021-03-01",
    Path: "a text",
}


class MisfitError(ValueError):
    """A value that is not what its key asks for.

    Args:
        problem: What is wrong and what to do.
        key: Key path below the value that is at fault, if it is not the value itself.
    """

    def __init__(self, problem: str, key: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.key = key


@dataclass(frozen=True, slots=True)
class Fits:
    """The value passes a check; ``what`` says in words what is wanted."""

    check: Callable[[Any], object]
    what: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """The text is among the converter's words of this kind; ``what`` says what is wanted."""

    kind: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class ReadAs:
    """The value is read as a type ``kind`` and then converted, which may raise `MisfitError`."""

    kind: Any
    convert: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class ByName:
    """The list names records read before: those that the converter's words of a kind map to."""

    kind: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The list holds something."""


FILLED = Filled()


@dataclass(frozen=True, slots=True)
class Given:
    """The field is no key of the table: whoever reads gives it, ``value`` stands for it else.

    The one such field of the records of a mapping is given the record's key.
    """

    value: object = ""


GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Key:
    """The key's name is not the field's."""

    name: str


@dataclass(frozen=True, slots=True)
class Inline:
    """The field's own keys stand beside the record's: these keys, or without any all tables."""

    keys: tuple[str, ...] = ()


class Structuring:
    """A converter of what `tomllib` reads, and the problems that it met.

    Args:
        words: What `OneOf` allows, by kind. May be added to until what needs it is read.
    """

    def __init__(self, words: Mapping[str, Container[str]]) -> None:
        self.words = words
        self.converter = Converter(detailed_validation=True, forbid_extra_keys=True)
        register = self.converter.register_structure_hook_factory
        scalars: tuple[Any, ...] = (*_NAMES,)
        for scalar in scalars:
            self.converter.register_structure_hook(scalar, _scalar_hook(scalar))
        register(lambda kind: _is_literal(kind) or _is_choice_of_scalars(kind), lambda _: _choice)
        register(_is_list, self._list_hook)
        register(is_mapping, self._mapping_hook)
        register(dataclasses.is_dataclass, self.record_hook)
        register(_has(Fits, OneOf, Filled), self._marked_hook)
        register(_has(ReadAs), self._converting_hook)
        register(_has(ByName), self._naming_hook)

    def check(
        self,
        kind: type[_T],
        problems: Callable[[_T], Iterator[MisfitError]],
        prepare: Callable[[dict[str, Any]], object] = id,
    ) -> None:
        """Holds records of a kind to what their fields must keep among each other.

        Args:
            kind: The dataclass.
            problems: Gives what is wrong with a record whose fields are each right.
            prepare: Called with the table before it is read, whatever it holds.
        """

        def checking_hook(_: Any) -> _Hook:
            read = self.record_hook(kind)

            def hook(value: Any, _: Any = kind) -> Any:
                if isinstance(value, dict):
                    prepare(value)
                found = read(value, kind)
                if errors := list(problems(found)):
                    raise ClassValidationError(f"reading {kind}", errors, kind)
                return found

            return hook

        def is_kind(other: Any) -> bool:
            return bool(other == kind)

        self.converter.register_structure_hook_factory(is_kind, checking_hook)

    def read(self, value: object, kind: type[_T], problems: list[str], prefix: str = "") -> Any:
        """The value as a record, or None after its problems were noted, each ``place: problem``.

        Args:
            value: What `tomllib` read.
            kind: A dataclass, or a type of the standard library that holds such.
            problems: Where every problem is added.
            prefix: Stands before every place, such as a file's name and a colon.
        """
        try:
            return self.converter.structure(value, kind)
        except (BaseValidationError, MisfitError) as error:
            for place, problem in problems_of(error):
                problems.append(f"{prefix}{place}: {problem}" if place else f"{prefix}{problem}")
            return None

    def record_hook(self, kind: Any) -> _Hook:
        """Reads a table as a dataclass."""
        marks = _marks(kind)
        # Given field by field: cattrs leaves `Annotated` out where annotations are strings.
        overrides: Any = {
            name: override(
                rename=_key(kind, name), struct_hook=self.converter.get_structure_hook(hint)
            )
            for name, hint in _hints(kind).items()
        }
        read = make_dict_structure_fn(kind, self.converter, **overrides)
        given = {f"<{name}>": mark.value for name, mark in marks.items() if isinstance(mark, Given)}
        inline = {name: mark for name, mark in marks.items() if isinstance(mark, Inline)}
        own = {_key(kind, name) for name in _hints(kind)}

        def hook(value: Any, _: Any = kind) -> Any:
            if not isinstance(value, dict):
                raise MisfitError(f"must be a table, not {shown(value)}")
            table = given | value
            for name, mark in inline.items():
                keys = mark.keys or [
                    key
                    for key, below in value.items()
                    if isinstance(below, dict) and key not in own
                ]
                table[f"<{name}>"] = {key: table.pop(key) for key in keys if key in table}
            return read(table, kind)

        return hook

    def _marked_hook(self, kind: Any) -> _Hook:
        inner, *marks = get_args(kind)
        read = self.converter.get_structure_hook(inner)

        def hook(value: Any, _: Any = kind) -> Any:
            if _wrong_type(value, inner):
                raise MisfitError(f"must be {described(kind)}, not {shown(value)}")
            found = read(value, inner)
            for mark in marks:
                if isinstance(mark, Fits) and not mark.check(found):
                    raise MisfitError(f"must be {mark.what}, not {shown(value)}")
                if isinstance(mark, Filled) and not found:
                    raise MisfitError(f"must be {described(kind)}, not {shown(value)}")
                if isinstance(mark, OneOf):
                    _check_word(found, mark, self.words[mark.kind])
            return found

        return hook

    def _converting_hook(self, kind: Any) -> _Hook:
        [mark] = [mark for mark in get_args(kind) if isinstance(mark, ReadAs)]
        read = self.converter.get_structure_hook(mark.kind)

        def hook(value: Any, _: Any = kind) -> Any:
            return mark.convert(read(value, mark.kind))

        return hook

    def _naming_hook(self, kind: Any) -> _Hook:
        [mark] = [mark for mark in get_args(kind) if isinstance(mark, ByName)]
        names = tuple[Annotated[str, OneOf(mark.kind)], ...]
        read = self.converter.get_structure_hook(names)

        def hook(value: Any, _: Any = kind) -> Any:
            records: Any = self.words[mark.kind]
            # A record that could not be read itself was noted where it stands.
            return tuple(records[name] for name in read(value, names) if records[name] is not None)

        return hook

    def _list_hook(self, kind: Any) -> _Hook:
        """A list; a text may be in it once."""
        read = homogenous_tuple_structure_factory(kind, self.converter)

        def hook(value: Any, _: Any = kind) -> Any:
            if not isinstance(value, list):
                raise MisfitError(f"must be {described(kind)}, not {shown(value)}")
            errors: list[Exception] = [
                _noted(MisfitError(f"{text} is there twice; delete one"), number, kind)
                for number, text in enumerate(value)
                if isinstance(text, str) and text in value[:number]
            ]
            return _read_with(errors, read, value, kind)

        return hook

    def _mapping_hook(self, kind: Any) -> _Hook:
        """A table whose keys are free; records in it are given their key."""
        key_kind, value_kind = get_args(kind)
        read = mapping_structure_factory(kind, self.converter, key_type=str, val_type=value_kind)
        read_key = self.converter.get_structure_hook(key_kind)
        keyed = [name for name, mark in _marks(value_kind).items() if mark is GIVEN]

        def hook(value: Any, _: Any = kind) -> Any:
            if not isinstance(value, dict):
                raise MisfitError(f"must be a table, not {shown(value)}")
            errors: list[Exception] = []
            for key in value:
                try:
                    read_key(key, key_kind)
                except MisfitError as error:
                    errors.append(_noted(error, key, key_kind))
            tables = {
                key: below | {f"<{name}>": key for name in keyed}
                if isinstance(below, dict)
                else below
                for key, below in value.items()
            }
            return _read_with(errors, read, tables, kind)

        return hook


def _read_with(errors: list[Exception], read: _Hook, value: Any, kind: Any) -> Any:
    """The value, unless there are errors already or reading it meets further ones."""
    try:
        found = read(value, kind)
    except IterableValidationError as error:
        errors = [*errors, *error.exceptions]
    if errors:
        raise IterableValidationError(f"reading {kind}", errors, kind)
    return found


def problems_of(error: Exception, place: str = "") -> Iterator[tuple[str, str]]:
    """The place and the words of every problem that cattrs gathered.

    Raises:
        Exception: It is no problem of the file but a defect of the program.
    """
    match error:
        case ClassValidationError():
            noted, others = error.group_exceptions()
            for below, note in noted:
                inner = _below(place, _shown_key(error.cl, note.name))
                if isinstance(below, KeyError) and below.args == (_key(error.cl, note.name),):
                    yield inner, f"is missing; write {described(_hints(error.cl)[note.name])}"
                else:
                    yield from problems_of(below, inner)
            for below in others:
                yield from problems_of(below, place)
        case IterableValidationError():
            entries, others = error.group_exceptions()
            for below, entry in entries:
                yield from problems_of(below, _below(place, entry.index))
            for below in others:
                yield from problems_of(below, place)
        case ForbiddenExtraKeysError():
            known = [*_known_keys(error.cl)]
            listed = f"known here: {', '.join(known) or 'none'}"
            for key in sorted(error.extra_fields):
                yield _below(place, key), f"unknown key; {_meant(key, known)}{listed}"
        case MisfitError():
            yield _below(place, error.key), error.problem
        case _:
            raise error


def _meant(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1, cutoff=0.75)
    return f"did you mean {near[0]}? " if near else ""


def described(kind: Any) -> str:
    """What a type wants, in words."""
    if get_origin(kind) is Annotated:
        return _described_by_marks(*get_args(kind))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        entry = described(arguments[0])
        return "a list of tables" if entry == "a table" else f"a list where each is {entry}"
    if origin in (Union, UnionType):
        wanted = [argument for argument in arguments if argument is not NoneType]
        if len(wanted) > 1:
            return "a text, a number, true or false" if str in wanted else "a number, true or false"
        return described(wanted[0])
    if origin is Literal:
        return "one of " + ", ".join(map(str, arguments))
    return _NAMES.get(kind, "a table")


def _described_by_marks(kind: Any, *marks: Any) -> str:
    for mark in marks:
        if isinstance(mark, Fits | OneOf) and mark.what:
            return mark.what
        if isinstance(mark, ReadAs):
            return described(mark.kind)
        if isinstance(mark, ByName):
            return described(tuple[str, ...])
    return described(kind)


def shown(value: object) -> str:
    """A value as a message shows it."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _scalar_hook(kind: type) -> _Hook:
    def hook(value: Any, _: Any = kind) -> Any:
        if _wrong_type(value, kind):
            raise MisfitError(f"must be {_NAMES[kind]}, not {shown(value)}")
        return kind(value) if kind in (float, Path) else value

    return hook


def _wrong_type(value: Any, kind: Any) -> bool:
    """Types are held exactly: a truth value is no number, a day with a time no date."""
    if kind is float:
        return type(value) not in (int, float) or not math.isfinite(value)
    if kind in _NAMES:
        return type(value) is not (str if kind is Path else kind)
    return _is_list(kind) and not isinstance(value, list)


def _choice(value: Any, kind: Any) -> Any:
    """One of the values of a `Literal`, or of one of the types of a union."""
    wanted = get_args(kind)
    if (value if _is_literal(kind) else type(value)) in wanted:
        return value
    raise MisfitError(f"must be {described(kind)}, not {shown(value)}")


def _check_word(word: str, mark: OneOf, known: Container[str]) -> None:
    if word in known:
        return
    if mark.what or not isinstance(known, Iterable):
        raise MisfitError(f"must be {mark.what}, not {shown(word)}")
    words = sorted(known)
    meant = _meant(word, words)
    raise MisfitError(f"unknown {word!r}; {meant}must be one of {', '.join(words) or 'none'}")


def _is_choice_of_scalars(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType) and {*get_args(kind)} <= {str, int, float, bool}


def _is_literal(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is Literal


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,)


def _has(*marks: type) -> Callable[[Any], bool]:
    """Whether a type is annotated with one of these marks."""
    return lambda kind: (
        get_origin(kind) is Annotated
        and any(isinstance(mark, marks) for mark in get_args(kind)[1:])
    )


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The types of a dataclass's fields, with their marks."""
    if not dataclasses.is_dataclass(kind):
        return {}
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


@cache
def _marks(kind: Any) -> dict[str, Given | Key | Inline]:
    """The marks that say where a dataclass's fields stand."""
    return {
        name: mark
        for name, hint in _hints(kind).items()
        for mark in get_args(hint)
        if isinstance(mark, Given | Key | Inline)
    }


def _key(kind: Any, name: str) -> str:
    """The key of a field in the table that is read."""
    mark = _marks(kind).get(name)
    if isinstance(mark, Given | Inline):
        return f"<{name}>"
    return mark.name if isinstance(mark, Key) else name


def _shown_key(kind: Any, name: str) -> str:
    return "" if isinstance(_marks(kind).get(name), Inline) else _key(kind, name)


def _known_keys(kind: Any) -> Iterator[str]:
    for field in dataclasses.fields(kind):
        mark = _marks(kind).get(field.name)
        if isinstance(mark, Inline):
            yield from mark.keys
        elif not isinstance(mark, Given):
            yield _key(kind, field.name)


def _noted(error: MisfitError, index: int | str, kind: Any) -> MisfitError:
    error.add_note(IterableValidationNote(f"at {index}", index, kind))
    return error


def _below(place: str, key: int | str) -> str:
    if isinstance(key, int):
        return f"{place}[{key}]"
    return f"{place}.{key}" if place and key else place or key
