"""Names of a report's files, for those who write them and those who link to them; front matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml

from indicators.processed.reading import Processed
from indicators.reporting.wording import TAGS, Translator
from indicators.settings.model import Settings

#: Folder of the shipped font files, from the project's root.
FONTS = Path("reports") / "_theme" / "fonts"


def report_name(month: str, language: str) -> str:
    """Name of a month's notebook, page and PDF, without the ending."""
    return f"monthly-report-{month}-{language}"


def data_name(month: str) -> str:
    """Name of the figures' CSV beside the report."""
    return f"indicators-{month}.csv"


def register_name(month: str, *, made_up: bool) -> str:
    """Name of a register's packed figures; a file that has left the site still says what it is."""
    return f"register-made-up-{month}.zip" if made_up else f"register-{month}.zip"


def front_matter(settings: Settings, processed: Processed, language: str) -> str:
    """The YAML that makes a month's executed notebook a Quarto document.

    ``date`` is the day of the sources: no clock goes into a report, so that the same figures give
    the same bytes.
    """
    translator = Translator(language)
    group = settings.groups[settings.report.group]
    vintage = date.fromisoformat(processed.vintage)
    month = translator.month(processed.month)
    matter = {
        "title": translator("front.title", month=month),
        "subtitle": translator("front.subtitle", trial=settings.trial.name[language]),
        "author": settings.report.publisher[language],
        "date": processed.vintage,
        "published": translator("front.date", vintage=translator.day(vintage)),
        "lang": TAGS[language],
        "description": translator(
            "front.description",
            locative=group.locative[language],
            in_month=translator.in_month(processed.month),
        ),
    }
    return dump_front_matter(matter)


def dump_front_matter(fields: Mapping[str, object]) -> str:
    """Front matter as YAML, in the order of its fields, without the dashes."""
    return yaml.safe_dump(dict(fields), allow_unicode=True, sort_keys=False, width=1000)
