"""What makes an executed notebook a Quarto document: its title, date and language."""

from __future__ import annotations

from datetime import date

import yaml

from indicators.processed import Processed
from indicators.reporting.voice import TAGS, Voice
from indicators.settings import Settings


def front_matter(settings: Settings, processed: Processed, language: str) -> str:
    """The YAML of a month's report in one language.

    ``date`` is the day of the sources: no clock goes into a report, so that the same
    figures give the same bytes.
    """
    translator = Voice(language)
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
    return yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=1000)
