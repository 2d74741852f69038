"""A project in a temporary folder, and real reports of some months, made once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from made_tables import World
from section_names import REGISTER_SECTIONS, SECTIONS

from fixtures import sharing
from indicators.computing import Computed, compute_all, published_groups
from indicators.processed import publishing
from indicators.processed.reading import RegisterTables, Revisions, read_month, reported_areas
from indicators.production.register_tables import compute_from_register
from indicators.reporting import wording
from indicators.reporting.context import Context
from indicators.reporting.display import RUN_VARIABLE
from indicators.reporting.files import FONTS, front_matter
from indicators.reporting.monthly import MonthlyReport
from indicators.reporting.wording import Translator
from indicators.revisions.triangle import compare_vintages
from indicators.settings.loading import load_settings
from indicators.settings.model import Settings
from indicators.synthetic.synthesise import synthesise

ROOT = Path(__file__).resolve().parents[3]
Sections = Mapping[str, str]


class Recording(dict[str, Mapping[str, str]]):
    """All texts, with a note of those that were asked for."""

    def __init__(self, words: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(words)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Mapping[str, str]:
        text = super().__getitem__(key)
        self.asked.add(key)
        return text


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The repository's settings over an empty project of the tests' own."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "data" / "raw" / "areas", root / "data" / "raw" / "areas")
    shutil.copytree(ROOT / FONTS, root / FONTS)
    return replace(load_settings(ROOT), root=root)


@pytest.fixture(scope="session")
def computed(project: Settings) -> Computed:
    """What the real snapshots give."""
    groups = published_groups(project)
    return compute_all(project.report.months, statfin=project.statfin.directory, groups=groups)


@pytest.fixture(scope="session")
def revisions(project: Settings, computed: Computed) -> Revisions:
    """What the real snapshots changed of each other."""
    groups = {code: group.members for code, group in project.groups.items()}
    areas = reported_areas(project)
    return compare_vintages(computed.snapshots, areas, groups, project.report.group)


@pytest.fixture(scope="session")
def open_month(
    project: Settings, computed: Computed, revisions: Revisions
) -> Callable[[str, str], Context]:
    """A real month in a language."""

    def opened(month: str, language: str = "fi") -> Context:
        folder = project.root / "data" / "processed" / month
        if not folder.exists():
            publishing.publish(project, month, computed, None, revisions)
        return Context(project, read_month(project.root, month), Translator(language))

    return opened


@pytest.fixture(scope="session")
def texts_used() -> Iterator[Recording]:
    """Listens to which texts are asked for while reports are made."""
    recording = Recording(wording.load_texts())
    patch = pytest.MonkeyPatch()
    patch.setattr(wording, "load_texts", lambda: recording)
    yield recording
    patch.undo()


@pytest.fixture(scope="session")
def month_sections(
    open_month: Callable[[str, str], Context], texts_used: Recording
) -> Callable[[str, str], Sections]:
    """All sections of a real month in a language, by name; made once."""

    def build(month: str, language: str) -> Sections:
        return _sections_once(
            f"month-{month}-{language}", texts_used, lambda: open_month(month, language)
        )

    return cache(build)


@pytest.fixture(scope="session")
def from_register(project: Settings) -> RegisterTables:
    """What a small made-up register gives for both months."""

    def build() -> RegisterTables:
        root = sharing.folder("releases")
        shutil.copytree(ROOT / "data" / "raw" / "areas", root / "data" / "raw" / "areas")
        synthesise(root / "canonical", persons=12_000, seed=7, layout="canonical")
        beside = replace(project, root=root)
        return compute_from_register(beside, project.report.months, root / "canonical")

    return sharing.once("from_register", build)


@pytest.fixture(scope="session")
def open_with_register(
    project: Settings,
    computed: Computed,
    from_register: RegisterTables,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str, str], Context]:
    """A real month beside a made-up register, in a language."""
    root = tmp_path_factory.mktemp("with-register")
    shutil.copytree(ROOT / "data" / "raw" / "areas", root / "data" / "raw" / "areas")
    shutil.copytree(ROOT / FONTS, root / FONTS)
    beside = replace(project, root=root)

    def opened(month: str, language: str = "fi") -> Context:
        if not (root / "data" / "processed" / month).exists():
            publishing.publish(beside, month, computed, from_register)
        return Context(beside, read_month(root, month), Translator(language))

    return opened


@pytest.fixture(scope="session")
def register_sections(
    open_with_register: Callable[[str, str], Context], texts_used: Recording
) -> Callable[[str, str], Sections]:
    """The sections of the second part, and the opening, by name; made once."""

    def build(month: str, language: str) -> Sections:
        return _sections_once(
            f"register-{month}-{language}",
            texts_used,
            lambda: open_with_register(month, language),
            ("opening", *REGISTER_SECTIONS),
        )

    return cache(build)


def _sections_once(
    name: str,
    texts: Recording,
    open_context: Callable[[], Context],
    names: Sequence[str] = SECTIONS,
) -> Sections:
    """Sections made by the process that asks first; which texts they asked for, all learn."""

    def build() -> tuple[Sections, set[str]]:
        before, texts.asked = texts.asked, set()
        try:
            sections = _sections(open_context(), sharing.folder(name), names)
            return sections, texts.asked
        finally:
            texts.asked = before | texts.asked

    sections, asked = sharing.once(name, build)
    texts.asked |= asked
    return sections


def _sections(context: Context, folder: Path, names: Sequence[str]) -> Sections:
    report, before = MonthlyReport(context), Path.cwd()
    os.chdir(folder)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(RUN_VARIABLE, "1")
            sections = {name: shown(report.section(name)) for name in names}
    finally:
        os.chdir(before)
    front = front_matter(context.settings, context.processed, context.translator.language)
    return {**sections, "front": front, "folder": str(folder)}


def shown(item: Any) -> str:
    """The Markdown that a cell of a run shows of a section or a part of it."""
    return str(item._repr_mimebundle_()["text/markdown"])


@pytest.fixture
def in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, where figures are written to."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small(project: Settings) -> Callable[..., Context]:
    """A context of small made data."""

    def build(language: str = "fi", **world: object) -> Context:
        return Context(project, World(**world).processed(project), Translator(language))  # type: ignore[arg-type]

    return build
