"""Where results stand in a project."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path("data") / "processed" / "evaluation"
MADE_UP_FOLDER = Path("data") / "processed" / "evaluation-made-up"
"""Results from made-up people stand apart, with a manifest of their own."""
