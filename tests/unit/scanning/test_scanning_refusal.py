"""What stands at the end of a report build."""

import os
from pathlib import Path

import planting
import pytest

from indicators.errors import DisclosureError
from indicators.scanning.scanner import refuse_personal_data


def test_what_tells_of_a_person_is_refused(tmp_path: Path) -> None:
    planting.text(tmp_path, "nobody")
    assert refuse_personal_data([tmp_path]) == 1
    planting.page(tmp_path, planting.code())
    with pytest.raises(DisclosureError, match=r"page\.html"):
        refuse_personal_data([tmp_path])


def test_only_what_was_written_since_is_looked_at(tmp_path: Path) -> None:
    old, new = planting.text(tmp_path, planting.code()), tmp_path / "new.txt"
    new.write_text("nobody")
    os.utime(old, (1000, 1000))
    assert refuse_personal_data([tmp_path], since=2000) == 1
    os.utime(old, (3000, 3000))
    with pytest.raises(DisclosureError):
        refuse_personal_data([tmp_path], since=2000)
