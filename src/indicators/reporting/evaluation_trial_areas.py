"""All trial areas, the earlier trials with the same code, and size and coverage."""

from __future__ import annotations

import pandas as pd

from indicators.reporting.charts.evaluation_areas import (
    area_rows,
    areas_chart,
    tiles_chart,
    trial_area_names,
)
from indicators.reporting.evaluation_source import (
    FINNISH,
    JOINT_OUTCOMES,
    SIGNIFICANCE_LEVEL,
    Source,
    format_change,
    format_count,
    format_interval,
    format_number,
    format_p_equals,
    format_p_value,
    format_share,
    report_text,
    short_outcome_name,
)
from indicators.reporting.evaluation_specifications import (
    EQUAL,
    LABOUR_FORCE,
    REGION,
    TRIAL_AREA,
    UNEMPLOYMENT,
    at_the_start,
    span_text,
    specification,
)
from indicators.reporting.markdown import heading
from indicators.reporting.section import Content, FigurePart, TablePart, compose
from indicators.reporting.tables import Cell, HeaderCell, Row

#: How the earlier trials' estimates compare with what was published, and agree with it.
AGREEING = ("same", "same_sign")


def area_map(source: Source) -> Content:
    """Where the trial areas lie, as tiles."""
    return compose(
        heading(report_text("areas.map_title"), "sec-map", 3),
        source.say("areas.map"),
        FigurePart(tiles_chart(source), "fig-tiles", source.say("areas.map_caption")),
    )


def trial_areas(source: Source) -> Content:
    """The effect of each area with its uncertainty, and whether the areas differ."""
    spread = source.results.frame("trial_area_spread", weights=EQUAL, base=at_the_start(source))
    by_outcome = {str(row["outcome"]): row for row in spread.to_dict("records")}
    differ = [
        name for name in JOINT_OUTCOMES if by_outcome[name]["p_value"] < SIGNIFICANCE_LEVEL
    ]  # fmt: skip
    heads = [HeaderCell(report_text("areas.area"), number=False)]
    for name in JOINT_OUTCOMES:
        heads.append(HeaderCell(short_outcome_name(name)))
        heads.append(HeaderCell(report_text("areas.shrunken")))
    frames = {name: area_rows(source, name).set_index("trial_area") for name in JOINT_OUTCOMES}
    area_names = trial_area_names(source)
    rows: list[Row] = []
    for code in frames[JOINT_OUTCOMES[0]].index:
        cells = []
        for name in JOINT_OUTCOMES:
            row = frames[name].loc[code]
            for estimate, low, high in (
                ("estimate", "ci_low", "ci_high"),
                ("shrunken", "shrunken_low", "shrunken_high"),
            ):
                cells.append(
                    Cell(
                        format_change(float(row[estimate])),
                        format_interval(float(row[low]), float(row[high])),
                    )
                )
        rows.append((area_names[str(code)], cells))
    values = {
        f"{name}_{key}": text
        for name in JOINT_OUTCOMES
        for key, text in (
            ("tau", format_number(float(by_outcome[name]["tau"]))),
            ("p", format_p_equals(float(by_outcome[name]["p_value"]))),
        )
    }
    return compose(
        heading(report_text("areas.title"), "sec-areas"),
        report_text("areas.effects", count=format_count(len(rows)), **values),
        report_text(f"areas.reading_{'differ' if differ else 'alike'}"),
        _own_area(source),
        FigurePart(areas_chart(source), "fig-trial-areas", report_text("areas.figure")),
        source.table_with_trace(
            "trial_areas",
            ([heads], rows),
            report_text("areas.caption"),
            ["trial_areas", "trial_area_spread"],
        ),
        _traits_text(source),
        _traits_table(source),
        report_text("areas.organisation"),
    )


def _own_area(source: Source) -> str:
    """Why the region's figure here is another than in its own chapter; empty if it is no area."""
    area = source.areas.trial_area(
        source.members[0].removeprefix("KU"), source.settings.trial.start
    )
    whole = specification(source, REGION, UNEMPLOYMENT)
    facts = source.results.frame("trial_area_facts")
    codes = facts.loc[facts["trial_area"] == (area.trial_area if area else ""), "area_code"]
    if whole is None or codes.empty:
        return ""
    found = source.results.records_by(
        "weights", "trial_areas", outcome=UNEMPLOYMENT, base=at_the_start(source),
        trial_area=codes.iloc[0],
    )  # fmt: skip
    return source.say(
        "areas.own",
        equal=format_change(found[EQUAL]["estimate"]),
        weighted=format_change(found[LABOUR_FORCE]["estimate"]),
        chapter=format_change(whole["estimate"]),
    )


def _traits(source: Source) -> pd.DataFrame:
    frame = source.results.frame("trial_area_traits", weights=EQUAL, base=at_the_start(source))
    return frame[frame["outcome"].isin(JOINT_OUTCOMES)]


def _traits_text(source: Source) -> str:
    """Whether effects go with what is known of the areas, many tests minded."""
    frame = _traits(source)
    clear = frame[frame["p_adjusted"] < SIGNIFICANCE_LEVEL]
    names = [
        report_text(
            "areas.traits_item",
            trait=report_text(f"areas.trait_{row['trait']}").lower(),
            outcome=short_outcome_name(str(row["outcome"])).lower(),
        )
        for row in clear.to_dict("records")
    ]
    count = format_count(len(frame))
    reading = (
        report_text(
            "areas.traits_some", clear=format_count(len(clear)), count=count,
            names=FINNISH.listing(names),
        )
        if names
        else report_text("areas.traits_none", count=count)
    )  # fmt: skip
    return report_text("areas.traits", reading=reading)


def _traits_table(source: Source) -> TablePart:
    frame = _traits(source)
    heads = [HeaderCell(report_text("areas.trait"), number=False)]
    heads += [HeaderCell(short_outcome_name(name)) for name in JOINT_OUTCOMES]
    rows: list[Row] = []
    for trait in dict.fromkeys(frame["trait"]):
        own = frame[frame["trait"] == trait].set_index("outcome")
        cells = [
            Cell(
                format_change(float(own.loc[name, "estimate"])),
                format_p_equals(float(own.loc[name, "p_adjusted"])),
            )
            for name in JOINT_OUTCOMES
        ]
        rows.append((report_text(f"areas.trait_{trait}"), cells))
    return source.table_with_trace(
        "trial_areas",
        ([heads], rows),
        report_text("areas.traits_caption", base=span_text(at_the_start(source))),
        ["trial_area_traits", "trial_area_facts"],
        label="area-traits",
    )


def known_answers(source: Source) -> Content:
    """The trials of 2012–15 and 2017–18 with the same code, beside what was published."""
    frame = source.results.frame("known_answers", cluster=TRIAL_AREA)
    heads = [
        HeaderCell(report_text("areas.trial"), number=False),
        HeaderCell(report_text("areas.form"), number=False),
        *(HeaderCell(report_text(f"areas.known_{name}")) for name in ("estimate", "p")),
        *(
            HeaderCell(report_text(f"areas.known_{name}"), number=False)
            for name in ("published", "agreement")
        ),
    ]  # fmt: skip
    rows: list[Row] = []
    compared = agreeing = 0
    for row in frame.to_dict("records"):
        agreement = str(row["agreement"])
        compared += agreement != "not_published"
        agreeing += agreement in AGREEING
        trial = f"{row['trial'].replace('-', '–')}: {short_outcome_name(row['outcome']).lower()}"
        direction = str(row["direction"] or "none")
        rows.append(
            (
                trial,
                [
                    Cell(report_text(f"areas.form_{row['form']}"), number=False),
                    Cell(
                        format_change(row["estimate"]),
                        format_interval(row["ci_low"], row["ci_high"]),
                    ),
                    Cell(format_p_value(row["p_value"])),
                    Cell(report_text(f"areas.direction_{direction}"), number=False),
                    Cell(report_text(f"areas.agreement_{agreement}"), number=False),
                ],
            )
        )
    differing = [
        f"{name} ({cells[0].text})"
        for name, cells in rows
        if cells[-1].text == report_text(_DIFFERENT)
    ]
    reading = (
        report_text("areas.known_some", names="; ".join(dict.fromkeys(differing)))
        if differing
        else report_text("areas.known_all")
    )
    return compose(
        heading(report_text("areas.known_title"), "sec-known-answers"),
        report_text("areas.known", compared=format_count(compared), agreeing=format_count(agreeing))
        + " "
        + reading,
        source.table_with_trace(
            "known_answers", ([heads], rows), report_text("areas.known_caption"), ["known_answers"]
        ),
    )


_DIFFERENT = "areas.agreement_different"


def monte_carlo(source: Source) -> Content:
    """Size, coverage and power of each method on panels with area shocks."""
    frame = source.results.frame("monte_carlo")
    heads = [
        HeaderCell(report_text("areas.method"), number=False),
        HeaderCell(report_text("areas.setting"), number=False),
        *(HeaderCell(report_text(f"areas.{name}")) for name in _RATES),
    ]
    rows: list[Row] = [
        (
            _method_name(str(row["method"]), str(row["weights"])),
            [
                Cell(report_text(f"areas.setting_{row['setting']}"), number=False),
                *(Cell(format_share(100 * float(row[name]))) for name in _RATES),
            ],
        )
        for row in frame.to_dict("records")
    ]
    return compose(
        heading(report_text("areas.monte_carlo_title"), "sec-monte-carlo"),
        _monte_carlo_text(frame),
        source.table_with_trace(
            "monte_carlo",
            ([heads], rows),
            report_text("areas.monte_carlo_caption"),
            ["monte_carlo"],
        ),
    )


_RATES = ("size", "coverage", "power")
#: What the headlines' errors are, as results name them.
_LEADING = ("jackknife", "area_variance")


def _monte_carlo_text(frame: pd.DataFrame) -> str:
    own = frame[frame["setting"] != "literature"]
    leading = own[own["method"].isin(_LEADING)]
    methods = own.groupby("method")["size"].agg(["min", "max"])
    values = {
        "least": format_count(float(frame["replications"].min())),
        "most": format_count(float(frame["replications"].max())),
    }
    sizes = {name: _percent_span(*methods.loc[name]) for name in ("municipality", "trial_area")}
    texts = [
        report_text("areas.monte_carlo", **values),
        report_text(
            "areas.monte_carlo_lead",
            size=_percent_span(leading["size"].min(), leading["size"].max()),
            coverage=_percent_span(leading["coverage"].min(), leading["coverage"].max()),
            **sizes,
        ),
    ]
    if "placebo" in methods.index:
        placebo = _percent_span(*methods.loc["placebo"])
        texts.append(report_text("areas.monte_carlo_placebo", placebo=placebo))
    return " ".join(texts)


def _percent_span(low: float, high: float) -> str:
    """Two shares in percent as a range, or one where they are written alike."""
    return "–".join(dict.fromkeys(format_number(100 * end, 1) for end in (low, high)))


def _method_name(method: str, weights: str) -> str:
    name = report_text(f"areas.method_{method}")
    if weights == LABOUR_FORCE:
        name = report_text("areas.method_weighted", method=name)
    return report_text("areas.method_leading", method=name) if method in _LEADING else name
