"""A month's protected tables and their revisions: what they are, written and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.areas.mergers import codes_of_all_months
from indicators.calendar import shift_month
from indicators.errors import DataError
from indicators.processed import vintages
from indicators.spreadsheets import defuse_frame, restore_frame

if TYPE_CHECKING:
    import pandas as pd

    from indicators.settings.model import Settings


INDICATORS = "indicators.parquet"
CONTEXT = "context.parquet"
SOURCES = "sources.json"
REGISTER = "register.parquet"
REGISTER_FACTS = "register.json"
KELA = "kela.parquet"
KELA_FACTS = "kela.json"
# A register's figures are reported for so many months before the month reported.
REGISTER_MONTHS = 24

# ``revisions.csv`` has a row a revised figure; ``revisions.json`` the vintages, the triangle of the
# newest months and how much newest months usually change.
REVISED_FILE = "revisions.csv"
REVISIONS_FILE = "revisions.json"
NUMBERS = ("old", "new", "change")
TRIANGLE_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Source:
    """A received file that the tables were computed from."""

    file: str
    table: str
    source: str
    vintage: str
    first_month: str
    last_month: str
    licence: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BenefitSource:
    """A file of Kela's that the table of co-financed benefits was computed from.

    Attributes:
        file: Its name.
        title: What its data set is called at the source.
        vintage: The day of the data's update; empty if not known.
        first_month: First month held.
        last_month: Last month held.
        sha256: Of the file.
    """

    file: str
    title: str
    vintage: str
    first_month: str
    last_month: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BenefitFacts:
    """What is known of Kela's figures beside the table.

    Attributes:
        made_up: Whether they are made up.
        sources: The files, newest first.
        unknown_share: Of the country's euros of the last twelve months, the share that stands under
            no known municipality, per cent; None where that is not known.
    """

    made_up: bool
    sources: tuple[BenefitSource, ...]
    unknown_share: float | None = None


@dataclass(frozen=True, slots=True)
class RegisterTables:
    """What a register gives, protected: the rows of its releases.

    Attributes:
        table: Long table of all months released.
        made_up: Whether the register is made up, so that nobody in it lives.
        folder: Where the register is, so that the manifest can name what was read.
        releases: Folders of the releases that the table comes from, one a month.
    """

    table: pd.DataFrame
    made_up: bool
    folder: Path | None = None
    releases: tuple[Path, ...] = ()

    @property
    def days(self) -> list[str]:
        """The days of what the table was counted from, ``YYYY-MM-DD``."""
        return sorted(str(day) for day in self.table["vintage"].dropna().unique())

    def releases_in_window(self, month: str) -> tuple[Path, ...]:
        """The releases of the months that a month's report covers."""
        first, last = register_window(month)
        return tuple(folder for folder in self.releases if first <= folder.parent.name <= last)


@dataclass(frozen=True, slots=True)
class Processed:
    """A month's protected tables.

    Attributes:
        month: The month reported, ``YYYY-MM``; no row is of a later one.
        vintage: Newest date of the sources.
        indicators: Long table of the indicators, for the areas of the report.
        context: Long table of the series reported beside them.
        sources: The files they were computed from, newest first.
        register: Released rows of a register's figures, of the last 24 months and the reported one,
            or None where no register was given.
        made_up: Whether that register is made up.
        revisions: What later vintages of the published sources changed; None where nobody looked.
        kela: Long table of municipally co-financed benefits; None without Kela's data.
        kela_facts: Where that comes from.
    """

    month: str
    vintage: str
    indicators: pd.DataFrame
    context: pd.DataFrame
    sources: tuple[Source, ...]
    register: pd.DataFrame | None = None
    made_up: bool = False
    revisions: Revisions | None = None
    kela: pd.DataFrame | None = None
    kela_facts: BenefitFacts | None = None

    @property
    def any_made_up(self) -> bool:
        """Whether any of the tables holds figures that are made up."""
        return self.made_up or (self.kela_facts is not None and self.kela_facts.made_up)


def reported_areas(settings: Settings) -> tuple[str, ...]:
    """The areas a monthly report covers: the group, its members, comparisons, the country."""
    report = settings.report
    members = codes_of_all_months(settings.groups[report.group].members)
    return (report.group, *members, *report.comparisons, report.country)


def register_window(month: str) -> tuple[str, str]:
    """First and last month of a register's figures in a month's report."""
    return shift_month(month, -REGISTER_MONTHS), month


# What later vintages of a published source changed.


@dataclass(frozen=True, slots=True)
class VintageValue:
    """The value of a month according to a vintage.

    Attributes:
        month: ``YYYY-MM``.
        vintage: ``YYYY-MM-DD``.
        value: In percent; None where it has none.
        status: Of the contract, section 3.
    """

    month: str
    vintage: str
    value: float | None
    status: str


@dataclass(frozen=True, slots=True)
class UsualRevision:
    """How much the next vintage changed months of an age.

    Attributes:
        quantity: ``unemployed`` or ``labour_force``.
        age: In months; 0 is a vintage's last month.
        figures: Pairs of figures that could be compared.
        revised: Those that differ.
        mean_percent: Mean size of the change, % of the first figure.
        most_percent: Greatest size, likewise.
    """

    quantity: str
    age: int
    figures: int
    revised: int
    mean_percent: float
    most_percent: float


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revisions of published figures.

    Attributes:
        vintages: Days of the vintages, oldest first.
        revised: A row a revised figure: ``old_vintage``, ``new_vintage`` and the columns of
            :data:`indicators.revisions.comparing.COLUMNS`.
        triangle: The unemployment share of the report's group as each vintage has it.
        usual: How much newest months usually change.
        begins: First month of each vintage, while that is known: it is not written.
    """

    vintages: tuple[str, ...]
    revised: pd.DataFrame
    triangle: tuple[VintageValue, ...]
    usual: tuple[UsualRevision, ...]
    begins: tuple[str, ...] = ()

    def until(self, month: str) -> Revisions:
        """What concerns a month and those before it; of the triangle its last 12 months.

        A vintage that begins later has nothing to do with the month.
        """
        first = shift_month(month, 1 - TRIANGLE_MONTHS)
        figures = self.revised[self.revised["month"] <= month].reset_index(drop=True)
        triangle = tuple(value for value in self.triangle if first <= value.month <= month)
        vintages = tuple(
            vintage
            for vintage, begin in zip_longest(self.vintages, self.begins, fillvalue="")
            if begin <= month
        )
        return Revisions(vintages, figures, triangle, self.usual)


def write_revisions(revisions: Revisions, folder: Path) -> None:
    """Write revisions into a folder, as CSV and JSON."""
    csv = defuse_frame(revisions.revised).to_csv(index=False, lineterminator="\n")
    (folder / REVISED_FILE).write_text(csv, encoding="utf-8")
    content = {
        "vintages": list(revisions.vintages),
        "triangle": [asdict(entry) for entry in revisions.triangle],
        "usual": [asdict(entry) for entry in revisions.usual],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (folder / REVISIONS_FILE).write_text(text + "\n", encoding="utf-8")


def read_revisions(folder: Path) -> Revisions | None:
    """Read the revisions of a vintage; None where it has none.

    Raises:
        DataError: Its files cannot be read.
    """
    import pandas as pd

    path = folder / REVISIONS_FILE
    if not path.exists():
        return None
    try:
        content: Mapping[str, list[dict[str, object]]] = json.loads(
            path.read_text(encoding="utf-8")
        )
        return Revisions(
            vintages=tuple(map(str, content["vintages"])),
            # Only numbers may be missing: a status that a table lacks is an empty text.
            revised=restore_frame(
                pd.read_csv(
                    folder / REVISED_FILE,
                    keep_default_na=False,
                    na_values=dict.fromkeys(NUMBERS, ""),
                )
            ),
            triangle=tuple(VintageValue(**entry) for entry in content["triangle"]),  # type: ignore[arg-type]
            usual=tuple(UsualRevision(**entry) for entry in content["usual"]),  # type: ignore[arg-type]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; make the month's tables again") from error


def read_month(root: Path, month: str, vintage: str = vintages.LATEST) -> Processed:
    """Read a month's protected tables.

    Args:
        root: The project's folder.
        month: ``YYYY-MM``.
        vintage: Name of a vintage, such as ``2023-12-05``, or ``latest`` for the one published
            last.

    Raises:
        DataError: They are not there, or cannot be read.
    """
    from indicators import table

    folder = vintages.vintage_folder(root, month, vintage)
    register, made_up = _read_register(folder)
    kela, kela_facts = _read_kela(folder)
    return Processed(
        month=month,
        vintage=vintages.vintage_day(folder.name),
        indicators=table.read(folder / INDICATORS),
        context=table.read(folder / CONTEXT),
        sources=_read_sources(folder / SOURCES),
        register=register,
        made_up=made_up,
        revisions=read_revisions(folder),
        kela=kela,
        kela_facts=kela_facts,
    )


def _read_sources(path: Path) -> tuple[Source, ...]:
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["sources"]
        return tuple(Source(**source) for source in listed)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; make the month's tables again") from error


def write_benefit_facts(facts: BenefitFacts, folder: Path) -> None:
    """Write what is known of Kela's figures beside their table."""
    text = json.dumps(asdict(facts), ensure_ascii=False, indent=2)
    (folder / KELA_FACTS).write_text(text + "\n", encoding="utf-8")


def _read_kela(folder: Path) -> tuple[pd.DataFrame | None, BenefitFacts | None]:
    """The table of co-financed benefits and where it comes from, where there is one."""
    from indicators import table

    if not (folder / KELA).exists():
        return None, None
    path = folder / KELA_FACTS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        sources = tuple(BenefitSource(**source) for source in content["sources"])
        facts = BenefitFacts(bool(content["made_up"]), sources, content["unknown_share"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; make the month's tables again") from error
    return table.read(folder / KELA), facts


def _read_register(folder: Path) -> tuple[pd.DataFrame | None, bool]:
    """The register's table and whether it is made up, where there is one."""
    from indicators import table

    if not (folder / REGISTER).exists():
        return None, False
    return table.read(folder / REGISTER), is_made_up(folder)


def is_made_up(folder: Path) -> bool:
    """Whether the register of a vintage is made up.

    Raises:
        DataError: Nothing that can be read says so.
    """
    path = folder / REGISTER_FACTS
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["made_up"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: cannot be read; make the month's tables again") from error
