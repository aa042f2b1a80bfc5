"""Guesses of a drafted programme, for a person to confirm."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from capbuild.frameworks import FrameworkDraft
from capbuild.model import Issue, Programme
from capbuild.origin import Origin
from capbuild.reports.languages import list_languages


@frozen
class Guess:
    """Assumption of a draft that a person should confirm.

    Attributes:
        part: Part of the programme, such as `Participants`.
        assumed: Assumptions.
        otherwise: How to say otherwise.
        origin: Its source.
    """

    part: str
    assumed: str
    otherwise: str
    origin: Origin | None = None

    @property
    def issue(self) -> Issue:
        """The guess as an issue (`CB676`), as the command line prints it."""
        return Issue.note("CB676", f"{self.part}: {self.assumed}", self.origin, self.otherwise)

    def __str__(self) -> str:
        place = f" ({self.origin})" if self.origin is not None else ""
        return f"{self.assumed}{place}. Otherwise: {self.otherwise}."


def guess_framework(draft: FrameworkDraft | None) -> Iterator[Guess]:
    """Yield the assumptions of a framework file."""
    for one in draft.questions if draft is not None else ():
        yield Guess("Framework", one.assumed, one.otherwise, one.origin)


def guess_settings(programme: Programme, target: str) -> Iterator[Guess]:
    """Yield the assumptions on languages, targets and title.

    Args:
        programme: The programme.
        target: Line of the default target in programme.toml.
    """
    place = Origin("programme.toml")
    first = programme.languages[0]
    written = first if first in list_languages() else f"en, since reports have no words in {first}"
    assumed = f"Languages are {', '.join(programme.languages)}; reports are written in {written}"
    yield Guess("Settings", assumed, "put another first in languages, or name several under [reports]", place)
    yield Guess("Settings", f"The programme is called {str(programme.title)!r}", "change title and id", place)
    if not target.startswith("#"):
        assumed = f"The target of every indicator is {target.removeprefix('default = ')}"
        yield Guess("Settings", assumed, "change [targets]", place)
    yield Guess("Settings", "Answers are real: nothing is marked as invented", "add invented = true", place)


def format_guesses(guesses: Sequence[Guess], title: str, sources: str) -> str:
    """Return guesses as a checklist, by part.

    Args:
        guesses: The guesses.
        title: Name of the programme.
        sources: Files it was drafted from.
    """
    lines = [f"# To confirm: {title}", "", f"Drafted from {sources}. Tick off what is right, and correct the rest."]
    for part in dict.fromkeys(one.part for one in guesses):
        lines += ["", f"## {part}", ""]
        for one in (one for one in guesses if one.part == part):
            lines.append(f"- [ ] {' '.join(str(one).split())}")
    return "\n".join(lines) + "\n"
