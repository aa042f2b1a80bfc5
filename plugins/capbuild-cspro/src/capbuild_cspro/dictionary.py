"""CSPro dictionaries as questionnaires, with data positions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from capbuild.errors import ReadError
from capbuild.formats import (
    MISSING_WORDS,
    KnownValues,
    RecordValue,
    check_definition,
    find_encoding,
    json_list,
    json_object,
    load_json,
    personal_by_head,
)
from capbuild.model import Choice, Issue, Missing, Question, QuestionGroup, Questionnaire, QuestionType
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild.text import Text, as_text
from capbuild_cspro.ini import parse_ini

Json = Mapping[str, Any]

_SPECIAL = {
    "MISSING": Missing.NO_ANSWER,
    "NOTAPPL": Missing.NOT_APPLICABLE,
    "REFUSED": Missing.REFUSED,
    "DEFAULT": Missing.INVALID,
}

_FILES = frozenset(("audio", "document", "geometry", "image"))

#: Known values by key.
_KNOWN: Mapping[str, KnownValues] = {
    "contentType": lambda text: text.casefold() in ("numeric", "alpha", *_FILES),
    "special": tuple(_SPECIAL),
    "capture.type": (
        "TextBox", "RadioButton", "CheckBox", "DropDown", "ComboBox", "Date", "NumberPad", "Barcode", "Slider",
        "ToggleButton", "Photo", "Signature", "Audio", "None",
    ),
    "capture.format": ("YYYYMMDD", "MMDDYYYY", "DDMMYYYY", "YYYYMM", "MMYYYY", "YYYY", "YYMMDD", "MMDDYY", "DDMMYY"),
    **dict.fromkeys(("maximum", "decimals", "length", "start", "occurrence", "subitemOffset"), int),
    **dict.fromkeys(("subitem", "decimalMark", "zeroFill"), bool),
    "range": float,
}  # fmt: skip

_JSON = re.compile(rb'"software"\s*:\s*"CSPro"')

_KIND = re.compile(rb'"fileType"\s*:\s*"dictionary"')

_INI = re.compile(rb"\[dictionary\]\s+version\s*=\s*cspro", re.IGNORECASE)


@frozen
class Values:
    """Permitted values of an item.

    Attributes:
        type: Type of its question.
        choices: Codes of its value sets.
        low: Lowest number, if value sets have ranges.
        high: Highest number.
        numeric: Whether it is a number, including numeric codes.
        decimals: Implied decimals, for data without a decimal mark.
        width: Characters of the longest code.
        blank: Kind of missing of a blank.
    """

    type: QuestionType
    choices: tuple[Choice, ...]
    low: float | None
    high: float | None
    numeric: bool
    decimals: int
    width: int
    blank: Missing


@frozen
class Item:
    """Occurrence of an item.

    Attributes:
        question: Id of its question: its name, with the occurrence number if there are several.
        name: Its name.
        occurrence: Number of the occurrence, from 1.
        start: First position in a line, from 1.
        length: Number of characters.
        values: Permitted values.
    """

    question: str
    name: str
    occurrence: int
    start: int
    length: int
    values: Values


@frozen
class Record:
    """Record of a level, or the ids of a level.

    Attributes:
        name: Its name; empty for ids.
        code: Its record type.
        level: Number of the level, from 1.
        repeat: Whether it can repeat within a case.
        items: Its items.
    """

    name: str
    code: str
    level: int
    repeat: bool
    items: tuple[Item, ...]


@frozen
class Dictionary:
    """Data dictionary of CSPro.

    Attributes:
        form: The questionnaire.
        ids: Ids of each level.
        records: Records of all levels.
        type_start: First position of the record type, from 1; 0 for none.
        type_length: Characters of the record type.
        issues: Problems of its text.
    """

    form: Questionnaire
    ids: tuple[Record, ...]
    records: tuple[Record, ...]
    type_start: int
    type_length: int
    issues: tuple[Issue, ...]


def damaged(name: str, why: str) -> ReadError:
    """Return the error for an unreadable CSPro file."""
    return ReadError(
        f"{name} is no readable CSPro file: {why}",
        code="CSPRO1",
        origin=Origin(name),
        remedy="ask for the file again, or name another reader with format=",
    )


def _parse_integer(value: object, default: int = 0) -> int:
    return value if isinstance(value, int) and 0 <= value < 1 << 20 else default


def number_text(text: str) -> str | None:
    """Return a number in its shortest form, or None.

    Example:
        >>> number_text("007"), number_text("98.0"), number_text(" 1.50"), number_text("x")
        ('7', '98', '1.5', None)
    """
    plain = text.strip()
    digits = plain.lstrip("+-")
    if digits.isdecimal() and len(digits) < 19 and plain.isascii():
        return str(int(plain))
    whole, _, rest = digits.partition(".")
    if not (whole + rest).isdecimal() or not plain.isascii() or len(plain) > 40 or len(plain) - len(digits) > 1:
        return None
    return repr(float(plain)).removesuffix(".0")


def is_json(source: InputFile) -> bool:
    """True for a dictionary of CSPro 8 or later."""
    return source.start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def is_dictionary(source: InputFile) -> bool:
    """True for a dictionary."""
    start = source.start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if is_json(source):
        return _JSON.search(start) is not None and _KIND.search(start) is not None
    return _INI.match(start) is not None


def parse_source(source: InputFile, encoding: str | None = None) -> tuple[Json, list[Issue]]:
    """Return a dictionary in the JSON structure, and its issues.

    Raises:
        ReadError: It is not a dictionary.
        LimitError: It exceeds the depth limit.
    """
    issues: list[Issue] = []
    if is_json(source):
        top = json_object(load_json(source, issues))
    else:
        decoding = find_encoding(source, encoding)
        text = source.content.decode(decoding.name, decoding.errors)
        if "[dictionary]" not in text[:4096].casefold():
            raise damaged(source.name, "it has neither JSON nor a section [Dictionary]")
        top, ignored = parse_ini(text)
        issues += [decoding.issue] if decoding.issue is not None else []
        for key, count in ignored.items():
            message = f"the dictionary has {count:,} lines {key}=, which are not read"
            origin = Origin(source.name)
            issues.append(Issue.note("CSPRO5", message, origin))
    if not json_list(top.get("levels")):
        raise damaged(source.name, "it has no level")
    return top, issues


def read_dictionary(source: InputFile, encoding: str | None = None) -> Dictionary:
    """Return the dictionary of a file.

    Raises:
        ReadError: It is not a dictionary.
        LimitError: It exceeds the limit on items.
    """
    top, issues = parse_source(source, encoding)
    return _Builder.make(top, source).build(issues)


@define
class _Builder:
    """Builds questions and items.

    Attributes:
        top: The dictionary.
        source: Its file.
        languages: Tags of its languages, default first.
        links: Values of shared value sets.
    """

    top: Json
    source: InputFile
    languages: tuple[str, ...]
    mark: bool
    links: dict[str, list[Json]] = field(factory=dict[str, list[Json]])
    groups: list[QuestionGroup] = field(factory=list[QuestionGroup])
    questions: list[Question] = field(factory=list[Question])

    @classmethod
    def make(cls, top: Json, source: InputFile) -> "_Builder":
        """Return a builder for a dictionary."""
        names = [str(language.get("name") or "").lower() for language in json_list(top.get("languages"))]
        mark = json_object(top.get("defaults")).get("decimalMark") is True
        return cls(top, source, tuple(dict.fromkeys(name for name in names if name)), mark)

    def build(self, issues: Sequence[Issue]) -> Dictionary:
        """Return the dictionary."""
        kind = json_object(self.top.get("recordType"))
        type_start, type_length = _parse_integer(kind.get("start")), _parse_integer(kind.get("length"))
        end = type_start + type_length - 1 if type_start else 0
        ids: list[Record] = []
        records: list[Record] = []
        for number, level in enumerate(json_list(self.top.get("levels")), start=1):
            group = self.group(level, None, repeat=True) if number > 1 else None
            listed = json_list(json_object(level.get("ids")).get("items"))
            placed_items = tuple(self.items(listed, group, end + 1))
            end = max([end, *(item.start + item.length - 1 for item in placed_items)])
            ids.append(Record("", "", number, number > 1, placed_items))
            for record in json_list(level.get("records")):
                repeat = _parse_integer(json_object(record.get("occurrences")).get("maximum"), 1) > 1
                own = self.group(record, group, repeat=repeat)
                items = tuple(self.items(json_list(record.get("items")), own, end + 1))
                records.append(Record(own, str(record.get("recordType") or ""), number, repeat, items))
        name = str(self.top.get("name") or "") or self.source.name or "dictionary"
        form = Questionnaire(
            id=name,
            title=self.text(self.top, name),
            languages=self.languages,
            groups=self.groups,
            questions=self.questions,
        )
        origin = None if is_json(self.source) else lambda *_steps: Origin(self.source.name)
        doubts = check_definition(self.source.name, self.top, form, _KNOWN, origin=origin)
        return Dictionary(form, tuple(ids), tuple(records), type_start, type_length, (*issues, *doubts))

    def text(self, part: Json, fallback: str, suffix: Text | None = None) -> Text:
        """Return a label in all languages."""
        default = self.languages[0] if self.languages else "und"
        labels: dict[str, str] = {}
        for label in json_list(part.get("labels")):
            words = " ".join(str(label.get("text") or "").split())
            tag = str(label.get("language") or "").lower() or default
            if words:
                labels.setdefault(tag, f"{words} - {suffix.get(tag)}" if suffix is not None else words)
        return as_text(labels or {default: f"{fallback} - {suffix.source}" if suffix is not None else fallback})

    def group(self, part: Json, parent: str | None, *, repeat: bool) -> str:
        """Add a level or record as a group.

        Returns the id of the group.
        """
        name = str(part.get("name") or "") or f"record {len(self.groups) + 1}"
        self.groups.append(QuestionGroup(id=name, title=self.text(part, name), parent=parent, repeat=repeat))
        return name

    # --- items ---

    def items(self, listed: Sequence[Json], group: str | None, start: int) -> Iterator[Item]:
        """Yield the items of a record, and add their questions.

        Args:
            listed: The items of the dictionary.
            group: Id of the record.
            start: Position of the first item, if positions are relative.
        """
        owner, owner_start, owner_length, owner_many = "", start, 0, 1
        for entry in listed:
            length, many = (
                _parse_integer(entry.get("length"), 1),
                max(_parse_integer(_find_occurrences(entry).get("maximum"), 1), 1),
            )
            given, name = (
                _parse_integer(entry.get("start")),
                str(entry.get("name") or "") or f"item {len(self.questions) + 1}",
            )
            sub = entry.get("subitem") is True and bool(owner)
            self.source.limits.check_cells(self.source.name, len(self.questions) + many * (owner_many if sub else 1))
            if sub:
                first = given or owner_start + _parse_integer(entry.get("subitemOffset"))
                starts = [first + i * owner_length + j * length for i in range(owner_many) for j in range(many)]
            else:
                owner, owner_start, owner_length, owner_many = name, given or start, length, many
                starts = [owner_start + i * length for i in range(many)]
                start = owner_start + length * many
            parents = (
                [_number_name(owner, i, owner_many) for i in range(owner_many) for _ in range(many)] if sub else []
            )
            yield from self.occurrences(entry, name, group, starts, parents)

    def occurrences(
        self, entry: Json, name: str, group: str | None, starts: Sequence[int], parents: Sequence[str]
    ) -> Iterator[Item]:
        """Yield an item per occurrence, and add their questions."""
        labels = {
            _parse_integer(label.get("occurrence")): label
            for label in json_list(_find_occurrences(entry).get("labels"))
        }
        values = self.values(entry)
        for position, start in enumerate(starts):
            number = str(position + 1)
            suffix = self.text(labels.get(position + 1, {}), number) if len(starts) > 1 else None
            text = self.text(entry, name, suffix)
            asked = Question(
                id=_number_name(name, position, len(starts)),
                type=values.type,
                text=text,
                hint=" ".join(str(entry.get("note") or "").split()) or None,
                choices=values.choices,
                group=group,
                parent=parents[position] if parents else None,
                minimum=values.low,
                maximum=values.high,
                personal=personal_by_head(text.source),
            )
            self.questions.append(asked)
            yield Item(asked.id, name, position + 1, start, _parse_integer(entry.get("length"), 1), values)

    def values(self, entry: Json) -> "Values":
        """Return an item's permitted values, from value sets and content."""
        choices: dict[str, Choice] = {}
        ranges: list[float] = []
        numeric = str(entry.get("contentType") or "numeric").casefold() == "numeric"
        blank = Missing.NOT_ASKED if numeric else Missing.NO_ANSWER
        for value in self.value_sets(entry):
            label = self.text(value, "")
            kind = MISSING_WORDS.get(label.source.casefold()) or _SPECIAL.get(str(value.get("special")).upper())
            for pair in json_list(value.get("pairs")):
                if isinstance(pair.get("range"), list):
                    ranges += [float(bound) for text in pair["range"] if (bound := number_text(str(text))) is not None]
                    continue
                text = str(pair.get("value") or "")
                code = (number_text(text) or text.strip()) if numeric else text.strip()
                if code:
                    named = label if label.source else self.text({}, code)
                    choices.setdefault(code, Choice(code=code, label=named, missing=kind))
                elif kind is not None:
                    blank = kind
        coded = [choice for choice in choices.values() if choice.missing is None]
        low, high = (min(ranges), max(ranges)) if ranges else (None, None)
        numbers = [float(choice.code) for choice in coded if number_text(choice.code) is not None] if ranges else []
        decimals, mark = _parse_integer(entry.get("decimals")), entry.get("decimalMark", self.mark) is True
        width = max((len(choice.code) for choice in coded), default=0)
        return Values(
            type=self.type(entry, bool(coded) and not ranges, width),
            choices=tuple(choices.values()),
            low=None if low is None else min([low, *numbers]),
            high=None if high is None else max([high, *numbers]),
            numeric=numeric,
            decimals=0 if mark else decimals,
            width=width,
            blank=blank,
        )

    def value_sets(self, entry: Json) -> Iterator[Json]:
        """Yield the values of an item's value sets.

        A linked set has the values of the first set with that link.
        """
        for values in json_list(entry.get("valueSets")):
            listed, link = json_list(values.get("values")), str(values.get("link") or "")
            if link:
                listed = self.links.setdefault(link, listed) if listed else self.links.get(link, [])
            yield from listed

    @staticmethod
    def type(entry: Json, coded: bool, width: int) -> QuestionType:
        """Return the type of the question of an item."""
        content, capture = str(entry.get("contentType") or "numeric").casefold(), json_object(entry.get("capture"))
        kind, length = str(capture.get("type") or "").casefold(), _parse_integer(entry.get("length"), 1)
        if content in _FILES:
            return QuestionType.FILE
        if content == "alpha" and coded:
            boxes = kind == "checkbox" or (not kind and length >= 2 * width)
            return QuestionType.SELECT_MULTIPLE if boxes else QuestionType.SELECT_ONE
        if content != "numeric":
            return QuestionType.TEXT
        written = str(capture.get("format") or entry.get("captureFormat") or "YYYYMMDD").upper()
        if kind == "date" and length == len("YYYYMMDD") and written == "YYYYMMDD":
            return QuestionType.DATE
        number = QuestionType.DECIMAL if _parse_integer(entry.get("decimals")) else QuestionType.INTEGER
        return QuestionType.SELECT_ONE if coded else number


def _find_occurrences(entry: Json) -> Json:
    return json_object(entry.get("occurrences"))


def _number_name(name: str, place: int, many: int) -> str:
    """Return an occurrence's name in CSPro's form, counted from 0.

    Example:
        >>> _number_name("HOURS", 0, 7), _number_name("AGE", 0, 1)
        ('HOURS(1)', 'AGE')
    """
    return f"{name}({place + 1})" if many > 1 else name


def record_value(item: Item, text: str, origin: Origin, repeat: int = 0, comment: str | None = None) -> RecordValue:
    """Return the value of an item's stored text."""
    values, plain = item.values, text.strip()
    value: str | list[str] | None = plain
    absent = values.blank
    if not plain:
        value = None
    elif values.type is QuestionType.SELECT_MULTIPLE:
        boxes = (text[place : place + values.width].strip() for place in range(0, len(text), values.width))
        value = list(dict.fromkeys(code for code in boxes if code))
    elif values.numeric and not plain.strip("*"):
        value, absent = None, Missing.INVALID
    elif values.numeric:
        value = _number(values, plain)
    return RecordValue(
        item.question, value, origin, absent, repeat, plain if plain and value != plain else None, comment
    )


def _number(values: Values, plain: str) -> str:
    """Return a number or date as text.

    Numbers get their implied decimals and lose their fill characters; dates are in ISO form.
    """
    number = number_text(plain)
    if number is None:
        return plain
    if values.type is QuestionType.DATE and len(plain) == len("YYYYMMDD"):
        return f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    if values.decimals and "." not in plain:
        return number_text(f"{float(number) / 10**values.decimals:.{values.decimals}f}") or number
    return number
