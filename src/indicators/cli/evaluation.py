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
    asked = Asked(matching=matching, force=options.force)
    with (
        at_work(project.root, "evaluation", force=options.force, draws=options.draws) as journal,
        tqdm(disable=None, leave=False, unit="step") as bar,
    ):

        def progress(text: str) -> None:
            journal.write("begun", what=text)
            bar.set_description(text)
            bar.update()

        made = evaluation.make(project, choice, asked, progress=progress)
    print(f"renderer: {choice.name} {choice.version} ({choice.reason})")
    for folder in made.results:
        print(f"results: {folder.relative_to(project.root)}")
    told = "made" if made.renewed else "unchanged"
    for paths in made.pages:
        print(f"{told}:", *(path.relative_to(project.root) for path in paths))
