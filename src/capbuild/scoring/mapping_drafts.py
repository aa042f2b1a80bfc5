"""Drafts of mappings from questions to criteria or capacities, by ids and texts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.errors import ModelError
from capbuild.escaping import format_csv
from capbuild.frozen import FrozenMap
from capbuild.model import Framework, Question, Questionnaire, QuestionType, Response, Survey
from capbuild.model import Mapping as QuestionMapping
from capbuild.scoring.answer_words import find_option, propose_meaning
from capbuild.scoring.text_matching import Certainty, TextIndex, all_texts, judge_match, plain_text
from capbuild.text import fold_text

__all__ = ["Certainty", "MappingDraft", "MappingProposal", "draft_mapping"]

#: Maximum number of distinct answers of a single-choice question, and their maximum length; others are free text.
_MOST_OPTIONS, _LONGEST_OPTION = 20, 80


#: Columns of a draft as a file.
_COLUMNS = (
    "file", "question", "target", "answers", "certainty", "proposed", "proposed_answers", "question_text",
    "target_text",
)  # fmt: skip


@frozen(kw_only=True)
class MappingProposal:
    """Proposed target of a question.

    Attributes:
        question: Id of the question.
        text: Its text.
        target: Id of the nearest criterion or capacity; empty without one.
        target_text: Its text, in the language that fits best.
        score: Similarity, 0 to 1.
        runner_up: Id of the next nearest.
        runner_up_score: Its similarity.
        certainty: Certainty.
        answers: Certain meanings of answers, as codes or levels; empty if open.
        proposed_answers: Probable meanings of other answers, for a person to confirm.
    """

    question: str
    text: str
    target: str = ""
    target_text: str = ""
    score: float = 0.0
    runner_up: str = ""
    runner_up_score: float = 0.0
    certainty: Certainty = Certainty.NONE
    answers: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    proposed_answers: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)

    def __str__(self) -> str:
        return f"{self.question} -> {self.target or 'nothing'} ({self.certainty}, {self.score:.2f})"


@frozen
class MappingDraft:
    """Proposals for the questions of a form, in order.

    Attributes:
        framework: Key of the framework.
        proposals: One proposal per question.
    """

    framework: str
    proposals: tuple[MappingProposal, ...] = field(default=(), converter=to_tuple)

    def __iter__(self) -> Iterator[MappingProposal]:
        return iter(self.proposals)

    def __len__(self) -> int:
        return len(self.proposals)

    @property
    def mappings(self) -> tuple[QuestionMapping, ...]:
        """Mappings of the certain proposals, for use without review."""
        sure = [one for one in self.proposals if one.certainty is Certainty.CERTAIN]
        return tuple(QuestionMapping(question=one.question, target=one.target, answers=one.answers) for one in sure)

    def to_csv(self, file: str = "") -> str:
        """Return the draft as a file for `mappings/`, to correct by hand.

        Certain proposals have their target; a likely target is in `proposed`, and the person who confirms it moves it
        to `target`. Rows without a target map nothing. Answers without a meaning in `answers` have none until a person
        adds it.

        Args:
            file: File in `returns/` or pattern that it applies to; empty for all.
        """
        rows = [list(_COLUMNS)]
        for one in self.proposals:
            sure = one.certainty is Certainty.CERTAIN
            proposed = one.target if one.certainty is not Certainty.NONE else ""
            text = one.target_text if proposed else ""
            answers, likely = _format_answers(one.answers), _format_answers(one.proposed_answers)
            target = proposed if sure else ""
            rows.append([file, one.question, target, answers, one.certainty, proposed, likely, one.text, text])
        return format_csv(rows)


def _format_answers(answers: Mapping[str, str]) -> str:
    """Return `Sí=yes; Quizás=`; skip answers that contain these separators."""
    return "; ".join(f"{word}={code}" for word, code in answers.items() if not {";", "="} & set(word))


def draft_mapping(
    form: Questionnaire | Survey | Iterable[Question], framework: Framework, responses: Iterable[Response] = ()
) -> MappingDraft:
    """Propose targets for the questions of a form.

    A question with the id of a criterion or judged capacity is certain, even followed by its whole text. Every other
    question is compared by its text, in all languages, with the texts of the framework: cosine of words and parts of
    words, weighted by rarity. It is certain if it leads clearly, is also the nearest question of its target, and has
    the same numbers. Its choices, and the answers given to it, are compared with the answer words and levels of the
    framework.

    Args:
        form: A questionnaire, a reading with one, or questions.
        framework: Framework of possible targets.
        responses: Responses with further answers; those of a reading are always included.

    Raises:
        ModelError: The reading has no questionnaire.

    Example:
        >>> from capbuild.frameworks import load_bundled
        >>> from capbuild.model import Question
        >>> asked = Question(id="Q7", text="Is entering a computer system without permission a crime by law?")
        >>> print(draft_mapping([asked], load_bundled("police_cyber")).proposals[0])
        Q7 -> MAN-1.2a (certain, 0.84)
    """
    asked = form.questionnaire if isinstance(form, Survey) else form
    if asked is None:
        raise ModelError("draft_mapping.form", str(form), "must have questions")
    questions = asked.questions if isinstance(asked, Questionnaire) else tuple(asked)
    if not questions:
        return MappingDraft(framework.key)
    index = _index_targets(framework)
    found = [_propose(question, index) for question in questions]
    nearest: dict[str, float] = {}
    for one in found:
        nearest[one.target] = max(nearest.get(one.target, 0.0), one.score)
    judged = [_judge(one, nearest[one.target]) for one in found]
    given = _list_given(judged, [*responses, *(form.responses if isinstance(form, Survey) else ())])
    points = _list_points(judged, framework, [*responses, *(form.responses if isinstance(form, Survey) else ())])
    judged = [evolve(one, answers=points.get(one.question, {})) for one in judged]
    pairs = zip(judged, questions, strict=True)
    return MappingDraft(framework.key, [_add_answers(one, asked, given, framework) for one, asked in pairs])


@lru_cache(maxsize=4)  # every return of a round is compared with the same framework
def _index_targets(framework: Framework) -> TextIndex:
    """Index all targets by their survey texts: criteria, and indicators without any."""
    judged = [(node.id, node.title, node.survey) for node in framework.indicators if not node.criteria]
    named = [*((name, one.text, one.survey) for name, one in framework.criteria.items()), *judged]
    return TextIndex.make((name, text) for name, *texts in named for text in texts if text is not None)


def _propose(asked: Question, index: TextIndex) -> MappingProposal:
    """Return the nearest target of a question in any language; personal questions and notes have none."""
    question, texts = asked.id, all_texts(asked.text)
    if asked.personal is not None or asked.type is QuestionType.NOTE:
        return MappingProposal(question=question, text=texts[0])
    known = _find_named(question, texts, index)
    if known is not None:
        target, own = known
        sure = Certainty.CERTAIN
        return MappingProposal(
            question=question, text=texts[0], target=target, target_text=own, score=1.0, certainty=sure
        )
    text, found = index.nearest_of(texts)
    if not found:
        return MappingProposal(question=question, text=texts[0])
    (score, target, own), *others = found
    return MappingProposal(
        question=question,
        text=text,
        target=target,
        target_text=own,
        score=min(score, 1.0),
        runner_up=others[0][1] if others else "",
        runner_up_score=others[0][0] if others else 0.0,
    )


def _find_named(question: str, texts: Iterable[str], index: TextIndex) -> tuple[str, str] | None:
    """Return the target named by a question's id, or by id and whole text, or None."""
    known = index.names.get(fold_text(question))
    if known is not None:
        return next((name, text) for name, text in index.texts if name == known)
    asked = {plain_text(text) for text in (question, *texts)}
    found = [index.texts[n] for n in sorted(n for whole in asked for n in index.wholes.get(whole, ()))]
    return found[0] if len({name for name, _ in found}) == 1 else None


def _judge(one: MappingProposal, nearest: float) -> MappingProposal:
    """Return a proposal with its certainty.

    Args:
        one: The proposal.
        nearest: Highest similarity of any question to its target.
    """
    if not one.target or one.certainty is Certainty.CERTAIN:
        return one
    first = one.score >= nearest
    return evolve(one, certainty=judge_match(one.text, one.target_text, one.score, one.runner_up_score, first=first))


def _list_given(proposals: Iterable[MappingProposal], responses: Iterable[Response]) -> dict[str, dict[str, None]]:
    """Return the answers given to each question with a proposal, in order."""
    found: dict[str, dict[str, None]] = {one.question: {} for one in proposals if one.certainty is not Certainty.NONE}
    for response in responses if found else ():
        for answer in response.answers:
            texts = found.get(answer.question)
            if texts is not None and isinstance(answer.value, str) and len(texts) <= _MOST_OPTIONS:
                texts[answer.value] = None
    return found


def _list_points(
    proposals: Iterable[MappingProposal], framework: Framework, responses: Iterable[Response]
) -> dict[str, dict[str, str]]:
    """Return meanings for answers that are the points of a criterion: none or all.

    If any number in the file is neither, its numbers are not points.
    """
    criteria = framework.criteria
    if all(one.points == 1 for one in criteria.values()):
        return {}
    asked = (one for one in proposals if one.certainty is not Certainty.NONE and one.target in criteria)
    worth = {one.question: criteria[one.target].points for one in asked}
    found: dict[str, dict[str, str]] = {}
    for response in responses:
        for answer in response.answers:
            full, value = worth.get(answer.question), answer.value
            if full is None or isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if value not in (0, full):
                return {}
            found.setdefault(answer.question, {})[str(value)] = "yes" if value == full else "no"
    return found


def _add_answers(
    one: MappingProposal, asked: Question, given: Mapping[str, Iterable[str]], framework: Framework
) -> MappingProposal:
    """Return a proposal with the meanings of its answer options."""
    if one.certainty is Certainty.NONE:
        return one
    node = None if one.target in framework.criteria else framework.capacities[one.target]
    options = {choice.code: all_texts(choice.label) for choice in asked.choices if choice.missing is None}
    texts = [text for text in given.get(one.question, ()) if text not in options]
    if len(texts) <= _MOST_OPTIONS:
        options |= {text: (text,) for text in texts if len(text) <= _LONGEST_OPTION and not _is_number(text)}
    answers, likely = dict(one.answers), dict[str, str]()
    own = framework.answers_of(framework.owner(one.target) if node is None else node)
    for option, labels in options.items():
        if find_option(option, own) is not None:
            continue  # options of the framework's own answer scale need no meaning
        found = [propose_meaning(label, framework, node) for label in labels]
        code, sure = max(found, key=lambda pair: (pair[1], bool(pair[0])))
        if fold_text(code) == fold_text(option) and sure:
            continue
        answers[option] = code if sure else ""
        if code and not sure:
            likely[option] = code
    return evolve(one, answers=answers, proposed_answers=likely)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", text.strip()) is not None
