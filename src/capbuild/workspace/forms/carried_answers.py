"""Answers that returned forms confirm unchanged."""

from collections.abc import Iterable

from capbuild.display import counted
from capbuild.model import Finding, Issue, Missing, Severity
from capbuild.origin import Origin

__all__ = ["carried_issue"]


def carried_issue(file: str, findings: Iterable[Finding]) -> Issue | None:
    """Return an issue for answers that a file confirms unchanged; None without any."""
    answered = [one for one in findings if not isinstance(one.value, Missing) or one.carried_over is not None]
    carried = [one for one in answered if one.carried_over is not None]
    if not carried:
        return None
    first = carried[0].carried_over
    since = "" if first is None or not first.round else f" of {first.round}"
    days = sorted({one.as_of.isoformat() for one in carried if one.as_of is not None})
    on = f", confirmed on {' and '.join(days)}" if days else ""
    all_carried = len(carried) == len(answered)
    message = (
        f"{counted(len(carried), 'answer')} of {len(answered)} in {file} as in the form that was sent: carried over"
        f"{since}{on}, and no new evidence"
    )
    remedy = "ask whether somebody went through them: nothing was changed" if all_carried else ""
    severity = Severity.WARNING if all_carried else Severity.NOTE
    return Issue(code="CB213", severity=severity, message=message, origin=Origin(file), remedy=remedy)
