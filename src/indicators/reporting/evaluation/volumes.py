"""The two volumes: the report on real figures, and the trial of methods on made-up people.

They are documents of their own, each with its own results, notebooks and manifest, so that a
made-up figure cannot come into a table or sentence of the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indicators.evaluation.study.places import FOLDER, MADE_UP_FOLDER


@dataclass(frozen=True, slots=True)
class Volume:
    """A document.

    Attributes:
        id: Its texts begin with it.
        name: Of its page and its PDF.
        pattern: Of its notebooks' names, in the order of the document.
        stored: Where its results stand in the project.
        results: Where they stand beside the page.
    """

    id: str
    name: str
    pattern: str
    stored: Path
    results: str

    @property
    def page(self) -> str:
        """File name of its page."""
        return f"{self.name}.html"

    @property
    def pdf(self) -> str:
        """File name of its PDF."""
        return f"{self.name}.pdf"

    def notebooks(self, root: Path) -> list[Path]:
        """Its notebooks in a project."""
        return sorted((root / "notebooks").glob(self.pattern))


REPORT = Volume("report", "arviointi", "evaluation_[0-9]_*.ipynb", FOLDER, "results")
MADE_UP = Volume(
    "made_up", "rekisterikoe", "evaluation_made_up.ipynb", MADE_UP_FOLDER,
    "results-made-up",
)  # fmt: skip
