"""Both volumes of the evaluation, all sections of them made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from fixtures import evaluation_volumes as volumes
from indicators.reporting import evaluation_source
from indicators.reporting.section import Section


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
def report_sections(
    tmp_path_factory: pytest.TempPathFactory,
    evaluation_words: Recording,  # noqa: ARG001 - listens while sections are made
) -> Mapping[str, Section]:
    """The report's sections by name."""
    book = volumes.report(tmp_path_factory.mktemp("volumes") / "results")
    return {name: book.section(name) for name in volumes.PARTS}


@pytest.fixture(scope="session")
def report_parts(report_sections: Mapping[str, Section]) -> Mapping[str, str]:
    """The report's sections as Markdown."""
    return {name: section.markdown for name, section in report_sections.items()}


@pytest.fixture(scope="session")
def made_up_parts(
    tmp_path_factory: pytest.TempPathFactory,
    evaluation_words: Recording,  # noqa: ARG001 - listens while sections are made
) -> Mapping[str, str]:
    """The made-up volume's sections as Markdown."""
    book = volumes.made_up(tmp_path_factory.mktemp("volumes") / "results-made-up")
    return {name: book.section(name).markdown for name in volumes.MADE_UP_PARTS}
