"""The page that names the subset names all of it."""

from __future__ import annotations

from rendering_kit import ROOT

from indicators.rendering import attributes, celloptions, frontmatter, structure


def test_everything_that_is_understood_is_documented():
    text = (ROOT / "docs" / "rendering.md").read_text("utf-8")
    callouts = {name.removeprefix("callout-") for name in attributes.CALLOUTS}
    understood = {
        *(attributes.CLASSES - attributes.CALLOUTS),
        *callouts,
        *attributes.KEYS,
        *celloptions.KNOWN,
        *frontmatter.KEYS,
        *structure.RAW_FORMATS,
    }
    assert {word for word in understood if word not in text} == set()
