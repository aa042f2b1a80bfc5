"""Export dialects of form products: metadata columns and header patterns."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from attrs import field, frozen

from capbuild.formats import Cell
from capbuild.model import PersonalData
from capbuild.plugins import Claim
from capbuild_sheets.forms.first_rows import Start


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


def words(heads: str, added: Added) -> dict[str, Added]:
    """Return one metadata column for several headers, separated by bars.

    Example:
        >>> sorted(words("start time | hora de inicio", Added()))
        ['hora de inicio', 'start time']
    """
    return dict.fromkeys(heads.split(" | "), added)
