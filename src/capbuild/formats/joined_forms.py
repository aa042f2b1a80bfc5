"""Draft questionnaires of tables, and their union."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from attrs import evolve

from capbuild.formats.vocabulary import fold_header
from capbuild.model import Question, QuestionGroup, Questionnaire, QuestionType, Respondent, Response
from capbuild.plugins import ReadItem


def draft_form(
    file: str,
    sheet: str | None,
    questions: Iterable[Question],
    groups: Iterable[QuestionGroup] = (),
    language: str | None = None,
) -> Questionnaire:
    """Return the draft questionnaire of a table.

    Args:
        file: Name of the file.
        sheet: Name of the sheet; None for a text file.
        questions: Questions of the table.
        groups: Groups of its questions.
        language: Language of the table.

    Example:
        >>> draft_form("visits/a b.csv", None, []).id
        'a-b'
    """
    path = PurePath(file)
    name = fold_header(f"{path.stem} {sheet or ''}").replace(" ", "-")
    return Questionnaire(
        id=name or "table",
        title=sheet or path.name,
        languages=(language,) if language else (),
        groups=tuple(groups),
        questions=tuple(questions),
        inferred=True,
    )


class Draft:
    """Questionnaire of a file, joined from its tables."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.form: Questionnaire | None = None

    def add(self, form: Questionnaire) -> None:
        """Add the questionnaire of a table."""
        self.form = form if self.form is None else _joined(self.form, form, self.file)


def join_parts(items: Iterable[ReadItem]) -> Iterator[ReadItem]:
    """Join the responses of several sheets if they form one.

    They form one if they have the same country, no question is repeated, and at most one sheet names a respondent.
    Otherwise they are yielded unchanged.

    Args:
        items: Responses and other items of the sheets.
    """
    parts: list[Response] = []
    asked: set[tuple[str, int]] = set()
    joins = True
    for item in items:
        if joins and isinstance(item, Response):
            answered = {(answer.question, answer.repeat) for answer in item.answers}
            joins = asked.isdisjoint(answered) and _is_part(item, parts)
            asked |= answered
            parts.append(item)
            yield from () if joins else parts
        else:
            yield item
    if joins and parts:
        yield _join(parts)


def _is_part(response: Response, parts: Sequence[Response]) -> bool:
    """True if a response completes others of its country.

    It must be from another sheet, and must not name a second respondent.
    """
    return (
        bool(response.place)
        and all(part.place == response.place and _sheet(part) != _sheet(response) for part in parts)
        and sum(map(_names_respondent, (*parts, response))) < 2
    )


def _join(parts: Sequence[Response]) -> Response:
    first = parts[0]
    if len(parts) == 1:
        return first
    named = next(filter(_names_respondent, parts), None)
    row = first.origin.row if first.origin is not None else 0
    return evolve(
        first,
        respondent=Respondent(pseudonym=f"row {row}") if named is None else named.respondent,
        date=next((part.date for part in parts if part.date is not None), None),
        answers=tuple(answer for part in parts for answer in part.answers),
    )


def _sheet(response: Response) -> str:
    return (response.origin.sheet or "") if response.origin is not None else ""


def _names_respondent(response: Response) -> bool:
    """True if a respondent has a name of its own.

    The name of the sheet or row does not count.
    """
    row = response.origin.row if response.origin is not None else None
    name = response.respondent.pseudonym if response.respondent is not None else ""
    return bool(name) and name not in (_sheet(response), f"row {row}")


def _joined(first: Questionnaire, second: Questionnaire, file: str) -> Questionnaire:
    groups = {group.id: group for group in (*second.groups, *first.groups)}
    questions = {question.id: question for question in first.questions}
    for question in second.questions:
        there = questions.get(question.id)
        questions[question.id] = question if there is None else _both(there, question)
    return evolve(first, title=file, groups=list(groups.values()), questions=list(questions.values()))


def _both(first: Question, second: Question) -> Question:
    """Join one question of two sheets, with the wider type."""
    kinds = {first.type, second.type}
    if len(kinds) == 1:
        return first
    numbers = {QuestionType.INTEGER, QuestionType.DECIMAL}
    return evolve(first, type=QuestionType.DECIMAL if kinds <= numbers else QuestionType.TEXT)
