"""The two volumes of the evaluation: the report on real figures, and the trial on made-up people.

They need no pandas: the site's front page asks which of them are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indicators.evaluation.study.places import MADE_UP_RESULTS_FOLDER, RESULTS_FOLDER


@dataclass(frozen=True, slots=True)
class Volume:
    """A document with its own results, notebooks and manifest.

    The two are kept apart so that a made-up figure cannot come into a table or sentence of the
    report.

    Attributes:
        id: The keys of its texts begin with it.
        name: Name of its page and its PDF, without the ending.
        pattern: Pattern of its notebooks' names, in the order of the document.
        stored: Folder of its results in the project.
        results: Folder of its results beside the page.
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


REPORT = Volume("report", "arviointi", "evaluation_[0-9]_*.ipynb", RESULTS_FOLDER, "results")
MADE_UP = Volume(
    "made_up", "rekisterikoe", "evaluation_made_up.ipynb", MADE_UP_RESULTS_FOLDER,
    "results-made-up",
)  # fmt: skip
