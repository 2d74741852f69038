"""What tables that are computed once and kept depend on: the code that makes them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from indicators.provenance import hash_bytes

PACKAGE = Path(__file__).parents[2]


def code_hash(names: Iterable[str]) -> str:
    """A hash of some files of the package, of code without comments, docstrings and layout.

    Args:
        names: Files from the package's folder, such as ``evaluation/shrinkage.py``.
    """
    parts = []
    for name in names:
        text = (PACKAGE / name).read_text(encoding="utf-8")
        parts.append(_statements(text) if name.endswith(".py") else text)
    return hash_bytes("\n".join(parts).encode())


def _statements(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list) or not body or not isinstance(body[0], ast.Expr):
            continue
        if isinstance(body[0].value, ast.Constant):
            del body[0]
    return ast.unparse(tree)
