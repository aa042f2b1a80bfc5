"""Differences and conflicts of two copies of a programme, as people read them: by what a file holds, a row a line."""

import csv
import io
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import PurePosixPath

from capbuild.escaping import escape_formula
from capbuild.workspace.versions.differences import Difference
from capbuild.workspace.versions.three_way import Conflict, shown_place, shown_value

__all__ = ["conflict_table", "tell_counts", "tell_differences", "what_it_holds"]

#: What a file holds; `{}` stands for its name.
_HOLDS = (
    ("programme.toml", "The programme and how it is read"),
    ("collecting/register.csv", "What was asked of whom"),
    ("visits/visits.toml", "Visits"),
    ("visits/*", "Findings of a visit: {}"),
    ("meetings/meetings.toml", "Meetings"),
    ("meetings/needs.csv", "What meetings decided about needs"),
    ("meetings/*", "Findings of a meeting: {}"),
    ("desk/desk.toml", "Desk reviews"),
    ("desk/*", "Findings of a desk review: {}"),
    ("network/contacts.csv", "Contact points"),
    ("network/requests.csv", "Requests between countries"),
    ("network/agreements.csv", "Agreements"),
    ("network/operations.csv", "Joint operations"),
    ("training/deliveries.csv", "What was held"),
    ("training/enrolments.csv", "Who took part"),
    ("training/evaluations.csv", "What was measured of training"),
    ("training/competences.csv", "What people in a role hold"),
    ("results.toml", "The results framework"),
    ("budget.csv", "The budget"),
    ("reviews/states.csv", "Where assessments stand"),
    ("reviews/proposals.csv", "What countries propose, and what was decided"),
    ("mappings/*", "Which question speaks of which criterion: {}"),
    ("countries/spellings.csv", "Spellings of countries"),
    ("countries/*", "Codes of countries: {}"),
    ("frameworks/*", "A framework: {}"),
    ("crosswalks/*", "A crosswalk: {}"),
    ("external/*", "What others published: {}"),
    ("returns/*", "A return as received: {}"),
    ("private/*", "Private: {}"),
)


def what_it_holds(name: str) -> str:
    """Return what a file of a programme's folder holds, in words.

    Example:
        >>> what_it_holds("visits/jamaica.csv"), what_it_holds("notes.txt")
        ('Findings of a visit: jamaica', 'notes.txt')
    """
    words = next((words for pattern, words in _HOLDS if fnmatchcase(name, pattern)), name)
    return words.format(PurePosixPath(name).stem)


def tell_differences(found: Iterable[Difference]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each file that differs with what it holds, and a line a row or table that differs in it.

    Args:
        found: Differences, those of one file together.
    """
    for name, of_file in groupby(found, lambda one: one.file):
        lines = []
        for place, of_row in groupby(of_file, lambda one: one.place):
            said = "; ".join(map(_said, of_row))
            lines.append(f"{shown_place(place)}: {said}" if place else said)
        yield name, what_it_holds(name), lines


def _said(one: Difference) -> str:
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


def tell_counts(found: Iterable[Difference]) -> str:
    """Return how many rows and files were changed, added and removed."""
    kinds: dict[tuple[str, str], str] = {}
    for one in found:
        whole = not one.field
        kind = "added" if whole and one.before is None else "removed" if whole and one.after is None else "changed"
        kinds[one.file, one.place] = kind
    counts = [(kind, sum(one == kind for one in kinds.values())) for kind in ("changed", "added", "removed")]
    return ", ".join(f"{count} {kind}" for kind, count in counts if count) or "No difference"


def conflict_table(conflicts: Iterable[Conflict], first: str, second: str) -> str:
    """Return conflicts as a table of text, to be settled one after the other.

    Args:
        conflicts: What both copies changed differently.
        first: What the first copy is called.
        second: What the second copy is called.
    """
    stream = io.StringIO()
    out = csv.writer(stream, lineterminator="\n")
    out.writerow(["file", "place", "field", "was", first, second])
    for one in conflicts:
        values = [shown_value(one.field, text) for text in (one.base, one.first, one.second)]
        out.writerow([escape_formula(cell) for cell in (one.file, shown_place(one.place), one.field, *values)])
    return stream.getvalue()
