"""Answer scales and target profiles from spreadsheet columns."""

from collections.abc import Callable, Sequence
from typing import Any

from capbuild.frameworks.spreadsheets.cells import fold, to_number
from capbuild.frameworks.spreadsheets.drafts import DraftNotes, Tables
from capbuild.frameworks.spreadsheets.entries import Entry
from capbuild.frameworks.spreadsheets.scales import answers_table, parse_answers
from capbuild.origin import Origin


def settle_options(entries: Sequence[Entry], made: Tables, notes: DraftNotes, language: str) -> None:
    """Assign criteria the answer scales listed in their cells.

    Args:
        entries: Nodes with criteria.
        made: Tables to add answer scales to.
        notes: Collects questions and issues.
        language: Language of the answers.
    """
    known = {scale["id"]: scale["id"] for scale in made.data.get("answers", ())}
    for entry in entries:
        cells: dict[str, Origin] = {}
        for one in entry.criteria:
            if "answers" in one.values:
                cells.setdefault(one.values["answers"], one.cells["answers"])
        for text, origin in list(cells.items())[:1]:
            if text not in known:
                name = _add_options(
                    text, f"answers-{len(known) + 1}", origin, made=made, notes=notes, language=language
                )
                if name is None:
                    continue
                known[text] = name
            entry.values["answer scale"] = known[text]
        if len(cells) > 1:
            first, second = list(cells)[:2]
            what = f"criteria of {entry.id} have answers of several kinds: {first!r} is read, and {second!r} is not"
            notes.add_warning(what, cells[second], "write one list of answers beside all criteria of a node")


def _add_options(text: str, name: str, origin: Origin, *, made: Tables, notes: DraftNotes, language: str) -> str | None:
    """Add the answer scale of a cell, and return its id; None for plain yes and no."""
    found = parse_answers(text)
    if found is None:
        remedy = "write them as FI / LI / PI / NI, or the id of an answer scale of the sheet Answers"
        notes.add_warning(f"{text!r} is not a list of answers", origin, remedy)
    if found is None or found.is_plain:
        return None
    table = answers_table(name, found, language)
    made.add("answers", table, {}, origin)
    counts = ", ".join(f"{one['code']} as {one['counts']}" for one in table["options"])
    otherwise = "add a sheet Answers with the columns scale, code, label and counts"
    notes.ask(f"Answers count: {counts}", otherwise, origin)
    return name


def settle_profiles(
    entries: Sequence[Entry],
    made: Tables,
    notes: DraftNotes,
    language: str,
    read: Callable[[Entry, Any, Origin | None], float | int | None],
) -> None:
    """Make a target profile from each column of targets.

    Args:
        entries: All nodes.
        made: Tables to add profiles to.
        notes: Collects sentences on the interpretation.
        language: Language of their names.
        read: Function that parses a target on a node's scale.
    """
    for name in dict.fromkeys(name for entry in entries for name in entry.profiles):
        targets: dict[str, float | int] = {}
        cells: dict[str, Origin] = {}
        for entry in entries:
            if name not in entry.profiles:
                continue
            text, cell = entry.profiles[name], entry.cells[f"profile {name}"]
            number = to_number(text)
            if (target := read(entry, text if number is None else number, cell)) is not None:
                targets[entry.id], cells[entry.id] = target, cell
        slug = fold(name).replace(" ", "-")
        at = made.add("profiles", {"id": slug, "title": {language: name}, "targets": targets}, {}, None)
        made.origins |= {("profiles", at, "targets", node): cell for node, cell in cells.items()}
        notes.understood.append(f"Target profile {slug}: {len(targets)} targets.")
