"""SPSS dictionary records that the parser omits.

They are the weight, counted values of sets, and the layout.

Only the records before the rows are read, each by its declared length and none that is larger than the file.
"""

import io
import re
import struct
from collections.abc import Iterator, Sequence
from typing import IO

from attrs import define, evolve, field, frozen

from capbuild.plugins import InputFile
from capbuild_spss.sav_layout import FLOATS, VERY_LONG, Layout, find_layout
from capbuild_spss.variables import FileFacts, ResponseSet

_HEADER, _LAYOUT, _WEIGHT = 176, slice(64, 68), slice(76, 80)
_VARIABLE, _LABELS, _OF_LABELS, _DOCUMENT, _EXTENSION, _END = 2, 3, 4, 6, 7, 999
_SETS, _LONG_NAMES = (7, 19), 13
#: Limits: more records than any readable file has, and more bytes than any record has.
_MOST_RECORDS, _LONGEST_RECORD = 1_000_000, 1 << 26
#: A dichotomy set: its name, whether its labels are value labels, and the length of the counted value.
_SET = re.compile(rb"\$?([^=\n]+)=(?:D|(E) 1?1 )(\d{1,4}) ")


@frozen
class _Counted:
    """Counted value of a dichotomy set.

    Attributes:
        value: The value, as text.
        by_value: True if choices are named by the value's label, not by the variable's label.
    """

    value: str
    by_value: bool


@define(eq=False)
class Dictionary:
    """Content of the dictionary records.

    Attributes:
        weight: Name of the weight variable; empty for none.
        sets: Counted values of dichotomy sets, by lower-case name.
        layout: Positions of the values in its rows; None if only the parser can find them.
    """

    weight: str = ""
    sets: dict[str, _Counted] = field(factory=dict)
    layout: Layout | None = None


class _Records:
    """Reader of the records of a file."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self.stream, self.left, self.order = stream, size, "<"
        self.variables, self.ended = list[tuple[bytes, int]](), False

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes."""
        if not 0 <= length <= min(self.left, _LONGEST_RECORD):
            raise EOFError
        self.left -= length
        data = self.stream.read(length)
        if len(data) != length:
            raise EOFError
        return data

    def numbers(self, count: int) -> tuple[int, ...]:
        """Return the next integers."""
        return struct.unpack(f"{self.order}{count}i", self.take(4 * count))

    def padded(self, length: int, to: int) -> None:
        """Skip a text that is padded to a multiple."""
        self.take(length + -length % to)

    def extensions(self) -> Iterator[tuple[int, bytes]]:
        """Yield extension records as kind and content; collect variables."""
        for _ in range(_MOST_RECORDS):
            (kind,) = self.numbers(1)
            if kind == _VARIABLE:
                width, labelled, missing, _, _ = self.numbers(5)
                self.variables.append((self.take(8), width))
                if labelled:
                    self.padded(self.numbers(1)[0], 4)
                self.take(8 * abs(missing))
            elif kind == _EXTENSION:
                subtype, size, count = self.numbers(3)
                yield subtype, self.take(size * count)
            elif not self._skip_record(kind):
                return

    def _skip_record(self, kind: int) -> bool:
        """Skip an irrelevant record; True if more may follow."""
        if kind == _LABELS:
            for _ in range(self.numbers(1)[0]):
                self.take(8)
                length = self.take(1)[0]
                self.take(length + -(length + 1) % 8)
        elif kind in (_OF_LABELS, _DOCUMENT):
            self.take(self.numbers(1)[0] * (4 if kind == _OF_LABELS else 80))
        else:
            self.ended = kind == _END and bool(self.take(4))
            return False  # the end of the dictionary, or an unknown record
        return True


def _decode_text(data: bytes) -> str:
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").strip()


def _read_sets(data: bytes, sets: dict[str, _Counted]) -> None:
    for match in _SET.finditer(data):
        value = data[match.end() : match.end() + int(match[3])]
        sets.setdefault(_decode_text(match[1]).lstrip("$").lower(), _Counted(_decode_text(value), match[2] is not None))


def read_dictionary(source: InputFile) -> Dictionary:
    """Return the dictionary of an SPSS system file.

    Of a damaged file, the readable part is returned.

    Args:
        source: The file.
    """
    dictionary, long_names = Dictionary(), dict[str, str]()
    index, extensions = 0, dict[int, bytes]()
    with source.open() as stream:
        records = _Records(stream, source.size)
        try:
            head = records.take(_HEADER)
            records.order = "<" if head[_LAYOUT] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">"
            (index,) = struct.unpack(f"{records.order}i", head[_WEIGHT])
            for kind, data in records.extensions():
                if kind in (FLOATS, VERY_LONG):
                    extensions[kind] = data
                elif kind in _SETS:
                    _read_sets(data, dictionary.sets)
                elif kind == _LONG_NAMES:
                    pairs = (pair.partition("=") for pair in _decode_text(data).split("\t"))
                    long_names.update((short, long) for short, _, long in pairs)
            if records.ended:
                dictionary.layout = find_layout(head, source.size - records.left, records.variables, extensions)
        except (EOFError, struct.error):
            # Facts found so far are valid. The parser, which reads the file next, reports the error.
            pass
        variables = records.variables
    if 0 < index <= len(variables):
        short = _decode_text(variables[index - 1][0])
        dictionary.weight = long_names.get(short, short)
    return dictionary


def add_response_sets(data: bytes, sets: Sequence[ResponseSet]) -> bytes:
    """Add multiple dichotomy sets to an SPSS system file.

    Args:
        data: A little-endian file.
        sets: The sets.
    """
    if not sets:
        return data
    records, short_names = _Records(io.BytesIO(data), len(data)), dict[str, str]()
    records.take(_HEADER)
    for kind, content in records.extensions():
        if kind == _LONG_NAMES:
            pairs = (pair.partition("=") for pair in _decode_text(content).split("\t"))
            short_names.update((long, short) for short, _, long in pairs)
    end = len(data) - records.left - 8  # before the record that ends the dictionary
    lines = bytearray()
    for set_ in sets:
        label, counted = set_.label.encode(), (set_.counted or "").encode()
        names = " ".join(short_names.get(name, name).lower() for name in set_.variables).encode()
        lines += b"$%s=D%d %s %d %s %s\n" % (set_.name.encode(), len(counted), counted, len(label), label, names)
    return data[:end] + struct.pack("<4i", _EXTENSION, _SETS[0], 1, len(lines)) + bytes(lines) + data[end:]


def _set(response_set: ResponseSet, counted: _Counted | None) -> ResponseSet | None:
    """Return a set with its counted value, None if unknown."""
    if not response_set.dichotomies:
        return response_set
    if counted is not None:
        return evolve(response_set, counted=counted.value, by_value=counted.by_value)
    return response_set if response_set.counted is not None else None


def add_dictionary(facts: FileFacts, dictionary: Dictionary) -> FileFacts:
    """Add the dictionary to the parser's facts.

    Sets that cannot be counted are dropped, and their variables stay separate.
    """
    sets = (_set(set_, dictionary.sets.get(set_.name.lower())) for set_ in facts.sets)
    known = {variable.name.lower(): variable.name for variable in facts.variables}
    weight = known.get(dictionary.weight.lower(), "")
    return evolve(facts, sets=tuple(set_ for set_ in sets if set_ is not None), weight=weight)
