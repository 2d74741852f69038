"""The method annex and the references."""

from __future__ import annotations

from indicators.reporting.evaluation import wording
from indicators.reporting.evaluation.numbers import count, number
from indicators.reporting.evaluation.source import Source
from indicators.reporting.evaluation.wording import say
from indicators.reporting.fragments import Fragment, bullets, heading, join


def methods(source: Source) -> Fragment:
    """Formulas and choices."""
    plan = source.stored.manifest["plan"]
    rules, matching = plan["rules"], plan["matching"]
    text = source.say(
        "annex.methods",
        draws=count(float(matching["draws"])),
        least=count(float(rules["least_labour_force"])),
        bounds=number(float(rules["widest_bounds"]), 1),
        donors=count(float(plan["least_donor"])),
    )
    return join(heading(say("annex.title"), "sec-methods"), text)


def references(source: Source) -> Fragment:
    """What is cited."""
    del source  # The same whatever the results.
    listed = [say(key) for key in wording.load() if key.startswith("references.")]
    return join(heading(say("annex.references_title"), "sec-references"), bullets(listed))
