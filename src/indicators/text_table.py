"""Tables of plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Container, Sequence


def align_columns(rows: Sequence[Sequence[str]], right: Container[int] = ()) -> list[str]:
    """Rows as lines whose columns stand two blanks apart.

    Args:
        rows: Cells of each row, as many in each; the heads are a row like others.
        right: Positions of the columns that end flush, such as those of numbers.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if position in right else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
