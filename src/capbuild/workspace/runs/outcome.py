"""Outcome of a run, stored with its results."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import asdict, field, frozen

from capbuild.checks import to_tuple
from capbuild.model import Issues

Row = tuple[str, ...]


def compute_exit_code(issues: Issues, *, usable: bool) -> int:
    """Return the exit status of a run or validation.

    Args:
        issues: Issues found.
        usable: Whether the folder is usable.
    """
    return 2 if not usable else 1 if issues.count("error") else 0


def _to_rows(rows: Any) -> tuple[Row, ...]:
    return tuple(tuple(row) for row in rows)


@frozen(kw_only=True)
class RoundSummary:
    """Figures of one round.

    Attributes:
        round: Its id.
        title: Its title.
        heard: Alpha-2 codes of countries with answers.
        named: Alpha-2 codes of countries with findings.
        unanswered: Names of countries without an answer yet.
        unusable: Names of countries with unusable answers, with reasons.
        unused: Responses of no participating country: file and places, with reasons.
        files: Survey files read.
        visits: Visits made.
        meetings: Meetings held.
        assessments: Countries assessed.
        indicators: Indicators judged, over all countries.
        heads: Column names of the table of figures.
        rows: The table of figures: a row per dimension, or per capacity with a mean.
        note: Sentence that explains the table.
        change: Sentence on the change since the round before; empty for the first.
        plan: Sentence on the plan for the round's needs; empty without one.
    """

    round: str
    title: str
    heard: tuple[str, ...] = field(default=(), converter=to_tuple)
    named: tuple[str, ...] = field(default=(), converter=to_tuple)
    unanswered: tuple[str, ...] = field(default=(), converter=to_tuple)
    unusable: tuple[Row, ...] = field(default=(), converter=_to_rows)
    unused: tuple[Row, ...] = field(default=(), converter=_to_rows)
    files: int = 0
    visits: int = 0
    meetings: int = 0
    assessments: int = 0
    indicators: int = 0
    heads: tuple[str, ...] = field(default=(), converter=to_tuple)
    rows: tuple[Row, ...] = field(default=(), converter=_to_rows)
    note: str = ""
    change: str = ""
    plan: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RoundSummary":
        """Return the summary from the JSON of `as_json`."""
        return cls(**data)


@frozen(kw_only=True)
class Stage:
    """One stage of a run.

    Attributes:
        name: `Read`, `Score`, `Plan` or `Write`.
        summary: Result as text.
        seconds: Duration.
    """

    name: str
    summary: str
    seconds: float


@frozen(kw_only=True, slots=False)
class Outcome:
    """Summaries, issues and files of a run.

    Attributes:
        summaries: Figures of every round.
        issues: Every problem found.
        files: Files written, below `out`.
        reused: Files reused from the last run, since their inputs are unchanged.
        stages: Stages, with times.
        out: Location of the files.
    """

    summaries: tuple[RoundSummary, ...] = field(default=(), converter=to_tuple)
    issues: Issues = Issues()
    files: tuple[str, ...] = field(default=(), converter=to_tuple)
    reused: tuple[str, ...] = field(default=(), converter=to_tuple)
    stages: tuple[Stage, ...] = field(default=(), converter=to_tuple)
    out: Path

    @property
    def written(self) -> bool:
        """True if results were written."""
        return bool(self.summaries)

    @property
    def exit_code(self) -> int:
        """0 without errors, 1 with errors, 2 without results."""
        return compute_exit_code(self.issues, usable=self.written)
