"""Which activities a programme chooses from: what the catalogues for its framework offer together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from attrs import evolve

from capbuild.errors import ModelError, WorkspaceError, did_you_mean
from capbuild.model import Catalogue
from capbuild.origin import Origin
from capbuild.plugins import Host

__all__ = ["join_catalogues", "offered"]

V = TypeVar("V")


def join_catalogues(catalogues: Sequence[Catalogue]) -> Catalogue:
    """Return one catalogue with what several offer; the first gives its name, and prevails in what is said of an id.

    A role or competence may stand in several, as long as they say the same of it.

    Raises:
        ModelError: An activity stands in two of them, or two things of one id differ.
    """
    first, *others = catalogues
    if not others:
        return first
    every = [first, *others]
    return evolve(
        first,
        activities=[activity for one in every for activity in one.activities],
        roles=dict.fromkeys(role for one in every for role in one.roles),
        competences=dict.fromkeys(competence for one in every for competence in one.competences),
        safeguard=next((one.safeguard for one in every if one.safeguard is not None), None),
        notes=_merged(one.notes for one in every),
        kinds=_merged(one.kinds for one in every),
        headcount=_merged(one.headcount for one in every),
    )


def _merged(maps: Iterable[Mapping[str, V]]) -> dict[str, V]:
    return {key: value for one in reversed(tuple(maps)) for key, value in one.items()}


def offered(host: Host, framework: str, wanted: Sequence[str], origin: Origin) -> Catalogue | None:
    """Return the activities for a framework: of the catalogues named, or of all that are for it; None without any.

    Args:
        host: Whose plugins bring catalogues.
        framework: Key of the framework.
        wanted: Ids and editions of catalogues, such as `police-cyber-activities 1.0`; empty for all.
        origin: Where they are named.

    Raises:
        WorkspaceError: A catalogue that is named is not there, or two offer different things under one id.
    """
    fitting = {name: one for name, one in host.catalogues.items() if one.framework == framework}
    unknown = [name for name in wanted if name not in fitting]
    if unknown:
        raise WorkspaceError(
            f"there is no catalogue {unknown[0]!r} for {framework}{did_you_mean(unknown[0], fitting)}",
            code="CB602",
            origin=origin,
            remedy=f"catalogues are: {', '.join(fitting) or 'none'}",
        )
    chosen = [fitting[name] for name in wanted or fitting]
    try:
        return join_catalogues(chosen) if chosen else None
    except ModelError as error:
        raise WorkspaceError(
            f"the catalogues {', '.join(wanted or fitting)} do not go together: {error}",
            code="CB602",
            origin=origin,
            remedy="name those to choose from: catalogues = [...] under [programme]",
        ) from error
