"""The libraries of others that the explorer carries: which, from where, under what licence."""

from __future__ import annotations

import hashlib
import tomllib
from importlib import resources

from indicators.explorer.page import LIBRARIES

FOLDER = resources.files("indicators.explorer") / "vendor"
PERMISSIVE = {"ISC": "Permission to use, copy, modify", "MIT": "Permission is hereby granted"}


def test_each_is_the_file_that_its_source_names() -> None:
    listed = tomllib.loads((FOLDER / "sources.toml").read_text(encoding="utf-8"))["libraries"]
    assert [each["file"] for each in listed] == list(LIBRARIES)
    scripts = {path.name for path in FOLDER.iterdir() if path.name.endswith(".js")}
    assert scripts == set(LIBRARIES)
    for each in listed:
        content = (FOLDER / each["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == each["sha256"], each["file"]
        assert each["integrity"].startswith("sha512-")
        licence = (FOLDER / "licences" / each["licence_file"]).read_text(encoding="utf-8")
        assert PERMISSIVE[each["licence"]] in licence


def test_the_licence_of_all_that_the_bundles_hold_is_there() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (FOLDER / "licences").iterdir()]
    assert len(texts) == 9
    assert all(any(text in each for text in PERMISSIVE.values()) for each in texts)
