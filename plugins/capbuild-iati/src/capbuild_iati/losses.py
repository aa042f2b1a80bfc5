"""Data that an activity file lacks or withholds."""

from collections.abc import Iterable

from capbuild.model import Issue, Issues, Programme, Severity


class Losses:
    """Collects losses of a file."""

    def __init__(self) -> None:
        self._items: list[Issue] = []

    def left_out(self, what: str, why: str, remedy: str = "") -> None:
        """Record an omitted item."""
        self._add("IATI101", Severity.WARNING, f"{what} is left out: {why}", remedy)

    def withheld(self, what: str, why: str, remedy: str = "") -> None:
        """Record an item withheld from the audience."""
        self._add("IATI102", Severity.WARNING, f"{what} is withheld: {why}", remedy)

    def private(self, what: str, names: Iterable[str]) -> None:
        """Record an item stored in capbuild's namespace only."""
        listed = ", ".join(repr(name) for name in names)
        if listed:
            message = f"{what} is stored in capbuild's own elements, since IATI has no place for it: {listed}"
            self._add("IATI103", Severity.NOTE, message, "")

    def advise(self, what: str, remedy: str) -> None:
        """Record an unmet rule of the standard outside its schema."""
        self._add("IATI104", Severity.WARNING, what, remedy)

    def _add(self, code: str, severity: Severity, message: str, remedy: str) -> None:
        self._items.append(Issue(code=code, severity=severity, message=f"{message}.", remedy=remedy))

    @property
    def issues(self) -> Issues:
        """Collected losses, in the order of the file."""
        return Issues(self._items)


def programme_losses(programme: Programme, reporting: str, losses: Losses) -> None:
    """Record the parts of a programme without a place in IATI.

    Args:
        programme: The programme.
        reporting: Id of the reporting organisation.
        losses: Collects the losses.
    """
    parts = {
        "the rounds of assessment": bool(programme.rounds),
        "the framework": bool(programme.framework),
        "the exchange rates": bool(programme.rates),
        "the findings of an evaluation": bool(programme.evaluation),
        "the target profile": programme.targets is not None,
        "the contact points": bool(programme.contacts),
        "the disclosure policy": bool(programme.disclosure.audiences or programme.disclosure.consents),
    }
    for what, present in parts.items():
        if present:
            losses.left_out(what, "IATI has no place for it")
    for organisation in programme.organisations:
        if not organisation.roles and organisation.id != reporting:
            losses.left_out(f"organisation {organisation.id!r}", "IATI needs a role for each organisation; it has none")
    for document in programme.documents:
        if not document.categories:
            losses.left_out(
                f"document {document.url!r}", "IATI requires its category", "give it a code of DocumentCategory"
            )
    indicators = [indicator for result in programme.results for indicator in result.indicators]
    losses.private("the name of budget lines", (line.id for line in programme.budgets))
    losses.private("what results contribute to", (one.id for one in programme.results if one.contributes_to))
    losses.private("what results are about", (one.id for one in programme.results if one.activities or one.criteria))
    losses.private("assumptions and risks", (one.id for one in programme.results if one.assumptions or one.risks))
    losses.private("why figures deviate", (one.id for one in indicators if one.reasons.keys() - one.targets.keys()))
    losses.private(
        "how indicators are measured",
        (one.id for one in indicators if one.method or one.frequency or one.responsible or one.computed),
    )
