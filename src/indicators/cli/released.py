"""What a run released of a register, for whoever answers for it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicators.releases.shelf import Release


def there(root: Path) -> frozenset[Path]:
    """Folders of the releases of a project."""
    return frozenset(
        path.parent for path in (root / "data" / "released").glob("*/*/*/release.json")
    )


def since(root: Path, before: AbstractSet[Path]) -> list[str]:
    """A line for each call for protection since then.

    Args:
        root: The project's folder.
        before: What was there then.
    """
    if not there(root) - before:
        return []
    from indicators.releases.shelf import everything

    new = [release for folder, release in everything(root).items() if folder not in before]
    return [_told(root, list(batch)) for _, batch in groupby(new, key=_call)]


def _call(release: Release) -> tuple[str, int]:
    return release.folder.parent.parent.name, release.number


def _told(root: Path, batch: list[Release]) -> str:
    register, number = _call(batch[0])
    rows = sum(count for release in batch for count in release.statuses.values())
    hidden = sum(release.statuses.get("suppressed", 0) for release in batch)
    months = sorted(release.month for release in batch)
    place = (root / "data" / "internal" / "releases" / register / f"{number:04d}").relative_to(root)
    many = len(months) > 1
    months_text = (
        f"{len(months)} months of {months[0]}..{months[-1]}" if many else f"1 month of {months[0]}"
    )
    return (
        f"released: {months_text}, {hidden} of {rows} figures "
        f"hidden ({batch[0].terms['policy']}); why: {place.as_posix()}"
    )
