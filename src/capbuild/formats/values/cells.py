"""Parser of cells: values, or kinds of missing.

A missing answer keeps its original text.
"""

import datetime
import json
import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import chain
from typing import Any

from attrs import Factory, field, frozen

from capbuild.escaping import unescape_formula
from capbuild.formats.values.dates import DATE_ENDS, DayOrder, read_date
from capbuild.formats.values.missing import MISSING_WORDS
from capbuild.formats.values.multi_select import MultiSelectParser
from capbuild.formats.values.numbers import (
    APPROXIMATE,
    PLAIN_LENGTH,
    NumberStyle,
    ascii_digits,
    read_number,
    split_mark,
)
from capbuild.formats.values.units import Quantity, is_measure, split_unit
from capbuild.formats.vocabulary import fold_word, shorten
from capbuild.model import AnswerValue, Missing


@frozen
class ErrorCell:
    """Cell with an error or a cut text.

    Attributes:
        text: Text of the cell.
        why: Why it has no value, as a clause.
    """

    text: str
    why: str

    def __str__(self) -> str:
        return self.text


#: Types of a grid cell. Text files have text only; workbooks have typed values; JSON has lists.
Cell = (
    str
    | bool
    | int
    | float
    | datetime.date
    | datetime.datetime
    | datetime.time
    | datetime.timedelta
    | tuple[str, ...]
    | ErrorCell
    | None
)

#: Value, original text if it differs from the value, and problem (empty for none).
CellValue = tuple[AnswerValue, str | None, str]

#: End of problems that are no doubts of the value, and are only noted.
KEPT_IN_RAW = ", which raw keeps"
#: Problem of numbers with flags of a databank, the same for all of a column.
FLAGS = f"letters after numbers are flags{KEPT_IN_RAW}"
#: Longest text that is looked up as a missing code.
_LONGEST_WORD = 40
#: Marks that mean yes; in a column with them, a cross means no.
CHECK_MARKS = "✓✔☑√"
_UNCHECKED = "✗✘☐□"
#: Checkboxes before the options of a question in one cell, ticked or not.
_BOX = re.compile(r"[☒☑☐□■✓✔]|\[[ xX✓✔]?\]|\([ xX✓✔]\)")
#: Characters of a box that is not ticked.
_BOXES = frozenset("☐□[(")
_OPEN = frozenset(("☐", "□", "[]", "[ ]", "( )"))
_TRUTH = {"true": True, "false": False, **dict.fromkeys(CHECK_MARKS, True), **dict.fromkeys(_UNCHECKED, False)}


def cell_text(cell: Cell) -> str:
    """Return a cell as stripped text.

    Integers have no decimal point.

    Example:
        >>> cell_text(3.0), cell_text(None), cell_text(" Haïti ")
        ('3', '', 'Haïti')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, ErrorCell):
        return cell.text.strip()
    if isinstance(cell, tuple):
        return "; ".join(filter(None, cell))
    if isinstance(cell, float):
        if isinstance(cell, Quantity):
            return cell.shown
        return str(int(cell)) if cell.is_integer() else str(cell)
    return cell.isoformat() if isinstance(cell, datetime.date | datetime.time) else str(cell)


def count_indent(cell: Cell) -> int:
    """Return the number of leading spaces of a cell.

    A tab counts as four.

    Example:
        >>> count_indent("  Legal"), count_indent("Legal"), count_indent(3)
        (2, 0, 0)
    """
    if not isinstance(cell, str) or not cell[:1].isspace():
        return 0
    text = cell.replace("\t", "    ")
    return len(text) - len(text.lstrip()) if text.strip() else 0


@cache
def _is_usual_number(signs: str) -> bool:
    return any(word.lstrip(signs)[:1].isdigit() for word in MISSING_WORDS)


def _has_digit_words(reader: "CellReader", signs: str = "") -> bool:
    """True if a word of the reader begins with digits.

    Words are missing codes and answers, without leading `signs`. For the usual missing codes, the result is computed
    once.
    """
    usual = reader.missing is MISSING_WORDS
    words = reader.answers if usual else chain(reader.missing, reader.answers)
    return any(word.lstrip(signs)[:1].isdigit() for word in words) or (usual and _is_usual_number(signs))


def _has_number_words(reader: "CellReader") -> bool:
    return _has_digit_words(reader, "-")


def _reads_plain_numbers(reader: "CellReader") -> bool:
    decimal = reader.style.decimal == "." and (reader.style.seen or not reader.style.semicolons)
    special = reader.grouped or reader.unit or reader.any_unit or reader.codes or reader.dated or reader.digit_words
    return decimal and not special and reader.several is None and reader.longest >= PLAIN_LENGTH


#: A number that `takes_plainly` means.
_PLAIN_NUMBER = re.compile(r"(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?", re.ASCII)


def _plain_number(text: str) -> CellValue:
    value = float(text) if "." in text else int(text)
    return value, None if str(value) == text else text, ""


@frozen(eq=False)
class CellReader:
    """Parser of the cells of one column.

    Attributes:
        style: Number format of the column.
        order: Order of day and month, if known.
        unit: Unit of its numbers, such as `%`.
        unit_named: Whether its header names the unit, so that numbers need none. Fractions of `%` still do.
        any_unit: Whether numbers may have any unit, as when many questions share a column.
        codes: Whether digits are codes, not numbers, because some start with zeros.
        several: Parser of multi-select cells; None if each cell is one answer.
        figures: Whether lists are figures, not choices.
        crosses: Whether a lone `x` means no, as next to check marks.
        dated: Whether the column has dates, so that other values get a warning.
        numeric: Whether the column has numbers, so that other text gets a warning.
        marked: Whether numbers may have the mark of a note, as in `12*`.
        percents: Whether `12 %` is a number of the column: among whole numbers, but not among shares such as 0.12.
        flagged: Whether letters after numbers are flags, as in databanks: `12.3 bd`.
        grouped: Thousands separator, if inferred from other cells and the language of the file.
        missing: Kinds of missing by folded word.
        answers: Replacement texts by folded text.
        longest: Largest length of a cell.
        remember: Size of the cache of parsed texts: answers repeat, free texts do not.
        digit_words: Whether a missing code or replaced text starts with a digit; detected if not given.
        number_words: Whether a number may be a missing code or replaced text, as `-99`; detected if not given.
        takes_plainly: Whether plain numbers are parsed as such: few digits, no sign or leading zeros, a decimal point.
        known: Parsed texts.

    Example:
        >>> read = CellReader(numeric=True)
        >>> read("3"), read(" n/a "), read("")[0]
        ((3, None, ''), (<Missing.NOT_APPLICABLE: 'not applicable'>, ' n/a ', ''), <Missing.NO_ANSWER: 'no answer'>)
        >>> read("2-3")
        ('2-3', None, "'2-3' is not a number as this column writes them")
    """

    style: NumberStyle = NumberStyle()
    order: DayOrder | None = None
    unit: str = ""
    unit_named: bool = False
    any_unit: bool = False
    codes: bool = False
    several: MultiSelectParser | None = None
    figures: bool = False
    crosses: bool = False
    dated: bool = False
    numeric: bool = False
    marked: bool = False
    percents: bool = False
    flagged: bool = False
    grouped: str = ""
    missing: Mapping[str, Missing] = field(default=MISSING_WORDS, repr=False)
    answers: Mapping[str, str] = field(factory=dict, repr=False)
    longest: int = 1_000_000
    remember: int = 4096
    # Nearly all cells with digits are numbers, and few words start with a digit, so most cells need no look-up.
    # `evolve` copies the value, so it is computed once per table, not per column.
    digit_words: bool = field(default=Factory(_has_digit_words, takes_self=True), repr=False)
    number_words: bool = field(default=Factory(_has_number_words, takes_self=True), repr=False)
    takes_plainly: bool = field(default=Factory(_reads_plain_numbers, takes_self=True), init=False, repr=False)
    known: dict[str, CellValue] = field(factory=dict, init=False, repr=False)

    @property
    def reads_as(self) -> tuple[object, ...]:
        """Key that is equal for readers with equal results.

        The key is valid while the readers exist.
        """
        marks = (
            self.style,
            self.order,
            self.unit,
            self.unit_named,
            self.any_unit,
            self.codes,
            self.crosses,
            self.dated,
            self.numeric,
        )
        return (
            *marks,
            self.marked,
            self.percents,
            self.flagged,
            self.grouped,
            self.longest,
            self.figures,
            id(self.several),
            id(self.missing),
            id(self.answers),
        )

    def __call__(self, cell: Cell) -> CellValue:
        """Parse a cell."""
        if not isinstance(cell, str):
            if isinstance(cell, Quantity):
                return self._quantity(cell)
            if isinstance(cell, tuple):
                return self._listed(cell)
            if (
                self.number_words
                and isinstance(cell, int | float)
                and self._has_declared_meaning(shown := cell_text(cell))
            ):
                return self(shown)
            if self.several is not None and isinstance(cell, int | float) and not isinstance(cell, bool):
                return self.several.chosen(cell_text(cell)), None, ""
            return self._in_column(cell) if self.numeric or self.codes or self.dated else _typed(cell)
        value = self.known.get(cell)
        if value is None:
            is_plain = self.numeric and self.takes_plainly and _PLAIN_NUMBER.fullmatch(cell)
            value = _plain_number(cell) if is_plain else self._text(cell)
            if len(self.known) < self.remember:
                self.known[cell] = value
        return value

    def _has_declared_meaning(self, text: str) -> bool:
        """True if a text has a declared meaning."""
        return text in self.missing or text in self.answers

    def _listed(self, cell: tuple[str, ...]) -> CellValue:
        """Parse a cell with a list of texts.

        In a column of figures the list becomes one text, else its distinct options without blanks. A list of one
        missing code is missing.
        """
        if self.figures and cell:
            return self(f"[{', '.join(part or 'null' for part in cell)}]")
        options = tuple(dict.fromkeys(filter(None, cell)))
        if not options and self.several is None:
            return Missing.NO_ANSWER, None, ""
        if len(options) == 1 and (kind := self.missing.get(fold_word(options[0]))) is not None:
            return _absent(options[0], kind)
        return options, None if options == cell else json.dumps(cell, ensure_ascii=False), ""

    def _quantity(self, cell: Quantity) -> CellValue:
        """Parse a number with a displayed unit.

        If the column has another unit or none, the displayed text is parsed instead.
        """
        if cell.unit == self.unit or self.any_unit:
            return _whole(cell.counted)[0], cell.shown, ""
        if cell.counted == cell and (self.unit or self.numeric):
            return _whole(cell.counted)[0], cell.shown, self._other_unit(cell.shown)
        return self(cell.shown)

    def _other_unit(self, shown: str) -> str:
        return f"{shown} has another unit than the other cells of the column"

    def _in_column(self, cell: Cell) -> CellValue:
        """Parse a typed cell in a typed column.

        A column has numbers, codes or dates; a cell of another type gets a problem.
        """
        value, raw, problem = _typed(cell)
        if isinstance(value, datetime.date):
            return value, raw, problem or self._date(value)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return value, raw, problem
        if self.codes:
            return (str(value) if isinstance(value, int) else value), raw, problem
        if self.dated:
            return value, raw, f"{value} is a number in a column of dates"
        return value, raw, self._no_unit(value, value) if self.unit else problem

    def _date(self, value: datetime.date) -> str:
        """Return the problem of a date among numbers.

        Spreadsheets convert texts such as `2-3` to dates.
        """
        if not self.numeric:
            return ""
        typed = f"{value.day}-{value.month}"
        return f"{value.isoformat()} is a date in a column of numbers; a spreadsheet makes one of {typed} and the like"

    def _no_unit(self, value: AnswerValue, shown: object) -> str:
        fraction = self.unit == "%" and isinstance(value, int | float) and 0 < abs(value) <= 1
        if self.unit_named and not fraction:
            return ""
        return f"{shown} stands without {self.unit}, as other cells of the column do not"

    def _text(self, text: str) -> CellValue:
        stripped = text.strip()
        if not stripped:
            return Missing.NO_ANSWER, None, ""  # white space only
        if len(text) > self.longest:
            return Missing.INVALID, text[: self.longest], f"the cell has more than {self.longest:,} characters"
        if len(stripped) <= _LONGEST_WORD and (self.digit_words or not stripped[0].isdigit()):
            word = fold_word(stripped)
            if word in self.answers:
                return self._replaced(text, self.answers[word])
            kind = self.missing.get(word) or (" / " in word and self._joined_kind(word))
            if kind:
                return _absent(text, kind)
            if word in _TRUTH:
                return _TRUTH[word], text, ""
            if word == "x" and self.crosses:
                return False, text, ""
        if not _BOXES.isdisjoint(stripped) and (chosen := _chosen_box(stripped)) is not None:
            return self._replaced(text, chosen)
        return self._value(text, unescape_formula(stripped).strip())

    def _joined_kind(self, word: str) -> Missing | None:
        """Return the missing kind of a text in two languages.

        Forms write both in one cell, separated by a slash.
        """
        kinds = {self.missing.get(part) for part in word.split(" / ")}
        return kinds.pop() if len(kinds) == 1 else None

    def _value(self, text: str, stripped: str) -> CellValue:
        value: AnswerValue | None = None
        if self.several is not None:
            return self.several.chosen(stripped), text, ""
        if self.codes and stripped.isdigit():
            return stripped, None if stripped == text else text, ""
        plain = ascii_digits(stripped)
        if plain[0] in "0123456789-−+.,":
            value = read_number(plain, self.style)
        if value is None and (self.unit or self.any_unit or self.numeric):
            value, problem = self._number_with_unit(plain)
            if value is not None:
                return value, text, problem
        if value is None and self.marked:
            value, problem = self._number_with_mark(plain)
            if value is not None:
                return value, text, problem
        if value is None and plain[-1] in DATE_ENDS:
            value = read_date(plain, self.order)
        if value is not None:
            return value, None if str(value) == text else text, self._doubt(value, plain)
        return stripped, None if stripped == text else text, self._misfit(stripped)

    def _misfit(self, text: str) -> str:
        """Return the problem of a text in a typed column."""
        if self.numeric and text[0] in "<>≤≥":
            return f"{shorten(text)!r} is a bound of the number, not the number"
        kind = "a number" if self.numeric else "a date" if self.dated else ""
        return f"{shorten(text)!r} is not {kind} as this column writes them" if kind else ""

    def _doubt(self, value: AnswerValue, shown: str) -> str:
        """Return the problem of a value that does not fit.

        Such values are a number in a column of dates, a date in one of numbers, and a number without the column's unit.
        """
        if isinstance(value, datetime.date):
            return self._date(value)
        if self.dated:
            return f"{shown} is a number in a column of dates"
        if self.grouped and self.grouped in shown:
            return f"{shown} is read as {value}, as the other cells and the language of the headers suggest"
        return self._no_unit(value, shown) if self.unit else ""

    def _number_with_unit(self, text: str) -> tuple[int | float | None, str]:
        """Parse a number with a unit, and its problem.

        The number is None for `%` in a column of numbers other than percentages.
        """
        counted = bool(self.unit) and is_measure(self.unit)
        parts = split_unit(text, words=counted, unit=self.unit)
        if parts is None or (counted and parts[1] != self.unit):
            return None, ""
        if parts[1] == self.unit or self.any_unit:
            return read_number(parts[0], self.style), ""
        if parts[1] == "%" and not self.percents:
            return None, ""
        return read_number(parts[0], self.style), self._other_unit(text)

    def _number_with_mark(self, text: str) -> tuple[int | float | None, str]:
        """Parse a number with a note mark."""
        number = split_mark(text, flags=self.flagged)
        value = None if number is None else read_number(number, self.style)
        if self.flagged:
            return value, FLAGS
        marked = f"is read as {value}, with the mark of a note"
        if text[0] in APPROXIMATE or text[0].isalpha():
            marked = f"is approximate; it is read as {value}"
        return value, f"{text} {marked}{KEPT_IN_RAW}"

    def _replaced(self, text: str, replacement: str) -> CellValue:
        word = fold_word(replacement)
        if not word or word in self.missing:
            return self.missing.get(word, Missing.NO_ANSWER), text, ""
        value, _, problem = self._value(replacement, replacement.strip())
        return value, text, problem


def _chosen_box(text: str) -> str | None:
    """Return the ticked options of checkboxes in one cell.

    The result is empty if no box is ticked, and None for a text without boxes.

    Example:
        >>> _chosen_box("☒ Yes ☐ No"), _chosen_box("Yes ☐  No ☑"), _chosen_box("☐ A ☐ B"), _chosen_box("☒ done")
        ('Yes', 'No', '', None)
        >>> _chosen_box("[x] Yes [ ] No"), _chosen_box("Sí ( )  No (X)"), _chosen_box("[x] done (see annex)")
        ('Yes', 'No', None)
    """
    marks = _BOX.findall(text)
    before, *labels = (part.strip(" \t\n,;/|") for part in _BOX.split(text))
    if before:  # marks follow their options
        before, *labels = "", before, *labels
        labels, rest = labels[: len(marks)], labels[len(marks) :]
        labels = labels if not any(rest) else []
    if len(marks) < 2 or len(labels) != len(marks) or not all(labels) or _OPEN.isdisjoint(marks):
        return None
    return "; ".join(label for mark, label in zip(marks, labels, strict=True) if mark not in _OPEN)


def _absent(text: str, kind: Missing) -> CellValue:
    failed = kind is Missing.INVALID and text.strip().casefold() != "invalid"
    return kind, text, f"{shorten(text)!r} is an error of a spreadsheet, not a value" if failed else ""


def _whole(number: float) -> CellValue:
    """Convert a whole float to int.

    Workbooks store all numbers as floats.
    """
    if not math.isfinite(number):
        return Missing.INVALID, str(number), f"{number} is not a number"
    return (int(number) if number.is_integer() and abs(number) < 2**53 else number), None, ""


def _moment(moment: datetime.datetime) -> CellValue:
    """Convert midnight without a zone to a date.

    Workbooks store dates in this way. Other times without a zone become text.
    """
    if moment.tzinfo is not None:
        return moment, None, ""
    return (moment.date() if moment.time() == datetime.time() else moment.isoformat(sep=" ")), None, ""


_TYPED: tuple[tuple[type, Callable[[Any], CellValue]], ...] = (
    (float, _whole),
    (datetime.datetime, _moment),
    (datetime.timedelta, lambda span: (str(span), None, "")),
    (ErrorCell, lambda cell: (Missing.INVALID, cell.text, cell.why)),
)


def _typed(cell: Any) -> CellValue:
    if cell is None:
        return Missing.NO_ANSWER, None, ""
    for kind, read in _TYPED:
        if isinstance(cell, kind):
            return read(cell)
    return cell, None, ""
