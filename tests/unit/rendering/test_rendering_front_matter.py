"""Front matter and `_quarto.yml`: what is understood, what is refused, which is stronger."""

from __future__ import annotations

import pikepdf
import pytest
from rendering_kit import structure

from indicators.errors import RenderingError


@pytest.mark.parametrize(
    ("head", "line", "words"),
    [
        ("titel: x\n", 5, "unknown front matter key `titel`"),
        ("format: docx\n", 5, "unknown format `docx`"),
        ("format:\n  html:\n    theme: cosmo\n", 5, "unknown option `theme` of format html"),
        ("date-modified: 22.3.2022\n", 5, "date-modified is `22.3.2022`"),
        ("report: [\n", 5, "not YAML"),
    ],
)
def test_faults_are_told_with_their_line(project, head, line, words):
    [problem] = [p for p in project.problems(project.qmd("\nx\n", head=head)) if words in p]
    assert problem.startswith(f"page.qmd:{line}: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x\n", "no front matter"),
        ("---\n- a\n---\n", "no front matter"),
        ("---\ntitle: x\n", "no front matter"),
        ("---\nlang: fi-FI\n---\n", "no title"),
        ("---\ntitle: x\nlang: fi\n---\n", "lang is `fi`"),
        ("---\ntitle: x\nlang: de-DE\n---\n", "lang is `de-DE`"),
        ("---\ntitle: x\ndate: maaliskuu\n---\n", "a date in words under `published`"),
    ],
)
def test_what_a_page_needs(project, text, words):
    path = project.root / "page.qmd"
    path.write_text(text, encoding="utf-8")
    assert any(words in p for p in project.problems(path))


def test_a_source_that_is_a_page_only_gets_no_pdf(project):
    rendered = project.render(project.qmd("\nx\n", head="format: html\n"))
    assert rendered.pdf is None
    assert not (project.site / "page.pdf").exists()


def test_the_source_is_stronger_than_the_project(project):
    assert 'id="TOC"' in project.html("\n## A\n")
    assert 'id="TOC"' not in project.html("\n## A\n", head="format:\n  html:\n    toc: false\n")


def test_a_published_date_in_words_is_no_list(project):
    source = project.qmd("\nx\n", head='published: "22. maaliskuuta 2022"\n')
    rendered = project.render(source)
    assert '<p class="date">22. maaliskuuta 2022</p>' in rendered.html.read_text("utf-8")
    with pikepdf.open(rendered.pdf) as pdf:
        assert not any(item.get("/S") == "/L" for item in structure(pdf))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bibliography: x.bib\n", "does not know `bibliography`"),
        ("format:\n  html:\n    theme: none\n    grid: x\n", "`format.html.grid`"),
        ("format:\n  pdf: default\n", "`format.pdf`"),
        ("a: [\n", "is not YAML"),
        ("- a\n", "holds no keys"),
        ("format:\n  html:\n    css: no.css\n    template: no.html\n", "names `no.css`"),
    ],
)
def test_a_project_file_that_says_more_than_is_understood(project, text, words):
    (project.root / "_quarto.yml").write_text(text, encoding="utf-8")
    with pytest.raises(RenderingError, match="_quarto") as caught:
        project.render(project.qmd("\nx\n"), "html")
    assert words in str(caught.value)


def test_no_project_file(project):
    (project.root / "_quarto.yml").unlink()
    with pytest.raises(RenderingError, match="cannot be read"):
        project.render(project.qmd("\nx\n"))


def test_sources_of_other_kinds_and_places(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "page.qmd"
    elsewhere.write_text("x", encoding="utf-8")
    (project.root / "latin.qmd").write_bytes("ä".encode("latin-1"))
    for path, words in [
        (project.root / "page.md", "not a source"),
        (project.root / "nowhere.qmd", "cannot be read"),
        (project.root / "latin.qmd", "not UTF-8"),
        (elsewhere, "outside the project"),
    ]:
        with pytest.raises(RenderingError, match=words):
            project.render(path)
