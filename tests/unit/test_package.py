"""What `import indicators` offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import indicators


@pytest.mark.parametrize("name", indicators.__all__)
def test_every_name_offered_can_be_called(name: str):
    assert callable(getattr(indicators, name))
    assert name in dir(indicators)


def test_an_unknown_name_is_told():
    with pytest.raises(AttributeError, match="has no attribute 'read_everything'"):
        _ = indicators.read_everything


def test_importing_waits_for_no_heavy_library():
    code = "import indicators, sys; print([m for m in ('pandas', 'numpy') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
