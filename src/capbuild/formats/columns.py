"""Columns of a table: roles, types and cell parsers.

A sample of cells decides the type.
"""

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain, takewhile
from operator import itemgetter

from attrs import evolve, field, frozen

from capbuild.display import counted
from capbuild.escaping import unescape_formula
from capbuild.formats.grid import GridRow
from capbuild.formats.log import IssueLog
from capbuild.formats.options import TableOptions
from capbuild.formats.values.cells import CHECK_MARKS, Cell, CellReader, cell_text
from capbuild.formats.values.dates import DayOrder, day_order, may_name_month
from capbuild.formats.values.missing import MISSING_CODES, MISSING_WORDS, missing_words
from capbuild.formats.values.multi_select import MultiSelectParser, find_multi_select, may_list
from capbuild.formats.values.numbers import (
    NumberStyle,
    are_plain,
    ascii_digits,
    decimal_votes,
    detect_program_style,
    grouping_mark,
    has_estimate_words,
    is_marked_plainly,
    is_number,
    majority_style,
    read_number,
    split_mark,
)
from capbuild.formats.values.units import begins_with_money, common_unit, may_have_unit, named_unit, split_unit
from capbuild.formats.vocabulary import (
    LANGUAGES,
    HeaderMeaning,
    Role,
    cell_words,
    decimal_marks,
    fold_header,
    fold_word,
    header_meaning,
    header_words,
    one_line,
    personal_by_content,
    personal_by_head,
    role_word,
    shorten,
)
from capbuild.model import AnswerValue, Missing, PersonalData, QuestionType, Severity
from capbuild.text import numbered_name

#: Rows that are sampled to detect number and date formats.
_ROWS = 500

#: First characters of all numbers, quantities and dates; last characters of those that follow a currency or month name.
_BEGINS, _ENDS = frozenset("0123456789-−+.,"), frozenset("0123456789Z., '\u00a0\u202f")


@frozen(eq=False)
class ColumnSample:
    """Sample of a column's cells, without blanks.

    Distinct texts are counted, because answers repeat.

    Attributes:
        texts: Counts of the stripped texts.
        typed: Cells that have a type in a workbook.
    """

    texts: Counter[str] = field(factory=Counter)
    typed: list[Cell] = field(factory=list)

    def __bool__(self) -> bool:
        return bool(self.texts or self.typed)

    @cached_property
    def together(self) -> str:
        """Texts concatenated, to search all characters at once."""
        return "".join(self.texts)

    @cached_property
    def are_words(self) -> bool:
        """True if all cells are words, and not estimates of numbers."""
        if self.typed or not _BEGINS.isdisjoint(map(itemgetter(0), self.texts)):
            return False
        if self.texts and None not in map(split_mark, self.texts):
            return False
        ending = [text for text in self.texts if text[-1] in _ENDS]
        return not any(begins_with_money(text) or may_name_month(text) for text in ending)

    @cached_property
    def are_plain(self) -> bool:
        """True if all cells are texts of plain numbers."""
        return not self.typed and are_plain(self.texts)

    @property
    def are_quantities(self) -> bool:
        """True for two or more plain numbers without missing codes."""
        return self.are_plain and "-" not in self.together and self.texts.total() > 1

    @cached_property
    def votes(self) -> tuple[int, int]:
        """Numbers of texts with a decimal point and comma.

        A text counts only if its mark cannot be a thousands separator.
        """
        return (0, 0) if self.are_words else decimal_votes(self.texts, plain=self.are_plain)

    @property
    def bare_votes(self) -> tuple[int, int]:
        """Votes for a decimal mark after removing the common unit.

        For example, `US$ 1,250,000` votes for a decimal point.
        """
        if self.are_words or self.are_plain or self.votes != (0, 0) or not may_have_unit(self.together):
            return self.votes
        unit = common_unit(list(self.texts.items()), lambda _: False)
        return decimal_votes(_bare(self.texts, unit)) if unit else self.votes

    @cached_property
    def order(self) -> DayOrder | None:
        """Order of day and month, if the texts show it."""
        return None if self.are_words or self.are_plain else day_order(self.texts)

    @property
    def counted(self) -> list[tuple[Cell, int]]:
        """Distinct cells with their counts."""
        return [*self.texts.items(), *((cell, 1) for cell in self.typed)]

    @property
    def are_codes(self) -> bool:
        """True if numbers are codes: equally long, with leading zeros.

        One number with a leading zero is enough.
        """
        if any(not isinstance(cell, int) or isinstance(cell, bool) for cell in self.typed):
            return False
        counts = Counter(self.texts)
        counts.update(map(str, self.typed))
        digits = Counter({text: count for text, count in counts.items() if text.isdigit() and text.isascii()})
        zeros = any(text[0] == "0" and len(text) > 1 for text in digits)
        return zeros and digits.total() > 1 and len(set(map(len, digits))) == 1

    @property
    def lists(self) -> list[tuple[str, ...]]:
        """Cells that are lists."""
        return [cell for cell in self.typed if isinstance(cell, tuple)]

    @property
    def are_figures(self) -> bool:
        """True if lists consist of figures rather than codes.

        Lists of figures have only numbers, of which one is repeated in its list, missing or not an integer.
        """
        lists = self.lists
        parts = {part for cell in lists for part in cell if part}
        repeated = any(len(set(cell)) < len(cell) or "" in cell for cell in lists)
        return (repeated or not all(map(str.isdigit, parts))) and bool(parts) and all(map(is_number, parts))

    def values(self, read: CellReader) -> list[tuple[AnswerValue, int]]:
        """Return the parsed values with counts, without missing ones."""
        if self.are_plain and read.takes_plainly:
            typed = [(_number(text, read), count) for text, count in self.texts.items()]
        else:
            typed = [(read(cell)[0], count) for cell, count in self.counted]
        return [(value, count) for value, count in typed if not isinstance(value, Missing)]


def _number(text: str, read: CellReader) -> AnswerValue:
    """Return a plain number.

    A negative number may be a missing code.
    """
    return read(text)[0] if text[0] == "-" else float(text) if "." in text else int(text)


def sample_columns(rows: Sequence[GridRow], width: int) -> list[ColumnSample]:
    """Return a sample of each column from the first rows.

    Args:
        rows: The rows.
        width: Number of columns.

    Example:
        >>> sample_columns([(1, ["yes", 3]), (2, [" yes ", None])], 2)[0].texts["yes"]
        2
    """
    whole = [_filled(cells, width) for _, cells in rows[:_ROWS]]
    flat = list(chain.from_iterable(whole))
    return [column_sample(flat[index::width]) for index in range(width)]


def _filled(cells: Sequence[Cell], width: int) -> Sequence[Cell]:
    return cells if len(cells) == width else [*cells[:width], *[None] * (width - len(cells))]


def column_sample(cells: Sequence[Cell]) -> ColumnSample:
    """Return the sample of some cells of a column."""
    typed: list[Cell] = []
    if set(map(type, cells)) - {str}:
        typed = [cell for cell in cells if cell is not None and not isinstance(cell, str)]
        cells = [cell for cell in cells if isinstance(cell, str)]
    texts: Counter[str] = Counter(cells)  # type: ignore[arg-type]  # others were taken out
    if not all(map(str.isascii, texts)):
        texts = Counter(map(ascii_digits, texts.elements()))
    if list(texts) == list(map(str.strip, texts)):
        del texts[""]
        return ColumnSample(texts, typed)
    counts: Counter[str] = Counter()
    for text, count in texts.items():
        if kept := text.strip():
            counts[kept] += count
    return ColumnSample(counts, typed)


#: Number of parsed texts cached by all columns together, so that memory stays bounded in wide tables.
_REMEMBERED = 250_000

#: Texts that may be a number or a date, but stay text unless the column shows which.
_NUMBER_IN_DOUBT = re.compile(r"[-−]?[1-9]\d{0,2}(?:[., '\u00a0\u202f]\d{3})+(?:[.,]\d+)?")

_DAY_IN_DOUBT = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{2}|\d{4})")

#: Longest text of an option.
_LONGEST_OPTION = 40

#: Cell parser of columns that are not judged.
_AS_IT_STANDS = CellReader(remember=0)

#: Value in a sample, with its count.
_Counted = tuple[AnswerValue, int]


@frozen(kw_only=True, eq=False)
class Column:
    """One column of a table.

    Attributes:
        index: Position, from 0.
        name: Header as found; empty if none.
        question: Question id of its answers: its header on one line, or a generated name.
        role: Its role; None for a question.
        rank: Strength of the header's match with the role, 0 is best.
        given: Whether the options give its role.
        personal: Kind of personal data.
        type: Type of its answers, judged from a sample.
        unit: Unit of its numbers, such as `%`; empty for none. Before it is judged, that of a unit column.
        read: Parser of its cells.
        at: Column number in the file, if different; else 0.
    """

    index: int
    name: str
    question: str
    role: Role | None = None
    rank: int = 0
    given: bool = False
    personal: PersonalData | None = None
    type: QuestionType = QuestionType.TEXT
    unit: str = ""
    read: CellReader = _AS_IT_STANDS
    at: int = 0

    @property
    def number(self) -> int:
        """Column number, from 1 as in origins."""
        return self.at or self.index + 1


def _unique(name: str, taken: set[str]) -> str:
    """Return the name, numbered if it is taken."""
    question_id = numbered_name(name, taken.__contains__)
    taken.add(question_id)
    return question_id


def name_columns(
    headers: Sequence[Cell],
    row: int | None,
    cells: Sequence[ColumnSample],
    options: TableOptions,
    log: IssueLog,
    *,
    whole: bool = False,
    numbers: Sequence[int] = (),
) -> tuple[Column, ...]:
    """Return columns with unique names and their roles.

    Roles are given by options or headers.

    Args:
        headers: Cells of the header row; blanks for a table without a header.
        row: Number of the header row; None for none.
        cells: Sample of the cells below each header.
        options: Options in force.
        log: Log of header issues.
        whole: Whether the sample is the whole table; columns without header and cells are then dropped as empty.
        numbers: Column numbers in the file, from 1; consecutive by default.
    """
    columns: list[Column] = []
    taken: set[str] = set()
    shown: dict[str, str] = {}
    for index, head in enumerate(headers):
        name, default_name = (
            one_line(unescape_formula(cell_text(head))),
            f"column {numbers[index] if numbers else index + 1}",
        )
        given = options.columns.get(fold_header(name or default_name))
        role = role_word(given) if given else None
        meaning = header_meaning(name) if given is None else HeaderMeaning(role) if role else None
        wanted = given if given and role is None else name
        question = _unique(wanted or default_name, taken)
        columns.append(
            Column(
                index=index,
                name=name,
                question=question,
                role=meaning.role if meaning else None,
                rank=meaning.rank if meaning else 0,
                given=given is not None,
                personal=personal_by_head(name),
                at=numbers[index] if numbers else 0,
            )
        )
        if not wanted and whole and not cells[index]:
            columns[-1] = evolve(columns[-1], role=Role.IGNORE)
        elif row is not None:
            _doubts(columns[-1], wanted, shown.setdefault(_visible(question), question), row, log)
    return tuple(columns)


def is_evidence_word(header: str) -> bool:
    """True for a word for evidence."""
    return fold_header(header) in header_words("evidence")


def _visible(name: str) -> str:
    """Return a name without case and invisible characters."""
    return "".join(char for char in name.casefold() if unicodedata.category(char) != "Cf")


def _doubts(column: Column, wanted: str, alike: str, row: int, log: IssueLog) -> None:
    """Report a column with a missing or ambiguous name.

    A name is ambiguous if another column has it, or one that looks the same.

    Args:
        column: The column.
        wanted: Its name in the file or the options; empty for none.
        alike: Id of the first column with a name that looks the same.
        row: Number of the header row.
        log: Log of issues.
    """
    if alike != column.question and column.question == wanted:
        message = f"the columns {shorten(alike)!r} and {shorten(wanted)!r} differ by case or invisible characters "
        message += "only; they are read as two questions"
        remedy = "rename one of them, or name both in columns"
        log.add("CB113", Severity.WARNING, message, row=row, column=column.number, remedy=remedy)
    elif not wanted:
        message = f"column {column.number} has no name; it is kept as {column.question!r}"
        remedy = "give it a header, or take the column out"
        log.add("CB114", Severity.WARNING, message, row=row, column=column.number, remedy=remedy)
    elif column.question == wanted or column.role is Role.COMMENT or is_evidence_word(column.name):
        return
    elif column.name != wanted:
        message = f"{shorten(column.name)!r} is a second column for {wanted!r}; it is kept as {column.question!r}"
        remedy = "name one of them in columns, or take one out"
        log.add("CB203", Severity.WARNING, message, row=row, column=column.number, remedy=remedy)
    else:
        message = (
            f"{shorten(wanted)!r} is the header of two columns; the later one is kept as {shorten(column.question)!r}"
        )
        remedy = "rename one of them, or take one out"
        log.add("CB113", Severity.WARNING, message, row=row, column=column.number, remedy=remedy)


def _file_style(columns: Sequence[ColumnSample], options: TableOptions, *, semicolons: bool) -> NumberStyle:
    """Return the number format of most columns in the file."""
    if options.decimal:
        return NumberStyle(options.decimal, True, semicolons)
    plain = NumberStyle(semicolons=semicolons)
    votes = Counter(style.decimal for column in columns if (style := majority_style(column.bare_votes, plain)).seen)
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return plain
    return evolve(plain, decimal=ranked[0][0], seen=True)


def _decimal_marks(headers: Iterable[str]) -> frozenset[str]:
    """Return the decimal marks of the headers' language.

    The result is empty if the language is unknown.
    """
    folded = [fold_header(header) for header in headers if header]
    known = {language: header_words("header", "personal.header", "period", language=language) for language in LANGUAGES}
    countries = {language: header_words("country_word", language=language) for language in LANGUAGES}
    votes = {
        language: sum(header in words or not countries[language].isdisjoint(header.split()) for header in folded)
        for language, words in known.items()
    }
    most = max(votes.values())
    ahead = [language for language, count in votes.items() if count == most > 0]
    return frozenset(mark for language in ahead for mark in decimal_marks(language))


def _style_of_groups(grouped: str, style: NumberStyle, marks: frozenset[str]) -> NumberStyle:
    """Return the number format of a column with grouped digits.

    If the language of the headers has another thousands separator, or is unknown, the numbers are ambiguous.
    """
    decimal = "," if grouped == "." else "."
    if decimal in marks:
        return NumberStyle(decimal, True, style.semicolons)
    return evolve(style, semicolons=True)


def _judged(
    column: Column,
    sample: ColumnSample,
    words: CellReader,
    numbers: CellReader,
    marks: frozenset[str] | None,
    *,
    usual: str,
) -> Column:
    """Detect the type and the cell parser of a column.

    Number and date formats and addresses (e-mail, network) are detected from the sample.

    Args:
        column: The column so far.
        sample: Its cells in the sample.
        words: Parser of text columns.
        numbers: Parser of number columns.
        marks: Decimal marks of the headers' language; None if the options give the mark.
        usual: Thousands separator of the columns that show one; empty for none.
    """
    if sample.are_words and not words.answers:
        return _of_words(column, sample, words, numbers)
    texts = sample.texts
    # Answers to many questions share one column, each with its unit.
    many = column.role is Role.ANSWER
    unit, named = ("", False) if many else _unit(column, sample, words)
    votes = decimal_votes(_bare(texts, unit)) if unit or many else sample.votes
    style = words.style if marks is None else majority_style(votes, words.style)
    grouped = ""
    if marks is not None and not style.seen and not many and (grouped := grouping_mark(texts, usual)):
        style = _style_of_groups(grouped, style, marks)
    order = sample.order or numbers.order
    marked = not (many or sample.are_plain) and _are_marked(sample)
    numbers = evolve(
        numbers, style=style, order=order, numeric=True, unit=unit, unit_named=named, any_unit=many, marked=marked
    )
    if grouped and style.seen:
        numbers = evolve(numbers, grouped=grouped)
    codes = not many and not sample.are_plain and sample.are_codes
    dated = False
    if numbers.takes_plainly and sample.are_quantities:
        kind = QuestionType.DECIMAL if "." in sample.together else QuestionType.INTEGER
    else:
        kind, dated = _kind(sample.values(numbers), codes=codes, unit=unit)
    numeric = kind in (QuestionType.DECIMAL, QuestionType.INTEGER)
    if kind is QuestionType.INTEGER:
        numbers = evolve(numbers, percents=True)
    if kind is QuestionType.DECIMAL and not unit and not many:
        numbers = evolve(numbers, style=detect_program_style(style, () if sample.are_plain else texts))
    if kind is QuestionType.TEXT and not codes:
        kind = QuestionType.BOOLEAN if _are_truths(sample, words) else _type_of_one(sample.values(words))
    reader = numbers if numeric else evolve(words, style=style, order=order, any_unit=many, codes=codes, dated=dated)
    personal = (None if sample.are_plain else personal_by_content(texts)) or column.personal
    if numeric and personal is PersonalData.NAME:
        personal = None  # "Nombre" is a header for names in Spanish, and for counts in French
    return evolve(column, read=reader, type=kind, personal=personal, unit=unit if numeric else "")


def _unit(column: Column, sample: ColumnSample, words: CellReader) -> tuple[str, bool]:
    """Return a column's unit, and whether it is named.

    It is named if the header or a unit column has it.
    """
    if not sample.typed and (sample.are_plain or not may_have_unit(sample.together)):
        return "", False
    named = named_unit(sample.counted, f"{column.name} {column.unit}")
    return named or common_unit(sample.counted, lambda cell: isinstance(words(cell)[0], Missing)), bool(named)


def _kind(values: Sequence[_Counted], *, codes: bool, unit: str) -> tuple[QuestionType, bool]:
    """Return a column's type, and whether most cells are dates.

    Args:
        values: Parsed values of a sample.
        codes: Whether digits are codes.
        unit: Unit of its numbers.
    """
    counted = [(value, count) for value, count in values if _is_number(value)]
    days = [(value, count) for value, count in values if isinstance(value, datetime.date)]
    # Spreadsheets convert 2-3 and 1.5 to dates. A few of these among numbers leave the column numeric, and are
    # reported.
    others = (
        values if _total(days) >= _total(counted) else [(v, n) for v, n in values if not isinstance(v, datetime.date)]
    )
    if counted and not codes and _are_mostly(counted, others, _NUMBER_IN_DOUBT, least=1 if unit else 2):
        whole = all(isinstance(number, int) for number, _ in counted)
        return (QuestionType.INTEGER if whole else QuestionType.DECIMAL), False
    dated = _total(days) > 1 and _are_mostly(days, values, _DAY_IN_DOUBT)
    return (QuestionType.DATE if dated or (values and len(days) == len(values)) else QuestionType.TEXT), dated


def _type_of_one(values: Sequence[_Counted]) -> QuestionType:
    """Return number or text as the type of one answer.

    A single answer does not show how other cells are written, so no other type is detected.
    """
    if len(values) != 1 or not _is_number(values[0][0]):
        return QuestionType.TEXT
    return QuestionType.INTEGER if isinstance(values[0][0], int) else QuestionType.DECIMAL


def _of_words(column: Column, sample: ColumnSample, words: CellReader, numbers: CellReader) -> Column:
    """Return a column whose texts cannot be numbers or dates."""
    reader = evolve(words, order=numbers.order, any_unit=column.role is Role.ANSWER)
    kind = QuestionType.BOOLEAN if _are_truths(sample, words) else QuestionType.TEXT
    personal = personal_by_content(sample.texts) or column.personal
    return evolve(column, read=reader, type=kind, personal=personal, unit="")


def _are_truths(sample: ColumnSample, words: CellReader) -> bool:
    """True if all answers are true or false."""
    values = (words(cell)[0] for cell, _ in sample.counted)
    truths = list(takewhile(lambda value: isinstance(value, bool | Missing), values))
    return len(truths) == len(sample.counted) and any(isinstance(value, bool) for value in truths)


def _are_marked(sample: ColumnSample) -> bool:
    """True if numbers of a column have footnote marks.

    Marks that may be part of a code must not outnumber signs and numbers without a mark.
    """
    marked = {text: count for text, count in sample.texts.items() if split_mark(text) is not None}
    if not marked:
        return False
    bare = sum(count for text, count in sample.texts.items() if is_number(text)) + sum(map(is_number, sample.typed))
    signs = sum(count for text, count in marked.items() if is_marked_plainly(text))
    return bare + 2 * signs >= sum(marked.values())


def _has_crosses(sample: ColumnSample, words: CellReader) -> bool:
    """True if a column has only check marks and crosses.

    Both must occur.
    """
    both = not sample.texts.keys().isdisjoint("xX") and not sample.texts.keys().isdisjoint(CHECK_MARKS)
    if not both or sample.typed:
        return False
    others = (words(text)[0] for text in sample.texts if text not in {"x", "X"})
    return all(isinstance(value, bool | Missing) for value in others)


def _are_options(sample: ColumnSample) -> bool:
    """True if most texts of a column are options.

    Options are words such as yes and partly. The other texts must be missing codes.
    """
    if sample.are_plain:
        return False
    folded = {text: fold_word(text) for text in sample.texts if len(text) <= _LONGEST_OPTION}
    if not any(word in MISSING_CODES or word == "na" for word in folded.values()):
        return False
    known = cell_words("yes", "no", "partly", "options")
    options = sum(sample.texts[text] for text, word in folded.items() if word in known)
    absent = sum(sample.texts[text] for text, word in folded.items() if word in MISSING_CODES or word in MISSING_WORDS)
    return 2 * options > sample.texts.total() - absent


def _total(pairs: Sequence[_Counted]) -> int:
    return sum(count for _, count in pairs)


def _are_mostly(
    found: Sequence[_Counted], values: Sequence[_Counted], in_doubt: re.Pattern[str], least: int = 2
) -> bool:
    """True if four fifths of the values have a type.

    Ambiguous texts count as values of the type.
    """
    doubtful = [(v, count) for v, count in values if isinstance(v, str) and in_doubt.fullmatch(v) is not None]
    return _total(found) + _total(doubtful) >= max(least, 0.8 * _total(values))


def _listing(column: Column, sample: ColumnSample) -> Column:
    """Return a multi-select column with its parser; other columns unchanged."""
    has_role = column.role is not None or column.personal is not None
    if not has_role and not column.read.figures and any(sample.lists):
        options = (part for cell in sample.lists for part in cell if part)
        listed = MultiSelectParser("", {fold_word(option): option for option in options})
        return evolve(column, type=QuestionType.SELECT_MULTIPLE, read=evolve(column.read, several=listed))
    if has_role or column.type is not QuestionType.TEXT or sample.typed or not may_list(sample.together):
        return column
    worded = Counter({text: count for text, count in sample.texts.items() if isinstance(column.read(text)[0], str)})
    several = find_multi_select(column.name, list(worded.elements()))
    if several is None:
        return column
    return evolve(column, type=QuestionType.SELECT_MULTIPLE, read=evolve(column.read, several=several))


def _is_number(value: AnswerValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bare(texts: Counter[str], unit: str) -> Counter[str]:
    """Remove a unit from numbers.

    Texts with another unit are unchanged.
    """
    counts: Counter[str] = Counter()
    for text, count in texts.items():
        parts = split_unit(text, words=bool(unit), unit=unit)
        counts[parts[0] if parts is not None and (not unit or parts[1] == unit) else text] += count
    return counts


def infer_columns(
    columns: Sequence[Column],
    cells: Sequence[ColumnSample],
    options: TableOptions,
    *,
    semicolons: bool = False,
    longest: int = 1_000_000,
    order: DayOrder | None = None,
    lists: bool = False,
    flagged: bool = False,
) -> tuple[Column, ...]:
    """Infer answer types and cell parsers from samples of columns.

    Args:
        columns: The columns.
        cells: Sample of each column.
        options: Options in force.
        semicolons: Whether semicolons separate cells.
        longest: Largest length of a cell.
        order: Order of day and month seen elsewhere in the file.
        lists: Whether multi-select cells are split.
        flagged: Whether flags follow numbers, and all columns without a role are numeric.

    Example:
        >>> from capbuild.formats.columns import sample_columns
        >>> cells = sample_columns([(2, ["Jamaica", "4,5"]), (3, ["Haiti", "3"])], 2)
        >>> named = name_columns(["Country", "P1"], 1, cells, TableOptions(), IssueLog("a.csv"))
        >>> country, score = infer_columns(named, cells, TableOptions())
        >>> country.role.value, score.type.value, score.read("3,5")[0]
        ('country', 'decimal', 3.5)
    """
    words = CellReader(
        style=_file_style(cells, options, semicolons=semicolons),
        missing=missing_words(options.missing),
        answers=options.answers,
        longest=longest,
        remember=max(16, min(4096, _REMEMBERED // max(len(columns), 1))),
    )
    orders = {column.order for column in cells if column.order} | ({order} if order else set())
    numbers = evolve(
        words,
        missing=missing_words(options.missing, numeric=True),
        order=next(iter(orders)) if len(orders) == 1 else None,
    )
    closed = evolve(words, missing=missing_words(options.missing, closed=True))
    marks: frozenset[str] | None = None
    usual = ""
    if options.decimal is None:
        separators = {mark for cell in cells if not cell.are_words and (mark := grouping_mark(cell.texts))}
        usual = next(iter(separators)) if len(separators) == 1 else ""
        marks = _decimal_marks(column.name for column in columns) if separators else frozenset()
    judged = []
    for column, sample in zip(columns, cells, strict=True):
        reader = closed if column.role is None and _are_options(sample) else words
        if _has_crosses(sample, reader):
            reader = evolve(reader, crosses=True)
        number_reader = numbers
        if sample.are_figures:
            reader, number_reader = evolve(reader, figures=True), evolve(numbers, figures=True)
        judged.append(_judged(column, sample, reader, number_reader, marks, usual=usual))
    if flagged:
        return tuple(column if column.role is not None else _flagged(column) for column in judged)
    return tuple(map(_listing, judged, cells)) if lists else tuple(judged)


def _flagged(column: Column) -> Column:
    style = evolve(column.read.style, decimal=".", seen=True)
    read = evolve(column.read, style=style, any_unit=False, several=None, numeric=True, marked=True, flagged=True)
    return evolve(column, type=QuestionType.DECIMAL, personal=None, unit="", read=read)


def describe_mixture(column: Column, values: Iterable[tuple[AnswerValue, int]]) -> tuple[str, str] | None:
    """Describe a text column whose answers are mostly numbers.

    The result has message and remedy, and is None for other columns. Numbers with one separator, such as `1,200`, count
    as numbers; the message has both readings of them.

    Args:
        column: The column.
        values: Its parsed values that are not missing, with their counts.

    Example:
        >>> describe_mixture(Column(index=0, name="Staff", question="Staff"), [("1,200", 2), ("2,500", 1)])[0]
        "'1,200' is 1200 or 1.2, and the text is kept, as in 3 cells (Staff)"
        >>> describe_mixture(Column(index=0, name="Staff", question="Staff"), [(12, 2), ("few", 1)])[0]
        "most answers are numbers, and too many are texts such as 'few': the question is text (Staff)"
    """
    if column.type is not QuestionType.TEXT or column.personal is not None or column.read.codes:
        return None
    numbers, marked, worded = 0, 0, 0
    doubtful, others, with_unit = dict[str, int](), dict[str, int](), dict[str, int]()
    for value, count in values:
        if isinstance(value, int | float) and not isinstance(value, bool):
            numbers += count
        elif isinstance(value, str) and split_unit(value) is not None:
            with_unit[value] = with_unit.get(value, 0) + count
        elif isinstance(value, str) and len(set(_readings(value))) > 1:
            doubtful[value] = doubtful.get(value, 0) + count
        else:
            marked += count if isinstance(value, str) and split_mark(value) is not None else 0
            worded += count if isinstance(value, str) and has_estimate_words(value) else 0
            others[str(value)] = others.get(str(value), 0) + count
    marked = marked if numbers else worded  # all of `12 (a)`, `12 (b)` are codes
    among, name = sum(doubtful.values()), f"({shorten(column.question, 40)})"
    if numbers + among + 2 * marked + sum(with_unit.values()) <= sum(others.values()):
        return None
    if doubtful:
        point, comma = _readings(first := next(iter(doubtful)))
        message = f"{first!r} is {point} or {comma}, and the text is kept, as in {counted(among, 'cell')} {name}"
        return message, f'decimal = "." reads {point}, and decimal = "," reads {comma}'
    if not others and numbers:
        others = with_unit
    if not others:
        return None
    shown = ", ".join(repr(shorten(text, 40)) for text in list(others)[:3])
    message = f"most answers are numbers, and too many are texts such as {shown}: the question is text {name}"
    return message, "correct the texts, or define them in the options answers or missing"


def _readings(text: str) -> tuple[int | float, ...]:
    """Return both readings of an ambiguous number.

    They are with a decimal point and with a decimal comma. The result is empty unless both are possible.
    """
    numbers = [read_number(text, NumberStyle(mark, seen=True)) for mark in ".,"]
    return tuple(number for number in numbers if number is not None) if None not in numbers else ()
