"""What all tests have: ``from fixtures.snapshots import …``, and what is made once a run."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import settings

from fixtures import sharing
from fixtures.examples import examples

# A busy machine is no fault of a test's.
settings.register_profile("ours", deadline=None, max_examples=examples(100))
settings.load_profile("ours")


# Who asks for one of these waits for releases, for registers to be made and counted, or for a
# whole study.
SLOW_FIXTURES = {"counted", "from_register", "registers", "report_parts"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs a slow fixture, and puts the files first that take longest.

    So no process is left with a long one at the end.
    """
    for item in items:
        if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: ("endtoend" not in item.path.parts, -slow[item.path]))


@pytest.fixture(scope="session", autouse=True)
def _shared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tells where processes share: a worker's own folder lies in the run's."""
    base = tmp_path_factory.getbasetemp()
    sharing.use(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
