"""Answers of an earlier round for the next questionnaire."""

import datetime
from collections.abc import Iterable, Sequence

from attrs import frozen

from capbuild.model import (
    Assessment,
    Capacity,
    CriterionResult,
    CriterionState,
    Crosswalk,
    Elsewhere,
    Finding,
    FindingStatus,
    FindingValue,
    Framework,
    Missing,
    PreviousAnswer,
    Score,
    SourceKind,
    Verdict,
)
from capbuild.scoring.answer_words import find_option
from capbuild.scoring.reconciliation import effective_verdict, latest_findings
from capbuild.tracking.crosswalk import CommonItem, find_overlap


def find_previous_answers(
    assessment: Assessment, framework: Framework, crosswalk: Crosswalk | None = None, *, respondent: str = ""
) -> dict[str, PreviousAnswer]:
    """Return a country's earlier answers, by criterion or indicator.

    These are the answers that counted in the earlier round. A criterion that was only claimed keeps the claim if all
    respondents agree, and a criterion without a judgement has no answer. Through a crosswalk, a split criterion is
    carried over if it was met, and merged criteria if all of them were judged. Findings with a marking are not
    carried over, since the person who fills in the form may not be allowed to see them. If evidence was lacking, the
    answer is the given one, with a note on the level that counted.

    Args:
        assessment: The country in the earlier round.
        framework: Edition of the next round.
        crosswalk: Crosswalk from the earlier edition, if they differ.
        respondent: Kind or pseudonym of a respondent to carry over only their answers; all findings by default.

    Raises:
        ComparisonError: CB801, the editions differ and no crosswalk joins them; CB802, the crosswalk does not fit.
    """
    old = assessment.framework
    givens: dict[str, _Given] = {}
    for score, result in ((node, result) for node in assessment.indicators for result in node.results):
        answer = _find_answer(result, assessment, respondent)
        if answer is not None and (respondent or not _is_disputed(score, result)):
            givens[result.target] = _limit(answer, score, result, respondent)
    answers: dict[str, PreviousAnswer] = {}
    for pair in find_overlap(old, framework, crosswalk).pairs:
        earlier = [givens[name] for name in pair.before if name in givens]
        if len(earlier) != len(pair.before):
            continue
        value = _carry_value([given.value for given in earlier], pair)
        limited = next((given.counted for given in earlier if given.counted is not None), None)
        raw = earlier[0].finding.raw if len(earlier) == 1 else None
        dates = [date for given in earlier if (date := _find_date(given.finding, assessment)) is not None]
        for name in pair.after if value is not None else ():
            code, counted = (_find_code(one, framework, name, raw) for one in (value, limited))
            if code is not None:
                answers[name] = PreviousAnswer(
                    value=code,
                    question=" + ".join(pair.before),
                    framework=old.key,
                    round=assessment.round.id,
                    date=min(dates, default=None),
                    counted=None if counted is None else str(counted),
                )
    return answers


@frozen
class _Given:
    """Answer of the earlier round.

    Attributes:
        value: The given answer.
        finding: Its finding.
        counted: The answer that counted, if evidence was lacking.
    """

    value: FindingValue
    finding: Finding
    counted: FindingValue | None = None


def _limit(given: tuple[FindingValue, Finding], score: Score, result: CriterionResult, respondent: str) -> _Given:
    """Return an answer limited to what the evidence supported."""
    value, finding = given
    judged = score.judgement
    if result.unsupported and isinstance(value, Verdict) and value is not Verdict.NO:
        return _Given(value, finding, Verdict.NO)
    if judged is None or judged.evidence_limit is None or not isinstance(value, int | float):
        return _Given(value, finding)
    whole = value if respondent or judged.agreed is None else judged.agreed
    return _Given(whole, finding, judged.limited(whole) if judged.limited(whole) < whole else None)


def _is_disputed(score: Score, result: CriterionResult) -> bool:
    """True if assessors disagreed without a decision."""
    levels = {finding.value for finding in result.findings if isinstance(finding.value, int | float)}
    return not score.capacity.criteria and not score.settled and len(levels) > 1


def _find_answer(
    result: CriterionResult, assessment: Assessment, respondent: str
) -> tuple[FindingValue, Finding] | None:
    """Return the answer to carry over, with its finding."""
    criterion = assessment.framework.criteria.get(result.target)
    sources = assessment.source_by_id
    used = result.used_finding
    if respondent or (used is None and result.state is CriterionState.OPEN):
        own = [
            finding
            for finding in result.findings
            if (source := sources.get(finding.source)) is not None
            and source.kind is SourceKind.SURVEY
            and respondent in ("", finding.respondent, source.respondent)
            and (respondent or finding.status is FindingStatus.CLAIMED)
        ]
        worth = [
            (finding.value if criterion is None else effective_verdict(finding, criterion), finding) for finding in own
        ]
        return _find_agreed_answer(
            [(value, finding) for value, finding in worth if not isinstance(value, Missing)], assessment
        )
    if used is None:
        absent = [
            finding for finding in result.findings if finding.value is Missing.NOT_APPLICABLE and not finding.marking
        ]
        return (Missing.NOT_APPLICABLE, absent[0]) if absent and result.value is Missing.NOT_APPLICABLE else None
    return None if used.marking else (result.value, used)


def _find_agreed_answer(
    answers: Sequence[tuple[FindingValue, Finding]], assessment: Assessment
) -> tuple[FindingValue, Finding] | None:
    """Return the latest answer if all respondents agree.

    The result is None if respondents differ, or if a finding is marked.
    """
    latest = latest_findings([finding for _, finding in answers], assessment.source_by_id)
    kept = [(value, finding) for value, finding in answers if any(finding is other for other in latest)]
    if len({value for value, _ in kept}) != 1 or any(finding.marking for _, finding in kept):
        return None
    return kept[-1]


def _find_date(finding: Finding, assessment: Assessment) -> datetime.date | None:
    source = assessment.source_by_id.get(finding.source)
    return finding.as_of or (None if source is None else source.end or source.start)


def _carry_value(values: Sequence[FindingValue], pair: CommonItem) -> FindingValue | None:
    """Return the answer for an item's successor.

    The result is None if the answer does not follow from the earlier ones.
    """
    if len(values) == 1:
        return values[0] if len(pair.after) == 1 or _are_all_met(values) else None
    if not all(isinstance(value, Verdict) for value in values):
        return None
    if _are_all_met(values):
        return Verdict.YES
    return Verdict.NO if set(values) == {Verdict.NO} else Verdict.PARTLY


def _are_all_met(values: Iterable[FindingValue]) -> bool:
    return all(isinstance(value, Verdict) and value.passes for value in values)


def _find_code(
    value: FindingValue | None, framework: Framework, name: str, raw: str | None
) -> str | int | float | None:
    """Return the code of an answer in a framework.

    On an answer scale of its own, it is the given option, or the only one that counts the same. The result is None if
    the criterion or indicator does not permit the answer.
    """
    criterion = framework.criteria.get(name)
    scale = framework.answers_of(framework[name] if criterion is None else framework.owner(name))
    options = [option for option in scale.options if option.counts == value] if scale is not None else []
    given = find_option(raw, scale) if raw is not None else None
    if given in options or len(options) == 1:
        return (given if given in options and given is not None else options[0]).code
    if criterion is None:
        node = framework[name]
        return _find_level(value, framework, node) if isinstance(value, int | float) else None
    if value is Verdict.ELSEWHERE and criterion.elsewhere is Elsewhere.NEVER:
        return None
    if isinstance(value, Verdict):
        return value.value
    return "not_applicable" if value is Missing.NOT_APPLICABLE and criterion.no_cases else None


def _find_level(value: float, framework: Framework, node: Capacity) -> str | int | float | None:
    scale = framework.scale_of(node)
    if not scale.levels:
        return value
    if value not in scale.orders:
        return None
    return scale.level(int(value)).code if node.level_texts else int(value)
