"""What later vintages of a published source changed, beside a month's tables.

``revisions.csv`` has a row a revised figure; ``revisions.json`` the vintages, the triangle of the
newest months and how much newest months usually change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.calendar import shift_month
from indicators.errors import DataError
from indicators.spreadsheets import defuse_frame, restore_frame

if TYPE_CHECKING:
    import pandas as pd

REVISED = "revisions.csv"
REVISIONS = "revisions.json"
NUMBERS = ("old", "new", "change")
TRIANGLE_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Said:
    """What one vintage says of one month.

    Attributes:
        month: ``YYYY-MM``.
        vintage: ``YYYY-MM-DD``.
        value: In percent; None where it has none.
        status: Of the contract, section 3.
    """

    month: str
    vintage: str
    value: float | None
    status: str


@dataclass(frozen=True, slots=True)
class Usual:
    """How much months of one age were changed by the next vintage.

    Attributes:
        quantity: ``unemployed`` or ``labour_force``.
        age: In months; 0 is a vintage's last month.
        figures: Pairs of figures that could be compared.
        revised: Those that differ.
        mean_percent: Mean size of the change, % of the first figure.
        most_percent: Greatest size, likewise.
    """

    quantity: str
    age: int
    figures: int
    revised: int
    mean_percent: float
    most_percent: float


@dataclass(frozen=True, slots=True)
class Revisions:
    """What is known of revisions.

    Attributes:
        vintages: Days of the vintages, oldest first.
        revised: A row a revised figure: ``old_vintage``, ``new_vintage`` and the columns of
            :data:`indicators.revisions.COLUMNS`.
        triangle: The unemployment share of the report's group as each vintage has it.
        usual: How much newest months usually change.
        begins: First month of each vintage, while that is known: it is not written.
    """

    vintages: tuple[str, ...]
    revised: pd.DataFrame
    triangle: tuple[Said, ...]
    usual: tuple[Usual, ...]
    begins: tuple[str, ...] = ()

    def until(self, month: str) -> Revisions:
        """What concerns a month and those before it; of the triangle its last 12 months.

        A vintage that begins later has nothing to do with the month.
        """
        first = shift_month(month, 1 - TRIANGLE_MONTHS)
        figures = self.revised[self.revised["month"] <= month].reset_index(drop=True)
        triangle = tuple(value for value in self.triangle if first <= value.month <= month)
        vintages = tuple(
            vintage
            for vintage, begin in zip_longest(self.vintages, self.begins, fillvalue="")
            if begin <= month
        )
        return Revisions(vintages, figures, triangle, self.usual)


def write(revisions: Revisions, folder: Path) -> None:
    """Write both files into a folder."""
    csv = defuse_frame(revisions.revised).to_csv(index=False, lineterminator="\n")
    (folder / REVISED).write_text(csv, encoding="utf-8")
    content = {
        "vintages": list(revisions.vintages),
        "triangle": [asdict(entry) for entry in revisions.triangle],
        "usual": [asdict(entry) for entry in revisions.usual],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (folder / REVISIONS).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Revisions | None:
    """Read both files; None of a vintage made before there were any.

    Raises:
        DataError: They cannot be read.
    """
    import pandas as pd

    path = folder / REVISIONS
    if not path.exists():
        return None
    try:
        content: Mapping[str, list[dict[str, object]]] = json.loads(
            path.read_text(encoding="utf-8")
        )
        return Revisions(
            vintages=tuple(map(str, content["vintages"])),
            # Only numbers may be missing: a status that a table lacks is an empty text.
            revised=restore_frame(
                pd.read_csv(
                    folder / REVISED, keep_default_na=False, na_values=dict.fromkeys(NUMBERS, "")
                )
            ),
            triangle=tuple(Said(**entry) for entry in content["triangle"]),  # type: ignore[arg-type]
            usual=tuple(Usual(**entry) for entry in content["usual"]),  # type: ignore[arg-type]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; make the month's tables again") from error
