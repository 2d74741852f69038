"""Put finished files in their place: written aside, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from indicators.errors import RenderingError


def publish(files: Mapping[Path, bytes]) -> None:
    """Write all files, then give them their names.

    Raises:
        RenderingError: One of them cannot be written; no name has changed hands then.
    """
    aside: dict[Path, Path] = {}
    target = Path()
    try:
        for target, content in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
            aside[target] = Path(name)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            aside[target].chmod(0o644)
        for target, path in aside.items():
            path.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RenderingError(
            f"{target}: cannot be written ({reason}); choose another place"
        ) from error
    finally:
        for path in aside.values():
            path.unlink(missing_ok=True)
