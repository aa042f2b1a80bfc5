"""Answers from the rows of one completed tab."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from attrs import define, field
from capbuild_sheets.sheets import Row, Sheet

from capbuild.formats import (
    Account,
    AnswerParser,
    Cell,
    cell_text,
    fold_word,
    is_ticked,
    list_skipped,
    repeated_groups,
    shorten,
)
from capbuild.model import (
    Answer,
    AnswerValue,
    Citation,
    ColumnUse,
    ColumnUsed,
    Issue,
    Missing,
    Questionnaire,
    QuestionType,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.reports import list_languages
from capbuild_workbooks.instruments.layout import Asked, asked_rows
from capbuild_workbooks.instruments.rules import CODED
from capbuild_workbooks.words import coded


def _code_of(kind: tuple[str, tuple[str, ...]], text: str) -> str:
    """Return the code of a label in any language.

    A text that is no label is returned unchanged.

    Example:
        >>> _code_of(("basis", ("seen", "told")), "Visto"), _code_of(("basis", ("seen",)), "hm")
        ('seen', 'hm')
    """
    name, codes = kind
    words = {fold_word(coded(name, code, tag)): code for tag in list_languages() for code in codes}
    return {**words, **{fold_word(code): code for code in codes}}.get(fold_word(text), text)


_TOLD = ("text", "check", "hint", "section")
_CITED = ("evidence_title", "evidence_link")
_USES = {"code": ColumnUse.QUESTION, "answer": ColumnUse.ANSWER, "note": ColumnUse.REMARK}


@define(eq=False)
class AnswerSheet:
    """Reader of the rows below the header of one tab.

    Attributes:
        file: Name of the file.
        sheet: The sheet.
        form: The questionnaire.
        columns: Column names by index from 0; the header of an added column is prefixed with `+`.
        first: First row below the header, from 0.
        language: Language of the tab.
    """

    file: str
    sheet: Sheet
    form: Questionnaire
    columns: Mapping[int, str]
    first: int
    language: str
    answers: list[Answer] = field(factory=list, init=False)
    issues: list[Issue] = field(factory=list, init=False)
    filled: bool = field(default=False, init=False)
    account: Account = field(factory=Account, init=False)
    _several: dict[tuple[str, int], list[tuple[Asked, Cell, Origin]]] = field(factory=dict, init=False)
    _times: Counter[str] = field(factory=Counter, init=False)

    def read(self) -> None:
        """Read all rows."""
        asked = {row.code: row for row in asked_rows(self.form)}
        folded = {fold_word(code): row for code, row in asked.items()}
        again = repeated_groups(self.form)
        values = AnswerParser(self.language)
        for number, row in enumerate(self.sheet.rows[self.first :], start=self.first + 1):
            cells = {name: self._cell(row, place) for place, name in self.columns.items()}
            code = cell_text(cells.get("code")).strip()
            question = asked.get(code) or folded.get(fold_word(code))
            if question is None:
                self._other_row(number, code, cells)
                continue
            self.account.rows_out += 1
            repeated = question.question.group in again
            self._times[question.code] += 1
            time = self._times[question.code] if repeated else 0
            if not repeated and self._times[question.code] == 2:
                self._warn(
                    number, f"{shorten(question.code)!r} is answered more than once; both answers are kept", "SHEET8"
                )
            self._row(number, question, cells, time, values)
        self._finish()

    @staticmethod
    def _cell(row: Row, place: int) -> Cell:
        return row[place] if place < len(row) else None

    def _origin(self, number: int, name: str) -> Origin:
        place = next((place for place, column in self.columns.items() if column == name), 0)
        return Origin(self.file, self.sheet.name, number, place + 1)

    def _warn(self, number: int, message: str, code: str, name: str = "code") -> None:
        origin = self._origin(number, name)
        self.issues.append(Issue.warning(code, message, origin))

    # --- rows --------------------------------------------------------------------------------------------------------

    def _row(self, number: int, asked: Asked, cells: Mapping[str, Cell], time: int, values: AnswerParser) -> None:
        origin, cell = self._origin(number, "answer"), cells.get("answer")
        self.filled = self.filled or _is_filled(cell)
        if asked.choice is not None:
            self._several.setdefault((asked.question.id, time), []).append((asked, cell, origin))
            self.account.count("" if _is_filled(cell) else Missing.NO_ANSWER)
        elif asked.answered:
            value, raw, problem = values.read(cell, asked.question)
            if problem:
                self._warn(number, f"{problem} in {asked.code}", "SHEET9", "answer")
            self.account.count(value)
            remark = cell_text(cells.get("note")) or None
            cited = self._citations(cells)
            answer = Answer(asked.question.id, value, raw, remark, repeat=time, citations=cited, origin=origin)
            self.answers.append(answer)
        self._read_extras(number, asked, cells, time, answered=asked.answered and asked.choice is None)

    def _read_extras(self, number: int, asked: Asked, cells: Mapping[str, Cell], time: int, *, answered: bool) -> None:
        """Store the row's other cells as separate answers."""
        for name, cell in cells.items():
            text = cell_text(cell)
            if not text or name in ("code", "answer", *_TOLD):
                continue
            self.filled = True
            self.account.answers += 1
            if answered and name in ("note", *_CITED):
                continue  # Stored in the answer itself.
            value: AnswerValue = _code_of(CODED[name], text) if name in CODED else to_answer(cell)
            raw = text if value != text and isinstance(value, str) else None
            question = f"{asked.code} [{name.removeprefix('+')}]"
            self.answers.append(Answer(question, value, raw, repeat=time, origin=self._origin(number, name)))

    def _citations(self, cells: Mapping[str, Cell]) -> tuple[Citation, ...]:
        title, link = (cell_text(cells.get(name)) for name in _CITED)
        return (Citation(title, link),) if title or link else ()

    def _other_row(self, number: int, code: str, cells: Mapping[str, Cell]) -> None:
        """Handle a row that is not a question.

        Such a row is a heading, is blank, or was added by the user.
        """
        written = {
            name: cell for name, cell in cells.items() if name not in _TOLD and name != "code" and _is_filled(cell)
        }
        if not written:
            text = cell_text(cells.get("text"))
            self.account.rows_left_out[
                "blank" if not code and not text else "a heading, or a row without an answer"
            ] += 1
            return
        self.account.rows_out += 1
        self.filled = True
        asked = code or cell_text(cells.get("text")) or f"row {number}"
        known = {question.id for question in self.form.questions}
        asked = asked if asked not in known else f"{asked} (row {number})"
        self._warn(number, f"{shorten(asked)!r} is no question of the form; its content is kept", "SHEET8")
        for name, cell in written.items():
            self.account.answers += 1
            question = asked if name == "answer" else f"{asked} [{name.removeprefix('+')}]"
            self.answers.append(Answer(question, to_answer(cell), origin=self._origin(number, name)))

    # --- answers from several rows -----------------------------------------------------------------------------------

    def _finish(self) -> None:
        order = {question.id: position for position, question in enumerate(self.form.questions)}
        for (question, time), rows in self._several.items():
            value, raw = self._chosen(rows)
            self.answers.append(Answer(question, value, raw, repeat=time, origin=rows[0][2]))
        self.answers.sort(key=lambda a: (order.get(a.question.split(" [")[0], len(order)), a.repeat))
        skipped = list_skipped(self.form, self.answers)
        for position, answer in enumerate(self.answers):
            if (answer.question, answer.repeat) in skipped and answer.value is Missing.NO_ANSWER:
                self.answers[position] = Answer(answer.question, Missing.NOT_ASKED, None, answer.comment, answer.repeat,
                                             answer.citations, answer.origin)  # fmt: skip
                self.account.absent[Missing.NO_ANSWER] -= 1
                self.account.absent[Missing.NOT_ASKED] += 1

    @staticmethod
    def _chosen(rows: Sequence[tuple[Asked, Cell, Origin]]) -> tuple[AnswerValue, str | None]:
        """Return a multi-select question's codes, ranked in order."""
        marked = [(asked, cell) for asked, cell, _ in rows if _is_filled(cell)]
        if not marked:
            return Missing.NO_ANSWER, None
        if rows[0][0].question.type is QuestionType.RANKING:
            ranked = sorted(
                (position, mark) for position, mark in enumerate(marked) if isinstance(mark[1], int | float)
            )
            ranks = sorted(ranked, key=lambda item: (float(item[1][1]), item[0]))  # type: ignore[arg-type]
            return tuple(asked.choice.code for _, (asked, _) in ranks if asked.choice is not None), None
        chosen = [asked.choice for asked, cell in marked if asked.choice is not None and is_ticked(cell)]
        absent = [choice for choice in chosen if choice.missing is not None]
        if len(chosen) == 1 and absent:
            return absent[0].missing or Missing.NO_ANSWER, absent[0].code
        return tuple(choice.code for choice in chosen), None

    # --- reconciliation ----------------------------------------------------------------------------------------------

    def reconciliation(self) -> SheetReconciliation:
        """Return the reconciliation of the tab."""
        self.account.rows_in = max(len(self.sheet.rows) - self.first, 0)
        return self.account.reconciliation(self.sheet.name, self._used())

    def _used(self) -> Iterator[ColumnUsed]:
        for place, name in self.columns.items():
            is_fixed = name in _TOLD
            use = ColumnUse.IGNORED if is_fixed else _USES.get(name, ColumnUse.METADATA)
            reason = "it repeats the form" if is_fixed else ""
            yield ColumnUsed(name=name.removeprefix("+"), column=place + 1, use=use, reason=reason)


def _is_filled(cell: Cell) -> bool:
    return cell is not None and cell_text(cell) != ""


def to_answer(cell: Cell) -> AnswerValue:
    """Return a cell as a typed answer value."""
    from capbuild.formats import CellReader

    value: AnswerValue = CellReader()(cell)[0]
    return value
