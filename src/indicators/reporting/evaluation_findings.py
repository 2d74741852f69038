"""Findings of the evaluation: effects of both designs, by month, by base, all specifications."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.reporting.charts.evaluation import region_chart
from indicators.reporting.charts.evaluation_curve import (
    BASE_OUTCOMES,
    bases_chart,
    specification_chart,
)
from indicators.reporting.charts.evaluation_paths import MONTHLY, monthly_event_chart
from indicators.reporting.evaluation_opening import base_sentence, weights_sentence
from indicators.reporting.evaluation_source import (
    DASH,
    FINNISH,
    FIRST_YEAR,
    JOINT_OUTCOMES,
    RANGE_SIGN,
    REPORTED_OUTCOMES,
    WINDOWS,
    Grid,
    Record,
    Source,
    capital,
    effect_texts,
    format_change,
    format_count,
    format_interval,
    format_number,
    format_p_value,
    report_text,
    short_outcome_name,
)
from indicators.reporting.evaluation_specifications import (
    ALL_TRIALS,
    DESIGNS,
    EQUAL,
    LABOUR_FORCE,
    MUNICIPALITY,
    PLACEBO,
    PLACEBO_REGION,
    REGION,
    UNEMPLOYMENT,
    at_the_start,
    before_covid,
    count_signs,
    curve_rows,
    effects,
    headline_choices,
    headline_texts,
    is_significant,
    leading_row,
    mirror,
    span_text,
    specification,
    three_bases,
)
from indicators.reporting.markdown import heading, styled_box
from indicators.reporting.section import Content, FigurePart, TablePart, compose
from indicators.reporting.tables import Cell, HeaderCell, Row

#: Outcomes of the tables of effects: with those laid off and without, and the target groups.
TABLE_OUTCOMES = (
    *REPORTED_OUTCOMES, "without_layoffs", "extended_without_layoffs", "under25_share",
    "foreign_share",
)  # fmt: skip
#: The results file that all specifications lie in, beside the page.
SPECIFICATIONS_FILE = "specifications.csv"


def effect_cell(row: Record | None) -> Cell:
    """An estimate with its interval below it, or a dash."""
    if row is None:
        return Cell(DASH)
    return Cell(format_change(row["estimate"]), format_interval(row["ci_low"], row["ci_high"]))


def p_cell(row: Record | None) -> Cell:
    """A p value, or a dash."""
    return Cell(DASH if row is None else format_p_value(row["p_value"]))


def _shown(source: Source) -> list[tuple[str, str]]:
    """Outcomes and windows that a table has rows of; those always told together in any case."""
    rows = effects(source, design=ALL_TRIALS)
    known = set(zip(rows["outcome"], rows["window"], strict=True))
    return [
        (outcome, window)
        for window in WINDOWS
        for outcome in TABLE_OUTCOMES
        if outcome in REPORTED_OUTCOMES or (outcome, window) in known
    ]


def _row_name(outcome: str, window: str) -> str:
    """The first year goes without saying: so wide a table has no room for a column of it."""
    when = "" if window == FIRST_YEAR else f", {report_text(f'designs.{window}')}"
    return short_outcome_name(outcome) + when


def _effects_table(
    source: Source, design: str, columns: Sequence[tuple[str, dict[str, str], bool]]
) -> Grid:
    """A row an outcome and window; what is not published is marked, not left out.

    Args:
        source: The results.
        design: Which design.
        columns: Each column's header key, its changes of the headline, and whether it is a p value.
    """
    heads = [HeaderCell(report_text("common.outcome"), number=False)]
    heads += [HeaderCell(report_text(key)) for key, _, _ in columns]
    rows: list[Row] = []
    for outcome, window in _shown(source):
        if specification(source, design, outcome, window) is None:
            gaps = [Cell(DASH) for _ in columns[1:]]
            cells = [Cell(report_text("common.not_published")), *gaps]
        else:
            found = [
                (leading_row(source, design, outcome, window, **changes), is_p)
                for _, changes, is_p in columns
            ]
            cells = [p_cell(row) if is_p else effect_cell(row) for row, is_p in found]
        rows.append((_row_name(outcome, window), cells))
    return [heads], rows


# --- all trial municipalities ---------------------------------------------------------------------


def trial_effects(source: Source) -> Content:
    """Effects in all trial municipalities, unweighted and weighted, by area and by municipality."""
    by_area: dict[str, str] = {}
    weighted, by_municipality = {"weights": LABOUR_FORCE}, {"cluster": MUNICIPALITY}
    grid = _effects_table(
        source,
        ALL_TRIALS,
        [
            ("effects.unweighted", by_area, False),
            ("effects.p_short", by_area, True),
            ("effects.by_municipality", by_municipality, False),
            ("effects.weighted", weighted, False),
            ("effects.p_short", weighted, True),
        ],
    )
    return compose(
        heading(report_text("effects.title"), "sec-effects"),
        heading(report_text("effects.trials_title"), "sec-trials", 3),
        report_text("effects.trials", reading=joint_reading(source), **headline_texts(source))
        + " "
        + weights_sentence(source),
        source.table_with_trace(
            "trial_effects", grid, report_text("effects.trials_caption"), ["specifications"]
        ),
        styled_box(
            report_text("effects.trials_note")
            + " "
            + report_text("effects.missing_note", word=report_text("common.not_published")),
            "status-note",
        ),
    )


def joint_reading(source: Source) -> str:
    """The sentence on the three together, by their signs and whether zero is in their intervals."""

    def sign(name: str) -> int:
        row = leading_row(source, ALL_TRIALS, name)
        return 0 if row is None else int(row["ci_low"] > 0) - int(row["ci_high"] < 0)

    if sign(UNEMPLOYMENT) < 0 < sign("activation_rate") and not sign("extended_share"):
        return report_text("effects.reading_relabel")
    if sign("activation_rate") < 0:
        return report_text("effects.reading_fewer_services")
    return report_text("effects.reading_open")


def monthly_trials(source: Source) -> Content:
    """All trial municipalities month by month, COVID shown."""
    return _monthly(source, ALL_TRIALS)


def monthly_region(source: Source) -> Content:
    """The region month by month, COVID shown."""
    return _monthly(source, REGION)


def _monthly(source: Source, design: str) -> Content:
    rows = source.results.frame(MONTHLY, design=design)
    if rows.empty:
        return Content()
    name = design.replace("_", "-")
    caption = source.say(f"effects.monthly_{design}_caption", **monthly_dates(source))
    return compose(
        heading(source.say(f"effects.monthly_{design}_title"), f"sec-monthly-{name}", 3),
        source.say(f"effects.monthly_{design}"),
        FigurePart(monthly_event_chart(source, design), f"fig-monthly-{name}", caption),
    )


def monthly_dates(source: Source) -> dict[str, str]:
    """What the letters of a monthly figure stand for."""
    about = source.settings.trial
    covid = source.stored.manifest["plan"]["rules"]["covid"]
    return {
        "start": FINNISH.day(about.start),
        "end": FINNISH.day(about.end),
        "covid": span_text("..".join(covid)),
    }


# --- the region -----------------------------------------------------------------------------------


def region_effects(source: Source) -> Content:
    """The region's effects among the placebo regions'."""
    weighted = {"weights": LABOUR_FORCE}
    by_draws, by_region = {"cluster": PLACEBO}, {"cluster": PLACEBO_REGION}
    grid = _effects_table(
        source,
        REGION,
        [
            ("common.estimate", {}, False),
            ("effects.p_short", {}, True),
            ("effects.p_draws", by_draws, True),
            ("effects.p_regions", by_region, True),
            ("effects.weighted", weighted, False),
            ("effects.p_short", weighted, True),
        ],
    )
    headline = specification(source, REGION, UNEMPLOYMENT)
    regions = 1 if headline is None else int(headline["clusters"])
    return compose(
        heading(source.say("effects.region_title"), "sec-region", 3),
        source.say("effects.region", **headline_texts(source)),
        _region_outliers(source),
        source.table_with_trace(
            "region_effects", grid, source.say("effects.region_caption"), ["specifications"]
        ),
        styled_box(
            report_text(
                "effects.region_note", regions=str(regions), floor=format_number(1 / (regions + 1))
            ),
            "status-note",
        ),
        FigurePart(region_chart(source), "fig-region-paths", source.say("effects.paths_caption")),
    )


def _region_outliers(source: Source) -> str:
    """What stands out, with the p value in which each maakunta counts once; empty for nothing."""
    told, count = [], 0
    for outcome in TABLE_OUTCOMES:
        row = leading_row(source, REGION, outcome)
        count += row is not None
        regions = specification(source, REGION, outcome, cluster=PLACEBO_REGION)
        if row is not None and is_significant(row):
            told.append(
                report_text(
                    "effects.region_outlier",
                    outcome=short_outcome_name(outcome).lower(),
                    estimate=format_change(row["estimate"]),
                    p=format_p_value(row["p_value"]),
                    p_sets=_by_set(source, outcome),
                    p_regions=DASH if regions is None else format_p_value(regions["p_value"]),
                )
            )
    if not told:
        return ""
    return source.say(
        "effects.region_outliers", found=FINNISH.listing(told), count=format_count(count)
    )


def _by_set(source: Source, outcome: str) -> str:
    """The p value in which every different set counts once: few sets make the draws repeat."""
    if "placebo_sets" not in source.results.frames:
        return DASH
    base = str(headline_choices(source, REGION).get("base", ""))
    rows = source.results.records(
        "placebo_sets", sample="main", window=FIRST_YEAR, outcome=outcome, base=base
    )
    return format_p_value(rows[0]["p_sets"]) if rows else DASH


def bases(source: Source) -> Content:
    """The region, and all trials, against three bases side by side, with and without layoffs."""
    return compose(
        heading(report_text("effects.bases_title"), "sec-bases", 3),
        source.say("effects.bases"),
        base_sentence(source, headline_texts(source)),
        FigurePart(bases_chart(source), "fig-bases", source.say("effects.bases_figure")),
        *(_bases_table(source, design) for design in (REGION, ALL_TRIALS)),
        _years_text(source),
        _years_table(source),
    )


#: The agreement as a window of ``bases``, and the first year.
_AGREEMENT = "agreement"


def _years(source: Source, base: str, outcome: str) -> dict[str, Record]:
    """The region's gap by trial-year or window against a base."""
    return source.results.records_by(
        "after", "bases", design=REGION, outcome=outcome, weights=EQUAL, base=base
    )


def _years_text(source: Source) -> str:
    before, start = before_covid(source), at_the_start(source)
    first, last = source.stored.manifest["plan"]["rules"]["covid"]
    covid = f"{first[:4]}-{last[2:4]}"
    by_base = {base: _years(source, base, UNEMPLOYMENT) for base in (before, start)}
    return source.say(
        "effects.years",
        before=span_text(before),
        start=span_text(start),
        covid=format_change(by_base[before][covid]["estimate"]),
        first=format_change(by_base[before][FIRST_YEAR]["estimate"]),
        agreement=format_change(by_base[start][_AGREEMENT]["estimate"]),
    )


def _years_table(source: Source) -> TablePart:
    """The region by trial-year, that of COVID and those before it too."""
    choices = (before_covid(source), at_the_start(source))
    covid = source.stored.manifest["plan"]["rules"]["covid"]
    columns = [(base, outcome) for base in choices for outcome in JOINT_OUTCOMES]
    found = {(base, outcome): _years(source, base, outcome) for base, outcome in columns}
    names = source.results.frame("bases")["after"]
    years = [name for name in dict.fromkeys(names) if name[:4].isdigit()]
    heads = [
        [HeaderCell(report_text("monitoring.year"), number=False)]
        + [HeaderCell(span_text(base), span=len(JOINT_OUTCOMES)) for base in choices],
        [HeaderCell("")] + [HeaderCell(short_outcome_name(outcome)) for _, outcome in columns],
    ]
    rows: list[Row] = []
    for year in years:
        name = span_text(year) if ".." in year else year.replace("-", "–")
        if year[:4] == covid[0][:4]:
            name = report_text("effects.years_covid", year=name)
        rows.append((name, [effect_cell(found[column].get(year)) for column in columns]))
    return source.table_with_trace(
        "bases", (heads, rows), source.say("effects.years_caption"), ["bases"], label="years"
    )


def _bases_table(source: Source, design: str) -> TablePart:
    choices = (*three_bases(source), mirror(source))
    heads = [HeaderCell(report_text("common.outcome"), number=False)]
    heads += [HeaderCell(span_text(base)) for base in choices]
    rows: list[Row] = [
        (
            short_outcome_name(outcome),
            [effect_cell(specification(source, design, outcome, base=base)) for base in choices],
        )
        for outcome in (*BASE_OUTCOMES, "extended_without_layoffs", "long_term_share")
    ]
    return source.table_with_trace(
        "bases",
        ([heads], rows),
        report_text("effects.bases_caption", design=capital(source.say(f"designs.{design}"))),
        ["specifications"],
        label="bases" if design == REGION else "bases-trials",
    )


def plain_effects(source: Source) -> Content:
    """The region beside all controls, however unlike it."""
    values = effect_texts(
        source.results.records_by("outcome", "region_plain", window=FIRST_YEAR), JOINT_OUTCOMES
    )
    heads = [
        HeaderCell(report_text("common.outcome"), number=False),
        HeaderCell(report_text("common.estimate")),
        HeaderCell(report_text("common.p_value")),
    ]
    rows: list[Row] = []
    for window in WINDOWS:
        found = source.results.records_by("outcome", "region_plain", window=window)
        for outcome in REPORTED_OUTCOMES:
            row = found.get(outcome)
            first = Cell(report_text("common.not_published")) if row is None else effect_cell(row)
            rows.append((_row_name(outcome, window), [first, p_cell(row)]))
    return compose(
        source.say("effects.plain", **values),
        source.table_with_trace(
            "plain_effects",
            ([heads], rows),
            source.say("effects.plain_caption", before=span_text(before_covid(source))),
            ["region_plain"],
            label="region-plain",
        ),
    )


# --- the specification curve ----------------------------------------------------------------------


def specification_curve(source: Source) -> Content:
    """Every specification of both designs in order of size, and how many have which sign."""
    figures = [
        FigurePart(
            specification_chart(source, design),
            f"fig-specifications-{design.replace('_', '-')}",
            source.say(
                "effects.curve_caption",
                design=capital(source.say(f"designs.{design}")),
                base=span_text(str(headline_choices(source, design).get("base", ""))),
            ),
        )
        for design in DESIGNS
    ]
    return compose(
        heading(report_text("effects.curve_title"), "sec-specifications", 3),
        source.say("effects.curve", file=SPECIFICATIONS_FILE, omitted=_omitted(source)),
        " ".join(_edge_sentence(source, design) for design in DESIGNS),
        *figures,
        source.table_with_trace(
            "specification_curve",
            _signs_table(source),
            report_text("effects.signs_caption"),
            ["specifications"],
            label="signs",
        ),
    )


def _omitted(source: Source) -> str:
    """How many combinations could not be computed, and why."""
    if "specifications_omitted" not in source.results.frames:
        return ""
    reasons = source.results.frame("specifications_omitted")["reason"]
    unpublished = int((reasons == "not_published").sum())
    if unpublished == len(reasons):
        return report_text("effects.omitted_unpublished", count=format_count(unpublished))
    return report_text(
        "effects.omitted",
        count=format_count(len(reasons)),
        unpublished=format_count(unpublished),
        other=format_count(len(reasons) - unpublished),
    )


def _edge_sentence(source: Source, design: str) -> str:
    """Where the headline stands among the specifications of unemployment."""
    row = specification(source, design, UNEMPLOYMENT)
    rows = curve_rows(source, design, [UNEMPLOYMENT])
    if row is None or rows.empty:
        return ""
    # As it is written: a tenth on one side is an edge.
    below = round(float((rows["estimate"] < row["estimate"]).mean()), 2)
    place = "edge" if below <= 0.1 or below >= 0.9 else "inside"
    return source.say(
        f"effects.headline_{place}",
        design=capital(source.say(f"designs.{design}")),
        share=format_number(100 * below, 0),
        estimate=format_change(row["estimate"]),
        median=format_change(float(rows["estimate"].median())),
    )


def _signs_table(source: Source) -> Grid:
    names = ("count", "negative", "positive", "significant_negative", "significant_positive")
    heads = [HeaderCell(report_text("common.outcome"), number=False)]
    heads += [HeaderCell(report_text(f"effects.signs_{name}")) for name in names]
    heads.append(HeaderCell(report_text("effects.signs_range")))
    rows: list[Row] = []
    for design in DESIGNS:
        for outcome in TABLE_OUTCOMES:
            found = curve_rows(source, design, [outcome])
            if found.empty:
                continue
            texts = count_signs(found).texts()
            low, high = float(found["estimate"].min()), float(found["estimate"].max())
            cells = [Cell(texts[name]) for name in names]
            cells.append(Cell(f"{format_change(low)}{RANGE_SIGN}{format_change(high)}"))
            prefix = capital(source.say(f"designs.{design}_short"))
            rows.append((f"{prefix}: {short_outcome_name(outcome).lower()}", cells))
    return [heads], rows
