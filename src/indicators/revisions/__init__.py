"""What was revised between two vintages, and how much newest months usually change."""

from indicators.revisions.causes import CAUSES
from indicators.revisions.comparing import COLUMNS, compare
from indicators.revisions.opening import Side, compare_sides, open_side
from indicators.revisions.triangle import triangle, usual_change

__all__ = [
    "CAUSES",
    "COLUMNS",
    "Side",
    "compare",
    "compare_sides",
    "open_side",
    "triangle",
    "usual_change",
]
