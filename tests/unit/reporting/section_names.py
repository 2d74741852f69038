"""The languages and the parts of a monthly report."""

from indicators.reporting import monthly

LANGUAGES = ("fi", "sv", "en")
SECTIONS = tuple(entry.name for entry in monthly.SECTIONS if entry.part is None)
# StatFin's further tables may be lacking, and then their section is not there at all.
ALWAYS = tuple(name for name in SECTIONS if name != "official_flows")
# The second part, present only where a register is.
PARTS = {entry.name: entry.part for entry in monthly.SECTIONS if entry.part is not None}
REGISTER_SECTIONS = tuple(PARTS)
