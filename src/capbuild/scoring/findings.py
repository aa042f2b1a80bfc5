"""Findings from survey answers."""

import json
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from capbuild.errors import did_you_mean
from capbuild.escaping import format_csv
from capbuild.model import (
    Answer,
    AnswerOption,
    AnswerValue,
    Basis,
    Check,
    Citation,
    Country,
    Evidence,
    EvidenceKind,
    Finding,
    FindingStatus,
    FindingValue,
    Framework,
    Issue,
    Missing,
    MissingPolicy,
    PreviousAnswer,
    QuestionMapping,
    Response,
    Source,
    SourceKind,
    Verdict,
)
from capbuild.origin import Origin
from capbuild.scoring.answer_words import (
    ANSWER_CODES,
    answer_value,
    find_level,
    find_option,
    fold_text,
    is_percent_ladder,
    names_evidence,
)
from capbuild.text import Text, shorten_middle

#: Prefixes of words for units of time, in the languages of forms.
_TIMES = {"h": ("h", "uur", "uren"), "d": ("d", "jour", "tag"), "min": ("min",)}
_UNIT_WORD = re.compile(r"\d[\s.,]*([^\W\d_]+)\W*$")
_NOT_AN_ANSWER = "CB201"
_OFF_SCALE = "CB202"
_ABSENCE = "CB313"
#: Wrong numbers that one issue shows.
_SHOWN = 4


def finding_status(check: Check, kind: SourceKind, value: FindingValue, basis: Basis) -> FindingStatus:
    """Return the verification status of a finding.

    Visits confirm every criterion. Meetings confirm criteria that are asked of two people separately, and evidence
    shown there. Desk reviews, and sources that have a copy or have seen it, confirm documents and records. All other
    findings are reported. If the criterion requires observation or separate interviews, a yes among them is only
    claimed.

    Args:
        check: How the criterion is checked: by document, observation, record or interviews.
        kind: Kind of the source.
        value: Its value.
        basis: Basis of its knowledge.
    """
    evidence = basis in (Basis.SEEN, Basis.COPY)
    if check.needs_visit:
        able = kind is SourceKind.MEETING and (check is Check.INTERVIEW or basis is Basis.SEEN)
    else:
        able = evidence or kind is SourceKind.DESK
    if able or kind is SourceKind.VISIT:
        return FindingStatus.CONFIRMED
    passes = isinstance(value, Verdict) and value.passes
    return FindingStatus.CLAIMED if passes and check.needs_visit else FindingStatus.REPORTED


def resolve_target(name: str, framework: Framework) -> str:
    """Return the only criterion of a node, or its name.

    Example:
        >>> from capbuild.model import Capacity, Criterion, Scale
        >>> law = Capacity(id="A.1", title="Law", criteria=[Criterion(id="A.1.1", text="A law is in force.")])
        >>> bare = Framework(id="f", edition="1", title="F", scales=[Scale(id="s")], roots=[law])
        >>> resolve_target("A.1", bare), resolve_target("A.2", bare)
        ('A.1.1', 'A.2')
    """
    node = framework.capacities.get(name)
    return node.criteria[0].id if node is not None and len(node.criteria) == 1 else name


def mapping_issues(
    mappings: Iterable[QuestionMapping], framework: Framework, origin: Origin | None = None
) -> list[Issue]:
    """Return an issue for each mapping to an invalid target.

    Args:
        mappings: From questions to criteria and capacities.
        framework: The framework.
        origin: Origin of the mappings, for the issues.
    """
    issues = []
    for mapping in mappings:
        if mapping.target in framework.criteria:
            continue
        node = framework.capacities.get(mapping.target)
        if node is None:
            known = (*framework.criteria, *framework.capacities)
            message = f"{mapping.question!r} is mapped to {mapping.target!r}, which is not in {framework.key}"
            message += did_you_mean(mapping.target, known)
        elif node.children or len(node.criteria) > 1:
            message = f"{mapping.question!r} is mapped to {mapping.target!r}, which is computed, not answered"
        else:
            continue
        issues.append(Issue.error("CB301", message, origin, "correct the mapping"))
    return issues


@frozen(kw_only=True)
class AnswerReader:
    """Reader of answers as findings about one framework.

    Attributes:
        framework: Framework of the answers.
        mappings: Mappings by folded question; a question with the id of a criterion or directly judged capacity needs
            none.
        words: Further answer words with their codes.
        previous: Answers of an earlier round by question, as the form shows them.
        evidence: Targets whose evidence a question asks for, by folded question.
        has_shares: Whether 1 is 100 % on scales of percentages, since the file writes 40 % as 0.4; None if it has
            levels as numbers too, or nothing but 1, so that 1 may be either.
    """

    framework: Framework
    mappings: Mapping[str, Sequence[QuestionMapping]] = field(factory=dict)
    words: Mapping[str, str] = field(factory=dict)
    previous: Mapping[str, PreviousAnswer] = field(factory=dict)
    evidence: Mapping[str, Sequence[str]] = field(factory=dict)
    has_shares: bool | None = False

    @classmethod
    def make(
        cls,
        framework: Framework,
        mappings: Iterable[QuestionMapping] = (),
        words: Mapping[str, str] | None = None,
        ignored: Container[str] = (),
        previous: Mapping[str, PreviousAnswer] | None = None,
    ) -> "AnswerReader":
        """Make a reader of answers from mappings.

        Questions with the id of a criterion need no mapping.

        Args:
            framework: Framework of the answers.
            mappings: Mappings of questions.
            words: Further answer words with their codes.
            ignored: Folded ids of questions outside the framework.
            previous: Earlier answers that the form showed, by question.
        """
        names = [*framework.criteria, *(node.id for node in framework.indicators if len(node.criteria) < 2)]
        index: dict[str, list[QuestionMapping]] = {
            fold_text(name): [QuestionMapping(question=name, target=resolve_target(name, framework))]
            for name in names
            if fold_text(name) not in ignored
        }
        given: dict[str, dict[tuple[str, str | None], QuestionMapping]] = {}
        for written in mappings:  # of two for one target, the later counts
            mapping = evolve(written, target=resolve_target(written.target, framework))
            given.setdefault(fold_text(mapping.question), {})[mapping.target, mapping.choice] = mapping
        all_mappings = {**index, **{question: list(by_target.values()) for question, by_target in given.items()}}
        return cls(framework=framework, mappings=all_mappings, words=words or {}, previous=previous or {})

    def targets(self, question: str) -> Sequence[QuestionMapping]:
        """Return the mappings of a question, if any."""
        return self.mappings.get(fold_text(question), ())

    def with_shares(self, answers: Iterable[Answer]) -> "AnswerReader":
        """Return a reader for the numbers of a file's answers.

        The answers show whether numbers in the file are shares of 1.
        """
        scales = {node.id: self.framework.scale_of(node) for node in self.framework.indicators if not node.criteria}
        ladders = {name: scale for name, scale in scales.items() if is_percent_ladder(scale)}
        if not ladders:
            return self
        numbers = {
            (float(answer.value), ladders[mapping.target])
            for answer in answers
            if isinstance(answer.value, int | float) and "%" not in (answer.raw or "")
            for mapping in self.targets(answer.question)
            if mapping.target in ladders
        }
        levels = any(number != 1 and number in scale.orders for number, scale in numbers)
        shares = any(0 < number < 1 for number, _ in numbers)
        clear = numbers and levels is not shares  # numbers that are all 1 may be either too
        return evolve(self, has_shares=shares if clear else None)

    def read(self, answer: Answer, mapping: QuestionMapping) -> "FindingValue | UnreadAnswer":
        """Return the meaning of an answer for a mapping's target."""
        value = answer.value
        if mapping.choice is not None and isinstance(value, tuple):
            return Verdict.YES if mapping.choice in value else Verdict.NO
        words = self._collect_words(mapping)
        if not isinstance(value, str) and isinstance(answer.raw, str) and answer.raw.strip() in words:
            # The programme's meaning of a text, such as `80%`, takes precedence over the reader's.
            value = answer.raw.strip()
        option = self._find_option(answer, mapping.target, words) if self.framework.answers else None
        if mapping.target in self.framework.criteria:
            meaning = answer_value(value, self.framework, words) if option is None else option.counts
            if isinstance(meaning, Verdict | Missing):
                return meaning
            return self._make_invalid_answer(answer, mapping)
        node = self.framework[mapping.target]
        scale = self.framework.scale_of(node)
        meaning = answer_value(value, self.framework, words, scale) if option is None else option.counts
        if option is None and isinstance(value, str) and (meaning is None or isinstance(meaning, Verdict)):
            meaning = find_level(value, scale, node.level_texts)
        if isinstance(meaning, Missing):
            return meaning
        if not isinstance(meaning, int | float):
            return self._make_invalid_answer(answer, mapping)
        zero = self.framework.zero.missing if self.framework.zero is not None else None
        if meaning == 0 and zero is not None:
            return zero
        if meaning == answer.value == 1 and not _is_worded(answer, words):
            return self._read_one(answer, mapping)
        return self._read_level(answer, mapping, meaning * mapping.factor)

    def _read_one(self, answer: Answer, mapping: QuestionMapping) -> "FindingValue | UnreadAnswer":
        """Return the level of the number 1.

        In a file with shares such as 0.4, this is the level of 100 %.
        """
        scale = self.framework.scale_of(self.framework[mapping.target])
        if self.has_shares is False or not is_percent_ladder(scale):
            return self._read_level(answer, mapping, mapping.factor)
        level = find_level("100%", scale) if self.has_shares else None
        if level is not None:
            return level
        allowed = f"{scale.levels[0].label} or 100 %, since other cells do not tell whether 1 is a level or a share"
        asked = mapping.question
        return UnreadAnswer(word="1", target=mapping.target, question=asked, origin=answer.origin, allowed=allowed)

    def _find_option(self, answer: Answer, target: str, words: Mapping[str, str]) -> AnswerOption | None:
        """Return the option that an answer has on its scale.

        The result is None if the programme maps the answer itself.
        """
        framework = self.framework
        if _is_worded(answer, words):
            return None
        node = framework.owner(target) if target in framework.criteria else framework[target]
        return find_option(answer.raw or answer.value, framework.answers_of(node))

    def _collect_words(self, mapping: QuestionMapping) -> dict[str, str]:
        """Return words with a code in the programme or mapping."""
        return {word: code for given in (self.words, mapping.answers) for word, code in given.items() if code}

    def _collect_option_levels(self, answer: Answer, target: str, words: Mapping[str, str]) -> dict[float, str]:
        """Return the levels of an indicator's answer options.

        The result is empty if every level is a possible answer.
        """
        scale = self.framework.answers_of(self.framework[target])
        if scale is None or _is_worded(answer, words):
            return {}
        return {
            float(option.counts): str(option.label)
            for option in scale.options
            if isinstance(option.counts, int | float)
        }

    def find_previous(self, answer: Answer, mapping: QuestionMapping, value: FindingValue) -> PreviousAnswer | None:
        """Return the earlier answer that is confirmed unchanged, if any."""
        previous_answer = self.previous.get(answer.question)
        if previous_answer is None or answer.repeat:
            return None
        return previous_answer if self.read(Answer(answer.question, previous_answer.value), mapping) == value else None

    def _read_level(self, answer: Answer, mapping: QuestionMapping, number: float) -> "FindingValue | UnreadAnswer":
        scale = self.framework.scale_of(self.framework[mapping.target])
        near, shown = round(number), f"{number:g}" if isinstance(answer.value, float) else str(answer.value)
        low, high = scale.ends
        word = _UNIT_WORD.search(answer.raw) if isinstance(answer.raw, str) and scale.unit in _TIMES else None
        if word is not None and not fold_text(word[1]).startswith(_TIMES[scale.unit]):
            shown, allowed = str(answer.raw), f"a number in {scale.unit}"
        elif scale.levels:
            if number not in scale.orders and (named := find_level(f"{number:g}", scale)) is not None:
                return named
            options = self._collect_option_levels(answer, mapping.target, self._collect_words(mapping))
            if abs(number - near) < 1e-9 and low <= near <= high and near in (options or {near: ""}):
                return near
            listed = ", ".join(f"{level:g} ({label})" for level, label in sorted(options.items()))
            allowed = f"one of {listed}" if options else f"a level from {low:g} to {high:g}"
            if is_percent_ladder(scale) and not options:
                allowed = f"one of {', '.join(str(level.label) for level in scale.levels)}, or {allowed}"
        else:
            if low <= number <= high:
                return number
            allowed = f"between {low:,.12g} and {high:,.12g}"
        asked = "" if scale.levels else mapping.question
        return UnreadAnswer(word=shown, target=mapping.target, question=asked, origin=answer.origin, allowed=allowed)

    def _make_invalid_answer(self, answer: Answer, mapping: QuestionMapping) -> "UnreadAnswer":
        text = str(answer.raw if answer.raw is not None else answer.value)
        levels = ""
        if mapping.target not in self.framework.criteria:
            scale = self.framework.scale_of(self.framework[mapping.target])
            codes = ", ".join(level.code for level in scale.levels)
            levels = f"a level by its number, code or name ({codes})" if codes else ""
            levels = levels or f"a value from {scale.ends[0]:,.12g} to {scale.ends[1]:,.12g}"
        return UnreadAnswer(word=text, target=mapping.target, origin=answer.origin, meanings=levels)


def _is_worded(answer: Answer, words: Mapping[str, str]) -> bool:
    """True if an answer is a word with a meaning."""
    text = answer.raw or answer.value
    return isinstance(text, str) and any(fold_text(word) == fold_text(text) for word in words)


@frozen(kw_only=True)
class UnreadAnswer:
    """Answer without a meaning for its question.

    Attributes:
        word: The answer as written.
        target: Criterion or capacity of the question.
        origin: Its place.
        question: Its question, if its number may be in another unit.
        allowed: Valid range, for a number off the scale; empty for an unknown word.
        meanings: Permitted meanings of the word, for a question with levels or values; empty for a criterion.
    """

    word: str
    target: str
    origin: Origin | None = None
    question: str = ""
    allowed: str = ""
    meanings: str = ""


@frozen(kw_only=True)
class DoubledAnswer:
    """Conflicting answer to a target of two questions.

    Attributes:
        questions: The two questions.
        target: Criterion or capacity of both.
        origin: Place of the second answer.
    """

    questions: tuple[str, str]
    target: str
    origin: Origin | None = None


def doubled_issues(answers: Iterable[DoubledAnswer]) -> tuple[Issue, ...]:
    """Warn about each pair of questions with conflicting answers."""
    groups: dict[tuple[tuple[str, str], str], list[DoubledAnswer]] = {}
    for answer in answers:
        groups.setdefault((answer.questions, answer.target), []).append(answer)
    return tuple(_make_doubled_issue(same) for same in groups.values())


def _make_doubled_issue(same: Sequence[DoubledAnswer]) -> Issue:
    answer = same[0]
    first, second = (repr(shorten_middle(question, 60)) for question in answer.questions)
    responses = f" in {len(same)} responses" if len(same) > 1 else ""
    message = f"{first} and {second} both answer {answer.target}, and differ{responses}: they count as two sources"
    return Issue.warning("CB301", message, answer.origin, "correct the target of one of them")


def unread_issues(
    answers: Iterable[UnreadAnswer], suggest: Callable[[UnreadAnswer], str] | None = None
) -> tuple[Issue, ...]:
    """Report answer words without a meaning, and invalid numbers.

    There is one issue per word, and one per scale for numbers outside it, with the count and the first origin.

    Args:
        answers: The answers.
        suggest: Remedy for an answer; by default that for an answer in a return.

    Example:
        >>> (issue,) = unread_issues(UnreadAnswer(word=word, target=f"Q{n}") for n, word in enumerate(("sim", "Sim")))
        >>> issue.message
        "'sim' is not an answer to Q0 and 1 other question. Kept out of the level, in 2 cells."
    """
    groups: dict[tuple[str, str], list[UnreadAnswer]] = {}
    for answer in answers:
        groups.setdefault(
            ("" if answer.allowed else fold_text(answer.word), answer.allowed + answer.meanings), []
        ).append(answer)
    unread = (_make_unread_issue(same) for same in groups.values())
    return tuple(
        issue if suggest is None else evolve(issue, remedy=suggest(same[0]))
        for issue, same in zip(unread, groups.values(), strict=True)
    )


def absence_issues(findings: Iterable[Finding], framework: Framework) -> tuple[Issue, ...]:
    """Report criteria wrongly answered as not applicable, once per file.

    Args:
        findings: The findings.
        framework: Framework with criteria that declare whether they may not apply (`no_cases`).
    """
    groups: dict[tuple[str, bool], list[Finding]] = {}
    for finding in findings:
        criterion = framework.criteria.get(finding.target)
        if finding.value is Missing.NOT_APPLICABLE and criterion is not None and not criterion.no_cases:
            zero = framework.method_of(framework.owner(finding.target)).missing is MissingPolicy.ZERO
            groups.setdefault((finding.origin.file if finding.origin else finding.source, zero), []).append(finding)
    return tuple(_make_absence_issue(same, zero=zero) for (_, zero), same in groups.items())


def _make_absence_issue(same: Sequence[Finding], *, zero: bool) -> Issue:
    targets = list(dict.fromkeys(finding.target for finding in same))
    others = f" and {len(targets) - 1} more" if len(targets) > 1 else ""
    cells = f", in {len(same)} cells" if len(same) > 1 else ""
    effect = "counts as 0 by the framework's rule" if zero else "is kept out of the level"
    message = f"{targets[0]}{others} always apply: 'not applicable' {effect}{cells}"
    message = message if others else message.replace("apply", "applies", 1)
    remedy = "answer yes, partly or no; or give the criterion no_cases = true in the framework"
    return Issue.warning(_ABSENCE, message, same[0].origin, remedy)


def _make_unread_issue(same: Sequence[UnreadAnswer]) -> Issue:
    first, targets = same[0], len({answer.target for answer in same})
    others = f" and {targets - 1} other question{'s' if targets > 2 else ''}" if targets > 1 else ""
    cells = f", in {len(same)} cells" if len(same) > 1 else ""
    text = f"{first.word[:80]!r}"
    place = f' under [read."{first.origin.file}"] in programme.toml' if first.origin is not None else ""
    word = json.dumps(first.word[:80], ensure_ascii=False)
    meaning = f'correct the cell, or say what it means{place}: answers = {{ {word} = "" }}, with the meaning '
    meaning += "between the empty quotation marks"
    if first.allowed:
        words = list(dict.fromkeys(repr(answer.word[:80]) for answer in same))
        more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
        verb = "is" if len(words) == 1 else "are"
        message = f"{', '.join(words[:_SHOWN])}{more} {verb} off the scale of {first.target}{others}: "
        message += f"an answer must be {first.allowed}. Not scored{cells}."
        remedy = f"{meaning}: {first.allowed}"
        if first.question:
            row = format_csv([["question", "target", "factor"], [first.question, first.target, "0.01"]]).strip()
            remedy = (
                "correct the cell; if it is in another unit, write into a file mappings/units.csv, with the number "
            )
            remedy += f"to multiply by in place of 0.01: {row}"
        code = _OFF_SCALE
    else:
        message = f"{text} is not an answer to {first.target}{others}. Kept out of the level{cells}."
        remedy = f"{meaning}: {first.meanings or ', '.join(ANSWER_CODES)}"
        code = _NOT_AN_ANSWER
    return Issue.warning(code, message, first.origin, remedy)


@frozen(kw_only=True)
class ResponseFindings:
    """Findings of one survey response.

    Attributes:
        findings: A finding for every answer to a mapped question.
        evidence: Evidence cited by the respondent.
        unread: Answers without a meaning.
        doubled: Answers to a target that another question of the response answers differently.
    """

    findings: tuple[Finding, ...]
    evidence: tuple[Evidence, ...]
    unread: tuple[UnreadAnswer, ...]
    doubled: tuple[DoubledAnswer, ...] = ()

    @property
    def issues(self) -> tuple[Issue, ...]:
        """One issue per unknown answer word."""
        return unread_issues(self.unread)


#: A citation and its cell.
_Cited = tuple[Citation, Origin | None]


def _to_evidence(cited: Iterable[_Cited], source: Source, before: int) -> list[Evidence]:
    named = [(citation, origin) for citation, origin in cited if citation.link or names_evidence(citation.title)]
    return [
        Evidence(
            id=f"{source.id}-e{number}",
            kind=EvidenceKind.WEB_PAGE if citation.link else EvidenceKind.DOCUMENT,
            title=Text(citation.title or citation.link, source.language or "und"),
            link=citation.link,
            origin=origin,
        )
        for number, (citation, origin) in enumerate(named, start=before + 1)
    ]


def _list_cited(response: Response, reader: "AnswerReader") -> dict[tuple[str, int | None], list[_Cited]]:
    """Return evidence from questions about evidence, by target and repeat."""
    cited: dict[tuple[str, int | None], list[_Cited]] = {}
    for answer in response.answers if reader.evidence else ():
        targets = reader.evidence.get(fold_text(answer.question), ()) if isinstance(answer.value, str) else ()
        for target in targets:
            cited.setdefault((target, answer.repeat), []).append((Citation(title=str(answer.value)), answer.origin))
    return cited


def findings_from_response(
    response: Response, country: Country, source: Source, reader: AnswerReader
) -> ResponseFindings:
    """Return the findings of a survey response.

    There are none if the status of the response does not count. An invalid answer becomes an invalid finding with its
    original text.

    Args:
        response: One response to a survey.
        country: The country.
        source: Source of the findings.
        reader: Reader of the answers.
    """
    findings: list[Finding] = []
    evidence: list[Evidence] = []
    unread: list[UnreadAnswer] = []
    criteria = reader.framework.criteria
    asked: dict[tuple[str, int | None], tuple[str, FindingValue]] = {}
    doubled: list[DoubledAnswer] = []
    apart = _list_cited(response, reader)
    for answer in response.answers if response.status.counts else ():
        mappings = reader.targets(answer.question)
        beside = [(citation, answer.origin) for citation in answer.citations] if mappings else []
        beside += [
            cited for target in {m.target: None for m in mappings} for cited in apart.get((target, answer.repeat), ())
        ]
        cited = _to_evidence(beside, source, len(evidence))
        evidence += cited
        for mapping in mappings:
            read = reader.read(answer, mapping)
            value: FindingValue = Missing.INVALID if isinstance(read, UnreadAnswer) else read
            if isinstance(read, UnreadAnswer):
                unread.append(read)
            if mapping.choice is None and not isinstance(value, Missing):
                first, before = asked.setdefault((mapping.target, answer.repeat), (answer.question, value))
                if first != answer.question and before != value:
                    pair = (first, answer.question)
                    doubled.append(DoubledAnswer(questions=pair, target=mapping.target, origin=answer.origin))
            check = criteria[mapping.target].check if mapping.target in criteria else Check.DOCUMENT
            findings.append(
                Finding(
                    country=country,
                    target=mapping.target,
                    value=value,
                    source=source.id,
                    status=finding_status(check, source.kind, value, Basis.TOLD),
                    basis=Basis.TOLD,
                    as_of=source.end or source.start,
                    respondent=response.respondent.pseudonym if response.respondent else None,
                    note=Text(answer.comment, response.language or "und") if answer.comment else None,
                    evidence=[item.id for item in cited],
                    raw=answer.raw if answer.raw is not None else _find_raw_text(answer.value, value),
                    carried_over=reader.find_previous(answer, mapping, value),
                    origin=answer.origin,
                )
            )
    return ResponseFindings(
        findings=tuple(findings), evidence=tuple(evidence), unread=tuple(unread), doubled=tuple(doubled)
    )


def _find_raw_text(value: AnswerValue, meaning: FindingValue) -> str | None:
    plain = meaning.value if isinstance(meaning, Verdict | Missing) else meaning
    return None if value == plain or isinstance(value, Missing) else str(value)
