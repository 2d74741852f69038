"""The reviewer's page: one file with all in it, for people who see it and people who hear it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from indicators import catalogue
from indicators.disclosure.records.making import mostly_hidden
from indicators.disclosure.records.model import Record, Share
from indicators.disclosure.records.wording import Say
from indicators.disclosure.rules import RULES

Names = Mapping[str, str]


def review_page(records: Sequence[Record], language: str, areas: Names | None = None) -> str:
    """The page of some records.

    Args:
        records: One a table.
        language: ``fi``, ``sv`` or ``en``.
        areas: Names by area code; codes are shown where there are none.

    Returns:
        HTML that needs no other file. It holds counts of cells and never a figure of a table.
    """
    say = Say(language)
    style = files("indicators.disclosure.records").joinpath("page.css").read_text(encoding="utf-8")
    parts = [_record(record, say, areas or {}, at) for at, record in enumerate(records, 1)]
    title = escape(say("title"))
    intro = f"<p>{escape(say('intro'))}</p>\n<p><strong>{escape(say('internal'))}</strong></p>\n"
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{intro}{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _record(record: Record, say: Say, areas: Names, at: int) -> str:
    outcome = f"<strong>{escape(say('outcome'))}:</strong> {escape(say(f'status_{record.status}'))}"
    parts = {
        "look": _look(record, say),
        "facts": _facts(record, say),
        "why": _rules(record, say),
        "shares": _shares(record, say, areas),
        "decide": _decision(record, say),
    }
    told = "".join(f"<h3>{escape(say(key))}</h3>\n{part}" for key, part in parts.items())
    return (
        f'<section aria-labelledby="t{at}">\n'
        f'<h2 id="t{at}">{escape(say("table"))} {escape(record.table)}</h2>\n'
        f'<p class="status {record.status}">{outcome}</p>\n{told}</section>\n'
    )


def _look(record: Record, say: Say) -> str:
    """What asks for a look, the gravest first."""
    counts = {
        "no_attack": 0,
        "recovered": record.attack.recovered if record.attack else 0,
        "mostly_hidden": sum(mostly_hidden(part) for part in record.parts),
        "near": sum(part.near for part in record.parts),
        "whole": sum(part.whole for part in record.parts),
    }
    if not record.reasons:
        return f"<p>{escape(say('nothing_to_look_at'))}</p>\n"
    items = (f"<li>{escape(say(name, count=counts[name]))}</li>\n" for name in record.reasons)
    return f"<ul>\n{''.join(items)}</ul>\n"


def _facts(record: Record, say: Say) -> str:
    limits, attack = record.limits, record.attack
    policy = say(
        "policy_limits",
        name=record.policy,
        hidden=limits.hidden_up_to,
        mean=limits.minimum_mean,
        median=limits.minimum_median,
        rate=limits.minimum_rate,
    )
    attacked = say("no_attack")
    if attack:
        attacked = say(
            "attack_value",
            hidden=attack.hidden,
            problems=attack.problems,
            recovered=attack.recovered,
        )
    pairs = {
        "months": " – ".join(dict.fromkeys(record.months)),
        "rows": say.number(record.rows),
        "public": say.number(record.public),
        "hidden": say.number(record.hidden),
        "hidden_by_source": say.number(record.hidden_by_source),
        "policy": policy,
        "published": ", ".join(record.published) or say("nothing"),
        "attack": attacked,
        "seconds": say("seconds_value", count=record.seconds),
        "hash": record.sha256,
    }
    return _list({say(key): value for key, value in pairs.items()})


def _decision(record: Record, say: Say) -> str:
    return _list(
        {
            say("decision"): record.decision or say("empty"),
            say("comments"): record.comments or say("empty"),
        }
    )


def _list(pairs: Mapping[str, str]) -> str:
    items = (f"<dt>{escape(key)}</dt><dd>{escape(one)}</dd>\n" for key, one in pairs.items())
    return f"<dl>\n{''.join(items)}</dl>\n"


def _rules(record: Record, say: Say) -> str:
    rows = [
        [say(f"rule_{rule.replace(' ', '_')}"), say.number(record.rules[rule])] for rule in RULES
    ]
    return _table(say("why"), [say("rule"), say("rows")], rows, texts=1)


def _shares(record: Record, say: Say, areas: Names) -> str:
    """A row an indicator and area, the most hidden first."""
    known = {one.id: one.name for one in catalogue.load().indicators}
    ordered = sorted(record.parts, key=lambda part: (-_share(part), part.indicator, part.area))
    rows = [
        [
            known[part.indicator].in_(say.language) if part.indicator in known else part.indicator,
            areas.get(part.area, part.area),
            say.number(part.rows),
            say.number(part.hidden),
            say.number(100 * _share(part), 1)
            + (f" ({say('mark')})" if mostly_hidden(part) else ""),
            say.number(part.near),
            say.number(part.whole),
        ]
        for part in ordered
    ]
    head = ("indicator", "area", "rows", "hidden", "share", "near_short", "whole_short")
    return _table(say("shares"), [say(key) for key in head], rows, texts=2)


def _share(part: Share) -> float:
    return part.hidden / part.rows


def _table(caption: str, head: list[str], rows: list[list[str]], *, texts: int) -> str:
    """A table; the first columns are texts, those after them numbers."""

    def kind(at: int) -> str:
        return "" if at < texts else ' class="number"'

    heads = "".join(f'<th scope="col"{kind(at)}>{escape(one)}</th>' for at, one in enumerate(head))
    body = []
    for first, *others in rows:
        cells = "".join(f"<td{kind(at)}>{escape(one)}</td>" for at, one in enumerate(others, 1))
        body.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>\n')
    label = escape(caption, quote=True)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{label}">\n<table>\n'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{''.join(body)}</tbody>\n</table>\n</div>\n"
    )
