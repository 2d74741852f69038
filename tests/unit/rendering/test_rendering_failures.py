"""What goes wrong outside the sources: tools, theme, disk. Nothing half-written is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from rendering_kit import EMBEDDED

from indicators.errors import RenderingError
from indicators.rendering import embedded
from indicators.rendering import render as publish
from indicators.rendering.embedded import PandocOptions
from indicators.rendering.render import render


def test_nothing_changes_hands_when_one_file_cannot_be_written(tmp_path):
    old = tmp_path / "a.html"
    old.write_bytes(b"old")
    blocked = tmp_path / "b.pdf" / "c.pdf"
    (tmp_path / "b.pdf").write_bytes(b"a file, no folder")
    with pytest.raises(RenderingError, match="cannot be written") as caught:
        publish.publish_files({old: b"new", blocked: b"new"})
    assert str(blocked) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert old.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "b.pdf"]


def test_files_replace_what_stood_there(tmp_path):
    target = tmp_path / "new" / "a.html"
    publish.publish_files({target: b"1"})
    publish.publish_files({target: b"2"})
    assert [p.name for p in target.parent.iterdir()] == ["a.html"]
    assert target.read_bytes() == b"2"


def test_an_unwritable_destination_is_one_line(project):
    (project.root / "file").write_text("", encoding="utf-8")
    source = project.qmd("\nx\n")
    with pytest.raises(RenderingError, match="cannot be written") as caught:
        render(project.root, source, project.root / "file", EMBEDDED)
    assert caught.value.exit_status == 6
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("formats", [("pdf",), ("html", "docx"), ()])
def test_unknown_formats(project, formats):
    with pytest.raises(RenderingError, match="ask for html"):
        render(project.root, project.qmd("\nx\n"), project.site, EMBEDDED, formats=formats)


def _compile(text: str, standards: tuple[str, ...] = ("ua-1",)) -> bytes:
    return embedded.compile_pdf(text, {}, [], standards, None)


def test_typst_refuses_a_picture_without_words():
    square = '#set document(title: "x")\n= A\n#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"))'
    with pytest.raises(RenderingError, match=r"typst: .*alt"):
        _compile(square)


def test_typsts_warnings_are_errors():
    with pytest.raises(RenderingError, match="typst: unknown font family"):
        _compile('#set document(title: "x")\n#set text(font: "No Such Font")\n= A\nx')


def test_pandocs_warnings_are_errors(tmp_path):
    template = tmp_path / "t.html"
    template.write_text("$body$", encoding="utf-8")
    with pytest.raises(RenderingError, match=r"pandoc: .*[Dd]uplicate"):
        embedded.convert("[x]\n\n[x]: a\n[x]: b\n", {}, PandocOptions("html5", template, [], []))
    with pytest.raises(RenderingError, match="pandoc: "):
        embedded.convert("x", {}, PandocOptions("html5", tmp_path / "no.html", [], []))


def test_a_failure_names_the_source(project):
    with pytest.raises(RenderingError, match=r"page\.qmd: typst: .*no-such-label"):
        project.render(project.qmd("\nKatso [tuolla](#no-such-label).\n"))


def test_a_style_sheet_that_names_a_missing_font(tmp_path):
    sheet = tmp_path / "a.css"
    sheet.write_text("x { src: url('no.woff2') }", encoding="utf-8")
    with pytest.raises(RenderingError, match=r"a\.css: names `no\.woff2`"):
        embedded.embed_resources('<link rel="stylesheet" href="0" />', {}, [sheet])


def test_a_page_without_pictures_is_left_alone():
    assert embedded.embed_resources("<p>x</p>", {}, []) == "<p>x</p>"


def test_a_theme_file_that_is_not_there(project):
    text = (project.root / "_quarto.yml").read_text("utf-8")
    broken = text.replace("filters/read.lua", "filters/no.lua")
    (project.root / "_quarto.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(RenderingError, match=r"names `reports/_theme/filters/no\.lua`"):
        project.render(project.qmd("\nx\n"))
    assert not Path(project.site).exists()
