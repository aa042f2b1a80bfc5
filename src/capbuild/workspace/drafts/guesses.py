"""Guesses of a drafted programme, for a person to confirm."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from capbuild.display import counted
from capbuild.frameworks import FrameworkDraft
from capbuild.model import Framework, Issue, Programme, Severity
from capbuild.origin import Origin
from capbuild.reports.languages import list_languages

#: Guess about a word that has no meaning.
_UNREAD = re.compile(r": (['\"].*['\"]) has no meaning yet")


@frozen
class Guess:
    """Assumption of a draft that a person should confirm.

    Attributes:
        part: Part of the programme, such as `Participants`.
        assumed: Assumptions.
        otherwise: How to change the guess.
        origin: Its source.
    """

    part: str
    assumed: str
    otherwise: str
    origin: Origin | None = None

    @property
    def issue(self) -> Issue:
        """Guess as an issue (`CB676`)."""
        return Issue.note("CB676", f"{self.part}: {self.assumed}", self.origin, self.otherwise)

    def __str__(self) -> str:
        place = f" ({self.origin})" if self.origin is not None else ""
        return f"{self.assumed}{place}. Otherwise: {self.otherwise}."


def join_same(guesses: Iterable[Guess]) -> list[Guess]:
    """Join guesses that make the same assumption for several files.

    Example:
        >>> one, two = (Guess("Rounds", "No day", "add one", Origin(name)) for name in ("a.csv", "b.csv"))
        >>> [str(guess) for guess in join_same([one, two])]
        ['No day, as in 1 other file (a.csv). Otherwise: add one.']
    """
    same: dict[tuple[str, str, str], list[Guess]] = {}
    for guess in guesses:
        same.setdefault((guess.part, guess.assumed, guess.otherwise), []).append(guess)
    joined: list[Guess] = []
    for first, *others in same.values():
        files = {guess.origin.file for guess in others if guess.origin} - {first.origin.file if first.origin else ""}
        more = f", as in {counted(len(files), 'other file')}" if files else ""
        joined.append(evolve(first, assumed=f"{first.assumed}{more}"))
    return joined


def guess_framework(draft: FrameworkDraft | None) -> Iterator[Guess]:
    """Yield the assumptions and warnings of a framework file."""
    if draft is not None:
        for question in draft.questions:
            yield Guess("Framework", question.assumed, question.otherwise, question.origin)
        yield from guess_issues("Framework", draft.issues)


def guess_issues(part: str, issues: Iterable[Issue], known: Iterable[Guess] = ()) -> Iterator[Guess]:
    """Yield the warnings and errors among issues, except known ones.

    Args:
        part: Part of the programme.
        issues: The issues.
        known: Guesses that may have the message of an issue.
    """
    assumptions = [guess.assumed for guess in known]
    unread = [f"{match[1]} is not an answer" for text in assumptions if (match := _UNREAD.search(text)) is not None]
    for issue in issues:
        if issue.severity is not Severity.NOTE and not any(issue.message in text for text in assumptions):
            assumptions.append(issue.message)
            if not issue.message.startswith(tuple(unread)):
                yield Guess(part, issue.message, issue.remedy or "nothing", issue.origin)


def choose_target(framework: Framework) -> int | None:
    """Return the target level of all indicators.

    This is the middle of the levels common to all indicators, and of two middle ones the higher. The result is None
    if the framework has targets of its own, or if an indicator has no levels or different ones.

    Example:
        >>> from capbuild.frameworks import load_bundled
        >>> framework = load_bundled("police_cyber")
        >>> framework.scale_of(framework["TEC-2"]).ends, choose_target(framework)
        ((1, 5), 3)
    """
    scales = [framework.scale_of(node) for node in framework.indicators]
    lowest, highest = (max(s.ends[0] for s in scales), min(s.ends[1] for s in scales))
    own = framework.profiles or any(node.target is not None for node in framework.indicators)
    if own or lowest > highest or not all(scale.levels for scale in scales):
        return None
    return math.ceil((lowest + highest) / 2)


def _guess_targets(framework: Framework) -> tuple[str, str]:
    """Return the assumption on targets, and how to change it.

    Both are empty if indicators have targets of their own.
    """
    if framework.profiles:
        return f"Targets are those of the profile {framework.profiles[0].id!r}", "name another under [targets]"
    if any(node.target is not None for node in framework.indicators):
        return "", ""
    level, first = choose_target(framework), framework.indicators[0]
    given = "no indicator has a target, and there are no gaps"
    if level is not None:
        given = f"that of every indicator is {level}, the middle of its levels"
    return (
        f"The framework has no targets: {given}",
        "give its spreadsheet a column Target, or change [targets]: default is the level for all, and a line such as "
        f'"{first.id}" = {framework.scale_of(first).ends[1]:g} that of one',
    )


def guess_settings(programme: Programme, framework: Framework) -> Iterator[Guess]:
    """Yield the assumptions on languages, targets and title.

    Args:
        programme: The programme.
        framework: Its framework.
    """
    place = Origin("programme.toml")
    first = programme.languages[0]
    written = first if first in list_languages() else f"en, since reports have no words in {first}"
    assumed = f"Languages are {', '.join(programme.languages)}; reports are written in {written}"
    yield Guess("Settings", assumed, "put another first in languages, or name several under [reports]", place)
    yield Guess("Settings", f"The programme is called {str(programme.title)!r}", "change title and id", place)
    assumed, otherwise = _guess_targets(framework)
    if assumed:
        yield Guess("Settings", assumed, otherwise, place)
    yield Guess("Settings", "Answers are real: nothing is marked as invented", "add invented = true", place)


def format_guesses(guesses: Sequence[Guess], title: str, sources: str) -> str:
    """Return guesses as a checklist, by part.

    Args:
        guesses: The guesses.
        title: Name of the programme.
        sources: Files it was drafted from.
    """
    head = (
        f"# To confirm: {title}\n\nDrafted from {sources}. Correct what is wrong in the files named. The boxes are for "
        "your own notes: ticking one changes nothing.\n"
    )
    return head + format_parts(guesses)


def format_parts(guesses: Sequence[Guess]) -> str:
    """Return the parts of a checklist."""
    lines: list[str] = []
    for part in dict.fromkeys(guess.part for guess in guesses):
        lines += ["", f"## {part}", ""]
        for named in (guess for guess in guesses if guess.part == part):
            lines.append(f"- [ ] {' '.join(str(named).split())}")
    return "\n".join([*lines, ""]) if lines else ""
