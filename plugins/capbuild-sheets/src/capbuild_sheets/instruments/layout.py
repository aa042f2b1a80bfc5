"""What the writer of an instrument and its reader agree on: marks, columns, and which row asks what."""

from collections.abc import Iterator

from attrs import frozen

from capbuild.model import Choice, Question, Questionnaire, QuestionType

__all__ = [
    "FORM_SHEET",
    "LISTS_SHEET",
    "MARK",
    "META",
    "RESPONSE_MARK",
    "SURVEY",
    "VISIT",
    "Asked",
    "asked_rows",
    "instrument_columns",
]

#: Hidden sheets: the questionnaire itself, and the words that answers are chosen from.
FORM_SHEET = "capbuild-form"
LISTS_SHEET = "capbuild-lists"
#: Stands before the name of each column, in a hidden row above the heads.
MARK = "cb:"
#: The same for a sheet of responses, before what the column holds as JSON.
RESPONSE_MARK = "cbr:"
#: Lines above the table, by what each says.
META = ("country", "respondent", "date")
#: Columns that are filled in, by instrument.
SURVEY = ("answer", "note", "evidence_title", "evidence_link")
VISIT = (
    "answer", "basis", "confidence", "as_of", "sample", "route", "reason", "note", "evidence_kind", "evidence_title",
    "evidence_link",
)  # fmt: skip
#: Kinds of question that take no answer.
_SILENT = (QuestionType.NOTE, QuestionType.CALCULATED)
_SEVERAL = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


@frozen
class Asked:
    """One row that asks something.

    Attributes:
        code: What stands in the column of codes.
        question: The question.
        choice: The choice it is about, where a question takes several.
        answered: Whether it takes an answer.
    """

    code: str
    question: Question
    choice: Choice | None = None
    answered: bool = True


def asked_rows(form: Questionnaire) -> Iterator[Asked]:
    """Yield the rows of a questionnaire: one a question, and one a choice where several may be chosen."""
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
