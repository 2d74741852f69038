"""The evaluation about another area than the settings': its names and members from the keys."""

from __future__ import annotations

from dataclasses import replace

from indicators.areas.areas import Areas, load_areas
from indicators.errors import UsageError
from indicators.reporting.evaluation_source import capital, load_report_texts, report_text
from indicators.settings.model import LANGUAGES, Group, Inflections, Settings, Trial


def settings_about(settings: Settings, area: str) -> Settings:
    """The settings of an evaluation whose region is an area.

    Args:
        settings: The project's.
        area: Code of a trial area (``TRIAL-turku``) or of a group of the settings; empty for the
            group that the settings' reports are about.

    Returns:
        The settings, with the area as a group of theirs and as what the report is about.

    Raises:
        UsageError: No trial area or group has the code; the message names those there are.
    """
    code = area or settings.report.group
    if code not in settings.groups:
        areas = load_areas(settings)
        known = areas.divisions.of_kind("trial_area")
        if code not in known:
            raise UsageError(
                f"--area: {code} is no trial area and no group of the settings; there are "
                f"{', '.join((*settings.groups, *known))}"
            )
        settings = replace(settings, groups={**settings.groups, code: _as_group(areas, code)})
    if area and area != settings.report.group:
        settings = replace(settings, trial=_trial_of(settings, code))
    return replace(settings, report=replace(settings.report, group=code))


def _trial_of(settings: Settings, code: str) -> Trial:
    """The trial with the area's name: that of the settings has the settings' region in it."""
    group = settings.groups[code]
    genitive = group.inflections.genitive or load_report_texts()["common.region_gen"]
    names = {
        "fi": report_text("common.trial_of", area=capital(genitive)),
        "sv": report_text("common.trial_of_sv", area=group.name["sv"]),
        "en": report_text("common.trial_of_en", area=group.name["en"]),
    }
    return replace(settings.trial, name=names)


def _as_group(areas: Areas, code: str) -> Group:
    members = areas.members(code)
    names = {lang: ", ".join(areas.name(unit, lang) for unit in members) for lang in LANGUAGES}
    return Group(
        code=code,
        members=members,
        name={lang: areas.name(code, lang) for lang in LANGUAGES},
        locative={lang: areas.locative(code, lang) for lang in LANGUAGES},
        description=names,
        inflections=Inflections(genitive=areas.genitive(code, "fi")),
    )
