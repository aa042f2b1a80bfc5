"""Fixed-width data with a dictionary."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from attrs import define, field

from capbuild.formats import RecordReader, RecordValue, SurveyRecord, find_encoding, open_text
from capbuild.model import Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild_cspro.dictionary import Dictionary, Item, Record, read_dictionary, record_value
from capbuild_cspro.options import CsproOptions

_REMEDY = "give the dictionary that was in use, with definition="
#: First character of lines of deleted cases.
_DELETED = "~"

#: Line number, from 1, its text, and its record.
_Line = tuple[int, str, Record]


@define(eq=False)
class _TextReader:
    """Reads fixed-width data.

    Attributes:
        source: The file.
        dictionary: Its dictionary.
        reader: Reader of its records.
    """

    source: InputFile
    dictionary: Dictionary
    reader: RecordReader
    records: dict[str, Record] = field(init=False)
    cells: int = 0

    def __attrs_post_init__(self) -> None:
        self.records = {record.code: record for record in self.dictionary.records}

    def note(self, code: str, message: str, number: int, remedy: str = _REMEDY, subject: str = "") -> None:
        """Note a warning about a line."""
        origin = Origin(self.source.name, row=number)
        self.reader.log.add(code, Severity.WARNING, message, origin=origin, remedy=remedy, subject=subject)

    def record(self, line: str) -> Record | None:
        """Return the record of a line."""
        start, length = self.dictionary.type_start, self.dictionary.type_length
        if not start or not length:
            return self.dictionary.records[0] if self.dictionary.records else None
        code = line[start - 1 : start - 1 + length]
        return self.records.get(code) or self.records.get(code.strip())

    def lines(self, texts: Iterator[str]) -> Iterator[_Line]:
        """Yield the lines with a record."""
        for number, text in enumerate(texts, start=1):
            line = text.rstrip("\r\n\x1a")
            if not line.strip():
                continue
            record = self.record(line)
            if line.startswith(_DELETED):
                self.reader.account.rows_left_out["deleted in CSPro"] += 1
            elif record is None:
                self.reader.account.rows_left_out["its record type is not in the dictionary"] += 1
                self.note("CSPRO2", f"no record of the dictionary has the type of line {number:,}", number)
            else:
                yield number, line, record

    def cases(self, texts: Iterator[str]) -> Iterator[SurveyRecord]:
        """Yield the cases: consecutive lines with the same level-1 ids."""
        ids = self.dictionary.ids[0].items
        for key, case_lines in groupby(self.lines(texts), lambda line: "".join(_cut(line[1], item) for item in ids)):
            lines = list(case_lines)
            number = lines[0][0]
            yield SurveyRecord(
                id=key.strip() or f"line {number}",
                values=tuple(self.values(key.strip(), lines)),
                origin=Origin(self.source.name, row=number),
                rows=len(lines),
            )
        if not self.cells and not self.reader.account.rows_left_out:
            self.note("CSPRO7", "the data hold no case", 1, "check that the file is whole")

    def values(self, key: str, lines: list[_Line]) -> Iterator[RecordValue]:
        """Yield the values of a case."""
        levels = self.dictionary.ids
        seen: Counter[str] = Counter()
        nodes: dict[int, str] = {}
        counts: Counter[int] = Counter()
        for number, line, record in lines:
            for level in levels[: record.level]:
                node = "".join(_cut(line, item) for item in level.items)
                if nodes.get(level.level) != node:
                    nodes[level.level] = node
                    counts[level.level] += 1
                    yield from self.items(level, number, line, counts[level.level] if level.repeat else 0)
            seen[record.name] += 1
            repeat = seen[record.name] if record.repeat or record.level > 1 or seen[record.name] > 1 else 0
            if repeat > 1 and not record.repeat and record.level == 1:
                message = f"record {record.name} occurs again in case {key!r}; the dictionary allows one"
                self.note("CSPRO3", message, number, "check for a duplicate case", record.name)
            yield from self.items(record, number, line, repeat)
            end = max((item.start + item.length for item in record.items), default=1)
            if line[end - 1 :].strip():
                self.note("CSPRO4", f"line {number:,} has text after the last item of {record.name}", number)

    def items(self, record: Record, number: int, line: str, repeat: int) -> Iterator[RecordValue]:
        """Yield the values of one record."""
        self.cells += len(record.items)
        self.source.limits.check_cells(self.source.name, self.cells)
        for item in record.items:
            origin = Origin(self.source.name, row=number, path=item.question)
            yield record_value(item, _cut(line, item), origin, repeat)


def _cut(line: str, item: Item) -> str:
    """Return the characters of an item."""
    return line[item.start - 1 : item.start - 1 + item.length]


def read_text(source: InputFile, options: CsproOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of fixed-width data.

    Raises:
        ReadError: There is no dictionary.
    """
    definition = options.definition
    if definition is None:
        raise source.error("has no dictionary beside it", "CSPRO1", "name the dictionary with the option definition")
    dictionary = read_dictionary(definition, options.encoding)
    yield from dictionary.issues
    encoding = find_encoding(source, options.encoding)
    if encoding.issue is not None:
        yield encoding.issue
    reader = RecordReader.with_options(dictionary.form, source, options)
    with open_text(source, encoding) as stream:
        yield from reader.read(_TextReader(source, dictionary, reader).cases(stream))
