"""The reviewer's page: one file with all in it, for people who see it and people who hear it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

from babel.numbers import format_decimal

from indicators.catalogue.loading import load_catalogue
from indicators.disclosure.policy import RULES
from indicators.disclosure.record import DisclosureRecord, PartSummary, mostly_hidden

# What the reviewer's page says, in one language.


_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


@cache
def page_texts() -> dict[str, dict[str, str]]:
    """All texts by id and language."""
    source = files("indicators.disclosure").joinpath("record_wording.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Translator:
    """One language's texts and numbers."""

    language: str

    def __call__(self, key: str, **placeholders: str | int | float) -> str:
        """A text, with numbers put in as the language writes them."""
        values = {
            name: value if isinstance(value, str) else self.number(value)
            for name, value in placeholders.items()
        }
        return page_texts()[key][self.language].format(**values)

    def number(self, number: float, decimals: int = 0) -> str:
        """A number; decimals only where it has any, or where they are asked for."""
        pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0.#"
        return str(format_decimal(number, format=pattern, locale=_LOCALES[self.language]))


AreaNames = Mapping[str, str]


def review_page(
    records: Sequence[DisclosureRecord], language: str, areas: AreaNames | None = None
) -> str:
    """The page of some records.

    Args:
        records: One a table.
        language: ``fi``, ``sv`` or ``en``.
        areas: Names by area code; codes are shown where there are none.

    Returns:
        HTML that needs no other file. It holds counts of cells and never a figure of a table.
    """
    translate = Translator(language)
    style = files("indicators.disclosure").joinpath("record_page.css").read_text(encoding="utf-8")
    parts = [
        _record_section(record, translate, areas or {}, at) for at, record in enumerate(records, 1)
    ]
    title = escape(translate("title"))
    intro = (
        f"<p>{escape(translate('intro'))}</p>\n<p><strong>"
        f"{escape(translate('internal'))}</strong></p>\n"
    )
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{intro}{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _record_section(
    record: DisclosureRecord, translate: Translator, areas: AreaNames, at: int
) -> str:
    outcome = (
        f"<strong>{escape(translate('outcome'))}:</strong> "
        f"{escape(translate(f'status_{record.status}'))}"
    )
    parts = {
        "look": _review_list(record, translate),
        "facts": _fact_list(record, translate),
        "why": _rule_table(record, translate),
        "shares": _part_table(record, translate, areas),
        "decide": _decision_form(record, translate),
    }
    sections = "".join(f"<h3>{escape(translate(key))}</h3>\n{part}" for key, part in parts.items())
    return (
        f'<section aria-labelledby="t{at}">\n'
        f'<h2 id="t{at}">{escape(translate("table"))} {escape(record.table)}</h2>\n'
        f'<p class="status {record.status}">{outcome}</p>\n{sections}</section>\n'
    )


def _review_list(record: DisclosureRecord, translate: Translator) -> str:
    """What asks for a look, the gravest first."""
    counts = {
        "no_attack": 0,
        "recovered": record.attack.recovered if record.attack else 0,
        "mostly_hidden": sum(mostly_hidden(part) for part in record.parts),
        "near": sum(part.near for part in record.parts),
        "whole": sum(part.whole for part in record.parts),
    }
    if not record.reasons:
        return f"<p>{escape(translate('nothing_to_look_at'))}</p>\n"
    items = (f"<li>{escape(translate(name, count=counts[name]))}</li>\n" for name in record.reasons)
    return f"<ul>\n{''.join(items)}</ul>\n"


def _fact_list(record: DisclosureRecord, translate: Translator) -> str:
    limits, attack = record.limits, record.attack
    policy = translate(
        "policy_limits",
        name=record.policy,
        hidden=limits.hidden_up_to,
        mean=limits.minimum_mean,
        median=limits.minimum_median,
        rate=limits.minimum_rate,
    )
    attacked = translate("no_attack")
    if attack:
        attacked = translate(
            "attack_value",
            hidden=attack.hidden,
            problems=attack.problems,
            recovered=attack.recovered,
        )
    pairs = {
        "months": " – ".join(dict.fromkeys(record.months)),
        "rows": translate.number(record.rows),
        "public": translate.number(record.public),
        "hidden": translate.number(record.hidden),
        "hidden_by_source": translate.number(record.hidden_by_source),
        "policy": policy,
        "published": ", ".join(record.published) or translate("nothing"),
        "attack": attacked,
        "seconds": translate("seconds_value", count=record.seconds),
        "hash": record.sha256,
    }
    return _definition_list({translate(key): value for key, value in pairs.items()})


def _decision_form(record: DisclosureRecord, translate: Translator) -> str:
    return _definition_list(
        {
            translate("decision"): record.decision or translate("empty"),
            translate("comments"): record.comments or translate("empty"),
        }
    )


def _definition_list(pairs: Mapping[str, str]) -> str:
    items = (f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>\n" for key, value in pairs.items())
    return f"<dl>\n{''.join(items)}</dl>\n"


def _rule_table(record: DisclosureRecord, translate: Translator) -> str:
    rows = [
        [translate(f"rule_{rule.replace(' ', '_')}"), translate.number(record.rules[rule])]
        for rule in RULES
    ]
    return _html_table(translate("why"), [translate("rule"), translate("rows")], rows, texts=1)


def _part_table(record: DisclosureRecord, translate: Translator, areas: AreaNames) -> str:
    """A row an indicator and area, the most hidden first."""
    known = {indicator.id: indicator.name for indicator in load_catalogue().indicators}
    ordered = sorted(
        record.parts, key=lambda part: (-_hidden_share(part), part.indicator, part.area)
    )
    rows = [
        [
            known[part.indicator].in_(translate.language)
            if part.indicator in known
            else part.indicator,
            areas.get(part.area, part.area),
            translate.number(part.rows),
            translate.number(part.hidden),
            translate.number(100 * _hidden_share(part), 1)
            + (f" ({translate('mark')})" if mostly_hidden(part) else ""),
            translate.number(part.near),
            translate.number(part.whole),
        ]
        for part in ordered
    ]
    head = ("indicator", "area", "rows", "hidden", "share", "near_short", "whole_short")
    return _html_table(translate("shares"), [translate(key) for key in head], rows, texts=2)


def _hidden_share(part: PartSummary) -> float:
    return part.hidden / part.rows


def _html_table(caption: str, head: list[str], rows: list[list[str]], *, texts: int) -> str:
    """A table; the first columns are texts, those after them numbers."""

    def kind(at: int) -> str:
        return "" if at < texts else ' class="number"'

    heads = "".join(
        f'<th scope="col"{kind(at)}>{escape(cell)}</th>' for at, cell in enumerate(head)
    )
    body = []
    for first, *others in rows:
        cells = "".join(f"<td{kind(at)}>{escape(cell)}</td>" for at, cell in enumerate(others, 1))
        body.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>\n')
    label = escape(caption, quote=True)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{label}">\n<table>\n'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{''.join(body)}</tbody>\n</table>\n</div>\n"
    )
