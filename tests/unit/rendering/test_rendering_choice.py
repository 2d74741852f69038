"""Which renderer is chosen, why, and how a Quarto is driven."""

from __future__ import annotations

import pytest

from indicators.errors import RenderingError
from indicators.rendering.quarto import RendererChoice, detect, error_lines
from indicators.rendering.render import render

FAKE = """#!/bin/sh
if [ "$1" = --version ]; then {version}; exit 0; fi
{render}
"""
WRITES = """case $4 in html) e=html;; typst) e=pdf;; esac
mkdir -p "$6" && echo "$2 $SOURCE_DATE_EPOCH" > "$6/page.$e"
"""


@pytest.fixture
def path(tmp_path_factory, monkeypatch):
    """A search path of one folder (and the system's own tools)."""
    folder = tmp_path_factory.mktemp("bin")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def _install(folder, *, version="echo 1.10.18", render="exit 1"):
    program = folder / "quarto"
    program.write_text(FAKE.format(version=version, render=render), encoding="utf-8")
    program.chmod(0o755)


def _absent(monkeypatch):
    monkeypatch.setattr("indicators.rendering.quarto.shutil.which", lambda _: None)


def test_without_quarto_the_embedded_renderer_serves(monkeypatch):
    _absent(monkeypatch)
    choice = detect()
    assert (choice.name, choice.reason) == ("embedded", "No quarto on the search path.")
    assert "pandoc 3" in choice.version
    assert "typst 0." in choice.version


def test_a_suitable_quarto_serves(path):
    _install(path)
    assert detect() == RendererChoice(
        "quarto", "1.10.18", "Quarto 1.10.18 was found on the search path, 1.9 or newer."
    )
    assert detect("quarto").reason == "Quarto 1.10.18 was asked for."
    assert detect("embedded").reason == "The embedded renderer was asked for."


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("echo 1.3.450", "Found Quarto 1.3.450, which is older than 1.9."),
        ("echo dev", "The quarto on the search path does not tell its version."),
        ("exit 1", "The quarto on the search path does not run."),
    ],
)
def test_an_unsuitable_quarto_does_not(path, version, reason):
    _install(path, version=version)
    choice = detect()
    assert (choice.name, choice.reason) == ("embedded", reason)
    with pytest.raises(RenderingError, match="use the embedded renderer") as caught:
        detect("quarto")
    assert reason[:-1] in str(caught.value)


def test_an_unknown_renderer():
    with pytest.raises(RenderingError, match="choose one of auto, quarto, embedded"):
        detect("latex")


def test_quarto_renders_aside_and_the_files_are_moved(path, project):
    _install(path, render=WRITES)
    rendered = render(project.root, project.qmd("\nx\n"), project.site, detect("quarto"))
    assert rendered.html.read_text("utf-8") == "page.qmd 1647907200\n"
    assert rendered.pdf.read_text("utf-8") == "page.qmd 1647907200\n"


def test_quarto_without_a_date_gets_no_time_stamp(path, project, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    _install(path, render=WRITES)
    (project.root / "page.qmd").write_text("---\ntitle: x\n---\nx\n", encoding="utf-8")
    source = project.root / "page.qmd"
    rendered = render(project.root, source, project.site, detect("quarto"), formats=("html",))
    assert rendered.html.read_text("utf-8") == "page.qmd \n"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "echo hm >&2; echo 'ERROR: no such thing' >&2; exit 1",
            "Quarto failed: ERROR: no such thing",
        ),
        ("exit 0", "Quarto wrote no html"),
    ],
)
def test_quartos_failure_is_told(path, project, script, words):
    _install(path, render=script)
    with pytest.raises(RenderingError, match=words):
        render(project.root, project.qmd("\nx\n"), project.site, detect("quarto"))
    assert not project.site.exists()


def test_quarto_gone_since_it_was_found(project, monkeypatch):
    monkeypatch.setattr("indicators.rendering.quarto.shutil.which", lambda _: None)
    with pytest.raises(RenderingError, match="no quarto on the search path"):
        render(project.root, project.qmd("\nx\n"), project.site, RendererChoice("quarto", "", ""))


def test_the_sources_pass_the_same_gate_for_quarto(path, project):
    _install(path, render=WRITES)
    with pytest.raises(RenderingError, match="1 problem to mend"):
        render(project.root, project.qmd("\n# x\n"), project.site, detect("quarto"))


def test_the_essence_of_what_quarto_says():
    assert error_lines("a\nb\n") == "b"
    assert error_lines("") == "it said nothing"
