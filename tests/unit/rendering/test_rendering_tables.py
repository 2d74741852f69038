"""HTML tables become tables of the page and of the PDF, heads, spans and alignment kept."""

from __future__ import annotations

import re

import pikepdf
import pytest
from rendering_kit import structure

TABLE = """
::: {#tbl-a}
```{=html}
<table><thead>
<tr><th rowspan="2" scope="col">Alue</th><th colspan="2" scope="colgroup">Luku</th></tr>
<tr><th scope="col">a</th><th class="num">b</th></tr>
</thead><tbody>
<tr><th scope="row">Lahti</th><td style="text-align: right">1</td><td class="num">2</td></tr>
<tr><th scope="row">Hollola</th><td style="text-align: right">3</td><td class="num">4</td></tr>
</tbody></table>
```

Luvut *alueittain*
:::
"""


@pytest.fixture
def page(project):
    return project.html(TABLE)


def test_heads_and_spans_reach_the_page(page):
    assert re.search(r'<th rowspan="2"[^>]*scope="col"[^>]*>Alue</th>', page)
    assert re.search(r'<th colspan="2"[^>]*scope="colgroup"[^>]*>Luku</th>', page)
    assert page.count('scope="row"') == 2
    assert len(re.findall(r"<td[^>]*text-align: right", page)) == 4
    assert re.search(r'<th[^>]*text-align: right[^>]*scope="col"[^>]*>a</th>', page)


def test_a_table_can_be_reached_with_the_keyboard_and_has_a_name(page):
    wrapper = re.search(r'<div class="table-wrapper"[^>]*>', page)[0]
    assert 'tabindex="0"' in wrapper
    assert 'role="region"' in wrapper
    assert 'aria-label="Taulukko\u00a01. Luvut alueittain"' in wrapper


def test_the_caption_is_read_before_the_table(page):
    figure = page[page.index('<figure id="tbl-a"') : page.index("</figure>")]
    assert figure.index("<figcaption>") < figure.index("<table")
    assert "Luvut <em>alueittain</em>" in figure


def test_the_pdf_has_header_cells_and_spans(project):
    with pikepdf.open(project.render(project.qmd(TABLE)).pdf) as pdf:
        items = list(structure(pdf))
        kinds = [str(item["/S"]) for item in items]
        assert kinds.count("/Table") == 1
        assert kinds.count("/TH") == 4
        assert kinds.count("/TD") == 6
        attributes = [str(item.get("/A", "")) for item in items if item["/S"] == "/TH"]
    assert any("RowSpan" in attribute for attribute in attributes)
    assert any("ColSpan" in attribute for attribute in attributes)


def test_a_pipe_table_keeps_its_alignment(project):
    row = "| Lahti | 1 | 2 |"
    page = project.html(f"\n| Alue | a | b |\n|:-----|--:|---|\n{row}\n{row}\n")
    assert len(re.findall(r'<td style="text-align: right;">1</td>', page)) == 2
    assert 'aria-label="Taulukko"' in page


def test_only_a_whole_column_of_figures_aligns_its_head(project):
    cells = '<tr><td class="num">1</td><td>x</td></tr><tr><td>y</td><td>z</td></tr>'
    table = f"<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody>{cells}</tbody></table>"
    page = project.html(f"\n```{{=html}}\n{table}\n```\n")
    assert re.search(r'<th style="text-align: left;"[^>]*>A</th>', page)
    assert re.search(r'<td class="num" style="text-align: right;">1</td>', page)


def test_a_wide_table_is_set_smaller_and_a_long_one_repeats_its_head(project):
    wide = "|" + "|".join(["12 345"] * 13) + "|"
    body = f"\n{wide}\n{'|' + '--:|' * 13}\n{wide}\n\n: Leveä {{#tbl-w}}\n"
    long = "\n| Kuukausi | Luku |\n|:--|--:|\n" + "| 1/2020 | 1 |\n" * 90 + "\n: Pitkä {#tbl-l}\n"
    with pikepdf.open(project.render(project.qmd(body + long)).pdf) as pdf:
        assert len(pdf.pages) > 1
        heads = [item for item in structure(pdf) if item["/S"] == "/TH"]
    assert len(heads) == 13 + 2


def test_other_raw_html_is_for_the_page_only(project):
    body = '\n```{=html}\n<p class="x">vain sivulla</p>\n```\n'
    assert '<p class="x">vain sivulla</p>' in project.html(body)
