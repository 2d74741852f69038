"""The languages and the parts of a monthly report."""

from indicators.reporting import monthly

LANGUAGES = ("fi", "sv", "en")
SECTIONS = tuple(entry.name for entry in monthly.SECTIONS if entry.part is None)
# The second part, present only where a register is.
PARTS = {entry.name: entry.part for entry in monthly.SECTIONS if entry.part is not None}
REGISTER_SECTIONS = tuple(PARTS)
