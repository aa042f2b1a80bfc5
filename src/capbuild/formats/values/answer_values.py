"""Parse answers to the questions of a known form."""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence

from attrs import field, frozen

from capbuild._garbage import text_cache
from capbuild.formats.values.cells import Cell, CellReader, CellValue, cell_text
from capbuild.formats.values.dates import read_date, read_day
from capbuild.formats.values.missing import MISSING_WORDS
from capbuild.formats.values.numbers import NumberStyle, read_number
from capbuild.formats.vocabulary import cell_words, fold_word, shorten, truth
from capbuild.model import Answer, AnswerValue, Choice, Missing, Question, Questionnaire, QuestionType

_NUMBERS = (QuestionType.INTEGER, QuestionType.DECIMAL)
_DAYS = (QuestionType.DATE, QuestionType.DATETIME)
_TEXTS = (QuestionType.TEXT, QuestionType.FILE, QuestionType.UNKNOWN, QuestionType.GEOPOINT)
#: Values of a checkbox cell that mean "not chosen".
_UNTICKED = {"", "0"} | cell_words("no", "no_mark")
_CLAUSE = re.compile(r"\(?\s*(?P<name>[^\s()]+)\s++(?P<neither>not\s++)?in\s++(?P<codes>[^()]++)\)?\s*")


def choice_labels(choices: Sequence[Choice], language: str) -> tuple[str, ...]:
    """Return choice labels; duplicate labels get their code.

    Example:
        >>> choice_labels([Choice(code="a", label="Yes"), Choice(code="b", label="Yes")], "en")
        ('Yes (a)', 'Yes (b)')
    """
    labels = [" ".join(choice.label.get(language).split()) or choice.code for choice in choices]
    return tuple(
        label if labels.count(label) == 1 else f"{label} ({choice.code})"
        for label, choice in zip(labels, choices, strict=True)
    )


def answer_label(question: Question, value: str | float, language: str) -> str:
    """Return an answer as a form shows it.

    The answer is shown as the label of its choice, or as a number.

    Example:
        >>> law = Question(id="law", type="select one", text="?", choices=[Choice(code="yes", label="Yes")])
        >>> answer_label(law, "yes", "en"), answer_label(Question(id="n", type="integer", text="?"), 3, "en")
        ('Yes', '3')
    """
    words = dict(
        zip((choice.code for choice in question.choices), choice_labels(question.choices, language), strict=True)
    )
    return words.get(str(value), f"{value:.15g}" if isinstance(value, float) else str(value))


@text_cache(64)
def _words(choices: tuple[Choice, ...], first: str) -> dict[str, Choice]:
    """Index choices by code and label."""
    tags = dict.fromkeys(tag for choice in choices for tag in choice.label.languages)
    by_word: dict[str, Choice] = {}
    for tag in (*(t for t in tags if t != first), first):
        for choice, word in zip(choices, choice_labels(choices, tag), strict=True):
            by_word[fold_word(word)] = choice
    return {**by_word, **{fold_word(choice.code): choice for choice in choices}}


def is_ticked(cell: Cell) -> bool:
    """True if a checkbox cell is ticked.

    Any value except a form of no is a tick.

    Example:
        >>> is_ticked("x"), is_ticked("non"), is_ticked(None)
        (True, False, False)
    """
    return cell if isinstance(cell, bool) else fold_word(cell_text(cell)) not in _UNTICKED


@frozen
class AnswerParser:
    """Parser of cells by question type and choices.

    Attributes:
        language: Language of the filled-in form; labels in other languages are recognised too.

    Example:
        >>> law = Question(id="law", type="select one", text="A law?", choices=[Choice(code="yes", label="Yes")])
        >>> AnswerParser("en").read("YES", law), AnswerParser("en").read("perhaps", law)[2]
        (('yes', 'YES', ''), "'perhaps' is none of the answers")
    """

    language: str = ""
    _plain: CellReader = field(factory=CellReader, init=False)

    def read(self, cell: Cell, question: Question) -> CellValue:
        """Return the cell's value, original text and problem.

        The original text is None unless it differs from the value.
        """
        text = cell_text(cell)
        if not text:
            return Missing.NO_ANSWER, None, ""
        if question.choices:
            return self._choice(text, question)
        absent = MISSING_WORDS.get(fold_word(text)) if question.type is not QuestionType.TEXT or len(text) > 2 else None
        if absent is not None and isinstance(cell, str):
            return absent, text, ""
        if question.type is QuestionType.BOOLEAN:
            return _truth(cell, text)
        if question.type in _NUMBERS:
            return _number(cell, text, question)
        if question.type in _DAYS:
            return _day(cell, text, question)
        if question.type in _TEXTS:
            return (cell, None, "") if isinstance(cell, str) else (text, None, "")
        return self._plain(cell)

    def _choice(self, text: str, question: Question) -> CellValue:
        choice = _words(question.choices, self.language).get(fold_word(text))
        if choice is not None:
            if choice.missing is not None:
                return choice.missing, text, ""
            return choice.code, None if text == choice.code else text, ""
        absent = MISSING_WORDS.get(fold_word(text))
        if absent is not None:
            return absent, text, ""
        free = any(choice.other for choice in question.choices)
        return text, None, "" if free else f"{shorten(text)!r} is none of the answers"


def _truth(cell: Cell, text: str) -> CellValue:
    if isinstance(cell, bool):
        return cell, None, ""
    value = truth(text)
    if value is not None:
        return value, text, ""
    return Missing.INVALID, text, f"{shorten(text)!r} is neither yes nor no"


def _number(cell: Cell, text: str, question: Question) -> CellValue:
    whole = question.type is QuestionType.INTEGER
    number = cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None
    if number is None:
        number = read_number(text, NumberStyle("," if "," in text and "." not in text else "."))
    if number is None or (whole and number != int(number)):
        return Missing.INVALID, text, f"{shorten(text)!r} is no {'whole ' if whole else ''}number"
    return int(number) if whole else number, None if isinstance(cell, int | float) else text, ""


def _day(cell: Cell, text: str, question: Question) -> CellValue:
    if isinstance(cell, datetime.date):
        if question.type is QuestionType.DATE and isinstance(cell, datetime.datetime):
            return cell.date(), None, ""
        return cell, None, ""
    day = read_day(text) if question.type is QuestionType.DATE else read_date(text)
    if day is None:
        return Missing.INVALID, text, f"{shorten(text)!r} is no date"
    return day, text, ""


def is_met(expression: str, values: Mapping[str, AnswerValue]) -> bool | None:
    """True if a skip condition is met.

    A condition has clauses `(question in code, code)` joined by `and` or by `or`.

    Args:
        expression: The condition, in the dialect `capbuild`.
        values: Answers by question.

    Returns:
        None if the condition has another form.

    Example:
        >>> is_met("(a in yes, elsewhere) and (b in yes)", {"a": "yes", "b": "no"}), is_met("a > 1", {})
        (False, None)
    """
    for word, join in ((" and ", all), (" or ", any)):
        parts = re.split(rf"\)?{word}\(?", expression)
        if len(parts) > 1 or word == " or ":
            clauses = [_CLAUSE.fullmatch(part) for part in parts]
            if any(clause is None for clause in clauses):
                return None
            return join(_is_clause_met(clause, values) for clause in clauses if clause is not None)
    return None


def _is_clause_met(match: re.Match[str], values: Mapping[str, AnswerValue]) -> bool:
    codes = {code.strip() for code in match["codes"].split(",")}
    value = values.get(match["name"])
    chosen = set(value) if isinstance(value, tuple) else {value}
    return bool(codes & chosen) is not bool(match["neither"])


def list_skipped(form: Questionnaire, answers: Iterable[Answer]) -> set[tuple[str, int]]:
    """Return question and repeat of answers that should be skipped.

    Such answers have a skip rule whose condition is not met.

    Args:
        form: The form.
        answers: Answers of one response.
    """
    values: dict[int, dict[str, AnswerValue]] = {}
    for answer in answers:
        values.setdefault(answer.repeat, {})[answer.question] = answer.value
    rules = {q.id: q.skip.expression for q in form.questions if q.skip is not None and q.skip.dialect == "capbuild"}
    skipped = set()
    for time, own in values.items():
        seen = {**values.get(0, {}), **own}
        skipped |= {(name, time) for name in own if name in rules and is_met(rules[name], seen) is False}
    return skipped


def repeated_groups(form: Questionnaire) -> frozenset[str]:
    """Return ids of repeat groups, including groups nested in them."""
    return frozenset(group.id for group in form.groups if any(around.repeat for around in form.group_path(group.id)))
