"""Everything that is said is there in three languages, and is said somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from indicators.errors import DataError
from indicators.reporting import wording
from indicators.reporting.index import index_markdown
from indicators.settings.model import Settings

LANGUAGES = ("fi", "sv", "en")
CODE = Path(wording.__file__).parent
# Said only in situations that the two months do not have; each has a test of its own.
ELSEWHERE = {
    # test_path_sections.py
    "register_paths.long_term",
    "register_costs.no_prices",
    "register_costs.at_least",
    "register_costs.lacking",
    "register_costs.euros_at_least",
    "register_costs.no_benefits",
    "alt.gaps",  # test_gap.py
    "notes.gaps",  # test_gap.py
    "notes.trial_over",  # test_gap.py
    "opening.scope_over",  # test_gap.py
    "breaks.none",  # test_first_months.py
    "common.and",  # test_voice.py
    # Of other areas than the settings' own: test_report_sections.py, test_index_and_names.py
    "front.title_area",
    "front.subtitle_area",
    "front.description_country",
    "opening.scope_area",
    "opening.area",
    "opening.area_country",
    "opening.in_employment_area",
    "opening.in_region",
    "opening.area_of_one",
    "opening.area_of_members",
    "opening.area_of_many",
    "opening.added_up",
    "opening.in_trial",
    "opening.members_unsure",
    "key_figures.unemployed_country",
    "headline.caption_country",
    "share.caption_country",
    "municipalities.title_regions",
    "municipalities.intro_country",
    "municipalities.intro_regions",
    "municipalities.intro_area",
    "municipalities.intro_frame",
    "municipalities.figure_caption_regions",
    "extended.figure_caption_country",
    "vacancies.intro_area",
    "vacancies.intro_country",
    "not_computed.administrative_area",
    "revisions.intro_area",
    "site.other_areas",
    "site.choose",
    "site.kind_country",
    "site.kind_region",
    "site.kind_ely",
    "site.kind_evk",
    "site.kind_employment_area",
    "site.kind_trial_area",
    "site.kind_subregion",
    "site.kind_municipality",
    "site.kind_group",
    "common.left_out",  # test_report_sections.py
    "common.figure_number",  # test_report_sections.py
    "common.table_number",  # test_report_sections.py
    "common.no_section",  # test_report_sections.py
    "register.absent",  # test_report_sections.py
    "register.of_group_only",  # test_report_sections.py
    "register.other_area",  # test_report_sections.py
    "extended.none",  # test_made_sections.py
    "key_figures.more",  # test_made_sections.py
    "key_figures.same",  # test_made_sections.py
    "notes.suppressed",  # test_made_sections.py
    *(key for key in wording.load_texts() if key.startswith("money.")),  # test_money_section.py
    "own_notebooks.further",  # test_own_notebooks.py
    "own_notebooks.made_up",  # test_html_tables.py
    "own_notebooks.notice",  # test_report_notebooks.py
    "register.download",  # test_register_telling.py
    "register.file",  # test_download.py
    "site.explorer",  # test_explorer_site.py
    "site.made_up",  # test_index_and_names.py
    "register.all_hidden",  # test_register_hidden.py
    "register.not_covered",  # test_register_months.py
    "register.unknown",  # test_register_months.py
    "register.lacking",  # test_register_sources.py
    "register.left_out",  # test_register_readings.py
    "register.nothing",  # test_register_telling.py
    "register.gap",  # test_register_hidden.py
    "register.hidden",  # test_register_hidden.py
    "register.source",  # test_register_telling.py
    "register_flows.intro_no_lines",  # test_register_sources.py
    "register_flows.intro_no_figures",  # test_register_months.py
    "register_surveys.none",  # test_register_months.py
    "revisions.one",  # test_revisions.py
    "revisions.none",  # test_revisions.py
    "revisions.bounded",  # test_revisions.py
    "revisions.cause_newly_hidden",  # test_revisions.py
    "revisions.cause_newly_shown",  # test_revisions.py
    "revisions.cause_data",  # test_revisions.py
    "revisions.cause_row_added",  # test_revisions.py
    "revisions.cause_row_removed",  # test_revisions.py
    "revisions.provisional",  # test_revisions.py
    "revisions.register",  # test_revisions.py
    # test_official_section.py
    *(
        f"official_flows.{name}"
        for name in ("about", "figure", "figure_caption", "intro", "no_group", "source")
    ),
    "official_flows.table_caption",
    *(f"quantities.flow_over_{months}_months" for months in (3, 6, 12)),
    "quantities.duration_median",
    "quantities.ended_searches",
}


def test_every_text_is_said(
    month_sections: Callable[[str, str], Mapping[str, str]],
    register_sections: Callable[[str, str], Mapping[str, str]],
    texts_used: object,
    project: Settings,
    tmp_path: Path,
) -> None:
    for month in ("2022-02", "2023-06"):
        for language in LANGUAGES:
            month_sections(month, language)
    register_sections("2022-02", "fi")
    (tmp_path / "evaluation").mkdir()
    (tmp_path / "evaluation" / "arviointi.html").touch()
    index_markdown(project, tmp_path)
    request = texts_used.asked  # type: ignore[attr-defined]
    # Tables of a few areas have no peers (test_peers_section.py) and no page for leaders
    # (test_leaders.py).
    elsewhere = ("explain.", "explain_register.", "peers.", "leaders.")
    of_reports = {key for key in wording.load_texts() if not key.startswith(elsewhere)}
    assert of_reports - request - ELSEWHERE == set()


def test_the_texts_said_elsewhere_are_there() -> None:
    assert set(wording.load_texts()) >= ELSEWHERE


def test_keys_in_the_code_are_there_even_where_no_report_comes_by() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in CODE.rglob("*.py"))
    keys = set(
        re.findall(r"""(?:voice|translator|translate)\(\s*["']([a-z_]+\.[a-z_]+)["']""", code)
    )
    assert len(keys) > 30
    assert keys <= set(wording.load_texts())


def test_the_words_of_explain_are_said() -> None:
    files = ("explaining.py", "explaining_official.py", "explaining_money.py")
    code = "".join((CODE / name).read_text(encoding="utf-8") for name in files)
    names = {key for key in wording.load_texts() if key.startswith("explain.")}
    assert names <= set(re.findall(r"explain\.[a-z_]+", code))


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_trimmed_and_free_of_empty_marks(language: str) -> None:
    for key, texts in wording.load_texts().items():
        assert texts[language] == texts[language].strip(), key
        assert "  " not in texts[language], key


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        '[lacking]\nfi = "yksi"\nsv = "ett"\n'
        '[empty]\nfi = " "\nsv = "ett"\nen = "one"\n'
        '[differing]\nfi = "{n} yksi"\nsv = "{m} ett"\nen = "{n} one"\n'
        '[fine]\nfi = "{n}"\nsv = "{n}"\nen = "{n}"\n',
        encoding="utf-8",
    )
    (tmp_path / "b.toml").write_text('loose = "text"\n', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a topic", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        wording.load_texts_from(tmp_path)
    message = str(caught.value)
    assert len(caught.value.details) == 4
    assert "a.toml, lacking" in message
    assert "fi, sv, en" in message
    assert "a.toml, empty: fi is empty" in message
    assert "a.toml, differing" in message
    assert "b.toml, loose" in message
    assert "fine" not in message


def test_a_text_in_too_many_languages_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[k]\nfi = "a"\nsv = "b"\nen = "c"\nde = "d"\n')
    with pytest.raises(DataError, match=r"1 problems? in the wording"):
        wording.load_texts_from(tmp_path)


@pytest.mark.parametrize("text", ["fi = ", '[k]\nfi = "{oops"\nsv = "a"\nen = "b"\n'])
def test_what_cannot_be_read_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(DataError, match=r"a\.toml"):
        wording.load_texts_from(tmp_path)


def test_the_names_to_put_in() -> None:
    assert wording.placeholders("{a} ja {b}, {a}") == {"a", "b"}
    assert wording.placeholders("ei mitään") == set()
