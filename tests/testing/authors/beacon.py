"""Read Beacon surveys: binary records, and a dictionary in a file of its own that says what they hold."""

import re
import shlex
import struct
from collections.abc import Iterator
from datetime import date, timedelta

from attrs import define, evolve, field, frozen

from capbuild.errors import ReadError
from capbuild.formats import DefinitionOptions, IssueLog, RecordReader, RecordValue, SurveyRecord, is_false
from capbuild.model import Choice, Missing, Question, QuestionGroup, Questionnaire, QuestionType, Severity, SkipRule
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, Reader, ReadItem, hookimpl

CAPBUILD_API = 1
KINDS = {
    "text": QuestionType.TEXT,
    "u16": QuestionType.INTEGER,
    "i32": QuestionType.DECIMAL,
    "date": QuestionType.DATE,
    "code": QuestionType.SELECT_ONE,
    "flag": QuestionType.BOOLEAN,
}
SIZES = {"u16": 2, "i32": 4, "date": 2, "code": 1, "flag": 1}
REASONS = {kind.name.lower(): kind for kind in Missing}


@define
class Variable:
    """A field of the records."""

    name: str
    kind: str
    size: int
    text: str
    decimals: int = 0
    group: str | None = None
    unit: str = ""
    hint: str = ""
    when: str = ""
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    labels: dict[int, str] = field(factory=dict)
    missing: dict[int, Missing] = field(factory=dict)

    def question(self) -> Question:
        """Return it as a question."""
        choices = [Choice(code=str(c), label=t, missing=self.missing.get(c)) for c, t in self.labels.items()]
        return Question(
            id=self.name,
            type=KINDS[self.kind],
            text=self.text,
            hint=self.hint or None,
            choices=choices if self.kind == "code" else (),
            group=self.group,
            required=self.required,
            skip=SkipRule(expression=self.when, dialect="beacon", questions=re.findall(r"v\('(\w+)'\)", self.when))
            if self.when
            else None,
            unit=self.unit,
            minimum=self.minimum,
            maximum=self.maximum,
        )


class Dictionary:
    """What a dictionary says."""

    def __init__(self, source: InputFile) -> None:
        self.file, self.log = source.name, IssueLog(source.name)
        self.title, self.version, self.encoding, self.language = source.name, "1", "", "en"
        self.groups: dict[str, QuestionGroup] = {}
        self.variables: dict[str, Variable] = {}
        self.group: str | None = None
        try:
            text = source.content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ReadError(f"{source.name} is not UTF-8", origin=Origin(source.name), remedy="save it so") from error
        for row, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                self.take(row, line)

    def warn(self, row: int, message: str) -> None:
        """Add an issue."""
        self.log.add("BCN1", Severity.WARNING, message, origin=Origin(self.file, row=row), remedy="correct the line")

    def take(self, row: int, line: str) -> None:
        """Take a line."""
        try:
            word, *rest = shlex.split(line)
            handler = getattr(self, f"take_{word}", None)
            if handler is None:
                self.warn(row, f"{word!r} is no keyword")
            else:
                handler(row, *rest)
        except (ValueError, TypeError, KeyError) as error:
            self.warn(row, f"the line is not understood: {error}")

    def single(self, row: int, key: str, value: str, seen: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        """Set a fact of the survey once."""
        if key in self.__dict__.setdefault("_set", set()):
            self.warn(row, f"{key} is given twice")
            return
        self.__dict__["_set"].add(key)
        setattr(self, key, value)

    def take_title(self, row: int, text: str) -> None:
        """Set the title."""
        self.single(row, "title", text)

    def take_version(self, row: int, text: str) -> None:
        """Set the version."""
        self.single(row, "version", text)

    def take_language(self, row: int, text: str) -> None:
        """Set the language."""
        self.single(row, "language", text)

    def take_encoding(self, row: int, text: str) -> None:
        """Set the encoding."""
        "".encode(text) if self.known(text) else self.warn(row, f"{text!r} is no encoding")
        if self.known(text):
            self.single(row, "encoding", text)

    @staticmethod
    def known(text: str) -> bool:
        """True for an encoding that Python has."""
        try:
            "".encode(text)
        except LookupError:
            return False
        return True

    def take_group(self, row: int, name: str, title: str) -> None:
        """Begin a group."""
        if name in self.groups:
            self.warn(row, f"the group {name} is there twice")
            return
        self.groups[name] = QuestionGroup(id=name, title=title)
        self.group = name

    def take_var(self, row: int, name: str, kind: str, text: str) -> None:
        """Add a variable."""
        base, _, extra = kind.partition(":")
        if base not in KINDS or (extra and not extra.isdigit()) or (base == "text" and not extra):
            raise ValueError(f"{kind!r} is no kind of variable")
        if name in self.variables:
            raise ValueError(f"{name} is there twice")
        size = int(extra) if base == "text" else SIZES[base]
        decimals = int(extra or 0) if base == "i32" else 0
        if extra and base not in ("text", "i32"):
            raise ValueError(f"{base} takes no number")
        self.variables[name] = Variable(name, base, size, text, decimals, self.group)

    def once(self, row: int, name: str, key: str, value: object) -> None:
        """Set a fact of a variable once."""
        variable = self.variables[name]
        if getattr(variable, key):
            self.warn(row, f"{key} of {name} is given twice")
            return
        setattr(variable, key, value)

    def take_unit(self, row: int, name: str, text: str) -> None:
        """Set a unit."""
        self.once(row, name, "unit", text)

    def take_hint(self, row: int, name: str, text: str) -> None:
        """Set a hint."""
        self.once(row, name, "hint", text)

    def take_when(self, row: int, name: str, text: str) -> None:
        """Set a condition."""
        self.once(row, name, "when", text)

    def take_required(self, row: int, name: str) -> None:
        """Make a variable required."""
        self.once(row, name, "required", True)

    def take_range(self, row: int, name: str, low: str, high: str) -> None:
        """Set the limits."""
        variable = self.variables[name]
        if variable.minimum is not None:
            self.warn(row, f"the range of {name} is given twice")
            return
        variable.minimum, variable.maximum = float(low), float(high)

    def take_label(self, row: int, name: str, code: str, text: str) -> None:
        """Add a label."""
        if int(code) in self.variables[name].labels:
            self.warn(row, f"{code} of {name} has two labels")
            return
        self.variables[name].labels[int(code)] = text

    def take_missing(self, row: int, name: str, code: str, reason: str) -> None:
        """Add a code for missing values."""
        if int(code) in self.variables[name].missing:
            self.warn(row, f"{code} of {name} has two meanings")
            return
        self.variables[name].missing[int(code)] = REASONS[reason]

    def form(self, name: str) -> Questionnaire:
        """Return the form."""
        return Questionnaire(
            id=name,
            version=self.version,
            title=self.title,
            languages=(self.language,),
            groups=self.groups.values(),
            questions=[variable.question() for variable in self.variables.values()],
        )

    def __iter__(self) -> Iterator[Variable]:
        """Iterate over the variables in the order of the records."""
        return iter(self.variables.values())


@frozen(kw_only=True)
class BeaconOptions(DefinitionOptions):
    """Options for reading Beacon records.

    Attributes:
        dictionary: The dictionary of the records.
        encoding: Encoding of the texts, if the dictionary does not name it.
    """

    dictionary: InputFile | None = field(default=None)
    encoding: str = field(default="cp1252")


MAGIC = b"BCN1"
HEAD = struct.Struct("<4sHI")
START = struct.Struct("<IH")  # id of the record, day of the interview
EPOCH = date(2000, 1, 1)
EMPTY = {"u16": 0xFFFF, "date": 0xFFFF, "code": 0xFF, "flag": 0xFF, "i32": -(2**31)}
FORMATS = {"u16": "<H", "date": "<H", "code": "<B", "flag": "<B", "i32": "<i"}


def sniff(source: InputFile) -> Claim | None:
    """Claim files that begin with the mark."""
    return Claim(Confidence.SIGNATURE, "it begins with BCN1") if source.head().startswith(MAGIC) else None


def read(source: InputFile, options: BeaconOptions) -> Iterator[ReadItem]:
    """Yield the form, the responses and what is wrong."""
    if options.dictionary is None:
        raise ReadError(f"{source.name} has no dictionary", origin=Origin(source.name), remedy="give dictionary=")
    dictionary = Dictionary(options.dictionary)
    log = IssueLog(source.name)
    with source.open() as stream:
        head = stream.read(HEAD.size)
        if len(head) < HEAD.size or not head.startswith(MAGIC):
            raise ReadError(f"{source.name} is no Beacon file", origin=Origin(source.name), remedy="export it again")
        _, size, count = HEAD.unpack(head)
        wanted = START.size + sum(variable.size for variable in dictionary)
        if size != wanted:
            message = f"{source.name} has records of {size} bytes, and its dictionary says {wanted}"
            raise ReadError(message, origin=Origin(source.name), remedy="give the dictionary of this file")
        reader = RecordReader(
            dictionary.form("beacon"),
            source.name,
            country=options.country,
            country_question=options.country_question,
            missing=options.missing,
            drop_personal=options.drop_personal,
        )
        encoding = dictionary.encoding or options.encoding
        records = Records(source, dictionary, encoding, log)
        yield from reader.read(records.iterate(stream, size, count))
    for found in (dictionary.log, log):
        yield from found.drain()
        yield from found.close()


class Records:
    """The records of a file."""

    def __init__(self, source: InputFile, dictionary: Dictionary, encoding: str, log: IssueLog) -> None:
        self.source, self.dictionary, self.encoding, self.log = source, dictionary, encoding, log
        self.file = source.name

    def iterate(self, stream, size: int, count: int) -> Iterator[SurveyRecord]:  # type: ignore[no-untyped-def]
        """Yield the records."""
        row = 0
        columns = len(self.dictionary.variables)
        while data := stream.read(size):
            row += 1
            self.source.limits.check_cells(self.file, row * columns)
            if len(data) < size:
                self.warn(Origin(self.file, row=row), f"record {row} ends in its middle")
                break
            yield self.record(data, row)
        if row != count:
            self.warn(Origin(self.file), f"the head says {count} records, and there are {row}")

    def warn(self, origin: Origin, message: str) -> None:
        """Add an issue."""
        self.log.add("BCN2", Severity.WARNING, message, origin=origin, remedy="export the file again")

    def record(self, data: bytes, row: int) -> SurveyRecord:
        """Return a record."""
        key, day = START.unpack_from(data)
        at, values, texts = START.size, [], dict[str, str]()
        for column, variable in enumerate(self.dictionary, start=1):
            origin = Origin(self.file, row=row, column=column)
            value = self.value(variable, data[at : at + variable.size], origin)
            at += variable.size
            texts[variable.name] = str(value.value if value.value is not None else "")
            blank = variable.when and value.value is None and value.absent is Missing.NO_ANSWER
            if blank and is_false(variable.when, texts.get):
                value = evolve(value, absent=Missing.NOT_ASKED)
            values.append(value)
        return SurveyRecord(
            id=str(key),
            values=values,
            origin=Origin(self.file, row=row),
            moment=EPOCH + timedelta(days=day) if day != 0xFFFF else "",
            language=self.dictionary.language,
            version=self.dictionary.version,
        )

    def value(self, variable: Variable, data: bytes, origin: Origin) -> RecordValue:
        """Return the value of a field."""
        if variable.kind == "text":
            try:
                text = data.rstrip(b" \0").decode(self.encoding)
            except UnicodeDecodeError:
                text = data.rstrip(b" \0").decode(self.encoding, "replace")
                self.warn(origin, f"{variable.name} is not {self.encoding}")
            return RecordValue(variable.name, text or None, origin)
        (number,) = struct.unpack(FORMATS[variable.kind], data)
        if number in variable.missing and number not in variable.labels:
            return RecordValue(variable.name, None, origin, absent=variable.missing[number], raw=str(number))
        if number == EMPTY[variable.kind]:
            return RecordValue(variable.name, None, origin)
        if variable.kind == "date":
            return RecordValue(variable.name, (EPOCH + timedelta(days=number)).isoformat(), origin)
        if variable.kind == "i32":
            sign, digits = "-" if number < 0 else "", str(abs(number)).rjust(variable.decimals + 1, "0")
            cut = len(digits) - variable.decimals
            return RecordValue(variable.name, f"{sign}{digits[:cut]}.{digits[cut:] or '0'}", origin)
        if variable.kind == "flag":
            if number > 1:
                self.warn(origin, f"{variable.name} is {number}, neither 0 nor 1")
                return RecordValue(variable.name, str(number), origin)
            return RecordValue(variable.name, "true" if number else "false", origin)
        return RecordValue(variable.name, str(number), origin)


@hookimpl
def register_readers() -> list[Reader]:
    """Return the reader `beacon`."""
    return [
        Reader(
            name="beacon",
            title="Beacon",
            sniff=sniff,
            read=read,
            options=BeaconOptions,
            companions=(Companion(option="dictionary", patterns=("{stem}.bcd", "*.bcd")),),
            suffixes=(".bcn",),
        )
    ]
