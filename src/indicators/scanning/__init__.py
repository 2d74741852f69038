"""Looks through artefacts of any type for what tells of a person, and never repeats it."""

from indicators.scanning.findings import Finding, Findings, Unreadable
from indicators.scanning.scanner import refuse, scan_paths

__all__ = ["Finding", "Findings", "Unreadable", "refuse", "scan_paths"]
