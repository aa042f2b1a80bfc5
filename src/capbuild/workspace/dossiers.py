"""What a programme knows beside one round of assessments, gathered for its reports."""

from typing import TYPE_CHECKING

from capbuild.errors import ComparisonError
from capbuild.model import Change, Dossier, Round

if TYPE_CHECKING:
    from capbuild.workspace.folder import Workspace

__all__ = ["change_since", "dossier_of", "previous_round"]


def previous_round(workspace: "Workspace", round_: str) -> Round | None:
    """Return the round before another; None for the first."""
    rounds = workspace.programme.rounds
    place = rounds.index(workspace.round(round_))
    return rounds[place - 1] if place else None


def change_since(workspace: "Workspace", round_: str) -> Change | None:
    """Return what changed since the round before; None for the first, and where no country was assessed in both."""
    earlier = previous_round(workspace, round_)
    if earlier is None:
        return None
    try:
        return workspace.compare(earlier.id, round_)
    except ComparisonError as error:
        if error.code == "CB803":
            return None
        raise


def dossier_of(workspace: "Workspace", round_: str) -> Dossier:
    """Return what a report on a round may draw on beside its assessments."""
    earlier = previous_round(workspace, round_)
    return Dossier(
        earlier=None if earlier is None else workspace.assess(earlier.id),
        change=workspace.change(round_),
    )
