"""Differences between two copies of a programme."""

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from capbuild.workspace.versions.blocks import remove_comments
from capbuild.workspace.versions.files import parse_parts
from capbuild.workspace.versions.folders import read_files
from capbuild.workspace.versions.parts import Key, Part, Parts
from capbuild.workspace.versions.three_way import format_place, format_value


@frozen(kw_only=True)
class Difference:
    """A difference between two copies.

    Attributes:
        file: Name below the programme's folder.
        place: Key of the row or table; empty for the whole file.
        field: Field; empty for all.
        before: Value in the first copy; None if absent.
        after: Value in the second copy; None if absent.
    """

    file: str
    place: str = ""
    field: str = ""
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.file, format_place(self.place)) if part)
        if self.before is None:
            return f"{where}: added{f' {self.field}, {self.after!r}' if self.field else _format_content(self.after)}"
        if self.after is None:
            rest = f" {self.field}, it was {self.before!r}" if self.field else _format_content(self.before)
            return f"{where}: removed{rest}"
        if not self.field:
            return f"{where}: changed"
        if not self.before:
            return f"{where}: {self.field} is now {self.after!r}"
        return f"{where}: {self.field} was {self.before!r} and is now {self.after or 'empty'!r}"


def _format_content(text: str | None) -> str:
    return f" ({text})" if text else ""


def diff_folders(before: str | Path, after: str | Path) -> tuple[Difference, ...]:
    """Compare two copies of a programme's folder.

    Ignores order and comments.

    Args:
        before: The first copy.
        after: The second copy.
    """
    old, new = read_files(Path(before)), read_files(Path(after))
    return tuple(
        found
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
        for found in _diff_file(name, old.get(name), new.get(name))
    )


def _diff_file(name: str, before: bytes | None, after: bytes | None) -> Iterator[Difference]:
    parts = [parse_parts(name, data) if data is not None else None for data in (before, after)]
    if parts[0] is not None and parts[1] is not None:
        yield from _diff_parts(name, parts[0], parts[1])
    else:
        texts = [None if data is None else "" for data in (before, after)]
        yield Difference(file=name, before=texts[0], after=texts[1])


def _diff_parts(name: str, before: Parts, after: Parts) -> Iterator[Difference]:
    old, new = before.by_key, after.by_key
    for key in dict.fromkeys([*old, *new]):
        place = ", ".join(part for part in key if part)
        if key not in new or key not in old:
            texts = [_format_rest(key, one[key]) if key in one else None for one in (old, new)]
            yield Difference(file=name, place=place, before=texts[0], after=texts[1])
        else:
            yield from _diff_fields(name, place, remove_comments(old[key]), remove_comments(new[key]))


def _diff_fields(name: str, place: str, before: Part, after: Part) -> Iterator[Difference]:
    for field in dict.fromkeys([*before.fields, *after.fields]):
        values = [format_value(field, one.fields.get(field)) for one in (before, after)]
        if values[0] != values[1]:
            yield Difference(file=name, place=place, field=field, before=values[0], after=values[1])


def _format_rest(key: Key, part: Part) -> str:
    """Return the cells of a row other than its key."""
    shown = (format_value(name, text) for name, text in remove_comments(part).fields.items())
    return ", ".join(text for text in shown if text and text not in key)
