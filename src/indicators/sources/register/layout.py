"""The register's own tables and columns, as far as this package needs them.

Names are those of the research-data catalogue's descriptions of the jobseeker register (KEHA:
Työnhakija, Työnhaku, URA). A column that is not listed here is never read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["person", "date", "code", "word", "text", "number"]

PERSON = "person"
# A municipality's own extract has the identity code where research data have the protected id.
PERSON_COLUMNS = ("hid_e", "hetu", "henkilotunnus", "henkilötunnus")


@dataclass(frozen=True, slots=True)
class Field:
    """One needed column.

    Attributes:
        name: What the package calls it.
        columns: What the register calls it, in any case; the first that is there is read.
        kind: ``person`` (the id), ``date``, ``code`` (in capitals), ``word`` (as it stands),
            ``text`` (a word that hardly repeats) or ``number``.
        needed: Whether the table is of no use without it.
    """

    name: str
    columns: tuple[str, ...]
    kind: Kind = "code"
    needed: bool = True


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One table of the register.

    Attributes:
        name: The register's name of it, and of its files.
        fields: What is read.
        needed: Whether there is no register without it.
        aliases: Other names of its files.
    """

    name: str
    fields: tuple[Field, ...]
    needed: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def is_personal(self) -> bool:
        """Whether its rows belong to persons."""
        return any(field.kind == PERSON for field in self.fields)

    def names(self, kind: Kind) -> tuple[str, ...]:
        """Names of the fields of a kind."""
        return tuple(field.name for field in self.fields if field.kind == kind)


def _date(name: str, *columns: str, needed: bool = True) -> Field:
    return Field(name, columns, "date", needed)


def _code(name: str, *columns: str, needed: bool = True) -> Field:
    return Field(name, columns, "code", needed)


def _number(name: str, *columns: str) -> Field:
    return Field(name, columns, "text")


def _optional(name: str, *columns: str) -> Field:
    return Field(name, columns, "code", needed=False)


def _of_persons(name: str, *fields: Field, needed: bool = False) -> SourceTable:
    return SourceTable(name, (Field(PERSON, PERSON_COLUMNS, "person"), *fields), needed)


def _spell(start: str, end: str) -> tuple[Field, Field]:
    return _date("start", start), _date("end", end)


_ALL = (
    _of_persons(
        "YHENK",
        # An identity code tells both where the register lacks them: asked for after reading.
        _optional("birth_year", "syntyv"),
        _optional("sex", "sukup"),
        _code("citizenship", "kansah"),
        _code("fund", "kasno"),
        _code("language", "kiekd"),
        _date("updated", "vppvmh", needed=False),
        needed=True,
    ),
    _of_persons("YHKUNTA", _code("code", "kunnoh"), *_spell("muupv6", "paapv6")),
    _of_persons("YHTSTO", _code("code", "toinoh"), *_spell("muupv7", "paapv7")),
    _of_persons("YASSEGMENTTI", _code("code", "assegkdi"), *_spell("alkupv", "paatpv")),
    _of_persons("Palvelulinja", _code("code", "segmenttikoodi"), *_spell("segmenttipvm", "lpvm")),
    _of_persons("YTHAKU", *_spell("alkpv1", "loppv1"), _code("reason", "hapkd"), needed=True),
    _of_persons(
        "YTYOLL",
        _code("code", "tyok1"),
        *_spell("tappvh", "tppvm"),
        _optional("reason", "tymsyy"),
        needed=True,
    ),
    _of_persons(
        "YSIJOIT",
        _code("code", "sijkds"),
        *_spell("alkpv2", "loppv2"),
        _optional("reason", "sipkd"),
    ),
    _of_persons("YTKOKE", _code("code", "kokeilu"), *_spell("alkpv4", "loppv4")),
    _of_persons(
        "YTYOKOU",
        _number("course", "ktunoh", "ktuno"),
        *_spell("alpvm", "papvm"),
        _optional("reason", "pasyy"),
        _optional("begun", "alkood"),
    ),
    SourceTable(
        "KTYOKOU",
        (
            _number("course", "ktuno", "ktunoh"),
            _code("code", "kurslaji"),
            _optional("off", "perutk"),
        ),
    ),
    _of_persons(
        "YTVPOLL",
        # Either is enough: which one an extract has depends on its year.
        _optional("code", "lausno"),
        _optional("code7", "lausno7"),
        _date("given", "rekpv"),
        *_spell("alkpv7", "loppv7"),
    ),
    _of_persons("YTVALIT", _number("vacancy", "ilmno"), *_spell("alkpv8", "loppv8")),
    SourceTable("YPAIKKA", (_number("vacancy", "ilmno"), _code("type", "tptyyp"))),
    _of_persons("YTHAKSU", _code("code", "kotsk"), _date("signed", "thspv")),
    _of_persons(
        "Suunnitelmat",
        _code("code", "toimsuunlaji"),
        _date("signed", "allekpvm"),
        _date("review", "toimviimpvm", needed=False),
    ),
    _of_persons(
        "Tyotarjoukset",
        _number("vacancy", "ilmoitusnumero"),
        _date("date", "osoitettupvm"),
        _code("result", "tuloskoodi"),
        _optional("type", "tyosuhttyyppi"),
    ),
    _of_persons(
        "Palkkatukipaikat",
        _number("vacancy", "sijmahdnumero"),
        _date("date", "osoitettupvm"),
        _code("result", "tuloskoodi"),
    ),
    _of_persons(
        "esittelyt",
        _number("vacancy", "ilmoitusnumero"),
        _date("date", "esittelypvm"),
        _code("result", "tuloskoodi"),
    ),
)

_MUNICIPALITY = Field("municipality", ("municipality", "kunta", "kuntanumero", "kuntakoodi"))
_MONTH = Field("month", ("month", "kuukausi"))
_INSTRUMENT = Field("instrument", ("instrument", "mittari"), "word")


def _figure(name: str, *columns: str) -> Field:
    return Field(name, (name, *columns), "number")


def _word(name: str, *columns: str, needed: bool = True) -> Field:
    return Field(name, (name, *columns), "word", needed)


# Figures that are not the register's: no common form exists, so columns go by their canonical
# names or by Finnish ones.
_FIGURES = (
    SourceTable(
        "labour_force",
        (
            _MUNICIPALITY,
            _word("group", "ryhma", "ryhmä"),
            _figure("year", "vuosi"),
            _date("vintage", "vintage", "julkaistu", "vuosikerta"),
            _figure("value", "tyovoima", "työvoima", "arvo"),
        ),
        aliases=("tyovoima", "työvoima"),
    ),
    SourceTable(
        "caseload",
        (
            _MONTH,
            _code("office", "office", "toimisto", "toinoh"),
            _word("specialist_id", "asiantuntija"),
            _figure("customers", "asiakkaita", "asiakkaat"),
            _figure("fte", "htv", "henkilotyovuodet", "henkilötyövuodet"),
        ),
        aliases=("asiakasmaarat", "asiakasmäärät"),
    ),
    SourceTable(
        # Kela's open data: ``;``, decimal comma, NA where a figure is not published.
        "kela",
        (
            Field("municipality", ("kuntanumero", "municipality")),
            _optional("period", "aikajakso"),
            Field("month", ("kuukausi", "month")),
            _optional("year", "vuosi"),
            Field("benefit", ("etuuslaji", "benefit"), "word"),
            Field("basis", ("korvausperuste", "basis"), "word"),
            Field("sex", ("sukupuoli",), "word", needed=False),
            Field("age", ("ikaryhma", "ikäryhmä"), "word", needed=False),
            _figure("recipients", "saajat"),
            _figure("euros", "maksetut_etuudet_euroa"),
            _figure("days", "korvatut_paivat", "korvatut_päivät"),
        ),
        aliases=("kela_tyottomyysetuudet", "kela_työttömyysetuudet"),
    ),
    SourceTable(
        "survey",
        (
            Field("respondent_id", ("respondent_id", "vastaaja"), "text"),
            _MUNICIPALITY,
            _MONTH,
            _INSTRUMENT,
            _word("item", "vaittama", "väittämä", "kysymys"),
            _figure("score", "pisteet", "vastaus"),
            _figure("wave", "mittauskerta", "kierros"),
        ),
        aliases=("kysely",),
    ),
    SourceTable(
        "survey_round",
        (_MUNICIPALITY, _MONTH, _INSTRUMENT, _figure("invited", "kutsutut", "kutsuttuja")),
        aliases=("kyselykierros", "kyselykierrokset"),
    ),
)
FIGURE_TABLES = tuple(table.name for table in _FIGURES)

SOURCE_TABLES: dict[str, SourceTable] = {table.name: table for table in (*_ALL, *_FIGURES)}

# Groups of columns of which a table needs one.
ONE_OF: dict[str, tuple[str, ...]] = {"YTVPOLL": ("code", "code7")}
# Fields an identity code can stand for.
FROM_IDENTITY_CODE: dict[str, tuple[str, ...]] = {"YHENK": ("birth_year", "sex")}
