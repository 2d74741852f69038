"""The effects under other rules, with their intervals, a rule a row."""

from __future__ import annotations

from indicators.reporting.charts import style
from indicators.reporting.evaluation.charts import base, look
from indicators.reporting.evaluation.charts.base import REGION, Drawn
from indicators.reporting.evaluation.numbers import interval
from indicators.reporting.evaluation.source import TOGETHER, Source, outcome
from indicators.reporting.evaluation.wording import say

WINDOW = "first_year"


def forest_chart(source: Source, design: str) -> Drawn:
    """Draw one design's effects of the first year."""
    found = source.results.frame("robustness", design=design, window=WINDOW)
    variants = list(dict.fromkeys(found["variant"]))
    figure, panels = look.panels(1, 3, 0.24 * len(variants) + 1.0, sharex=False, sharey=True)
    colour = REGION if design == "region" else style.DARK_ORANGE
    sentences = []
    for axes, name in zip(panels, TOGETHER, strict=True):
        rows = found[found["outcome"] == name].set_index("variant").loc[variants]
        places = range(len(variants))
        reach = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
        axes.errorbar(
            rows["estimate"], places, xerr=reach, fmt="o", color=colour, markersize=3.5,
            elinewidth=1.3,
        )  # fmt: skip
        axes.axvline(0, color=style.INK, linewidth=0.8)
        base.numbers_along(axes, 1)
        axes.tick_params(axis="x", labelsize=7.5)
        base.effect_title(axes, name)
        low, high = float(rows["estimate"].min()), float(rows["estimate"].max())
        sentences.append(f"{outcome(name)}: {interval(low, high)}.")
    names = [say(f"variants.{variant}_short") for variant in variants]
    panels[0].set_yticks(range(len(variants)), names, fontsize=7.5)
    panels[0].set_ylim(len(variants) - 0.5, -0.5)
    alt = say("alt.forest", design=source.say(f"designs.{design}"), values=" ".join(sentences))
    return base.save(figure, f"forest-{design.replace('_', '-')}", alt)
