"""Issue log of one table.

The first issues of a kind are listed, the rest counted, so that the log of a bad file stays readable.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import define, field

from capbuild.model import Issue, Severity
from capbuild.origin import Origin


@define
class IssueLog:
    """Issues found while a table is read.

    Attributes:
        file: Name of the file, for the summaries.
        sheet: Name of the sheet, if any.
        shown: Number of issues per code and subject that are listed.
    """

    file: str
    sheet: str | None = None
    shown: int = 10
    _counts: Counter[tuple[str, str]] = field(factory=Counter, init=False)
    _waiting: list[Issue] = field(factory=list, init=False)

    def add(
        self,
        code: str,
        severity: Severity,
        message: str,
        *,
        row: int | None = None,
        column: int | None = None,
        remedy: str = "",
        subject: str = "",
        origin: Origin | None = None,
        once: bool = False,
    ) -> None:
        """Add an issue.

        Of each code and subject, issues after the first `shown` are only counted.

        Args:
            code: Its code.
            severity: Its severity.
            message: Problem.
            row: Row of the table.
            column: Column of the table.
            remedy: Action for the user.
            subject: Subject that issues are counted by, in addition to the code.
            origin: Its place, if it is not a cell of the table.
            once: Whether later issues of the code and subject are neither listed nor counted.
        """
        if once and self._counts[code, subject]:
            return
        self._counts[code, subject] += 1
        if self._counts[code, subject] <= self.shown:
            place = origin or Origin(self.file, self.sheet, row or None, column)
            self._waiting.append(Issue(code=code, severity=severity, message=message, origin=place, remedy=remedy))

    def add_unreadable_date(self, text: str, origin: Origin) -> None:
        """Report the date of a response that cannot be read, at its cell."""
        message, remedy = f"{text[:40]!r} is not a date that can be read", "export dates as 2016-03-31 09:00:00"
        self.add("CB201", Severity.WARNING, message, remedy=remedy, subject="dates", origin=origin)

    def extend(self, issues: Iterable[Issue]) -> None:
        """Add issues that are listed each."""
        self._waiting.extend(issues)

    def drain(self) -> Iterator[Issue]:
        """Yield the issues added since the last call."""
        waiting, self._waiting = self._waiting, []
        yield from waiting

    def close(self) -> Iterator[Issue]:
        """Yield the remaining issues, then summaries of those only counted."""
        yield from self.drain()
        for (code, subject), count in self._counts.items():
            if count > self.shown:
                place = f" in {subject}" if subject else ""
                yield Issue.note(
                    code,
                    f"{count - self.shown:,} more like this{place}, {count:,} in all",
                    Origin(self.file, self.sheet),
                )
