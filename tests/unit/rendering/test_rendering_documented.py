"""The page that names the subset names all of it."""

from __future__ import annotations

from rendering_kit import ROOT

from indicators.rendering import gate, notebook, source


def test_everything_that_is_understood_is_documented():
    text = (ROOT / "docs" / "rendering.md").read_text("utf-8")
    callouts = {name.removeprefix("callout-") for name in gate.CALLOUTS}
    understood = {
        *(gate.CLASSES - gate.CALLOUTS),
        *callouts,
        *gate.KEYS,
        *notebook.KNOWN_OPTIONS,
        *source.FRONT_MATTER_KEYS,
        *gate.RAW_FORMATS,
    }
    assert {word for word in understood if word not in text} == set()
