"""An executed notebook as the lines Quarto would see. Nothing is executed here."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

import yaml

from indicators.rendering.html_tables import ReportTable, read_tables
from indicators.rendering.made_up import mark_picture
from indicators.rendering.places import Line, Place, Problem, numbered_lines

KNOWN_OPTIONS = frozenset(
    {"label", "echo", "eval", "output", "include", "warning", "error"}
    | {"fig-cap", "fig-alt", "tbl-cap"}
)
OUTPUT_OPTIONS = {"asis": "asis", "True": "true", "False": "false"}
#: Tags of cells that hold parameters, which are nothing to a reader.
SILENT_TAGS = frozenset({"parameters", "injected-parameters", "papermill-error-cell-tag"})
#: Kinds of output; of those that an output has, the first is taken.
IMAGES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
TEXTS = ("text/markdown", "text/html", "text/plain")
#: Key of an output's metadata with the words that its maker gave it: label, caption, alt, notes.
WORDS = "indicators"
_LANGUAGE = re.compile(r"^lang:\s*[\"']?(fi|sv|en)\b", re.MULTILINE)
_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~^$@'\"])")


# The ``#|`` options at the head of a code cell.


@dataclass(frozen=True)
class CellOptions:
    """The options of a code cell; ``line`` is where they begin."""

    label: str = ""
    output: str = "true"
    include: bool = True
    warning: bool = True
    fig_cap: str = ""
    fig_alt: str = ""
    tbl_cap: str = ""
    line: int = 1
    #: Whether who made the figure or table gave it words: then it is marked already where need be.
    is_described: bool = False


def read_cell_options(source: str, place: Place, problems: list[Problem]) -> CellOptions:
    """Read a cell's options; unknown and unsuitable ones are added to ``problems``."""
    head = [line[2:].removeprefix(" ") for line in _option_lines(source)]
    try:
        node = yaml.compose("\n".join(head), Loader=yaml.SafeLoader)
        values: Any = yaml.safe_load("\n".join(head)) or {}
    except yaml.YAMLError:
        node, values = None, None
    if not isinstance(values, dict):
        problems.append(Problem(place, "the `#|` options are not YAML (`#| key: value`)"))
        return CellOptions()
    lines = {key.value: key.start_mark.line + 1 for key, _ in node.value} if node else {}

    def refuse(key: str, message: str) -> None:
        problems.append(Problem(Place(place.file, place.cell, 0, lines[key]), message))

    for key in values:
        if key not in KNOWN_OPTIONS:
            refuse(key, f"unknown option `#| {key}`; known are {', '.join(sorted(KNOWN_OPTIONS))}")
    if values.get("echo", False) is not False:
        refuse("echo", "`#| echo` other than false is not supported: reports show no code")
    output = OUTPUT_OPTIONS.get(str(values.get("output", True)))
    if output is None:
        refuse("output", "`#| output` is one of asis, true, false")
    return _options(values, output or "true", lines)


def _options(values: dict[str, Any], output: str, lines: dict[str, int]) -> CellOptions:
    words = {
        name: _one_line(values.get(name)) for name in ("label", "fig-cap", "fig-alt", "tbl-cap")
    }
    return CellOptions(
        label=words["label"],
        output=output,
        include=values.get("include", True) is not False,
        warning=values.get("warning", True) is not False,
        fig_cap=words["fig-cap"],
        fig_alt=words["fig-alt"],
        tbl_cap=words["tbl-cap"],
        line=min(lines.values(), default=1),
    )


def _option_lines(source: str) -> list[str]:
    """The option lines: those at the top that begin with ``#|``."""
    head = []
    for line in source.split("\n"):
        if not line.startswith("#|"):
            break
        head.append(line)
    return head


def without_options(source: str) -> str:
    """A cell's source without its ``#|`` options."""
    return "\n".join(source.split("\n")[len(_option_lines(source)) :])


def _one_line(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""


# Cells and their outputs.


@dataclass
class NotebookSource:
    """The lines, pictures and problems gathered from a notebook's cells.

    Attributes:
        lines: What Quarto would see.
        media: Pictures by name.
        problems: What cannot be shown.
        language: ``fi``, ``sv`` or ``en``, of what the renderer itself says.
        made_up: The word that pictures and captions are marked with; empty for none.
    """

    lines: list[Line] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    language: str = "fi"
    made_up: str = ""

    def caption(self, text: str, options: CellOptions) -> str:
        """A caption, marked where the data is made up."""
        if not self.made_up or options.is_described:
            return text
        return f"{text} ({self.made_up})" if text else self.made_up.capitalize()

    def add_text(self, text: str, place: Place) -> None:
        """Add a text whose lines are those of ``place``."""
        self.lines += [*numbered_lines(text.rstrip("\n"), place), Line("", place)]

    def add_markup(self, text: str, place: Place) -> None:
        """Add lines that stand in no source, such as the fences around an output."""
        self.lines += [Line(part, place) for part in text.split("\n")]


def read_notebook(path: Path, name: str) -> NotebookSource:
    """Read an executed notebook.

    Args:
        path: The ``.ipynb`` file.
        name: How messages call it.
    """
    assembly = NotebookSource()
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError):
        assembly.problems.append(Problem(Place(name), "is not a notebook (JSON with cells)"))
        return assembly
    if cells and (found := _LANGUAGE.search(_joined(cells[0].get("source", "")))):
        assembly.language = found[1]
    for number, cell in enumerate(cells, start=1):
        _cell(cell, Place(name, number, 0, 1), assembly, path.stem)
    return assembly


def _cell(cell: dict[str, Any], place: Place, assembly: NotebookSource, stem: str) -> None:
    source = _joined(cell.get("source", ""))
    kind = cell.get("cell_type")
    if kind == "markdown":
        assembly.add_text(source, place)
    elif kind == "raw" and source.lstrip().startswith("---") and place.cell == 1:
        assembly.add_text(source.strip("\n"), place)
    elif kind == "raw" and source.strip():
        message = "a raw cell other than the front matter in the first cell is not supported"
        assembly.problems.append(Problem(place, message))
    elif kind == "code" and not SILENT_TAGS & set(cell.get("metadata", {}).get("tags", [])):
        _code_cell(cell, source, place, assembly, stem)


def _code_cell(
    cell: dict[str, Any], source: str, place: Place, assembly: NotebookSource, stem: str
) -> None:
    options = read_cell_options(source, place, assembly.problems)
    if not options.include:
        return
    outputs = cell.get("outputs", [])
    if options.output == "true":
        outputs = _outputs_for_readers(outputs)
        _refuse_shared_words(outputs, options, place, assembly)
    for number, output in enumerate(outputs, start=1):
        output_place = Place(place.file, place.cell, number, 1)
        if output.get("output_type") == "error":
            assembly.problems.append(
                Problem(output_place, f"the cell failed ({output.get('ename')})")
            )
        elif options.output == "asis":
            assembly.add_text(_markdown_output(output, output_place, assembly), output_place)
        elif options.output == "true":
            _displayed_output(output, options, output_place, assembly, stem)


def cell_as_markdown(
    cell: dict[str, Any], place: Place, stem: str, language: str, made_up: str
) -> NotebookSource:
    """What a code cell shows, as Quarto would see it.

    Args:
        cell: An executed code cell.
        place: How messages call it.
        stem: Of the notebook's file: its pictures stand in ``<stem>_files``.
        language: ``fi``, ``sv`` or ``en``.
        made_up: The word that pictures and captions are marked with; empty for none.
    """
    assembly = NotebookSource(language=language, made_up=made_up)
    _code_cell(cell, _joined(cell.get("source", "")), place, assembly, stem)
    return assembly


def _outputs_for_readers(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Outputs without what Jupyter shows twice or by the way.

    A figure that is a cell's last value is shown as the value and again as an open figure; the
    value of a drawing function is the name of an object with its place in memory.
    """
    kept: list[dict[str, Any]] = []
    pictures: list[Any] = []
    has_picture = any(_picture_kind(output) for output in outputs)
    for output in outputs:
        data = output.get("data", {})
        kind = _picture_kind(output)
        if kind and data[kind] in pictures:
            continue
        if kind:
            pictures.append(data[kind])
        elif has_picture and _is_mere_text(output):
            continue
        kept.append(output)
    return kept


def _is_mere_text(output: dict[str, Any]) -> bool:
    is_value = output.get("output_type") == "execute_result"
    return is_value and set(output.get("data", {})) == {"text/plain"}


def _picture_kind(output: dict[str, Any]) -> str:
    data = output.get("data", {})
    return next((kind for kind in IMAGES if kind in data), "")


def _refuse_shared_words(
    outputs: list[dict[str, Any]], options: CellOptions, place: Place, assembly: NotebookSource
) -> None:
    without = [
        output
        for output in outputs
        if _picture_kind(output) and not output.get("metadata", {}).get(WORDS)
    ]
    if len(without) > 1 and (options.fig_alt or options.label.startswith("fig-")):
        message = f"shows {len(without)} figures under the same words; show one a cell"
        assembly.problems.append(Problem(Place(place.file, place.cell, 0, options.line), message))


def _markdown_output(output: dict[str, Any], place: Place, assembly: NotebookSource) -> str:
    """The text of an output that is Markdown already."""
    if output.get("output_type") == "stream" and output.get("name") == "stdout":
        return _joined(output.get("text", ""))
    markdown = output.get("data", {}).get("text/markdown")
    if markdown is None:
        message = "output: asis takes text/markdown or printed text only"
        assembly.problems.append(Problem(place, message))
        return ""
    return _joined(markdown)


def _displayed_output(
    output: dict[str, Any], options: CellOptions, place: Place, assembly: NotebookSource, stem: str
) -> None:
    if output.get("output_type") == "stream":
        _stream(output, options, place, assembly)
        return
    data = output.get("data", {})
    words = output.get("metadata", {}).get(WORDS, {})
    for kind, ending in IMAGES.items():
        if kind in data:
            name = f"{stem}_files/cell-{place.cell}-output-{place.output}.{ending}"
            content = _image_bytes(_joined(data[kind]), ending)
            _picture(content, name, _figure_options(options, words), place, assembly)
            if words.get("notes"):
                assembly.add_text(f"\n{words['notes']}", place)
            return
    options = _table_options(options, words)
    for kind in TEXTS:
        if kind in data:
            # A table's notes are in the table; its words repeat them for JupyterLab.
            _text(kind, _joined(data[kind]), options, place, assembly)
            return
    assembly.problems.append(
        Problem(place, f"output of kind {', '.join(sorted(data))} not supported")
    )


def _stream(
    output: dict[str, Any], options: CellOptions, place: Place, assembly: NotebookSource
) -> None:
    if output.get("name") == "stdout":
        _text("text/plain", _joined(output.get("text", "")), options, place, assembly)
    elif options.warning:
        message = "the cell wrote to stderr; mend what it warns of, or set `#| warning: false`"
        assembly.problems.append(Problem(place, message))


def _text(
    kind: str, text: str, options: CellOptions, place: Place, assembly: NotebookSource
) -> None:
    if kind == "text/html":
        _tables(text, options, place, assembly)
        return
    fence = _fence(text)
    before, after = {
        "text/markdown": ("", ""),
        "text/plain": (fence + " {.cell-output}", fence),
    }[kind]
    if options.label.startswith("tbl-"):
        before = f"::: {{#{options.label}}}\n{before}"
        after = f"{after}\n\n{assembly.caption(options.tbl_cap, options)}\n:::\n"
    assembly.add_markup(before, place)
    assembly.lines += numbered_lines(text.rstrip("\n"), place)
    assembly.add_markup(after + "\n", place)


def _tables(text: str, options: CellOptions, place: Place, assembly: NotebookSource) -> None:
    """HTML's tables; what else it holds cannot be shown on paper, so it is refused."""
    found = read_tables(text, assembly.language)
    for fault in found.faults:
        message = f"shows {fault}, which a PDF cannot; show a table, a figure or Markdown"
        assembly.problems.append(Problem(place, message))
    for number, table in enumerate(found.tables):
        _table(table, options if number == 0 else CellOptions(), place, assembly)
    if found.notes:
        _notes(found.notes, place, assembly)


def _table(
    table: ReportTable, options: CellOptions, place: Place, assembly: NotebookSource
) -> None:
    # What a reader is told in the cell's options is Markdown, what a table says itself is plain.
    caption = assembly.caption(options.tbl_cap or _plain(table.caption), options)
    fenced = f"```{{=html}}\n{table.html}\n```"
    if options.label.startswith("tbl-"):
        fenced = f"::: {{#{options.label}}}\n{fenced}\n\n{caption}\n:::"
    elif caption:
        # Words above the table itself, which is not numbered; Quarto has no caption without label.
        own = re.sub(r"\\(.)", r"\1", caption)
        head = f"<table>\n<caption>{escape(own)}</caption>"
        fenced = fenced.replace("<table>", head, 1)
    assembly.add_markup(f"{fenced}\n", place)
    if table.notes:
        _notes(table.notes, place, assembly)


def _notes(lines: Sequence[str], place: Place, assembly: NotebookSource) -> None:
    text = "\\\n".join(_plain(line) for line in lines)
    assembly.add_markup(f"::: {{.status-note}}\n{text}\n:::\n", place)


def _plain(text: str) -> str:
    """A text as Markdown that says just this."""
    return _MARKDOWN_SIGNS.sub(r"\\\1", " ".join(text.split()))


def _figure_options(options: CellOptions, words: dict[str, Any]) -> CellOptions:
    """The cell's words for a figure; where it has none, those that the figure has itself."""
    return replace(
        options,
        label=options.label or words.get("label", ""),
        fig_cap=_caption(options.fig_cap, words),
        fig_alt=options.fig_alt or words.get("alt", ""),
        is_described=bool(words) and not words.get("is_own"),
    )


def _table_options(options: CellOptions, words: dict[str, Any]) -> CellOptions:
    return replace(
        options,
        label=options.label or words.get("label", ""),
        tbl_cap=_caption(options.tbl_cap, words),
        is_described=bool(words) and not words.get("is_own"),
    )


def _caption(given: str, words: dict[str, Any]) -> str:
    """The cell's caption, or that of what it shows; made-up data is called so in either."""
    if not given:
        caption: str = words.get("caption", "")
        return caption
    mark = words.get("mark", "")
    return f"{mark}: {given}" if mark and mark not in given else given


def _picture(
    content: bytes, name: str, options: CellOptions, place: Place, assembly: NotebookSource
) -> None:
    option_place = Place(place.file, place.cell, 0, options.line)
    if not options.fig_alt:
        message = (
            "a figure that has no alt text; say what it shows in the cell's "
            'first line, such as `#| fig-alt: "Unemployment falls from 12 to 9 %."`'
        )
        assembly.problems.append(Problem(option_place, message))
        return
    if assembly.made_up and not options.is_described:
        content = mark_picture(content, name.rpartition(".")[2], assembly.made_up)
    assembly.media[name] = content
    caption = assembly.caption(options.fig_cap, options)
    assembly.add_markup(_figure(name, replace(options, fig_cap=caption)), option_place)


def _figure(name: str, options: CellOptions) -> str:
    """A figure as Markdown."""
    attributes = [f"#{options.label}"] if options.label.startswith("fig-") else []
    quoted = options.fig_alt.replace("\\", "\\\\").replace('"', '\\"')
    attributes.append(f'fig-alt="{quoted}"')
    return f"![{options.fig_cap}]({name}){{{' '.join(attributes)}}}\n"


def _fence(text: str) -> str:
    longest = max((len(run) for run in text.split() if set(run) == {"`"}), default=0)
    return "`" * max(3, longest + 1)


def _image_bytes(data: str, ending: str) -> bytes:
    return data.encode("utf-8") if ending == "svg" else base64.b64decode(data)


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
