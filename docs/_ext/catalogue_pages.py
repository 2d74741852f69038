"""The catalogue as pages: all indicators, and each with its definition and worked examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dictionary import markdown_table
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import Indicator
from indicators.catalogue.show import parameter_value

EXAMPLES = "docs/method-examples.md"
_LANGUAGE = "en"


def listed_indicators() -> list[str]:
    """Ids of all indicators and context series, in the order of their numbers."""
    catalogue = load_catalogue()
    return [one.id for one in (*catalogue.indicators, *catalogue.context)]


def catalogue_index() -> str:
    """The page that lists them, in Markdown."""
    catalogue = load_catalogue()
    rows = [_index_row(catalogue, one) for one in catalogue.indicators]
    context = [_index_row(catalogue, one) for one in catalogue.context]
    grades = [
        (
            catalogue.label("grade", grade, _LANGUAGE),
            catalogue.explanation("grade", grade, _LANGUAGE),
        )
        for grade in catalogue.labels["grade"]
    ]
    head = ("no.", "indicator", "id", "unit", "sources", "certainty")
    lines = [
        "# Indicators",
        "",
        "What each indicator is, from its definition. The same in Finnish and Swedish:",
        "`indicators catalogue --lang fi`, `--lang sv`.",
        "",
        *markdown_table(head, rows),
        "Context series, which stand beside them in reports:",
        "",
        *markdown_table(head, context),
        "Certainty: how sure a definition is.",
        "",
        *markdown_table(("grade", "meaning"), grades),
        "```{toctree}",
        ":hidden:",
        "",
        *listed_indicators(),
        "```",
    ]
    return "\n".join(lines) + "\n"


def _index_row(catalogue: Catalogue, indicator: Indicator) -> tuple[str, ...]:
    sources = ", ".join(catalogue.label("source", s, _LANGUAGE) for s in indicator.sources)
    return (
        str(indicator.number or ""),
        f"[{indicator.short[_LANGUAGE]}]({indicator.id}.md)",
        f"`{indicator.id}`",
        catalogue.label("unit", indicator.unit, _LANGUAGE),
        sources,
        indicator.grade,
    )


def indicator_page(indicator_id: str, root: Path) -> str:
    """An indicator's page: what the catalogue says of it, and the examples worked out."""
    catalogue = load_catalogue()
    return (
        "\n".join(
            [
                *_definition(catalogue, catalogue.indicator(indicator_id)),
                *_examples(indicator_id, root),
            ]
        )
        + "\n"
    )


def _definition(catalogue: Catalogue, indicator: Indicator) -> Iterator[str]:
    number = f"{indicator.number}. " if indicator.number else ""
    yield f"# {number}{indicator.short[_LANGUAGE]}"
    yield ""
    yield f"`{indicator.id}`: {indicator.name[_LANGUAGE]}"
    yield ""
    yield _plain(indicator.definition[_LANGUAGE])
    yield ""
    yield f"**Numerator.** {_plain(indicator.numerator[_LANGUAGE])}"
    yield ""
    yield f"**Denominator.** {_plain(indicator.denominator[_LANGUAGE])}"
    yield ""
    yield f"**Certainty {indicator.grade}.** {_plain(indicator.certainty.note[_LANGUAGE])}"
    yield ""
    if indicator.statfin:
        recipe = indicator.statfin
        formula = " + ".join(recipe.numerator)
        below = f" / ({' + '.join(recipe.denominator)})" if recipe.denominator else ""
        yield f"**From StatFin.** `{recipe.statistic} = ({formula}){below}`"
        yield ""
    yield "## Statistics"
    yield ""
    yield from markdown_table(
        ("id", "statistic", "unit", "certainty"),
        [
            (f"`{s.id}`", s.label[_LANGUAGE], catalogue.label("unit", s.unit, _LANGUAGE), s.grade)
            for s in indicator.statistics
        ],
    )
    yield "## Populations, dimensions, sources"
    yield ""
    for head, kind, codes in (
        ("Populations", "population", indicator.populations),
        ("Dimensions", "dimension", indicator.dimensions),
        ("Sources", "source", indicator.sources),
    ):
        if codes:
            named = "; ".join(f"`{c}` {catalogue.label(kind, c, _LANGUAGE)}" for c in codes)
            yield f"- {head}: {named}"
    yield ""
    if indicator.parameters:
        yield "## Parameters"
        yield ""
        yield f"Set by `[parameters.{indicator.id}]` of `indicators.toml`, or by `Choices`."
        yield ""
        yield from markdown_table(
            ("parameter", "default", "meaning"),
            [
                (
                    f"`{p.id}`",
                    parameter_value(catalogue, indicator.id, p, _LANGUAGE),
                    _plain(p.description[_LANGUAGE]),
                )
                for p in indicator.parameters
            ],
        )
    if breaks := catalogue.breaks_for(indicator.id):
        yield "## Series breaks"
        yield ""
        for found in breaks:
            said = f"{found.label[_LANGUAGE]} (`{found.id}`): {found.sentence[_LANGUAGE]}"
            yield f"- {found.date.isoformat()} {said}"
        yield ""


def _plain(text: str) -> str:
    """A text of the catalogue as Markdown: its signs are meant as they stand."""
    return re.sub(r"([*_<\[])", r"\\\1", text)


def _examples(indicator_id: str, root: Path) -> Iterator[str]:
    """The indicator's part of the worked examples, its headings as they fit the page."""
    parts = _parts((root / EXAMPLES).read_text(encoding="utf-8")).get(indicator_id, [])
    if parts:
        yield "## Worked examples"
        yield ""
        yield "Computed anew by the tests, those of a register in two independent ways. What the"
        yield "columns of the tables are, and what holds unless they say otherwise, stands with"
        yield "[all examples](/method-examples.md)."
        yield ""
        yield from parts


def _parts(text: str) -> dict[str, list[str]]:
    """The lines of the page of examples by indicator, without their heads."""
    parts: dict[str, list[str]] = {}
    lines: list[str] = []
    for chunk in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        body = re.split(r"^## ", chunk, flags=re.MULTILINE)[0]
        found = re.search(r"^`([a-z0-9_]+)`$", body, re.MULTILINE)
        if found:
            lines = body[found.end() :].replace("\n#### ", "\n### ").strip().split("\n")
            parts.setdefault(found[1], []).extend([*lines, ""])
    return parts
