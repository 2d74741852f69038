"""One look for all figures: their width, and colours that the colour-blind tell apart."""

from __future__ import annotations

#: Points; the height is each figure's own.
WIDE = 504.0

# Okabe and Ito's palette, told apart in every kind of colour blindness and in grey.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#8F3F71"
# Words in a band's colour need more contrast than the band.
DARK_ORANGE, DARK_GREEN = "#8a5a00", "#006b4f"
NAVY, GREY, PALE, INK = "#12355b", "#6b7280", "#e8edf3", "#1f2933"
# Blue as an area shows it.
BAR = "#268dc7"
# Of the lines behind, the line along the bottom, and the numbers and years.
RULE, AXIS, QUIET = "#e4e7eb", "#9aa5b1", "#52606d"
# Of the mark on what is made up.
MARK_INK, MARK_WASH = "#5c3600", "#fff4d6"

#: Sizes of letters, in points: titles, names and numbers, letters of breaks.
TITLE, NAME, SMALL = 9.5, 8.5, 8.0
