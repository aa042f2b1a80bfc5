"""Long tables: one row an answer. The rows of one respondent may lie apart, so they are gathered to the end."""

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import define, evolve, field

from capbuild.formats.account import Account
from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.columns import Column, personal_by_content
from capbuild.formats.folding import fold_head, fold_word, one_line, shorten
from capbuild.formats.grid import GridRow
from capbuild.formats.heads import Role
from capbuild.formats.layout import Layout
from capbuild.formats.owner import language_tag
from capbuild.formats.personal import personal_by_head
from capbuild.formats.units import Quantity, split_unit
from capbuild.formats.work import Owner, Sent, TableWork, sent_when
from capbuild.model import Answer, Missing, PersonalData, Response, Severity

__all__ = ["LongReader", "without_headings"]

#: Numbers that surveys store for a kind of missing.
_CODES = "-8 -9 88 98 99 -88 -98 -99 888 998 999 -888 -998 -999 8888 9998 9999 -9999"
_MISSING_CODES = frozenset(_CODES.split())


#: The letter of a heading, and what goes on with it in the rows below: `A`, then `A.1` or `A1`. A number such as `2`
#: above `2.1` may be a question that nobody answered.
_LETTER = re.compile(r"[A-Z]\.?")
_GOES_ON = re.compile(r"[.\-]?\d")


def without_headings(rows: Iterable[GridRow], layout: Layout, account: Account) -> Iterator[GridRow]:
    """Yield the rows of a long table but for headings with a letter, which ask nothing: the next row goes on with it.

    Args:
        rows: The rows.
        layout: How the table is laid out.
        account: Takes the counts.
    """
    held: GridRow | None = None
    for row in rows:
        if held is not None:
            over, number = (cell_text(cells[0]).rstrip(".") for _, cells in (held, row))
            if number.startswith(over) and _GOES_ON.match(number, len(over)):
                account.leave_row("a heading without a question")
            else:
                yield held
            held = None
        if _may_be_heading(row[1], layout):
            held = row
        else:
            yield row
    if held is not None:
        yield held


def _may_be_heading(cells: Sequence[Cell], layout: Layout) -> bool:
    """Tell whether a row has a letter first, a text that asks nothing, and nothing else."""
    place = layout.question.index if layout.question is not None else 0
    if not 0 < place < len(cells) or _LETTER.fullmatch(cell_text(cells[0])) is None:
        return False
    text = cell_text(cells[place])
    return bool(text) and not text.endswith("?") and sum(map(bool, map(cell_text, cells))) == 2


@define
class _Gathered:
    """What the rows of one respondent have said so far."""

    row: int
    owner: Owner
    language: str = ""
    answers: list[Answer] = field(factory=list)
    asked: dict[str, int] = field(factory=dict)
    told: set[tuple[Role, str]] = field(factory=set)
    sent: Sent = Sent()

    def __str__(self) -> str:
        named = ", ".join(part for part in self.owner if part)
        return shorten(named or "one respondent")


@define
class LongReader:
    """Gathers the responses of one long table.

    Attributes:
        work: The table and what is at hand.
        questions: Ids of the questions in order, with their texts where a column spells them out.
        personal: What answers to a question would reveal about a person, for those where they do.
        units: What stands beside the numbers that answer a question; empty for a number without unit.
    """

    work: TableWork
    questions: dict[str, str] = field(factory=dict, init=False)
    personal: dict[str, PersonalData] = field(factory=dict, init=False)
    units: dict[str, set[str]] = field(factory=dict, init=False)
    _by_words: dict[tuple[str, str], PersonalData | None] = field(factory=dict, init=False)
    _gathered: dict[tuple[str, ...], _Gathered] = field(factory=dict, init=False)

    @property
    def asked(self) -> dict[str, str]:
        """The questions that are answered, with their texts: of each year its own, where years run across."""
        if not self.work.layout.by_column:
            return self.questions
        heads = [column.question for column in self.work.layout.answers]
        return {f"{name} [{head}]": f"{text} [{head}]" for name, text in self.questions.items() for head in heads}

    def add(self, row: GridRow) -> None:
        """Take one row."""
        number, work = row[0], self.work
        cells = work.fit(row)
        if work.layout.by_column and sum(bool(cell_text(cell)) for cell in cells) == 1:
            work.account.leave_row("a heading without a question")
            return
        question = self._question(number, cells)
        if not question:
            return
        work.take_row()
        gathered = self._gathered_of(number, cells)
        if question in gathered.asked:
            message = f"{shorten(question)!r} is asked twice of {gathered}, first in row {gathered.asked[question]}"
            remedy = "both answers are kept; take out the one that does not count"
            work.log.add("CB203", Severity.WARNING, message, row=number, remedy=remedy)
        gathered.asked.setdefault(question, number)
        for column in work.layout.answers:
            self._answer(gathered, column, question, number, cells)
        if not work.layout.by_column:
            self._decode(gathered.answers, len(work.layout.answers))
        self._metadata(gathered, number, cells)

    def _question(self, number: int, cells: Sequence[Cell]) -> str:
        """Return the id of the question a row answers; a row without one is left out."""
        layout = self.work.layout
        named, spelled = (
            one_line(cell_text(cells[column.index])) if column is not None else ""
            for column in (layout.question, layout.question_text)
        )
        question = self.work.options.columns.get(fold_head(named or spelled)) or named or spelled
        told = ", ".join(filter(None, (one_line(cell_text(cells[column.index])) for column in layout.dimensions)))
        if question and told:
            question, spelled = f"{question} [{told}]", f"{spelled} [{told}]" if spelled else ""
        if question and self._is_dropped(question, spelled, number, cells):
            return ""
        if question:
            if self.questions.setdefault(question, spelled or question) != spelled and spelled:
                self.work.account.left_out["another text for a question"] += 1
            return question
        answer = cell_text(cells[layout.answers[0].index]) if layout.answers else ""
        if answer:
            message = f"the answer {shorten(answer)!r} names no question; the row is left out"
            self.work.log.add("CB201", Severity.WARNING, message, row=number, remedy="fill in the question")
        self.work.account.leave_row("an answer without a question" if answer else "no question: a heading or a gap")
        return ""

    def _is_dropped(self, question: str, spelled: str, number: int, cells: Sequence[Cell]) -> bool:
        """Tell whether a row is left out since its answer looks personal; note it where it is kept."""
        kind = self._personal(question, spelled, cells)
        if kind is None:
            return False
        work = self.work
        if work.options.drop_personal:
            work.account.leave_row(f"personal ({kind.value}), dropped as the options say")
            return True
        if question not in self.personal:
            self.personal[question] = kind
            message = f"{shorten(question)!r} looks personal ({kind.value})"
            remedy = "drop_personal = true leaves such answers out"
            work.log.add("CB132", Severity.WARNING, message, row=number, remedy=remedy)
        return False

    def _personal(self, question: str, spelled: str, cells: Sequence[Cell]) -> PersonalData | None:
        """Return what a row would reveal about a person, by its question or its answers."""
        asked = (question, spelled)
        if asked not in self._by_words:
            self._by_words[asked] = personal_by_head(question) or personal_by_head(spelled)
        kind = self._by_words[asked]
        column = self.work.layout.answers[0]
        cell = cells[column.index]
        if kind is PersonalData.NAME and isinstance(column.read(cell)[0], int | float):
            return None  # "Nombre" asks for names in Spanish, and counts in French
        return kind or (personal_by_content([cell.strip()]) if isinstance(cell, str) else None)

    def _gathered_of(self, number: int, cells: Sequence[Cell]) -> _Gathered:
        """Return what was gathered of the respondent that a row belongs to."""
        owner = self.work.owner(number, cells)
        key = tuple(map(fold_word, owner))
        if key not in self._gathered:
            gathered = self._gathered[key] = _Gathered(number, owner)
            if owner.respondent and owner.name:
                self._keep(gathered, self.work.layout.keys[Role.ID], owner.name, number)
        return self._gathered[key]

    def _keep(self, gathered: _Gathered, column: Column, text: str, number: int) -> None:
        """Keep what a key column says, where the response has no place of its own for it, as an answer."""
        self.work.account.answers += 1
        origin = self.work.grid.origin(number, column.number)
        gathered.answers.append(Answer(column.question, text, origin=origin))

    def _answer(self, gathered: _Gathered, column: Column, question: str, number: int, cells: Sequence[Cell]) -> None:
        """Read one cell of a row as an answer."""
        work = self.work
        cell = cells[column.index]
        value, raw, problem = column.read(cell)
        apart = work.layout.by_column or column is not work.layout.answers[0]
        if apart:
            question = f"{question} [{column.question}]"
        if (work.layout.by_column or not apart) and isinstance(value, int | float) and not isinstance(value, bool):
            told = cell_text(cells[work.layout.unit.index]) if work.layout.unit is not None else ""
            self.units.setdefault(question, set()).add((_unit(cell) if raw is not None else "") or told)
        if isinstance(value, Missing):
            work.account.absent[value] += 1
        else:
            work.account.answers += 1
        if problem:
            work.note_cell(problem, column.question, number, column.number)
        comment = work.layout.comments.get(column.index)
        remark = (cell_text(cells[comment.index]) or None) if comment is not None else None
        origin = work.grid.origin(number, column.number)
        gathered.answers.append(Answer(question, value, raw, remark, origin=origin))

    def _decode(self, answers: list[Answer], count: int) -> None:
        """Read the code beside an absence that is put in words: 999 beside "don't know" is no number."""
        first = answers[-count].value
        if not isinstance(first, Missing) or answers[-count].raw is None:
            return
        for place in range(1 - count, 0):
            answer = answers[place]
            if isinstance(answer.value, int | float) and str(answer.value) in _MISSING_CODES:
                answers[place] = evolve(answer, value=first, raw=answer.raw or str(answer.value))
                self.work.account.answers -= 1
                self.work.account.absent[first] += 1

    def _metadata(self, gathered: _Gathered, number: int, cells: Sequence[Cell]) -> None:
        """Take the language and the date of a row. They stand in every row of a return; another one is kept too."""
        for role in (Role.LANGUAGE, Role.DATE):
            column = self.work.layout.keys.get(role)
            text = cell_text(cells[column.index]) if column is not None else ""
            if column is None or not text or (role, text) in gathered.told:
                continue
            gathered.told.add((role, text))
            if not self._is_placed(gathered, column, text, cells):
                self._keep(gathered, column, text, number)

    @staticmethod
    def _is_placed(gathered: _Gathered, column: Column, text: str, cells: Sequence[Cell]) -> bool:
        """Give a language or a date its place in the response; return whether it says no more than that."""
        if column.role is Role.LANGUAGE:
            if gathered.language:
                return False
            gathered.language = text
            return True
        sent, had = sent_when(column, cells[column.index]), gathered.sent
        if had.date is not None:
            return False
        gathered.sent = sent
        return sent.rest is None

    def responses(self) -> Iterator[Response]:
        """Yield what was gathered, in the order in which the respondents first appear."""
        for question, units in self.units.items():
            if len(units) > 1:
                shown = ", ".join(sorted(unit or "no unit" for unit in units))
                message = f"answers to {shorten(question)!r} are numbers with different units: {shown}"
                remedy = "write all with the same; raw keeps what was found"
                self.work.log.add("CB201", Severity.WARNING, message, remedy=remedy, subject=question)
        for found in self._gathered.values():
            language = language_tag(found.language)
            yield self.work.response(found.row, found.owner, found.answers, found.sent, language)


def _unit(cell: Cell) -> str:
    """Return the unit that stands beside the number of a cell."""
    if isinstance(cell, Quantity):
        return cell.unit
    parts = split_unit(cell.strip()) if isinstance(cell, str) else None
    return parts[1] if parts is not None else ""
