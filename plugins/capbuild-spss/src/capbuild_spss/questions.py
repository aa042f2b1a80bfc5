"""From a variable to a question, and from its values to answers."""

import math
from collections.abc import Callable, Iterable
from functools import partial

from attrs import field, frozen

from capbuild.formats import MISSING_WORDS, personal_by_head
from capbuild.formats.cells import CellValue
from capbuild.formats.folding import fold_word, shorten
from capbuild.model import Choice, Missing, Question, QuestionType
from capbuild.text import Text, Translation
from capbuild_spss.datetimes import Clock, clock_of, moment_of
from capbuild_spss.missing_labels import Absences
from capbuild_spss.variables import Value, Variable

__all__ = ["LONGEST_WORD", "AskedVariable", "asked", "choices_of", "code_of"]

_CLOCK_TYPES = {
    Clock.DATE: QuestionType.DATE,
    Clock.STATA_DAY: QuestionType.DATE,
    Clock.TIME: QuestionType.TIME,
    Clock.STATA_TIME: QuestionType.TIME,
    Clock.DATETIME: QuestionType.DATETIME,
    Clock.STATA_MOMENT: QuestionType.DATETIME,
    Clock.STATA_MOMENT_UTC: QuestionType.DATETIME,
}
#: Distinct values of a column that are remembered with what they say.
_REMEMBERED = 4096
#: Longest text that is looked up among the words for missing.
LONGEST_WORD = 40


def code_of(value: float | str) -> str:
    """Return a value as a code: whole numbers without a decimal point.

    Example:
        >>> code_of(1.0), code_of(1.5), code_of(" M ")
        ('1', '1.5', 'M')
    """
    if isinstance(value, str):
        return value.strip()
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _said(text: str, language: str | None, others: Iterable[tuple[str, str]] = ()) -> Text:
    """Return a label, with what it is in other languages."""
    tag = language or "und"
    return Text(text, tag, {other: Translation(said) for other, said in others if said and other not in (tag, "und")})


def choices_of(variable: Variable, absences: Absences, language: str | None) -> tuple[Choice, ...]:
    """Return the labelled values of a variable as choices; the first of two with one code."""
    choices: dict[str, Choice] = {}
    for value, label in variable.labels:
        extended = isinstance(value, str) and not variable.text
        code = f".{value}" if extended else code_of(value)
        kind = absences.kind(value) or (Missing.NO_ANSWER if extended else None)
        if code and code not in choices:
            others = ((other.language, other.labels.get(value, "")) for other in variable.others)
            said = _said(label or code, variable.borrowed.get(value, language), others)
            choices[code] = Choice(code=code, label=said, missing=kind)
    return tuple(choices.values())


def _is_chosen(variable: Variable, absences: Absences) -> bool:
    """Tell whether the labels are answers to choose from, and not just names for the ends of a scale."""
    labelled = {value for value, _ in variable.labels if absences.kind(value) is None}
    if not variable.text:
        labelled = {value for value in labelled if not isinstance(value, str)}
    if not labelled or variable.levels is None:
        return bool(labelled) and variable.text
    found = {value for value in variable.levels if value != "" and absences.kind(value) is None}
    if not variable.text:
        found = {value for value in found if not isinstance(value, str)}
    found -= {value for value in found - labelled if isinstance(value, str) and _word_for_missing(value)}
    return len(found - labelled) <= len(found & labelled)


def _type_of(variable: Variable, absences: Absences, clock: Clock | None) -> QuestionType:
    if _is_chosen(variable, absences):
        return QuestionType.SELECT_ONE
    if variable.text:
        return QuestionType.TEXT
    if clock is not None:
        return _CLOCK_TYPES.get(clock, QuestionType.TEXT)
    return QuestionType.INTEGER if variable.whole else QuestionType.DECIMAL


def _word_for_missing(text: str) -> Missing | None:
    stripped = text.strip()
    return MISSING_WORDS.get(fold_word(stripped)) if len(stripped) <= LONGEST_WORD else None


def _choose(value: float | str, codes: frozenset[str]) -> CellValue:
    code = code_of(value)
    kind = _word_for_missing(value) if isinstance(value, str) and code not in codes else None
    if kind is not None:
        return kind, code, ""
    return code, None, "" if code in codes else f"{code!r} has no value label"


def _count(value: float | str) -> CellValue:
    number = float(value)
    if math.isinf(number):
        return Missing.INVALID, repr(number), "an infinite number is no answer"
    return (int(number) if number.is_integer() and abs(number) < 2**53 else number), None, ""


def _tell(value: float | str, clock: Clock) -> CellValue:
    number = float(value)
    moment = moment_of(number, clock)
    if moment is None:
        return Missing.INVALID, code_of(number), f"{number:g} is a date that no calendar has"
    return moment, code_of(number), ""


def _say(value: float | str, longest: int) -> CellValue:
    text = str(value)
    if len(text) > longest:
        return Missing.INVALID, text[:longest], f"the text has more than {longest:,} characters"
    stripped = text.strip()
    kind = _word_for_missing(text)
    if kind is not None:
        return kind, text, ""
    return stripped, None if stripped == text else text, ""


@frozen(eq=False)
class AskedVariable:
    """A variable as a question.

    Attributes:
        variable: The variable.
        question: The question.
        absences: Which of its values are none.
        convert: Makes an answer of a value that is one.
        known: Values that were read, with what they say.
    """

    variable: Variable
    question: Question
    absences: Absences
    convert: Callable[[float | str], CellValue]
    known: dict[Value, CellValue] = field(factory=dict, init=False, repr=False)

    @property
    def is_plain_number(self) -> bool:
        """Whether every number of it is a value and nothing else."""
        return self.convert is _count and not self.absences.kinds and not self.absences.ranges

    @property
    def is_plain_text(self) -> bool:
        """Whether it holds texts of which none is declared missing or has a label."""
        says = isinstance(self.convert, partial) and self.convert.func is _say
        return says and not self.absences.kinds and not self.absences.ranges

    def read(self, value: Value) -> CellValue:
        """Return what a value says: the answer, the text as stored where it differs, and what is wrong with it."""
        found = self.known.get(value)
        if found is None:
            found = self._read(value)
            if len(self.known) < _REMEMBERED:
                self.known[value] = found
        return found

    def _read(self, value: Value) -> CellValue:
        if value is None or (self.variable.text and not str(value).strip()):
            return Missing.NO_ANSWER, None, ""
        if isinstance(value, str) and not self.variable.text:
            return self.absences.kind(value) or Missing.NO_ANSWER, f".{value}", ""
        kind = self.absences.kind(value)
        if kind is not None:
            return kind, code_of(value), ""
        return self.convert(value)


def asked(variable: Variable, language: str | None, longest: int) -> AskedVariable:
    """Return a variable as a question.

    Args:
        variable: The variable.
        language: Language of the labels.
        longest: Characters a text may have.
    """
    absences = Absences.of(variable)
    clock = None if variable.text else clock_of(variable.format)
    kind = _type_of(variable, absences, clock)
    question = Question(
        id=variable.name,
        type=kind,
        text=_said(variable.label or variable.name, language, ((o.language, o.label) for o in variable.others)),
        choices=choices_of(variable, absences, language),
        personal=personal_by_head(variable.name) or personal_by_head(shorten(variable.label, 80)),
        inferred=False,
    )
    if kind is QuestionType.SELECT_ONE:
        convert: Callable[[float | str], CellValue] = partial(
            _choose, codes=frozenset(c.code for c in question.choices)
        )
    elif clock is not None:
        convert = partial(_tell, clock=clock)
    else:
        convert = partial(_say, longest=longest) if variable.text else _count
    return AskedVariable(variable, question, absences, convert)
