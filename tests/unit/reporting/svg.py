"""What a picture says: its letters are outlines, their texts stand beside them as comments."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree


def texts(file: Path) -> list[str]:
    """The texts of a picture in the order they are drawn; the file must be well-formed XML."""
    content = file.read_text(encoding="utf-8")
    ElementTree.fromstring(content)
    return re.findall(r"<!-- (.*?) -->", content, re.DOTALL)
