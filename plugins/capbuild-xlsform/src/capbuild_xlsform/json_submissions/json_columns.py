"""JSON submissions as columns by key, without an object for each.

Two decoders are used. Polars reads texts and numbers fastest, but it converts unexpected numbers to texts, keeps the
first of duplicate keys, and ignores unexpected keys. So keys and quotes are counted in the bytes: if the counts differ
from the columns, msgspec decodes every key instead, as it does for lists and objects anyway. msgspec keeps the last of
duplicate keys: if its counts differ too, every submission is checked again, and a file with duplicate keys in one
object is left to `read`, which keeps both values.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from attrs import define, field, frozen

from capbuild.formats import DuplicateKeyDecoder
from capbuild.tables import engine_errors, polars
from capbuild_xlsform.definitions.asset_content import scalar_text

#: Submissions sampled for keys before all are decoded.
_SAMPLE = 300
#: Bytes scanned at once; they fit into the CPU cache.
_BLOCK = 1 << 18
#: Integers and booleans, which polars writes like Python.
_SAME = r"^(?:0|-?[1-9][0-9]{0,14}|true|false)$"
_LONE = re.compile(rb"\\u[dD](?:[89abAB]..(?!\\u[dD][c-fC-F])|[c-fC-F]..(?<!\\u[dD][89abAB]..\\u[dD]...))")
#: Lists and objects without content, which polars writes unchanged.
_HOLLOW = r"^(?:\[(?:null, ?)*(?:null)?\]|\{\})$"

RawSubmissions = Sequence[msgspec.Raw]


class FallBackToReadError(Exception):
    """Raised for submissions that need `read` instead of columns."""


@frozen(eq=False)
class KeyColumn:
    """Values of all submissions under one key.

    Attributes:
        key: The key as found.
        texts: Text of each submission (polars), null if the key is absent; None for lists or objects.
        values: Distinct values, for lists or objects.
        codes: Index in `values` for each submission (polars), null if the key is absent.
        written: Whether all values are JSON strings, not numbers.
    """

    key: str
    texts: Any = field(default=None, repr=False)
    values: Sequence[Any] = field(default=(), repr=False)
    codes: Any = field(default=None, repr=False)
    written: bool = False

    @property
    def first(self) -> int | None:
        """First submission with the key; None if there is none."""
        there = (self.texts if self.texts is not None else self.codes).is_not_null()
        return there.arg_max() if there.any() else None


@frozen(eq=False)
class _Kinds:
    """Keys by type of value in a sample.

    Texts, integers or booleans, lists or objects, mixed.
    """

    texts: tuple[str, ...]
    plain: tuple[str, ...]
    nested: tuple[str, ...]
    mixed: tuple[str, ...]


def _kinds(records: RawSubmissions) -> _Kinds:
    found: dict[str, set[type]] = {}
    for record in records[:: max(1, len(records) // _SAMPLE)]:
        for key, value in msgspec.json.decode(record).items():
            found.setdefault(key, set()).add(type(value))
    groups: dict[str, list[str]] = {"texts": [], "plain": [], "nested": [], "mixed": []}
    for key, types in found.items():
        if types & {list, dict}:
            kind = "nested"
        elif types == {str}:
            kind = "texts"
        else:
            kind = "plain" if types <= {int, bool} else "mixed"
        groups[kind].append(key)
    return _Kinds(**{kind: tuple(keys) for kind, keys in groups.items()})


@define(eq=False)
class ByteCounts:
    r"""Counts of structural bytes in submissions, one submission per line, outside escapes.

    Attributes:
        keys: Number of keys.
        quotes: Number of quotes.
        opens: Number of opening brackets, those in texts included.
        depth: Most opening brackets in one line, an upper bound of nesting.
        objects: Number of lines that begin with an object.
        lines: Number of lines.

    Example:
        >>> ByteCounts.of(b'{"a": [1, {}]}\n{"b": "2"}')
        ByteCounts(keys=2, quotes=6, opens=4, depth=3, objects=2, lines=2)
    """

    keys: int = 0
    quotes: int = 0
    opens: int = 0
    depth: int = 0
    objects: int = 0
    lines: int = 1

    @classmethod
    def of(cls, lines: bytes) -> "ByteCounts":
        """Count the bytes of all lines, block by block."""
        byte_counts, data, opened = cls(objects=int(lines.startswith(b"{"))), np.frombuffer(lines, np.uint8), 0
        for start in range(0, len(data), _BLOCK):
            block = data[start : start + _BLOCK]
            quotes = block == ord('"')
            byte_counts.quotes += int(np.count_nonzero(quotes))
            byte_counts.keys += int(np.count_nonzero(quotes[:-1] & (block[1:] == ord(":"))))
            byte_counts.keys += data[start + len(block) - 1 : start + len(block) + 1].tobytes() == b'":'
            ends = np.flatnonzero(block == ord("\n"))
            opens = np.flatnonzero((block | 0x20) == ord("{"))  # `[` and `{` differ by that bit.
            byte_counts.lines += len(ends)
            starts = start + ends + 1
            byte_counts.objects += int(np.count_nonzero(data[starts[starts < len(data)]] == ord("{")))
            counts = np.bincount(np.searchsorted(ends, opens), minlength=len(ends) + 1)
            counts[0] += opened
            opened, byte_counts.depth, byte_counts.opens = (
                int(counts[-1]),
                max(byte_counts.depth, int(counts.max())),
                byte_counts.opens + len(opens),
            )
        if b"\\" in lines:
            byte_counts.quotes -= lines.count(b'\\"')
            byte_counts.keys -= lines.count(b'\\":')
        return byte_counts

    def add(self, data: bytes, times: int) -> None:
        """Add the counts of some bytes."""
        self.quotes += times * (data.count(b'"') - data.count(b'\\"'))
        self.keys += times * (data.count(b'":') - data.count(b'\\":'))
        self.opens += times * (data.count(b"[") + data.count(b"{"))


def key_columns(records: RawSubmissions, lines: bytes, marks: ByteCounts) -> list[KeyColumn]:
    """Return the columns by key, in order of first occurrence.

    Args:
        records: The submissions, each one object.
        lines: The same, one per line.
        marks: Counts of the lines.

    Raises:
        FallBackToReadError: A submission has duplicate keys in one object.
        msgspec.MsgspecError: A submission is not an object, or not JSON.
        ValueError: A value cannot be decoded.
    """
    kinds = _kinds(records)
    columns = _by_engine(records, lines, kinds, marks)
    return _in_order(columns if columns is not None else _by_msgspec(records, kinds, marks), records)


# --- the engine ----------------------------------------------------------------------------------------------------


def _by_engine(records: RawSubmissions, lines: bytes, kinds: _Kinds, marks: ByteCounts) -> list[KeyColumn] | None:
    """Return the columns as read by polars.

    Returns None if a value may have been changed.
    """
    pl = polars()
    keys = (*kinds.texts, *kinds.plain, *kinds.nested)
    if "" in keys or (b"\\" in lines and b"\\u" in lines and _LONE.search(lines)):
        return None
    try:
        frame = pl.read_ndjson(lines, schema=dict.fromkeys(keys, pl.String))
    except engine_errors():
        return None
    read, nested, columns = ByteCounts(opens=len(records)), [], []
    for key in keys:
        texts = frame.get_column(key)
        if key in kinds.nested and not texts.str.contains(_HOLLOW).all():
            nested.append(key)
            continue
        if key in kinds.plain and not texts.str.contains(_SAME).all():
            return None
        cells = len(texts) - texts.null_count()
        read.keys += cells
        read.quotes += 4 * cells if key in kinds.texts else 2 * cells
        if key in kinds.nested:
            read.opens += cells
            columns.append(_empty_column(key, texts))
        else:
            columns.append(KeyColumn(key, texts, written=key in kinds.texts))
    columns += [_nested(key, raws, read) for key, raws in _decode_keys(records, nested, msgspec.Raw).items()]
    for key, values in _decode_keys(records, kinds.mixed, object).items():
        column = _scalars(key, values, read)
        if column is None:
            return None
        columns.append(column)
    same = (marks.keys, marks.quotes, len(records)) == (read.keys, read.quotes, len(frame))
    if marks.opens != read.opens and any(_looks_nested(frame.get_column(key)) for key in kinds.texts):
        return None
    return columns if same else None


def _looks_nested(texts: Any) -> bool:
    """Return True if a list or an object may have been read as a text."""
    bracket = texts.str.contains(r"^[\[{]").fill_null(False)
    return any(map(_is_json, texts.filter(bracket).unique().to_list()))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _empty_column(key: str, texts: Any) -> KeyColumn:
    """Return a column of lists and objects without content."""
    pl = polars()
    found = texts.drop_nulls().unique(maintain_order=True)
    places = pl.int_range(len(found), dtype=pl.UInt32, eager=True)
    codes = texts.replace_strict(found, places, default=None, return_dtype=pl.UInt32)
    return KeyColumn(key, values=[json.loads(text) for text in found.to_list()], codes=codes)


# --- msgspec -------------------------------------------------------------------------------------------------------


def _decode_keys(records: RawSubmissions, keys: Sequence[str], kind: Any) -> dict[str, list[Any]]:
    """Return the values of some keys, UNSET if absent from a submission."""
    if not keys:
        return {}
    fields = [(f"f{at}", kind | msgspec.UnsetType, msgspec.field(name=key, default=msgspec.UNSET))
              for at, key in enumerate(keys)]  # fmt: skip
    made = msgspec.defstruct("Submission", fields, gc=False)
    decode = msgspec.json.Decoder(made).decode
    found = [decode(record) for record in records]
    return {key: [getattr(one, f"f{at}") for one in found] for at, key in enumerate(keys)}


def _scalars(key: str, values: Sequence[Any], marks: ByteCounts) -> KeyColumn | None:
    """Return a column of texts, numbers, booleans and nulls, with counts.

    Returns None if it has a list or an object.
    """
    if {list, dict} & set(map(type, values)):
        return None
    texts = [v if v.__class__ is str else None if v is msgspec.UNSET else scalar_text(v) for v in values]
    cells = len(texts) - texts.count(None)
    marks.keys += cells
    marks.quotes += 2 * cells + 2 * sum(isinstance(value, str) for value in values)
    written = all(isinstance(value, str) for value in values if value is not msgspec.UNSET)
    return KeyColumn(key, polars().Series(texts, dtype=polars().String), written=written)


def _nested(key: str, raws: Sequence[Any], marks: ByteCounts) -> KeyColumn:
    """Return a column of lists and objects, decoding and counting each distinct one."""
    pl = polars()
    places: dict[bytes, int] = {}
    codes = [None if raw is msgspec.UNSET else places.setdefault(bytes(raw), len(places)) for raw in raws]
    column = pl.Series(codes, dtype=pl.UInt32)
    times = np.bincount(column.drop_nulls().to_numpy(), minlength=len(places)).tolist()
    for raw, count in zip(places, times, strict=True):
        marks.add(raw, count)
    marks.keys += len(codes) - column.null_count()
    marks.quotes += 2 * (len(codes) - column.null_count())
    return KeyColumn(key, values=_reject_duplicate_keys(places), codes=column)


def _reject_duplicate_keys(raws: Iterable[bytes]) -> list[Any]:
    """Return the parsed JSON values.

    Raises:
        FallBackToReadError: An object has duplicate keys.
    """
    keeper = DuplicateKeyDecoder()
    values = [keeper.loads(raw.decode()) for raw in raws]
    if keeper.met:
        raise FallBackToReadError
    return values


def _by_msgspec(records: RawSubmissions, kinds: _Kinds, marks: ByteCounts) -> list[KeyColumn]:
    """Return the columns by key, for values of any type."""
    known = dict.fromkeys((*kinds.texts, *kinds.plain, *kinds.mixed, *kinds.nested))
    each = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
    for record in records:
        known.update(dict.fromkeys(each(record)))
    flat = [key for key in known if key not in kinds.nested]
    read, columns, nested = ByteCounts(), [], list(kinds.nested)
    for key, values in _decode_keys(records, flat, object).items():
        column = _scalars(key, values, read)
        if column is None:
            nested.append(key)
        else:
            columns.append(column)
    columns += [_nested(key, raws, read) for key, raws in _decode_keys(records, nested, msgspec.Raw).items()]
    if (marks.keys, marks.quotes) != (read.keys, read.quotes):
        _reject_duplicate_keys(map(bytes, records))
    return columns


def _in_order(columns: Sequence[KeyColumn], records: RawSubmissions) -> list[KeyColumn]:
    """Return the columns in order of first occurrence, without absent keys."""
    firsts = {column.key: (column.first, column) for column in columns}
    rows = sorted({row for row, _ in firsts.values() if row is not None})
    ordered: dict[str, KeyColumn] = {}
    for row in rows:
        for key in json.loads(bytes(records[row])):
            if key not in ordered and firsts[key][0] == row:
                ordered[key] = firsts[key][1]
    return list(ordered.values())
