"""The only door to anything published: internal table in, protected table out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicators.disclosure.door import admit, protect

if TYPE_CHECKING:
    from indicators.disclosure.attacking import attack_tables

__all__ = ["admit", "attack_tables", "protect"]


def __getattr__(name: str) -> Any:
    # The solver is loaded when something is attacked.
    if name == "attack_tables":
        from indicators.disclosure.attacking import attack_tables

        return attack_tables
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
