"""First and last words of the report: a page for the minister, summaries, what is known, limits."""

from __future__ import annotations

from datetime import date

from indicators.reporting.evaluation_published import PUBLISHED, THIS_TRIAL
from indicators.reporting.evaluation_source import (
    ENGLISH,
    FINNISH,
    SWEDISH,
    Record,
    Source,
    format_change,
    format_count,
    format_share,
    report_text,
    short_outcome_name,
)
from indicators.reporting.evaluation_specifications import (
    LABOUR_FORCE,
    REGION,
    base_reading,
    headline_texts,
    shows_fall,
    standing_out,
    translator_end,
    turned_by_weights,
)
from indicators.reporting.markdown import bullet_list, heading
from indicators.reporting.section import Content, compose
from indicators.reporting.wording import TAGS, Translator

YEAR_BEFORE_COVID = -2


def minister(source: Source) -> Content:
    """The page for the minister: question, answer, how sure, what it does not say."""
    values = headline_texts(source)
    return compose(
        heading(report_text("opening.minister_title"), "sec-minister"),
        source.say("opening.minister_question"),
        _answer(source, "opening.minister_answer", values, FINNISH),
        source.say("opening.minister_numbers", **values) + " " + base_sentence(source, values),
        source.say("opening.minister_sure", **values) + " " + _known_sentence(source),
        source.say("opening.minister_cannot"),
    )


def summary(source: Source) -> Content:
    """Main findings, in Finnish."""
    values = headline_texts(source)
    return compose(
        heading(report_text("opening.summary_title"), "sec-summary"),
        source.say("opening.summary_lead", **_dates(source, FINNISH)),
        source.say("opening.region_numbers", **values) + " " + base_sentence(source, values),
        source.say("opening.trials_numbers", **values) + " " + weights_sentence(source),
        source.say("opening.power", **values),
        source.say("opening.cannot"),
    )


def swedish_summary(source: Source) -> Content:
    """Main findings, in Swedish."""
    return _translated_summary(source, SWEDISH, "swedish")


def english_summary(source: Source) -> Content:
    """Main findings, in English."""
    return _translated_summary(source, ENGLISH, "english")


def _translated_summary(source: Source, translator: Translator, name: str) -> Content:
    values = headline_texts(source, translator=translator)
    texts = [
        source.say(f"opening.{name}_lead", **_dates(source, translator)),
        _answer(source, f"opening.{name}", values, translator),
        source.say(f"opening.{name}_region", **values),
        base_sentence(source, values, translator),
        source.say(f"opening.{name}_trials", **values),
        source.say(f"opening.{name}_power", **values),
        _known_sentence(source, translator),
        source.say(f"opening.{name}_cannot"),
    ]
    tag = TAGS[translator.language]
    title = f"## {report_text(f'opening.{name}_title')} {{#sec-{name} lang={tag}}}"
    return compose(title, f"::: {{lang={tag}}}", *texts, ":::")


def _answer(source: Source, key: str, values: dict[str, str], translator: Translator) -> str:
    """The answer, by what stands out from chance, and what does once municipalities are weighed."""
    found = standing_out(source)
    reading = "none" if not found else "fall" if shows_fall(found) else "no_fall"
    text = source.say(f"{key}_{reading}", found=_found_text(source, found, translator), **values)
    end = translator_end(translator)
    weighted = standing_out(source, LABOUR_FORCE)
    if any(row["outcome"] == "long_term_share" for _, row in (*found, *weighted)):
        text += " " + report_text(f"opening.long_term{end}")
    if not weighted:
        return text
    told = _found_text(source, weighted, translator, "found_weighted")
    return f"{text} {report_text(f'opening.weighted_out{end}', found=told)}"


def _found_text(
    source: Source,
    found: list[tuple[str, Record]],
    translator: Translator = FINNISH,
    key: str = "found",
) -> str:
    """What stands out: outcome and estimate of each, and its design where the key tells it."""
    end = translator_end(translator)
    return translator.listing(
        [
            report_text(
                f"opening.{key}{end}",
                outcome=report_text(f"outcomes.{row['outcome']}_row{end}").lower(),
                design=source.say(f"designs.{design}{end}"),
                estimate=format_change(row["estimate"], translator=translator),
            )
            for design, row in found
        ]
    )


def base_sentence(source: Source, values: dict[str, str], translator: Translator = FINNISH) -> str:
    """How much of the region's difference was there before the trial; empty if not known."""
    reading = base_reading(source)
    if not reading:
        return ""
    return source.say(f"effects.{reading}{translator_end(translator)}", **values)


def weights_sentence(source: Source) -> str:
    """Whether a sign turns with the weights of municipalities."""
    turned = turned_by_weights(source)
    if not turned:
        return report_text("opening.weights_keep")
    names = FINNISH.listing([short_outcome_name(name).lower() for name in turned])
    return report_text("opening.weights_turn", outcomes=names)


def _known_sentence(source: Source, translator: Translator = FINNISH) -> str:
    """Whether the national evaluation found the same, and of which outcomes only in part."""
    end = translator_end(translator)
    differs = shows_fall(standing_out(source))
    text = report_text(f"opening.national_{'differ' if differs else 'agree'}{end}")
    if PUBLISHED not in source.results.frames:
        return text
    rows = source.results.records(PUBLISHED, trial=THIS_TRIAL, consistent="partly")
    if not rows:
        return text
    names = translator.listing(
        [
            report_text(f"outcomes.{outcome}_row{end}").lower()
            for outcome in dict.fromkeys(str(row["outcome"]) for row in rows)
        ]
    )
    return f"{text} {report_text(f'opening.national_partly{end}', names=names)}"


def _dates(source: Source, translator: Translator) -> dict[str, str]:
    """Days of trial and agreement: the agreement's of the settings, the trial's of the area key."""
    about = source.settings.trial
    area = source.areas.trial_area(source.members[0].removeprefix("KU"), about.start)
    start, end = (area.start, area.end) if area is not None else (about.start, about.end)
    days: dict[str, date] = {
        "start": about.start,
        "end": about.end,
        "trial_start": start or about.start,
        "trial_end": end or about.end,
    }
    return {name: translator.day(day) for name, day in days.items()} | {"trial": about.name["fi"]}


def question(source: Source) -> Content:
    """The question of the evaluation."""
    return compose(
        heading(report_text("opening.question_title"), "sec-question"),
        source.say("opening.question"),
    )


def trial(source: Source) -> Content:
    """What the trial was."""
    names = [source.name(code) for code in source.members]
    members = "trial_municipality" if len(names) == 1 else "trial_municipalities"
    units = source.results.frame("units")
    areas = units.loc[units["role"] == "treated", "trial_area"].nunique()
    text = report_text(
        "opening.trial",
        act=source.settings.trial.act,
        municipalities=report_text(
            f"opening.{members}", members=FINNISH.listing(names), count=str(len(names))
        ),
        areas=format_count(float(areas)),
        **_dates(source, FINNISH),
        **_unemployment_before_covid(source),
    )
    return compose(heading(report_text("opening.trial_title"), "sec-trial"), text)


def _unemployment_before_covid(source: Source) -> dict[str, str]:
    """Unemployment in the last year before COVID."""
    levels = source.results.records_by("unit", "trial_years", trial_year=YEAR_BEFORE_COVID)
    return {
        unit: format_share(levels[unit]["unemployment_share"]) for unit in ("trials", "controls")
    }


def known(source: Source) -> Content:
    """What evaluations of this trial and of earlier ones have found."""
    found = standing_out(source)
    if shows_fall(found):
        reading = report_text("known.differ", found=_found_text(source, found))
    else:
        reading = report_text("known.agree")
    return compose(
        heading(report_text("known.title"), "sec-known"),
        report_text("known.lead"),
        heading(report_text("known.national_title"), "sec-national", 3),
        report_text("known.national"),
        reading,
        heading(report_text("known.earlier_title"), "sec-earlier", 3),
        report_text("known.earlier"),
    )


def limits(source: Source) -> Content:
    """Which conclusions the results allow and which they do not."""
    values = headline_texts(source)
    found = [(design, row) for design, row in standing_out(source) if design == REGION]
    can = [
        source.say("limits.can_some", found=_found_text(source, found, key="found_weighted"))
        if found
        else source.say("limits.can_none"),
        source.say("limits.can_size", **values),
        source.say("limits.can_trials", **values),
    ]
    weighted = standing_out(source, LABOUR_FORCE)
    if weighted:
        told = _found_text(source, weighted, key="found_weighted")
        can.append(source.say("limits.can_weighted", found=told))
    return compose(
        heading(report_text("limits.title"), "sec-limits"),
        heading(report_text("limits.can_title"), "sec-can", 3),
        bullet_list(can),
        heading(report_text("limits.identified_title"), "sec-identified", 3),
        report_text("limits.identified"),
        heading(report_text("limits.cannot_title"), "sec-cannot", 3),
        source.say("limits.cannot", **_neighbours(source)),
    )


def _neighbours(source: Source) -> dict[str, str]:
    """Controls that share a sub-region with a treated municipality."""
    units = source.results.frame("units")
    treated = set(units.loc[units["role"] == "treated", "subregion"])
    controls = units[units["role"] == "control"]
    near = int(controls["subregion"].isin(treated).sum())
    return {"neighbours": format_count(near), "controls": format_count(len(controls))}


def decided(source: Source) -> Content:
    """What was decided before the outcomes were seen, and what was not."""
    reading = base_reading(source)
    return compose(
        heading(report_text("limits.decided_title"), "sec-decided"),
        source.say(
            "limits.decided", reading=report_text(f"limits.decided_{reading}") if reading else ""
        ),
    )
