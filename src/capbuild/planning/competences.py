"""Training needs by role and competence."""

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from capbuild.checks import between, identifier, to_map
from capbuild.frozen import FrozenMap
from capbuild.model import Catalogue, Role


@frozen(kw_only=True)
class CompetenceLevels:
    """Competence levels of one person, under a pseudonym.

    Attributes:
        country: Alpha-2 code.
        role: Id of the role.
        person: Pseudonym.
        levels: Level by competence id, 0 to 4; absent competences are not assessed.
    """

    country: str = field(validator=identifier)
    role: str = field(validator=identifier)
    person: str = field(validator=identifier)
    levels: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)


@frozen(kw_only=True)
class CompetenceGap:
    """Missing competence of one role in one country.

    Attributes:
        country: Alpha-2 code.
        role: Id of the role.
        competence: Id of the competence.
        required: Level that the role requires.
        people: People below the required level.
        levels: Missing levels, summed over those people.
        trainable: Number of those levels that courses can provide: one per person, and none above 3.
        unknown: People in the role who are not assessed, and in neither count.
    """

    country: str = field(validator=identifier)
    role: str = field(validator=identifier)
    competence: str = field(validator=identifier)
    required: int = field(validator=between(0, 4))
    people: int = field(default=0, validator=between(0))
    levels: int = field(default=0, validator=between(0))
    trainable: int = field(default=0, validator=between(0))
    unknown: int = field(default=0, validator=between(0))


def effective_level(*, test: int | None = None, own: int | None = None, manager: int | None = None) -> int | None:
    """Return the level of a person from test and ratings.

    A test takes precedence over ratings. Without a test, the level is the lower of the two ratings, or None if there
    are none.

    Args:
        test: Level by a test, 0 to 4.
        own: Level by the person's own rating.
        manager: Level by the manager's rating.

    Example:
        >>> effective_level(own=3, manager=2), effective_level(test=3, own=1), effective_level()
        (2, 3, None)
    """
    if test is not None:
        return test
    return min((rating for rating in (own, manager) if rating is not None), default=None)


def competence_gaps(
    catalogue: Catalogue,
    people: Iterable[CompetenceLevels],
    headcount: Mapping[str, Mapping[str, int]] | None = None,
) -> tuple[CompetenceGap, ...]:
    """Return competence gaps by country, role and competence.

    Args:
        catalogue: Roles with the levels that they require.
        people: Competence levels of people.
        headcount: People by country and role: those without data count as unknown, never as 0.

    Example:
        >>> from capbuild.frameworks import load_catalogue
        >>> levels = {"a": {"C05": 2}, "b": {"C05": 3}}
        >>> two = [CompetenceLevels(country="JM", role="R07", person=p, levels=n) for p, n in levels.items()]
        >>> short = competence_gaps(load_catalogue("police_cyber/catalogue"), two)
        >>> next((g.people, g.levels, g.trainable) for g in short if g.competence == "C05")
        (2, 3, 1)
    """
    by_role: dict[tuple[str, str], list[CompetenceLevels]] = {}
    for person in people:
        by_role.setdefault((person.country, person.role), []).append(person)
    counted = headcount or {}
    for country in counted:
        for role in counted[country]:
            by_role.setdefault((country, role), [])
    roles = {role.id: role for role in catalogue.roles}
    return tuple(
        gap
        for (country, name), holders in sorted(by_role.items())
        if name in roles
        for gap in _list_competence_gaps(
            country, roles[name], holders, counted.get(country, {}).get(name, len(holders))
        )
    )


def _list_competence_gaps(
    country: str, role: Role, holders: list[CompetenceLevels], total: int
) -> Iterable[CompetenceGap]:
    for competence, required in role.required.items():
        assessed = [holder.levels[competence] for holder in holders if competence in holder.levels]
        short = [required - level for level in assessed if level < required]
        unknown = max(total, len(holders)) - len(assessed)
        if short or unknown:
            yield CompetenceGap(
                country=country,
                role=role.id,
                competence=competence,
                required=required,
                people=len(short),
                levels=sum(short),
                trainable=sum(level < min(required, 3) for level in assessed),
                unknown=unknown,
            )
