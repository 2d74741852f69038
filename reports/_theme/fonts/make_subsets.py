"""Cut the small web fonts (woff2) out of the full fonts beside this script.

Run ``python make_subsets.py`` after a font has been renewed (needs fonttools and brotli). The full
``.otf`` files serve the PDF; the subsets are embedded in every page, so they hold no more than
Finnish, Swedish and English text needs. Same input, same bytes: no time stamp is written.
"""

from __future__ import annotations

from pathlib import Path

from fontTools import subset

FACES = ("Regular", "Italic", "SemiBold", "Bold")
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180)]
SIGNS = "‐‑–—‘’‚“”„†•…‰′″‹›€−×÷±≈≠≤≥Σ∑√∞←↑→↓↔↩\u2009\u202f\u2212\ufe0e§¶№▲▼●○■□"
FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum", "zero", "sups"]


def cut(face: str, folder: Path) -> Path:
    """Write the subset of one face and return its path."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = FEATURES
    options.hinting = False
    options.desubroutinize = True
    options.recalc_timestamp = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    font = subset.load_font(str(folder / f"Inter-{face}.otf"), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[*LATIN, *map(ord, SIGNS)])
    cutter.subset(font)
    target = folder / f"Inter-{face}.woff2"
    subset.save_font(font, str(target), options)
    return target


def main() -> None:
    """Cut all faces."""
    folder = Path(__file__).parent
    for face in FACES:
        target = cut(face, folder)
        print(f"{target.name}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
