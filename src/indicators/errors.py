"""One exception class an exit status (contract, section 5).

Every message says what is wrong, where (file, row, column) and what to do. It never holds a
person's values: the command prints it as it stands.
"""

from __future__ import annotations

import os
from collections.abc import Sequence


class IndicatorsError(Exception):
    """What the package raises for people; ``exit_status`` is the command's exit status.

    Args:
        message: One line: what is wrong, where, and what to do.
        details: Further problems of the same input, one line each, all that were found.
    """

    exit_status = 1

    def __init__(self, message: str, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {detail}" for detail in self.details)])


class UsageError(IndicatorsError):
    """The command, a parameter or the settings are wrong (exit status 2)."""

    exit_status = 2


class MissingSettingsError(UsageError):
    """There is no project: no settings where they were looked for (exit status 2)."""


class DataError(IndicatorsError):
    """Input data cannot be used (exit status 3)."""

    exit_status = 3


class DisclosureError(IndicatorsError):
    """A table is not safe to publish (exit status 4)."""

    exit_status = 4


class NotebookError(IndicatorsError):
    """A notebook's cell failed (exit status 5)."""

    exit_status = 5


class RenderingError(IndicatorsError):
    """A report could not be rendered (exit status 6)."""

    exit_status = 6


class VerificationError(IndicatorsError):
    """What was published is not what was recorded, or cannot be reproduced (exit status 7)."""

    exit_status = 7


class SourceError(IndicatorsError):
    """A public source did not answer, or not with what was asked for (exit status 8)."""

    exit_status = 8


def os_reason(error: OSError) -> str:
    """Why the operating system refused, in its own words; a library may have wrapped them up."""
    return os.strerror(error.errno) if error.errno else error.strerror or str(error)
