"""What a form product's export looks like: the columns it adds, and how heads name questions, options and rows."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from attrs import field, frozen

from capbuild.formats import Cell
from capbuild.model import PersonalData
from capbuild.plugins import Claim
from capbuild_sheets.forms.starts import Start

__all__ = ["Added", "FormDialect", "HeadPart", "Part", "words"]


class Part(Enum):
    """What a column that the product adds tells of a response."""

    ID = "names the response"
    DATE = "date of the response"
    LANGUAGE = "language of the response"
    VERSION = "version of the form"
    NOTED = "recorded by the form"


@frozen
class Added:
    """A column that the product adds.

    Attributes:
        part: What it tells.
        personal: What it would reveal about a person.
    """

    part: Part = Part.NOTED
    personal: PersonalData | None = None


@frozen
class HeadPart:
    """A head taken apart.

    Attributes:
        question: The question.
        part: The option or the row of the question that the column is for; empty where it is for the whole.
        row: Whether the head says that it is a row of a matrix.
    """

    question: str
    part: str = ""
    row: bool = False


@frozen(kw_only=True, eq=False)
class FormDialect:
    """One product's export.

    Attributes:
        name: Name of its reader.
        title: Name for people.
        claim: Looks at the first rows of a table and claims it, or returns None.
        added: The columns the product adds, by their heads as plain words.
        take_apart: Takes the heads apart, from the rows of heads.
        head_rows: Tells how many rows of heads a table has.
        joint: What separates several chosen options in one cell; empty where they have columns of their own.
        ends: Whether the last option too is followed by it.
        spaced: Whether options may hold the separator themselves, so that it does not tell where one ends.
        month_first: Whether a date beside a 12-hour clock has its month first.
        graded: What a head says that holds the points of a question or a remark on it; its group `of` is the question.
        repeats: Whether numbered heads such as `age_1`, `age_2` are times of a repeated block.
        parent: The head, as plain words, that links rows of a further table to their response.
        key: The head, as plain words, that they are linked to.
        experimental: Whether it was tried on no file from the field.
    """

    name: str
    title: str
    claim: Callable[[Start], Claim | None]
    added: Mapping[str, Added] = field(repr=False)
    take_apart: Callable[[Sequence[Sequence[Cell]]], list[HeadPart]]
    head_rows: Callable[[Start], int] = lambda _start: 1
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
    """Return one meaning for several heads, separated by bars.

    Example:
        >>> sorted(words("start time | hora de inicio", Added()))
        ['hora de inicio', 'start time']
    """
    return dict.fromkeys(heads.split(" | "), added)
