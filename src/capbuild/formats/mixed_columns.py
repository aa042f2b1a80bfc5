"""Problems of columns that stay text although most of their cells are numbers."""

from collections.abc import Iterable

from capbuild.display import counted
from capbuild.formats.columns import Column
from capbuild.formats.normalisation import shorten
from capbuild.formats.values.numbers import NumberStyle, read_number, split_mark
from capbuild.model import AnswerValue, QuestionType


def describe_mixture(column: Column, values: Iterable[tuple[AnswerValue, int]]) -> tuple[str, str] | None:
    """Return message and remedy for a text column whose answers are mostly numbers; None for other columns.

    Numbers with one separator, such as `1,200`, count as numbers; the message has both readings.

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
    numbers, marked, doubtful, others = 0, 0, dict[str, int](), dict[str, int]()
    for value, count in values:
        if isinstance(value, int | float) and not isinstance(value, bool):
            numbers += count
        elif isinstance(value, str) and len(set(_readings(value))) > 1:
            doubtful[value] = doubtful.get(value, 0) + count
        else:
            marked += count if isinstance(value, str) and split_mark(value) is not None else 0
            others[str(value)] = others.get(str(value), 0) + count
    marked = marked if numbers else 0  # all of `12 (a)`, `12 (b)` are codes
    among, name = sum(doubtful.values()), f"({shorten(column.question, 40)})"
    if numbers + among + 2 * marked <= sum(others.values()):
        return None
    if doubtful:
        point, comma = _readings(first := next(iter(doubtful)))
        message = f"{first!r} is {point} or {comma}, and the text is kept, as in {counted(among, 'cell')} {name}"
        return message, f'decimal = "." reads {point}, and decimal = "," reads {comma}'
    if not others:
        return None
    shown = ", ".join(repr(shorten(text, 40)) for text in list(others)[:3])
    message = f"most answers are numbers, and too many are texts such as {shown}: the question is text {name}"
    return message, "correct the texts, or say what they mean in answers or missing"


def _readings(text: str) -> tuple[int | float, ...]:
    """Return a number as read with a decimal point and with a decimal comma; empty unless both are possible."""
    found = [read_number(text, NumberStyle(mark, seen=True)) for mark in ".,"]
    return tuple(number for number in found if number is not None) if None not in found else ()
