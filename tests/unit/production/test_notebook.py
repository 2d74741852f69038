"""One notebook by each engine: what it leaves, and how it fails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import plant
import pytest

from indicators.errors import NotebookError, UsageError
from indicators.production.notebook import Engine, Execution, Limits, execute

SHOWN = """\
#| output: asis
from IPython.display import Markdown
Markdown(f"{month} {language}")"""
CLOCK = ("start_time", "end_time", "duration", "papermill_version", "iopub", "shell.execute")


@pytest.fixture(params=list(Engine))
def engine(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def given(tmp_path: Path, engine: Engine) -> Any:
    def made(cells: Sequence[str], name: str = "out", limits: Limits | None = None) -> Execution:
        root = tmp_path / name / "project"
        plant.set_up(root, cells)
        source = root / "notebooks" / "monthly_report.ipynb"
        output = root / "reports" / "2021-03" / "sv" / "report.ipynb"
        values = {"month": "2021-03", "language": "sv"}
        matter = "title: A report\nlang: sv-FI\n"
        return Execution(source, output, values, matter, engine, limits or Limits())

    return made


def cells_of(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]  # type: ignore[no-any-return]


def test_an_executed_notebook_is_a_document_with_its_parameters(given: Any) -> None:
    asked = given([SHOWN])
    made = execute(asked)
    front, *cells = cells_of(made)
    assert front["cell_type"] == "raw"
    assert "".join(front["source"]) == "---\ntitle: A report\nlang: sv-FI\n---"
    [output] = cells[-1]["outputs"]
    assert "".join(output["data"]["text/markdown"]) == "2021-03 sv"
    tags = [cell["metadata"].get("tags", []) for cell in cells]
    assert tags == [["parameters"], ["injected-parameters"], []]
    metadata = json.loads(made.read_text())["metadata"]
    assert metadata["papermill"] == {"parameters": {"month": "2021-03", "language": "sv"}}


def test_neither_clock_nor_machine_is_left_and_twice_gives_the_same_bytes(
    given: Any, tmp_path: Path
) -> None:
    first, second = (execute(given([SHOWN], name)).read_bytes() for name in ("one", "two"))
    assert first == second
    text = first.decode()
    assert not [word for word in CLOCK if word in text]
    assert str(tmp_path) not in text
    assert str(Path.home()) not in text


def test_a_notebook_works_in_the_folder_it_ends_in(given: Any) -> None:
    asked = given(["from pathlib import Path\nPath('figure.svg').write_text('x')"])
    execute(asked)
    assert (asked.output.parent / "figure.svg").read_text() == "x"


def test_a_failing_cell_is_told_with_cell_line_and_reason(given: Any) -> None:
    asked = given(["a = 1", "b = 2\nraise ValueError('what went\\nwrong')\nc = 3"])
    with pytest.raises(NotebookError) as caught:
        execute(asked)
    told = str(caught.value)
    assert "\n" not in told
    assert "monthly_report.ipynb" in told
    # The third cell of the source; the injected parameters are not a cell of it.
    assert "cell 3, line 2" in told
    assert "ValueError: what went wrong" in told
    assert caught.value.exit_status == 5


def test_a_cell_that_is_not_python_is_told_with_its_line(given: Any) -> None:
    with pytest.raises(NotebookError, match=r"cell 2, line 2.*SyntaxError"):
        execute(given(["a = 1\nb = = 2"]))


def test_a_failure_without_words_is_told_all_the_same(given: Any) -> None:
    with pytest.raises(NotebookError, match=r"cell 2, line 1.*AssertionError"):
        execute(given(["assert month is None"]))


def test_a_process_that_dies_is_told_with_the_cell(given: Any) -> None:
    with pytest.raises(NotebookError, match=r"monthly_report.ipynb: cell 3 failed: .*kernel died"):
        execute(given(["a = 1", "import os\nos._exit(3)"]))


def test_a_cell_that_hangs_is_stopped(given: Any) -> None:
    with pytest.raises(NotebookError) as caught:
        execute(given(["a = 1", "import time\ntime.sleep(60)"], limits=Limits(cell_seconds=1)))
    assert "cell 3 did not end within 1 seconds; nothing was published" in str(caught.value)


@pytest.mark.slow
def test_a_cell_that_eats_memory_fails_in_its_line(given: Any) -> None:
    greedy = "a = []\nwhile True:\n    a.append(bytearray(100_000_000))"
    with pytest.raises(NotebookError, match=r"cell 2, line 3 failed: MemoryError"):
        execute(given([greedy], limits=Limits(memory_gb=0.5)))


def test_a_place_that_refuses_is_told_and_is_no_failure_of_the_notebook(given: Any) -> None:
    asked = given(["a = 1"])
    asked.output.parent.parent.mkdir(parents=True, exist_ok=True)
    asked.output.parent.write_text("a file in the way")
    with pytest.raises(UsageError, match=r"\.ipynb: cannot be written \(File exists\)"):
        execute(asked)


def test_warnings_are_no_part_of_a_report(given: Any) -> None:
    made = execute(given(["import warnings\nwarnings.warn('odd')\nprint('told')"]))
    outputs = cells_of(made)[-1]["outputs"]
    assert [one["name"] for one in outputs] == ["stdout"]
    assert "odd')" in made.read_text()  # in the source of the cell alone
    assert "UserWarning" not in made.read_text()


def test_texts_between_the_cells_stay(given: Any) -> None:
    asked = given(["a = 1"])
    book = json.loads(asked.notebook.read_text())
    text = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": "## Title"}
    book["cells"].insert(1, text)
    asked.notebook.write_text(json.dumps(book))
    made = [cell for cell in cells_of(execute(asked)) if cell["cell_type"] == "markdown"]
    assert [(set(cell), "".join(cell["source"])) for cell in made] == [(set(text), "## Title")]
