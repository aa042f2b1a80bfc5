"""Mapping of a survey's answers to a framework."""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.display import counted
from capbuild.errors import did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Country,
    Evidence,
    Finding,
    Framework,
    Issue,
    Issues,
    Question,
    QuestionMapping,
    ResponseStatus,
    Source,
    SourceKind,
    Survey,
)
from capbuild.origin import Origin
from capbuild.scoring.answer_words import fold_text
from capbuild.scoring.findings import (
    AnswerReader,
    DoubledAnswer,
    UnreadAnswer,
    doubled_issues,
    findings_from_response,
    mapping_issues,
    unread_issues,
)
from capbuild.scoring.mapping_drafts import (
    NO_MAPPINGS,
    Certainty,
    draft_mapping,
    find_confirmed,
    find_contradictions,
    find_evidence_questions,
    index_confirmed,
)
from capbuild.text import shorten_middle

#: Status of a response that needs no note.
_WHOLE = ResponseStatus.SUBMITTED
_CALL = "`capbuild.scoring.survey_findings(survey, framework, mappings=...)`"


@frozen(kw_only=True)
class SurveyMeaning:
    """Meaning of the answers of a survey for a framework.

    Attributes:
        reader: Reads the answers.
        drafted: Mappings made from question wording.
        ignored: Case-folded ids of questions outside the framework: a person marked them, or they ask for the country.
        contradictions: Questions that are not read, since their id names the first target and their text the second.
        likely: Likely targets of questions without a mapping, by question; of targets that no other question has.
    """

    reader: AnswerReader
    drafted: tuple[QuestionMapping, ...] = field(default=(), converter=to_tuple)
    ignored: Container[str] = frozenset()
    contradictions: FrozenMap[str, tuple[str, str]] = field(factory=FrozenMap, converter=to_map)
    likely: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)

    def is_unmapped(self, question: str) -> bool:
        """True if a question lacks a mapping.

        Ignored questions and questions about evidence need none.
        """
        folded = fold_text(question)
        return folded not in self.ignored and folded not in self.reader.evidence and not self.reader.targets(question)

    def drafted_issues(self, survey: Survey, remedy: str) -> list[Issue]:
        """Report questions mapped by wording, and conflicting ids."""
        issues = []
        if self.contradictions:
            alike = [
                f"{shorten_middle(name, 60)!r} has the text of {other}"
                for name, (_, other) in self.contradictions.items()
            ]
            more = f"; and {len(alike) - 3} more" if len(alike) > 3 else ""
            what = f"ids and texts of {counted(len(alike), 'question')} contradict each other, which were not read: "
            how = "correct the id or the text, or give the question a target in a mapping"
            issues.append(Issue.error("CB214", f"{what}{'; '.join(alike[:3])}{more}", Origin(survey.file), how))
        return issues if not self.drafted else [*issues, self._describe_drafted(survey, remedy)]

    def _describe_drafted(self, survey: Survey, remedy: str) -> Issue:
        shown = ", ".join(
            f"{shorten_middle(proposal.question, 60)!r} as {proposal.target}" for proposal in self.drafted[:5]
        )
        more = f" and {len(self.drafted) - 5} more" if len(self.drafted) > 5 else ""
        message = f"{counted(len(self.drafted), 'question')} of {survey.file} read by the wording: {shown}{more}"
        return Issue.warning("CB211", message, Origin(survey.file), remedy)

    def unmapped_issues(self, survey: Survey, remedy: str) -> list[Issue]:
        """Report answered questions without a target."""
        answered = (a.question for response in survey.responses if response.status.counts for a in response.answers)
        unmapped = [name for name in dict.fromkeys(answered) if self.is_unmapped(name)]
        if not unmapped:
            return []
        framework = self.reader.framework
        known = [*framework.criteria, *(node.id for node in framework.indicators)]
        names = ", ".join(
            f"{shorten_middle(name, 60)!r}{'' if ' ' in name else did_you_mean(name, known)}" for name in unmapped[:5]
        )
        more = f" and {len(unmapped) - 5} more" if len(unmapped) > 5 else ""
        message = f"{counted(len(unmapped), 'question')} not mapped to {framework.key}: {names}{more}"
        return [Issue.note("CB205", message, Origin(survey.file), remedy)]


def status_issues(survey: Survey) -> Iterator[Issue]:
    """Report responses that do not count, and unfinished ones, which do."""
    groups = (
        (False, "not used", "correct the status in the file if they are to be used"),
        (
            True,
            "not submitted, but used: their blanks are missing, never no",
            "take the rows out if they must not count",
        ),
    )
    for counts, what, remedy in groups:
        partial = [
            response
            for response in survey.responses
            if response.status.counts is counts and response.status is not _WHOLE
        ]
        if partial:
            kinds = ", ".join(
                f"{n} {kind}" for kind, n in Counter(response.status.value for response in partial).items()
            )
            message = f"{counted(len(partial), 'response')} of {survey.file} {what} ({kinds})"
            yield Issue.note("CB210", message, partial[0].origin, remedy)


def _find_place_questions(survey: Survey) -> set[str]:
    """Return the folded ids of questions whose answers are the countries of their responses."""
    form = {} if survey.questionnaire is None else survey.questionnaire.by_id
    named_by_question: dict[str, bool] = {}
    for response in survey.responses if any(response.place for response in survey.responses) else ():
        for answer in response.answers:
            if isinstance(answer.value, str) and named_by_question.get(answer.question, True):
                choice = form[answer.question].choice(answer.value) if answer.question in form else None
                named = answer.value.strip() if choice is None else choice.label.source
                named_by_question[answer.question] = named == response.place
    return {fold_text(name) for name, is_place in named_by_question.items() if is_place}


def find_meaning(
    survey: Survey,
    framework: Framework,
    mappings: Iterable[QuestionMapping] = (),
    *,
    words: Mapping[str, str] | None = None,
    ignored: Collection[str] = frozenset(),
    confirmed: Mapping[str, QuestionMapping] = NO_MAPPINGS,
    undecided: Mapping[str, str] = FrozenMap(),
) -> SurveyMeaning:
    """Return the meaning of a survey's answers.

    Questions are mapped by id, by mapping or by wording.

    Args:
        survey: The survey.
        framework: Framework of the answers.
        mappings: Mappings of questions; others of the form are left out.
        words: Further answer words with their codes.
        ignored: Case-folded ids of questions outside the framework.
        confirmed: Mappings of other surveys by the text of the question, to map questions by.
        undecided: Likely target, or an empty text, of questions that wait for a person, by case-folded id: they are
            mapped by `confirmed` only.
    """
    form, known, words = survey.questionnaire, tuple(mappings), words or {}
    asked = () if form is None else form.questions
    previous = None if form is None else form.previous
    explained = {fold_text(question_mapping.question) for question_mapping in known}
    ignored = {*ignored, *(_find_place_questions(survey) - explained)}
    unclear = [question for question in asked if fold_text(question.id) not in {*explained, *ignored}]
    contradictions = find_contradictions(unclear, framework)
    ignored = {*ignored, *map(fold_text, contradictions)}
    reader = AnswerReader.make(framework, known, words, ignored, previous)
    settled = {fold_text(word) for word in words}
    asked_by_id = (question for question in unclear if fold_text(question.id) not in ignored)
    by_text = index_confirmed(confirmed)
    if remembered := list(_list_remembered(asked_by_id, reader, by_text, settled)):
        known = (*known, *remembered)
        reader = AnswerReader.make(framework, known, words, ignored, previous)
    meaning = SurveyMeaning(reader=reader, ignored=ignored, contradictions=contradictions)
    used = {mapping.target for question in asked for mapping in reader.targets(question.id)}
    unmapped = [
        question
        for question in asked
        if meaning.is_unmapped(question.id)
        and (fold_text(question.id) not in undecided or find_confirmed(question, by_text) is not None)
    ]
    draft = draft_mapping(unmapped, framework, survey.responses, confirmed=confirmed)
    drafted = [
        evolve(
            proposal, answers={word: code for word, code in proposal.answers.items() if fold_text(word) not in settled}
        )
        for proposal in draft.mappings
        if proposal.target not in used
    ]
    again = AnswerReader.make(framework, [*known, *drafted], words, ignored, previous) if drafted else reader
    again = evolve(again, evidence=_find_evidence(asked, again, meaning))
    answers = (answer for response in survey.responses if response.status.counts for answer in response.answers)
    used |= {mapping.target for mapping in drafted}
    likely = {proposal.question: proposal.target for proposal in draft if proposal.certainty is Certainty.LIKELY}
    likely |= {question: target for question, (target, _) in contradictions.items()}
    likely |= {
        question.id: proposed
        for question in asked
        if not again.targets(question.id) and (proposed := undecided.get(fold_text(question.id)))
    }
    waiting = {question: target for question, target in likely.items() if target not in used}
    return evolve(meaning, reader=again.with_shares(answers), drafted=drafted, likely=waiting)


def _list_remembered(
    asked: Iterable[Question],
    reader: AnswerReader,
    confirmed: Mapping[str, QuestionMapping],
    settled: Collection[str],
) -> Iterator[QuestionMapping]:
    """Yield mappings of questions that have their target's id, with the answers of the same question elsewhere.

    Args:
        asked: The questions.
        reader: Their targets.
        confirmed: Mappings of other surveys (`index_confirmed`).
        settled: Folded words with a meaning of their own.
    """
    for question in asked if confirmed else ():
        like = find_confirmed(question, confirmed)
        targets = {mapping.target for mapping in reader.targets(question.id)}
        if like is not None and like.choice is None and like.answers and targets == {like.target}:
            answers = {word: code for word, code in like.answers.items() if fold_text(word) not in settled}
            yield evolve(like, question=question.id, answers=answers)


def _find_evidence(
    asked: Sequence[Question], reader: AnswerReader, meaning: SurveyMeaning
) -> dict[str, tuple[str, ...]]:
    """Return targets of unmapped evidence questions, by folded question."""
    framework = reader.framework
    evidence_targets: dict[str, tuple[str, ...]] = {}
    for question, name in find_evidence_questions(asked, framework).items():
        targets = [mapping.target for mapping in reader.targets(name)]
        if meaning.is_unmapped(question) and not reader.targets(question) and targets:
            evidence_targets[fold_text(question)] = tuple(targets)
    return evidence_targets


@frozen(kw_only=True)
class SurveyFindings:
    """Findings of a survey, with other input of `assess`.

    Attributes:
        findings: A finding for every answer to a mapped question.
        sources: A source for each response.
        evidence: Evidence cited by the respondents, by country.
        issues: Questions read by their wording or without a target, responses and answers not used.
    """

    findings: tuple[Finding, ...] = field(converter=to_tuple, repr=False)
    sources: tuple[Source, ...] = field(default=(), converter=to_tuple, repr=False)
    evidence: FrozenMap[Country, tuple[Evidence, ...]] = field(factory=FrozenMap, converter=to_map, repr=False)
    issues: Issues = Issues()


def survey_findings(
    survey: Survey, framework: Framework, mappings: Sequence[QuestionMapping] | None = None
) -> SurveyFindings:
    r"""Return the findings of a survey about a framework.

    A question needs no mapping if it has the id of a criterion or directly judged capacity, or if its wording is
    clearly that of one (`draft_mapping`).

    Args:
        survey: The survey; each response is a source.
        framework: The framework.
        mappings: Mappings of other questions; None for those of the form.

    Example:
        >>> from capbuild.io import read
        >>> from capbuild.frameworks import load_bundled
        >>> survey = read(b"country,TEC-2.2a,shoes\nJamaica,yes,43\nAtlantis,no,40\n", name="a.csv")
        >>> found = survey_findings(survey, load_bundled("police_cyber"))
        >>> [(one.country.name, one.target, one.value.value) for one in found.findings]
        [('Jamaica', 'TEC-2.2a', 'yes')]
        >>> [issue.message for issue in found.issues]
        ["1 question not mapped to police-cyber 1.0: 'shoes'", '1 response without a country is not used']
    """
    given = (() if survey.questionnaire is None else survey.questionnaire.mappings) if mappings is None else mappings
    origin = Origin(survey.file)
    issues = [issue for mapping in given for issue in mapping_issues([mapping], framework, origin)]
    meaning = find_meaning(
        survey, framework, [mapping for mapping in given if not mapping_issues([mapping], framework)]
    )
    issues += meaning.drafted_issues(survey, f"check them; correct wrong ones with {_CALL}")
    issues += meaning.unmapped_issues(survey, f"map them with {_CALL}, or leave them")
    issues += status_issues(survey)
    findings: list[Finding] = []
    sources: list[Source] = []
    evidence: dict[Country, list[Evidence]] = {}
    unread: list[UnreadAnswer] = []
    doubled: list[DoubledAnswer] = []
    placeless = 0
    for response in survey.responses:
        if response.country is None:
            placeless += 1
            continue
        source = Source(
            id=f"{PurePath(survey.file).stem}#{response.id}",
            kind=SourceKind.SURVEY,
            title=PurePath(survey.file).name,
            country=response.country,
            start=response.submitted.date() if response.submitted else response.date,
            respondent=response.respondent.kind if response.respondent else "",
            language=response.language or "",
        )
        parsed = findings_from_response(response, response.country, source, meaning.reader)
        findings += parsed.findings
        unread += parsed.unread
        doubled += parsed.doubled
        sources.append(source)
        if parsed.evidence:
            evidence.setdefault(response.country, []).extend(parsed.evidence)
    if placeless:
        verb = "is" if placeless == 1 else "are"
        message = f"{counted(placeless, 'response')} without a country {verb} not used"
        issues.append(Issue.warning("CB206", message, origin, "correct the names of countries in the file"))
    return SurveyFindings(
        findings=findings,
        sources=sources,
        evidence={country: tuple(cited) for country, cited in evidence.items()},
        issues=Issues([*issues, *doubled_issues(doubled), *unread_issues(unread)]),
    )
