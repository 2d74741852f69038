"""The evaluation about another region: its names are those of the settings, in every sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures import evaluation_volumes as volumes
from fixtures.evaluation_panel import project
from indicators.errors import UsageError
from indicators.reporting.evaluation_area import settings_about
from indicators.reporting.evaluation_reproduction import volume_front_matter
from indicators.reporting.evaluation_source import region_forms
from indicators.reporting.evaluation_volumes import REPORT
from indicators.settings.model import Inflections, Settings

TURKU = {
    "name": {"fi": "Turun seutu", "sv": "Åboregionen", "en": "Turku region"},
    "locative": {"fi": "Turun seudulla", "sv": "i Åboregionen", "en": "in the Turku region"},
}
CASES = Inflections("Turun seudun", "Turun seutua", "Turun seutuun")


def about(inflections: Inflections) -> Settings:
    """The project, its region called otherwise."""
    here = project()
    code = here.report.group
    group = replace(here.groups[code], **TURKU, inflections=inflections)
    return replace(
        here,
        groups={**here.groups, code: group},
        trial=replace(here.trial, name={"fi": "Turun seudun kokeilu"}),
        report=replace(here.report, publisher={"fi": "Turun seudun seuranta"}),
    )


def pages(settings: Settings, folder: Path) -> str:
    """All parts of the report and its front matter."""
    book = replace(volumes.report(folder / "results"), settings=settings)
    parts = [getattr(book, name)().markdown for name in volumes.PARTS]
    return "\n\n".join([volume_front_matter(settings, REPORT, book.stored), *parts])


@pytest.mark.slow
@pytest.mark.parametrize("inflections", [CASES, Inflections()], ids=["inflected", "not"])
def test_no_other_region_is_named(inflections: Inflections, tmp_path: Path) -> None:
    text = pages(about(inflections), tmp_path)
    # Its municipality of that name stands in the list of members, its trial area among all of them.
    listed = r"Lahden seudun kokeilualue|>Lahden\sseutu<|Jyväskylän seutu, [^)]*Lahden seutu"
    text = re.sub(listed, "", text)
    assert re.findall(r"Lahde\w*|Lahte\w*|Lahtis\w*|Lahti (?!ja|,)\w+", text) == []
    assert "in the Turku region" in text
    assert "Turun seudulla" in text
    assert ("Turun seudun muutos" in text) == (inflections == CASES)
    assert ("okeilualueen muutos" in text) == (inflections != CASES)


def test_a_name_begins_a_sentence_with_a_capital() -> None:
    forms = region_forms(about(Inflections(genitive="Turun seudun")).groups["LAHTI5"])
    assert (forms["region_par"], forms["Region_par"]) == ("kokeilualuetta", "Kokeilualuetta")
    assert (forms["region_gen"], forms["Region_in_en"]) == ("Turun seudun", "In the Turku region")


def test_another_area_is_named_and_made_up_of_its_keys() -> None:
    settings = settings_about(project(), "TRIAL-turku")
    group = settings.groups[settings.report.group]
    assert group.code == "TRIAL-turku"
    assert "KU853" in group.members
    assert group.name["fi"] == "Turun seudun kokeilualue"
    assert region_forms(group)["region_gen"] == "Turun seudun kokeilualueen"
    # The trial's name in the settings has the settings' region in it.
    assert settings.trial.name["fi"] == "Turun seudun kokeilualueen työllisyyden kuntakokeilu"
    assert all("aht" not in name for name in settings.trial.name.values())
    # The settings' own group needs no key.
    own = settings_about(project(), "")
    assert own == project()


@pytest.mark.parametrize("code", ["TRIAL-nowhere", "KU398", "MK07"])
def test_what_is_no_trial_area_is_refused_with_those_there_are(code: str) -> None:
    with pytest.raises(UsageError, match=f"{code} is no trial area.*LAHTI5.*TRIAL-turku"):
        settings_about(project(), code)
