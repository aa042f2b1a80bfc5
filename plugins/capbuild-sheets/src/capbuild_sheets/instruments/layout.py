"""Workbook layout shared by the instrument writer and reader: marks, columns, rows."""

from collections.abc import Iterator

from attrs import frozen

from capbuild.model import Choice, Question, Questionnaire, QuestionType

#: Hidden sheets: the questionnaire, and the lists of drop-downs.
FORM_SHEET = "capbuild-form"
LISTS_SHEET = "capbuild-lists"
#: Prefix of column names in a hidden row above the header.
MARK = "cb:"
#: Prefix of column marks in a response sheet; a JSON list follows.
RESPONSE_MARK = "cbr:"
#: Lines above the table, by meaning.
META = ("country", "respondent", "date")
#: Columns to fill in, by instrument.
SURVEY = ("answer", "note", "evidence_title", "evidence_link")
VISIT = (
    "answer", "basis", "confidence", "as_of", "sample", "route", "reason", "note", "evidence_kind", "evidence_title",
    "evidence_link",
)  # fmt: skip
#: Question types without an answer.
_SILENT = (QuestionType.NOTE, QuestionType.CALCULATED)
_SEVERAL = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


@frozen
class Asked:
    """Row of a question or a choice.

    Attributes:
        code: Text of the code column.
        question: The question.
        choice: The choice, for a multi-select question.
        answered: Whether it takes an answer.
    """

    code: str
    question: Question
    choice: Choice | None = None
    answered: bool = True


def asked_rows(form: Questionnaire) -> Iterator[Asked]:
    """Yield the rows of a questionnaire.

    One per question, and one per choice of multi-select questions.
    """
    taken = {question.id for question in form.questions}
    for question in form.questions:
        several = question.type in _SEVERAL and bool(question.choices)
        yield Asked(question.id, question, answered=not several and question.type not in _SILENT)
        if several:
            for choice in question.choices:
                code = f"{question.id} [{choice.code}]"
                while code in taken:
                    code += "'"
                taken.add(code)
                yield Asked(code, question, choice)


def instrument_columns(visit: bool) -> tuple[str, ...]:
    """Return the columns of an instrument in order."""
    told = ("code", "text", "check", "hint") if visit else ("code", "text", "hint")
    return (*told, *(VISIT if visit else SURVEY))
