"""Sheets with one country each and a question a row: the lines above the table, and the areas of the questions."""

import datetime
from collections.abc import Mapping, Sequence

from attrs import evolve, field, frozen

from capbuild.formats.cells import CellReader, cell_text
from capbuild.formats.columns import personal_by_content
from capbuild.formats.days import read_date
from capbuild.formats.folding import fold_head, one_line, shorten
from capbuild.formats.grid import Grid
from capbuild.formats.heads import Role, head_meaning
from capbuild.formats.personal import personal_by_head
from capbuild.formats.vocabulary import words
from capbuild.model import (
    Answer,
    Issue,
    PersonalData,
    Question,
    QuestionGroup,
    Questionnaire,
    Response,
    Severity,
    SheetReconciliation,
)
from capbuild_sheets.grids import to_cell
from capbuild_sheets.headrows import filled_cells
from capbuild_sheets.outline import SheetPlan
from capbuild_sheets.pairs import is_number
from capbuild_sheets.sheets import Cell, Row, Sheet

__all__ = ["Preamble", "areas_of", "day_of", "grouped", "is_date_label"]

_ABOVE = "title or note above the heads"
_GROUP = "above the table"


@frozen
class Preamble:
    """Lines above a table that say something of it: a label and a value.

    Attributes:
        answers: Each as an answer.
        personal: What those that look personal would reveal about a person, by label.
        dropped: Lines that were left out as personal, by reason.
    """

    answers: tuple[Answer, ...] = ()
    personal: Mapping[str, PersonalData] = field(factory=dict)
    dropped: Mapping[str, int] = field(factory=dict)

    @classmethod
    def of(cls, grid: Grid, sheet: Sheet, plan: SheetPlan, *, drop_personal: bool = False) -> "Preamble":
        """Return the lines above the heads that hold a label and a value."""
        found: dict[str, Answer] = {}
        personal: dict[str, PersonalData] = {}
        dropped: dict[str, int] = {}
        read = CellReader(order=grid.order)
        for number, row in enumerate(sheet.rows[: max(plan.heads.top - 1, 0)], start=1):
            places = [i for i, cell in enumerate(row) if filled_cells([cell])]
            if len(places) != 2 or not isinstance(row[places[0]], str) or _is_label(row[places[1]]):
                continue
            label = one_line(str(row[places[0]])).rstrip(" :")
            value, raw, _ = read(to_cell(row[places[1]]))
            kind = personal_by_head(label) or personal_by_content([cell_text(to_cell(row[places[1]]))])
            if kind is not None and drop_personal:
                reason = f"personal ({kind.value}), dropped as the options say"
                dropped[reason] = dropped.get(reason, 0) + 1
            elif label and label not in found:
                if kind is not None:
                    personal[label] = kind
                origin = grid.origin(number, places[1] + 1)
                found[label] = Answer(label, value, raw, origin=origin)
        return cls(tuple(found.values()), personal, dropped)

    def questions(self) -> list[Question]:
        """Return a question for each line."""
        return [
            Question(
                id=a.question, text=a.question, group=_GROUP, personal=self.personal.get(a.question), inferred=True
            )
            for a in self.answers
        ]

    def issues(self) -> list[Issue]:
        """Return an issue for each line that looks personal and is kept."""
        return [
            Issue(
                code="CB132",
                severity=Severity.WARNING,
                message=f"{shorten(a.question)!r} looks personal ({self.personal[a.question].value})",
                origin=a.origin,
                remedy="drop_personal = true leaves such lines out",
            )
            for a in self.answers
            if a.question in self.personal
        ]

    def added(self, response: Response, plan: SheetPlan) -> Response:
        """Return the response with the lines among its answers, and the date where a line gives one."""
        date = response.date
        for answer in self.answers:
            if date is None and is_date_label(answer.question):
                date = day_of(answer)
        pseudonym = evolve(response.respondent, pseudonym=plan.name) if response.respondent else None
        return evolve(response, answers=(*self.answers, *response.answers), date=date, respondent=pseudonym)

    def counted(self, account: SheetReconciliation) -> SheetReconciliation:
        """Return the account with the lines among the answers."""
        left = dict(account.rows_left_out)
        values = sum(not answer.is_missing for answer in self.answers)
        absent = dict(account.absent)
        for answer in self.answers:
            if answer.is_missing:
                absent[answer.value.value] = absent.get(answer.value.value, 0) + 1  # type: ignore[union-attr]
        moved = min(len(self.answers), left.get(_ABOVE, 0))
        left[_ABOVE] = left.get(_ABOVE, 0) - moved - sum(self.dropped.values())
        for reason, count in self.dropped.items():
            left[reason] = left.get(reason, 0) + count
        return evolve(
            account,
            rows_out=account.rows_out + moved,
            rows_left_out={reason: count for reason, count in left.items() if count},
            cells=account.cells + len(self.answers),
            answers=account.answers + values,
            absent=absent,
        )


def _is_label(cell: Cell) -> bool:
    """Tell whether a cell is a label that nothing was written behind: `Country: Peru | Date:`."""
    return isinstance(cell, str) and cell.rstrip().endswith(":")


def areas_of(plan: SheetPlan, names: Sequence[str], body: Sequence[Row]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the area of each question and its number, where a column before the question names them.

    A column that says something else beside every question numbers them; their areas are then the headings above them.
    """
    columns = [i for i, name in enumerate(names) if plan.columns.get(name) == "description"]
    question = next((i for i, name in enumerate(names) if plan.columns.get(name) == "question"), None)
    if question is None or not columns:
        return {}, {}
    found: dict[str, str] = {}
    headed: dict[str, str] = {}
    heading = ""
    for row in body:
        asked = one_line(cell_text(to_cell(row[question]))) if len(row) > question else ""
        area = next((text for i in columns if i < len(row) and (text := one_line(cell_text(to_cell(row[i]))))), "")
        if asked and area:
            found.setdefault(asked, area)
        if asked and heading:
            headed.setdefault(asked, heading)
        if area and not asked and len(filled_cells(row)) == 1:
            heading = area
    numbers = len(found) > 2 and len(set(found.values())) == len(found) and all(map(is_number, found.values()))
    return (headed, found) if numbers else (found, {})


def grouped(
    form: Questionnaire, areas: Mapping[str, str], numbers: Mapping[str, str], above: Sequence[Question]
) -> Questionnaire:
    """Return a questionnaire whose questions lie in groups by their areas, with those of the lines above the table."""
    known = {question.id for question in form.questions}
    added = [question for question in above if question.id not in known]
    names = dict.fromkeys(areas[q.id] for q in form.questions if q.id in areas)
    groups = [QuestionGroup(id=name, title=name) for name in names if name != _GROUP]
    if added or _GROUP in names:
        groups.insert(0, QuestionGroup(id=_GROUP, title="Lines above the table"))
    questions = [
        evolve(q, group=areas.get(q.id, q.group), text=f"{numbers[q.id]} {q.id}" if q.id in numbers else q.text)
        for q in form.questions
    ]
    return evolve(form, groups=groups, questions=[*added, *questions])


def is_date_label(label: str) -> bool:
    """Tell whether a label names the day of a visit or a return."""
    meaning = head_meaning(label)
    return (meaning is not None and meaning.role is Role.DATE) or bool(
        set(fold_head(label).split()) & words("date_label")
    )


def day_of(answer: Answer) -> datetime.date | None:
    """Return the day an answer names, None where it names none or several."""
    value = read_date(answer.value) if isinstance(answer.value, str) else answer.value
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else None
