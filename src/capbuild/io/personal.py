"""Removal of personal data at reading, for readers without the option."""

from collections import Counter
from collections.abc import Iterable, Sequence

from attrs import evolve

from capbuild.model import Answer, ColumnUse, ColumnUsed, Missing, Questionnaire, Response, SheetReconciliation

#: Reason for an unused cell, in reconciliations.
DROPPED = "personal, dropped as the options say"


def remove_personal(
    responses: Sequence[Response], sheets: Sequence[SheetReconciliation], forms: Iterable[Questionnaire]
) -> tuple[list[Response], list[SheetReconciliation]]:
    """Return responses without personal answers, and matching reconciliations.

    Args:
        responses: The data that was read.
        sheets: The reconciliations of its sheets.
        forms: The forms, with flagged questions.
    """
    asked = {question.id for form in forms for question in form.questions if question.personal is not None}
    asked |= {c.name for sheet in sheets for c in sheet.columns if c.personal is not None}
    if not asked:
        return list(responses), list(sheets)
    lost: dict[str, list[Answer]] = {}
    kept = []
    for response in responses:
        gone = [answer for answer in response.answers if answer.question in asked]
        for answer in gone:
            lost.setdefault((answer.origin.sheet if answer.origin else None) or "", []).append(answer)
        kept.append(evolve(response, answers=[a for a in response.answers if a.question not in asked]))
    known = {sheet.sheet for sheet in sheets}
    elsewhere = [answer for name, answers in lost.items() if name not in known for answer in answers]
    accounts = []
    for sheet in sheets:
        accounts.append(_adjust_reconciliation(sheet, [*lost.get(sheet.sheet, ()), *elsewhere], asked))
        elsewhere = []
    return kept, accounts


def _adjust_reconciliation(sheet: SheetReconciliation, lost: Sequence[Answer], asked: set[str]) -> SheetReconciliation:
    """Move dropped answers to the unread count, never below zero."""
    kinds = Counter(answer.value.value for answer in lost if isinstance(answer.value, Missing))
    absent = {kind: max(count - kinds[kind], 0) for kind, count in sheet.absent.items()}
    answers = max(sheet.answers - (len(lost) - kinds.total()), 0)
    gone = sheet.answers - answers + sum(sheet.absent.values()) - sum(absent.values())
    left_out = {**sheet.left_out, DROPPED: sheet.left_out.get(DROPPED, 0) + gone} if gone else sheet.left_out
    cells, buckets = sheet.cells, dict(sheet.buckets)
    if sheet.filled:  # every cell with content is in a bucket: dropped ones are private, and in no other count
        left_out, cells = sheet.left_out, cells - gone
        filled = sum(not answer.is_missing or answer.raw is not None for answer in lost)
        moved = min(filled, buckets.get("answer", 0))
        buckets |= {"answer": buckets.get("answer", 0) - moved, "private": buckets.get("private", 0) + moved}
    return evolve(
        sheet,
        answers=answers,
        absent={kind: count for kind, count in absent.items() if count},
        left_out=left_out,
        cells=cells,
        buckets={name: count for name, count in buckets.items() if count},
        columns=[_adjust_column(column, asked) for column in sheet.columns],
    )


def _adjust_column(column: ColumnUsed, asked: set[str]) -> ColumnUsed:
    personal = column.personal is not None or column.name in asked
    return evolve(column, use=ColumnUse.PERSONAL, reason=DROPPED) if personal else column
