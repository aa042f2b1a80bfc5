"""The codebook of a table: which physical columns hold an answer, and what their codes mean."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property

from attrs import field, frozen

from capbuild.checks import identifier, to_map, to_tuple
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model import Missing, Questionnaire
from capbuild.tables.values import Held

__all__ = ["KIND_CODES", "KIND_OF_CODE", "NO_ANSWER_GIVEN", "OTHER_TEXT", "VALUE", "Codebook", "Coding", "Column"]

#: Codes of the companion column that says why there is no value. They are written to files: never renumber.
VALUE = 0
KIND_CODES: dict[Missing, int] = {
    Missing.NOT_ASKED: 1,
    Missing.NOT_APPLICABLE: 2,
    Missing.DONT_KNOW: 3,
    Missing.REFUSED: 4,
    Missing.NO_ANSWER: 5,
    Missing.NOT_COLLECTED: 6,
    Missing.CONFIDENTIAL: 7,
    Missing.NOT_OBSERVED: 8,
    Missing.INVALID: 9,
}
#: The value is the text in the companion column of texts: a word in a column of numbers.
OTHER_TEXT = 10
#: The response holds no answer to this question at all.
NO_ANSWER_GIVEN = 11

KIND_OF_CODE: dict[int, Missing] = {code: kind for kind, code in KIND_CODES.items()}


class Coding(StrEnum):
    """How a physical column holds values."""

    #: Whole numbers that count into `Column.values` from 0.
    CODED = "coded"
    #: Whole numbers as they are.
    INTEGER = "integer"
    #: Decimal numbers as they are.
    NUMBER = "number"
    #: Texts as they are: free texts hardly repeat.
    TEXT = "text"
    #: Values of several types that hardly repeat, as JSON.
    TAGGED = "tagged"
    #: The same value in every row; there is no physical column.
    CONSTANT = "constant"
    #: A text made of the row's number by the pattern in `values`; there is no physical column.
    FROM_ROW = "from row"


@frozen(kw_only=True)
class Column:
    """One logical column: the answers to one question, or one fact about the responses.

    Attributes:
        name: Name of the physical column: lower case, unique whatever the case, so that every engine takes it.
        question: Id of the question, or name of the fact.
        repeat: Which time a repeated block was answered, from 1; 0 outside repeats.
        coding: How values are held.
        values: What the codes stand for, from 0; the value of a constant; the pattern of a text from the row.
        absent: What a null stands for where there is no companion column `missing`; None: no answer was given.
        kinds: Codes that the companion column `missing` holds, 0 among them; empty where there is no such column.
        texts: What the codes of the companion column of texts stand for; empty where there is no such column.
        comments: What the codes of the companion column of comments stand for; empty where there is no such column.
        place: Number of the column in the file, from 1, for origins; None where it differs between rows.
        step: What the path of a cell adds to that of its response, in tree-shaped files; empty where that differs.
        own_rows: Whether a companion column holds rows of the file that are not those of the responses, as in a long
            table.
    """

    name: str = field(validator=identifier)
    question: str
    repeat: int = 0
    coding: Coding = field(converter=Coding)
    values: tuple[Held, ...] = field(default=(), converter=to_tuple)
    absent: Missing | None = Missing.NO_ANSWER
    kinds: tuple[int, ...] = field(default=(), converter=to_tuple)
    texts: tuple[str, ...] = field(default=(), converter=to_tuple)
    comments: tuple[str, ...] = field(default=(), converter=to_tuple)
    place: int | None = None
    step: str = ""
    own_rows: bool = False

    @property
    def is_stored(self) -> bool:
        """Whether there is a physical column."""
        return self.coding not in (Coding.CONSTANT, Coding.FROM_ROW)

    @property
    def missing_name(self) -> str:
        """Name of the companion column that says why there is no value."""
        return f"{self.name}__missing"

    @property
    def text_name(self) -> str:
        """Name of the companion column of texts as found."""
        return f"{self.name}__text"

    @property
    def comment_name(self) -> str:
        """Name of the companion column of comments."""
        return f"{self.name}__comment"

    @property
    def row_name(self) -> str:
        """Name of the companion column of rows in the file."""
        return f"{self.name}__row"

    @property
    def physical(self) -> tuple[str, ...]:
        """Names of all physical columns of it."""
        held = (
            (self.name, self.is_stored),
            (self.missing_name, bool(self.kinds)),
            (self.text_name, bool(self.texts)),
            (self.comment_name, bool(self.comments)),
            (self.row_name, self.own_rows),
        )
        return tuple(name for name, there in held if there)


@frozen(kw_only=True)
class Codebook:
    """What a table's columns mean.

    Attributes:
        questionnaire: The form: questions, choices, languages; inferred where the file gives none.
        columns: Columns of answers, in the order of the answers.
        facts: Columns that say whose a row is: `id`, `place`, `country`, `respondent`, `language`, `row`, ...
        file: Name of the file it was read from, for origins.

    Raises:
        ModelError: Two columns have one name.
    """

    questionnaire: Questionnaire
    columns: tuple[Column, ...] = field(default=(), converter=to_tuple)
    facts: FrozenMap[str, Column] = field(factory=FrozenMap, converter=to_map)
    file: str = ""

    def __attrs_post_init__(self) -> None:
        seen: set[str] = set()
        for name in self.physical:
            if name.lower() in seen:
                raise ModelError("Codebook.columns", name, "must have names that differ whatever the case")
            seen.add(name.lower())

    @property
    def physical(self) -> tuple[str, ...]:
        """Names of all physical columns, facts first."""
        return tuple(name for column in (*self.facts.values(), *self.columns) for name in column.physical)

    @cached_property
    def _by_question(self) -> dict[str, Column]:
        found: dict[str, Column] = {}
        for column in self.columns:
            found.setdefault(column.question, column)
        return found

    def find(self, name: str) -> Column | None:
        """Return the column of a fact, else the first of a question, else None."""
        return self.facts.get(name) or self._by_question.get(name)

    def __getitem__(self, name: str) -> Column:
        column = self.find(name)
        if column is None:
            raise KeyError(name)
        return column

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.find(name) is not None

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)
