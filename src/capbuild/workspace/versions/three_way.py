"""Files as ordered parts, and the three-way merge of two versions."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.documents.toml import decode_toml
from capbuild.escaping import format_csv
from capbuild.frozen import FrozenMap

Key = tuple[str, ...]


@frozen
class Part:
    """One row or block.

    Attributes:
        key: Unique key in the file.
        fields: Its fields by name, as written.
    """

    key: Key
    fields: FrozenMap[str, str] = field(converter=to_map)


@frozen
class Parts:
    """Ordered parts of a file.

    Attributes:
        opening: Text above the parts.
        names: Field names of every part, in order; empty if each has its own.
        parts: The parts.
        closing: Text below the parts.
        write: Function that writes parts to a file.
        whole: Whether the whole content is the key, so that a rewritten part is another part.
    """

    opening: str
    names: tuple[str, ...] = field(converter=to_tuple)
    parts: tuple[Part, ...] = field(converter=to_tuple)
    closing: str
    write: Callable[["Parts"], str] = field(eq=False, repr=False)
    whole: bool = False

    @property
    def by_key(self) -> Mapping[Key, Part]:
        """The parts by key."""
        return {part.key: part for part in self.parts}


@frozen(kw_only=True)
class Conflict:
    """Part that both copies changed differently.

    The merged folder has the first copy's version, unless it was removed there.

    Attributes:
        file: Name below the programme's folder.
        place: Key of the row or table; empty for the whole file.
        field: Field; empty for all.
        base: Common ancestor; None if absent.
        first: Value in the first copy; None if removed.
        second: Value in the second copy; None if removed.
    """

    file: str
    place: str = ""
    field: str = field(default="")
    base: str | None = None
    first: str | None = None
    second: str | None = None

    def __str__(self) -> str:
        return self.describe("the first", "the second")

    def describe(self, first: str, second: str) -> str:
        """Describe the conflict.

        Args:
            first: Name of the first copy.
            second: Name of the second copy.
        """
        where = ": ".join(
            part for part in (self.file, format_place(self.place), _FIELDS.get(self.field, self.field)) if part
        )
        if self.first is None or self.second is None:
            removed, kept = (first, second) if self.first is None else (second, first)
            return f"{where}: removed in {removed}, changed in {kept}; it stays"
        if not self.place and not self.field:
            return f"{where}: two different files, {self.first} in {first} and {self.second} in {second}"
        texts = [format_value(self.field, text) for text in (self.first, self.second)]
        was = f"; it was {format_value(self.field, self.base)!r}" if self.base else ""
        return f"{where}: {texts[0]!r} in {first}, {texts[1]!r} in {second}{was}"


#: Text above and below the rows of a table, in words.
_FIELDS = {"opening": "the lines above the table", "closing": "the lines below the table"}


def format_place(place: str) -> str:
    """Format a TOML table without brackets, or a row key."""
    header, _, rest = place.partition(", ")
    if not header.startswith("["):
        return place
    name = header.strip("[]").replace('"', "")
    return f"{name}, {rest}" if rest else name


def format_value(name: str, text: str | None) -> str | None:
    """Format a value without the name and comments of TOML."""
    if text is None:
        return None
    try:
        table = decode_toml(text)
    except ValueError:
        return " ".join(text.split())
    return str(table[name]) if [*table] == [name] else " ".join(text.split())


def merge_values(base: str | None, first: str | None, second: str | None) -> tuple[str | None, bool]:
    """Return a merged value, and True for a conflict.

    Example:
        >>> merge_values("a", "a", "b"), merge_values("a", "b", "c"), merge_values("a", None, "c")
        (('b', False), ('b', True), ('c', True))
    """
    if second in (first, base):
        return first, False
    if first == base:
        return second, False
    return (first if first is not None else second), True


def merge_parts(name: str, base: Parts, first: Parts, second: Parts) -> tuple[Parts, list[Conflict]]:
    """Return the merged file and its conflicts.

    Args:
        name: Name of the file, for conflicts.
        base: Common ancestor of both.
        first: The first copy.
        second: The second copy.
    """
    conflicts: list[Conflict] = []
    texts = {}
    for part in ("opening", "closing"):
        versions = [getattr(parts, part) for parts in (base, first, second)]
        texts[part], clash = merge_values(*versions)
        if clash:
            conflicts.append(_make_conflict(name, "", part, versions))
    if first.whole and second.whole:
        conflicts += _find_rewritten(name, base, first, second)
    merged: dict[Key, Part] = {}
    versions_by_key = [file.by_key for file in (base, first, second)]
    for key in dict.fromkeys(key for parts in versions_by_key for key in parts):
        merged_part = _merge_part(name, key, [parts.get(key) for parts in versions_by_key], conflicts)
        if merged_part is not None:
            merged[key] = merged_part
    return (
        evolve(
            first,
            opening=texts["opening"] or "",
            closing=texts["closing"] or "",
            names=_order_names(base.names, first.names, second.names),
            parts=[merged[key] for key in _order_keys(base, first, second) if key in merged],
        ),
        conflicts,
    )


def _find_rewritten(name: str, base: Parts, first: Parts, second: Parts) -> Iterator[Conflict]:
    """Yield conflicts of rows without a key that both rewrote.

    Both versions are kept for a person to choose.
    """
    kept = [set(base.by_key) & set(side.by_key) for side in (first, second)]
    gone = [_list_runs(base, known) for known in kept]
    new = [_list_runs(side, known) for side, known in zip((first, second), kept, strict=True)]
    for anchor, keys in gone[0].items():
        both = [key for key in keys if key in gone[1].get(anchor, ())]
        mine, theirs = (runs.get(anchor, []) for runs in new)
        if both and mine and theirs and mine != theirs:
            texts = ["; ".join(", ".join(filter(None, key)) for key in keys) for keys in (both, mine, theirs)]
            yield Conflict(file=name, place=texts[0], base=None, first=texts[1], second=texts[2])


def _list_runs(file: Parts, kept: Collection[Key]) -> dict[Key, list[Key]]:
    """Return a file's other parts, by the kept part before."""
    runs: dict[Key, list[Key]] = {}
    behind: Key = ()
    for part in file.parts:
        if part.key in kept:
            behind = part.key
        else:
            runs.setdefault(behind, []).append(part.key)
    return runs


def _make_conflict(name: str, place: str, where: str, versions: Sequence[str | None]) -> Conflict:
    return Conflict(file=name, place=place, field=where, base=versions[0], first=versions[1], second=versions[2])


def _format_part(part: Part | None) -> str | None:
    return None if part is None else "; ".join(f"{name}: {text.strip()}" for name, text in part.fields.items() if text)


def _merge_part(name: str, key: Key, versions: list[Part | None], conflicts: list[Conflict]) -> Part | None:
    """Merge a part.

    If one copy changed the part and the other removed it, the change is kept, with a conflict.
    """
    base, first, second = versions
    place = ", ".join(part for part in key if part)
    if first is None or second is None:
        kept = first or second
        if base is None or kept is None:
            return kept
        if kept == base:
            return None
        conflicts.append(_make_conflict(name, place, "", list(map(_format_part, versions))))
        return kept
    fields: dict[str, str] = {}
    old: Mapping[str, str] = {} if base is None else base.fields
    for field_name in _order_names(tuple(old), tuple(first.fields), tuple(second.fields)):
        values = [fields.get(field_name) for fields in (old, first.fields, second.fields)]
        merged, clash = merge_values(*values)
        if clash:
            conflicts.append(_make_conflict(name, place, field_name, values))
        if merged is not None:
            fields[field_name] = merged
    return Part(key, fields)


def _order_keys(base: Parts, first: Parts, second: Parts) -> Iterator[Key]:
    """Yield all keys in base order.

    Additions come after their predecessors. Additions of both copies in one place are sorted, so that the order of
    the copies does not matter.
    """
    added = [_list_runs(file, base.by_key) for file in (first, second)]
    for anchor in ((), *(part.key for part in base.parts)):
        if anchor:
            yield anchor
        runs = [run for side in added if (run := side.get(anchor, []))]
        keys = list(dict.fromkeys(key for run in runs for key in run))
        yield from keys if len(runs) < 2 or runs[0] == runs[1] else sorted(keys)


def _order_names(base: Sequence[str], first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    """Return remaining base names, then added ones, sorted."""
    kept = [name for name in base if name in first or name in second]
    new = [[name for name in side if name not in base] for side in (first, second)]
    names = list(dict.fromkeys([*new[0], *new[1]]))
    return (*kept, *(names if not new[0] or not new[1] or new[0] == new[1] else sorted(names)))


def conflict_table(conflicts: Iterable[Conflict], first: str, second: str) -> str:
    """Return conflicts as a CSV table to work through.

    Args:
        conflicts: The conflicts.
        first: Name of the first copy.
        second: Name of the second copy.
    """
    rows: list[tuple[str | None, ...]] = [("file", "place", "field", "was", first, second)]
    for conflict in conflicts:
        values = [format_value(conflict.field, text) for text in (conflict.base, conflict.first, conflict.second)]
        rows.append((conflict.file, format_place(conflict.place), conflict.field, *values))
    return format_csv(rows)
