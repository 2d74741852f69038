"""What a reader gets: self-contained, described, in the right language, the same every time."""

from __future__ import annotations

import pikepdf
from rendering_kit import structure

BODY = """
## Luku

![Kuvio](a.svg){#fig-a fig-alt="Viiva \\"nousee\\" \\\\ laskee."}

Rivillä ![](a.svg){alt="pieni merkki" width=20%} on kuva. [På svenska.]{lang=sv-FI}

::: {lang=en-FI}
In English.[^1]
:::

[^1]: Nuotti.

$$ x = 1 $$ {#eq-a alt="x on yksi"}

::: {.panel-tabset}
### Eka

a

### Toka

b
:::

::: {.language-links}
- [På svenska](x.html){lang=sv-FI hreflang=sv-FI}
:::

::: {.synthetic-notice}
Keksittyä.
:::

::: {.status-note}
Pieni huomautus.
:::

Teksti [pienellä]{.status-note}.<br>Uusi rivi.

:::: {.key-figures}
::: {.key-figure}
[Osuus]{.name} [11,4 %]{.value}
:::
::::
"""


def _render(project, **options):
    project.figure()
    return project.render(project.qmd(BODY, **options))


def test_the_page_asks_for_nothing(project):
    page = _render(project).html.read_text("utf-8")
    assert 'src="data:image/svg+xml;base64,' in page
    assert "url(data:font/woff2;base64," in page
    assert "<link" not in page
    assert "<script" not in page


def test_descriptions_reach_the_page(project):
    page = _render(project).html.read_text("utf-8")
    assert 'alt="Viiva &quot;nousee&quot; \\ laskee."' in page
    assert 'alt="pieni merkki"' in page
    assert 'role="math" tabindex="0" aria-label="x on yksi"' in page
    assert '<span lang="sv-FI">På svenska.</span>' in page
    assert 'role="navigation" aria-label="Kieliversiot"' in page


def test_tabs_are_sections_on_the_page(project):
    page = _render(project).html.read_text("utf-8")
    assert page.count("<h3") == 2
    assert 'href="#eka"' not in page


def test_descriptions_and_languages_reach_the_pdf(project):
    with pikepdf.open(_render(project).pdf) as pdf:
        assert str(pdf.Root["/Lang"]) == "fi-FI"
        items = list(structure(pdf))
        alts = {str(item["/Alt"]) for item in items if "/Alt" in item}
        assert {'Viiva "nousee" \\ laskee.', "pieni merkki", "x on yksi"} <= alts
        # Whole paragraphs have their language in the tags, parts of a line beside the text.
        assert "en-FI" in {str(item["/Lang"]) for item in items if "/Lang" in item}
        assert any(b"(sv-FI)" in page.Contents.read_bytes() for page in pdf.pages)
        title = str(pdf.open_metadata()["dc:title"])
    assert title == "Otsikko"


def test_the_same_source_gives_the_same_bytes(project):
    first = _render(project)
    before = first.html.read_bytes(), first.pdf.read_bytes()
    again = _render(project)
    assert (again.html.read_bytes(), again.pdf.read_bytes()) == before


def _created(path):
    with pikepdf.open(path) as pdf:
        return str(pdf.docinfo.get("/CreationDate", ""))


def test_the_time_stamp_is_the_sources_own(project):
    rendered = _render(project, head="date-modified: 2022-03-24\n")
    assert _created(rendered.pdf).startswith("D:20220324")


def test_the_time_stamp_without_a_date(project, monkeypatch):
    path = project.root / "page.qmd"
    path.write_text("---\ntitle: x\n---\n\nx\n", encoding="utf-8")
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert _created(project.render(path).pdf) == ""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    assert _created(project.render(path).pdf).startswith("D:20200913")


def test_the_page_names_its_authors_and_keywords(project):
    head = "author: Lahden seutu\nkeywords: [työllisyys, Lahti]\nsubtitle: 1. raportti\n"
    rendered = _render(project, head=head)
    assert "· Lahden seutu</p>" in rendered.html.read_text("utf-8")
    with pikepdf.open(rendered.pdf) as pdf:
        assert "Lahti" in str(pdf.docinfo["/Keywords"])
