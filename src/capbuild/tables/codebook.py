"""Codebook of a table: physical columns of each answer and meanings of their codes."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property

from attrs import field, frozen

from capbuild.checks import identifier, to_map, to_tuple
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model import Missing, Questionnaire
from capbuild.tables.values import Held

#: Codes of the companion column with reasons for missing values. They are written to files: never renumber.
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
#: The value is in the companion column of texts: a word in a column of numbers.
OTHER_TEXT = 10
#: The response has no answer to this question.
NO_ANSWER_GIVEN = 11

KIND_OF_CODE: dict[int, Missing] = {code: kind for kind, code in KIND_CODES.items()}


class Coding(StrEnum):
    """Encoding of a physical column's values."""

    #: Indices into `Column.values`, from 0.
    CODED = "coded"
    #: Integers.
    INTEGER = "integer"
    #: Decimal numbers.
    NUMBER = "number"
    #: Texts, for free texts that hardly repeat.
    TEXT = "text"
    #: Values of several types that hardly repeat, as JSON.
    TAGGED = "tagged"
    #: The same value in every row; there is no physical column.
    CONSTANT = "constant"
    #: A text made from the row number by the pattern in `values`; there is no physical column.
    FROM_ROW = "from row"


@frozen(kw_only=True)
class Column:
    """One logical column: answers to one question, or one fact about the responses.

    Attributes:
        name: Name of the physical column: lower case, unique ignoring case, so that every engine accepts it.
        question: Id of the question, or name of the fact.
        repeat: Number of the repeat of a repeated block, from 1; 0 outside repeats.
        coding: Encoding of the values.
        values: Values of the codes, from 0; the value of a constant; the pattern of a text made from the row.
        absent: Meaning of a null if there is no companion column `missing`; None: no answer was given.
        kinds: Codes in the companion column `missing`, including 0; empty if there is no such column.
        texts: Values of the codes in the companion column of texts; empty if there is no such column.
        comments: Values of the codes in the companion column of comments; empty if there is no such column.
        place: Number of the column in the file, from 1, for origins; None if it differs between rows.
        step: Path of a cell below the path of its response, in tree-shaped files; empty if it differs.
        own_rows: True if a companion column has file rows that differ from the rows of the responses, as in a long
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
        """True if there is a physical column."""
        return self.coding not in (Coding.CONSTANT, Coding.FROM_ROW)

    @property
    def missing_name(self) -> str:
        """Name of the companion column with reasons for missing values."""
        return f"{self.name}__missing"

    @property
    def text_name(self) -> str:
        """Name of the companion column of original texts."""
        return f"{self.name}__text"

    @property
    def comment_name(self) -> str:
        """Name of the companion column of comments."""
        return f"{self.name}__comment"

    @property
    def row_name(self) -> str:
        """Name of the companion column of file rows."""
        return f"{self.name}__row"

    @property
    def physical(self) -> tuple[str, ...]:
        """Names of all its physical columns."""
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
    """Meaning of a table's columns.

    Attributes:
        questionnaire: Questions, choices and languages; inferred if the file has none.
        columns: Columns of answers, in the order of the answers.
        facts: Columns of facts about a response: `id`, `place`, `country`, `respondent`, `language`, `row`, ...
        file: Name of the source file, for origins.

    Raises:
        ModelError: Two columns have the same name, ignoring case.
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
        """Return the column of a fact, else the first column of a question, else None."""
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
