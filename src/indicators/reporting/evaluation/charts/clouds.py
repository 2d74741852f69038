"""The effects of a thousand placebo regions, region by region, and the treated one's."""

from __future__ import annotations

import numpy as np

from indicators.reporting.charts import style
from indicators.reporting.evaluation.charts import base, look
from indicators.reporting.evaluation.charts.base import REGION, Drawn
from indicators.reporting.evaluation.numbers import change, count, interval
from indicators.reporting.evaluation.source import TOGETHER, Source, outcome

WINDOW = "first_year"
#: How far dots of one maakunta are spread up and down, so that each can be seen.
SPREAD = 0.32


def clouds_chart(source: Source) -> Drawn:
    """Draw each maakunta's placebo regions as a row of dots."""
    regions = sorted(source.results.frame("placebo_draws", window=WINDOW)["region"].unique())
    figure, panels = look.panels(1, 3, 3.9, sharex=False, sharey=True)
    sentences = []
    for axes, name in zip(panels, TOGETHER, strict=True):
        rows = source.results.frame("placebo_draws", window=WINDOW, outcome=name)
        row = rows["region"].map({region: place for place, region in enumerate(regions)})
        shift = np.random.default_rng(1).uniform(-SPREAD, SPREAD, len(rows))
        axes.scatter(
            rows["estimate"], row + shift, s=4, color=style.GREY, alpha=0.55, edgecolors="none"
        )
        region_effect = source.results.value("region", "estimate", window=WINDOW, outcome=name)
        axes.axvline(region_effect, color=REGION, linewidth=1.8)
        axes.axvline(0, color=style.INK, linewidth=0.8)
        base.numbers_along(axes)
        base.effect_title(axes, name)
        larger = int((rows["estimate"].abs() >= abs(region_effect)).sum())
        sentences.append(
            source.say(
                "alt.cloud",
                outcome=outcome(name),
                own=change(region_effect),
                ends=interval(float(rows["estimate"].min()), float(rows["estimate"].max())),
                larger=count(larger),
                draws=count(len(rows)),
            )
        )
    panels[0].set_yticks(range(len(regions)), [source.name(region) for region in regions])
    panels[0].set_ylim(len(regions) - 0.4, -0.6)
    return base.save(figure, "placebo-clouds", source.say("alt.clouds", values=" ".join(sentences)))
