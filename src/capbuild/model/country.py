"""Countries, territories, and dated membership of groups."""

import datetime
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, ClassVar

from attrs import field

from capbuild._lazy import provided
from capbuild._typed import model
from capbuild.checks import matches, to_tuple
from capbuild.dates import PartialDate, as_partial_date
from capbuild.display import NotebookDisplay
from capbuild.errors import CountryError, ModelError
from capbuild.text import Text, as_text

_OTHER = re.compile(r"other [1-9][0-9]*")


class CountryKind(StrEnum):
    """Legal status of a place."""

    STATE = "state"
    TERRITORY = "territory"
    OTHER = "other"


@model(kw_only=True, repr=False)
class Country(NotebookDisplay):
    """Country or territory with an ISO 3166-1 code.

    User-assigned codes such as XKX are allowed. Countries are equal if their codes, kind and sovereign are; the name is
    for display only, and a programme may choose its own.

    Attributes:
        alpha_2: ISO 3166-1 alpha-2 code, two capital letters.
        alpha_3: ISO 3166-1 alpha-3 code, three capital letters.
        name: Short English name, or the programme's own display name.
        kind: State, territory or other.
        sovereign: Alpha-2 code of the state a territory belongs to.

    Raises:
        ModelError: A code has the wrong form, or a territory has no sovereign.

    Example:
        >>> aruba = Country(alpha_2="AW", alpha_3="ABW", name="Aruba", kind=CountryKind.TERRITORY, sovereign="NL")
        >>> aruba, str(aruba)
        (Country('AW', 'Aruba'), 'Aruba')
    """

    _words_: ClassVar = 'a Country, such as capbuild.country("Jamaica")'

    alpha_2: str = field(validator=matches(re.compile(r"[A-Z]{2}"), "must be two capital letters"))
    alpha_3: str = field(validator=matches(re.compile(r"[A-Z]{3}"), "must be three capital letters"))
    name: str = field(eq=False, validator=matches(re.compile(r"\S(.*\S)?", re.DOTALL), "must be a name"))
    kind: CountryKind = CountryKind.STATE
    sovereign: str | None = None

    def __attrs_post_init__(self) -> None:
        if (self.kind is CountryKind.TERRITORY) is (self.sovereign is None):
            raise ModelError("Country.sovereign", self.sovereign, "must be given for a territory, and for nothing else")
        if self.sovereign == self.alpha_2:
            raise ModelError("Country.sovereign", self.sovereign, "must be another state")

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"Country({self.alpha_2!r}, {self.name!r})"


@model(kw_only=True, repr=False)
class OtherCountry(Country):
    """Country whose name a report withholds.

    Attributes:
        alpha_2: `other` and a number.
        alpha_3: The same.
        name: The same.
    """

    alpha_2: str = field(validator=matches(_OTHER, "must be `other` and a number"))
    alpha_3: str = field(validator=matches(_OTHER, "must be `other` and a number"))
    name: str = field(eq=False, validator=matches(_OTHER, "must be `other` and a number"))
    kind: CountryKind = CountryKind.OTHER


#: Country written in documents as its alpha-2 code, if the code alone restores it.
CountryByCode = Annotated[Country, "written as its alpha-2 code"]


def as_country(value: Country | str) -> Country:
    """Return a country from itself or its code.

    A code is ISO 3166-1 alpha-2, or that of an unnamed country in a report, such as `other 1`.

    Raises:
        ModelError: No country has the code; give one with a user-assigned code as a `Country`.

    Example:
        >>> as_country("JM")
        Country('JM', 'Jamaica')
    """
    if not isinstance(value, str):
        return value
    if _OTHER.fullmatch(value):
        return OtherCountry(alpha_2=value, alpha_3=value, name=value)
    try:
        resolved: Country = provided("country_by_code")(value)
    except CountryError:
        raise ModelError("country", value, "must be a Country or the alpha-2 code of one") from None
    return resolved


def as_optional_country(value: Country | str | None) -> Country | None:
    """Return a country, also from its alpha-2 code, or None."""
    return None if value is None else as_country(value)


def as_countries(values: Iterable[Country | str]) -> tuple[Country, ...]:
    """Return countries as a tuple, also from their alpha-2 codes."""
    given: object = values
    if not isinstance(given, Iterable):
        raise ModelError("countries", given, "must be a collection")
    return tuple(map(as_country, to_tuple(values)))


def country_code(country: Country | str, among: Iterable[Country] = ()) -> str:
    """Return the alpha-2 code of a country.

    Text may be a code, or any spelling that `read` resolves. The resolver is imported only for text that is no code or
    name of the given countries, which keeps look-ups by code cheap.

    Args:
        country: The country, or a text that names it.
        among: Known countries, whose names take precedence, and decide ambiguities.

    Raises:
        CountryError: The text names no country, or several.

    Example:
        >>> jamaica = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
        >>> country_code("JAM", [jamaica]), country_code("jamaïque", [jamaica]), country_code("Swaziland")
        ('JM', 'JM', 'SZ')
    """
    if isinstance(country, Country):
        return country.alpha_2
    countries = tuple(among)
    for known in countries:
        if country in (known.alpha_2, known.alpha_3, known.name):
            return known.alpha_2
    resolved: Country = provided("find_country")(country, context=countries)
    return resolved.alpha_2


class GroupKind(StrEnum):
    """Kind of a group of countries."""

    ORGANISATION = "organisation"
    TREATY = "treaty"
    REGION = "region"
    CLASS = "class"


@model(kw_only=True)
class Group:
    """Organisation, treaty, region or class of countries.

    Attributes:
        id: Short stable name, such as `CARICOM`.
        title: Full name.
        kind: Organisation, treaty, region or class (such as LDC).
        source: Source of the list of members.
    """

    id: str
    title: Text = field(converter=as_text)
    kind: GroupKind = GroupKind.ORGANISATION
    source: str = ""


class MembershipStatus(StrEnum):
    """Status of a country in a group."""

    MEMBER = "member"
    ASSOCIATE = "associate"
    OBSERVER = "observer"
    SUSPENDED = "suspended"
    SUB_BUREAU = "sub-bureau"


@model(kw_only=True)
class Membership:
    """Membership of a country in a group, with partial dates.

    Attributes:
        group: Id of the group.
        country: The country, or its alpha-2 code.
        status: Member, associate, observer, suspended or sub-bureau.
        since: Start date; None if unknown.
        until: End date; None if current.
        source: Source.

    Example:
        >>> lone = Membership(group="INTERPOL", country="CU", status="member", since="1956-06", source="interpol.int")
        >>> lone.is_valid_on(datetime.date(2016, 1, 1)), lone.is_valid_on(datetime.date(1950, 1, 1))
        (True, False)
    """

    group: str
    country: CountryByCode = field(converter=as_country)
    status: MembershipStatus
    since: PartialDate | None = field(default=None, converter=as_partial_date)
    until: PartialDate | None = field(default=None, converter=as_partial_date)
    source: str

    def __attrs_post_init__(self) -> None:
        if self.since and self.until and self.until.latest < self.since.earliest:
            raise ModelError("Membership.until", str(self.until), f"must not lie before {self.since}")

    def is_valid_on(self, day: datetime.date) -> bool:
        """True if it is valid on a date.

        A date with month or year precision counts as any day that it may mean.
        """
        began = self.since is None or self.since.earliest <= day
        return began and (self.until is None or day <= self.until.latest)
