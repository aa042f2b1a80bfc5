"""Treaties on cybercrime: dated status of the example programme's participants."""

import tomllib
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from attrs import field, frozen

from capbuild.countries import country_by_code
from capbuild.dates import PartialDate, as_partial_date
from capbuild.errors import OptionError, did_you_mean
from capbuild.model import Country
from capbuild.text import Text, as_text


class TreatyPosition(StrEnum):
    """Position of a country in a treaty.

    A signed treaty is not in force, and a territory does not inherit the position of its sovereign.
    """

    NONE = "none"
    INVITED = "invited"
    SIGNED = "signed"
    IN_FORCE = "in force"
    EXTENDED = "extended"
    NOT_CONFIRMED = "not confirmed"


@frozen(kw_only=True)
class TreatyStatus:
    """Status of a country or territory in a treaty.

    Attributes:
        treaty: Id of the treaty: `BUDAPEST`, `CETS-224` or `UN-CYBERCRIME`.
        title: Its name.
        country: The country or territory.
        status: Its position; `not confirmed` without a source.
        since: Day of the signature, the invitation or the entry into force, as far as known.
        as_of: Date of the source; None without one.
        source: The source; empty if no position is confirmed.
        note: A note, such as an act of the sovereign.
    """

    treaty: str
    title: Text
    country: Country
    status: TreatyPosition = field(converter=TreatyPosition)
    since: PartialDate | None = field(default=None, converter=as_partial_date)
    as_of: PartialDate | None = field(default=None, converter=as_partial_date)
    source: str = ""
    note: str = ""


@lru_cache(maxsize=1)
def _load() -> tuple[TreatyStatus, ...]:
    path = files("capbuild.frameworks") / "police_cyber" / "2-0" / "treaties.toml"
    return tuple(
        TreatyStatus(treaty=name, title=as_text(treaty["title"]), **{**row, "country": country_by_code(row["country"])})
        for name, treaty in tomllib.loads(path.read_text("utf-8")).items()
        for row in treaty["statuses"]
    )


def treaty_statuses(country: Country | str | None = None, treaty: str = "") -> tuple[TreatyStatus, ...]:
    """Return the status of countries in treaties on cybercrime.

    Only the participants of the example programme are included.

    Args:
        country: A country or its code; None for all.
        treaty: `BUDAPEST`, `CETS-224` or `UN-CYBERCRIME`; all by default.

    Raises:
        OptionError: There is no such treaty.
        UnknownCountry: The code is not one of ISO 3166-1.

    Example:
        >>> [(one.treaty, one.status.value, str(one.since)) for one in treaty_statuses("CW")][:2]
        [('BUDAPEST', 'extended', '2024-10-01'), ('CETS-224', 'not confirmed', 'None')]
    """
    known = dict.fromkeys(treaty_status.treaty for treaty_status in _load())
    if treaty and treaty not in known:
        message = f"there is no treaty {treaty!r}{did_you_mean(treaty, known)}"
        raise OptionError(message, remedy=f"treaties are: {', '.join(known)}")
    place = country_by_code(country) if isinstance(country, str) else country
    return tuple(status for status in _load() if treaty in ("", status.treaty) and place in (None, status.country))
