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


def report_name(month: str, language: str, area: str = "") -> str:
    """Name of a month's notebook, page and PDF, without the ending.

    Args:
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``.
        area: Code of the area; empty for the settings' own.
    """
    return "-".join(part for part in ("monthly-report", area, month, language) if part)


def data_name(month: str, area: str = "") -> str:
    """Name of the figures' CSV beside the report; of an area as :func:`report_name` has it."""
    return "-".join(part for part in ("indicators", area, month) if part) + ".csv"


def register_name(month: str, *, made_up: bool) -> str:
    """Name of a register's packed figures; a file that has left the site still says what it is."""
    return f"register-made-up-{month}.zip" if made_up else f"register-{month}.zip"


def report_title(month: str, language: str, locative: str = "") -> str:
    """What a month's report is called; of an area that is not the settings' own with its name.

    Args:
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``.
        locative: Where the area is, as a sentence has it; empty for the settings' own.
    """
    translator = Translator(language)
    key = "front.title_area" if locative else "front.title"
    return translator(key, month=translator.month(month), locative=locative)


def front_matter(
    settings: Settings,
    processed: Processed,
    language: str,
    *,
    locative: str = "",
    alone: bool = False,
    draft: bool = False,
) -> str:
    """The YAML that makes a month's executed notebook a Quarto document.

    ``date`` is the day of the sources: no clock goes into a report, so that the same figures give
    the same bytes.

    Args:
        settings: The project.
        processed: The month's tables.
        language: ``fi``, ``sv`` or ``en``.
        locative: As :func:`report_title` has it.
        alone: Whether the area is compared with nothing, as it is the whole country.
        draft: Whether every page says that it is a draft.
    """
    translator = Translator(language)
    group = settings.groups[settings.report.group]
    vintage = date.fromisoformat(processed.vintage)
    subtitle = "front.subtitle_area" if locative else "front.subtitle"
    matter: dict[str, object] = {
        "title": report_title(processed.month, language, locative),
        "subtitle": translator(subtitle, trial=settings.trial.name[language]),
        "author": settings.report.publisher[language],
        "date": processed.vintage,
        "published": translator("front.date", vintage=translator.day(vintage)),
        "lang": TAGS[language],
        "description": translator(
            "front.description_country" if alone else "front.description",
            locative=locative or group.locative[language],
            in_month=translator.in_month(processed.month),
        ),
    }
    if draft:
        matter["draft"] = True
    return dump_front_matter(matter)


def dump_front_matter(fields: Mapping[str, object]) -> str:
    """Front matter as YAML, in the order of its fields, without the dashes."""
    return yaml.safe_dump(dict(fields), allow_unicode=True, sort_keys=False, width=1000)
