"""Everything outside the subset is refused with its file and line, before anything is written."""

from __future__ import annotations

import pytest

#: A body whose fault stands on its second line (line 7 of the file), and words of the message.
FAULTS = {
    "shortcode": ("{{< video x.mp4 >}}", "shortcode `video`"),
    "escaped shortcode": ("{{{< meta title >}}}", "shortcode `meta`"),
    "include within a line": ("ks. {{< include a.md >}}", "shortcode `include`"),
    "unknown metadata": ("{{< meta report.nothing >}}", "no such value"),
    "metadata with parts": ("{{< meta crossref >}}", "no such value"),
    "missing include": ("{{< include nowhere.md >}}", "no file `nowhere.md`"),
    "executable block": ("```{python}\n1\n```", "nothing is executed here"),
    "executable code in a line": ("Arvo on `{python} x`.", "nothing is executed here"),
    "raw LaTeX": ("```{=latex}\n\\x\n```", "raw `latex` not supported"),
    "raw LaTeX in a line": ("`\\x`{=latex}", "raw `latex` not supported"),
    "open code block": ("```\ncode", "never closed"),
    "div class": ("::: {.column-margin}\nx\n:::", "class `.column-margin` not supported"),
    "div class without braces": ("::: aside\nx\n:::", "div class `aside` not supported"),
    "layout": ("::: {layout-ncol=2}\nx\n:::", "attribute `layout-ncol` not supported"),
    "pdf as a format": ('::: {.content-visible when-format="pdf"}\nx\n:::', "write html or typst"),
    "open div": ("::: {.callout-note}\nx", "never closed"),
    "closed div": (":::\nx", "never opened"),
    "citation": ("Näin [@virtanen2020].", "`@virtanen2020`: citations"),
    "unknown label": ("Kuvassa [-@fig-no] on.", "`@fig-no` refers to a label that is not there"),
    "section without number": ("@sec-a ja [x]{#sec-a}", "needs numbered sections"),
    "duplicate label": ("## A {#sec-a}\n\n## B {#sec-a}", "label `sec-a` is there already"),
    "label of another kind": ("## A {#thm-a}", "kind `thm` are not supported"),
    "footnote without text": ("Näin.[^1]", "footnote `1` has no text"),
    "missing picture": ('![x](no.svg){fig-alt="x"}', "picture `no.svg` is not there"),
    "picture without alt": ("![Kuva](a.svg){#fig-a}", "picture `a.svg` has no alt text"),
    "picture with empty alt": ('![Kuva](a.svg){fig-alt=" "}', "picture `a.svg` has no alt text"),
    "remote picture": ('![x](https://x.fi/a.svg){fig-alt="x"}', "makes no request"),
    "picture above": ('![x](../a.svg){fig-alt="x"}', "in the folder of its source"),
    "picture of another kind": ('![x](a.gif){fig-alt="x"}', "not one of svg, png, jpg"),
    "script": ("```{=html}\n<script>1</script>\n```", "`script` in raw HTML"),
    "handler": ('```{=html}\n<p onclick="x()">\n```', "`onclick` in raw HTML"),
    "style from elsewhere": ("```{=html}\n<p style='x:url(//x)'>\n```", "`url()` in raw HTML"),
    "top heading": ("# Otsikko", "`#` is the title's level"),
    "skipped heading": ("#### Otsikko", "a level is skipped"),
    "underlined heading": ("Otsikko\n=======", "underlined heading"),
    "formula without alt": ("$$ x $$", "without label and alt text"),
    "formula without words": ('$$ x $$ {#eq-a alt=" "}', "without label and alt text"),
    "formula in a line": ("Arvo $x$ on.", "within a line"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_with_its_line(project, name):
    project.figure()
    fault, words = FAULTS[name]
    problems = project.problems(project.qmd(f"\n{fault}\n"))
    line = (
        7 + (2 if name == "duplicate label" else 0) + (1 if "<p" in fault or "<s" in fault else 0)
    )
    assert any(p.startswith(f"page.qmd:{line}: ") and words in p for p in problems), problems


def test_all_problems_are_told_at_once_in_reading_order(project):
    problems = project.problems(project.qmd("\n# A\n\n@fig-x\n\n{{< nope >}}\n"))
    assert [p.split(": ")[0] for p in problems] == ["page.qmd:7", "page.qmd:9", "page.qmd:11"]


@pytest.mark.parametrize(
    "harmless",
    [
        "Sähköposti on etunimi.sukunimi@lahti.fi.",
        "Merkki `@fig-x` ja `{python}` koodina: `$x$`.",
        "```\n# ei otsikko\n@fig-x ![](a.gif) {{ x }}\n```",
        "<!-- @fig-x ::: # -->",
        "Hinta on 5 $ ja 6 $.",
        "```{.cell-output}\nteksti\n```",
        "::: {.callout-note}\n#### Otsikko\n\nTeksti\n:::",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n\nTeksti",
        "Tunnus \\@nimi",
        "Joukko {1, 2, 3}",
    ],
)
def test_what_only_looks_like_a_fault_passes(project, harmless):
    project.render(project.qmd(f"\n{harmless}\n"), "html")


def test_included_text_and_metadata_stand_in_the_page(project):
    (project.root / "parts").mkdir()
    (project.root / "parts" / "a.md").write_text(
        "Osa {{< meta report.month >}}\n", encoding="utf-8"
    )
    body = "\n{{< include parts/a.md >}}\n\n{{< meta lang >}}\n"
    page = project.html(body, head="report:\n  month: helmikuussa\n")
    assert "<p>Osa helmikuussa</p>" in page
    assert "<p>fi-FI</p>" in page


def test_an_include_from_outside_the_project(project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.md").write_text("@fig-x\n", encoding="utf-8")
    (project.root / "out").symlink_to(outside)
    [problem] = project.problems(project.qmd("\n{{< include out/a.md >}}\n"))
    assert "a.md:1: `@fig-x`" in problem


def test_a_fault_in_an_included_file_is_told_there(project):
    (project.root / "part.md").write_text("Teksti\n\n@fig-x\n", encoding="utf-8")
    [problem] = project.problems(project.qmd("\n{{< include part.md >}}\n"))
    assert problem.startswith("part.md:3: ")


def test_a_file_that_includes_itself_is_told(project):
    (project.root / "part.md").write_text("{{< include /part.md >}}\n", encoding="utf-8")
    [problem] = project.problems(project.qmd("\n{{< include part.md >}}\n"))
    assert problem == "part.md:1: `/part.md` includes itself"


def test_what_the_filters_find_is_told_with_its_line(project):
    body = "\nTeksti\n\n::: {#tbl-x}\n| a |\n|---|\n| 1 |\n:::\n\nx <b>y</b>\n"
    problems = project.problems(project.qmd(body))
    assert problems[0].startswith("page.qmd:9: `tbl-x` has no caption")


def test_html_lost_on_paper_is_told_with_its_line(project):
    problems = project.problems(project.qmd("\nTeksti\n\nx <b>y</b>\n"))
    assert problems[0].startswith("page.qmd:9: `</b>` raw HTML within a line is lost")


def test_a_table_that_cannot_fit_is_told_with_its_line(project):
    row = "|" + "|".join(["123456789"] * 30) + "|"
    body = f"\n{row}\n{'|' + '--|' * 30}\n{row}\n\n: Leveä {{#tbl-w}}\n"
    [problem] = project.problems(project.qmd(body))
    assert problem.startswith("page.qmd:11: `Leveä` is a table too wide")
