"""The evaluation: results computed, two volumes executed, rendered and put in place at once."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from indicators import files
from indicators.areas import areas
from indicators.areas.areas import load_areas
from indicators.areas.mergers import codes_in_month
from indicators.errors import NotebookError, UsageError
from indicators.evaluation.study import places, storing
from indicators.evaluation.study.made_up import MadeUpPlan
from indicators.evaluation.study.plan import Matching, StudyPlan
from indicators.evaluation.study.storing import StoredResults
from indicators.production import parameters
from indicators.production.notebook import Execution, execute
from indicators.production.options import DisplayOptions, Progress
from indicators.production.publishing import put_in_place
from indicators.production.site import render_front_page
from indicators.production.steps import Cache
from indicators.provenance import (
    FileHashes,
    current_environment,
    files_below,
    hash_bytes,
    hash_file,
    hash_tree,
    record_files,
)
from indicators.rendering.quarto import RendererChoice
from indicators.rendering.render import render
from indicators.reporting import evaluation_reproduction
from indicators.reporting.evaluation_area import settings_about
from indicators.reporting.evaluation_volumes import MADE_UP, REPORT, Volume
from indicators.reporting.index import available_months
from indicators.reporting.wording import Translator
from indicators.settings.loading import FILE_NAME
from indicators.settings.model import Settings
from indicators.sources.statfin.provenance import table_files
from indicators.sources.statfin.snapshots import read_snapshots

SOURCES = Path("reports") / "evaluation"
SITE = Path("_site") / SOURCES
BUILD_RECORD = "made.json"
BESIDE_THE_PAGE = "specifications.csv"
#: With fewer, the 95 % of chance cannot be read from its largest and smallest.
LEAST_DRAWS = 100

Frames = dict[str, pd.DataFrame]


# A volume: its notebooks executed and bound, then rendered.


@dataclass(frozen=True)
class VolumeBuild:
    """A volume at work.

    Attributes:
        settings: The project.
        volume: Which.
        stored: Its results.
        folder: Where the notebooks are executed, and their pictures stand.
        progress: Called with each step in a few words.
        area: Code of the area that the report is about, if it is not the settings' own.
    """

    settings: Settings
    volume: Volume
    stored: StoredResults
    folder: Path
    progress: Progress
    area: str = ""

    @property
    def front_matter(self) -> str:
        """The front matter of its documents."""
        return evaluation_reproduction.volume_front_matter(self.settings, self.volume, self.stored)


def execute_volume(work: VolumeBuild) -> None:
    """Execute a volume's notebooks and bind them into a single source.

    Raises:
        NotebookError: A cell failed, or there is no notebook.
    """
    volume, root = work.volume, work.settings.root
    notebooks = volume.notebooks(root)
    if not notebooks:
        raise NotebookError(f"{root / 'notebooks'}: no notebook {volume.pattern}; restore them")
    chapters = []
    translator = Translator("fi")
    made_up = translator("own_notebooks.made_up") if volume is MADE_UP else ""
    display = DisplayOptions(translator.language, made_up)
    for notebook in notebooks:
        work.progress(notebook.stem)
        given = {"vintage": work.stored.vintage} | ({"area": work.area} if work.area else {})
        values = parameters.check_parameters(notebook, given)
        target = work.folder / notebook.name
        chapter = Execution(
            notebook, target, values, work.front_matter, display=display, is_whole=False
        )
        chapters.append(execute(chapter))
    evaluation_reproduction.bind_notebooks(
        volume,
        chapters,
        work.front_matter,
        work.folder / f"{volume.name}.ipynb",
        above="../" if work.area else "",
    )


def render_volume(work: VolumeBuild, site: Path, choice: RendererChoice) -> None:
    """Render a volume, and put executed notebooks and results beside its page.

    Args:
        work: The executed volume.
        site: The folder that all goes into.
        choice: The renderer.

    Raises:
        RenderingError: It could not be rendered.
    """
    volume, root = work.volume, work.settings.root
    work.progress(f"{volume.page}, {volume.pdf}")
    with tempfile.TemporaryDirectory(dir=site) as folder:
        rendered = render(root, work.folder / f"{volume.name}.ipynb", Path(folder), choice)
        for path in filter(None, (rendered.html, rendered.pdf)):
            path.replace(site / path.name)
    executed = [work.folder / notebook.name for notebook in volume.notebooks(root)]
    _copy(executed, site / "notebooks")
    results = files_below(work.stored.folder)
    _copy(results, site / volume.results)
    # The page links to it as what lies beside itself.
    _copy([path for path in results if path.name == BESIDE_THE_PAGE], site)


def _copy(paths: list[Path], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for path in paths:
        shutil.copyfile(path, folder / path.name)


# The results: computed, or left where they still hold.


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """The choices of a run of the evaluation.

    Attributes:
        matching: How placebo regions are drawn, and how many.
        people: What is made up for the second volume.
        area: Code of a trial area or group that the report is about; empty for the settings' own.
        force: Whether everything is computed and built again, changed or not.

    Raises:
        UsageError: There are too few draws.
    """

    matching: Matching = field(default_factory=Matching)
    people: MadeUpPlan = field(default_factory=MadeUpPlan)
    area: str = ""
    force: bool = False

    def __post_init__(self) -> None:
        """Refuse too few draws."""
        if self.matching.draws < LEAST_DRAWS:
            raise UsageError(f"draws {self.matching.draws}: give {LEAST_DRAWS} or more")


@dataclass(frozen=True, slots=True)
class ResultsFolder:
    """Results on disk.

    Attributes:
        folder: Where they stand.
        computed: Whether they were computed now.
    """

    folder: Path
    computed: bool


def published_results(
    settings: Settings, options: EvaluationOptions, progress: Progress
) -> ResultsFolder:
    """Results from the published figures.

    Args:
        settings: The project, about the area that is evaluated.
        options: The choices of the run.
        progress: Called with each step in a few words.

    Raises:
        DataError: A source is damaged.
        UsageError: Something cannot be written.
    """
    statfin, root = settings.statfin.directory, settings.root
    plan = StudyPlan(settings.report.group, matching=options.matching)
    # Vintages that hold later months alone have nothing to do with the study.
    last = plan.rules.last_month
    known = read_snapshots(statfin).until(last)
    vintage = known.vintages[0].vintage.isoformat()
    sources = record_files([*table_files(statfin), root / areas.TRIAL_KEYS], root, FileHashes())
    members = codes_in_month(settings.groups[plan.group].members, last)
    chosen = plan.as_manifest() | {"members": list(members)}
    recorded_facts = storing.manifest_facts(vintage, sources, chosen, current_environment(root))

    def compute() -> Frames:
        # Imported here: a run that has nothing to compute does not wait for the estimators.
        from indicators.computing import compute_all
        from indicators.evaluation.study.study import Study, run_study

        computed = compute_all([last], statfin=statfin, until=last)
        return run_study(Study(computed, load_areas(settings), members, plan), progress)

    return _computed_or_stored(
        root / places.RESULTS_FOLDER / options.area / vintage,
        recorded_facts,
        compute,
        options.force,
    )


def made_up_results(
    settings: Settings, options: EvaluationOptions, progress: Progress
) -> ResultsFolder:
    """Results from made-up people; raises as :func:`published_results`."""
    from indicators.evaluation.study.made_up import evaluate_made_up as study

    choices, root = options.people, settings.root
    start = settings.trial.start.isoformat()[:7]
    members = codes_in_month(settings.groups[settings.report.group].members, start)
    chosen = choices.as_manifest() | {"members": list(members), "start": start}
    vintage = choices.extract_date.isoformat()
    recorded_facts = storing.manifest_facts(vintage, [], chosen, current_environment(root))

    def compute() -> Frames:
        progress("made-up people")
        return study(members, start, choices, load_areas(settings).divisions)

    return _computed_or_stored(
        root / places.MADE_UP_RESULTS_FOLDER / vintage, recorded_facts, compute, options.force
    )


def individuals_results(
    settings: Settings, register: Path, *, force: bool, progress: Progress
) -> ResultsFolder:
    """Protected results from the individuals of a register, beside those of published figures.

    Args:
        settings: The project; its group, trial and areas say who is compared with whom.
        register: Folder of a canonical register.
        force: Whether they are computed again, changed or not.
        progress: Called with each step in a few words.

    Raises:
        UsageError: There is no such folder, or something cannot be written.
        DataError: The register cannot be read or breaks an invariant: all its faults.
        DisclosureError: A result holds personal data: nothing was written.
    """
    from indicators.evaluation.study import individuals as study
    from indicators.register.store import open_register
    from indicators.scanning.scanner import refuse_personal_data
    from indicators.synthetic.writing import SOURCE as MADE_UP_SOURCE

    root, opened = settings.root, open_register(register)
    members = codes_in_month(
        settings.groups[settings.report.group].members, f"{settings.trial.start:%Y-%m}"
    )
    plan = study.plan_of_region(load_areas(settings), members, settings.trial.start)
    # The register's place on this machine is nobody's business: its files go by their names.
    sources = record_files([register], register, FileHashes())
    chosen = plan.as_manifest() | {"made_up": opened.source == MADE_UP_SOURCE}
    vintage = opened.extract_date.isoformat()
    recorded_facts = storing.manifest_facts(vintage, sources, chosen, current_environment(root))
    folder = root / places.INDIVIDUALS_RESULTS_FOLDER / vintage

    def compute() -> Frames:
        frames = study.evaluate_register(opened, plan, progress)
        with tempfile.TemporaryDirectory() as aside:
            storing.write_results(frames, Path(aside) / "new", recorded_facts)
            refuse_personal_data([Path(aside) / "new"])
        return frames

    return _computed_or_stored(folder, recorded_facts, compute, force)


def _computed_or_stored(
    folder: Path, recorded_facts: dict[str, Any], compute: Callable[[], Frames], force: bool
) -> ResultsFolder:
    if not force and storing.results_are_fresh(folder, recorded_facts):
        return ResultsFolder(folder, computed=False)
    storing.write_results(compute(), folder, recorded_facts)
    return ResultsFolder(folder, computed=True)


# Both volumes.


@dataclass(frozen=True, slots=True)
class EvaluationSite:
    """The built volumes.

    Attributes:
        pages: The page of each volume and its PDF, the report's first.
        results: Folders of their results.
        renewed: Whether anything was built; if not, all was as it should be.
    """

    pages: tuple[tuple[Path, Path], ...]
    results: tuple[Path, ...]
    renewed: bool


def build_evaluation(
    settings: Settings,
    choice: RendererChoice,
    evaluation_options: EvaluationOptions | None = None,
    *,
    progress: Progress = lambda _: None,
) -> EvaluationSite:
    """Build both volumes of the evaluation, or leave them if nothing has changed.

    Of another area than the settings' own the report alone is built, in a folder of its own below
    those of both volumes: made-up people are the same for all.

    Args:
        settings: The project.
        choice: The renderer.
        evaluation_options: The choices of the run; the defaults if not given.
        progress: Called with each step in a few words.

    Raises:
        DataError: A source is damaged.
        UsageError: Something cannot be written.
        NotebookError: A cell failed: nothing was published.
        RenderingError: A volume could not be rendered: nothing was published.
        DisclosureError: A file holds personal data: nothing was published.
    """
    evaluation_options = evaluation_options or EvaluationOptions()
    own, area = settings.report.group, evaluation_options.area
    settings = settings_about(settings, area)
    area = "" if area == own else area
    evaluation_options = replace(evaluation_options, area=area)
    found = {REPORT: published_results(settings, evaluation_options, progress)}
    if not area:
        found[MADE_UP] = made_up_results(settings, evaluation_options, progress)
    site = settings.root / SITE / area
    key = _build_hash(settings.root, found, choice)
    is_current = _is_current(site, key) and not evaluation_options.force
    if not is_current:
        _publish_volumes(settings, found, choice, key, progress=progress, area=area)
    pages = tuple((site / volume.page, site / volume.pdf) for volume in found)
    if not is_current and not area and available_months(site.parent):
        render_front_page(settings, choice, Cache())
    folders = tuple(results.folder for results in found.values())
    return EvaluationSite(pages, folders, renewed=not is_current)


def _publish_volumes(
    settings: Settings,
    found: Mapping[Volume, ResultsFolder],
    choice: RendererChoice,
    key: str,
    *,
    progress: Progress,
    area: str,
) -> None:
    from indicators.scanning.scanner import refuse_personal_data

    sources = settings.root / SOURCES / area
    stored = {volume: storing.read_results(results.folder) for volume, results in found.items()}
    with _replacing_own_files(sources) as aside:
        for volume, results in stored.items():
            execute_volume(VolumeBuild(settings, volume, results, aside, progress, area))
        refuse_personal_data([aside])
        _write_build_record(aside, key)
    with _replacing_own_files(settings.root / SITE / area) as aside:
        for volume, results in stored.items():
            work = VolumeBuild(settings, volume, results, sources, progress, area)
            render_volume(work, aside, choice)
        refuse_personal_data([aside])
        _write_build_record(aside, key)


@contextmanager
def _replacing_own_files(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, in place of what an earlier run made; all else is left there."""
    with files.temporary_folder(folder.parent) as aside:
        new = aside / "new"
        new.mkdir()
        yield new
        try:
            record = json.loads((folder / BUILD_RECORD).read_text(encoding="utf-8"))
            owned = frozenset((*record["files"], BUILD_RECORD))
        except (OSError, ValueError, KeyError, TypeError):
            owned = None
        put_in_place(new, folder, owned)


def _write_build_record(folder: Path, key: str) -> None:
    hashes = {path.relative_to(folder).as_posix(): hash_file(path) for path in files_below(folder)}
    text = json.dumps({"key": key, "files": hashes}, indent=1)
    (folder / BUILD_RECORD).write_text(text + "\n", encoding="utf-8")


def _build_hash(root: Path, found: Mapping[Volume, ResultsFolder], choice: RendererChoice) -> str:
    """A hash of all inputs of the volumes."""
    notebooks = [path for volume in found for path in volume.notebooks(root)]
    parts = [
        *(hash_file(results.folder / storing.MANIFEST) for results in found.values()),
        hash_tree(root / "notebooks", notebooks),
        hash_tree(root / "reports" / "_theme"),
        hash_file(root / "_quarto.yml"),
        hash_file(root / FILE_NAME),
        current_environment(root).code.sha256,
        f"{choice.name} {choice.version}",
    ]
    return hash_bytes("\n".join(parts).encode())


def _is_current(site: Path, key: str) -> bool:
    """Whether the volumes stand there as they were built, from the same inputs."""
    try:
        recorded = json.loads((site / BUILD_RECORD).read_text(encoding="utf-8"))
        return bool(recorded["key"] == key) and all(
            hash_file(site / name) == known for name, known in recorded["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
