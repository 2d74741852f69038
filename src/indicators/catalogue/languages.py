"""The languages everything is said in, Finnish first."""

from __future__ import annotations

LANGUAGES: tuple[str, ...] = ("fi", "sv", "en")
