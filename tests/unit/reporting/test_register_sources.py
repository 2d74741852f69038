"""A report of a register that lacks a source: it says so in words, in every section concerned."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_register import with_register
from section_names import LANGUAGES, REGISTER_SECTIONS

from indicators.processed.reading import Processed
from indicators.production.register_tables import count_register
from indicators.register.store import open_register
from indicators.releases.releasing import reported_rows
from indicators.reporting.context import Context
from indicators.reporting.monthly import MonthlyReport
from indicators.reporting.wording import Translator
from indicators.settings.model import Settings
from indicators.synthetic.synthesise import synthesise

MONTH = "2022-02"
WORDS = {"fi": "ei saatavilla", "sv": "uppgift saknas", "en": "not available"}
# Sections that tell of what needs a table.
CONCERNED = {
    "service": "populations structural starts exits resources after_service paths costs capacity",
    "service_line": "flows time_to_service",
    "service_price": "costs",
    "statement": "exits",
    "office": "populations caseload resources capacity",
    "plan": "plans time_to_service",
    "job_offer": "offers",
    "introduction": "offers",
    "caseload": "caseload",
    "kela": "kela",
    "survey": "surveys",
    "survey_round": "surveys",
    "residence": "populations flows durations structural starts exits plans offers resources",
}
EMPTY = re.compile(r"\b(nan|None)\b")
# Registers are counted.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register") / "whole"
    synthesise(folder, persons=1000, seed=7, layout="canonical")
    return folder


@pytest.fixture
def without(project: Settings, register: Path, tmp_path: Path) -> Callable[[str], Processed]:
    """The month's tables of the register without a table, as if everything could be shown."""

    def build(table: str) -> Processed:
        folder = Path(shutil.copytree(register, tmp_path / table))
        (folder / f"{table}.parquet").unlink()
        rows = reported_rows(count_register(project, [MONTH], open_register(folder)), project)
        return replace(with_register([]), register=rows)

    return build


@pytest.mark.usefixtures("in_tmp")
@pytest.mark.parametrize("table", CONCERNED)
def test_every_section_concerned_says_what_is_not_available(
    project: Settings, without: Callable[[str], Processed], table: str
) -> None:
    processed = without(table)
    for language in LANGUAGES:
        report = MonthlyReport(Context(project, processed, Translator(language)))
        values = {name: getattr(report, name)().markdown for name in REGISTER_SECTIONS}
        for section in CONCERNED[table].split():
            text = values[section]
            assert WORDS[language] in text.lower(), (table, section, language)
        assert not any(EMPTY.search(text) for text in values.values())
        # What a text refers to is there.
        for text in values.values():
            for label in re.findall(r"@((?:fig|tbl)-register[a-z-]*)", text):
                assert f"#{label}" in text, (table, label)
