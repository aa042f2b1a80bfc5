"""Terminal layout: indented, without frames, numbers right-aligned."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

import click
from attrs import define
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from capbuild._terminal import SafeConsole
from capbuild.display import list_columns
from capbuild.errors import CapbuildError
from capbuild.model import Issue, Issues, Severity

#: Maximum width in columns; also used for files.
_WIDTH = 104
#: Accent colour: errors and losses.
ACCENT = "rgb(240,162,108)"
#: Muted colour.
QUIET = "grey62"
_LINE = "rgb(95,160,200)"
_SIGNS = {Severity.ERROR: "▲", Severity.WARNING: "!", Severity.NOTE: "·"}
_STYLES = {Severity.ERROR: f"bold {ACCENT}", Severity.WARNING: "bold", Severity.NOTE: QUIET}


@define
class _Spacing:
    """Empty lines of a command's output.

    One comes before each part and one at the end, whatever was printed last. Output and errors on the same terminal
    share one instance.
    """

    gap: bool = True
    last: Console | None = None

    def close(self) -> None:
        if self.last is not None:
            self.last.print()
        self.gap, self.last = self.last is None and self.gap, None


#: Key of `Context.meta` for the spacing of a terminal.
_SPACING = "capbuild.spacing"


#: A cell, or a text, or a count; None is blank.
Value: TypeAlias = str | int | Text | None
#: Cells of a row by header.
Row: TypeAlias = Mapping[str, Value]


def _to_text(value: Value) -> Text:
    return value if isinstance(value, Text) else Text("" if value is None else str(value))


class Screen:
    """Printer of command output.

    Severity is shown by signs as well as colour: ▲ error, ! warning, · note.
    """

    def __init__(self, console: Console | None = None) -> None:
        # No markup: "capbuild[sheets]" is the name of an extra, not a style.
        self.console = console or SafeConsole(highlight=False, markup=False)
        if not self.console.is_terminal:
            self.console.width = _WIDTH
        command = click.get_current_context(silent=True)
        self._spacing = _Spacing()
        if command is not None:
            if self.console.is_terminal:
                self._spacing = command.meta.setdefault(_SPACING, self._spacing)
            command.call_on_close(self._spacing.close)

    @property
    def width(self) -> int:
        """Width of the layout in columns."""
        return min(self.console.width, _WIDTH)

    def working(self, what: str) -> AbstractContextManager[object]:
        """Show a status line on terminals while working."""
        return SafeConsole(stderr=True, highlight=False, markup=False).status(f"{what} ...")

    def blank(self) -> None:
        """Leave an empty line before what comes next, once."""
        self._spacing.gap = True

    def show(self, *parts: object, **layout: Any) -> None:
        """Print with rich, preceded by an empty line if due."""
        if self._spacing.gap:
            self.console.print()
        self._spacing.gap, self._spacing.last = False, self.console
        self.console.print(*parts, **layout)

    def line(self, *parts: str | tuple[str, str]) -> None:
        """Print an indented line of plain and styled parts."""
        text = Text("  ")
        for part in parts:
            text.append(*((part,) if isinstance(part, str) else part))
        self.show(text, soft_wrap=True)

    def note(self, text: str) -> None:
        """Print a muted sentence."""
        self.show(Padding(Text(text, style=QUIET), (0, 0, 0, 2)), width=self.width)

    def table(self, rows: Iterable[Row], *, headed: bool = True) -> None:
        """Print a table without frames, of cells by header.

        Without rows, nothing is printed. A `#` before a header marks a column of numbers, which is right-aligned and
        never cut. A column without a value in any row is left out.
        """
        listed = list(rows)
        names = list_columns(listed)
        if not names:
            return
        self.blank()
        cells = [[_to_text(row.get(name)) for name in names] for row in listed]
        whole = {position for position, name in enumerate(names) if name.startswith("#")}
        if 2 * max(row[0].cell_len for row in cells) <= self.width:
            whole.add(0)
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=QUIET, show_header=headed)
        for position, name in enumerate(names):
            number = name.startswith("#")
            table.add_column(
                Text(name.removeprefix("#").strip()), justify="right" if number else "left", no_wrap=position in whole
            )
        for row in cells:
            table.add_row(*row)
        self.show(Padding(table, (0, 0, 0, 2)), width=self.width)
        self.blank()

    def stage(self, name: str, summary: str, seconds: float) -> None:
        """Print a finished stage like a complete progress bar."""
        text = Text(f"  {name:<7}")
        text.append("━" * 20, style=_LINE)
        text.append(f"  {summary:<50}")
        text.append(f"{seconds:>6.1f} s", style=QUIET)
        self.show(text, soft_wrap=True)

    def counts(self, issues: Issues) -> None:
        """Print the number of issues of each severity."""
        if not issues:
            self.line("No issues.")
            return
        text = Text(f"  {len(issues)} issue{'s' if len(issues) != 1 else ''}", style="bold")
        text.append(": ", style="not bold")
        separator = ""
        for severity in Severity:
            count = issues.count(severity)
            if count:
                sign = "▲ " if severity is Severity.ERROR else ""
                style = _STYLES[severity] if severity is Severity.ERROR else "not bold"
                text.append(separator, style="not bold")
                text.append(f"{sign}{count} {severity.value}{'s' if count != 1 else ''}", style=style)
                separator = ", "
        self.show(text)

    def rule(self, code: str, severity: Severity, title: str, count: int) -> None:
        """Print the heading of a rule's findings."""
        head = Text("  ").append(f"{_SIGNS[severity]} {code} {severity.value}", style=_STYLES[severity])
        head.append(" " * max(1, 16 - len(f"{code} {severity.value}")) + title)
        head.append(f"  {count}" if count > 1 else "", style=QUIET)
        self.show(head, soft_wrap=True)

    def issue(self, issue: Issue) -> None:
        """Print an issue: sign, code, place, message and remedy."""
        head = Text("  ")
        style = _STYLES[issue.severity]
        head.append(f"{_SIGNS[issue.severity]} {issue.code} {issue.severity.value}", style=style)
        if issue.origin is not None:
            head.append(" " * (16 - len(f"{issue.code} {issue.severity.value}")) + str(issue.origin))
        self.show(head, soft_wrap=True)
        self.show(Padding(Text(issue.message), (0, 0, 0, 6)), width=self.width)
        if issue.remedy:
            remedy = Text("remedy: ", style=QUIET).append(issue.remedy, style="default")
            self.show(Padding(remedy, (0, 0, 0, 6)), width=self.width)

    def issues(self, issues: Issues, most: int, more: str) -> None:
        """Print the worst issues, and how to see the rest."""
        self.blank()
        self.counts(issues)
        for issue in issues.worst_first[:most]:
            self.blank()
            self.issue(issue)
        self.blank()
        if len(issues) > most:
            self.note(f"{len(issues) - most} more: {more}")
            self.blank()

    def error(self, error: CapbuildError) -> int:
        """Print an error or its issues, and return status 2."""
        for issue in list_error_issues(error):
            self.blank()
            self.issue(issue)
        self.blank()
        return 2


def list_error_issues(error: CapbuildError) -> tuple[Issue, ...]:
    """Return the issues of an error, or itself as one."""
    issues = tuple(issue for issue in getattr(error, "issues", ()) if isinstance(issue, Issue))
    return issues or (Issue.error(error.code, error.message, error.origin, error.remedy or ""),)
