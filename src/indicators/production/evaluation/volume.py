"""One volume: its notebooks executed and bound, then rendered."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import NotebookError
from indicators.evaluation.study.storing import Stored
from indicators.production import parameters
from indicators.production.notebook import Execution, execute
from indicators.provenance import files_below
from indicators.rendering import RendererChoice, render
from indicators.reporting.evaluation import binding
from indicators.reporting.evaluation.volumes import Volume
from indicators.settings import Settings


@dataclass(frozen=True)
class Work:
    """A volume at work.

    Attributes:
        settings: The project.
        volume: Which.
        stored: Its results.
        folder: Where the notebooks are executed, and their pictures stand.
        progress: Told each step in a few words.
    """

    settings: Settings
    volume: Volume
    stored: Stored
    folder: Path
    progress: Callable[[str], None]

    @property
    def front_matter(self) -> str:
        """What its documents begin with."""
        return binding.front_matter(self.settings, self.volume, self.stored)


def execute_volume(work: Work) -> None:
    """Execute a volume's notebooks and bind them into one source.

    Raises:
        NotebookError: A cell failed, or there is no notebook.
    """
    volume, root = work.volume, work.settings.root
    notebooks = volume.notebooks(root)
    if not notebooks:
        raise NotebookError(f"{root / 'notebooks'}: no notebook {volume.pattern}; restore them")
    chapters = []
    for notebook in notebooks:
        work.progress(notebook.stem)
        values = parameters.check(notebook, {"vintage": work.stored.vintage})
        target = work.folder / notebook.name
        chapters.append(execute(Execution(notebook, target, values, work.front_matter)))
    binding.bind(volume, chapters, work.front_matter, work.folder / f"{volume.name}.ipynb")


def render_volume(work: Work, site: Path, choice: RendererChoice) -> None:
    """Render a volume, and put executed notebooks and results beside its page.

    Args:
        work: What has been executed.
        site: Where all goes.
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
    _copy(files_below(work.stored.folder), site / volume.results)


def _copy(paths: list[Path], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for path in paths:
        shutil.copyfile(path, folder / path.name)
