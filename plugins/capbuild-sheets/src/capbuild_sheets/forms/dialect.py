"""Export dialects of form products.

A dialect has metadata columns, header patterns and splitters of multi-select cells.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from weakref import WeakKeyDictionary

from attrs import field, frozen

from capbuild.errors import ReadError
from capbuild.formats import (
    Cell,
    allows_multi_select,
    are_exceptions,
    cell_text,
    drop_edges,
    find_multi_select,
    fold_header,
    one_line,
    read_first_rows,
)
from capbuild.model import PersonalData
from capbuild.plugins import Claim, InputFile
from capbuild_sheets.workbook import peek_workbook

_TEXT = (".csv", ".tsv", ".tab", ".txt", "")

_ROWS = 60

_known: "WeakKeyDictionary[InputFile, tuple[Start, ...]]" = WeakKeyDictionary()


@frozen(eq=False)
class Start:
    """First rows of one table.

    Attributes:
        sheet: Name of its sheet, None for a text file.
        rows: Its first rows.
    """

    sheet: str | None
    rows: Sequence[Sequence[Cell]]

    @property
    def headers(self) -> list[str]:
        """Folded headers of the first row."""
        return [fold_header(one_line(cell_text(cell))) for cell in self.rows[0]] if self.rows else []

    def texts(self, column: int, first: int = 1) -> list[str]:
        """Return the non-blank texts below a column's header."""
        cells = [cell_text(row[column]) for row in self.rows[first:] if column < len(row)]
        return [text for text in cells if text]


def read_table_starts(source: InputFile) -> tuple[Start, ...]:
    """Return the first rows of each visible table."""
    starts = _known.get(source)
    if starts is None:
        starts = _known[source] = _starts(source)
    return starts


def _starts(source: InputFile) -> tuple[Start, ...]:
    try:
        book = peek_workbook(source)
        if book is not None:
            return tuple(
                _start(sheet.name, [list(row) for row in sheet.rows])
                for sheet in book.sheets
                if not sheet.hidden and sheet.rows
            )
    except ReadError:
        return ()
    rows = read_first_rows(source)[:_ROWS] if source.suffix in _TEXT else ()
    return (_start(None, rows),) if rows else ()


def _start(sheet: str | None, rows: Sequence[Sequence[Cell]]) -> Start:
    return Start(sheet, [cells for _, cells in drop_edges(enumerate(rows), {})])


class Part(Enum):
    """Kinds of metadata columns."""

    ID = "names the response"
    DATE = "date of the response"
    LANGUAGE = "language of the response"
    VERSION = "version of the form"
    NOTED = "recorded by the form"


@frozen
class Added:
    """Metadata column of a product.

    Attributes:
        part: Kind of metadata.
        personal: Kind of personal data in it.
    """

    part: Part = Part.NOTED
    personal: PersonalData | None = None


@frozen
class ParsedHeader:
    """Parsed header.

    Attributes:
        question: The question.
        part: Option or matrix row of the column; empty for a whole question.
        row: Whether the header marks a matrix row.
    """

    question: str
    part: str = ""
    row: bool = False


@frozen(kw_only=True, eq=False)
class FormDialect:
    """Export format of one product.

    Attributes:
        name: Name of its reader.
        title: Display name.
        claim: Returns a claim from the first rows of a table, or None.
        added: Metadata columns by folded header.
        parse_headers: Parses the headers from the header rows.
        count_header_rows: Returns the number of header rows of a table.
        joint: Separator of multi-select options in one cell; empty if options have columns.
        ends: Whether the last option is followed by the separator too.
        spaced: Whether options may contain the separator, so that splitting is ambiguous.
        month_first: Whether dates with a 12-hour clock have the month first.
        graded: Pattern of headers for points or feedback on a question; its group `of` is the question.
        repeats: Whether numbered headers such as `age_1`, `age_2` are repeats of a group.
        parent: Folded header that links rows of a child table to their response.
        key: Folded header that they link to.
        experimental: Whether it has not been tested on real exports.
    """

    name: str
    title: str
    claim: Callable[[Start], Claim | None]
    added: Mapping[str, Added] = field(repr=False)
    parse_headers: Callable[[Sequence[Sequence[Cell]]], list[ParsedHeader]]
    count_header_rows: Callable[[Start], int] = lambda _start: 1
    joint: str = ""
    ends: bool = False
    spaced: bool = False
    month_first: bool = False
    repeats: bool = False
    experimental: bool = False
    graded: re.Pattern[str] | None = None
    parent: str = ""
    key: str = ""


def words(headers: str, added: Added) -> dict[str, Added]:
    """Return one metadata column for several headers, separated by bars.

    Example:
        >>> sorted(words("start time | hora de inicio", Added()))
        ['hora de inicio', 'start time']
    """
    return dict.fromkeys(headers.split(" | "), added)


#: Function that splits a text; returns None if ambiguous.
Splitter = Callable[[str], tuple[str, ...] | None]


def split_known(text: str, options: Sequence[str], joint: str) -> tuple[str, ...]:
    """Return the known options in a text.

    Text that is no known option is returned unchanged as the last answer.

    Args:
        text: The cell.
        options: The options.
        joint: The separator.

    Example:
        >>> split_known("Lab, national, Unit, Other: CERT, sectoral", ["Unit", "Lab, national"], ", ")
        ('Lab, national', 'Unit', 'Other: CERT, sectoral')
    """
    ranked = sorted(options, key=len, reverse=True)
    chosen: list[str] = []
    rest = text.strip()
    while rest:
        option = next((o for o in ranked if rest == o or rest.startswith(o + joint)), None)
        if option is None:
            return (*chosen, rest.rstrip(joint.strip()).strip())
        chosen.append(option)
        rest = rest[len(option) + len(joint) :].strip()
    return tuple(chosen)


def _parts(text: str, joint: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(joint) if part.strip()))


def _is_safe_separator(texts: Sequence[str], joint: str) -> bool:
    """True if no option seems to contain the separator.

    Parts after a separator must not begin with a small letter, all parts must be short, and half of them must recur.
    """
    counts: dict[str, int] = {}
    for text in texts:
        for part in _parts(text, joint):
            counts[part] = counts.get(part, 0) + 1
    later = (part for text in texts for part in _parts(text, joint)[1:])
    begin = not any(part[0].islower() or not part[0].isalnum() for part in later)
    again = sum(count > 1 for count in counts.values())
    return begin and len(counts) <= 40 and 2 * again >= len(counts) and max(map(len, counts), default=0) <= 80


#: Number of combinations of options that may come again by chance.
_COMBINATIONS = 2


def _have_tight_commas(texts: Sequence[str]) -> bool:
    """True if commas separate codes.

    There are no spaces beside commas, and codes repeat.
    """
    if not any("," in text for text in texts) or any(re.search(r",\s|\s,", text) for text in texts):
        return False
    parts = [part for text in texts for part in text.split(",")]
    return (
        all(parts)
        and len(set(parts)) < len(parts)
        and max(map(len, parts)) <= 60
        and not all(part.replace(".", "").isdigit() for part in parts)
    )


def _have_option_semicolons(texts: Sequence[str], *, sure: bool) -> bool:
    """True if semicolons without spaces separate options.

    Form products write them in directly downloaded responses.

    Args:
        texts: The cells.
        sure: Whether the question is declared multi-select; otherwise options must be repeated.
    """
    if not any(";" in text for text in texts) or any(re.search(r";\s|\s;|;$|^;|;;", text) for text in texts):
        return False
    counts = Counter(part for text in texts for part in _parts(text, ";"))
    again = sum(count > 1 for count in counts.values())
    return max(map(len, counts)) <= 80 and (sure or (len(texts) > 2 and 2 * again > len(counts)))


def find_splitter(
    dialect: FormDialect, head: str, texts: Sequence[str], known: Sequence[str], *, copied: bool
) -> Splitter | None:
    """Return the splitter of a column, None for single answers.

    Args:
        dialect: The product's dialect.
        head: The column's header.
        texts: Texts of a sample of its cells.
        known: Its options, if the user gives them.
        copied: Whether further columns repeat its answers one by one.
    """
    joint = dialect.joint or ", "
    if known:
        return lambda text: split_known(text, known, joint)
    if copied:
        return lambda text: _parts(text, joint)
    if not dialect.joint or not texts:
        return None
    if dialect.ends:
        ended = sum(text.endswith(joint.strip()) for text in texts)
        return (lambda text: _parts(text, joint)) if ended and are_exceptions(len(texts) - ended, ended) else None
    if dialect.spaced and _have_option_semicolons(texts, sure=allows_multi_select(head)):
        return lambda text: _parts(text, ";")
    if dialect.spaced:
        if not allows_multi_select(head):
            several = find_multi_select(head, texts)
            return several.chosen if several is not None else _combined(texts, joint)
        return (lambda text: _parts(text, joint)) if _is_safe_separator(texts, joint) else _unknown
    return (lambda text: _parts(text, joint)) if joint == "," and _have_tight_commas(texts) else None


def _combined(texts: Sequence[str], joint: str) -> Splitter | None:
    """Return the splitter of joined options.

    The result is None for single answers. Joined options come in different numbers and at least three combinations, and
    most options recur. If an option occurs only once, or may contain the separator, only texts without the separator
    are certain.
    """
    lists = Counter(_parts(text, joint) for text in texts)
    times = Counter(part for parts in lists.elements() for part in parts)
    again = sum(count > 1 for count in times.values())
    combined = sum(len(parts) > 1 for parts in lists) > _COMBINATIONS and len(set(map(len, lists))) > 1
    if not combined or 2 * again < len(times):
        return None
    if again == len(times) and _is_safe_separator(texts, joint):
        return lambda text: _parts(text, joint)
    return lambda text: None if joint in text else ()


def _unknown(_text: str) -> tuple[str, ...] | None:
    return None
