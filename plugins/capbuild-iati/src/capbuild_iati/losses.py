"""The account of what an activity file cannot hold or may not show."""

from capbuild.model import Issue, Issues, Programme, Severity

__all__ = ["Losses", "programme_losses"]


class Losses:
    """Collects what is lost while a file is made."""

    def __init__(self) -> None:
        self._items: list[Issue] = []

    def left_out(self, what: str, why: str, remedy: str = "") -> None:
        """Record something that is not in the file."""
        self._add("IATI101", Severity.WARNING, f"{what} is left out: {why}", remedy)

    def withheld(self, what: str, why: str, remedy: str = "") -> None:
        """Record something that the audience may not see."""
        self._add("IATI102", Severity.WARNING, f"{what} is withheld: {why}", remedy)

    def private(self, what: str, how: str) -> None:
        """Record something that is in the file where only capbuild looks."""
        self._add("IATI103", Severity.NOTE, f"{what}: {how}", "")

    def advise(self, what: str, remedy: str) -> None:
        """Record a rule of the standard that the schema does not check and the programme does not meet."""
        self._add("IATI104", Severity.WARNING, what, remedy)

    def _add(self, code: str, severity: Severity, message: str, remedy: str) -> None:
        self._items.append(Issue(code=code, severity=severity, message=f"{message}.", remedy=remedy))

    @property
    def issues(self) -> Issues:
        """What was collected, in the order of the file."""
        return Issues(self._items)


def programme_losses(programme: Programme, losses: Losses) -> None:
    """Record the parts of a programme that IATI has no place for."""
    parts = {
        "the rounds of assessment": bool(programme.rounds),
        "the framework": bool(programme.framework),
        "the target profile": programme.targets is not None,
        "the contact points": bool(programme.contacts),
        "the disclosure policy": bool(programme.disclosure.audiences or programme.disclosure.consents),
        "report languages but the first": len(programme.languages) > 1,
    }
    for what, present in parts.items():
        if present:
            losses.left_out(what, "IATI has no place for it")
    for part in programme.participations:
        if part.languages or part.visit or part.since or part.until or part.target:
            losses.left_out(f"how {part.country} takes part", "IATI names the country, its share and its place only")
    for organisation in programme.organisations:
        if not organisation.roles:
            losses.left_out(f"organisation {organisation.id!r}", "IATI names organisations by their roles; it has none")
