"""Options of questions as measures: shares of respondents who chose them."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import narwhals as nw

from capbuild.errors import ModelError
from capbuild.model import Missing, Question
from capbuild.tables.codebook import KIND_CODES, OTHER_TEXT, Codebook, Coding, Column
from capbuild.tables.measures import CellFigures, Item, Measure, as_number
from capbuild.tables.sums import collect_rows, is_null

#: More distinct answers than this are free texts or amounts, not options.
_MOST = 200

#: A cell of a column with its chosen options, or the reason for none.
_Cell = tuple[int | float | str, tuple[str, ...] | Missing]


def check_not_personal(codebook: Codebook, name: str, field: str) -> None:
    """Refuse a question with personal data.

    Args:
        codebook: Codebook of the table.
        name: Id of the question; other names are accepted.
        field: Field that names it, for the message.

    Raises:
        ModelError: Its answers would reveal a person.
    """
    question = codebook.questionnaire.by_id.get(name)
    if question is not None and question.personal is not None:
        raise ModelError(field, name, f"must not reveal a person: it contains {question.personal.value}")


def option_measures(codebook: Codebook, frame: Any, questions: Iterable[str]) -> tuple[Measure, ...]:
    """Return a measure for each option of some questions.

    Options are the choices of the form, in its order, then all other answers. A choice that means a kind of missing is
    not an option.

    Args:
        codebook: Codebook of the table.
        frame: The frame (narwhals), queried for distinct answers.
        questions: Ids of the questions.

    Raises:
        ModelError: The table has no such question, or it has no options: its answers would reveal a person, or it has
            too many distinct answers.
    """
    measures: list[Measure] = []
    for name in dict.fromkeys(questions):
        columns = [column for column in codebook.columns if column.question == name]
        question = codebook.questionnaire.by_id.get(name) or Question(id=name, text=name)
        if not columns:
            known = dict.fromkeys(column.question for column in codebook)
            raise ModelError("mapping", name, f"must name questions of the table, such as {', '.join([*known][:8])}")
        check_not_personal(codebook, name, "mapping")
        cells = [(_list_answers(frame, column, question), _list_texts(frame, column, question)) for column in columns]
        answered = [chosen for pair in cells for part in pair for _, chosen in part if not isinstance(chosen, Missing)]
        for option in _sort_options(question, {code for chosen in answered for code in chosen}):
            items = [
                Item(column=column, cells=_look_up(own, option), others=_look_up(texts, option))
                for column, (own, texts) in zip(columns, cells, strict=True)
            ]
            measures.append(Measure(target=name, option=option, items=items, centre=0.5, is_verdict=True))
    return tuple(measures)


def _look_up(cells: Sequence[_Cell], option: str) -> CellFigures:
    return CellFigures(
        figures={cell: float(option in chosen) for cell, chosen in cells if not isinstance(chosen, Missing)},
        kinds={cell: KIND_CODES[chosen] for cell, chosen in cells if isinstance(chosen, Missing)},
    )


def _list_distinct(frame: Any, name: str, question: Question) -> list[Any]:
    """Return the distinct values of a physical column, without nulls."""
    rows = collect_rows(frame.select(name).unique().head(_MOST + len(question.choices) + 2))
    values = [row[name] for row in rows if not is_null(row[name])]
    if len(values) > _MOST + len(question.choices):
        raise ModelError("mapping", question.id, f"must have options: more than {_MOST} different answers were given")
    return values


def _list_answers(frame: Any, column: Column, question: Question) -> list[_Cell]:
    if column.coding is Coding.TAGGED or not column.is_stored:
        raise ModelError("mapping", question.id, "must have options: its answers are of several types")
    values = _list_distinct(frame, column.name, question)
    if column.coding is Coding.CODED:
        return [(int(code), _list_chosen(column.values[int(code)], question)) for code in values]
    number = {Coding.INTEGER: int, Coding.NUMBER: float, Coding.TEXT: str}[column.coding]
    return [(number(value), _list_chosen(number(value), question)) for value in values]


def _list_texts(frame: Any, column: Column, question: Question) -> list[_Cell]:
    """Return the texts among numbers, by their codes."""
    if OTHER_TEXT not in column.kinds:
        return []
    texts = frame.filter(nw.col(column.missing_name) == OTHER_TEXT)
    return [
        (int(code), _list_chosen(column.texts[int(code)], question))
        for code in _list_distinct(texts, column.text_name, question)
    ]


def _list_chosen(value: Any, question: Question) -> tuple[str, ...] | Missing:
    """Return the codes of the chosen options.

    Of a multi-select answer, choices that mean a kind of missing are dropped unless there are no others.
    """
    codes = [_code(part, question) for part in (value if isinstance(value, tuple) else (value,))]
    kinds = {code: choice.missing for code in codes if (choice := question.choice(code)) and choice.missing}
    chosen = tuple(code for code in codes if code not in kinds)
    return next(iter(kinds.values())) if kinds and not chosen else chosen


def _code(value: Any, question: Question) -> str:
    """Return the form's code of one answer.

    An answer without a code becomes plain text: 3.0 is `3`, true is `yes`.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        same = (choice.code for choice in question.choices if as_number(choice.code) == value)
        return next(same, str(int(value)) if value == int(value) else str(value))
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _sort_options(question: Question, found: set[str]) -> list[str]:
    """Return options in form order, then numbers, then texts."""
    own = [choice.code for choice in question.choices if choice.missing is None]
    numbers = {code: as_number(code) for code in found.difference(own)}
    return own + sorted(numbers, key=lambda code: ((number := numbers[code]) is None, number or 0, code))
