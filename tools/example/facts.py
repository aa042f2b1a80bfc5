"""Facts of the programme, with an invented frame.

Sizes, days and who answered are invented.
"""

import datetime
from dataclasses import dataclass

__all__ = ["AGAIN", "ENDLINE", "KITS", "PARTICIPANTS", "SILENT", "VISITS", "Participant", "Visit", "participant"]


@dataclass(frozen=True)
class Participant:
    """Participant of the programme.

    Name and code are facts; size and route are invented.
    """

    code: str
    name: str
    language: str
    size: str
    route: str


@dataclass(frozen=True)
class Visit:
    """Visit to a country.

    That the first one took place is a fact; its days, team and sites are invented.
    """

    code: str
    file: str
    start: datetime.date
    days: int
    place: str
    team: tuple[str, ...]
    sites: tuple[str, ...]
    round: str = "baseline"


def _people(text: str) -> tuple[Participant, ...]:
    rows = (line.split("|") for line in text.strip().splitlines())
    return tuple(Participant(*(part.strip() for part in row)) for row in rows)


#: In the order and spelling of the programme. The route is the one through which things are met elsewhere.
PARTICIPANTS = _people("""
AG | Antigua and Barbuda | en | small | regional
AW | Aruba | nl | small | sovereign
BS | Bahamas | en | small | bilateral
BB | Barbados | en | small | regional
BZ | Belize | en | solo | regional
CO | Colombia | es | standard | shared_national
CR | Costa Rica | es | standard | shared_national
CU | Cuba | es | standard | shared_national
CW | Curaçao | nl | small | sovereign
DO | Dominican Republic | es | standard | shared_national
DM | Dominica | en | solo | regional
EC | Ecuador | es | standard | shared_national
SV | El Salvador | es | small | shared_national
GD | Grenada | en | solo | regional
GT | Guatemala | es | standard | shared_national
GY | Guyana | en | small | regional
HT | Haiti | fr | small | bilateral
HN | Honduras | es | small | shared_national
JM | Jamaica | en | standard | regional
MX | Mexico | es | standard | shared_national
NI | Nicaragua | es | small | shared_national
PA | Panama | es | standard | shared_national
PE | Peru | es | standard | shared_national
SX | Sint Maarten | nl | solo | sovereign
KN | St Kitts and Nevis | en | solo | regional
LC | St Lucia | en | small | regional
VC | St Vincent and the Grenadines | en | solo | regional
SR | Suriname | nl | small | bilateral
TT | Trinidad and Tobago | en | standard | regional
TC | Turks and Caicos | en | solo | sovereign
""")

#: Who never answered: invented. None of them was visited, which is a fact.
SILENT = ("DM", "SR", "TC")

#: Who answered again in 2017: invented.
ENDLINE = ("AG", "BS", "BB", "CO", "CR", "GT", "GY", "HT", "HN", "JM", "MX", "PA", "SX", "KN", "LC", "TT")

_TWO = ("assessor", "trainer")
_THREE = ("assessor", "trainer", "interpreter")
_UNIT = ("office of the cybercrime function", "evidence room", "one police station picked on the day")
_LAB = (*_UNIT, "forensic laboratory")
_ALL = (*_LAB, "police academy")


VISITS = (
    Visit("BB", "barbados.csv", datetime.date(2015, 9, 29), 3, "Bridgetown", _TWO, _LAB),
    Visit("LC", "st-lucia.csv", datetime.date(2015, 10, 6), 3, "Castries", _TWO, _UNIT),
    Visit("SX", "sint-maarten.csv", datetime.date(2015, 10, 13), 2, "Philipsburg", _THREE, _UNIT),
    Visit("JM", "jamaica.csv", datetime.date(2015, 10, 20), 4, "Kingston", _TWO, _ALL),
    Visit("BS", "bahamas.csv", datetime.date(2015, 10, 27), 3, "Nassau", _TWO, _UNIT),
    Visit("CR", "costa-rica.csv", datetime.date(2015, 11, 10), 4, "San José", _TWO, _LAB),
    Visit("NI", "nicaragua.csv", datetime.date(2015, 11, 17), 3, "Managua", _THREE, _UNIT),
    Visit("HN", "honduras.csv", datetime.date(2015, 11, 24), 3, "Tegucigalpa", _TWO, _ALL),
    Visit("GT", "guatemala.csv", datetime.date(2016, 1, 19), 3, "Ciudad de Guatemala", _TWO, _LAB),
    Visit("MX", "mexico.csv", datetime.date(2016, 1, 25), 5, "Ciudad de México", _TWO, _ALL),
    Visit("CO", "colombia.csv", datetime.date(2016, 2, 9), 4, "Bogotá", _TWO, _ALL),
    Visit("PA", "panama.csv", datetime.date(2016, 2, 16), 3, "Panamá", _TWO, _LAB),
    Visit("CU", "cuba.csv", datetime.date(2016, 3, 8), 3, "La Habana", _THREE, _UNIT),
)

#: Second visits at the end, all invented: of each part of the region and each size of service, and of a service alone.
AGAIN = (
    Visit("BB", "barbados-2017.csv", datetime.date(2017, 10, 24), 3, "Bridgetown", _TWO, _LAB, "endline"),
    Visit("CO", "colombia-2017.csv", datetime.date(2017, 11, 7), 4, "Bogotá", _TWO, _ALL, "endline"),
    Visit("SX", "sint-maarten-2017.csv", datetime.date(2017, 11, 9), 2, "Philipsburg", _THREE, _UNIT, "endline"),
    Visit("JM", "jamaica-2017.csv", datetime.date(2017, 11, 14), 4, "Kingston", _TWO, _ALL, "endline"),
    Visit("GT", "guatemala-2017.csv", datetime.date(2017, 11, 20), 3, "Ciudad de Guatemala", _TWO, _LAB, "endline"),
    Visit("HN", "honduras-2017.csv", datetime.date(2017, 11, 22), 3, "Tegucigalpa", _TWO, _ALL, "endline"),
)

#: Who was given kits for first responders in 2017: invented.
KITS = ("BB", "CR", "GT", "GY", "HN", "JM", "KN", "SX")


def participant(code: str) -> Participant:
    """Return the participant with an alpha-2 code."""
    return next(p for p in PARTICIPANTS if p.code == code)
