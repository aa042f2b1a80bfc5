"""Outcome of a run, stored with the results."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import asdict, field, frozen

from capbuild.checks import to_tuple
from capbuild.model import Issues

__all__ = ["Outcome", "RoundSummary", "Row", "Stage", "compute_exit_code"]

Row = tuple[str, ...]


def compute_exit_code(issues: Issues, *, usable: bool) -> int:
    """Return the exit status of a run or validation.

    Args:
        issues: What was found.
        usable: Whether anything can be made of the folder.
    """
    return 2 if not usable else 1 if issues.count("error") else 0


def _to_rows(rows: Any) -> tuple[Row, ...]:
    return tuple(tuple(row) for row in rows)


@frozen(kw_only=True)
class RoundSummary:
    """One round in numbers.

    Attributes:
        round: Its id.
        title: Its title.
        heard: Alpha-2 codes of the countries that said something.
        named: Alpha-2 codes of the countries that findings are about.
        unanswered: Names of the countries that have not answered yet.
        unusable: Names of the countries whose answers cannot be used, each with the reason.
        unused: What belongs to no country of the programme: file and places, each with the reason.
        files: Survey files read.
        visits: Visits made.
        meetings: Meetings held.
        assessments: Countries assessed.
        indicators: Indicators judged, over all countries.
        heads: Heads of the table of figures.
        rows: The table of figures: a row a dimension, or a row a capacity with a mean.
        note: What the table is, in a sentence.
        change: What changed since the round before, in a sentence; empty for the first.
        plan: What is planned for the needs that the round found, in a sentence; empty where nothing is.
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
        summary: What came out, in words.
        seconds: How long it took.
    """

    name: str
    summary: str
    seconds: float


@frozen(kw_only=True, slots=False)
class Outcome:
    """Summaries, issues and files of a run.

    Attributes:
        summaries: Every round in numbers.
        issues: Every problem found.
        files: Files written, below `out`.
        reused: Those of them that were taken over from the last run, since nothing they rest on has changed.
        stages: What was done, with times.
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
        """True if results were written: some round was scored."""
        return bool(self.summaries)

    @property
    def exit_code(self) -> int:
        """0 without errors, 1 with open errors, 2 without results."""
        return compute_exit_code(self.issues, usable=self.written)
