"""Both volumes of the evaluation, all parts of them made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from fixtures import evaluation_volumes as volumes
from indicators.reporting import evaluation_source
from indicators.reporting.charts import evaluation

ROOT = Path(__file__).resolve().parents[4]


class Recording(dict[str, str]):
    """All texts, with a note of those that were asked for."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__(words)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)


@pytest.fixture(scope="session")
def evaluation_words() -> Iterator[Recording]:
    """Listens to which texts are asked for while the volumes are made."""
    recording = Recording(evaluation_source.load_report_texts())
    patch = pytest.MonkeyPatch()
    patch.setattr(evaluation_source, "load_report_texts", lambda: recording)
    yield recording
    patch.undo()


@pytest.fixture(scope="session")
def volume_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where results and pictures go."""
    evaluation.use_house_style(ROOT / "reports" / "_theme" / "fonts")
    return tmp_path_factory.mktemp("volumes")


@pytest.fixture(scope="session")
def report_parts(
    volume_folder: Path,
    evaluation_words: Recording,  # noqa: ARG001 - listens while parts are made
) -> Mapping[str, str]:
    """The report's parts by method of the book."""
    book = volumes.report(volume_folder / "results")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(volume_folder)
        return {name: getattr(book, name)().markdown for name in volumes.PARTS}


@pytest.fixture(scope="session")
def made_up_parts(
    volume_folder: Path,
    evaluation_words: Recording,  # noqa: ARG001 - listens while parts are made
) -> Mapping[str, str]:
    """The made-up volume's parts by method of its book."""
    book = volumes.made_up(volume_folder / "results-made-up")
    return {name: getattr(book, name)().markdown for name in volumes.MADE_UP_PARTS}
