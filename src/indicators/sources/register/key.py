"""The key of the pseudonyms: from the environment or from a file outside the project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from indicators.errors import UsageError

VARIABLE = "INDICATORS_PSEUDONYM_KEY"


def read_key(
    environment: Mapping[str, str], file: Path | None = None, *, project: Path | None = None
) -> bytes | None:
    """The key, None if there is none.

    Args:
        environment: Has it under ``INDICATORS_PSEUDONYM_KEY``, if anywhere.
        file: A file that holds it goes first; blanks around it are no part of it.
        project: A folder the file must not lie in: what lies there may be published.

    Raises:
        UsageError: The file cannot be read, is empty, or lies in the project.
    """
    if file is None:
        return environment.get(VARIABLE, "").strip().encode() or None
    if project is not None and project.resolve() in file.resolve().parents:
        raise UsageError(f"{file}: a key lies outside the project; move it")
    try:
        key = file.read_bytes().strip()
    except OSError as error:
        raise UsageError(f"{file}: no key can be read ({error.strerror})") from error
    if not key:
        raise UsageError(f"{file}: holds no key; write a long random text into it")
    return key
