"""What reports are called, the list of them, and what makes a notebook a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from made_tables import World

from indicators.reporting.context import Context
from indicators.reporting.files import data_name, front_matter, register_name, report_name
from indicators.reporting.index import available_months, index_markdown
from indicators.reporting.wording import Translator
from indicators.settings.model import Settings


def rendered(pages: Path, month: str, language: str) -> None:
    folder = pages / month / language
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{report_name(month, language)}.html").touch()


def rows(settings: Settings, pages: Path) -> list[ElementTree.Element]:
    markdown = index_markdown(settings, pages)
    html = markdown[markdown.index("<table>") : markdown.index("</table>") + len("</table>")]
    return ElementTree.fromstring(html).findall("tbody/tr")


def test_names_say_month_and_language() -> None:
    assert report_name("2022-02", "sv") == "monthly-report-2022-02-sv"
    assert data_name("2022-02") == "indicators-2022-02.csv"
    assert register_name("2022-02", made_up=True) == "register-made-up-2022-02.zip"
    assert register_name("2022-02", made_up=False) == "register-2022-02.zip"


def test_the_front_page_says_so_where_some_figures_are_made_up(
    project: Settings, tmp_path: Path
) -> None:
    rendered(tmp_path, "2022-02", "fi")
    notes = [Translator(language)("site.made_up") for language in ("fi", "sv", "en")]
    assert not any(note in index_markdown(project, tmp_path) for note in notes)
    (tmp_path / "2022-02" / register_name("2022-02", made_up=True)).touch()
    assert all(note in index_markdown(project, tmp_path) for note in notes)


def test_the_front_page_leads_to_the_evaluation_if_it_was_made(
    project: Settings, tmp_path: Path
) -> None:
    pages = tmp_path / "reports"
    rendered(pages, "2022-02", "fi")
    assert "arviointi" not in index_markdown(project, pages)
    (pages / "evaluation").mkdir()
    (pages / "evaluation" / "arviointi.html").touch()
    result = index_markdown(project, pages)
    assert result.count("](reports/evaluation/arviointi.html)") == 3
    assert result.count("](reports/evaluation/arviointi.pdf)") == 3
    assert result.count("](reports/evaluation/rekisterikoe.html)") == 3


def test_the_newest_month_comes_first_with_the_languages_that_are_there(tmp_path: Path) -> None:
    for month, language in (("2022-02", "sv"), ("2022-02", "fi"), ("2023-06", "en")):
        rendered(tmp_path, month, language)
    (tmp_path / "2021-01" / "fi").mkdir(parents=True)  # begun, but without a page
    assert available_months(tmp_path) == {"2023-06": ["en"], "2022-02": ["fi", "sv"]}
    assert list(available_months(tmp_path)) == ["2023-06", "2022-02"]


def test_other_areas_are_listed_by_kind_with_their_months(
    project: Settings, tmp_path: Path
) -> None:
    pages = tmp_path / "reports"
    for month, area in (("2022-02", "KU398"), ("2023-06", "KU398"), ("2023-06", "TA31")):
        folder = pages / month / area / "fi"
        folder.mkdir(parents=True)
        (folder / f"{report_name(month, 'fi', area)}.html").touch()
    markdown = index_markdown(project, pages)
    assert markdown.index("Työllisyysalueet") < markdown.index("### Kunnat")
    assert '<strong>Lahti</strong> · <span lang="sv-FI">Lahtis</span>' in markdown
    link = "reports/2023-06/KU398/fi/monthly-report-KU398-2023-06-fi.html"
    earlier = "reports/2022-02/KU398/fi/monthly-report-KU398-2022-02-fi.html"
    assert 0 < markdown.index(link) < markdown.index(earlier)
    assert "Muut alueet" not in index_markdown(project, tmp_path / "none")


def test_each_report_is_linked_as_page_and_pdf(project: Settings, tmp_path: Path) -> None:
    rendered(tmp_path, "2022-02", "fi")
    rendered(tmp_path, "2022-02", "sv")
    [row] = rows(project, tmp_path)
    finnish, swedish, english = row.findall("td")
    stem = "reports/2022-02/fi/monthly-report-2022-02-fi"
    assert [a.get("href") for a in finnish.iter("a")] == [f"{stem}.html", f"{stem}.pdf"]
    assert finnish.find("span").get("lang") == "fi-FI"  # type: ignore[union-attr]
    assert "februari 2022" in "".join(swedish.itertext())
    assert swedish.find("span").get("lang") == "sv-FI"  # type: ignore[union-attr]
    assert not list(english.iter("a"))


def test_a_site_without_reports_has_an_empty_list(project: Settings, tmp_path: Path) -> None:
    assert rows(project, tmp_path) == []
    assert available_months(tmp_path / "nowhere") == {}


def test_the_front_page_names_the_trial_in_every_language(
    project: Settings, tmp_path: Path
) -> None:
    result = index_markdown(project, tmp_path)
    for language in project.report.languages:
        assert project.trial.name[language] in result
        assert f"lang={language}-FI" in result


@pytest.mark.parametrize(("language", "tag"), [("fi", "fi-FI"), ("sv", "sv-FI"), ("en", "en-FI")])
def test_front_matter(project: Settings, language: str, tag: str) -> None:
    content = yaml.safe_load(front_matter(project, World().processed(project), language))
    assert content["lang"] == tag
    assert str(content["date"]) == "2022-05-01"
    assert "2022" in content["title"]
    assert content["subtitle"].startswith(project.trial.name[language])
    assert content["author"] == project.report.publisher[language]
    assert all(content.values())


def test_the_title_names_the_month(small: Callable[..., Context]) -> None:
    context = small("fi")
    text = front_matter(context.settings, context.processed, "fi")
    assert "helmikuu 2022" in yaml.safe_load(text)["title"]


def test_front_matter_has_no_clock(project: Settings) -> None:
    tables = World().processed(project)
    assert front_matter(project, tables, "fi") == front_matter(project, tables, "fi")
