"""Checks of a round: missing answers, conflicts, file permissions."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from capbuild.display import counted, name_some
from capbuild.errors import did_you_mean
from capbuild.model import Assessment, AssessmentSet, Finding, Issue, JudgementRules, Score, Severity, UnusableReason
from capbuild.origin import Origin
from capbuild.workspace.settings.config import Settings

_PATTERN = re.compile(r"[*?\[]")
#: Remedies for unusable returns.
_REMEDIES = {
    UnusableReason.NOT_READ: "correct what the issue on its file names",
    UnusableReason.NOT_HERE: "add its file to returns/, or correct the register",
    UnusableReason.NOT_UNDERSTOOD: 'give its answers a meaning: [read."..."] answers in programme.toml',
    UnusableReason.NOT_MAPPED: "map its questions to the framework in mappings/*.csv",
    UnusableReason.BLANK: "ask the country to send it again",
    UnusableReason.NOT_COUNTED: "ask the country whether it answers",
}


def check_answers(assessed: AssessmentSet, places: Mapping[str, Origin], unread: Sequence[str] = ()) -> Iterator[Issue]:
    """Yield an issue for each country without a usable answer.

    Args:
        assessed: The round.
        places: Origins of a country's returns, by alpha-2 code.
        unread: Names of files of the round that cannot be read, and may have answers of any country.
    """
    first = f"correct what the issue on {name_some(unread, 3)} names: its answers may be there; else " if unread else ""
    for country in assessed.silent:
        why, origin = assessed.unusable.get(country.alpha_2), places.get(country.alpha_2)
        if why is None:
            message, remedy = f"{country} has not answered yet. Nothing is assumed.", f"{first}remind its focal point"
        else:
            message, remedy = f"{country}: received, not usable: {why.value}. Nothing is assumed.", _REMEDIES[why]
        severity = Severity.NOTE if why is None else Severity.WARNING
        yield Issue(code="CB605", severity=severity, message=message, origin=origin, remedy=remedy)


def check_conflicts(assessment: Assessment) -> list[Issue]:
    """Return a note for a country with conflicting sources."""
    rules = assessment.framework.judgement
    diverging = {score.capacity.id for score in assessment.indicators if _is_diverging(score, rules)}
    conflicts = [result for result in assessment.conflicts if result.target not in diverging]
    names = [result.target for result in conflicts]
    if not names:
        return []
    nouns = ("criterion", "criteria") if assessment.framework.criteria else ("indicator", "")
    message = f"{assessment.country}: sources disagree on {counted(len(names), *nouns)}: {name_some(names, 6)}"
    remedy = "put them on the agenda of the next visit"
    return [_make_issue("CB312", Severity.NOTE, message, conflicts[0].findings, remedy)]


def check_judgements(assessment: Assessment) -> Iterator[Issue]:
    """Report diverging assessors and missing evidence."""
    remedy = "name it in a form, a findings table or `capbuild evidence add`: a remark is no evidence; or leave it"
    for score in assessment.indicators:
        judgement, name = score.judgement, f"{assessment.country}: {score.capacity.id}"
        if judgement is not None and _is_diverging(score, assessment.framework.judgement):
            ends = " to ".join(_name_level(score, value) for value in (judgement.lowest, judgement.highest))
            agreed = None if judgement.agreed is None or not score.settled else _name_level(score, judgement.agreed)
            counts = "; the level stays open" if agreed is None else f"; {agreed} counts by {judgement.rule}"
            message = f"{name}: {judgement.assessors} judgements give {ends}{counts}"
            settle = "settle it in a meeting, and add a row with assessor = consensus"
            yield _make_issue("CB314", Severity.WARNING, message, score.findings, settle)
    limited = [(s, s.judgement.evidence_limit) for s in assessment.indicators if s.judgement is not None]
    capped = [(score, limit) for score, limit in limited if limit is not None]
    if capped:
        shown = name_some((f"{score.capacity.id} to {_name_level(score, limit)}" for score, limit in capped), 6)
        count = counted(len(capped), "level is limited", "levels are limited")
        message = f"{assessment.country}: {count} by the evidence cited: {shown}"
        yield _make_issue("CB315", Severity.WARNING, message, capped[0][0].findings, remedy)
    lacking = [result for score in assessment.indicators for result in score.results if result.unsupported]
    if lacking:
        shown = name_some((criterion_result.target for criterion_result in lacking), 6)
        message = f"{assessment.country}: without the evidence that the framework asks for, and not counted: {shown}"
        yield _make_issue("CB315", Severity.WARNING, message, lacking[0].findings, remedy)


def _is_diverging(score: Score, rules: JudgementRules) -> bool:
    """True if assessors without consensus differ more than allowed."""
    judgement = score.judgement
    return judgement is not None and not judgement.consensus and judgement.spread > rules.max_spread


def _name_level(score: Score, value: float) -> str:
    return score.scale.level(int(value)).code if value in score.scale.orders else f"{value:g}"


def _make_issue(code: str, severity: Severity, message: str, findings: Sequence[Finding], remedy: str) -> Issue:
    origin = next((finding.origin for finding in findings if finding.origin is not None), None)
    return Issue(code=code, severity=severity, message=message, origin=origin, remedy=remedy)


def check_read_rules(folder: Path, settings: Settings) -> list[Issue]:
    """Report rules of `[read]` with a missing file.

    The file may be in an archive, or not have been received yet. The issue is a warning only if a file without a rule
    has a similar name.
    """
    issues = []
    ruled = {rule.pattern for rule in settings.rules}
    files = [path.relative_to(folder) for path in (folder / "returns").rglob("*") if path.is_file()]
    for rule in settings.rules:
        path = folder / rule.pattern
        places = [rule.pattern, *map(str, PurePosixPath(rule.pattern).parents)]  # also that of an archive
        if path.exists() or any(fnmatchcase(file.as_posix(), place) for file in files for place in places):
            continue
        names = {file.stem: file for file in files if file.as_posix() not in ruled}
        near = did_you_mean(path.stem, names)
        make = Issue.warning if near else Issue.note
        what = "matches" if _PATTERN.search(rule.pattern) else "is"
        message = f"no file {what} {rule.pattern!r}{near}: its rule has no effect"
        issues.append(
            make("CB604", message, settings.origin("read", rule.pattern), "correct the name, or remove the rule")
        )
    return issues


def check_permissions(private: Path) -> list[Issue]:
    """Warn if other users can read the private folder.

    Only POSIX systems are checked.
    """
    if os.name != "posix" or not private.is_dir() or not private.stat().st_mode & 0o077:
        return []
    return [
        Issue.warning(
            "CB607", "private/ can be read by other users of this computer", Origin("private"), "chmod 700 private"
        )
    ]
