"""Where the evaluation's results stand in a project; without pandas, for the site's front page."""

from __future__ import annotations

from pathlib import Path

RESULTS_FOLDER = Path("data") / "processed" / "evaluation"
MADE_UP_RESULTS_FOLDER = Path("data") / "processed" / "evaluation-made-up"
"""Results from made-up people stand apart, with a manifest of their own."""
INDIVIDUALS_RESULTS_FOLDER = Path("data") / "processed" / "evaluation-individuals"
"""Results from the individuals of a register, protected; by extract date."""
