"""Look at pages with a real Chromium: accessibility, requests, width. One browser for all pages."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HEIGHT = 900


def require_chromium() -> str:
    """The path of Debian's Chromium; without it the test is skipped, in CI it fails."""
    program = shutil.which("chromium")
    if program is None:
        reason = "no chromium on the search path (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return program


@cache
def _browser() -> Any:
    from playwright.sync_api import sync_playwright

    program = require_chromium()
    manager = sync_playwright().start()
    browser = manager.chromium.launch(executable_path=program, args=ARGUMENTS)
    atexit.register(_close, manager, browser)
    return browser


def _close(manager: Any, browser: Any) -> None:
    browser.close()
    manager.stop()


@contextmanager
def opened(
    page_path: Path, width: int = 1280, fragment: str = ""
) -> Iterator[tuple[Any, list[str]]]:
    """A page in a window of that width, and the addresses it asks for beside its own.

    fragment is the part of its address after #. An error of the page's own script fails the test.
    """
    results: list[str] = []
    errors: list[str] = []
    page = _browser().new_page(viewport={"width": width, "height": HEIGHT})
    try:
        page.on("request", lambda request: results.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(page_path.resolve().as_uri() + (f"#{fragment}" if fragment else ""))
        page.evaluate("document.fonts.ready.then(() => true)")
        yield page, results
        assert errors == []
    finally:
        page.close()


def axe_violations(page_path: Path, width: int) -> list[str]:
    """WCAG A and AA violations axe finds: rule, what is wrong, where; one line each."""
    from axe_playwright_python.sync_playwright import Axe

    with opened(page_path, width) as (page, _):
        options = {"runOnly": {"type": "tag", "values": WCAG}}
        found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {rule['help']} ({node['target']})"
        for rule in found
        for node in rule["nodes"]
    ]


def outgoing_requests(page_path: Path) -> list[str]:
    """Addresses the page asks for, beside its own file and what it holds itself (``data:``)."""
    own = page_path.resolve().as_uri()
    with opened(page_path) as (page, asked):
        page.wait_for_load_state("networkidle")
        return [url for url in asked if url != own and not url.startswith("data:")]


def overflows(page_path: Path, width: int) -> bool:
    """Whether the page as a whole must be scrolled sideways."""
    with opened(page_path, width) as (page, _):
        wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    return bool(wide[0] > wide[1])
