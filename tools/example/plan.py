"""Senders and files of the returns.

Files are spelled, dated and saved as they came in.
"""

import datetime
from dataclasses import dataclass

from .facts import Participant, participant
from .tables import Saved

__all__ = ["RETURNS", "Person", "Return"]

_EXCEL_ES = Saved(delimiter=";", encoding="cp1252", padded=True)
_BOM = Saved(encoding="utf-8-sig")
_SEMICOLON = Saved(delimiter=";")
_TABS = Saved(delimiter="\t")
#: Wrote into a file of the programme without taking part in it.
_GUEST = Participant("BM", "Bermuda", "en", "solo", "sovereign")


@dataclass(frozen=True)
class Person:
    """One respondent: the country as written, and the day."""

    who: Participant
    place: str
    day: datetime.date

    @property
    def code(self) -> str:
        return self.who.code


@dataclass(frozen=True)
class Return:
    """One file of returns.

    Attributes:
        name: Below `returns/`.
        kind: Kind of respondent.
        shape: `respondents` and `countries` (one row each), or `long` (country, question, answer).
        people: Who answered.
        language: Language of the answers; empty where each row has its own.
        saved: How it was saved.
        spelling: How answer words are written: `lower`, `capitalize` or `upper`.
        note: A second line above the table.
        footer: A last line.
    """

    name: str
    kind: str
    shape: str
    people: tuple[Person, ...]
    language: str = "en"
    saved: Saved = Saved()
    spelling: str = "lower"
    note: str = ""
    footer: str = ""

    @property
    def round(self) -> str:
        return "endline" if self.name.startswith("endline/") else "baseline"


def _people(text: str) -> tuple[Person, ...]:
    found = []
    for entry in text.split(","):
        code, place, day = (part.strip() for part in entry.split("|"))
        who = _GUEST if code == _GUEST.code else participant(code)
        found.append(Person(who, place or who.name, datetime.date.fromisoformat(day)))
    return tuple(found)


_POLICE = (
    Return(
        "caribbean-police.csv",
        "police",
        "respondents",
        _people(
            "AG|Antigua & Barbuda|2016-02-03, BS|Bahamas (the)|2015-10-19, BB||2015-09-22, JM||2015-10-12,"
            "BM||2016-02-05, LC|St. Lucia|2015-09-28"
        ),
        saved=Saved(padded=True),
    ),
    Return(
        "eastern-caribbean.csv",
        "police",
        "countries",
        _people("GD||2016-02-11, KN|St. Kitts & Nevis|2016-02-11, VC|St. Vincent and the Grenadines|2016-02-11"),
        saved=_BOM,
        note="Taken from the paper forms collected at the sub-regional meeting",
        footer="Total: 3 returns",
    ),
    Return("trinidad.tsv", "police", "long", _people("TT|TRINIDAD & TOBAGO|2016-02-17"), saved=_TABS, spelling="upper"),
    Return(
        "guyana.csv",
        "police",
        "codes",
        _people("GY||2016-02-24"),
        note="Short form, question codes as in the annex; Y yes, P partly, N no, X elsewhere, DK do not know",
    ),
    Return(
        "belize.csv",
        "police",
        "long",
        _people("BZ||2016-04-19"),
        spelling="capitalize",
        footer="Note: pages 2 and 3 will follow.",
    ),
    Return(
        "centroamerica.csv",
        "police",
        "respondents",
        _people("CR||2015-10-30, GT||2016-01-11, HN||2015-11-13, NI||2015-11-06, PA|Panamá|2016-02-04, SV||2016-02-22"),
        "es",
        _EXCEL_ES,
        note="Exportado de la hoja «Policía»; una fila por encuestado",
    ),
    Return("mexico.csv", "police", "long", _people("MX|México|2016-01-15"), "es", _BOM, "capitalize"),
    Return("colombia.csv", "police", "long", _people("CO||2016-01-29"), "es", _SEMICOLON, "capitalize"),
    Return(
        "cuba.csv",
        "police",
        "countries",
        _people("CU||2016-02-26"),
        "es",
        footer="Nota: enviado por correo, una sola hoja",
    ),
    Return("dominicana.csv", "police", "long", _people("DO|República Dominicana|2016-02-19"), "es", _EXCEL_ES),
    Return("ecuador.csv", "police", "long", _people("EC||2016-02-25"), "es", Saved(encoding="cp1252")),
    Return("peru.csv", "police", "respondents", _people("PE|Perú|2016-05-11"), "es", _SEMICOLON, "upper"),
    Return("haiti.csv", "police", "long", _people("HT|Haïti|2016-02-29"), "fr", _EXCEL_ES, "capitalize"),
    Return(
        "eilanden.csv",
        "police",
        "respondents",
        _people("AW||2016-02-08, CW|Curacao|2016-02-15, SX|Sint-Maarten|2015-10-05"),
        "nl",
    ),
    Return("jamaica-revised.csv", "police", "respondents", _people("JM|JAMAICA|2016-03-22"), spelling="capitalize"),
)

_OTHERS = (
    Return(
        "prosecutors.csv",
        "prosecution",
        "respondents",
        _people(
            "AG|Antigua and Barbuda|2016-02-20, BS|The Bahamas|2016-01-18, BB||2015-12-01, JM||2015-12-09,"
            "LC|Saint Lucia|2015-11-30, TT|Trinidad and Tobago|2016-02-26, GY||2016-02-26"
        ),
        spelling="capitalize",
    ),
    Return(
        "fiscalias.csv",
        "prosecution",
        "long",
        _people("CR||2015-12-04, GT||2016-02-12, HN||2016-01-22, MX||2016-02-19, CO||2016-03-01, PA|Panamá|2016-03-11"),
        "es",
        _EXCEL_ES,
    ),
    Return(
        "fiscalias-2.csv",
        "prosecution",
        "respondents",
        _people("DO|República Dominicana|2016-03-04, EC||2016-03-15, PE|PERÚ|2016-03-30, SV||2016-03-09"),
        "es",
        _BOM,
    ),
    Return(
        "openbaar-ministerie.csv",
        "prosecution",
        "long",
        _people("CW|Curaçao|2016-02-22, SX||2015-11-20"),
        "nl",
        _TABS,
        "capitalize",
    ),
    Return("parquet-haiti.csv", "prosecution", "respondents", _people("HT||2016-03-18"), "fr", _SEMICOLON),
    Return(
        "cert.csv",
        "cert",
        "long",
        _people("JM||2015-12-15, CO||2016-02-02, MX||2016-02-03, CR||2015-12-11, TT|Trinidad & Tobago|2016-02-16"),
        "",
    ),
    Return("academias.csv", "academy", "texts", _people("HN||2016-01-20, MX||2016-02-10, CO||2016-02-24"), "es", _BOM),
    Return(
        "ncb.csv",
        "bureau",
        "long",
        _people(
            "AG|Antigua|2016-01-27, BZ||2016-02-02, GD||2016-02-04, KN|St Kitts & Nevis|2016-02-09,"
            "VC|Saint Vincent and the Grenadines|2016-02-10"
        ),
        spelling="upper",
    ),
    Return(
        "laboratorios.csv",
        "laboratory",
        "respondents",
        _people("CR||2015-12-02, CO||2016-02-18, MX||2016-02-12"),
        "es",
        _EXCEL_ES,
        "capitalize",
    ),
)

_LATER = (
    Return(
        "endline/caribbean-police.csv",
        "police",
        "respondents",
        _people(
            "AG||2017-10-27, BS|Bahamas|2017-11-03, BB||2017-10-19, JM||2017-11-10, KN|St. Kitts & Nevis|2017-11-13,"
            "LC|St Lucia|2017-10-24, TT||2017-11-16"
        ),
        saved=Saved(padded=True),
    ),
    Return(
        "endline/policia.csv",
        "police",
        "respondents",
        _people(
            "CO||2017-11-02, CR||2017-10-20, GT||2017-11-17, HN||2017-11-20, MX|México|2017-11-08, PA|Panamá|2017-11-14"
        ),
        "es",
        _EXCEL_ES,
        note="Exportado de la hoja «Policía 2017»",
    ),
    Return("endline/guyana.csv", "police", "codes", _people("GY||2017-11-21")),
    Return("endline/haiti.csv", "police", "long", _people("HT|Haïti|2017-11-23"), "fr", _EXCEL_ES),
    Return("endline/sint-maarten.csv", "police", "long", _people("SX||2017-11-06"), "nl", _TABS),
    Return(
        "endline/fiscalias.csv",
        "prosecution",
        "long",
        _people("CO||2017-11-09, GT||2017-11-22, MX||2017-11-15"),
        "es",
        _EXCEL_ES,
    ),
)

RETURNS = (*_POLICE, *_OTHERS, *_LATER)
