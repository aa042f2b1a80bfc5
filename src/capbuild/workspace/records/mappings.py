"""Mappings of questions to criteria, and answers read by them.

They are stored as CSV or in a workbook. Columns are file, question, target, choice, answers and factor, and those of a
draft (`capbuild map`).
"""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from attrs import frozen

from capbuild.display import counted
from capbuild.errors import CapbuildError, did_you_mean
from capbuild.io.cells import read_cells
from capbuild.model import Finding, Framework, Issue, Missing, QuestionMapping, Severity, Survey
from capbuild.origin import Origin
from capbuild.scoring.answer_words import ANSWER_CODES, fold_text, is_meaning
from capbuild.scoring.findings import mapping_issues
from capbuild.scoring.mapping_drafts import all_texts, plain_text
from capbuild.scoring.survey_reading import SurveyMeaning, find_meaning
from capbuild.workspace.paths import name_return
from capbuild.workspace.records.folder_tables import MAPPINGS
from capbuild.workspace.records.table import Record, list_records, load_plain_table, load_sheet_table
from capbuild.workspace.settings.config import Settings

#: Target of a question outside the framework.
NOTHING = "-"
#: Target of a question of a draft that a person has not confirmed.
_OPEN = "?"
_WORKBOOKS = (".xlsx", ".ods", ".xls")
#: Columns of a draft that help the person correcting it.
_DRAFTED = ("certainty", "proposed", "proposed_answers", "question_text", "target_text")


@frozen(kw_only=True)
class MappingRow:
    """Mapping and the files that it applies to.

    Attributes:
        pattern: Path or glob below `returns/`; empty for all files.
        mapping: The mapping; its target is `?` in a row of a draft that a person has not confirmed.
        text: Text of the question; its id if the file has none.
        origin: Location.
        proposed: Likely target in a row of a draft that a person has not confirmed; empty for none.
    """

    pattern: str
    mapping: QuestionMapping
    text: str
    origin: Origin
    proposed: str = ""

    def matches(self, name: str) -> bool:
        """True if the mapping applies to a file.

        A pattern without a slash matches the name in any subfolder.

        Args:
            name: Path of the file below `returns/`.
        """
        anywhere = "/" not in self.pattern and any(mark in self.pattern for mark in "*?[")
        return not self.pattern or fnmatchcase(name.rpartition("/")[2] if anywhere else name, self.pattern)


def load_mappings(
    folder: Path,
    framework: Framework,
    issues: list[Issue],
    files: dict[str, Path],
    elsewhere: Container[str] = (),
) -> list[MappingRow]:
    """Load the mappings to a framework; invalid rows are issues.

    Args:
        folder: The programme's folder.
        framework: Framework of the targets.
        issues: Collects problems.
        files: Collects the files used, by name.
        elsewhere: Ids of the programme's other editions: a row with one of them is for another round.
    """
    rows: list[MappingRow] = []
    asked: dict[tuple[str, str | None], list[MappingRow]] = {}
    for record in _list_records(folder, issues, files):
        if record.text("certainty") and not record.text("target"):
            if question := record.text("question"):  # an unconfirmed row of a draft
                unconfirmed = QuestionMapping(question=question, target=_OPEN)
                text = record.text("question_text", question)
                proposed = record.text("proposed")
                row = MappingRow(
                    pattern=record.text("file"),
                    mapping=unconfirmed,
                    text=text,
                    origin=record.origin(),
                    proposed=proposed if proposed in framework.names else "",
                )
                rows.append(row)
            continue
        before = len(issues)
        mapping = MAPPINGS.build(record)
        if mapping is None or len(issues) > before:
            continue
        if mapping.target not in framework.names and mapping.target in elsewhere:
            continue
        text = record.text("question_text", mapping.question)
        row = MappingRow(pattern=record.text("file"), mapping=mapping, text=text, origin=record.origin())
        wrong: list[Issue] = []
        if mapping.target != NOTHING:
            wrong = mapping_issues([mapping], framework, row.origin) or _check_meanings(row, framework)
        if not wrong:
            same = asked.setdefault((fold_text(mapping.question), mapping.choice), [])
            repeated, is_repeated = _check_repeated(row, same)
            same.append(row)
            issues += repeated
            rows += [] if is_repeated else [row]
        issues += wrong
    return rows


def _list_records(folder: Path, issues: list[Issue], files: dict[str, Path]) -> Iterator[Record]:
    """Yield the rows of mapping files: text tables and workbooks."""
    wanted, columns = ("question", "target"), (*MAPPINGS.columns, *_DRAFTED)
    for path in sorted(path for path in (folder / "mappings").glob("*") if path.suffix in (".csv", *_WORKBOOKS)):
        name = f"mappings/{path.name}"
        files[name] = path
        if path.suffix == ".csv":
            yield from list_records(load_plain_table(path, name, wanted, issues, columns), name, columns, issues)
            continue
        try:
            sheets = [sheet for sheet in read_cells(path, name=name) if any(map(any, sheet.rows))]
        except CapbuildError as error:
            issues.append(Issue.from_error(error, name))
            continue
        for sheet in sheets:
            table = load_sheet_table(sheet, name, wanted, issues, columns)
            yield from list_records(table, name, columns, issues, sheet=sheet.name)


def _check_repeated(row: MappingRow, before: Iterable[MappingRow]) -> tuple[list[Issue], bool]:
    """Return the issues of a question that is mapped already, and whether the row has no effect.

    Args:
        row: A row.
        before: Rows of the same question and choice.
    """
    name, target = repr(row.mapping.question), row.mapping.target
    for other in before:
        if row.pattern and other.pattern and row.pattern != other.pattern:
            continue
        targets = {target, other.mapping.target}
        if len(targets) > 1 and NOTHING in targets:
            message = f"{name} has the target {target}, and {other.mapping.target} in {other.origin}: it is not read"
            return [Issue.warning("CB672", message, row.origin, "remove one of them")], False
        if len(targets) > 1:
            message = (
                f"{name} is mapped to {target}, and to {other.mapping.target} in {other.origin}: it counts for both"
            )
            return [
                Issue.warning("CB672", message, row.origin, "remove one of them, if it does not ask for both")
            ], False
        if row.pattern == other.pattern and target != NOTHING:
            message = f"{name} is mapped to {target} already, in {other.origin}, which counts"
            return [Issue.error("CB672", message, row.origin, "remove one of them")], True
    return [], False


def _check_meanings(row: MappingRow, framework: Framework) -> list[Issue]:
    """Return an issue for an answer without a known meaning."""
    target = row.mapping.target
    unknown = next(
        (code for code in row.mapping.answers.values() if code and not is_meaning(code, framework, target)), None
    )
    if unknown is None:
        return []
    message, remedy = describe_unknown_meaning(unknown, framework, target)
    return [Issue.error("CB603", message, row.origin, remedy)]


def describe_unknown_meaning(text: str, framework: Framework, target: str | None = None) -> tuple[str, str]:
    """Return message and remedy for an answer's invalid meaning.

    Args:
        text: The text.
        framework: Framework with the levels used as meanings.
        target: Criterion or capacity of the answer; None for any.
    """
    node = framework.capacities.get(target or "")
    scales = framework.scales if target is None else () if node is None else (framework.scale_of(node),)
    levels = list(dict.fromkeys(level.code for scale in scales for level in scale.levels))
    known = [*ANSWER_CODES, *levels]
    named = f", or a level by its code or name: {', '.join(levels)}" if levels else ""
    message = f"{text!r} is not a meaning of an answer{did_you_mean(text, known)}"
    return message, f"one of: {', '.join(ANSWER_CODES)}, or a number{named}"


def list_confirmed(name: str, rows: Iterable[MappingRow]) -> dict[str, QuestionMapping]:
    """Return other files' mappings by the text of the question.

    A text that is mapped to two targets is left out.
    """
    short = name_return(name)
    confirmed: dict[str, QuestionMapping] = {}
    several = set()
    for row in rows:
        if row.pattern and row.mapping.target != _OPEN and not row.matches(short):
            several |= {row.text} if confirmed.setdefault(row.text, row.mapping).target != row.mapping.target else set()
    return {text: mapping for text, mapping in confirmed.items() if text not in several}


def find_return_meaning(
    reading: Survey, name: str, framework: Framework, rows: Sequence[MappingRow], settings: Settings
) -> SurveyMeaning:
    """Return the meaning of a file's answers.

    The folder's mappings of a question replace those of its form. Questions without a mapping are mapped by their
    text if it is unambiguous, also by the text of a question that is mapped for another file.

    Args:
        reading: The file as read.
        name: Its name in the folder, which selects rules and mappings.
        framework: Framework of the answers.
        rows: Mappings of the folder.
        settings: Rules of programme.toml.
    """
    short, words, confirmed = name_return(name), settings.rule_for(name).answers, list_confirmed(name, rows)
    own_rows = [row for row in rows if row.matches(short)]
    chosen = [row.mapping for row in own_rows if row.mapping.target != _OPEN]
    undecided = {fold_text(row.mapping.question): row.proposed for row in own_rows if row.mapping.target == _OPEN}
    own = {fold_text(mapping.question) for mapping in chosen}
    form, asked = reading.questionnaire, () if reading.questionnaire is None else reading.questionnaire.questions
    given = [] if form is None else [mapping for mapping in form.mappings if fold_text(mapping.question) not in own]
    ignored = {fold_text(mapping.question) for mapping in chosen if mapping.target == NOTHING}
    own |= {fold_text(mapping.question) for mapping in given}
    outside = {plain_text(text) for text, mapping in confirmed.items() if mapping.target == NOTHING}
    for question in asked:
        if fold_text(question.id) not in own and outside.intersection(map(plain_text, all_texts(question.text))):
            ignored.add(fold_text(question.id))
    return find_meaning(
        reading,
        framework,
        [mapping for mapping in (*given, *chosen) if fold_text(mapping.question) not in ignored],
        words=words,
        ignored=ignored,
        confirmed={text: mapping for text, mapping in confirmed.items() if mapping.target != NOTHING},
        undecided=undecided,
    )


def list_unmatched(
    rows: Iterable[MappingRow], readings: Sequence[Survey], files: Collection[str], *, whole: bool
) -> Iterator[Issue]:
    """Yield an issue per mapping file with rows without match.

    Such a row names no existing file, or no question in it.

    Args:
        rows: Mappings of the folder.
        readings: The returns of a round.
        files: Names of all returns.
        whole: Whether all returns are of this round; otherwise a mapping for any file may be for another.
    """
    asked: dict[str, dict[str, str]] = {}
    for reading in readings:
        known = [] if reading.questionnaire is None else [question.id for question in reading.questionnaire.questions]
        given = (answer.question for response in reading.responses for answer in response.answers)
        asked[name_return(reading.file)] = {fold_text(question): question for question in (*known, *given)}
    names = {*map(name_return, files), *asked}
    absent: dict[str, list[MappingRow]] = {}
    unasked: dict[str, list[MappingRow]] = {}
    for row in rows:
        own = [name for name in asked if row.matches(name)]
        if row.mapping.target == _OPEN:
            continue
        if not any(map(row.matches, names)) and row.pattern:
            absent.setdefault(row.origin.file, []).append(row)
        elif (whole or row.pattern) and own and not any(fold_text(row.mapping.question) in asked[n] for n in own):
            unasked.setdefault(row.origin.file, []).append(row)
    for first, *others in absent.values():
        message = f"there is no return {first.pattern!r}{did_you_mean(first.pattern, names)}: "
        message += f"{counted(len(others) + 1, 'row')} of the mapping have no effect"
        yield Issue.note("CB604", message, first.origin, "correct the name in the column file, or delete the rows")
    for first, *others in unasked.values():
        known = [question for name in asked for question in asked[name].values()]
        more = f", nor those of {counted(len(others), 'other row')}" if others else ""
        message = f"no return has the question {first.mapping.question!r}{did_you_mean(first.mapping.question, known)}"
        remedy = "write the name that capbuild inspect shows, or delete the row"
        yield Issue.warning("CB301", f"{message}{more}: it maps nothing", first.origin, remedy)


# Answers that returned forms confirm unchanged


def carried_issue(file: str, findings: Iterable[Finding]) -> Issue | None:
    """Return an issue for answers confirmed unchanged, if any."""
    answered = [
        finding for finding in findings if not isinstance(finding.value, Missing) or finding.carried_over is not None
    ]
    carried = [finding for finding in answered if finding.carried_over is not None]
    if not carried:
        return None
    first = carried[0].carried_over
    since = "" if first is None or not first.round else f" of {first.round}"
    days = sorted({finding.as_of.isoformat() for finding in carried if finding.as_of is not None})
    on = f", confirmed on {' and '.join(days)}" if days else ""
    all_carried = len(carried) == len(answered)
    message = (
        f"{counted(len(carried), 'answer')} of {len(answered)} in {file} as in the form that was sent: carried over"
        f"{since}{on}, and no new evidence"
    )
    remedy = "ask whether somebody went through them: nothing was changed" if all_carried else ""
    severity = Severity.WARNING if all_carried else Severity.NOTE
    return Issue(code="CB213", severity=severity, message=message, origin=Origin(file), remedy=remedy)
