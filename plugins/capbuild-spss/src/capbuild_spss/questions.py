"""Questions and answers from variables and multiple-response sets."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from attrs import field, frozen

from capbuild.formats import MISSING_WORDS, CellValue, fold_word, personal_by_head, shorten
from capbuild.model import Answer, AnswerValue, Choice, Missing, Question, QuestionType
from capbuild.origin import Origin
from capbuild.text import Text, Translation
from capbuild_spss.datetimes import Clock, decode_datetime, find_clock
from capbuild_spss.variables import MissingValues, ResponseSet, Value, Variable

_CLOCK_TYPES = {
    Clock.DATE: QuestionType.DATE,
    Clock.STATA_DAY: QuestionType.DATE,
    Clock.TIME: QuestionType.TIME,
    Clock.STATA_TIME: QuestionType.TIME,
    Clock.DATETIME: QuestionType.DATETIME,
    Clock.SAS_MOMENT: QuestionType.DATETIME,
    Clock.STATA_MOMENT: QuestionType.DATETIME,
    Clock.STATA_MOMENT_UTC: QuestionType.DATETIME,
}

#: Number of distinct values per column with cached answers.
_REMEMBERED = 4096

#: Longest text that is compared with the words for missing.
LONGEST_WORD = 40


def format_code(value: float | str) -> str:
    """Format a value as a code, integers without decimal point.

    Example:
        >>> format_code(1.0), format_code(1.5), format_code(" M ")
        ('1', '1.5', 'M')
    """
    if isinstance(value, str):
        return value.strip()
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _make_text(text: str, language: str | None, others: Iterable[tuple[str, str]] = ()) -> Text:
    """Return a label with its translations."""
    tag = language or "und"
    return Text(text, tag, {key: Translation(label) for key, label in others if label and key not in (tag, "und")})


def make_choices(variable: Variable, missing_values: MissingValues, language: str | None) -> tuple[Choice, ...]:
    """Return a variable's labelled values as choices.

    Of duplicate codes, only the first becomes a choice.
    """
    choices: dict[str, Choice] = {}
    for value, label in variable.labels:
        extended = isinstance(value, str) and not variable.text
        code = f".{value}" if extended else format_code(value)
        kind = missing_values.kind(value) or (Missing.NO_ANSWER if extended else None)
        if code and code not in choices:
            others = ((other.language, other.labels.get(value, "")) for other in variable.others)
            text = _make_text(label or code, variable.borrowed.get(value, language), others)
            choices[code] = Choice(code=code, label=text, missing=kind)
    return tuple(choices.values())


def _has_choices(variable: Variable, missing_values: MissingValues) -> bool:
    """True if the labels are choices.

    They are not if they only name the ends of a scale.
    """
    labelled = {value for value, _ in variable.labels if missing_values.kind(value) is None}
    if not variable.text:
        labelled = {value for value in labelled if not isinstance(value, str)}
    if not labelled or variable.levels is None:
        return bool(labelled) and variable.text
    values = {value for value in variable.levels if value != "" and missing_values.kind(value) is None}
    if not variable.text:
        values = {value for value in values if not isinstance(value, str)}
    values -= {value for value in values - labelled if isinstance(value, str) and _find_missing_word(value)}
    return len(values - labelled) <= len(values & labelled)


def _find_question_type(variable: Variable, missing_values: MissingValues, clock: Clock | None) -> QuestionType:
    if _has_choices(variable, missing_values):
        return QuestionType.SELECT_ONE
    if variable.text:
        return QuestionType.TEXT
    if clock is not None:
        return _CLOCK_TYPES.get(clock, QuestionType.TEXT)
    return QuestionType.INTEGER if variable.whole else QuestionType.DECIMAL


def _find_missing_word(text: str) -> Missing | None:
    stripped = text.strip()
    return MISSING_WORDS.get(fold_word(stripped)) if len(stripped) <= LONGEST_WORD else None


def _parse_code(value: float | str, codes: frozenset[str]) -> CellValue:
    code = format_code(value)
    kind = _find_missing_word(value) if isinstance(value, str) and code not in codes else None
    if kind is not None:
        return kind, code, ""
    return code, None, "" if code in codes else f"{code!r} has no value label"


def _parse_number(value: float | str) -> CellValue:
    number = float(value)
    if math.isinf(number):
        return Missing.INVALID, repr(number), "an infinite number is no answer"
    return (int(number) if number.is_integer() and abs(number) < 2**53 else number), None, ""


def _parse_moment(value: float | str, clock: Clock) -> CellValue:
    number = float(value)
    moment = decode_datetime(number, clock)
    if moment is None:
        return Missing.INVALID, format_code(number), f"{number:g} is a date that no calendar has"
    return moment, format_code(number), ""


def _parse_text(value: float | str, longest: int) -> CellValue:
    text = str(value)
    if len(text) > longest:
        return Missing.INVALID, text[:longest], f"the text has more than {longest:,} characters"
    stripped = text.strip()
    kind = _find_missing_word(text)
    if kind is not None:
        return kind, text, ""
    return stripped, None if stripped == text else text, ""


@frozen(eq=False)
class VariableQuestion:
    """A variable as a question.

    Attributes:
        variable: The variable.
        question: The question.
        missing_values: Its missing values.
        convert: Converts a valid value to an answer.
        known: Parsed answers by value.
    """

    variable: Variable
    question: Question
    missing_values: MissingValues
    convert: Callable[[float | str], CellValue]
    known: dict[Value, CellValue] = field(factory=dict, init=False, repr=False)

    @property
    def is_plain_number(self) -> bool:
        """True if all numbers are valid values without labels."""
        return self.convert is _parse_number and not self.missing_values.kinds and not self.missing_values.ranges

    @property
    def is_plain_text(self) -> bool:
        """True for texts without missing values or labels."""
        role_text = isinstance(self.convert, partial) and self.convert.func is _parse_text
        return role_text and not self.missing_values.kinds and not self.missing_values.ranges

    def read(self, value: Value) -> CellValue:
        """Return the answer that a value gives.

        The raw text follows if it differs, then the problem, empty without one.
        """
        answer = self.known.get(value)
        if answer is None:
            answer = self._read(value)
            if len(self.known) < _REMEMBERED:
                self.known[value] = answer
        return answer

    def _read(self, value: Value) -> CellValue:
        if value is None or (self.variable.text and not str(value).strip()):
            return Missing.NO_ANSWER, None, ""
        if isinstance(value, str) and not self.variable.text:
            return self.missing_values.kind(value) or Missing.NO_ANSWER, f".{value}", ""
        kind = self.missing_values.kind(value)
        if kind is not None:
            return kind, format_code(value), ""
        return self.convert(value)


def make_question(variable: Variable, language: str | None, longest: int) -> VariableQuestion:
    """Return a variable as a question.

    Args:
        variable: The variable.
        language: Language of the labels.
        longest: Maximum length of a text in characters.
    """
    missing_values = MissingValues.from_variable(variable)
    clock = None if variable.text else find_clock(variable.format)
    kind = _find_question_type(variable, missing_values, clock)
    question = Question(
        id=variable.name,
        type=kind,
        text=_make_text(variable.label or variable.name, language, ((o.language, o.label) for o in variable.others)),
        choices=make_choices(variable, missing_values, language),
        personal=personal_by_head(variable.name) or personal_by_head(shorten(variable.label, 80)),
        inferred=False,
    )
    if kind is QuestionType.SELECT_ONE:
        convert: Callable[[float | str], CellValue] = partial(
            _parse_code, codes=frozenset(c.code for c in question.choices)
        )
    elif clock is not None:
        convert = partial(_parse_moment, clock=clock)
    else:
        convert = partial(_parse_text, longest=longest) if variable.text else _parse_number
    return VariableQuestion(variable, question, missing_values, convert)


@frozen(eq=False)
class SetQuestion:
    """A multiple-response set as a question.

    Attributes:
        question: The question.
        members: Its variables.
        counted: The value that means "chosen"; None if the variables have codes.
    """

    question: Question
    members: tuple[VariableQuestion, ...]
    counted: str | None

    def answer(self, row: Sequence[Value], origin: Origin) -> Answer:
        """Return a row's chosen codes, in choice order."""
        values = [(member, member.read(row[member.variable.column - 1])[0]) for member in self.members]
        absent = [value for _, value in values if isinstance(value, Missing)]
        if len(absent) == len(values):
            coded = {value for member, value in values if isinstance(value, Missing) and self._has_cell(row, member)}
            kinds = coded or set(absent)  # a blank place has no information if another has a reason
            kind = next(iter(kinds)) if len(kinds) == 1 else Missing.NO_ANSWER
            return Answer(self.question.id, kind, self._format_raw(row) if coded else None, origin=origin)
        keeps_raw = self.counted is not None or self._has_missing_codes(row, values)
        raw = self._format_raw(row) if absent and keeps_raw else None
        return Answer(self.question.id, self._read_chosen_codes(row, values), raw, origin=origin)

    def _has_missing_codes(self, row: Sequence[Value], values: Sequence[tuple[VariableQuestion, AnswerValue]]) -> bool:
        """True if a missing code is beside answers.

        Only the raw text can keep such a code.
        """
        return any(isinstance(value, Missing) and self._has_cell(row, member) for member, value in values)

    def _has_cell(self, row: Sequence[Value], member: VariableQuestion) -> bool:
        cell = row[member.variable.column - 1]
        return cell is not None and bool(str(cell).strip())

    def _read_chosen_codes(
        self, row: Sequence[Value], values: Sequence[tuple[VariableQuestion, AnswerValue]]
    ) -> tuple[str, ...]:
        if self.counted is None:
            cells = (row[m.variable.column - 1] for m, value in values if not isinstance(value, Missing))
            codes = (format_code(cell) for cell in cells if cell is not None)  # 0 is also a code
            return tuple(dict.fromkeys(code for code in codes if code))
        return tuple(m.variable.name for m, _ in values if self._is_counted(row[m.variable.column - 1]))

    def _is_counted(self, value: Value) -> bool:
        if isinstance(value, str):
            return value.strip() == self.counted
        return value is not None and format_code(value) == _format_code(self.counted or "")

    def _format_raw(self, row: Sequence[Value]) -> str:
        """Return the value of each variable in the set."""
        cells = ((m.variable.name, row[m.variable.column - 1]) for m in self.members)
        return "; ".join(f"{name}={'' if value is None else format_code(value)}" for name, value in cells)


def _make_choices(response_set: ResponseSet, members: Sequence[VariableQuestion]) -> tuple[Choice, ...]:
    if response_set.dichotomies:
        return tuple(Choice(code=m.variable.name, label=_label(response_set, m)) for m in members)
    choices: dict[str, Choice] = {}
    for member in members:
        for choice in member.question.choices:
            choices.setdefault(choice.code, choice)
    return tuple(choices.values())


def _label(response_set: ResponseSet, member: VariableQuestion) -> Text:
    """Return a choice's label, from variable or counted value."""
    if response_set.by_value:
        labels = {format_code(value): label for value, label in member.variable.labels}
        label = labels.get(response_set.counted or "") or labels.get(_format_code(response_set.counted or ""))
        if label:
            return Text(label, member.question.text.language)
    return member.question.text


def _make_question_text(found: ResponseSet, members: Sequence[VariableQuestion], language: str) -> Text:
    return Text(found.label or found.name, language) if found.label or not members else members[0].question.text


def make_set_question(found: ResponseSet, variables: Mapping[str, VariableQuestion]) -> SetQuestion | None:
    """Return a set as a question, None without its variables.

    Args:
        found: The set.
        variables: The file's variables by name; sets ignore case in their names.
    """
    folded = {name.lower(): question for name, question in variables.items()}
    members = tuple(folded[name.lower()] for name in dict.fromkeys(found.variables) if name.lower() in folded)
    if not members:
        return None
    name = f"${found.name}" if found.name.lower() in folded or not found.name else found.name
    question = Question(
        id=name,
        type=QuestionType.SELECT_MULTIPLE,
        text=_make_question_text(found, members, members[0].question.text.language),
        choices=_make_choices(found, members),
    )
    return SetQuestion(question, members, found.counted if found.dichotomies else None)


def _format_code(counted: str) -> str:
    """Return the counted value as a code.

    `1`, `1.0` and `01` are the same number.
    """
    try:
        return format_code(float(counted))
    except ValueError:
        return counted
