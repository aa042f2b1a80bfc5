"""Convert facts about a response to and from columns of a table."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from capbuild.model import Missing, Respondent, Response
from capbuild.origin import Origin
from capbuild.tables.coding import GAP


def _respondent(name: str) -> Callable[[Response], Any]:
    return lambda response: None if response.respondent is None else getattr(response.respondent, name)


def _origin(name: str) -> Callable[[Response], Any]:
    return lambda response: None if response.origin is None else getattr(response.origin, name)


def _own(name: str) -> Callable[[Response], Any]:
    return lambda response: getattr(response, name)


#: Getters of the facts by name; a fact that is the same in every row is not stored.
FACTS: Mapping[str, Callable[[Response], Any]] = {
    "row": _origin("row"),
    "id": _own("id"),
    "place": _own("place"),
    "country": _own("country"),
    "respondent": _respondent("pseudonym"),
    "kind": _respondent("kind"),
    "role": _respondent("role"),
    "respondent_country": _respondent("country"),
    "respondent_language": _respondent("language"),
    "official": _respondent("official"),
    "questionnaire": _own("questionnaire"),
    "version": _own("version"),
    "language": _own("language"),
    "status": _own("status"),
    "date": _own("date"),
    "submitted": _own("submitted"),
    "sheet": _origin("sheet"),
    "column": _origin("column"),
    "path": _origin("path"),
}


def fact_values(response: Response) -> Iterator[Any]:
    """Yield the facts of a response in the order of `FACTS`; `GAP` for none."""
    for tell in FACTS.values():
        value = tell(response)
        yield GAP if value is None else value


def response_of(facts: Mapping[str, Any], answers: list[Any], file: str, origin: Origin | None) -> Response:
    """Build a response from facts and answers.

    Args:
        facts: Value of each fact, or None.
        answers: Its answers.
        file: Name of the file, for messages about a table without ids.
        origin: The row it was read from.
    """
    pseudonym = facts.get("respondent")
    respondent = None
    if pseudonym is not None:
        respondent = Respondent(
            pseudonym=str(pseudonym),
            kind=facts.get("kind") or "",
            role=facts.get("role") or "",
            country=facts.get("respondent_country"),
            language=facts.get("respondent_language") or "",
            official=facts.get("official"),
        )
    day = facts.get("date")
    own = {name: facts[name] for name in _OPTIONAL if facts.get(name) is not None}
    return Response(
        id=str(facts.get("id") or file or "response"),
        respondent=respondent,
        date=day if isinstance(day, datetime.date) else None,
        answers=answers,
        origin=origin,
        **{name: value for name, value in own.items() if not isinstance(value, Missing)},
    )


_OPTIONAL = ("place", "country", "questionnaire", "version", "language", "status", "submitted")
