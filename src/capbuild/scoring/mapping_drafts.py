"""Drafts of mappings from questions to criteria or capacities."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from attrs import define, evolve, field, frozen

from capbuild._typed import explains_arguments
from capbuild.checks import to_map, to_tuple
from capbuild.display import TextDisplay, counted
from capbuild.errors import ModelError
from capbuild.escaping import format_csv
from capbuild.frozen import FrozenMap
from capbuild.model import Framework, Question, QuestionMapping, Questionnaire, QuestionType, Response, Survey
from capbuild.model.survey_questions import answer_label
from capbuild.scoring.answer_words import EVIDENCE_NOUNS, find_option, propose_meaning
from capbuild.text import Text, fold_text

#: No mappings.
NO_MAPPINGS: Mapping[str, QuestionMapping] = FrozenMap()

__all__ = ["Certainty", "MappingDraft", "MappingProposal", "draft_mapping"]

#: Minimum similarity and minimum lead over the runner-up, as a share of the similarity, of a certain and of a likely
#: proposal; chosen so that no edited or reworded question is certain and wrong.
_CERTAIN, _CERTAIN_LEAD = 0.55, 0.25

_LIKELY, _LIKELY_LEAD = 0.25, 0.05

#: Letters that two forms of a word must share, and length of word parts.
_STEM, _GRAM = 6, 4

#: Most letters of articles and prepositions, which change when the other words change places: `a la`, `al`.
_PARTICLE = 3

#: Weight of word parts relative to whole words.
_GRAM_SHARE = 0.5

#: Number of proposals in a display.
_LISTED = 12
_MARK_IN_NAME = re.compile(r"(?<=[^\W\d_])[\s._-]+(?=\d)")
_MARK_IN_NUMBER = re.compile(r"(?<=\d)[\s_-]+(?=\d)")
#: Word before the id of a target in the name of a variable: `q_A_1`.
_PREFIXED = re.compile(r"(?:.*/)?([^\W\d_]+)[_.-](?=.)", re.DOTALL)
#: Fewest variables with one such word.
_ALIKE = 3
_NUMBERS = re.compile(r"\d+")
_KEYED = re.compile(r"(\S.*) \[([^\[\]]+)\]", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")  # letters and digits, as in `str.isalnum`

_WORD_OR_SIGN = re.compile(r"[^\W_]+|[%‰$€£¥°]")

#: Words that turn a statement round, folded, in the languages of questionnaires; Chinese is written without blanks.
_NEGATIONS = frozenset({
    "no", "not", "never", "non", "none", "nor", "neither", "without", "lack", "lacks", "lacking", "nunca", "ningun",
    "ninguna", "ni", "sin", "jamas", "tampoco", "carece", "pas", "jamais", "aucun", "aucune", "sans", "niet",
    "geen", "nooit", "zonder", "niets", "nao", "nem", "nenhum", "nenhuma", "sem", "mai", "nessun",
    "nessuna", "senza", "nicht", "kein", "keine", "keinen", "nie", "ohne", "не", "нет", "ни", "без", "никогда",
    "нельзя", "لا", "ليس", "ليست", "لم", "لن", "غير", "بدون", "tidak", "bukan", "tanpa", "belum", "hakuna",
    "bila", "hapana", "不", "没", "無", "无", "未", "非",
})  # fmt: skip


class Certainty(StrEnum):
    """Certainty of a proposal."""

    #: Id or text leaves no doubt: used without review.
    CERTAIN = "certain"
    #: For a person to confirm.
    LIKELY = "likely"
    NONE = "none"


def all_texts(text: Text) -> tuple[str, ...]:
    """Return a text in each of its languages, without repetition."""
    return tuple(dict.fromkeys(text.get(language) for language in text.languages))


def _count_parts(text: str) -> Counter[str]:
    """Return the words and word parts of a text."""
    parts: Counter[str] = Counter()
    for word in _WORD.findall(fold_text(text)):
        parts[f"{word[:_STEM]}-"] += 1
        padded = f" {word} "
        for start in range(len(padded) - _GRAM + 1):
            parts[padded[start : start + _GRAM]] += 1
    return parts


def _list_numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


@define(eq=False)
class TextIndex:
    """Named texts, searchable by their parts.

    Attributes:
        names: Names by folded name.
        texts: Name and text of each entry.
        weights: Weight of each part.
        entries: Entries with a part, and its share in them.
        wholes: Entries by their name and whole text, as plain text.
        plain: Names of the entries with a text, by its plain form.
        joined: Names by further names, and by `join_name` where only one name has that form.

    Source:
        Salton and Buckley (1988), Term-weighting approaches in automatic text retrieval (tf-idf and cosine).
    """

    names: Mapping[str, str]
    texts: list[tuple[str, str]]
    weights: dict[str, float]
    entries: dict[str, list[tuple[int, float]]]
    wholes: dict[str, list[int]]
    plain: dict[str, set[str]]
    joined: Mapping[str, str]

    @classmethod
    def make(cls, named: Iterable[tuple[str, Text]], others: Iterable[tuple[str, str]] = ()) -> "TextIndex":
        """Index texts by name, in all their languages.

        A name may have several texts.

        Args:
            named: Name and text of each entry.
            others: Further names of entries, each with the original name.
        """
        texts = [(name, text) for name, given in named for text in all_texts(given)]
        parts = [_count_parts(text) for _, text in texts]
        names_by_part: dict[str, set[str]] = {}
        for (name, _), counts in zip(texts, parts, strict=True):
            for part in counts:
                names_by_part.setdefault(part, set()).add(name)
        # Weights count names, not texts: a word shared by two languages is not rarer in a third.
        weights = {part: math.log(1 + len(texts) / len(names)) for part, names in names_by_part.items()}
        names = {fold_text(name): name for name, _ in texts}
        called: dict[str, list[str]] = {}
        for other, name in others:
            called.setdefault(name, []).append(other)
        forms: dict[str, set[str]] = {}
        for name in names.values():
            for own in (name, *called.get(name, ())):
                forms.setdefault(join_name(own), set()).add(name)
        joined = {form: known.pop() for form, known in forms.items() if len(known) == 1}
        index = cls(names, texts, weights, {}, {}, {}, joined)
        for number, counts in enumerate(parts):
            name, text = texts[number]
            index.plain.setdefault(plain_text(text), set()).add(name)
            for own in (name, *called.get(name, ())):
                index.wholes.setdefault(plain_text(f"{own} {text}"), []).append(number)
            for part, share in index.vector(counts).items():
                index.entries.setdefault(part, []).append((number, share))
        return index

    def vector(self, found: Counter[str]) -> dict[str, float]:
        """Return the weighted parts of a text as unit vector.

        Unknown parts have the weight of the rarest.
        """
        rarest = math.log(1 + len(self.texts))
        raw = {
            part: (1 + math.log(count)) * self.weights.get(part, rarest) * (1.0 if part.endswith("-") else _GRAM_SHARE)
            for part, count in found.items()
        }
        length = math.sqrt(sum(value * value for value in raw.values()))
        return {part: value / length for part, value in raw.items()}

    def nearest(self, text: str) -> list[tuple[float, str, str]]:
        """Return the best two matches: similarity, name and text."""
        scores: dict[int, float] = {}
        if not self.texts:
            return []
        for part, share in self.vector(_count_parts(text)).items():
            for number, other in self.entries.get(part, ()):
                scores[number] = scores.get(number, 0.0) + share * other
        best: dict[str, tuple[float, str, str]] = {}
        for number, score in scores.items():
            name, own = self.texts[number]
            if name not in best or score > best[name][0]:
                best[name] = (score, name, own)
        return sorted(best.values(), reverse=True)[:2]

    def nearest_of(self, texts: Iterable[str]) -> tuple[str, list[tuple[float, str, str]]]:
        """Return the text with the nearest name, and matches."""
        return max(((text, self.nearest(text)) for text in texts), key=lambda pair: pair[1][:1])


def join_name(name: str) -> str:
    """Return a folded name with its number in one notation.

    A mark before the number is removed, and marks within it become points.

    Example:
        >>> join_name("C.1.1"), join_name("C1_1"), join_name("TEC-2.2a")
        ('c1.1', 'c1.1', 'tec2.2a')
    """
    return _MARK_IN_NUMBER.sub(".", _MARK_IN_NAME.sub("", fold_text(name)))


def plain_text(text: str) -> str:
    """Return the letters and digits of a text, folded.

    Example:
        >>> plain_text("A.1 – Stratégie nationale?")
        'a 1 strategie nationale'
    """
    return " ".join(_WORD.findall(fold_text(text)))


def has_other_words(text: str, found: str) -> bool:
    """True if each text has a word the other lacks.

    Signs such as % count as words.

    Example:
        >>> has_other_words("Men trained", "Women trained"), has_other_words("Share (%)", "Share (number)")
        (True, True)
        >>> has_other_words("Staff trained in forensics?", "Staff trained, in digital forensics")
        False
    """
    ours, theirs = ({word[:_STEM] for word in _WORD_OR_SIGN.findall(fold_text(written))} for written in (text, found))
    return not (ours <= theirs or theirs <= ours)


def turns_round(text: str, found: str) -> bool:
    """True if one text reverses the other.

    Either only one of them has a negation, or both have the same words in another order, such as who trusts whom.

    Example:
        >>> turns_round("The law is in force", "The law is not in force")
        True
        >>> turns_round("Do the judges trust the police?", "Do the police trust the judges?")
        True
        >>> turns_round("Staff trained in forensics?", "Staff trained, in digital forensics")
        False
    """
    ours, theirs = (_WORD.findall(fold_text(written)) for written in (text, found))
    if _list_negations(ours) != _list_negations(theirs):
        return True
    stems = [[word[:_STEM] for word in words if len(word) > _PARTICLE] for words in (ours, theirs)]
    shared = [[stem for stem in own if stem in other] for own, other in zip(stems, reversed(stems), strict=True)]
    shorter = min(map(len, stems))
    return len(shared[0]) == len(shared[1]) == shorter and shared[0] != shared[1]


def _is_one_word_of(text: str, found: str) -> bool:
    """True if only one text is a single word."""
    ours, theirs = (len(_WORD.findall(fold_text(written))) for written in (text, found))
    return min(ours, theirs) == 1 < max(ours, theirs)


def _list_evidence_subjects(text: str) -> list[str]:
    """Return what a text may ask the evidence of.

    This is the text without a word for evidence at its end or start. After one at the start, it is also the text
    without a short first word.

    Example:
        >>> _list_evidence_subjects("Evidence for A.1"), _list_evidence_subjects("Evidence is stored in a safe")
        (['for a 1', 'a 1'], ['is stored in a safe', 'stored in a safe'])
        >>> _list_evidence_subjects("q_A_1_evidence"), _list_evidence_subjects("Law on evidence in court")
        (['q a 1'], [])
    """
    words = plain_text(text).split()
    for rest, word in ((words[:-1], words[-1:]), (words[1:], words[:1])):
        if rest and EVIDENCE_NOUNS.issuperset(word):
            short = word == words[:1] and len(rest) > 1 and rest[0].isalpha() and len(rest[0]) <= _PARTICLE
            return [" ".join(rest), *([" ".join(rest[1:])] if short else [])]
    return []


def _list_named_subjects(text: str) -> list[str]:
    """Return what a text names behind a word for evidence.

    Only ids and whole texts count: other words may be about evidence themselves.

    Example:
        >>> _list_named_subjects("Link to the evidence for A.1"), _list_named_subjects("Is it stored?")
        (['for a 1', 'a 1'], [])
    """
    words = plain_text(text).split()
    place = next((place for place, word in enumerate(words) if word in EVIDENCE_NOUNS), len(words))
    return _list_evidence_subjects(" ".join(words[place:]))


def find_evidence_questions(questions: Iterable[Question], framework: Framework) -> dict[str, str]:
    """Find questions about the evidence of another answer.

    The result has the id of the other question, or of the target, by question id. The other question is the one whose
    id or text remains without the word for evidence, or the preceding question if it has all the remaining words.
    Questions of a target that is itself about evidence are left out.

    Example:
        >>> from capbuild.frameworks import load_bundled
        >>> asked = [Question(id="q1", text="A law: is it in force?"), Question(id="q2", text="Evidence (a law)")]
        >>> find_evidence_questions([*asked, Question(id="q1_evidence", text="Link")], load_bundled("police_cyber"))
        {'q2': 'q1', 'q1_evidence': 'q1'}
    """
    index, questions = _index_targets(framework), tuple(questions)
    named = {
        plain_text(form): question.id for question in questions for form in (question.id, *all_texts(question.text))
    }
    nodes = framework.capacities.items()
    singles = {plain_text(name): node.criteria[0].id for name, node in nodes if len(node.criteria) == 1}
    evidence_questions: dict[str, str] = {}
    before: Question | None = None
    for question in questions:
        forms = (question.id, *all_texts(question.text))
        subjects = [subject for form in forms for subject in _list_evidence_subjects(form)]
        exact = [subject for form in forms for subject in _list_named_subjects(form)]
        _, nearest = index.nearest_of(forms) if subjects or exact else ("", [])
        name = ""
        about = nearest and nearest[0][0] >= _CERTAIN and EVIDENCE_NOUNS.intersection(_split(nearest[0][2]))
        if not about:
            words = set() if before is None else {word for form in all_texts(before.text) for word in _split(form)}
            beside = [before.id for subject in subjects if before is not None and words.issuperset(subject.split())]
            subjects += exact
            asked = [named[subject] for subject in subjects if named.get(subject, question.id) != question.id]
            whole = [name for subject in subjects for name in index.plain.get(subject, ())]
            single = [singles[subject] for subject in subjects if subject in singles]
            name = next(iter([*asked, *beside, *whole, *single]), "")
        if name:
            evidence_questions[question.id] = name
        else:
            before = question
    return evidence_questions


def _split(text: str) -> list[str]:
    return plain_text(text).split()


def _list_negations(words: Iterable[str]) -> list[str]:
    return sorted(
        part for word in words for part in ([word] if word.isascii() else [word, *word]) if part in _NEGATIONS
    )


def judge_match(text: str, found: str, score: float, runner_up: float, *, first: bool) -> Certainty:
    """Return the certainty that two texts ask the same.

    Args:
        text: One text.
        found: Its nearest text.
        score: Their similarity.
        runner_up: Similarity of the next nearest.
        first: Whether no other text is nearer to the found one.
    """
    lead = 1 - runner_up / score if score else 0.0
    near = score >= _CERTAIN and lead >= _CERTAIN_LEAD and first
    near = near and not _is_one_word_of(text, found)
    if near and _list_numbers(text) == _list_numbers(found) and not turns_round(text, found):
        return Certainty.CERTAIN
    return Certainty.LIKELY if score >= _LIKELY and lead >= _LIKELY_LEAD else Certainty.NONE


#: Maximum number of distinct answers of a single-choice question, and their maximum length; others are free text.
_MOST_OPTIONS, _LONGEST_OPTION = 20, 80

#: Columns of a draft as a file.
_COLUMNS = (
    "file", "question", "target", "choice", "answers", "certainty", "proposed", "proposed_answers", "question_text",
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
        evidence_of: Question or target whose evidence it asks for, if it has no target for that reason.
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
    evidence_of: str = ""
    answers: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    proposed_answers: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)

    def __str__(self) -> str:
        return f"{self.question} -> {self.target or 'nothing'} ({self.certainty}, {self.score:.2f})"


@frozen(repr=False)
class MappingDraft(TextDisplay):
    """Proposals for the questions of a form, in order.

    Attributes:
        framework: Key of the framework.
        proposals: One proposal per question.
    """

    framework: str
    proposals: tuple[MappingProposal, ...] = field(default=(), converter=to_tuple)

    def __str__(self) -> str:
        counts = Counter(proposal.certainty for proposal in self.proposals)
        shares = ", ".join(f"{counts[certainty]} {certainty.value}" for certainty in Certainty)
        lines = [f"{shares} of {counted(len(self), 'question')}, {self.framework}", *map(str, self.proposals[:_LISTED])]
        more = len(self) - _LISTED
        return "\n".join([*lines, *([f"{more} more with .proposals"] if more > 0 else [])])

    def __iter__(self) -> Iterator[MappingProposal]:
        return iter(self.proposals)

    def __len__(self) -> int:
        return len(self.proposals)

    @property
    def mappings(self) -> tuple[QuestionMapping, ...]:
        """Mappings of the certain proposals, for use without review."""
        sure = [proposal for proposal in self.proposals if proposal.certainty is Certainty.CERTAIN]
        return tuple(
            QuestionMapping(question=proposal.question, target=proposal.target, answers=proposal.answers)
            for proposal in sure
        )

    def to_csv(self, file: str = "", *, likely: bool = False) -> str:
        """Return the draft as a CSV mapping file.

        Certain proposals have a `target`. Likely ones are in `proposed`, and the person who confirms them moves them
        to `target`; rows without a target map nothing. Answers without a meaning in `answers` have none until a
        person adds it.

        Args:
            file: File in `returns/` or pattern that it applies to; empty for all.
            likely: Whether likely proposals are confirmed: they have a `target`, unless another question is proposed
                for it too, and likely meanings are in `answers`.
        """
        rows = [list(_COLUMNS)]
        times = Counter(proposal.target for proposal in self.proposals if proposal.certainty is not Certainty.NONE)
        for proposal in self.proposals:
            alone = likely and times[proposal.target] == 1
            sure = proposal.certainty is Certainty.CERTAIN or (proposal.certainty is Certainty.LIKELY and alone)
            proposed = proposal.target if proposal.certainty is not Certainty.NONE else ""
            text = proposal.target_text if proposed else ""
            meanings = {**proposal.answers, **(proposal.proposed_answers if likely and sure else {})}
            answers, open_answers = _format_answers(meanings), _format_answers(proposal.proposed_answers)
            target = proposed if sure else ""
            meaning = [target, "", answers, proposal.certainty, proposed, open_answers]
            rows.append([file, proposal.question, *meaning, proposal.text, text])
        return format_csv(rows)


def _format_answers(answers: Mapping[str, str]) -> str:
    """Return `Sí=yes; Quizás=`; skip answers that contain these separators."""
    return "; ".join(f"{word}={code}" for word, code in answers.items() if not {";", "="} & set(word))


@explains_arguments
def draft_mapping(
    form: Questionnaire | Survey | Iterable[Question],
    framework: Framework,
    responses: Iterable[Response] = (),
    *,
    confirmed: Mapping[str, QuestionMapping] = NO_MAPPINGS,
) -> MappingDraft:
    """Propose targets for the questions of a form.

    A question with the id of a criterion or judged capacity is certain, also if the whole text follows the id, unless
    its text is that of another target. All other questions are compared with the texts of the framework in all
    languages: by the cosine of words and parts of words, weighted by rarity. The nearest target is certain if it
    leads clearly, if no other question is nearer to it, and if both texts have the same numbers. Choices of the
    question and answers given to it are compared with the answer words and levels of the framework.

    Args:
        form: A questionnaire, a reading with one, or questions.
        framework: Framework of possible targets.
        responses: Responses with further answers; those of a reading are always included. A question with the places of
            the responses as answers has no target.
        confirmed: Mappings of other forms that a person confirmed, by the text of the question. These texts are
            compared like those of the framework, and the meanings of their answers are used.

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
    confirmed = {text: mapping for text, mapping in confirmed.items() if mapping.choice is None and mapping.factor == 1}
    index = _index_targets(framework, tuple((text, mapping.target) for text, mapping in confirmed.items()))
    keys, bare = _list_keys(questions), _list_bare_names(questions)
    all_responses = (*responses, *(form.responses if isinstance(form, Survey) else ()))
    places = _list_place_questions(questions, all_responses) | _list_target_questions(questions, framework)
    cited = find_evidence_questions(questions, framework)
    mapping_proposals = [
        MappingProposal(question=question.id, text=all_texts(question.text)[0], evidence_of=cited.get(question.id, ""))
        if question.id in places or question.id in cited
        else _propose(question, index, keys.get(question.id, ""), bare.get(question.id, ""))
        for question in questions
    ]
    near: dict[str, list[float]] = {}
    for proposal in mapping_proposals:
        near.setdefault(proposal.target, []).append(proposal.score)
    judged = [_judge(proposal, sorted(near[proposal.target], reverse=True)) for proposal in mapping_proposals]
    given = _list_given(judged, all_responses)
    points = _list_points(judged, framework, all_responses)
    judged = [evolve(proposal, answers=points.get(proposal.question, {})) for proposal in judged]
    pairs = zip(judged, questions, strict=True)
    proposals = [_add_answers(proposal, asked, given, framework) for proposal, asked in pairs]
    by_text, pairs = index_confirmed(confirmed), zip(proposals, questions, strict=True)
    return MappingDraft(framework.key, [_add_confirmed(proposal, asked, by_text) for proposal, asked in pairs])


@lru_cache(maxsize=4)  # every return of a round is compared with the same framework
def _index_targets(framework: Framework, confirmed: tuple[tuple[str, str], ...] = ()) -> TextIndex:
    """Index criteria and judged indicators by text and confirmed questions."""
    judged = [(node.id, node.title, node.survey) for node in framework.indicators if not node.criteria]
    named = [*((name, criterion.text, criterion.survey) for name, criterion in framework.criteria.items()), *judged]
    # An indicator with one criterion in its own words, as sheets with a row an indicator give, is that criterion.
    whole = [node for node in framework.indicators if [criterion.text for criterion in node.criteria] == [node.title]]
    others = ((node.id, node.criteria[0].id) for node in whole)
    texts = [(name, text) for name, *given in named for text in given if text is not None]
    targets = {name for name, _ in texts}
    asked = [(name, Text(text)) for text, name in confirmed if name in targets]
    return TextIndex.make([*texts, *asked], others)


def _list_keys(questions: Iterable[Question]) -> dict[str, str]:
    """Return the row subjects in question ids.

    Tables with one row per answer have ids such as `answer [D1.2]`, with the subject `D1.2`. A subject with several
    questions, such as `answer [D1.2]` and `note [D1.2]`, is left out.
    """
    keys = {question.id: match[2] for question in questions if (match := _KEYED.fullmatch(question.id))}
    counts = Counter(keys.values())
    return {question: key for question, key in keys.items() if counts[key] == 1}


def _list_bare_names(questions: Iterable[Question]) -> dict[str, str]:
    """Return question ids without a prefix such as `group/q_`.

    Only questions without a text are considered, and only prefixes that at least three of them share.
    """
    untold = [question for question in questions if all_texts(question.text)[0] == question.id]
    words = {question.id: match for question in untold if (match := _PREFIXED.match(question.id)) is not None}
    counts = Counter(match[1] for match in words.values())
    return {name: name[match.end() :] for name, match in words.items() if counts[match[1]] >= _ALIKE}


def _propose(asked: Question, index: TextIndex, key: str = "", bare: str = "") -> MappingProposal:
    """Propose the nearest target of a question.

    Personal questions and notes have no target.

    Args:
        asked: The question.
        index: Targets.
        key: Key in its name; used instead of its texts if it names a target.
        bare: Its id without the first word; likely to be the target of this name.
    """
    question, texts = asked.id, (key,) if key else all_texts(asked.text)
    if asked.personal is not None or asked.type is QuestionType.NOTE:
        return MappingProposal(question=question, text=texts[0])
    named = _find_named(key or question, texts, index)
    if named is not None:
        target, own = named
        sure = Certainty.LIKELY if _find_other(target, texts, index) else Certainty.CERTAIN
        return MappingProposal(
            question=question, text=texts[0], target=target, target_text=own, score=1.0, certainty=sure
        )
    if (whole := _find_whole(texts, index)) is not None:
        text, target, own = whole
        return MappingProposal(
            question=question, text=text, target=target, target_text=own, score=1.0, certainty=Certainty.CERTAIN
        )
    if bare and (named := _find_named(bare, (), index)) is not None:
        target, own = named
        return MappingProposal(
            question=question, text=texts[0], target=target, target_text=own, score=1.0, certainty=Certainty.LIKELY
        )
    text, nearest = index.nearest_of(texts)
    if not nearest:
        return MappingProposal(question=question, text=texts[0])
    (score, target, own), *others = nearest
    return MappingProposal(
        question=question,
        text=text,
        target=target,
        target_text=own,
        score=min(score, 1.0),
        runner_up=others[0][1] if others else "",
        runner_up_score=others[0][0] if others else 0.0,
    )


def _list_place_questions(questions: Iterable[Question], responses: Iterable[Response]) -> set[str]:
    """Return the questions that only contain the responses' places."""
    asked = {question.id: question for question in questions}
    place_questions, others = set[str](), set[str]()
    for response in responses:
        for answer in response.answers:
            name = answer.question
            if name in others or answer.is_missing or name not in asked:
                continue
            place = (response.place or "").strip()
            shown = {str(answer.value).strip(), str(answer_label(asked[name], answer.value)).strip()}
            (place_questions if place and place in shown else others).add(name)
    return place_questions - others


def _list_target_questions(questions: Iterable[Question], framework: Framework) -> set[str]:
    """Return the questions that only ask for the target in a profile of the framework.

    Such a question has the title of a profile, with a number, in brackets, as `Law [Target 2028]`. The same question
    is asked beside it under other words, as `Law [Level 2026]`; `Law [Level 2028]` would be its level in another year.
    """
    titles = (text for profile in framework.profiles for text in all_texts(profile.title))
    named = [set(_split(title)) for title in titles if _NUMBERS.search(title)]
    asked: dict[str, dict[str, str]] = {}
    for question in questions if named else ():
        if (match := _KEYED.fullmatch(all_texts(question.text)[0])) is not None:
            asked.setdefault(match[1], {})[question.id] = match[2]
    of_target: set[str] = set()
    for headers in asked.values():
        about = {name for name, header in headers.items() if any(words.issubset(_split(header)) for words in named)}
        words = {name: plain_text(_NUMBERS.sub(" ", header)) for name, header in headers.items()}
        levels = {words[name] for name in headers if name not in about}
        of_target |= {name for name in about if levels and words[name] not in levels}
    return of_target


def _find_named(question: str, texts: Iterable[str], index: TextIndex) -> tuple[str, str] | None:
    """Return the target that a question names, with its text.

    A question names a target by its id, or by id and whole text. The result is None if it names no target.
    """
    known = index.names.get(fold_text(question)) or index.joined.get(join_name(question))
    if known is not None:
        return next((name, text) for name, text in index.texts if name == known)
    asked = {plain_text(text) for text in (question, *texts)}
    matching = [index.texts[n] for n in sorted(n for whole in asked for n in index.wholes.get(whole, ()))]
    return matching[0] if len({name for name, _ in matching}) == 1 else None


def _find_whole(texts: Sequence[str], index: TextIndex) -> tuple[str, str, str] | None:
    """Return a text with the only target that has it, and this target's text.

    Signs such as % count. The result is None if no target has a text, or several have.
    """
    named = {(name, text) for text in texts for name in index.plain.get(plain_text(text), ())}
    if len({name for name, _ in named}) != 1:
        return None
    for name, text in sorted(named):
        words = _WORD_OR_SIGN.findall(fold_text(text))
        own = (own for known, own in index.texts if known == name and _WORD_OR_SIGN.findall(fold_text(own)) == words)
        if (found := next(own, None)) is not None:
            return text, name, found
    return None


def _find_other(known: str, texts: Iterable[str], index: TextIndex) -> str:
    """Return another target that has the question's text, if any.

    The result is empty if id and text agree.
    """
    named = [index.plain.get(plain_text(text), set()) for text in texts]
    named += [{index.texts[n][0] for n in index.wholes.get(plain_text(text), ())} for text in texts]
    others = set[str]().union(*named)
    return min(others) if others and known not in others else ""


def find_contradictions(questions: Iterable[Question], framework: Framework) -> dict[str, tuple[str, str]]:
    """Find questions whose id and text name different targets.

    Example:
        >>> from capbuild.frameworks import load_bundled
        >>> police = load_bundled("police_cyber")
        >>> text = police.criteria["TEC-2.2a"].text
        >>> find_contradictions([Question(id=name, text=text) for name in ("TEC-2.2a", "TEC-2.2b", "Q1")], police)
        {'TEC-2.2b': ('TEC-2.2b', 'TEC-2.2a')}
    """
    index = _index_targets(framework)
    contradictions: dict[str, tuple[str, str]] = {}
    for question in questions:
        known = index.names.get(fold_text(question.id)) or index.joined.get(join_name(question.id))
        if known is not None and (other := _find_other(known, all_texts(question.text), index)):
            contradictions[question.id] = (known, other)
    return contradictions


def _judge(one: MappingProposal, near: Sequence[float]) -> MappingProposal:
    """Return a proposal with its certainty.

    Args:
        one: The proposal.
        near: Similarities of all questions to its target, the highest first. If two are close, it is not certain which
            of them asks for the target, and which for its date or its budget: unless one has its very words.
    """
    if not one.target or one.certainty is not Certainty.NONE:
        return one
    alone = len(near) == 1 or near[1] <= (1 - _CERTAIN_LEAD) * near[0]
    first = one.score >= near[0] and (alone or plain_text(one.text) == plain_text(one.target_text))
    return evolve(one, certainty=judge_match(one.text, one.target_text, one.score, one.runner_up_score, first=first))


def _list_given(proposals: Iterable[MappingProposal], responses: Iterable[Response]) -> dict[str, dict[str, None]]:
    """Return the answers to each question with a proposal."""
    given_answers: dict[str, dict[str, None]] = {
        proposal.question: {} for proposal in proposals if proposal.certainty is not Certainty.NONE
    }
    for response in responses if given_answers else ():
        for answer in response.answers:
            texts = given_answers.get(answer.question)
            if texts is not None and isinstance(answer.value, str) and len(texts) <= _MOST_OPTIONS:
                texts[answer.value] = None
    return given_answers


def _list_points(
    proposals: Iterable[MappingProposal], framework: Framework, responses: Iterable[Response]
) -> dict[str, dict[str, str]]:
    """Propose meanings of answers that are points of a criterion.

    Such numbers are either 0 or all points of their criterion. If any number in the file is neither, none of them are
    points.
    """
    criteria = framework.criteria
    if all(criterion.points == 1 for criterion in criteria.values()):
        return {}
    asked = (
        proposal for proposal in proposals if proposal.certainty is not Certainty.NONE and proposal.target in criteria
    )
    worth = {proposal.question: criteria[proposal.target].points for proposal in asked}
    point_answers: dict[str, dict[str, str]] = {}
    for response in responses:
        for answer in response.answers:
            full, value = worth.get(answer.question), answer.value
            if full is None or isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if value not in (0, full):
                return {}
            point_answers.setdefault(answer.question, {})[str(value)] = "yes" if value == full else "no"
    return point_answers


def _add_answers(
    proposal: MappingProposal, asked: Question, given: Mapping[str, Iterable[str]], framework: Framework
) -> MappingProposal:
    """Return a proposal with the meanings of its answer options."""
    if proposal.certainty is Certainty.NONE:
        return proposal
    node = None if proposal.target in framework.criteria else framework.capacities[proposal.target]
    options = {choice.code: all_texts(choice.label) for choice in asked.choices if choice.missing is None}
    texts = [text for text in given.get(proposal.question, ()) if text not in options]
    if len(texts) <= _MOST_OPTIONS:
        options |= {text: (text,) for text in texts if len(text) <= _LONGEST_OPTION and not _is_number(text)}
    answers, likely = dict(proposal.answers), dict[str, str]()
    own = framework.answers_of(framework.owner(proposal.target) if node is None else node)
    for option, labels in options.items():
        if find_option(option, own) is not None:
            continue  # options of the framework's own answer scale need no meaning
        meanings = [propose_meaning(label, framework, node) for label in labels]
        code, sure = max(meanings, key=lambda pair: (pair[1], bool(pair[0])))
        if fold_text(code) == fold_text(option) and sure:
            continue
        answers[option] = code if sure else ""
        if code and not sure:
            likely[option] = code
    return evolve(proposal, answers=answers, proposed_answers=likely)


def index_confirmed(confirmed: Mapping[str, QuestionMapping]) -> dict[str, QuestionMapping]:
    """Return confirmed mappings by the plain form of their question's text."""
    return {plain_text(text): mapping for text, mapping in confirmed.items()}


def find_confirmed(question: Question, confirmed: Mapping[str, QuestionMapping]) -> QuestionMapping | None:
    """Return the mapping of the question with the same text.

    The text of a question without one is its name.

    Args:
        question: The question.
        confirmed: Mappings of other questions (`index_confirmed`).
    """
    texts = map(plain_text, all_texts(question.text)) if confirmed else ()
    return next((confirmed[text] for text in texts if text in confirmed), None)


def _add_confirmed(
    proposal: MappingProposal, asked: Question, confirmed: Mapping[str, QuestionMapping]
) -> MappingProposal:
    """Return a proposal with answer meanings of its confirmed question."""
    like = find_confirmed(asked, confirmed) or confirmed.get(plain_text(proposal.target_text))
    if like is None or like.target != proposal.target:
        return proposal
    known = {word: code for word, code in like.answers.items() if code}
    folded = set(map(fold_text, known))
    others = {word: code for word, code in proposal.answers.items() if fold_text(word) not in folded}
    likely = {word: code for word, code in proposal.proposed_answers.items() if fold_text(word) not in folded}
    return evolve(proposal, answers={**others, **known}, proposed_answers=likely)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", text.strip()) is not None
