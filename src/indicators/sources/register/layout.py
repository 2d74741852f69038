"""The register's own tables and columns, as far as this package needs them.

Names are those of the research-data catalogue's descriptions of the jobseeker register (KEHA:
Työnhakija, Työnhaku, URA). A column that is not listed here is never read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from indicators.sources.kela import words as kela

Kind = Literal["person", "date", "end", "code", "word", "text", "number", "amount", "count"]

PERSON = "person"
# A municipality's own extract has the identity code where research data have the protected id.
PERSON_COLUMNS = ("hid_e", "hetu", "henkilotunnus", "henkilötunnus")


@dataclass(frozen=True, slots=True)
class Field:
    """One needed column.

    Attributes:
        name: What the package calls it.
        columns: What the register calls it, in any case; the first that is there is read.
        kind: ``person`` (the id), ``date``, ``end`` (a date that may not be known yet), ``code``
            (in capitals), ``word`` (as it stands), ``text`` (a word that hardly repeats),
            ``number``, ``amount`` (a number from 0 to 10⁹) or ``count`` (a whole one).
        needed: Whether the table is of no use without it.
        form: Regular expression that its codes follow, unless they are saved by mistake: a column
            that is written in words has none that do.
    """

    name: str
    columns: tuple[str, ...]
    kind: Kind = "code"
    needed: bool = True
    form: str = ""


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

    @property
    def column_names(self) -> frozenset[str]:
        """All that its columns may be called, in lower case."""
        return frozenset(column for field in self.fields for column in field.columns)

    def names(self, *kinds: Kind) -> tuple[str, ...]:
        """Names of the fields of some kinds."""
        return tuple(field.name for field in self.fields if field.kind in kinds)


_SHORT = "[0-9A-Z]{1,4}"
_DIGITS = "[0-9]{1,3}"
_MUNICIPALITY_CODE = "(KU)?[0-9]{1,3}|SSS"


def _date(name: str, *columns: str, needed: bool = True) -> Field:
    return Field(name, columns, "date", needed)


def _code(name: str, *columns: str, needed: bool = True, form: str = _SHORT) -> Field:
    return Field(name, columns, "code", needed, form)


def _number(name: str, *columns: str) -> Field:
    return Field(name, columns, "text")


def _optional(name: str, *columns: str, form: str = _SHORT) -> Field:
    return Field(name, columns, "code", needed=False, form=form)


def _person_table(name: str, *fields: Field, needed: bool = False) -> SourceTable:
    return SourceTable(name, (Field(PERSON, PERSON_COLUMNS, "person"), *fields), needed)


def _spell(start: str, end: str) -> tuple[Field, Field]:
    return _date("start", start), Field("end", (end,), "end")


_PERSON_TABLES = (
    _person_table(
        "YHENK",
        # An identity code has both where the register lacks them: looked for after reading.
        _optional("birth_year", "syntyv", form="[0-9]{4}"),
        _optional("sex", "sukup", form="[0-9]{1,2}"),
        _code("citizenship", "kansah", form=_DIGITS),
        _code("fund", "kasno", form=_DIGITS),
        _code("language", "kiekd"),
        _date("updated", "vppvmh", needed=False),
        needed=True,
    ),
    _person_table(
        "YHKUNTA", _code("code", "kunnoh", form=_MUNICIPALITY_CODE), *_spell("muupv6", "paapv6")
    ),
    _person_table("YHTSTO", _code("code", "toinoh"), *_spell("muupv7", "paapv7")),
    _person_table("YASSEGMENTTI", _code("code", "assegkdi"), *_spell("alkupv", "paatpv")),
    _person_table("Palvelulinja", _code("code", "segmenttikoodi"), *_spell("segmenttipvm", "lpvm")),
    _person_table("YTHAKU", *_spell("alkpv1", "loppv1"), _code("reason", "hapkd"), needed=True),
    _person_table(
        "YTYOLL",
        _code("code", "tyok1"),
        *_spell("tappvh", "tppvm"),
        _optional("reason", "tymsyy"),
        needed=True,
    ),
    _person_table(
        "YSIJOIT",
        _code("code", "sijkds"),
        *_spell("alkpv2", "loppv2"),
        _optional("reason", "sipkd"),
    ),
    _person_table("YTKOKE", _code("code", "kokeilu"), *_spell("alkpv4", "loppv4")),
    _person_table(
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
    _person_table(
        "YTVPOLL",
        # Either is enough: which one an extract has depends on its year.
        _optional("code", "lausno"),
        _optional("code7", "lausno7"),
        _date("given", "rekpv"),
        *_spell("alkpv7", "loppv7"),
    ),
    _person_table("YTVALIT", _number("vacancy", "ilmno"), *_spell("alkpv8", "loppv8")),
    SourceTable("YPAIKKA", (_number("vacancy", "ilmno"), _code("type", "tptyyp"))),
    _person_table("YTHAKSU", _code("code", "kotsk"), _date("signed", "thspv")),
    _person_table(
        "Suunnitelmat",
        _code("code", "toimsuunlaji"),
        _date("signed", "allekpvm"),
        Field("review", ("toimviimpvm",), "end", needed=False),
    ),
    _person_table(
        "Tyotarjoukset",
        _number("vacancy", "ilmoitusnumero"),
        _date("date", "osoitettupvm"),
        _code("result", "tuloskoodi"),
        _optional("type", "tyosuhttyyppi"),
    ),
    _person_table(
        "Palkkatukipaikat",
        _number("vacancy", "sijmahdnumero"),
        _date("date", "osoitettupvm"),
        _code("result", "tuloskoodi"),
    ),
    _person_table(
        "esittelyt",
        _number("vacancy", "ilmoitusnumero"),
        _date("date", "esittelypvm"),
        _code("result", "tuloskoodi"),
    ),
)

_MUNICIPALITY = _code(
    "municipality", "municipality", "kunta", "kuntanumero", "kuntakoodi", form=_MUNICIPALITY_CODE
)
_MONTH = Field("month", ("month", "kuukausi"))
_INSTRUMENT = Field("instrument", ("instrument", "mittari"), "word")


def _figure(name: str, *columns: str, kind: Kind = "number") -> Field:
    return Field(name, (name, *columns), kind)


def _word(name: str, *columns: str, needed: bool = True) -> Field:
    return Field(name, (name, *columns), "word", needed)


# Figures that are not the register's: no common form exists, so columns go by their canonical
# names or by Finnish ones.
_FIGURE_SOURCES = (
    SourceTable(
        "labour_force",
        (
            _MUNICIPALITY,
            _word("group", "ryhma", "ryhmä"),
            _figure("year", "vuosi"),
            _date("vintage", "vintage", "julkaistu", "vuosikerta"),
            _figure("value", "tyovoima", "työvoima", "arvo", kind="count"),
        ),
        aliases=("tyovoima", "työvoima"),
    ),
    SourceTable(
        "caseload",
        (
            _MONTH,
            _code("office", "office", "toimisto", "toinoh"),
            _word("specialist_id", "asiantuntija"),
            _figure("customers", "asiakkaita", "asiakkaat", kind="count"),
            _figure("fte", "htv", "henkilotyovuodet", "henkilötyövuodet", kind="amount"),
        ),
        aliases=("asiakasmaarat", "asiakasmäärät"),
    ),
    SourceTable(
        # Kela's open data, with the columns of today and the older ones: ``,`` and decimal points
        # or ``;`` and decimal commas, NA where a figure is not published.
        "kela",
        (
            _code("municipality", *kela.MUNICIPALITY, form=_MUNICIPALITY_CODE),
            Field("period", kela.PERIOD, "word", needed=False),
            Field("month", kela.MONTH),
            _optional("year", *kela.YEAR, form="[0-9]{4}"),
            Field("benefit", kela.BENEFIT, "word"),
            Field("basis", kela.BASIS, "word"),
            Field("compensation", kela.COMPENSATION, "word", needed=False),
            Field("sex", kela.SEX, "word", needed=False),
            Field("age", kela.AGE, "word", needed=False),
            Field("recipients", kela.RECIPIENTS, "amount"),
            Field("euros", kela.EUROS, "number"),
            Field(
                "days",
                kela.DAYS,
                "number",
            ),
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
            _figure("wave", "mittauskerta", "kierros", kind="count"),
        ),
        aliases=("kysely",),
    ),
    SourceTable(
        "survey_round",
        (
            _MUNICIPALITY,
            _MONTH,
            _INSTRUMENT,
            _figure("invited", "kutsutut", "kutsuttuja", kind="count"),
        ),
        aliases=("kyselykierros", "kyselykierrokset"),
    ),
    SourceTable(
        "service_price",
        (
            _word("group", "ryhma", "ryhmä", "palveluryhma", "palveluryhmä"),
            _optional("kind", "kind", "laji", "palvelulaji"),
            _figure("year", "vuosi", kind="count"),
            _figure("euros_per_day", "hinta", "euroa_paivassa", "euroa_päivässä", kind="amount"),
        ),
        aliases=("palveluhinnat", "palvelujen_hinnat", "palveluiden_hinnat"),
    ),
)
FIGURE_TABLES = tuple(table.name for table in _FIGURE_SOURCES)

SOURCE_TABLES: dict[str, SourceTable] = {
    table.name: table for table in (*_PERSON_TABLES, *_FIGURE_SOURCES)
}

# Groups of columns of which a table needs one.
NEEDED_ALTERNATIVES: dict[str, tuple[str, ...]] = {"YTVPOLL": ("code", "code7")}
# Fields an identity code can stand for.
FROM_IDENTITY_CODE: dict[str, tuple[str, ...]] = {"YHENK": ("birth_year", "sex")}
