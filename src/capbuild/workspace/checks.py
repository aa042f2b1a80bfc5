"""Checks of a round: missing answers, conflicts and file permissions."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from capbuild.model import Assessment, AssessmentSet, Issue, Severity, UnusableReason
from capbuild.origin import Origin

__all__ = ["check_answers", "check_conflicts", "check_permissions"]


#: What to do about what was received and cannot be used.
_REMEDIES = {
    UnusableReason.NOT_READ: "correct what the issue on its file says",
    UnusableReason.NOT_HERE: "add its file to returns/, or correct the register",
    UnusableReason.NOT_UNDERSTOOD: 'give its answers a meaning: [read."..."] answers in programme.toml',
    UnusableReason.NOT_MAPPED: "map its questions to the framework in mappings/*.csv",
    UnusableReason.BLANK: "ask the country to send it again",
}


def check_answers(assessed: AssessmentSet, places: Mapping[str, Origin]) -> Iterator[Issue]:
    """Yield an issue for each country without a usable answer.

    Args:
        assessed: The round.
        places: Where what was received from a country stands, by its alpha-2 code.
    """
    for country in assessed.silent:
        why, origin = assessed.unusable.get(country.alpha_2), places.get(country.alpha_2)
        if why is None:
            message, remedy = f"{country} has not answered yet. Nothing is assumed.", "remind its focal point"
        else:
            message, remedy = f"{country}: received, not usable: {why.value}. Nothing is assumed.", _REMEDIES[why]
        severity = Severity.NOTE if why is None else Severity.WARNING
        yield Issue(code="CB605", severity=severity, message=message, origin=origin, remedy=remedy)


def check_conflicts(assessment: Assessment) -> list[Issue]:
    """Return a note for a country with conflicting sources.

    Its profile has the list.
    """
    names = [result.target for result in assessment.conflicts]
    if not names:
        return []
    shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    origins = [f.origin for f in assessment.conflicts[0].findings if f.origin is not None]
    return [
        Issue(
            code="CB312",
            severity=Severity.NOTE,
            message=f"{assessment.country}: sources disagree on {len(names)} criteria: {shown}",
            origin=origins[0] if origins else None,
            remedy="put them on the agenda of the next visit",
        )
    ]


def check_permissions(private: Path) -> list[Issue]:
    """Return a warning if others can read the private folder.

    Only where the system knows owners.
    """
    if os.name != "posix" or not private.is_dir() or not private.stat().st_mode & 0o077:
        return []
    return [
        Issue(
            code="CB607",
            severity=Severity.WARNING,
            message="private/ can be read by other users of this computer",
            origin=Origin("private"),
            remedy="chmod 700 private",
        )
    ]
