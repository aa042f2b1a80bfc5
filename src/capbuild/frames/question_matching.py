"""Questions and options of several surveys matched by their words: the draft of a crosswalk."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import define, evolve, field, frozen

from capbuild.frames.question_crosswalk import WAVE, CrosswalkRow, QuestionCrosswalk, name_waves
from capbuild.model import AnswerValue, Missing, Question, QuestionType, Survey
from capbuild.model.survey_questions import answer_code, unknown_question
from capbuild.scoring.answer_words import plain_verdict
from capbuild.scoring.text_matching import Certainty, TextIndex, all_texts, judge_match, plain_text
from capbuild.text import Text, fold_text

__all__ = ["draft_question_crosswalk"]

#: Most answers of a text question that are options, how often each is given at least on average, and their length.
_MOST_OPTIONS, _REPEATED, _LONGEST_OPTION = 20, 2, 80
#: Different answers that are counted of a question; with more it is free text.
_MOST_DIFFERENT = 200
_NUMERIC = (QuestionType.INTEGER, QuestionType.DECIMAL)
#: Options of a question: the labels of each code.
_Options = dict[str, tuple[str, ...]]


@frozen
class _Target:
    """Harmonised question: the first one that stands for it, its options, and whether its answers are numbers."""

    question: Question
    options: _Options
    is_number: bool


@frozen
class _Asked:
    """Question of a survey with its options, as the form and the answers show it.

    Attributes:
        question: The question.
        options: Options of the form, and what else was answered.
        chosen: Whether it has options: without any in the form, few texts that are given again and again.
        is_number: Whether its answers are numbers.
    """

    question: Question
    options: _Options
    chosen: bool
    is_number: bool


def _list_asked(survey: Survey) -> list[_Asked]:
    """Return the questions of a survey that may be harmonised; the answers are looked at once."""
    given: dict[str, Counter[AnswerValue]] = {}
    for response in survey.responses:
        for answer in response.answers:
            counts = given.setdefault(answer.question, Counter())
            if answer.value.__class__ is not Missing and len(counts) <= _MOST_DIFFERENT:
                counts[answer.value] += 1
    form = () if survey.questionnaire is None else survey.questionnaire.questions
    known = {question.id: question for question in form}
    asked = (known.get(name) or unknown_question(name) for name in dict.fromkeys((*known, *given)))
    return [
        _find_options(question, given.get(question.id, Counter()))
        for question in asked
        if question.type is not QuestionType.NOTE and question.personal is None
    ]


def _find_options(question: Question, given: Counter[AnswerValue]) -> _Asked:
    values = [value for value in given if isinstance(value, str | tuple | bool | int | float)]
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    untyped = question.inferred and not question.choices
    is_number = question.type in _NUMERIC or (untyped and bool(numbers) and len(numbers) == len(given))
    if is_number:
        return _Asked(question, {}, False, True)
    options = {choice.code: all_texts(choice.label) for choice in question.choices if choice.missing is None}
    codes: Counter[str] = Counter()
    for value in values:
        for part in value if isinstance(value, tuple) else (value,):
            codes[answer_code(part)] += given[value]
    few, is_text = len(codes) <= _MOST_OPTIONS, len(numbers) < len(values)
    chosen = bool(options) or (few and is_text and _REPEATED * len(codes) <= codes.total())
    missing = {choice.code for choice in question.choices if choice.missing is not None}
    others = [code for code, _ in codes.most_common(_MOST_OPTIONS) if code not in missing]
    if few or options:
        options |= {code: (code,) for code in others if code not in options and len(code) <= _LONGEST_OPTION}
    return _Asked(question, options, chosen, False)


def draft_question_crosswalk(
    surveys: Mapping[str, Survey] | Iterable[Survey], known: QuestionCrosswalk | None = None
) -> QuestionCrosswalk:
    r"""Propose which questions and options of several surveys are the same.

    The first survey gives ids and options; every other one is matched with it, and adds questions that are near none.
    A question is certain by its text, or by its id where no text says otherwise: one id with two texts waits for a
    person. Options are certain by their labels, never by their codes: 1 may be *never* in one wave and *often* in the
    next.

    Args:
        surveys: The surveys, by name of the wave or in order.
        known: Crosswalk of earlier waves, whose rows are kept.

    Example:
        >>> from capbuild.io import read
        >>> first = read(b"country,trust\nJamaica,often\nBelize,never\nPeru,often\nCuba,never\n", name="2015.csv")
        >>> later = read(b"country,trust\nJamaica,Often\nBelize,Never\nPeru,Often\nCuba,Never\n", name="2019.csv")
        >>> [(row.wave, row.option, row.target) for row in draft_question_crosswalk([first, later]) if row.option]
        [('2015', 'often', 'often'), ('2015', 'never', 'never'), ('2019', 'Often', 'often'), ('2019', 'Never', 'never')]
    """
    draft = _Draft(known or QuestionCrosswalk())
    for wave, survey in name_waves(surveys).items():
        draft.add_wave(wave, survey)
    return QuestionCrosswalk(draft.rows)


@define
class _Draft:
    """Crosswalk under construction, wave by wave."""

    known: QuestionCrosswalk
    targets: dict[str, _Target] = field(factory=dict)
    rows: list[CrosswalkRow] = field(factory=list)

    def add_wave(self, wave: str, survey: Survey) -> None:
        asked = _list_asked(survey)
        kept = {(row.question, row.option): row for row in self.known if row.wave == wave}
        new: dict[str, _Target] = {}
        for one, row in zip(asked, self.question_rows(wave, asked, kept), strict=True):
            self.rows.append(row)
            if row.target and row.target not in self.targets:
                new[row.target] = _Target(one.question, one.options if one.chosen else {}, one.is_number)
            known = self.targets.get(row.target or row.proposed)
            own = one.options if (one.chosen if known is None else known.options) else {}
            for code, labels in own.items():
                self.rows.append(kept.get((row.question, code)) or _match_option(row, code, labels, known))
        self.targets |= new

    def question_rows(
        self, wave: str, asked: Iterable[_Asked], kept: Mapping[tuple[str, str], CrosswalkRow]
    ) -> Iterator[CrosswalkRow]:
        """Yield the row of each question: that of a person, else a draft."""
        index = TextIndex.make({name: target.question.text for name, target in self.targets.items()})
        same: dict[str, list[str]] = {}
        for name, target in self.targets.items():
            for text in {*map(plain_text, all_texts(target.question.text))}:
                same.setdefault(text, []).append(name)
        drafted = (one.question for one in asked if (one.question.id, "") not in kept)
        found = {one.id: self.match(wave, one, index, same) for one in drafted}
        best: dict[str, float] = {}
        for row, score in found.values():
            best[row.proposed] = max(best.get(row.proposed, 0.0), score)
        taken = {row.target for row in kept.values() if not row.option}
        for one in asked:
            by_hand = kept.get((one.question.id, ""))
            if by_hand is not None:
                yield by_hand
                continue
            row, score = found[one.question.id]
            settled = self.settle(row, one, first=score >= best[row.proposed] and row.proposed not in taken)
            taken |= {settled.target} - {""}
            yield settled

    def match(
        self, wave: str, asked: Question, index: TextIndex, same_text: Mapping[str, list[str]]
    ) -> tuple[CrosswalkRow, float]:
        """Return the row of a question with what is nearest to it, and its similarity."""
        texts = all_texts(asked.text)
        blank = CrosswalkRow(wave=wave, question=asked.id, text=texts[0])
        own = index.names.get(fold_text(asked.id))
        if own is not None and (_has_no_text(asked) or _has_no_text(self.targets[own].question)):
            return self.proposal(blank, own, Certainty.CERTAIN), 1.0
        same = list(dict.fromkeys(name for text in texts for name in same_text.get(plain_text(text), ())))
        if own in same or len(same) == 1:
            return self.proposal(blank, own if own in same else same[0], Certainty.CERTAIN), 1.0
        text, found = index.nearest_of(texts)
        if found:
            (score, name, other), *rest = found
            certainty = judge_match(text, other, score, rest[0][0] if rest else 0.0, first=True)
            if certainty is Certainty.CERTAIN or (certainty is Certainty.LIKELY and own is None):
                return self.proposal(blank, name, certainty), score
        if own is not None:  # one id, and two texts
            return self.proposal(blank, own, Certainty.LIKELY), 0.0
        return blank, 0.0

    def proposal(self, blank: CrosswalkRow, name: str, certainty: Certainty) -> CrosswalkRow:
        text = self.targets[name].question.text.source
        return evolve(blank, proposed=name, certainty=certainty, target_text=text)

    def settle(self, row: CrosswalkRow, one: _Asked, *, first: bool) -> CrosswalkRow:
        """Return a row with its target, where that is certain or the question is a new one."""
        if row.certainty is Certainty.NONE:
            own = one.question.id if one.question.id not in {*self.targets, WAVE} else f"{one.question.id} ({row.wave})"
            certainty = row.certainty if self.targets else Certainty.CERTAIN
            return evolve(row, target=own, proposed="", certainty=certainty)
        target = self.targets[row.proposed]
        alike = target.is_number == one.is_number and target.question.unit == one.question.unit
        if row.certainty is Certainty.CERTAIN and first and alike:
            return evolve(row, target=row.proposed, proposed="")
        return evolve(row, certainty=Certainty.LIKELY)


def _has_no_text(question: Question) -> bool:
    return all(plain_text(text) == plain_text(question.id) for text in all_texts(question.text))


def _match_option(row: CrosswalkRow, code: str, labels: tuple[str, ...], target: _Target | None) -> CrosswalkRow:
    """Return the row of an option, compared with the options of the target."""
    blank = CrosswalkRow(wave=row.wave, question=row.question, option=code, text=labels[0])
    if target is None:
        return evolve(blank, target=code, certainty=Certainty.CERTAIN)
    wanted = {*map(plain_text, labels)} - {""}
    verdicts = {plain_verdict(label) for label in labels} - {None}
    for known, texts in target.options.items():
        if wanted & {*map(plain_text, texts)} or verdicts & {plain_verdict(text) for text in texts}:
            return evolve(blank, target=known, certainty=Certainty.CERTAIN, target_text=texts[0])
    index = TextIndex.make({known: Text(texts[0]) for known, texts in target.options.items()})
    text, found = index.nearest_of(labels)
    if found and judge_match(text, found[0][2], found[0][0], found[1][0] if found[1:] else 0.0, first=True) is not (
        Certainty.NONE
    ):
        return evolve(blank, proposed=found[0][1], certainty=Certainty.LIKELY, target_text=found[0][2])
    bare = labels == (code,)
    other = target.options.get(code)
    if other is not None and (bare or other == (code,)):  # a code without a label on one side
        return evolve(blank, proposed=code, certainty=Certainty.LIKELY, target_text=other[0])
    return blank
