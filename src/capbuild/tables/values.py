"""Convert typed values to and from JSON without changing their types."""

import datetime
from collections.abc import Callable
from typing import Any

from capbuild.errors import DocumentError
from capbuild.model import AnswerValue, Country, CountryKind, GeoPoint, Missing, ResponseStatus

#: Value of one cell of a table: an answer, or a fact about the response.
Held = AnswerValue | ResponseStatus | Country | None

#: JSON: texts, numbers and booleans as they are, everything else as an object with one key.
Plain = Any

_READ: dict[str, Callable[[Any], Any]] = {
    "missing": lambda name: Missing[name],
    "chosen": tuple,
    "moment": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "point": lambda parts: GeoPoint(*parts),
    "status": ResponseStatus,
    "country": lambda parts: _country(*parts),
}


def _country(alpha_2: str, alpha_3: str, name: str, kind: str, sovereign: str | None) -> Country:
    return Country(alpha_2=alpha_2, alpha_3=alpha_3, name=name, kind=CountryKind(kind), sovereign=sovereign)


def to_plain(value: Held) -> Plain:
    """Convert a value to plain JSON.

    Example:
        >>> to_plain(("law", "unit")), to_plain(datetime.date(2016, 3, 14)), to_plain(3)
        ({'chosen': ['law', 'unit']}, {'date': '2016-03-14'}, 3)
    """
    tagged: dict[str, Any] | None = None
    if isinstance(value, ResponseStatus):
        tagged = {"status": value.value}
    elif isinstance(value, Missing):
        tagged = {"missing": value.name}
    elif isinstance(value, tuple):
        tagged = {"chosen": list(value)}
    elif isinstance(value, datetime.datetime):
        tagged = {"moment": value.isoformat()}
    elif isinstance(value, datetime.date | datetime.time):
        tagged = {"date" if isinstance(value, datetime.date) else "time": value.isoformat()}
    elif isinstance(value, Country):
        tagged = {"country": [value.alpha_2, value.alpha_3, value.name, value.kind.value, value.sovereign]}
    elif isinstance(value, GeoPoint):
        tagged = {"point": [value.latitude, value.longitude, value.altitude, value.accuracy]}
    return value if tagged is None else tagged


def from_plain(plain: Plain) -> Any:
    """Convert the output of `to_plain` back to a value.

    Raises:
        DocumentError: It is not valid.

    Example:
        >>> from_plain(to_plain(GeoPoint(13.1, -59.6))), from_plain({"missing": "REFUSED"}).value
        (GeoPoint(latitude=13.1, longitude=-59.6, altitude=None, accuracy=None), 'refused')
    """
    if not isinstance(plain, dict):
        return plain
    try:
        ((kind, held),) = plain.items()
        return _READ[kind](held)
    except (KeyError, ValueError, TypeError) as error:
        raise DocumentError(f"a codebook holds {plain!r}, which is no value") from error
