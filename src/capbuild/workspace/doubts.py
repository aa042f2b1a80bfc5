"""What should be looked at beside what was read: who is silent, where sources disagree, who else may read."""

import os
from pathlib import Path

from capbuild.model import Assessment, AssessmentSet, Issue, Severity
from capbuild.origin import Origin

__all__ = ["conflicts", "open_to_others", "silences"]


def silences(assessed: AssessmentSet) -> list[Issue]:
    """Return a note for each country of a round of which nothing is known."""
    return [
        Issue(
            code="CB605",
            severity=Severity.NOTE,
            message=f"{country} is silent: no survey, visit or meeting. Nothing is assumed.",
            remedy="remind its focal point",
        )
        for country in assessed.silent
    ]


def conflicts(assessment: Assessment) -> list[Issue]:
    """Return one note for a country whose sources disagree; the list itself is in its profile."""
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


def open_to_others(private: Path) -> list[Issue]:
    """Return a warning where others than the owner may read the private folder, if the system knows owners."""
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
