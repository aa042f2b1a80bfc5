"""Variables, labels, missing values and multiple-response sets of a file."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

#: A value as stored; a letter in a column of numbers is one of Stata's extended missing values.
Value = float | str | None


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
            *(found.label for found in self.sets),
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


def _variable(column: int, frame: Mapping[str, Any]) -> Variable:
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
        variables=tuple(_variable(column, found) for column, found in enumerate(frame["variables"], start=1)),
        sets=tuple(
            ResponseSet(
                name=found["name"].lstrip("$"),
                label=found["label"].strip(),
                dichotomies=found["dichotomies"],
                counted=None if found["counted"] is None else str(found["counted"]).strip(),
                variables=tuple(found["variables"]),
            )
            for found in frame["sets"]
        ),
    )
