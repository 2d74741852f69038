"""What a scan found: file, kind, place and count, and never the value."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.errors import DataError, DisclosureError

HETU = "personal identity code"
ARTIFICIAL = "artificial personal identity code (900-999)"
PERSON_ID = "person id"
ID_COLUMN = "column of person ids"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that tells of a person, in one part of a file.

    Attributes:
        file: The file's path; a code in it is masked.
        kind: One of the texts above.
        place: The first place in that part (cell, page, row, column, line); empty for the file.
        count: How many times in that part.
    """

    file: str
    kind: str
    place: str
    count: int

    def __str__(self) -> str:
        times = "once" if self.count == 1 else f"{self.count} times"
        return f"{self.file}: {self.kind}, {times}{f' ({self.place})' if self.place else ''}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a part of it, that could not be looked through.

    Attributes:
        file: The file's path.
        place: The part of it; empty for all of it.
        reason: Why, and what to do.
        in_part: Whether some of it was looked through, up to a limit.
    """

    file: str
    place: str
    reason: str
    in_part: bool = False

    def __str__(self) -> str:
        place = f" ({self.place})" if self.place else ""
        whole = " whole" if self.in_part else ""
        return f"{self.file}{place}: not scanned{whole}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Findings:
    """The outcome of a scan.

    Attributes:
        findings: In the order of the files.
        unreadable: What could not be looked through.
        files: How many files were looked through.
        passed_over: Folders that were not entered: a repository's own and environments.
    """

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    files: int
    passed_over: tuple[str, ...] = ()

    def text(self) -> str:
        """A line each, for people."""
        lines = [str(finding) for finding in (*self.findings, *self.unreadable)]
        lines += [f"{folder}: passed over" for folder in self.passed_over]
        if not self.findings and not self.unreadable:
            lines.append(f"{self.files} files: nothing found")
        return "\n".join(lines) + "\n"

    def check(self, *, listed: bool = True) -> None:
        """Refuse what must not be published.

        Args:
            listed: Whether the error names all that was found, and not only how much it is.

        Raises:
            DisclosureError: Something was found; it is named by file, kind and place.
            DataError: Nothing was found, but something could not be looked through.
        """
        lines = [str(finding) for finding in (*self.findings, *self.unreadable)] if listed else []
        if self.findings:
            files = len({finding.file for finding in self.findings})
            raise DisclosureError(
                f"what tells of persons stands in {files} of {self.files} files; publish none of "
                "them, and make them anew without it",
                lines,
            )
        if self.unreadable:
            places = len({finding.file for finding in self.unreadable})
            raise DataError(
                f"{places} files or folders are not scanned whole; make them readable or take them "
                "away",
                lines,
            )
