"""Names that say: what stands here is a person's id."""

from __future__ import annotations

import re
from collections.abc import Iterator

# The register's own names, the package's, and those that extracts and offices use.
NAMES = frozenset(
    {
        *("hid_e", "hid", "hetu", "henkilotunnus", "henkilötunnus"),
        *("person_id", "personid", "henkilo_id", "henkilö_id", "henkiloid"),
        *("henkilotunniste", "henkilönumero", "henkilonumero", "asiakas_id", "asiakasnumero"),
        *("customer_id", "client_id", "jobseeker_id", "tyonhakija_id", "työnhakija_id"),
        *("respondent_id", "vastaaja_id", "specialist_id", "asiantuntija_id", "shnro"),
        *("personbeteckning", "person_nr", "personnummer", "ssn", "national_id"),
        *("personal_identity_code", "yksiloid", "lomtunnus"),
    }
)
_APART = re.compile(r"[\s.\-]+")
_WORDS = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
_SAID = re.compile(
    rf"(?<![0-9a-zåäö_])(?:{_WORDS})[\"'`]?\s*[:=]\s*[\"'`]?([0-9]{{1,19}})(?![0-9A-Za-z_])",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"[0-9]")


def is_id_name(name: str) -> bool:
    """Whether a column or key of this name holds ids of persons."""
    return _APART.sub("_", name.strip().strip("\"'").lower()) in NAMES


def said_ids(text: str) -> list[int]:
    """Numbers that a text itself calls a person's id, such as ``person_id: 123``."""
    return [int(number) for number in _SAID.findall(text)] if _says_a_name(text.casefold()) else []


def printed_columns(text: str) -> Iterator[tuple[str, int]]:
    """Columns named like ids in tables printed as text, with how many rows have a number there.

    A frame's own printing is told by its header: words set apart by blanks, over rows of as many
    words, or one more for the row's label. A frame as wide as the page is broken: each part counts.
    """
    if not _says_a_name(_APART.sub("_", text.casefold())):
        return
    header: list[str] = []
    rows: dict[str, int] = {}
    for line in text.splitlines():
        words = line.split()
        if any(is_id_name(word) for word in words) and not _DIGIT.search(line):
            header = words
        elif header and len(words) - len(header) in (0, 1):
            for name, word in zip(header, words[len(words) - len(header) :], strict=True):
                if is_id_name(name) and _DIGIT.search(word):
                    rows[name] = rows.get(name, 0) + 1
        elif words:
            header = []
    yield from rows.items()


def _says_a_name(folded: str) -> bool:
    """Whether a text, in small letters, holds a name at all: most hold none, which is seen fast."""
    return any(name in folded for name in NAMES)
