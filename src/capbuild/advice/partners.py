"""Partners: countries whose practice, confirmed on a visit, could serve others."""

from collections.abc import Collection, Iterable, Mapping

from attrs import frozen

from capbuild.frozen import FrozenMap
from capbuild.model import Agreement, Assessment, Country

#: Lowest level order of an example.
_LEAST = 4
#: Most partners to name.
_PARTNERS = 3


@frozen(kw_only=True)
class Example:
    """A capacity of a country, verified on a visit.

    Attributes:
        country: The country.
        capacity: Id of the capacity.
        level: Its level order.
        languages: Working languages of the country.
    """

    country: Country
    capacity: str
    level: int
    languages: tuple[str, ...] = ()


def list_examples(
    assessments: Iterable[Assessment], languages: Mapping[str, Collection[str]] = FrozenMap()
) -> list[Example]:
    """Return capacities at level 4 or at the target, verified on a visit.

    Sorted by country name, then in framework order.

    Args:
        assessments: Countries that may be named.
        languages: Languages by alpha-2 code.
    """
    return [
        Example(
            country=one.country,
            capacity=score.capacity.id,
            level=score.plausible.lowest,
            languages=tuple(languages.get(one.country.alpha_2, ())),
        )
        for one in sorted(assessments, key=lambda each: each.country.name)
        if one.visited
        for score in one.indicators
        if score.plausible is not None
        and score.plausible.settled
        and score.plausible.lowest >= max(_LEAST, score.target or 0)
        and score.verified
    ]


def find_partners(
    capacity: str,
    country: Country,
    examples: Iterable[Example],
    languages: Collection[str] | None,
    agreements: Iterable[Agreement] = (),
) -> list[tuple[Example, tuple[str, ...]]]:
    """Return the partners that could help with a capacity, and the shared languages.

    Returns at most three countries that share a language, parties to the same agreement first, then by name.

    Args:
        capacity: Id of the capacity.
        country: The country that needs help.
        examples: Verified capacities of countries.
        languages: Languages of the country; None if the examples name shared languages only.
        agreements: Agreements in force.
    """
    bound = {p.alpha_2 for one in agreements if country in one.parties for p in one.parties}
    found = [
        (one, tuple(word for word in one.languages if languages is None or word in languages))
        for one in examples
        if one.capacity == capacity and one.country != country
    ]
    shared = [pair for pair in found if pair[1]]
    return sorted(shared, key=lambda pair: (pair[0].country.alpha_2 not in bound, pair[0].country.name))[:_PARTNERS]
