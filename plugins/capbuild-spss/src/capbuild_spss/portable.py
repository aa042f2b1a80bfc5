"""SPSS portable files.

Lines have 80 characters, numbers have base 30.

The parser of the other formats ignores missing values declared in a portable file and replaces letters with accents by
a mark. These files are small and simple, so they are read here.
"""

import re
from array import array
from collections.abc import Callable, Iterator, Mapping
from math import inf, nan
from typing import Any

from attrs import define, evolve, field

from capbuild.plugins import InputFile
from capbuild_spss.parser_process import collect_column_facts
from capbuild_spss.variables import FileFacts, RawColumn, Value, parse_facts

_LINE, _SPLASH, _TABLE, _MARK = 80, 200, 256, b"SPSSPORT"
#: Characters at places 64 and following of the character table in each file; 0 if there is no agreement.
_CHARACTERS = (
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz .<(+|&[]!$*);^-/\0,%_>?`:\0@'=\"\0\0\0\0\0\0~"
    + b"\0" * 25
    + b"{}\\"
)
_FIRST = 64
_NUMBER = re.compile(rb" *(?:\*.|(-?)([0-9A-T]*)(?:\.([0-9A-T]*))?(?:([+-])([0-9A-T]+))?/)", re.DOTALL)
#: Maximum digits of an exponent, and of a number, that a double can have.
_LONGEST_EXPONENT, _LONGEST_NUMBER = 3, 400
#: Digits of an integer that a double stores exactly.
_EXACT = 10
#: Names of display formats by number, if they describe the type of a number.
_FORMATS = {
    1: "A", 2: "AHEX", 3: "COMMA", 4: "DOLLAR", 5: "F", 6: "IB", 7: "PIBHEX", 8: "P", 9: "PIB", 10: "PK", 11: "RB",
    12: "RBHEX", 15: "Z", 16: "N", 17: "E", 20: "DATE", 21: "TIME", 22: "DATETIME", 23: "ADATE", 24: "JDATE",
    25: "DTIME", 26: "WKDAY", 27: "MONTH", 28: "MOYR", 29: "QYR", 30: "WKYR", 31: "PCT", 32: "DOT", 33: "CCA",
    34: "CCB", 35: "CCC", 36: "CCD", 37: "CCE", 38: "EDATE", 39: "SDATE", 40: "MTIME", 41: "YMDHMS",
}  # fmt: skip
#: Maximum value labels in addition to one for each byte; labels shared by variables count for each.
_MOST_LABELS = 1_000_000
#: Offset of the format numbers of dates in these files.
_LATER = 82


class DamagedPortableError(Exception):
    """Raised for a file that cannot be parsed."""


@define(eq=False)
class _Variable:
    """A variable as the file describes it."""

    name: bytes
    width: int
    format: str
    ranges: list[tuple[float | bytes, float | bytes]] = field(factory=list)
    label: bytes = b""
    labels: dict[float | bytes, bytes] = field(factory=dict)
    column: list[Any] = field(factory=list)


class _Stream:
    """Stream of the characters of a file."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes."""
        taken = self.data[self.at : self.at + length]
        if len(taken) != length:
            raise DamagedPortableError("it ends too soon")
        self.at += length
        return taken

    def number(self) -> float | None:
        """Return the next number; None for a missing value."""
        match = _NUMBER.match(self.data, self.at)
        if match is None:
            ended = not self.data[self.at : self.at + _LINE].strip()
            raise DamagedPortableError("it ends too soon" if ended else "there is no number where one must be")
        self.at = match.end()
        sign, whole, fraction, turn, power = match.groups()
        if whole is None:
            return None
        if fraction is None and turn is None and len(whole) <= _EXACT:
            number = float(int(whole, 30)) if whole else 0.0
        else:
            number = _parse_base_30(whole, fraction or b"", turn or b"", power or b"0")
        return -number if sign else number

    def count(self) -> int:
        """Return the next number as a count."""
        number = self.number()
        if number is None or not 0 <= number <= len(self.data) or not number.is_integer():
            raise DamagedPortableError("a length or a count is none")
        return int(number)

    def text(self) -> bytes:
        """Return a text."""
        return self.take(self.count())


def _parse_base_30(whole: bytes, fraction: bytes, turn: bytes, power: bytes) -> float:
    if len(power) > _LONGEST_EXPONENT or len(whole) + len(fraction) > _LONGEST_NUMBER:
        raise DamagedPortableError("a number is too long")
    digits = int(whole + fraction or b"0", 30)
    exponent = (-1 if turn == b"-" else 1) * int(power, 30) - len(fraction)
    try:
        return digits / 30**-exponent if exponent < 0 else float(digits * 30**exponent)
    except OverflowError:
        return inf


def _decode_characters(data: bytes) -> bytes:
    """Return the lines as ASCII, by the file's character table."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    joined = b"".join(line.ljust(_LINE) for line in lines) if len(lines) > 1 else data
    table = joined[_SPLASH : _SPLASH + _TABLE]
    filler = table[_FIRST : _FIRST + 1]  # the byte of digit 0 fills all places without a character
    pairs: dict[int, int] = {}
    for position, character in enumerate(_CHARACTERS, start=_FIRST):
        byte = table[position : position + 1]
        if character and byte and (position == _FIRST or byte != filler):
            pairs.setdefault(byte[0], character)
    start = joined[_SPLASH + _TABLE :].translate(bytes(pairs.get(byte, byte) for byte in range(256)))
    if not start.startswith(_MARK):
        raise DamagedPortableError("its mark is elsewhere")
    return start[len(_MARK) :]


class _Parser:
    """Parser of the records of a file."""

    def __init__(self, stream: _Stream, cells: Callable[[int], None]) -> None:
        self.stream, self.check = stream, cells
        self.variables: list[_Variable] = []
        self.by_name: dict[bytes, _Variable] = {}
        self.labelled = 0
        self.weight = b""
        self.notes: list[bytes] = []
        self.rows = 0

    def run(self) -> None:
        """Read all records up to the last row."""
        stream = self.stream
        stream.take(1)  # the version of the format
        stream.text(), stream.text()  # date and time
        while (tag := stream.take(1)) != b"F":
            record = _RECORDS.get(tag)
            if record is None:
                raise DamagedPortableError(f"a record {tag!r} is unknown")
            record(self)
        self._read_values()

    def text(self) -> None:
        """Skip a text: product, author, additions."""
        self.stream.text()

    def counts(self) -> None:
        """Skip the number of variables, or of digits."""
        self.stream.number()

    def weighted(self) -> None:
        """Read the name of the weight variable."""
        self.weight = self.stream.text()

    def variable(self) -> None:
        """Read a variable."""
        stream = self.stream
        width, name = stream.count(), stream.text()
        kind, columns, decimals = stream.count(), stream.count(), stream.count()
        for _ in range(3):  # the write format
            stream.count()
        kind = kind - _LATER if kind > _LATER else kind
        shown = f"{_FORMATS.get(kind, 'F')}{columns}" + (f".{decimals}" if decimals else "")
        self.variables.append(_Variable(name, width, shown))
        self.by_name[name] = self.variables[-1]

    def last(self) -> _Variable:
        """Return the variable of the current record."""
        if not self.variables:
            raise DamagedPortableError("a record is about no variable")
        return self.variables[-1]

    def value(self, variable: _Variable) -> float | bytes:
        """Return a value of a variable."""
        if variable.width:
            return self.stream.text().rstrip(b" ")
        number = self.stream.number()
        return nan if number is None else number

    def missing(self) -> None:
        """Read a value declared missing."""
        value = self.value(self.last())
        self.last().ranges.append((value, value))

    def lowest(self) -> None:
        """Read a missing range from the lowest value on."""
        self.last().ranges.append((-inf, self.value(self.last())))

    def highest(self) -> None:
        """Read a missing range up to the highest value."""
        self.last().ranges.append((self.value(self.last()), inf))

    def between(self) -> None:
        """Read a missing range."""
        self.last().ranges.append((self.value(self.last()), self.value(self.last())))

    def label(self) -> None:
        """Read a variable label."""
        self.last().label = self.stream.text()

    def labels(self) -> None:
        """Read value labels of some variables."""
        names = dict.fromkeys(self.stream.text() for _ in range(self.stream.count()))
        about = [self.by_name[name] for name in names if name in self.by_name]
        if not about:
            raise DamagedPortableError("labels are those of no variable")
        count = self.stream.count()
        self.labelled += count * len(about)
        if self.labelled > _MOST_LABELS + len(self.stream.data):
            raise DamagedPortableError("it has more labels than people give")
        for _ in range(count):
            value, label = self.value(about[0]), self.stream.text()
            for variable in about if value == value else ():  # noqa: PLR0124 - only NaN differs
                variable.labels[value] = label

    def documents(self) -> None:
        """Read lines of notes."""
        self.notes += [self.stream.text() for _ in range(self.stream.count())]

    def _read_values(self) -> None:
        stream = self.stream
        takers = [(v.column.append, stream.text if v.width else stream.number) for v in self.variables]
        while stream.data[stream.at : stream.at + 1] != b"Z":
            if not takers or stream.at >= len(stream.data):
                raise DamagedPortableError("the end of its rows is missing")
            for keep, take in takers:
                keep(take())
            self.rows += 1
            self.check(self.rows * len(takers))


_RECORDS: Mapping[bytes, Callable[[_Parser], None]] = {
    b"1": _Parser.text,
    b"2": _Parser.text,
    b"3": _Parser.text,
    b"4": _Parser.counts,
    b"5": _Parser.counts,
    b"6": _Parser.weighted,
    b"7": _Parser.variable,
    b"8": _Parser.missing,
    b"9": _Parser.lowest,
    b"A": _Parser.highest,
    b"B": _Parser.between,
    b"C": _Parser.label,
    b"D": _Parser.labels,
    b"E": _Parser.documents,
}


def read_portable(
    source: InputFile, encoding: str | None, cells: Callable[[int], None]
) -> tuple[FileFacts, Iterator[RawColumn]]:
    """Return the facts about a portable file and its columns.

    Args:
        source: The file.
        encoding: Encoding of its texts; UTF-8 when None.
        cells: Called with the number of values so far; may raise to stop.

    Raises:
        DamagedPortableError: It cannot be parsed.
        UnicodeDecodeError: Its texts are not in that encoding.
        LookupError: The encoding is unknown.
    """
    codec = encoding or "utf-8"
    parser = _Parser(_Stream(_decode_characters(source.content)), cells)
    parser.run()

    def decode(value: Any) -> Any:
        return value.decode(codec).rstrip(" ") if isinstance(value, bytes) else value

    columns = tuple(_decode_distinct(v.column, decode) if v.width else v.column for v in parser.variables)
    variables = [
        {
            "name": decode(v.name),
            "label": decode(v.label),
            "format": v.format,
            "storage": "string" if v.width else "double",
            "labels": [[decode(value), decode(label)] for value, label in v.labels.items()],
            "ranges": [[decode(low), decode(high)] for low, high in v.ranges],
            **collect_column_facts(column, labelled=bool(v.labels)),
        }
        for v, column in zip(parser.variables, columns, strict=True)
    ]
    about = {"rows": parser.rows, "title": "", "encoding": encoding or "", "notes": list(map(decode, parser.notes))}
    facts = parse_facts({**about, "variables": variables, "sets": []})
    return evolve(facts, weight=decode(parser.weight)), map(_make_raw_column, parser.variables, columns)


def _make_raw_column(variable: _Variable, column: list[Value]) -> RawColumn:
    if variable.width:
        places = {value: position for position, value in enumerate(dict.fromkeys(column))}
        return RawColumn("i", tuple(places), array("I", [places[value] for value in column]).tobytes())
    numbers = [value if isinstance(value, float) else nan for value in column]
    return RawColumn("d", (), array("d", numbers).tobytes())


def _decode_distinct(column: list[bytes], decode: Callable[[bytes], str]) -> list[Value]:
    """Decode texts, each distinct one once."""
    known = {value: decode(value) for value in dict.fromkeys(column)}
    return [known[value] for value in column]
