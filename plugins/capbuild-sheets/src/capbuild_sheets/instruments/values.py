"""From what a person wrote in a cell to the value of a question: words of any language, numbers, dates, absences."""

import datetime
from functools import lru_cache

from attrs import define, field

from capbuild.formats.cells import CellReader, cell_text
from capbuild.formats.days import read_date
from capbuild.formats.folding import fold_word, shorten
from capbuild.formats.numbers import NumberStyle, read_number
from capbuild.formats.words import MISSING_WORDS
from capbuild.model import AnswerValue, Choice, Missing, Question, QuestionType
from capbuild.reports.wording import LANGUAGES
from capbuild_sheets.grids import to_cell
from capbuild_sheets.instruments.rules import chosen_words
from capbuild_sheets.instruments.words import all_words
from capbuild_sheets.sheets import Cell
from capbuild_sheets.words import coded

__all__ = ["ValueReader", "code_of"]

_Value = tuple[AnswerValue, str | None, str]
_NUMBERS = (QuestionType.INTEGER, QuestionType.DECIMAL)
_DAYS = (QuestionType.DATE, QuestionType.DATETIME)


def code_of(kind: tuple[str, tuple[str, ...]], text: str) -> str:
    """Return the code that a word of any language stands for; the text itself where it stands for none.

    Example:
        >>> code_of(("basis", ("seen", "told")), "Visto"), code_of(("basis", ("seen",)), "hm")
        ('seen', 'hm')
    """
    name, codes = kind
    words = {fold_word(coded(name, code, tag)): code for tag in LANGUAGES for code in codes}
    return {**words, **{fold_word(code): code for code in codes}}.get(fold_word(text), text)


@lru_cache(maxsize=64)
def _words(choices: tuple[Choice, ...], first: str) -> dict[str, Choice]:
    """Words of choices in all languages; those of the tab's language come before those of others, codes before all."""
    tags = dict.fromkeys(tag for choice in choices for tag in choice.label.languages)
    found: dict[str, Choice] = {}
    for tag in (*(t for t in tags if t != first), first):
        for choice, word in zip(choices, chosen_words(choices, tag), strict=True):
            found[fold_word(word)] = choice
    return {**found, **{fold_word(choice.code): choice for choice in choices}}


@define(eq=False)
class ValueReader:
    """Reads the cells of one tab.

    Attributes:
        language: Language of the tab.
    """

    language: str
    _plain: CellReader = field(factory=CellReader, init=False)

    def is_yes(self, cell: Cell) -> bool:
        """Tell whether a mark beside a choice says that it is chosen; anything but a no does."""
        if isinstance(cell, bool):
            return cell
        word = fold_word(cell_text(to_cell(cell)))
        return word not in {"", "0", "false", *(fold_word(no) for no in all_words("no"))}

    def read(self, cell: Cell, question: Question) -> _Value:
        """Return the value of a cell, the text as found where it is another, and what is wrong with it."""
        text = cell_text(to_cell(cell))
        if not text:
            return Missing.NO_ANSWER, None, ""
        if question.choices:
            return self._choice(text, question)
        absent = MISSING_WORDS.get(fold_word(text)) if question.type is not QuestionType.TEXT or len(text) > 2 else None
        if absent is not None and isinstance(cell, str):
            return absent, text, ""
        if question.type is QuestionType.BOOLEAN:
            return self._truth(cell, text)
        if question.type in _NUMBERS:
            return self._number(cell, text, question)
        if question.type in _DAYS:
            return self._day(cell, text, question)
        if question.type in (QuestionType.TEXT, QuestionType.FILE, QuestionType.UNKNOWN, QuestionType.GEOPOINT):
            return (cell, None, "") if isinstance(cell, str) else (text, None, "")
        return self._plain(to_cell(cell))

    def _choice(self, text: str, question: Question) -> _Value:
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

    def _truth(self, cell: Cell, text: str) -> _Value:
        if isinstance(cell, bool):
            return cell, None, ""
        word = fold_word(text)
        for value, key in ((True, "yes"), (False, "no")):
            if word in {fold_word(found) for found in all_words(key)} | {str(value).lower(), str(int(value))}:
                return value, text, ""
        return Missing.INVALID, text, f"{shorten(text)!r} is neither yes nor no"

    def _number(self, cell: Cell, text: str, question: Question) -> _Value:
        whole = question.type is QuestionType.INTEGER
        number = cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None
        if number is None:
            number = read_number(text, NumberStyle("," if "," in text and "." not in text else "."))
        if number is None or (whole and number != int(number)):
            return Missing.INVALID, text, f"{shorten(text)!r} is no {'whole ' if whole else ''}number"
        return int(number) if whole else number, None if isinstance(cell, int | float) else text, ""

    def _day(self, cell: Cell, text: str, question: Question) -> _Value:
        if isinstance(cell, datetime.date):
            if question.type is QuestionType.DATE and isinstance(cell, datetime.datetime):
                return cell.date(), None, ""
            return cell, None, ""
        day = read_date(text)
        if day is None:
            return Missing.INVALID, text, f"{shorten(text)!r} is no date"
        return day, text, ""
