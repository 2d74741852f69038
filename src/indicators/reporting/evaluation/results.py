"""Numbers of the results, looked up by name: a text takes them from here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from indicators.errors import DataError

#: A row by column.
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Results:
    """Frames by name."""

    frames: Mapping[str, pd.DataFrame]

    def frame(self, name: str, **where: object) -> pd.DataFrame:
        """The rows of a frame in which columns have some values.

        Raises:
            DataError: There is no such frame.
        """
        if name not in self.frames:
            raise DataError(f"results: no frame {name}; run `indicators evaluation` again")
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
        """The one row.

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
        """The one number; raises as :meth:`row`."""
        return float(self.row(name, **where)[column])
