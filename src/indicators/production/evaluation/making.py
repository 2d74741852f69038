"""From results to two volumes: executed notebooks, pages and PDFs, in place at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from indicators import files
from indicators.evaluation.study import storing
from indicators.production.evaluation import results
from indicators.production.evaluation.asked import Asked
from indicators.production.evaluation.results import Results
from indicators.production.evaluation.volume import Work, execute_volume, render_volume
from indicators.production.site import front_page
from indicators.production.steps import NoCache
from indicators.provenance import files_below, hash_file, maker
from indicators.provenance.hashing import hash_bytes, hash_tree
from indicators.rendering import RendererChoice
from indicators.reporting.evaluation.volumes import MADE_UP, REPORT, Volume
from indicators.reporting.index import months_made
from indicators.settings import FILE_NAME, Settings

SOURCES = Path("reports") / "evaluation"
SITE = Path("_site") / SOURCES
MADE = "made.json"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What stands where.

    Attributes:
        pages: The page of each volume and its PDF, the report's first.
        results: Folders of their results.
        renewed: Whether anything was made anew; if not, all was as it should be.
    """

    pages: tuple[tuple[Path, Path], ...]
    results: tuple[Path, ...]
    renewed: bool


def make(
    settings: Settings,
    choice: RendererChoice,
    evaluation_options: Asked | None = None,
    *,
    progress: Progress = lambda _: None,
) -> Made:
    """Make both volumes of the evaluation, or leave them if nothing has changed.

    Args:
        settings: The project.
        choice: The renderer.
        evaluation_options: What is asked for.
        progress: Told each step in a few words.

    Raises:
        DataError: A source is damaged.
        UsageError: Something cannot be written.
        NotebookError: A cell failed: nothing was published.
        RenderingError: A volume could not be rendered: nothing was published.
        DisclosureError: Something of what was made tells of a person: nothing was published.
    """
    evaluation_options = evaluation_options or Asked()
    found = {
        REPORT: results.published(settings, evaluation_options, progress),
        MADE_UP: results.made_up(settings, evaluation_options, progress),
    }
    site = settings.root / SITE
    key = _key(settings.root, found, choice)
    is_current = _stands(site, key) and not evaluation_options.force
    if not is_current:
        _publish(settings, found, choice, key, progress)
    pages = tuple((site / found_item.page, site / found_item.pdf) for found_item in found)
    if not is_current and months_made(site.parent):
        front_page(settings, choice, NoCache())
    return Made(pages, tuple(found_item.folder for found_item in found.values()), not is_current)


def _publish(
    settings: Settings,
    found: Mapping[Volume, Results],
    choice: RendererChoice,
    key: str,
    progress: Progress,
) -> None:
    from indicators.scanning import refuse

    sources = settings.root / SOURCES
    stored = {
        volume: storing.read(results_of_volume.folder)
        for volume, results_of_volume in found.items()
    }
    with files.replacing_folder(sources) as aside:
        for volume, results_ in stored.items():
            execute_volume(Work(settings, volume, results_, aside, progress))
        refuse([aside])
    with files.replacing_folder(settings.root / SITE) as aside:
        for volume, results_ in stored.items():
            render_volume(Work(settings, volume, results_, sources, progress), aside, choice)
        refuse([aside])
        hashes = {
            path.relative_to(aside).as_posix(): hash_file(path) for path in files_below(aside)
        }
        text = json.dumps({"key": key, "files": hashes}, indent=1)
        (aside / MADE).write_text(text + "\n", encoding="utf-8")


def _key(root: Path, found: Mapping[Volume, Results], choice: RendererChoice) -> str:
    """A hash of all that the volumes are made of."""
    notebooks = [path for volume in found for path in volume.notebooks(root)]
    parts = [
        *(
            hash_file(results_of_volume.folder / storing.MANIFEST)
            for results_of_volume in found.values()
        ),
        hash_tree(root / "notebooks", notebooks),
        hash_tree(root / "reports" / "_theme"),
        hash_file(root / "_quarto.yml"),
        hash_file(root / FILE_NAME),
        maker(root).code.sha256,
        f"{choice.name} {choice.version}",
    ]
    return hash_bytes("\n".join(parts).encode())


def _stands(site: Path, key: str) -> bool:
    """Whether the volumes stand there as they were made, from the same things."""
    try:
        recorded = json.loads((site / MADE).read_text(encoding="utf-8"))
        return bool(recorded["key"] == key) and all(
            hash_file(site / name) == known for name, known in recorded["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
