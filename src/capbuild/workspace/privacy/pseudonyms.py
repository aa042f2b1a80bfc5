"""Pseudonyms, and the people behind them."""

from pathlib import Path

from attrs import frozen

from capbuild.workspace.records.table import load_plain_table

#: Names of respondents, read only by code that writes to this folder.
PEOPLE = "private/respondents.csv"
#: Names of people in training, by pseudonym.
PARTICIPANTS_FILE = "private/participants.csv"


@frozen(kw_only=True)
class Person:
    """Person behind a pseudonym. Never leaves the private folder.

    Attributes:
        pseudonym: The pseudonym.
        name: Name, as in a letter.
        office: Office.
    """

    pseudonym: str
    name: str = ""
    office: str = ""


def looks_like_a_person(text: str) -> bool:
    """True if a text looks like a name or address.

    Example:
        >>> looks_like_a_person("jm-police-1"), looks_like_a_person("Ana Ruiz"), looks_like_a_person("a@b.org")
        (False, True, True)
    """
    words = text.split()
    return "@" in text or (len(words) > 1 and all(word[:1].isupper() for word in words))


def list_pseudonyms(folder: Path) -> frozenset[str] | None:
    """Return the pseudonyms of the private folder.

    The result is None if this copy of the folder has no table of them.
    """
    rows = _load_people(folder)
    return None if rows is None else frozenset(rows)


def find_person(folder: Path, pseudonym: str) -> Person | None:
    """Return the person behind a pseudonym; None if unknown."""
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
