"""References and captions in the document's language, numbered in reading order."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml
from rendering_kit import ROOT

WORDS = tomllib.loads((ROOT / "reports/_theme/words.toml").read_text("utf-8"))

BODY = """
## Ensimmäinen {#sec-one}

### Alempi {#sec-two}

@fig-b, @fig-a, @tbl-a, @eq-a, @sec-two; [-@fig-b]; [@fig-a; @tbl-a]; [Kuvassa @fig-b].

![Eka](a.svg){#fig-a fig-alt="Eka kuva."}

![Numeroton](a.svg){fig-alt="Numeroton kuva."}

::: {#fig-b}
![](a.svg){fig-alt="Toka kuva."}

Toka
:::

| a |
|---|
| 1 |

: Luvut {#tbl-a}

$$ x = 1 $$ {#eq-a alt="x on yksi"}
"""


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_references_in_the_language(project, lang):
    project.figure()
    page = project.html(BODY, lang=f"{lang}-FI", head="number-sections: true\n")
    words = WORDS[lang]
    links = re.findall(r'<a href="(#[\w-]+)" class="quarto-xref">(.*?)</a>', page)
    assert links == [
        ("#fig-b", f"{words['figure']}\u00a02"),
        ("#fig-a", f"{words['figure']}\u00a01"),
        ("#tbl-a", f"{words['table']}\u00a01"),
        ("#eq-a", f"{words['equation']}\u00a01"),
        ("#sec-two", f"{words['section']}\u00a01.1"),
        ("#fig-b", "2"),
        ("#fig-a", f"{words['figure']}\u00a01"),
        ("#tbl-a", f"{words['table']}\u00a01"),
        ("#fig-b", "Kuvassa\u00a02"),
    ]
    assert f'<html lang="{lang}-FI">' in page
    assert f'<span class="caption-number">{words["figure"]}\u00a02.</span> Toka' in page
    assert "<figcaption>Numeroton</figcaption>" in page


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_callouts_are_titled_in_the_language(project, lang):
    kinds = ["note", "tip", "warning", "important", "caution"]
    body = "".join(f"\n::: {{.callout-{kind}}}\nx\n:::\n" for kind in kinds)
    page = project.html(body, lang=f"{lang}-FI")
    titles = re.findall(r'<div class="box-title">\s*(.*?)\s*</div>', page)
    assert titles == [WORDS[lang][kind] for kind in kinds]


def test_callout_titles_of_their_own(project):
    page = project.html(
        '\n::: {.callout-tip title="*Oma*" collapse="true"}\nx\n:::\n'
        "\n::: {.callout-note}\n## Toinen\n\nx\n:::\n"
    )
    assert re.findall(r'<div class="box-title">\s*(.*?)\s*</div>', page) == [
        "<em>Oma</em>",
        "Toinen",
    ]
    assert "<h2>Toinen" not in page


def test_every_language_has_the_same_words():
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["fi"])}


def test_quartos_words_are_ours_where_they_differ():
    language = yaml.safe_load((ROOT / "_quarto.yml").read_text("utf-8"))["language"]
    assert language == {"fi": {"crossref-sec-prefix": WORDS["fi"]["section"]}}


def test_quotation_marks_of_the_language(project):
    assert "”näin”" in project.html('\n"näin"\n')
    assert "“so”" in project.html('\n"so"\n', lang="en-FI")


def test_conditional_content(project):
    body = (
        '\n::: {.content-visible when-format="html"}\nsivulla\n:::\n'
        '\n::: {.content-visible when-format="typst"}\npaperilla\n:::\n'
        '\n::: {.content-hidden when-format="html"}\npiilossa\n:::\n'
        '\n::: {.content-hidden unless-format="html"}\nesillä\n:::\n'
    )
    page = project.html(body)
    assert [word in page for word in ("sivulla", "paperilla", "piilossa", "esillä")] == [
        True,
        False,
        False,
        True,
    ]
