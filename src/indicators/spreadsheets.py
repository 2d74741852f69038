"""Texts that a spreadsheet would take for formulas, defused in what people download.

A cell of a CSV file that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break is run by
spreadsheets as a formula. OWASP's advice is an apostrophe in front
(https://owasp.org/www-community/attacks/CSV_Injection). Such texts come from outside, as the items
of a survey do. Numbers stay numbers: columns of numbers are never touched, and neither is a text
that is a plain number.

What is written so can be read back: a text that begins with apostrophes and such a sign gets one
more, so that an apostrophe before such a sign is always one of ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# Full-width signs count: some spreadsheets take them for the plain ones.
_BEGINS = r"[=+\-@\t\r\n＝＋－＠]"
_FORMULA = rf"^'*{_BEGINS}"
_DEFUSED = rf"^'+{_BEGINS}"
_NUMBER = r"^[-+]?[0-9]+([.,][0-9]+)?(e[-+]?[0-9]+)?$"


def defused(text: str) -> str:
    """A text that no spreadsheet runs, and that :func:`restored` gives back."""
    dangerous = re.search(_FORMULA, text) and not re.search(_NUMBER, text)
    return f"'{text}" if dangerous else text


def restored(text: str) -> str:
    """The text that was defused."""
    return text[1:] if re.search(_DEFUSED, text) else text


def defuse_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose texts no spreadsheet runs, its columns' names among them."""
    import pandas as pd

    columns = {name: _defused_column(frame[name]) for name in frame.columns}
    return pd.DataFrame(columns, index=frame.index).rename(columns=defused)


def restore_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame that was defused and written as CSV."""
    columns = {name: column.map(_restored_cell) for name, column in _texts(frame).items()}
    return frame.assign(**columns).rename(columns=restored)


def defuse_arrow(texts: pa.Array) -> pa.Array:
    """Texts that no spreadsheet runs."""
    import pyarrow.compute as pc

    found = pc.match_substring_regex(texts, _FORMULA)
    found = pc.and_not(found, pc.match_substring_regex(texts, _NUMBER))
    return pc.if_else(found, pc.binary_join_element_wise("'", texts, ""), texts)


def _defused_column(column: pd.Series) -> pd.Series:
    return column.map(_defused_cell) if _holds_texts(column) else column


def _defused_cell(cell: object) -> object:
    return defused(cell) if isinstance(cell, str) else cell


def _restored_cell(cell: object) -> object:
    return restored(cell) if isinstance(cell, str) else cell


def _texts(frame: pd.DataFrame) -> dict[str, pd.Series]:
    return {name: frame[name] for name in frame.columns if _holds_texts(frame[name])}


def _holds_texts(column: pd.Series) -> bool:
    return column.dtype.kind not in "biufcmM"
