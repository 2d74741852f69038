"""Whether the packages that were installed are still there, whole.

`make setup` remembers what it has installed and looks at it each time; a command that misses a
package says which. So this module needs nothing but Python.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

from indicators.errors import UsageError

HOW_TO_MEND = "run `make setup`"
_NAME = re.compile("[A-Za-z0-9._-]+")
_COMPILED = (".pyc", ".pyo")


def missing_distributions(names: Iterable[str]) -> list[str]:
    """Which of some distributions are not installed, or lack a file that was installed.

    Args:
        names: Names of distributions, such as ``pyarrow``.
    """
    return [name for name in names if not is_whole(name)]


def is_whole(name: str) -> bool:
    """Whether a distribution is installed with all its files."""
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    record = found.read_text("RECORD")
    if record is None:
        # Not installed from a wheel: what belongs to it is not listed.
        return True
    root = str(found.locate_file(""))
    listed = (line.rsplit(",", 2)[0].strip('"') for line in record.splitlines())
    return all(
        os.path.exists(os.path.join(root, file))  # noqa: PTH110, PTH118 (of tens of thousands)
        for file in listed
        if file and not file.endswith(_COMPILED)
    )


def required_distributions() -> list[str]:
    """Distributions that this package needs wherever it runs."""
    try:
        listed = metadata.requires("indicators") or []
    except metadata.PackageNotFoundError:
        return []
    return [_NAME.match(requirement)[0] for requirement in listed if ";" not in requirement]  # type: ignore[index]


def require_distributions() -> None:
    """Refuse to begin long work without a package that it will miss in the middle.

    Raises:
        UsageError: Packages are missing, or files of theirs.
    """
    gone = missing_distributions(required_distributions())
    if gone:
        several = len(gone) > 1
        gone_text = f"packages {', '.join(gone)} are" if several else f"package {gone[0]} is"
        raise UsageError(f"{gone_text} missing: {HOW_TO_MEND}")


def missing_package(error: ImportError) -> str:
    """What to say of a library that cannot be imported, in a line."""
    name = (error.name or "").partition(".")[0]
    if isinstance(error, ModuleNotFoundError) and name:
        return f"package {name} is missing: {HOW_TO_MEND}"
    return f"package {name or 'of the environment'} cannot be loaded: {HOW_TO_MEND}"


def main(arguments: Sequence[str]) -> int:
    """Remember what is installed (``remember FILE``), or name what is gone (``check FILE``)."""
    command, file = arguments
    path = Path(file)
    if command == "remember":
        names = sorted({distribution.name for distribution in metadata.distributions()})
        path.write_text("\n".join(names) + "\n", encoding="utf-8")
        return 0
    print(
        "\n".join(
            missing_distributions(
                path.read_text(encoding="utf-8").split() or required_distributions()
            )
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
