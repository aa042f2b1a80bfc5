"""Reader of SPSS and Stata files."""

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from attrs import define, evolve, field

from capbuild.display import counted
from capbuild.formats import (
    Account,
    CellValue,
    IssueLog,
    Role,
    fold_header,
    header_meaning,
    mark_missing,
    read_date,
    shorten,
)
from capbuild.model import (
    Answer,
    ColumnUse,
    ColumnUsed,
    Missing,
    Questionnaire,
    QuestionType,
    Respondent,
    Response,
    Severity,
)
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild_spss.encodings import open_file
from capbuild_spss.options import StatisticsFileOptions
from capbuild_spss.questions import SetQuestion, VariableQuestion, make_question, make_set_question
from capbuild_spss.subprocess_parser import ParsedFile, make_damaged_error
from capbuild_spss.variables import FileFacts, Value

#: Length of a day such as `2015-03-01` before its time.
_DAY = 10
_DROPPED = "personal, dropped, as set in the options"
_USES = {
    Role.COUNTRY: ColumnUse.COUNTRY,
    Role.ID: ColumnUse.RESPONDENT,
    Role.LANGUAGE: ColumnUse.METADATA,
    Role.DATE: ColumnUse.QUESTION,
}


def _find_keys(variables: Sequence[VariableQuestion]) -> dict[Role, VariableQuestion]:
    """Return the best variable of each role.

    Roles are country, respondent, language and date of the response.
    """
    ranked: dict[Role, tuple[int, VariableQuestion]] = {}
    for variable in variables:
        for position, head in enumerate((variable.variable.name, variable.variable.label)):
            meaning = header_meaning(head)
            if meaning is None or meaning.role not in _USES:
                continue
            if meaning.role is Role.DATE and variable.question.type not in (QuestionType.DATE, QuestionType.DATETIME):
                continue
            rank = 2 * meaning.rank + position
            if meaning.role not in ranked or rank < ranked[meaning.role][0]:
                ranked[meaning.role] = (rank, variable)
    return {role: question for role, (_, question) in ranked.items()}


@define
class FileReader:
    """State of reading one file.

    Attributes:
        source: The file.
        options: Options in force.
        facts: Facts about the file.
        log: Receives the issues.
    """

    source: InputFile
    options: StatisticsFileOptions
    facts: FileFacts
    log: IssueLog
    variables: dict[str, VariableQuestion] = field(init=False)
    keys: dict[Role, VariableQuestion] = field(init=False)
    sets: tuple[SetQuestion, ...] = field(init=False)
    questions: tuple[VariableQuestion, ...] = field(init=False)
    steps: tuple[tuple[str, int, dict[Value, CellValue], VariableQuestion], ...] = field(init=False)
    dropped: int = field(init=False)
    columns: tuple[ColumnUsed, ...] = field(init=False)
    account: Account = field(factory=Account, init=False)

    def __attrs_post_init__(self) -> None:
        longest = self.source.limits.text
        self.variables = {v.name: make_question(v, self.language, longest) for v in self.facts.variables}
        questions = list(self.variables.values())
        kept = [v for v in questions if not (self.options.drop_personal and v.question.personal)]
        self.keys = _find_keys(kept)
        named = next((v for v in kept if v.variable.name == self.options.country), None)
        if named is not None:
            self.keys[Role.COUNTRY] = named
            self.options = evolve(self.options, country=None)
        # The time of a date stays an answer.
        used = {key.variable.name for role, key in self.keys.items() if role is not Role.DATE}
        free = {v.variable.name: v for v in kept if v.variable.name not in used}
        self.sets = tuple(
            set_question for part in self.facts.sets if (set_question := make_set_question(part, free)) is not None
        )
        gathered = {member.variable.name: set_ for set_ in self.sets for member in set_.members}
        self.questions = tuple(v for name, v in free.items() if name not in gathered)
        self.steps = tuple((v.question.id, v.variable.column, v.known, v) for v in self.questions)
        self.dropped = len(questions) - len(kept)
        self.columns = tuple(
            self._describe_column_use(v, kept=v in kept, part_of=gathered.get(v.variable.name)) for v in questions
        )

    @property
    def language(self) -> str | None:
        """Language of the labels."""
        return self.options.language or self.facts.language or None

    def _list_languages(self) -> Iterator[str]:
        if self.language:
            yield self.language
        for variable in self.facts.variables:
            yield from (other.language for other in variable.others)

    def _describe_column_use(
        self, question: VariableQuestion, *, kept: bool, part_of: SetQuestion | None
    ) -> ColumnUsed:
        personal, role = question.question.personal, self._find_role(question)
        use, reason = ColumnUse.QUESTION, ""
        if not kept:
            use, reason = ColumnUse.PERSONAL, _DROPPED
        elif role is not None:
            use, reason = _USES[role], "the date of the response too" if role is Role.DATE else ""
        elif part_of is not None:
            use, reason = ColumnUse.ANSWER, f"part of {part_of.question.id}"
        elif personal is not None:
            use, reason = ColumnUse.PERSONAL, "kept as an answer; drop_personal leaves it out"
        return ColumnUsed(
            name=question.variable.name, column=question.variable.column, use=use, reason=reason, personal=personal
        )

    def _find_role(self, question: VariableQuestion) -> Role | None:
        return next((role for role, key in self.keys.items() if key is question), None)

    def questionnaire(self) -> Questionnaire:
        """Return the variables as a questionnaire."""
        file = PurePath(self.source.name)
        return Questionnaire(
            id=fold_header(file.stem).replace(" ", "-") or "file",
            title=self.facts.title or file.name,
            languages=tuple(tag for tag in dict.fromkeys(self._list_languages()) if tag != "und"),
            questions=[*(v.question for v in self.questions), *(set_.question for set_ in self.sets)],
        )

    def response(self, number: int, row: Sequence[Value]) -> Response:
        """Return the response of one row."""
        self.account.rows_out += 1
        name = self._read_text(Role.ID, row)
        place = self._place(number, row)
        answers = self._read_answers(number, row)
        answers += [self._set_answer(set_, number, row) for set_ in self.sets]
        self.account.left_out[_DROPPED] += self.dropped
        return Response(
            id=str(number),
            place=place or None,
            respondent=Respondent(pseudonym=name or f"row {number}"),
            language=self._read_text(Role.LANGUAGE, row) or self.options.language,
            date=self._find_date(number, row),
            answers=answers,
            origin=Origin(self.source.name, row=number),
        )

    def _find_date(self, number: int, row: Sequence[Value]) -> datetime.date | None:
        """Return the date of a row; an unreadable one is an issue."""
        if Role.DATE not in self.keys:
            return None
        column = self.keys[Role.DATE].variable.column
        cell = row[column - 1]
        day, text = self.read_day(cell), self.role_text(Role.DATE, cell)
        if day is None and text.strip():
            self.log.add_unreadable_date(text, Origin(self.source.name, row=number, column=column))
        return day

    def _read_text(self, role: Role, row: Sequence[Value]) -> str:
        """Return the text of a role's variable in a row.

        This is the value label, or the value as text.
        """
        question = self.keys.get(role)
        return self.role_text(role, row[question.variable.column - 1]) if question is not None else ""

    def role_text(self, role: Role, cell: Value) -> str:
        """Return a role's value as text, empty if missing."""
        question = self.keys[role]
        value = question.read(cell)[0]
        if isinstance(value, Missing):
            return ""
        choice = question.question.choice(str(value)) if role is Role.COUNTRY else None
        return choice.label.source if choice is not None else str(value)

    def read_day(self, cell: Value) -> datetime.date | None:
        """Return the day of the date variable, or None."""
        value = self.keys[Role.DATE].read(cell)[0]
        return value if isinstance(value, datetime.date) else read_date(str(value)[:_DAY])

    def _place(self, number: int, row: Sequence[Value]) -> str:
        place = self._read_text(Role.COUNTRY, row) or self.options.country or ""
        if not place and Role.COUNTRY in self.keys:
            self.log.add("CB206", Severity.WARNING, "the row names no country", row=number, remedy="fill it in")
        return place

    def _read_answers(self, number: int, row: Sequence[Value]) -> list[Answer]:
        """Return the answers of one row.

        Values are looked up inline, as this runs for millions of cells.
        """
        file, gaps = self.source.name, 0
        answers: list[Answer] = []
        for question, column, known, variable_question in self.steps:
            cell = row[column - 1]
            value, raw, problem = known.get(cell) or variable_question.read(cell)
            if isinstance(value, Missing):
                self.account.absent[value] += 1
                gaps += 1
            if problem:
                self._note(problem, question, number, column)
            answers.append(Answer(question, value, raw, origin=Origin(file, None, number, column)))
        self.account.answers += len(answers) - gaps
        return answers

    def _note(self, problem: str, question: str, number: int, column: int) -> None:
        message = f"{problem} ({shorten(question, 40)}); it is kept"
        remedy = "correct the file, or label the value"
        self.log.add("CB201", Severity.WARNING, message, row=number, column=column, remedy=remedy, subject=question)

    def _set_answer(self, question: SetQuestion, number: int, row: Sequence[Value]) -> Answer:
        first = question.members[0].variable.column
        return question.answer(row, Origin(self.source.name, row=number, column=first))

    def count_set_cells(self, row: Sequence[Value]) -> None:
        """Count the cells of sets, each variable once."""
        members = {m.variable.name: m for set_ in self.sets for m in set_.members}
        for member in members.values():
            self.account.count(member.read(row[member.variable.column - 1])[0])


def make_reader(source: InputFile, options: StatisticsFileOptions, facts: FileFacts, log: IssueLog) -> FileReader:
    """Return a file's reader, with the file's issues logged.

    Raises:
        ReadError: SPSS1, a variable has no name or a duplicate one.
    """
    counts = Counter(variable.name for variable in facts.variables)
    duplicate = next((name for name, count in counts.items() if count > 1 or not name), "")
    if duplicate:
        raise make_damaged_error(source, f"the variable {duplicate!r} is defined twice")
    reader = FileReader(source, options, facts, log)
    _note_file(reader)
    return reader


def _note_file(reader: FileReader) -> None:
    """Report issues of the file as a whole."""
    log = reader.log
    if Role.COUNTRY not in reader.keys and reader.options.country is None:
        remedy = 'set country = "..." to the country of the whole file, or to the variable of the country'
        log.add("CB104", Severity.WARNING, "no variable names a country", remedy=remedy)
    for column in reader.columns:
        if column.personal is not None and not reader.options.drop_personal:
            message = f"{column.name!r} looks personal ({column.personal.value})"
            remedy = "drop_personal = true leaves such variables out"
            log.add("CB132", Severity.WARNING, message, column=column.column, remedy=remedy)
    if reader.facts.weight:
        message = f"rows are weighted by {reader.facts.weight!r}; the answers are read without weights"
        log.add("SPSS2", Severity.NOTE, message, remedy=f'SampleDesign(weight="{reader.facts.weight}") weights a tally')
    if reader.facts.notes:
        first = shorten(reader.facts.notes[0].strip(), 60)
        message = f"notes of {counted(len(reader.facts.notes), 'line')} about the file are passed over: {first!r}"
        log.add("SPSS3", Severity.NOTE, message, remedy="read them where the file was made")
    if reader.facts.rows == 0:
        log.add("CB117", Severity.ERROR, "the file contains no rows", remedy="ask for the file again")


def _read_items(
    source: InputFile, options: StatisticsFileOptions, table: ParsedFile, log: IssueLog
) -> Iterator[ReadItem]:
    reader = make_reader(source, options, table.facts, log)
    yield reader.questionnaire()
    for number, row in enumerate(table.rows(), start=1):
        response = reader.response(number, row)
        reader.count_set_cells(row)
        yield from log.drain()
        yield response
    yield from log.close()
    yield reader.account.reconciliation(columns=reader.columns)


def read_file(source: InputFile, options: StatisticsFileOptions) -> Iterator[ReadItem]:
    """Read a file.

    It yields the questionnaire, responses, issues and finally the reconciliation.

    Args:
        source: An SPSS or Stata file.
        options: Options in force.

    Raises:
        ReadError: SPSS1, it cannot be parsed.
        LimitError: It declares more cells than the limits allow.
    """
    log = IssueLog(source.name)
    with open_file(source, options, log) as table:
        yield from mark_missing(_read_items(source, options, table, log), options.missing)
