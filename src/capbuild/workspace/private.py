"""Names behind pseudonyms, and how a person is forgotten."""

import codecs
import csv
import io
import re
from pathlib import Path

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import CapbuildError, WorkspaceError
from capbuild.io.cells import read_cells
from capbuild.origin import Origin
from capbuild.workspace.plain_tables import split_records
from capbuild.workspace.records import load_plain_table
from capbuild.workspace.transactions import Transaction, edit_folder

__all__ = ["PEOPLE", "ForgetResult", "Person", "find_person", "forget", "list_pseudonyms", "looks_like_a_person"]

#: Who stands behind pseudonyms: read by nothing but what writes into this folder.
PEOPLE = "private/respondents.csv"
#: Who stands behind the pseudonyms of people in training.
PARTICIPANTS = "private/participants.csv"
_FORGOTTEN = "forgotten"
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_TEXT = (".csv", ".tsv", ".txt", ".json", ".md", ".html", ".toml")


@frozen(kw_only=True)
class ForgetResult:
    """Files changed to forget a respondent, and remaining mentions.

    Attributes:
        respondent: The pseudonym.
        removed: Rows removed, as file and count.
        rewritten: Derived files in which the pseudonym was replaced.
        remaining: Where it still stands, and why.
    """

    respondent: str
    removed: tuple[tuple[str, int], ...] = field(default=(), converter=to_tuple)
    rewritten: tuple[str, ...] = field(default=(), converter=to_tuple)
    remaining: tuple[tuple[str, str], ...] = field(default=(), converter=to_tuple)


@frozen(kw_only=True)
class Person:
    """The person behind a pseudonym. Never leaves the private folder.

    Attributes:
        pseudonym: The pseudonym.
        name: Name, as in a letter.
        office: Office.
    """

    pseudonym: str
    name: str = ""
    office: str = ""


def looks_like_a_person(text: str) -> bool:
    """True if a pseudonym or office looks like a personal name.

    Or like an address.

    Example:
        >>> looks_like_a_person("jm-police-1"), looks_like_a_person("Ana Ruiz"), looks_like_a_person("a@b.org")
        (False, True, True)
    """
    words = text.split()
    return "@" in text or (len(words) > 1 and all(word[:1].isupper() for word in words))


def list_pseudonyms(folder: Path) -> frozenset[str] | None:
    """Return the pseudonyms of the private folder.

    None where this copy has no such table.
    """
    rows = _load_people(folder)
    return None if rows is None else frozenset(rows)


def find_person(folder: Path, pseudonym: str) -> Person | None:
    """Return the person behind a pseudonym; None if unknown here."""
    return (_load_people(folder) or {}).get(pseudonym)


def _load_people(folder: Path) -> dict[str, Person] | None:
    table = load_plain_table(folder / PEOPLE, PEOPLE, ["pseudonym"], [])
    if table is None:
        return None
    rows = [dict(zip(table.header, cells, strict=False)) for _, cells in table.filled]
    return {
        row["pseudonym"]: Person(pseudonym=row["pseudonym"], name=row.get("name", ""), office=row.get("office", ""))
        for row in rows
        if row.get("pseudonym")
    }


def _make_pattern(respondent: str) -> re.Pattern[str]:
    """The pseudonym as a word of its own: `bb-police-1` is not part of `bb-police-12`."""
    return re.compile(_make_word_pattern(respondent))


def _make_word_pattern(text: str) -> str:
    return rf"(?<![\w-]){re.escape(text)}(?![\w-])"


def _decode(path: Path) -> tuple[str, str] | None:
    """Return text and encoding of a text file, or None for another."""
    if path.suffix.lower() not in _TEXT:
        return None
    data = path.read_bytes()
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    marked = next((name for mark, name in marks.items() if data.startswith(mark)), None)
    for encoding in ("utf-8", "cp1252") if marked is None else (marked,):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None


def _find_names(folder: Path, pseudonym: str) -> list[str]:
    """Return the names behind a pseudonym, which private files may use alone."""
    known = find_person(folder, pseudonym)
    found = [known.name] if known is not None else []
    table = load_plain_table(folder / PARTICIPANTS, PARTICIPANTS, ["pseudonym"], [])
    for _, cells in table.filled if table is not None else ():
        row = dict(zip(table.header if table is not None else (), cells, strict=False))
        found += [row.get("name", "")] if row.get("pseudonym") == pseudonym else []
    return [name for name in found if name]


def _has_names(path: Path, pattern: re.Pattern[str]) -> bool:
    """True if a workbook names somebody, or cannot be read."""
    if path.suffix.lower() not in _WORKBOOKS:
        return False
    try:
        return any(pattern.search(cell) for table in read_cells(path) for row in table.rows for cell in row)
    except CapbuildError:
        return True


def _remove_records(text: str, pattern: re.Pattern[str]) -> tuple[str, int]:
    """Remove the records of a pseudonym from CSV text, others unchanged."""
    kept: list[str] = []
    removed = 0
    for record in split_records(text):
        cells = next(csv.reader(io.StringIO(record)), [])
        if any(pattern.search(cell) for cell in cells):
            removed += 1
        else:
            kept.append(record)
    return "".join(kept), removed


def forget(folder: Path, respondent: str, *, answers: bool = False) -> ForgetResult:
    """Remove a person from `private/` and derived files.

    And from pseudonymous answers if asked.

    Args:
        folder: The programme's folder.
        respondent: The pseudonym.
        answers: Also remove the respondent's rows from the CSV files of `returns/`. Otherwise returns stay as
            they were received, under a pseudonym that no longer leads to a person.

    Returns:
        What was done, and where the pseudonym remains.

    Raises:
        WorkspaceError: The respondent is nowhere in the folder.
    """
    with edit_folder(folder) as edit:
        return _remove_person(edit, respondent, answers=answers)


def _remove_person(edit: Transaction, respondent: str, *, answers: bool) -> ForgetResult:
    """Remove a person from the files of a folder, all together."""
    folder = edit.folder
    pattern = _make_pattern(respondent)
    named = re.compile(
        "|".join([pattern.pattern, *map(_make_word_pattern, _find_names(folder, respondent))]), re.IGNORECASE
    )
    removed: list[tuple[str, int]] = []
    rewritten: list[str] = []
    remaining: list[tuple[str, str]] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts):
        name = path.relative_to(folder).as_posix()
        decoded = _decode(path)
        place = name.split("/")[0]
        if decoded is None:
            if respondent.encode() in path.read_bytes() or _has_names(path, named if place == "private" else pattern):
                remaining.append((name, "not a text file: remove it by hand"))
            continue
        text, encoding = decoded
        if not pattern.search(text):
            if place == "private" and named.search(text):
                remaining.append((name, "names the person, or somebody of that name: look into it by hand"))
            continue
        if place == "private" or (place == "returns" and answers and path.suffix.lower() in (".csv", ".tsv")):
            rest, count = _remove_records(text, pattern)
            edit.write(name, rest.encode(encoding))
            removed.append((name, count))
        elif place == "out":
            edit.write(name, pattern.sub(_FORGOTTEN, text).encode(encoding))
            rewritten.append(name)
        else:
            why = "as received; --answers removes it" if place == "returns" and not answers else "remove it by hand"
            remaining.append((name, why))
    if not (removed or rewritten or remaining):
        raise WorkspaceError(
            f"{respondent!r} was not found in {folder}",
            code="CB608",
            origin=Origin("private"),
            remedy="check the spelling",
        )
    return ForgetResult(respondent=respondent, removed=removed, rewritten=rewritten, remaining=remaining)
