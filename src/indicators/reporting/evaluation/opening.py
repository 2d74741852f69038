"""The report's first pages: findings in two languages, the question, the trial."""

from __future__ import annotations

from indicators.reporting.evaluation.numbers import ENGLISH, FINNISH, p_equals, share
from indicators.reporting.evaluation.source import TOGETHER, Source
from indicators.reporting.evaluation.told import (
    detectable,
    region_stands_out,
    told,
    trends_differ,
    verdict,
)
from indicators.reporting.evaluation.wording import say
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.voice import Voice

WINDOW = "first_year"
BEFORE_COVID = -2


def summary(source: Source) -> Fragment:
    """Main findings, in Finnish."""
    values = _values(source, FINNISH)
    lead = "region_some" if region_stands_out(source) else "region_none"
    return join(
        heading(say("opening.summary_title"), "sec-summary"),
        source.say("opening.summary_lead"),
        source.say(f"opening.{lead}") + " " + say("opening.region_numbers", **values["region"]),
        say("opening.trials_numbers", **values["trials"]),
        say(f"opening.trials_{_trends(source)}", **values["trials"]),
        source.say("opening.power", **values["region"]),
        say("opening.cannot"),
    )


def english_summary(source: Source) -> Fragment:
    """Main findings, in English."""
    values = _values(source, ENGLISH)
    lead = "english_some" if region_stands_out(source) else "english_none"
    texts = [
        source.say("opening.english_lead"),
        source.say("opening.english_region", verdict=say(f"opening.{lead}"), **values["region"]),
        say("opening.english_trials", **values["trials"])
        + " "
        + say(f"opening.english_{_trends(source)}", **values["trials"]),
        source.say("opening.english_power", **values["region"]),
        say("opening.english_cannot"),
    ]
    title = f"## {say('opening.english_title')} {{#sec-english lang=en-FI}}"
    return join(title, "::: {lang=en-FI}", *texts, ":::")


def question(source: Source) -> Fragment:
    """What is asked."""
    return join(
        heading(say("opening.question_title"), "sec-question"), source.say("opening.question")
    )


def trial(source: Source) -> Fragment:
    """What the trial was."""
    about = source.settings.trial
    names = [source.name(code) for code in source.members]
    members = "trial_municipality" if len(names) == 1 else "trial_municipalities"
    text = say(
        "opening.trial",
        trial=about.name["fi"],
        act=about.act,
        start=FINNISH.day(about.start),
        end=FINNISH.day(about.end),
        municipalities=say(
            f"opening.{members}", members=FINNISH.listing(names), count=str(len(names))
        ),
        **_before(source),
    )
    return join(heading(say("opening.trial_title"), "sec-trial"), text)


def _trends(source: Source) -> str:
    return "caution" if trends_differ(source) else "no_caution"


def _before(source: Source) -> dict[str, str]:
    """Unemployment in the last year before COVID."""
    levels = source.results.records_by("unit", "trial_years", trial_year=BEFORE_COVID)
    return {unit: share(levels[unit]["unemployment_share"]) for unit in ("trials", "controls")}


def _values(source: Source, translator: Voice) -> dict[str, dict[str, str]]:
    results = source.results
    region = results.records_by("outcome", "region", window=WINDOW)
    trials = results.records_by("outcome", "differences", window=WINDOW)
    adjusted = results.value("differences", "p_adjusted", window=WINDOW, outcome="activation_rate")
    pretrend = results.value("pretrends", "p_value", outcome="unemployment_share")
    english = "_en" if translator == ENGLISH else ""
    window = {"window": say(f"designs.{WINDOW}{english}")}
    return {
        "region": window
        | told(region, TOGETHER, translator, "p_adjusted")
        | detectable(source, "region", translator),
        "trials": window
        | told(trials, TOGETHER, translator, "p_adjusted")
        | {
            "activation_rate_p": p_equals(adjusted, translator),
            "activation_rate_verdict": verdict(adjusted, translator),
            "pretrend_p": p_equals(pretrend, translator),
        },
    }
