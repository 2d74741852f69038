"""The PDF: typst compiles what pandoc wrote, to PDF/UA-1, the same bytes every time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from indicators.errors import RenderingError


def compile_pdf(
    text: str,
    images: Mapping[str, bytes],
    fonts: Sequence[Path],
    standards: Sequence[str],
    moment: datetime | None,
) -> bytes:
    """Compile typst to PDF.

    Args:
        text: The typst source.
        images: The pictures by the names the source gives them.
        fonts: Folders of fonts; the system's are not looked at.
        standards: What the PDF must conform to, such as ``ua-1``; typst refuses what does not.
        moment: The PDF's time stamp.

    Raises:
        RenderingError: Typst refuses or warns.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="indicators-") as folder:
        root = Path(folder)
        for name, content in images.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        main = root / "main.typ"
        main.write_text(text, encoding="utf-8")
        try:
            compiler: Any = typst.compile_with_warnings
            pdf, warnings = compiler(
                main,
                root=root,
                font_paths=[str(path) for path in fonts],
                ignore_system_fonts=True,
                pdf_standards=list(standards),
                timestamp=moment or datetime.fromtimestamp(0, UTC),
            )
        except typst.TypstError as error:
            raise RenderingError(f"typst: {_told(error.message, error.hints)}") from error
    if warnings:
        raise RenderingError(f"typst: {_told(warnings[0].message, warnings[0].hints)}")
    return bytes(pdf)


def moment_of(front_matter: Mapping[str, Any]) -> datetime | None:
    """The time stamp of a PDF: the front matter's day, else ``SOURCE_DATE_EPOCH``, no clock.

    Args:
        front_matter: Front matter that has been checked: ``date-modified`` or ``date`` as ``YYYY-MM-DD``.
    """
    modified = front_matter.get("date-modified") or front_matter.get("date")
    if modified:
        day = date.fromisoformat(str(modified))
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else None


def _told(message: str, hints: Sequence[str]) -> str:
    return "; ".join([message, *hints])
