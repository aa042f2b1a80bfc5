"""Answers of survey files, read by a folder's rules and mappings."""

from collections.abc import Iterable, Sequence

from capbuild.display import counted
from capbuild.model import Finding, Framework, Issue, Missing, Severity, Survey
from capbuild.origin import Origin
from capbuild.scoring.answer_words import fold_text
from capbuild.scoring.survey_reading import SurveyMeaning, find_meaning
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
    own = {fold_text(one.question) for one in chosen}
    given = () if reading.questionnaire is None else reading.questionnaire.mappings
    form = [one for one in given if fold_text(one.question) not in own]
    ignored = frozenset(fold_text(one.question) for one in chosen if one.target == NOTHING)
    known = [one for one in (*form, *chosen) if fold_text(one.question) not in ignored]
    return find_meaning(reading, framework, known, words=words, ignored=ignored)


# Answers that returned forms confirm unchanged


def carried_issue(file: str, findings: Iterable[Finding]) -> Issue | None:
    """Return an issue for answers that a file confirms unchanged; None without any."""
    answered = [one for one in findings if not isinstance(one.value, Missing) or one.carried_over is not None]
    carried = [one for one in answered if one.carried_over is not None]
    if not carried:
        return None
    first = carried[0].carried_over
    since = "" if first is None or not first.round else f" of {first.round}"
    days = sorted({one.as_of.isoformat() for one in carried if one.as_of is not None})
    on = f", confirmed on {' and '.join(days)}" if days else ""
    all_carried = len(carried) == len(answered)
    message = (
        f"{counted(len(carried), 'answer')} of {len(answered)} in {file} as in the form that was sent: carried over"
        f"{since}{on}, and no new evidence"
    )
    remedy = "ask whether somebody went through them: nothing was changed" if all_carried else ""
    severity = Severity.WARNING if all_carried else Severity.NOTE
    return Issue(code="CB213", severity=severity, message=message, origin=Origin(file), remedy=remedy)
