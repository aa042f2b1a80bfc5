"""Countries of a reading, resolved once per spelling.

Also asks plugins. If the built-in resolver gives another country, it takes precedence, unless the user prefers the
plugin.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import evolve

from capbuild import countries as resolver
from capbuild.errors import CountryError
from capbuild.model import Country, Issue, Response
from capbuild.origin import Origin
from capbuild.plugins import Host, default_host

#: Place as written, with the language of the response.
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
    """Return the single country named in a text.

    Args:
        text: A name in any spelling, or an ISO 3166-1 code of two or three letters.
        language: Language of the text, if known.
        context: Expected countries, to break ties.
        overrides: Spellings with their alpha-2 codes (None: no country), which override all rules.
        column: The texts of its column, if it is a survey cell: `NR` among names is no answer, not Nauru.
        host: Plugin host, also asked.

    Raises:
        UnknownCountry: It names no known country; `candidates` holds suggestions, best first.
        AmbiguousCountry: It names more than one.

    Example:
        >>> country("St Kitts and Nevis").alpha_3
        'KNA'
        >>> country("NR"), country("Nic.")
        (Country('NR', 'Nauru'), Country('NI', 'Nicaragua'))
    """
    plugin_host = host or default_host()
    try:
        found = resolver.resolve(text, language=language, context=context, overrides=overrides, column=column).country
    except CountryError:
        # The resolver refuses what is not text, and the user's decision that a text is no country stays.
        asked = isinstance(text, str) and (overrides is None or text not in overrides)  # type: ignore[redundant-expr]
        code = plugin_host.resolve_country(text, language) if asked else None
        if code is None:
            raise
        return resolver.country_by_code(code)
    code = plugin_host.resolve_country(text, language, found.alpha_2)
    return found if code in (None, found.alpha_2) else resolver.country_by_code(str(code))


def place_issue(error: CountryError, origin: Origin | None, responses: int) -> Issue:
    """Return the issue of a place with no country, or several.

    Args:
        error: The resolver's error.
        origin: Its first origin.
        responses: Number of responses with it.
    """
    more = f"; {responses:,} responses have it" if responses > 1 else ""
    return Issue.error(error.code, f"{error.message}{more}", origin, error.remedy or "")


def resolve_places(
    responses: Sequence[Response],
    host: Host,
    context: Iterable[Country] | None = None,
    overrides: Mapping[str, str | None] | None = None,
) -> tuple[list[Response], list[Issue]]:
    """Return responses with countries, and one issue per unresolved spelling.

    Args:
        responses: Responses from a reader.
        host: Plugin host, also asked.
        context: Expected countries, to break ties.
        overrides: Spellings with their alpha-2 codes, None for texts that are not a country.
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
