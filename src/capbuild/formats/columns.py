"""The columns of a table: what each is for, which question it answers, and how its cells are read."""

import datetime
import re
from collections import Counter
from collections.abc import Collection, Sequence

from attrs import evolve, field, frozen

from capbuild.formats.cells import Cell, CellReader, cell_text
from capbuild.formats.days import DayOrder, day_order
from capbuild.formats.folding import fold_head, one_line, shorten
from capbuild.formats.grid import GridRow
from capbuild.formats.heads import HeadMeaning, Role, head_meaning, role_word
from capbuild.formats.log import IssueLog
from capbuild.formats.numbers import NumberStyle, number_style
from capbuild.formats.options import TableOptions
from capbuild.formats.personal import personal_by_head
from capbuild.formats.several import find_several
from capbuild.formats.units import common_unit, split_unit
from capbuild.formats.words import missing_words
from capbuild.model import Missing, PersonalData, QuestionType, Severity

__all__ = ["Column", "personal_by_content", "plan_columns"]

#: Cells of a column that are looked at to judge how it writes numbers and dates.
_SAMPLE = 500
#: Texts that all columns together remember with what they say, so that memory stays bounded in wide tables.
_REMEMBERED = 250_000
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_NETWORK = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


@frozen(kw_only=True, eq=False)
class Column:
    """One column of a table.

    Attributes:
        index: Its place, counted from 0.
        name: Its head as found; empty where it has none.
        question: Id under which its cells become answers: its head on one line, or a made name.
        role: What it is for; None for a question.
        rank: How plainly its head names that role.
        given: Whether the options say what it is for.
        personal: What it would reveal about a person.
        type: Kind of answers it holds, judged from a sample.
        unit: What stands beside its numbers, such as `%`; empty where nothing does.
        read: Reads its cells.
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
    read: CellReader = field(factory=CellReader)

    @property
    def number(self) -> int:
        """Its place, counted from 1 as origins do."""
        return self.index + 1


def _unique(name: str, taken: set[str]) -> str:
    """Return the name, or the name with the first number that makes it unique."""
    made, number = name, 2
    while made in taken:
        made, number = f"{name} ({number})", number + 1
    taken.add(made)
    return made


def _named(
    heads: Sequence[Cell], row: int | None, options: TableOptions, log: IssueLog, empty: Collection[int]
) -> list[Column]:
    """Give every column a name of its own, and the role that the options or its head give it.

    Args:
        heads: The heads.
        row: The number of their row.
        options: Options in force.
        log: Takes what is doubtful.
        empty: Columns without cells: without a head too they are no questions.
    """
    columns: list[Column] = []
    taken: set[str] = set()
    for index, head in enumerate(heads):
        name = one_line(cell_text(head))
        given = options.columns.get(fold_head(name or f"column {index + 1}"))
        role = role_word(given) if given else None
        meaning = head_meaning(name) if given is None else HeadMeaning(role) if role else None
        wanted = given if given and role is None else name
        question = _unique(wanted or f"column {index + 1}", taken)
        columns.append(
            Column(
                index=index,
                name=name,
                question=question,
                role=meaning.role if meaning else None,
                rank=meaning.rank if meaning else 0,
                given=given is not None,
                personal=personal_by_head(name),
            )
        )
        if not wanted and index in empty:
            columns[-1] = evolve(columns[-1], role=Role.IGNORE)
        elif row is not None:
            _doubts(columns[-1], wanted, row, log)
    return columns


def _doubts(column: Column, wanted: str, row: int, log: IssueLog) -> None:
    """Note a column without a name, or with one that another column has."""
    if not wanted:
        message = f"column {column.number} has no name; it is kept as {column.question!r}"
        remedy = "give it a head, or take the column out"
        log.add("CB114", Severity.WARNING, message, row=row, column=column.number, remedy=remedy)
    elif column.question == wanted or column.role is Role.COMMENT:
        return
    elif column.name != wanted:
        message = f"{shorten(column.name)!r} is a second column for {wanted!r}; it is kept as {column.question!r}"
        remedy = "name one of them in columns, or take one out"
        log.add("CB203", Severity.WARNING, message, row=row, column=column.number, remedy=remedy)
    else:
        message = f"{shorten(wanted)!r} stands above two columns; the later one is kept as {shorten(column.question)!r}"
        remedy = "rename one of them, or take one out"
        log.add("CB113", Severity.WARNING, message, row=row, column=column.number, remedy=remedy)


def _sampled(sample: Sequence[GridRow], width: int) -> list[list[Cell]]:
    """Return the cells of each column in a sample, without blanks; texts without white space at their ends."""
    columns: list[list[Cell]] = [[] for _ in range(width)]
    for _, cells in sample[:_SAMPLE]:
        for found, cell in zip(columns, cells, strict=False):
            kept = cell.strip() if isinstance(cell, str) else cell
            if kept is not None and kept != "":
                found.append(kept)
    return columns


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell for cell in cells if isinstance(cell, str)]


def _file_style(columns: Sequence[Sequence[Cell]], options: TableOptions, semicolons: bool) -> NumberStyle:
    """Return how the file as a whole writes numbers: what most columns that show it do."""
    if options.decimal:
        return NumberStyle(options.decimal, True, semicolons)
    plain = NumberStyle(semicolons=semicolons)
    votes = Counter(style.decimal for column in columns if (style := number_style(_texts(column), plain)).seen)
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return plain
    return evolve(plain, decimal=ranked[0][0], seen=True)


def _judged(column: Column, cells: Sequence[Cell], words: CellReader, numbers: CellReader, fixed: bool) -> Column:
    """Judge from a sample how a column writes numbers and dates, and whether it holds e-mail or network addresses.

    Args:
        column: The column so far.
        cells: Its cells in the sample.
        words: Reads the cells of a column of words.
        numbers: Reads the cells of a column of numbers.
        fixed: Whether the options say what the decimal mark is.
    """
    texts = _texts(cells)
    # Answers to many questions stand in one column, each with its unit.
    many = column.role is Role.ANSWER
    unit = "" if many else common_unit(cells, lambda cell: isinstance(words(cell)[0], Missing))
    bare = [_bare(text, unit) for text in texts] if unit or many else texts
    style = words.style if fixed else number_style(bare, words.style)
    order = day_order(texts) or numbers.order
    numbers = evolve(numbers, style=style, order=order, numeric=True, unit=unit, any_unit=many)
    codes = not many and _are_codes(cells)
    values = [value for cell in cells if not isinstance(value := numbers(cell)[0], Missing)]
    counted = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    numeric = len(counted) > (not unit) and len(counted) >= 0.8 * len(values) and not codes
    reader = numbers if numeric else evolve(words, style=style, order=order, any_unit=many, codes=codes)
    kind = QuestionType.TEXT
    if numeric:
        kind = QuestionType.INTEGER if all(isinstance(n, int) for n in counted) else QuestionType.DECIMAL
    elif values and all(isinstance(value, datetime.date) for value in values):
        kind = QuestionType.DATE
    personal = column.personal or personal_by_content(texts)
    if numeric and personal is PersonalData.NAME:
        personal = None  # "Nombre" heads names in Spanish, and counts in French
    return evolve(column, read=reader, type=kind, personal=personal, unit=unit if numeric else "")


def _listing(column: Column, cells: Sequence[Cell]) -> Column:
    """Return a column whose cells list chosen options as such; any other as it is."""
    told = column.role is not None or column.personal is not None
    if told or column.type is not QuestionType.TEXT or len(_texts(cells)) < len(cells):
        return column
    several = find_several(column.name, [cell for cell in _texts(cells) if isinstance(column.read(cell)[0], str)])
    if several is None:
        return column
    return evolve(column, type=QuestionType.SELECT_MULTIPLE, read=evolve(column.read, several=several))


def _bare(text: str, unit: str) -> str:
    """Return the number of a text with a unit; the text where it has another than is asked for."""
    parts = split_unit(text)
    return parts[0] if parts is not None and (not unit or parts[1] == unit) else text


def _are_codes(cells: Sequence[Cell]) -> bool:
    """Tell whether digits are codes: all have the same length, and one begins with a zero, which no number does."""
    if any(not isinstance(cell, str | int) or isinstance(cell, bool) for cell in cells):
        return False
    digits = [text for text in map(str, cells) if text.isdigit() and text.isascii()]
    zeros = any(text[0] == "0" and len(text) > 1 for text in digits)
    return zeros and len(digits) > 1 and len(set(map(len, digits))) == 1


def personal_by_content(values: Sequence[str]) -> PersonalData | None:
    """Return what most of some texts reveal about a person: e-mail or network addresses; None for other texts."""
    for kind, pattern in ((PersonalData.EMAIL, _EMAIL), (PersonalData.NETWORK_ADDRESS, _NETWORK)):
        if values and 2 * sum(pattern.fullmatch(value) is not None for value in values) > len(values):
            return kind
    return None


def plan_columns(
    heads: Sequence[Cell],
    row: int | None,
    sample: Sequence[GridRow],
    options: TableOptions,
    log: IssueLog,
    *,
    semicolons: bool = False,
    longest: int = 1_000_000,
    order: DayOrder | None = None,
    whole: bool = False,
    lists: bool = False,
) -> tuple[Column, ...]:
    """Return what each column is, from its head, the options and a sample of the rows below.

    Args:
        heads: The cells of the row of heads; blanks for a table without heads.
        row: The number of that row, None when there is none.
        sample: Rows below the heads.
        options: Options in force.
        log: Takes what is doubtful about the heads.
        semicolons: Whether semicolons separate cells.
        longest: Characters a cell may have.
        order: Which number of a date is the day elsewhere in the file.
        whole: Whether the sample is all there is: a column without head and cells is then left out as empty.
        lists: Whether cells that list chosen options are taken apart.

    Example:
        >>> rows = [(2, ["Jamaica", "4,5"]), (3, ["Haiti", "3"])]
        >>> country, score = plan_columns(["Country", "P1"], 1, rows, TableOptions(), IssueLog("a.csv"))
        >>> country.role.value, score.type.value, score.read("3,5")[0]
        ('country', 'decimal', 3.5)
    """
    cells = _sampled(sample, len(heads))
    style = _file_style(cells, options, semicolons)
    words = CellReader(
        style=style,
        missing=missing_words(options.missing),
        answers=options.answers,
        longest=longest,
        remember=max(16, min(4096, _REMEMBERED // max(len(heads), 1))),
    )
    orders = {found for column in cells if (found := day_order(_texts(column)))} | ({order} if order else set())
    numbers = evolve(
        words,
        missing=missing_words(options.missing, numeric=True),
        order=next(iter(orders)) if len(orders) == 1 else None,
    )
    fixed = options.decimal is not None
    empty = {index for index, found in enumerate(cells) if whole and not found}
    named = _named(heads, row, options, log, empty)
    judged = [_judged(column, found, words, numbers, fixed) for column, found in zip(named, cells, strict=True)]
    return tuple(map(_listing, judged, cells)) if lists else tuple(judged)
