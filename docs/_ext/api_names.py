"""Sphinx: the public names that are imported on first use, documented where they are offered.

``indicators.compute`` is a function of ``indicators.computing``; a reader knows it, and pages name
it, by the public name. Types in signatures are led to the public name too, where there is one.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

PACKAGES = ("indicators", "indicators.evaluation")


def public_names() -> dict[str, list[str]]:
    """Names that each package offers."""
    return {package: list(import_module(package).__all__) for package in PACKAGES}


def public_places() -> dict[str, str]:
    """Public name by the place where the object is defined, ``module.name``."""
    found = {}
    for package, names in public_names().items():
        for name in names:
            thing = getattr(import_module(package), name)
            # What both packages offer is described with the first.
            found.setdefault(f"{thing.__module__}.{thing.__qualname__}", f"{package}.{name}")
    return found


def _led_to_public_name(app: Any, env: Any, node: Any, content: Any) -> Any:
    """A reference to where an object is defined, led to its public name or a page that has it."""
    target = node.get("reftarget", "")
    domain = env.get_domain("py")
    known = public_places()
    wanted = known.get(target)
    if wanted is None:
        endings = [place for place in (*known, *domain.objects) if place.endswith(f".{target}")]
        wanted = known.get(endings[0], endings[0]) if len(set(endings)) == 1 else None
    if wanted is None or wanted not in domain.objects:
        return None
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", wanted, node, content)


# Made of files or by functions, never by a reader: their attributes say all.
_NOT_MADE_BY_READERS = (
    "indicators.catalogue.",
    "indicators.settings.",
    "indicators.sources.",
    "indicators.register.",
    "indicators.reporting.",
    "indicators.evaluation.result",
)


def _without_arguments(app: Any, what: str, name: str, *_: Any) -> tuple[str, str] | None:
    return ("", "") if what == "class" and name.startswith(_NOT_MADE_BY_READERS) else None


def _returns_as_prose(*arguments: Any) -> None:
    """Napoleon takes what stands before a colon for a type: our docstrings give none there."""
    what, lines = arguments[1], arguments[-1]
    if what in ("property", "attribute") and lines and ":" in lines[0]:
        lines[0] = f": {lines[0]}"
    for at, line in enumerate(lines[:-1]):
        if line.strip() == "Returns:":
            text = lines[at + 1]
            indent = len(text) - len(text.lstrip())
            lines[at + 1] = f"{text[:indent]}: {text[indent:]}"


def setup(app: Any) -> dict[str, bool]:
    """Registers the extension with Sphinx."""
    app.connect("missing-reference", _led_to_public_name)
    app.connect("autodoc-process-signature", _without_arguments)
    # Before napoleon, which has the ordinary priority of 500.
    app.connect("autodoc-process-docstring", _returns_as_prose, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
