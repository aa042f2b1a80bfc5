"""Answers of survey files, by a folder's rules and mappings."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from capbuild.display import counted
from capbuild.errors import did_you_mean
from capbuild.model import Finding, Framework, Issue, Missing, Severity, Survey
from capbuild.origin import Origin
from capbuild.scoring.answer_words import fold_text
from capbuild.scoring.survey_reading import SurveyMeaning, find_meaning
from capbuild.workspace.paths import name_return
from capbuild.workspace.records.mappings import NOTHING, MappingRow, select_mappings
from capbuild.workspace.settings.config import Settings


def find_return_meaning(
    reading: Survey, name: str, framework: Framework, rows: Sequence[MappingRow], settings: Settings
) -> SurveyMeaning:
    """Return the meaning of a file's answers.

    The folder's mappings of a question replace those of its form. Unmapped questions are mapped if their text is
    unambiguous.

    Args:
        reading: The file as read.
        name: Its name in the folder, which selects rules and mappings.
        framework: Framework of the answers.
        rows: Mappings of the folder.
        settings: Rules of programme.toml.
    """
    chosen, words = select_mappings(name, rows), settings.rule_for(name).answers
    own = {fold_text(mapping.question) for mapping in chosen}
    mappings = () if reading.questionnaire is None else reading.questionnaire.mappings
    form = [mapping for mapping in mappings if fold_text(mapping.question) not in own]
    ignored = frozenset(fold_text(mapping.question) for mapping in chosen if mapping.target == NOTHING)
    question_mappings = [mapping for mapping in (*form, *chosen) if fold_text(mapping.question) not in ignored]
    return find_meaning(reading, framework, question_mappings, words=words, ignored=ignored)


def list_unmatched(
    rows: Iterable[MappingRow], readings: Sequence[Survey], files: Collection[str], *, whole: bool
) -> Iterator[Issue]:
    """Report mapping rows that match nothing.

    There is no such file, or no such question in it.

    Args:
        rows: Mappings of the folder.
        readings: The returns of a round.
        files: Names of all returns.
        whole: Whether all returns are of this round; otherwise a mapping for any file may be for another.
    """
    asked: dict[str, dict[str, str]] = {}
    for reading in readings:
        known = [] if reading.questionnaire is None else [one.id for one in reading.questionnaire.questions]
        given = (answer.question for response in reading.responses for answer in response.answers)
        asked[name_return(reading.file)] = {fold_text(one): one for one in (*known, *given)}
    names = {*map(name_return, files), *asked}
    absent: dict[str, list[MappingRow]] = {}
    unasked: dict[str, list[MappingRow]] = {}
    for row in rows:
        own = [name for name in asked if fnmatchcase(name, row.pattern or "*")]
        if row.pattern and not any(fnmatchcase(name, row.pattern) for name in names):
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
    """Report answers that a file confirms unchanged."""
    answered = [one for one in findings if not isinstance(one.value, Missing) or one.carried_over is not None]
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
