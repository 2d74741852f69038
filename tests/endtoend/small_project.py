"""A project as small as one can be: the real sources, a notebook of two cells, the real theme."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from conftest import ROOT

MONTH = "2022-02"
# What the pages are rendered with; nothing of it is changed by a test, so links will do.
LINKED = ("_quarto.yml", "reports/_theme", "data/raw/areas", "requirements.lock")
CELL = """\
#| output: asis
from IPython.display import Markdown
from indicators.processed.reading import read_month
from indicators.settings.loading import load_settings

Markdown(f"Rows: {len(read_month(load_settings().root, month, vintage).indicators)}.")
"""


def set_up(root: Path, cell: str = CELL) -> Path:
    """Lay it out in an empty or missing folder."""
    for name in LINKED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(ROOT / name)
    for name in ("indicators.toml", "index.qmd"):
        shutil.copy(ROOT / name, root)
    # A copy: it will be harmed.
    shutil.copytree(ROOT / "data" / "raw" / "statfin", root / "data" / "raw" / "statfin")
    (root / "notebooks").mkdir()
    write_notebook(root, cell)
    return root


def write_notebook(root: Path, cell: str) -> None:
    """Give it another notebook."""
    book = json.loads((ROOT / "notebooks" / "monthly_report.ipynb").read_text(encoding="utf-8"))
    parameters, like = book["cells"][0], book["cells"][1]
    book["cells"] = [parameters, {**like, "source": cell}]
    (root / "notebooks" / "monthly_report.ipynb").write_text(json.dumps(book), encoding="utf-8")
