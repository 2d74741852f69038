"""The gate: everything in a text that the named subset of Quarto's syntax does not know.

Both renderers read the same sources. What only one of them understands, or the two understand
differently, is refused here, each with its place and before anything is written.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path, PurePosixPath

from indicators.rendering.places import Line, Place, Problem

# The text, with code, raw markup and formulas blanked without moving a character.

FENCE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})(?P<info>[^\n`]*)\n"
    r"(?P<body>.*?)(?P<end>^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CODE_SPAN = re.compile(
    r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>(?:(?!\n\s*\n).)+?)(?<!`)(?P=ticks)(?!`)", re.DOTALL
)
DISPLAY = re.compile(r"\$\$(?P<tex>(?:(?!\n\s*\n).)+?)\$\$", re.DOTALL)
INLINE = re.compile(r"(?<![\\$\w])\$(?=[^\s$])(?P<tex>[^$\n]*?)(?<=[^\s\\])\$(?!\d)")
NOT_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True)
class SourceText:
    """A source's lines as a single string, with the way back from an offset to its place."""

    lines: tuple[Line, ...]

    @cached_property
    def raw(self) -> str:
        """The text as it stands."""
        return "\n".join(line.text for line in self.lines) + "\n"

    @cached_property
    def prose(self) -> str:
        """The text with code, raw blocks, comments and formulas blanked, offsets unchanged."""
        text = self.raw
        for pattern in (FENCE, COMMENT, CODE_SPAN):
            text = pattern.sub(_blank, text)
        for pattern in (DISPLAY, INLINE):
            text = pattern.sub(_blank_inside, text)
        return text

    @cached_property
    def without_blocks(self) -> str:
        """The text with fenced blocks and comments blanked: code spans and formulas still stand."""
        return COMMENT.sub(_blank, FENCE.sub(_blank, self.raw))

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line.text) + 1 for line in self.lines)]

    def place(self, offset: int) -> Place:
        """The place of a character of ``raw`` or ``prose``."""
        number = bisect_right(self._starts, offset) - 1
        return self.lines[min(number, len(self.lines) - 1)].place


def _blank(match: re.Match[str]) -> str:
    return NOT_NEWLINE.sub(" ", match[0])


def _blank_inside(match: re.Match[str]) -> str:
    """Keep the dollars: the check of a formula's description needs them."""
    lead = "$$" if match[0].startswith("$$") else "$"
    return lead + NOT_NEWLINE.sub(" ", match["tex"]) + lead


# Attributes (``{#id .class key="value"}``): which classes and keys the subset knows.


CALLOUTS = frozenset(
    {"callout-note", "callout-tip", "callout-warning", "callout-important", "callout-caution"}
)
CONDITIONS = frozenset({"content-visible", "content-hidden"})
#: Classes the theme has a style for, in the page and in the PDF (docs/rendering.md).
THEME_CLASSES = frozenset(
    {
        *("language-links", "languages", "synthetic-notice", "status-note", "month-list"),
        *("key-figures", "key-figure", "name", "value", "change", "cell-output"),
    }
)
CLASSES = CALLOUTS | CONDITIONS | THEME_CLASSES | {"panel-tabset", "unnumbered", "unlisted"}
KEYS = frozenset(
    {"lang", "hreflang", "title", "collapse", "when-format", "unless-format"}
    | {"fig-alt", "alt", "width"}
)
#: In Quarto's typst output `pdf` is false (there it means LaTeX), so it is no format of the subset.
CONDITION_FORMATS = frozenset({"html", "typst"})

_VALUE = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s\"'{}]+"
_PART = rf"(?:#[^\s{{}}]+|\.[^\s{{}}]+|[\w-]+\s*=\s*(?:{_VALUE})|-)"
ATTRIBUTE_BLOCK = re.compile(rf"\{{\s*(?P<inside>{_PART}(?:\s+{_PART})*)\s*\}}")
ATTRIBUTE_PART = re.compile(
    rf"#(?P<id>[^\s{{}}]+)|(?P<key>[\w-]+)\s*=\s*(?P<value>{_VALUE})|\.(?P<cls>[^\s{{}}]+)"
)
DIV = re.compile(
    r"^[ \t>]*:{3,}[ \t]*(?P<name>[^\s{:][^\n{]*?)?[ \t]*(?P<attr>\{[^\n]*\})?[ \t]*:*[ \t]*$", re.M
)


@dataclass(frozen=True)
class AttributePart:
    """An id, class or key of an attribute block, and its offset in the text."""

    kind: str
    name: str
    value: str
    offset: int


def attribute_parts(text: SourceText) -> Iterator[AttributePart]:
    """All parts of all attribute blocks, in reading order."""
    for block in ATTRIBUTE_BLOCK.finditer(text.prose):
        for part in ATTRIBUTE_PART.finditer(block["inside"]):
            offset = block.start("inside") + part.start()
            if part["id"]:
                yield AttributePart("id", part["id"], "", offset)
            elif part["cls"]:
                yield AttributePart("class", part["cls"], "", offset)
            else:
                yield AttributePart("key", part["key"], unquoted(part["value"]), offset)


def unquoted(value: str) -> str:
    """An attribute's value without its quotes."""
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] in ("'", '"') else value


def attribute_problems(text: SourceText) -> Iterator[Problem]:
    """Classes, keys and formats that the subset does not know."""
    for part in attribute_parts(text):
        message = _attribute_fault(part)
        if message:
            yield Problem(text.place(part.offset), message)
    for div in DIV.finditer(text.prose):
        if div["name"] and div["name"].strip() not in CLASSES:
            message = f"div class `{div['name'].strip()}` not supported"
            yield Problem(text.place(div.start("name")), message)


def _attribute_fault(part: AttributePart) -> str:
    if part.kind == "class" and part.name not in CLASSES:
        return f"class `.{part.name}` not supported; known are {', '.join(sorted(CLASSES))}"
    if part.kind == "key" and part.name not in KEYS:
        return f"attribute `{part.name}` not supported; known are {', '.join(sorted(KEYS))}"
    if part.name in ("when-format", "unless-format") and part.value not in CONDITION_FORMATS:
        return f"{part.name} is `{part.value}`; write html or typst (Quarto's pdf means LaTeX)"
    return ""


# Labels and references: every label once, every reference to a label that is there.


LABEL_KINDS = frozenset({"fig", "tbl", "sec", "eq"})
#: Prefixes that have a meaning of their own in Quarto but not in the subset.
UNSUPPORTED_LABEL_KINDS = frozenset(
    {"lst", "thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "rem", "sol", "alg"}
    | {"nte", "tip", "wrn", "imp", "cau", "vid", "ch", "apx"}
)
REFERENCE = re.compile(r"(?<![\w.@/\\+-])-?@(?P<id>\w(?:[\w:.#$%&+?<>~/-]*\w)?)")
FOOTNOTE = re.compile(r"\[\^(?P<id>[^\]\s^]+)\](?P<colon>:?)")
EQUATION_END = re.compile(r"\$\$(?P<tex>[^$]*)\$\$[ \t]*(?P<attr>\{[^\n]*\})?")
#: What the mask leaves of a formula within a line.
INLINE_MATHS = re.compile(r"(?<!\$)\$ +\$(?!\$)")


def crossref_problems(text: SourceText, *, number_sections: bool) -> Iterator[Problem]:
    """Duplicate and unknown labels, references to nothing, citations, footnotes, formulas."""
    labels: dict[str, Place] = {}
    for part in attribute_parts(text):
        if part.kind == "id":
            yield from _label_problems(part.name, text.place(part.offset), labels)
    for match in REFERENCE.finditer(text.prose):
        message = _reference_fault(match["id"] or "", labels, number_sections=number_sections)
        if message:
            yield Problem(text.place(match.start()), message)
    yield from _footnote_problems(text)
    yield from _formula_problems(text)


def _label_problems(label: str, place: Place, labels: dict[str, Place]) -> Iterator[Problem]:
    if label in labels:
        yield Problem(place, f"label `{label}` is there already ({labels[label]})")
    labels.setdefault(label, place)
    kind, dash, _ = label.partition("-")
    if dash and kind in UNSUPPORTED_LABEL_KINDS:
        yield Problem(place, f"label `{label}`: references of kind `{kind}` are not supported")


def _reference_fault(label: str, labels: dict[str, Place], *, number_sections: bool) -> str:
    kind, dash, _ = label.partition("-")
    if not dash or kind not in LABEL_KINDS:
        return f"`@{label}`: citations are not supported; references are to fig-, tbl-, sec- or eq-"
    if label not in labels:
        return f"`@{label}` refers to a label that is not there"
    if kind == "sec" and not number_sections:
        return f"`@{label}` needs numbered sections; set number-sections: true, or write a link"
    return ""


def _footnote_problems(text: SourceText) -> Iterator[Problem]:
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


def _formula_problems(text: SourceText) -> Iterator[Problem]:
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


# Pictures: each is there, stands with its source, and has an alternative text.


IMAGE = re.compile(
    r"!\[(?P<caption>(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*)\]"
    r"\((?P<path><[^>\n]*>|[^)\s]*)(?:\s+\"[^\"]*\")?\)"
    r"(?P<attr>\{(?:[^{}\"']|\"(?:[^\"\\]|\\.)*\"|'[^']*')*\})?"
)
IMAGE_ENDINGS = frozenset({".svg", ".png", ".jpg", ".jpeg"})


def picture_problems(
    text: SourceText, folder: Path, media: Mapping[str, bytes], images: dict[str, bytes]
) -> Iterator[Problem]:
    """Check every picture; the bytes of those that are in order go into ``images``."""
    for match in IMAGE.finditer(text.prose):
        place = text.place(match.start())
        name = match["path"].strip("<>")
        if not _alternative_text(match):
            yield Problem(place, f'picture `{name}` has no alt text; add {{fig-alt="…"}}')
        content = media.get(name)
        refusal = "" if content is not None else _picture_fault(name, folder)
        if refusal:
            yield Problem(place, f"picture `{name}` {refusal}")
        else:
            images[name] = content if content is not None else (folder / name).read_bytes()


def _alternative_text(match: re.Match[str]) -> str:
    """The words for a picture: ``fig-alt`` or ``alt``, within a line also its bracketed text."""
    for part in ATTRIBUTE_PART.finditer(match["attr"] or ""):
        if part["key"] in ("fig-alt", "alt"):
            return unquoted(part["value"]).strip()
    return ""


def _picture_fault(name: str, folder: Path) -> str:
    if re.match(r"[a-z][a-z0-9+.-]*:|//", name, re.IGNORECASE):
        return "comes from elsewhere; a page makes no request, so put the file beside the source"
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return "must stand in the folder of its source or below it"
    if path.suffix.lower() not in IMAGE_ENDINGS:
        return "is not one of svg, png, jpg"
    if not (folder / name).is_file():
        return "is not there"
    return ""


# Blocks: fences, divs, headings, raw markup, shortcodes left over.


RAW_FORMATS = frozenset({"html", "typst"})
RAW_INFO = re.compile(r"\{=(?P<format>[\w-]+)\}")
EXECUTABLE = re.compile(r"\{\s*(?P<language>[A-Za-z][\w-]*)\b(?!\s*=)")
HEADING = re.compile(r"^[ ]{0,3}(?P<marks>#{1,6})[ \t]+\S", re.MULTILINE)
SETEXT = re.compile(r"^(?P<line>\S[^\n]*)\n(?:=+|-+)[ \t]*$", re.MULTILINE)
FENCED_DIV = re.compile(r"^[ \t>]*(?P<colons>:{3,})[ \t]*(?P<open>[^\s:][^\n]*)?$")
#: Elements that would fetch something, run something, or stand outside the subset.
FOREIGN_HTML = re.compile(
    r"<(?P<tag>script|iframe|object|embed|link|video|audio|source|img|style|form|input)\b|"
    r"\s(?P<handler>on\w+)\s*=\s*[\"']|\burl\(\s*[\"']?(?!data:)",
    re.IGNORECASE,
)


def structure_problems(text: SourceText) -> Iterator[Problem]:
    """Everything about blocks that the subset does not know."""
    yield from _fence_problems(text)
    yield from _span_problems(text)
    yield from _div_problems(text)
    yield from _heading_problems(text)


def _fence_problems(text: SourceText) -> Iterator[Problem]:
    for match in FENCE.finditer(text.raw):
        place, info = text.place(match.start("fence")), match["info"].strip()
        if not match["end"]:
            yield Problem(place, "a code block that is never closed")
        raw = RAW_INFO.fullmatch(info)
        if raw and raw["format"] not in RAW_FORMATS:
            yield Problem(place, f"raw `{raw['format']}` not supported; known are html and typst")
        elif raw and raw["format"] == "html":
            yield from _foreign_html_problems(text, match.start("body"), match["body"])
        elif EXECUTABLE.match(info):
            message = f"an executable block (`{info}`): nothing is executed here; use a notebook"
            yield Problem(place, message)
    yield from _foreign_html_problems(text, 0, text.prose)


def _foreign_html_problems(text: SourceText, start: int, part: str) -> Iterator[Problem]:
    for match in FOREIGN_HTML.finditer(part):
        element = f"`{match['tag'] or match['handler'] or 'url()'}`"
        message = f"{element} in raw HTML: a page holds no code and makes no request"
        yield Problem(text.place(start + match.start()), message)


def _span_problems(text: SourceText) -> Iterator[Problem]:
    for match in CODE_SPAN.finditer(text.without_blocks):
        place = text.place(match.start())
        if re.match(r"\{[A-Za-z]\w*\}\s", match["code"]):
            yield Problem(place, "executable code within a line: nothing is executed here")
        raw = RAW_INFO.match(text.without_blocks, match.end())
        if raw and raw["format"] not in RAW_FORMATS:
            yield Problem(place, f"raw `{raw['format']}` not supported; known are html and typst")


def _div_problems(text: SourceText) -> Iterator[Problem]:
    """Divs opened and never closed, or closed and never opened: pandoc would guess."""
    open_divs = []
    for number, line in enumerate(text.prose.split("\n")[: len(text.lines)]):
        match = FENCED_DIV.match(line)
        if match and match["open"]:
            open_divs.append(number)
        elif match and open_divs:
            open_divs.pop()
        elif match:
            yield Problem(text.lines[number].place, "`:::` closes a div that was never opened")
    for number in open_divs:
        yield Problem(text.lines[number].place, "this div is never closed (`:::`)")


def _heading_problems(text: SourceText) -> Iterator[Problem]:
    for match in SETEXT.finditer(text.prose):
        if not match["line"].lstrip().startswith(("|", "+", ":", ">", "-", "*", "<")):
            yield Problem(text.place(match.start()), "an underlined heading; write `## Heading`")
    above = 1
    for match in HEADING.finditer(text.prose):
        place, level = text.place(match.start()), len(match["marks"])
        if _is_callout_title(text.prose, match.start()):
            continue
        if level == 1:
            yield Problem(
                place,
                "`#` is the title's level, and the title is in the front matter; begin with `##`",
            )
        elif level > above + 1:
            yield Problem(
                place, f"heading of level {level} after level {above}: a level is skipped"
            )
        above = max(level, 1)


def _is_callout_title(prose: str, offset: int) -> bool:
    """Whether a heading is the first thing in a callout, and so the callout's title."""
    before = prose[:offset].rstrip().rsplit("\n", 1)[-1]
    return before.lstrip(" >").startswith(":::") and any(f".{name}" in before for name in CALLOUTS)


@dataclass(frozen=True)
class Checked:
    """What the gate found: problems, and the pictures the text names."""

    problems: tuple[Problem, ...]
    images: Mapping[str, bytes]


def check(
    text: SourceText, folder: Path, media: Mapping[str, bytes], *, number_sections: bool
) -> Checked:
    """Check a text.

    Args:
        text: The source's body, includes and metadata already in place.
        folder: Where the source stands; its pictures stand in or below it.
        media: Pictures that stand in the notebook itself, by name.
        number_sections: Whether sections are numbered, without which they cannot be referred to.
    """
    images: dict[str, bytes] = {}
    problems = [
        *_syntax_problems(text, number_sections=number_sections),
        *picture_problems(text, folder, media, images),
    ]
    return Checked(tuple(problems), images)


def _syntax_problems(text: SourceText, *, number_sections: bool) -> Iterator[Problem]:
    yield from structure_problems(text)
    yield from attribute_problems(text)
    yield from crossref_problems(text, number_sections=number_sections)
