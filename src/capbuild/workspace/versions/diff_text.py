"""Describes differences and conflicts between two copies."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import PurePosixPath

from capbuild.workspace.versions.differences import Difference
from capbuild.workspace.versions.three_way import format_place

#: Content of files; `{}` is the name.
_HOLDS = (
    ("programme.toml", "The programme and its reading rules"),
    ("collecting/register.csv", "Collection requests"),
    ("visits/visits.toml", "Visits"),
    ("visits/*", "Findings of a visit: {}"),
    ("meetings/meetings.toml", "Meetings"),
    ("meetings/needs.csv", "Decisions of meetings on needs"),
    ("meetings/*", "Findings of a meeting: {}"),
    ("desk/desk.toml", "Desk reviews"),
    ("desk/*", "Findings of a desk review: {}"),
    ("network/contacts.csv", "Contact points"),
    ("network/requests.csv", "Requests between countries"),
    ("network/agreements.csv", "Agreements"),
    ("network/operations.csv", "Joint operations"),
    ("training/deliveries.csv", "Deliveries"),
    ("training/enrolments.csv", "Enrolments"),
    ("training/evaluations.csv", "Evaluations of training"),
    ("training/competences.csv", "Competences of people"),
    ("results.toml", "The results framework"),
    ("budget.csv", "The budget"),
    ("reviews/states.csv", "States of assessments"),
    ("reviews/proposals.csv", "Proposals of countries, and decisions"),
    ("evidence.csv", "Evidence"),
    ("evidence/*", "A file of evidence: {}"),
    ("mappings/*", "Mapping of questions to criteria: {}"),
    ("countries/spellings.csv", "Spellings of countries"),
    ("countries/*", "Codes of countries: {}"),
    ("frameworks/*", "A framework: {}"),
    ("crosswalks/*", "A crosswalk: {}"),
    ("languages/*", "Texts of a language: {}"),
    ("external/*", "External series: {}"),
    ("returns/*", "A return as received: {}"),
    ("private/*", "Private: {}"),
)


def describe_file(name: str) -> str:
    """Describe a file of a programme's folder.

    Example:
        >>> describe_file("visits/jamaica.csv"), describe_file("notes.txt")
        ('Findings of a visit: jamaica', 'notes.txt')
    """
    words = next((words for pattern, words in _HOLDS if fnmatchcase(name, pattern)), name)
    return words.format(PurePosixPath(name).stem)


def describe_differences(found: Iterable[Difference]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each differing file with a description, and a line per row.

    Args:
        found: Differences, grouped by file.
    """
    for name, of_file in groupby(found, lambda one: one.file):
        lines = []
        for place, of_row in groupby(of_file, lambda one: one.place):
            text = "; ".join(map(_describe_difference, of_row))
            lines.append(f"{format_place(place)}: {text}" if place else text)
        yield name, describe_file(name), lines


def _describe_difference(one: Difference) -> str:
    field = one.field.replace("_", " ")
    if one.before is None or one.after is None:
        verb, text = ("added", one.after) if one.before is None else ("removed", one.before)
        shown = f": {text}" if field and text else f" ({text})" if text else ""
        return f"{field} {verb}{shown}".strip()
    if not field:
        return "changed"
    if not one.before:
        return f"{field} is now {one.after!r}"
    return f"{field} was {one.before!r} and is now {one.after or 'empty'!r}"


def count_differences(found: Iterable[Difference]) -> str:
    """Count changed, added and removed rows and files."""
    kinds: dict[tuple[str, str], str] = {}
    for one in found:
        whole = not one.field
        kind = "added" if whole and one.before is None else "removed" if whole and one.after is None else "changed"
        kinds[one.file, one.place] = kind
    counts = [(kind, sum(one == kind for one in kinds.values())) for kind in ("changed", "added", "removed")]
    return ", ".join(f"{count} {kind}" for kind, count in counts if count) or "No difference"
