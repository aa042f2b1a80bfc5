"""Variables, labels, missing values and multiple-response sets of a file."""

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Any

from attrs import field, frozen

from capbuild.formats import find_missing_kind, fold_word
from capbuild.model import Missing

#: A value as stored; a letter in a column of numbers is one of Stata's extended missing values.
Value = float | str | None

#: Rows of a column that are decoded at a time.
_BLOCK = 5000


@frozen
class OtherLabels:
    """Labels of a variable in an additional language.

    Attributes:
        language: The language, as a BCP 47 tag.
        label: Its label; empty if none.
        labels: Labels of its values.
    """

    language: str
    label: str
    labels: Mapping[float | str, str]


@frozen(kw_only=True)
class Variable:
    """One variable.

    Attributes:
        name: Its name.
        column: Its position, from 1.
        label: Its label; empty if none.
        format: Its display format, such as `F8.2` or `%td`.
        text: True if it has texts.
        labels: Labels of its values.
        ranges: Ranges of values that its author declared missing, from and to.
        whole: True if all its numbers are integers.
        levels: Its distinct values, if it has labels and not too many values.
        others: Its labels in other languages.
        borrowed: Value labels in other languages, for values without a label in the file's language.
    """

    name: str
    column: int
    label: str
    format: str
    text: bool
    labels: tuple[tuple[float | str, str], ...]
    ranges: tuple[tuple[float | str, float | str], ...]
    whole: bool
    levels: tuple[float | str, ...] | None
    others: tuple[OtherLabels, ...] = ()
    borrowed: Mapping[Value, str] = field(factory=dict)


@frozen(kw_only=True)
class ResponseSet:
    """Multiple-response set: variables with the answers to one question.

    Attributes:
        name: Name of the set, without its dollar sign.
        label: Its label.
        dichotomies: True if its variables are yes or no; else they have codes.
        counted: The value that means "chosen", for dichotomies; None if the parser does not report it.
        variables: Names of its variables.
        by_value: True if its choices are named by the label of the counted value.
    """

    name: str
    label: str
    dichotomies: bool
    counted: str | None
    variables: tuple[str, ...]
    by_value: bool = False


@frozen(kw_only=True)
class FileFacts:
    """Facts about a file that precede its rows.

    Attributes:
        rows: Number of rows.
        title: Its label; empty if none.
        encoding: The encoding it declares.
        variables: Its variables in order.
        sets: Its multiple-response sets.
        weight: Name of the weight variable; empty for none.
        language: Language of its labels, as a BCP 47 tag; empty if unknown.
        notes: Notes about it.
        accented: Some of the texts in its rows that have letters with accents, for a file that may declare no encoding.
    """

    rows: int
    title: str
    encoding: str
    variables: tuple[Variable, ...]
    sets: tuple[ResponseSet, ...]
    weight: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()
    accented: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All labels of the file, and some of its texts."""
        own = [
            self.title,
            *self.accented,
            *(set_.label for set_ in self.sets),
            *(variable.label for variable in self.variables),
        ]
        return (*own, *(label for variable in self.variables for _, label in variable.labels))


@frozen(eq=False)
class RawColumn:
    """All values of one variable.

    Attributes:
        form: Encoding: `d` numbers as 64-bit floats, NaN for missing; `t` UTF-8 texts separated by NUL; `i` 32-bit
            integers, the index into `cells` for each row.
        cells: The distinct values for `i`, else empty.
        data: The values, as a bytes-like object.
    """

    form: str
    cells: tuple[Value, ...]
    data: Any

    def blocks(self) -> Iterator[Sequence[Value]]:
        """Yield blocks of values, None for missing numbers."""
        if self.form == "t":
            texts = str(self.data, "utf-8").split("\0")
            yield from (texts[start : start + _BLOCK] for start in range(0, len(texts), _BLOCK))
        elif self.form == "d":
            numbers = memoryview(self.data).cast("B").cast("d")
            for start in range(0, len(numbers), _BLOCK):
                yield [None if isnan(number) else number for number in numbers[start : start + _BLOCK].tolist()]
        else:
            codes = memoryview(self.data).cast("B").cast("I")
            for start in range(0, len(codes), _BLOCK):
                yield [self.cells[code] for code in codes[start : start + _BLOCK].tolist()]


def _make_variable(column: int, frame: Mapping[str, Any]) -> Variable:
    levels = frame["levels"]
    return Variable(
        name=frame["name"],
        column=column,
        label=frame["label"].strip(),
        format=frame["format"].upper() if not frame["format"].startswith("%") else frame["format"],
        text=frame["storage"] == "string",
        labels=tuple((value, label.strip()) for value, label in frame["labels"]),
        ranges=tuple((low, high) for low, high in frame["ranges"]),
        whole=frame["whole"],
        levels=None if levels is None else tuple(levels),
    )


def parse_facts(frame: Mapping[str, Any]) -> FileFacts:
    """Return the file facts from the parser's first frame."""
    return FileFacts(
        rows=frame["rows"],
        title=frame["title"].strip(),
        encoding=frame["encoding"],
        accented=tuple(frame.get("accented", ())),
        notes=tuple(line for note in frame["notes"] for line in note.splitlines() if line.strip()),
        variables=tuple(_make_variable(column, facts) for column, facts in enumerate(frame["variables"], start=1)),
        sets=tuple(
            ResponseSet(
                name=response_set["name"].lstrip("$"),
                label=response_set["label"].strip(),
                dichotomies=response_set["dichotomies"],
                counted=None if response_set["counted"] is None else str(response_set["counted"]).strip(),
                variables=tuple(response_set["variables"]),
            )
            for response_set in frame["sets"]
        ),
    )


#: Labels of sentinel values only: below zero, or all nines.
_MISSING_LABELS = (
    "missing | missing value | missing values | missing data | other missing | perdido | perdidos | valor perdido | "
    "valores perdidos | manquant | valeur manquante | ontbrekend | valor ausente"
)

_MISSING = frozenset(fold_word(word) for word in _MISSING_LABELS.split(" | "))


def is_sentinel(value: float | str) -> bool:
    """True for a negative or all-nines value, typically missing.

    Example:
        >>> is_sentinel(-5.0), is_sentinel(99.0), is_sentinel("9"), is_sentinel(2.0)
        (True, True, True, False)
    """
    text = f"{value:g}" if not isinstance(value, str) else value.strip()
    return text.startswith("-") or set(text) == {"9"}


@frozen(eq=False)
class MissingValues:
    """Missing values of one variable, with their kinds.

    Attributes:
        ranges: Ranges of values declared missing, from and to.
        kinds: Missing kinds from value labels.
    """

    ranges: tuple[tuple[float | str, float | str], ...] = ()
    kinds: dict[float | str, Missing] = field(factory=dict)

    @classmethod
    def from_variable(cls, variable: Variable) -> "MissingValues":
        """Return a variable's missing values, from labels and ranges."""
        missing_values = cls(variable.ranges)
        for value, label in variable.labels:
            extended = isinstance(value, str) and not variable.text
            kind = find_missing_kind(label, declared=extended or missing_values.is_declared(value))
            if kind is None and is_sentinel(value) and fold_word(label).partition(";")[0] in _MISSING:
                kind = Missing.NO_ANSWER
            if kind is not None:
                missing_values.kinds[value] = kind
        return missing_values

    def is_declared(self, value: float | str) -> bool:
        """True if the file declares a value missing."""
        if isinstance(value, str):
            return any(isinstance(low, str) and low.strip() == value.strip() for low, _ in self.ranges)
        return any(
            not isinstance(low, str) and not isinstance(high, str) and low <= value <= high for low, high in self.ranges
        )

    def kind(self, value: float | str) -> Missing | None:
        """Return a value's missing kind, None if valid.

        A value declared missing is `NO_ANSWER` if its label names no kind; the value itself is kept as the raw text.
        """
        return self.kinds.get(value) or (Missing.NO_ANSWER if self.is_declared(value) else None)
