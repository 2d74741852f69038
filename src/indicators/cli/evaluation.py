"""``indicators evaluation``."""

from __future__ import annotations

import argparse
from dataclasses import replace

from indicators import installed
from indicators.cli.project import load


def run(options: argparse.Namespace) -> None:
    """Make the evaluation, and say where it is."""
    project = load(options.project, options.statfin)
    installed.check()
    from tqdm import tqdm

    from indicators.evaluation.study.plan import Matching
    from indicators.production import evaluation
    from indicators.production.evaluation.asked import Asked
    from indicators.production.operations import at_work
    from indicators.rendering import detect

    choice = detect(options.renderer)
    matching = replace(Matching(), draws=options.draws)
    evaluation_options = Asked(matching=matching, force=options.force)
    with (
        at_work(project.root, "evaluation", force=options.force, draws=options.draws) as journal,
        tqdm(disable=None, leave=False, unit="step") as bar,
    ):

        def progress(text: str) -> None:
            journal.write("begun", what=text)
            bar.set_description(text)
            bar.update()

        built = evaluation.make(project, choice, evaluation_options, progress=progress)
    print(f"renderer: {choice.name} {choice.version} ({choice.reason})")
    for folder in built.results:
        print(f"results: {folder.relative_to(project.root)}")
    state = "made" if built.renewed else "unchanged"
    for paths in built.pages:
        print(f"{state}:", *(path.relative_to(project.root) for path in paths))
