"""What a report's files are called, for those who write them and those who link to them."""

from __future__ import annotations


def report_name(month: str, language: str) -> str:
    """Name of a month's notebook, page and PDF, without the ending."""
    return f"monthly-report-{month}-{language}"


def data_name(month: str) -> str:
    """Name of the figures' CSV beside the report."""
    return f"indicators-{month}.csv"
