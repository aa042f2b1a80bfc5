"""Countries of a reading, resolved once per spelling.

Plugins are asked too; where the built-in resolver names another country, that one counts unless the user prefers the
plugin.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import evolve

from capbuild import countries as resolver
from capbuild.errors import CountryError
from capbuild.model import Country, Issue, Response, Severity
from capbuild.origin import Origin
from capbuild.plugins import Host, default_host

__all__ = ["country", "place_issue", "resolve_places"]

#: A place as written, with the language of the response.
_Spelling = tuple[str, str | None]


def country(
    text: str,
    *,
    language: str | None = None,
    context: Collection[Country] | None = None,
    overrides: Mapping[str, str | None] | None = None,
    column: Collection[str] | None = None,
    host: Host | None = None,
) -> Country:
    """Return the one country that a text names.

    Args:
        text: A name in any spelling, or an ISO 3166-1 code of two or three letters.
        language: Language it is written in, if known.
        context: Countries that may be meant; they may break a tie.
        overrides: Spellings with their alpha-2 codes (None: no country), which come before all rules.
        column: The texts of its column, where it is a cell of a survey: `NR` among names is no answer, not Nauru.
        host: Whose plugins are asked too.

    Raises:
        UnknownCountry: It names no known country; `candidates` holds suggestions, best first.
        AmbiguousCountry: It names more than one.

    Example:
        >>> country("St Kitts and Nevis").alpha_3
        'KNA'
        >>> country("NR"), country("Nic.")
        (Country('NR', 'Nauru'), Country('NI', 'Nicaragua'))
    """
    owner = host or default_host()
    try:
        found = resolver.resolve(text, language=language, context=context, overrides=overrides, column=column).country
    except CountryError:
        # What is no text is refused in the resolver's words, and what the user settled as no country stays so.
        asked = isinstance(text, str) and (overrides is None or text not in overrides)  # type: ignore[redundant-expr]
        code = owner.resolve_country(text, language) if asked else None
        if code is None:
            raise
        return resolver.country_by_code(code)
    code = owner.resolve_country(text, language, found.alpha_2)
    return found if code in (None, found.alpha_2) else resolver.country_by_code(str(code))


def place_issue(error: CountryError, origin: Origin | None, responses: int) -> Issue:
    """Return the issue of a place with no country, or several.

    Args:
        error: Why it was not resolved.
        origin: Where it stands first.
        responses: How many have it.
    """
    more = f"; {responses:,} responses have it" if responses > 1 else ""
    return Issue(
        code=error.code,
        severity=Severity.ERROR,
        message=f"{error.message}{more}",
        origin=origin,
        remedy=error.remedy or "",
    )


def resolve_places(
    responses: Sequence[Response],
    host: Host,
    context: Iterable[Country] | None = None,
    overrides: Mapping[str, str | None] | None = None,
) -> tuple[list[Response], list[Issue]]:
    """Return responses with countries, and one issue per unresolved spelling.

    Args:
        responses: Responses as a reader yields them.
        host: Whose plugins are asked too.
        context: Expected countries, to break ties.
        overrides: Spellings with their alpha-2 codes, None for what is settled to be no country.
    """
    among = None if context is None else tuple(context)
    column = frozenset(response.place for response in responses if response.place is not None)
    known: dict[_Spelling, Country | None] = {}
    refused: dict[_Spelling, tuple[CountryError, Origin | None]] = {}
    more: Counter[_Spelling] = Counter()
    out: list[Response] = []
    for response in responses:
        place = response.place
        if place is None or response.country is not None:
            out.append(response)
            continue
        key = (place, response.language)
        if key not in known:
            try:
                known[key] = country(
                    place, language=response.language, context=among, overrides=overrides, column=column, host=host
                )
            except CountryError as error:
                known[key] = None
                refused[key] = (error, response.origin)
        if known[key] is None:
            more[key] += 1
        out.append(response if known[key] is None else evolve(response, country=known[key]))
    return out, [place_issue(error, origin, more[key]) for key, (error, origin) in refused.items()]
