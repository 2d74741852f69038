"""Labels and references: every label once, every reference to a label that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.rendering import attributes
from indicators.rendering.masking import Text
from indicators.rendering.places import Place, Problem

KINDS = frozenset({"fig", "tbl", "sec", "eq"})
#: Prefixes that have a meaning of their own in Quarto but not in the subset.
OTHER_KINDS = frozenset(
    {"lst", "thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "rem", "sol", "alg"}
    | {"nte", "tip", "wrn", "imp", "cau", "vid", "ch", "apx"}
)
REFERENCE = re.compile(r"(?<![\w.@/\\+-])-?@(?P<id>\w(?:[\w:.#$%&+?<>~/-]*\w)?)")
FOOTNOTE = re.compile(r"\[\^(?P<id>[^\]\s^]+)\](?P<colon>:?)")
EQUATION_END = re.compile(r"\$\$(?P<tex>[^$]*)\$\$[ \t]*(?P<attr>\{[^\n]*\})?")
#: What the mask leaves of a formula within a line.
INLINE_MATHS = re.compile(r"(?<!\$)\$ +\$(?!\$)")


def problems(text: Text, *, number_sections: bool) -> Iterator[Problem]:
    """Duplicate and unknown labels, references to nothing, citations, footnotes, formulas."""
    labels: dict[str, Place] = {}
    for part in attributes.parts(text):
        if part.kind == "id":
            yield from _label(part.name, text.place(part.offset), labels)
    for match in REFERENCE.finditer(text.prose):
        message = _reference(match["id"] or "", labels, number_sections=number_sections)
        if message:
            yield Problem(text.place(match.start()), message)
    yield from _footnotes(text)
    yield from _formulas(text)


def _label(label: str, place: Place, labels: dict[str, Place]) -> Iterator[Problem]:
    if label in labels:
        yield Problem(place, f"label `{label}` is there already ({labels[label]})")
    labels.setdefault(label, place)
    kind, dash, _ = label.partition("-")
    if dash and kind in OTHER_KINDS:
        yield Problem(place, f"label `{label}`: references of kind `{kind}` are not supported")


def _reference(label: str, labels: dict[str, Place], *, number_sections: bool) -> str:
    kind, dash, _ = label.partition("-")
    if not dash or kind not in KINDS:
        return f"`@{label}`: citations are not supported; references are to fig-, tbl-, sec- or eq-"
    if label not in labels:
        return f"`@{label}` refers to a label that is not there"
    if kind == "sec" and not number_sections:
        return f"`@{label}` needs numbered sections; set number-sections: true, or write a link"
    return ""


def _footnotes(text: Text) -> Iterator[Problem]:
    found = list(FOOTNOTE.finditer(text.prose))
    at_line_start = {
        m.start(): text.prose[text.prose.rfind("\n", 0, m.start()) + 1 : m.start()].strip() == ""
        for m in found
    }
    defined = {m["id"] for m in found if m["colon"] and at_line_start[m.start()]}
    for match in found:
        if match["id"] not in defined:
            place = text.place(match.start())
            yield Problem(place, f"footnote `{match['id']}` has no text (`[^{match['id']}]: …`)")


def _formulas(text: Text) -> Iterator[Problem]:
    advice = 'write it as `$$…$$ {#eq-x alt="…"}`, or in words'
    for match in EQUATION_END.finditer(text.prose):
        found = match["attr"] or ""
        if "#eq-" not in found or not re.search(r"\balt\s*=\s*[\"'].*\S.*[\"']", found):
            yield Problem(
                text.place(match.start()), f"a formula without label and alt text; {advice}"
            )
    without = EQUATION_END.sub(lambda m: " " * len(m[0]), text.prose)
    for match in INLINE_MATHS.finditer(without):
        message = f"a formula within a line can have no alt text; {advice}"
        yield Problem(text.place(match.start()), message)
