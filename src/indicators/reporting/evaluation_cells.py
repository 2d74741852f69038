"""The cells of the evaluation's notebooks, and what of the book each shows.

A table's note leads to the cell that shows it, and the report lists all cells: both are read from
the notebooks themselves.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indicators.errors import NotebookError
from indicators.reporting.evaluation_volumes import Volume

#: What a section hands out that has its tables.
_WITH_TABLES = ("", "tables", "table")


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """A cell of a notebook.

    Attributes:
        notebook: File name.
        number: Counted from 1, as editors do.
        source: Its code, without the options.
        section: The section of the book that it shows; empty if none.
        part: What of the section it shows, such as ``tables``; empty for the whole.
    """

    notebook: str
    number: int
    source: str
    section: str
    part: str

    @property
    def anchor(self) -> str:
        """Where the cell is shown in the report."""
        return f"solu-{self.notebook.removesuffix('.ipynb').replace('_', '-')}-{self.number}"


@cache
def notebook_cells(root: Path, volume: Volume) -> tuple[NotebookCell, ...]:
    """The code cells of a volume's notebooks, in their order.

    Args:
        root: The project's folder.
        volume: Which document.

    Raises:
        NotebookError: There is no notebook, or one cannot be read.
    """
    found = [cell for path in volume.notebooks(root) for cell in _read_code_cells(path)]
    if not found:
        raise NotebookError(f"{root / 'notebooks'}: no notebook {volume.pattern}; restore them")
    return tuple(found)


def cell_with_tables(root: Path, volume: Volume, section: str) -> NotebookCell:
    """The cell of a volume that shows a section's tables, or the section at least.

    Raises:
        NotebookError: No cell shows it.
    """
    showing = [cell for cell in notebook_cells(root, volume) if cell.section == section]
    with_tables = [cell for cell in showing if cell.part in _WITH_TABLES]
    for cell in with_tables or showing:
        return cell
    raise NotebookError(f"{root / 'notebooks'}: no cell of {volume.pattern} shows book.{section}()")


def _read_code_cells(path: Path) -> list[NotebookCell]:
    try:
        book = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError) as error:
        raise NotebookError(f"{path}: cannot be read as a notebook; restore it") from error
    sections: dict[str, str] = {}
    return [
        _code_cell(path.name, number, "".join(cell["source"]), sections)
        for number, cell in enumerate(book, start=1)
        if cell["cell_type"] == "code"
    ]


def _code_cell(notebook: str, number: int, source: str, sections: dict[str, str]) -> NotebookCell:
    """A cell as it is read; ``sections`` are those that variables hold, of earlier cells too."""
    code = "\n".join(line for line in source.split("\n") if not line.startswith("#|")).strip()
    try:
        statements = ast.parse(code).body
    except SyntaxError:
        # A command of Jupyter's own.
        return NotebookCell(notebook, number, code, "", "")
    for statement in statements:
        if isinstance(statement, ast.Assign):
            section, part = _section_and_part(statement.value, sections)
            for target in statement.targets:
                if isinstance(target, ast.Name) and section and not part:
                    sections[target.id] = section
    last = statements[-1] if statements else None
    shown = _section_and_part(last.value, sections) if isinstance(last, ast.Expr) else ("", "")
    return NotebookCell(notebook, number, code, *shown)


def _section_and_part(node: ast.expr, sections: Mapping[str, str]) -> tuple[str, str]:
    """The section of the book that an expression gives, and what of it; empty for none."""
    if isinstance(node, ast.Subscript):
        return _section_and_part(node.value, sections)
    if isinstance(node, ast.Name):
        return sections.get(node.id, ""), ""
    if isinstance(node, ast.Attribute):
        section, part = _section_and_part(node.value, sections)
        return (section, part or node.attr) if section else ("", "")
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "book"
    ):
        return node.func.attr, ""
    return "", ""
