"""What an executed notebook's cells become, and how a fault in one is told."""

from __future__ import annotations

import base64

import pytest
from rendering_kit import code, display

PNG = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
).decode()


@pytest.mark.parametrize(
    ("source", "output", "place", "words"),
    [
        ("#| output: asis\nx", ("text/plain", "x"), "cell 2, output 1, line 1", "text/markdown"),
        (
            "#| output: asis\nx",
            ("text/markdown", "a\n\n@fig-x"),
            "cell 2, output 1, line 3",
            "fig-x",
        ),
        ("#| output: some\nx", ("text/plain", "x"), "cell 2, line 1", "asis, true, false"),
        ("#| label: a\n#| fold: true", ("text/plain", "x"), "cell 2, line 2", "`#| fold`"),
        ("#| echo: true", ("text/plain", "x"), "cell 2, line 1", "no code"),
        ("#| a: [", ("text/plain", "x"), "cell 2, line 1", "not YAML"),
        ("#| word", ("text/plain", "x"), "cell 2, line 1", "not YAML"),
        ("#| label: fig-a", ("image/png", PNG), "cell 2, line 1", "no alt text"),
        ("x", ("application/pdf", "x"), "cell 2, output 1, line 1", "application/pdf"),
    ],
)
def test_faults_are_told_with_cell_and_line(project, source, output, place, words):
    problems = project.problems(project.notebook(code(source, display(*output))))
    assert any(p.startswith(f"book.ipynb: {place}: ") and words in p for p in problems), problems


def test_failed_and_complaining_cells(project):
    failed = {"output_type": "error", "ename": "ValueError", "evalue": "", "traceback": []}
    stderr = {"output_type": "stream", "name": "stderr", "text": "FutureWarning"}
    problems = project.problems(project.notebook(code("x", failed), code("y", stderr)))
    assert "cell 2, output 1, line 1: the cell failed (ValueError)" in problems[0]
    assert "cell 3, output 1, line 1: the cell wrote to stderr" in problems[1]


def test_a_raw_cell_that_is_no_front_matter(project):
    raw = {"cell_type": "raw", "metadata": {}, "source": "<b>"}
    [problem] = project.problems(project.notebook(raw))
    assert problem.startswith("book.ipynb: cell 2, line 1: a raw cell")


def test_a_file_that_is_no_notebook(project):
    path = project.root / "book.ipynb"
    path.write_text("[]", encoding="utf-8")
    assert "is not a notebook" in project.problems(path)[0]


def test_silent_cells_say_nothing(project):
    text = display("text/plain", "SALAINEN")
    warning = {"output_type": "stream", "name": "stderr", "text": "SALAINEN"}
    path = project.notebook(
        code("month = 1", text, tags=("parameters",)),
        code("month = 2", text, tags=("injected-parameters",)),
        code("#| include: false\nx", text),
        code("#| output: false\nx", text),
        code("#| warning: false\nx", warning),
        {"cell_type": "raw", "metadata": {}, "source": " "},
        {"cell_type": "markdown", "metadata": {}, "source": ["Näkyvä\n", "teksti"]},
    )
    page = project.render(path, "html").html.read_text("utf-8")
    assert "SALAINEN" not in page
    assert "month =" not in page
    assert "Näkyvä teksti" in page


def test_ordinary_outputs(project):
    options = '#| label: fig-p\n#| fig-cap: Kuvio\n#| fig-alt: Viiva "nousee"\nplot()'
    stream = {"output_type": "stream", "name": "stdout", "text": ["a < b\n"]}
    path = project.notebook(
        code(options, display("image/png", PNG)),
        code(
            "#| label: tbl-a\n#| tbl-cap: Luvut\nx",
            display("text/html", "<table><tr><td>7</td></tr></table>"),
        ),
        code("x", display("text/markdown", "*korostus*")),
        code("x", display("text/plain", "```")),
        code("x", stream),
        code("#| output: asis\nx", stream),
    )
    page = project.render(path).html.read_text("utf-8")
    assert 'src="data:image/png;base64,' in page
    assert 'alt="Viiva &quot;nousee&quot;"' in page
    assert "Kuva\u00a01." in page
    assert "Taulukko\u00a01." in page
    assert "<em>korostus</em>" in page
    assert '<pre class="cell-output" tabindex="0"><code>a &lt; b</code></pre>' in page
