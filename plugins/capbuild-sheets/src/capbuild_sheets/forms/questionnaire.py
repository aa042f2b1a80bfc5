"""Questionnaire inferred from an export."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath

from capbuild.formats import fold_header
from capbuild.model import Choice, Question, QuestionGroup, Questionnaire, QuestionType
from capbuild_sheets.forms.question_plan import FormPlan, Kind, Unit, is_other_option

#: Group of metadata columns.
ADDED_GROUP = "recorded by the form"
_REPEAT = "repeated"


def _choices(labels: Iterable[str]) -> list[Choice]:
    named = dict.fromkeys(label for label in labels if label.strip())
    return [Choice(code=label, label=label, other=is_other_option(label)) for label in named]


def _question(unit: Unit, seen: Iterable[str]) -> Question:
    column = unit.columns[0]
    kind = {
        Kind.TICKS: QuestionType.SELECT_MULTIPLE,
        Kind.JOINED: QuestionType.SELECT_MULTIPLE,
        Kind.RANKS: QuestionType.RANKING,
        Kind.ORDERED: QuestionType.RANKING,
        Kind.OTHER: QuestionType.TEXT,
    }.get(unit.kind, column.type)
    group = ADDED_GROUP if unit.kind is Kind.ADDED else _REPEAT if unit.times else None
    return Question(
        id=unit.question,
        type=kind,
        text=unit.text or unit.question,
        choices=_choices((*unit.labels, *seen)),
        group=group,
        parent=unit.parent,
        unit=column.unit if kind is column.type else "",
        personal=column.personal or (unit.added.personal if unit.added else None),
        inferred=True,
    )


def draft_form(
    file: str, sheet: str | None, plan: FormPlan, seen: Mapping[str, Iterable[str]], language: str | None
) -> Questionnaire:
    """Return the questionnaire of an export, marked as inferred.

    Args:
        file: Name of the file.
        sheet: Name of the sheet.
        plan: Plan of its columns.
        seen: Options found in answers, by question.
        language: Language of its texts, if known.
    """
    questions: dict[str, Question] = {}
    for unit in plan.units:
        if unit.kind in (Kind.LEFT, Kind.COPY):
            continue
        if unit.parent in plan.matrices and unit.parent not in questions and unit.parent is not None:
            text = plan.matrices[unit.parent]
            questions[unit.parent] = Question(id=unit.parent, type=QuestionType.NOTE, text=text, inferred=True)
        questions.setdefault(unit.question, _question(unit, seen.get(unit.question, ())))
    used = {question.group for question in questions.values()}
    groups = [QuestionGroup(id=name, title=name, repeat=name == _REPEAT) for name in (ADDED_GROUP, _REPEAT)]
    path = PurePath(file)
    return Questionnaire(
        id=fold_header(f"{path.stem} {sheet or ''}").replace(" ", "-") or "form",
        title=sheet or path.name,
        languages=(language,) if language else (),
        groups=[group for group in groups if group.id in used],
        questions=list(questions.values()),
        inferred=True,
    )
