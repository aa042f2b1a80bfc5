"""Catalogues of activities for a programme."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from attrs import evolve

from capbuild.errors import ModelError, WorkspaceError, did_you_mean
from capbuild.model import Catalogue
from capbuild.origin import Origin

__all__ = ["choose_catalogue"]

V = TypeVar("V")


def _join_catalogues(catalogues: Sequence[Catalogue]) -> Catalogue:
    """Merge catalogues; the first gives the name and wins conflicts.

    A role or competence may be in several, if they agree on it.

    Raises:
        ModelError: An activity is in two of them, or two items with the same id differ.
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
        notes=_merge_maps(one.notes for one in every),
        kinds=_merge_maps(one.kinds for one in every),
        headcount=_merge_maps(one.headcount for one in every),
    )


def _merge_maps(maps: Iterable[Mapping[str, V]]) -> dict[str, V]:
    return {key: value for one in reversed(tuple(maps)) for key, value in one.items()}


def choose_catalogue(
    catalogues: Mapping[str, Catalogue], framework: str, wanted: Sequence[str], origin: Origin
) -> Catalogue | None:
    """Return the activities for a framework; None without any.

    Args:
        catalogues: Catalogues of plugins and folder by id and edition.
        framework: Key of the framework.
        wanted: Ids and editions of catalogues, such as `police-cyber-activities 1.0`; empty for all.
        origin: Location of the names.

    Raises:
        WorkspaceError: A named catalogue is missing, or two have different items with the same id.
    """
    fitting = {name: one for name, one in catalogues.items() if one.framework == framework}
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
        return _join_catalogues(chosen) if chosen else None
    except ModelError as error:
        raise WorkspaceError(
            f"the catalogues {', '.join(wanted or fitting)} cannot be combined: {error}",
            code="CB602",
            origin=origin,
            remedy="name those to choose from: catalogues = [...] under [programme]",
        ) from error
