"""Matching of questions and options between surveys."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild.frames.question_crosswalk import (
    LEFT_OUT,
    WAVE,
    CrosswalkRow,
    MatchReason,
    QuestionCrosswalk,
    Surveys,
    as_question_crosswalk,
    name_waves,
)
from capbuild.model import AnswerValue, Missing, Question, QuestionType, Survey
from capbuild.model.survey_questions import answer_code, unknown_question
from capbuild.scoring.answer_words import plain_verdict
from capbuild.scoring.mapping_drafts import Certainty, TextIndex, all_texts, has_other_words, judge_match, plain_text
from capbuild.text import Text, fold_text

#: Types without options: dates of one wave are not those of another.
_WITHOUT_OPTIONS = (
    QuestionType.DATE,
    QuestionType.TIME,
    QuestionType.DATETIME,
    QuestionType.GEOPOINT,
    QuestionType.FILE,
)
#: Maximum number of options of a text question, minimum mean frequency of each, and their maximum length.
_MOST_OPTIONS, _REPEATED, _LONGEST_OPTION = 20, 2, 80
#: Maximum number of distinct answers to count; a question with more is free text.
_MOST_DIFFERENT = 200
_NUMERIC = (QuestionType.INTEGER, QuestionType.DECIMAL)
#: Options of a question: labels by code.
_Options = dict[str, tuple[str, ...]]
#: Leading number of a label, and any number in it. A sign only counts at the beginning: 1-2, level-3.
_LEADING_NUMBER, _NUMBER = re.compile(r"\s*[(\[]?([-−]?\d+(?:[.,]\d+)?)"), re.compile(r"\d+(?:[.,]\d+)?")


@frozen
class _Target:
    """Harmonised question: the first question with its wave and options.

    Attributes:
        wave: The first wave with it.
        asked: The question in that wave.
        options: Its options; none for a numeric question.
    """

    wave: str
    asked: "_Asked"
    options: _Options

    @property
    def question(self) -> Question:
        return self.asked.question


@frozen
class _Asked:
    """Question of a survey, with options from form and answers.

    Attributes:
        question: The question.
        options: Options of the form, and other answers; few integers for a numeric question.
        chosen: Whether it has options: in the form, or as a few frequent texts.
        is_number: Whether its answers are numbers.
        is_empty: Whether its answers are unknown: no options, and no answer of a question without a type.
    """

    question: Question
    options: _Options
    chosen: bool
    is_number: bool
    is_empty: bool = False


def _list_asked(survey: Survey) -> list[_Asked]:
    """Return a survey's questions to harmonise."""
    given: dict[str, Counter[AnswerValue]] = {}
    for response in survey.responses:
        for answer in response.answers:
            counts = given.setdefault(answer.question, Counter())
            if answer.value.__class__ is not Missing and len(counts) <= _MOST_DIFFERENT:
                counts[answer.value] += 1
    form = () if survey.questionnaire is None else survey.questionnaire.questions
    questions = {question.id: question for question in form}
    asked = (questions.get(name) or unknown_question(name) for name in dict.fromkeys((*questions, *given)))
    return [
        _find_options(question, given.get(question.id, Counter()))
        for question in asked
        if question.type is not QuestionType.NOTE and question.personal is None
    ]


def _find_options(question: Question, given: Counter[AnswerValue]) -> _Asked:
    if question.type in _WITHOUT_OPTIONS:
        return _Asked(question, {}, False, False)
    values = [value for value in given if isinstance(value, str | tuple | bool | int | float)]
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    untyped = question.inferred and not question.choices
    is_number = question.type in _NUMERIC or (untyped and bool(numbers) and len(numbers) == len(given))
    if is_number:
        whole: _Options = {code: (code,) for code in sorted(map(answer_code, numbers)) if code.lstrip("-").isdigit()}
        scale = whole if len(whole) == len({*numbers}) <= _MOST_OPTIONS and not question.unit else {}
        return _Asked(question, scale, False, True)
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
    return _Asked(question, options, chosen, False, is_empty=untyped and not values)


def draft_question_crosswalk(surveys: Surveys, known: Any = None) -> QuestionCrosswalk:
    r"""Propose matching questions and options of several surveys.

    The first survey gives ids and options. Each later survey is matched with them, and adds the questions without a
    similar one. A question is certain by its text, or by its id if texts do not differ. A person decides about one id
    with two texts, and about similar texts that each have a word that the other lacks (men and women, hours and
    minutes). Options are certain by their labels, never by their codes: 1 may be *never* in one wave and *often* in the
    next.

    Args:
        surveys: The surveys or paths to their files, by wave name or in order.
        known: A `QuestionCrosswalk`, a path to one that a person corrected, or a frame. Its rows are kept; options of a
            question that was given the target of an earlier survey are compared with the options of that survey.

    Raises:
        ReadError: The known crosswalk cannot be read.
        ModelError: It is one survey instead of a list.

    Example:
        >>> from capbuild.io import read
        >>> first = read(b"country,trust\nJamaica,often\nBelize,never\nPeru,often\nCuba,never\n", name="2015.csv")
        >>> later = read(b"country,trust\nJamaica,Often\nBelize,Never\nPeru,Often\nCuba,Never\n", name="2019.csv")
        >>> [(row.wave, row.option, row.target) for row in draft_question_crosswalk([first, later]) if row.option]
        [('2015', 'often', 'often'), ('2015', 'never', 'never'), ('2019', 'Often', 'often'), ('2019', 'Never', 'never')]
    """
    draft = _Draft(QuestionCrosswalk() if known is None else as_question_crosswalk(known))
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
        for question, row in zip(asked, self.question_rows(wave, asked, kept), strict=True):
            self.rows.append(row)
            if row.target and row.target not in self.targets:
                named = evolve(question, options=_rename_options(question, kept))
                new[row.target] = _Target(wave, named, named.options if question.chosen else {})
            target = self.targets.get(row.target or row.proposed)
            if (
                target is not None
                and question.chosen
                and target.asked.is_number
                and _pair_numbers(question, target.asked)
            ):
                target = self.list_numbers(row.target or row.proposed, target)
            own = question.options if (question.chosen if target is None else target.options) else {}
            pairs = {} if target is None else _pair_numbers(question, target.asked)
            for code, labels in own.items():
                drafted = _match_option(row, code, labels, target, pairs)
                own_row = kept.get((row.question, code))
                self.rows.append(drafted if own_row is None or (target and own_row.names_itself) else own_row)
        self.targets |= new

    def list_numbers(self, name: str, target: _Target) -> _Target:
        """Give a numeric question the options of another wave.

        The other wave has options with the same numbers.
        """
        first = next(n for n, row in enumerate(self.rows) if row.wave == target.wave and row.target == name)
        question = self.rows[first].question
        own = CrosswalkRow(wave=target.wave, question=question, certainty=Certainty.CERTAIN)
        self.rows[first + 1 : first + 1] = [evolve(own, option=o, target=o, text=o) for o in target.asked.options]
        self.targets[name] = evolve(target, options=target.asked.options)
        return self.targets[name]

    def question_rows(
        self, wave: str, asked: Iterable[_Asked], kept: Mapping[tuple[str, str], CrosswalkRow]
    ) -> Iterator[CrosswalkRow]:
        """Yield each question's row: a person's decision or a draft."""
        index = TextIndex.make((name, target.question.text) for name, target in self.targets.items())
        same: dict[str, list[str]] = {}
        for name, target in self.targets.items():
            for text in {*map(plain_text, all_texts(target.question.text))}:
                same.setdefault(text, []).append(name)
        drafted = (candidate.question for candidate in asked if (candidate.question.id, "") not in kept)
        matches = {question.id: self.match(wave, question, index, same) for question in drafted}
        best: dict[str, float] = {}
        for row, score in matches.values():
            best[row.proposed] = max(best.get(row.proposed, 0.0), score)
        used = {row.target for row in kept.values() if not row.option}
        for candidate in asked:
            by_hand = kept.get((candidate.question.id, ""))
            if by_hand is not None:
                yield by_hand
                continue
            row, score = matches[candidate.question.id]
            settled = self.settle(row, candidate, first=score >= best[row.proposed] and row.proposed not in used)
            used |= {settled.target} - {""}
            yield settled

    def match(
        self, wave: str, asked: Question, index: TextIndex, same_text: Mapping[str, list[str]]
    ) -> tuple[CrosswalkRow, float]:
        """Match a question with its nearest target."""
        texts = all_texts(asked.text)
        blank = CrosswalkRow(wave=wave, question=asked.id, text=texts[0])
        own = index.names.get(fold_text(asked.id))
        if own is not None and (_has_no_text(asked) or _has_no_text(self.targets[own].question)):
            return self.proposal(blank, own, Certainty.CERTAIN, MatchReason.SAME_ID), 1.0
        same = list(dict.fromkeys(name for text in texts for name in same_text.get(plain_text(text), ())))
        if own in same or len(same) == 1:
            return self.proposal(blank, own if own in same else same[0], Certainty.CERTAIN, MatchReason.SAME_TEXT), 1.0
        text, nearest = index.nearest_of(texts)
        if nearest:
            (score, name, other), *rest = nearest
            certainty = judge_match(text, other, score, rest[0][0] if rest else 0.0, first=True)
            if certainty is Certainty.CERTAIN and has_other_words(text, other):
                certainty = Certainty.LIKELY
            if certainty is Certainty.CERTAIN or (certainty is Certainty.LIKELY and own is None):
                return self.proposal(blank, name, certainty, MatchReason.SIMILAR_TEXT), score
        if own is not None:
            return self.proposal(blank, own, Certainty.LIKELY, MatchReason.SAME_ID_ONLY), 0.0
        return blank, 0.0

    def proposal(self, blank: CrosswalkRow, name: str, certainty: Certainty, reason: MatchReason) -> CrosswalkRow:
        text = self.targets[name].question.text.source
        return evolve(blank, proposed=name, certainty=certainty, target_text=text, reason=reason)

    def settle(self, row: CrosswalkRow, one: _Asked, *, first: bool) -> CrosswalkRow:
        """Set the target of a certain or new question."""
        if row.certainty is Certainty.NONE:
            own = one.question.id if one.question.id not in {*self.targets, WAVE} else f"{one.question.id} ({row.wave})"
            certainty = row.certainty if self.targets else Certainty.CERTAIN
            return evolve(row, target=own, proposed="", certainty=certainty)
        target = self.targets[row.proposed]
        unknown_kind = target.asked.is_empty or one.is_empty
        one_kind = target.asked.is_number == one.is_number and target.question.unit == one.question.unit
        alike = one_kind or unknown_kind
        if row.certainty is Certainty.CERTAIN and first and alike:
            return evolve(row, target=row.proposed, proposed="")
        return evolve(row, certainty=Certainty.LIKELY, reason=row.reason if alike else MatchReason.OTHER_KIND)


def _rename_options(one: _Asked, kept: Mapping[tuple[str, str], CrosswalkRow]) -> _Options:
    """Return options by the codes that a person chose.

    Options that the person left out are dropped.
    """
    codes = {code: kept[one.question.id, code].target for code in one.options if (one.question.id, code) in kept}
    renamed = {codes.get(code) or code: labels for code, labels in one.options.items()}
    return {code: labels for code, labels in renamed.items() if code != LEFT_OUT}


def _has_no_text(question: Question) -> bool:
    return all(plain_text(text) == plain_text(question.id) for text in all_texts(question.text))


def _find_label_number(labels: tuple[str, ...]) -> str:
    """Return the number that an option's labels share.

    It is at the start of a label, or its only number; empty if there is none, or numbers differ.

    Example:
        >>> _find_label_number(("Niveau 1", "L1")), _find_label_number(("2 - 1 to 5 cases",))
        ('1', '2')
        >>> _find_label_number(("1 of 3 or 4",))
        '1'
        >>> _find_label_number(("under 10 of 20",)), _find_label_number(("-1",))
        ('', '-1')
    """
    label_numbers = set()
    for label in labels:
        leading, numbers = _LEADING_NUMBER.match(label), _NUMBER.findall(label)
        number = leading[1] if leading else numbers[0] if len(numbers) == 1 else ""
        label_numbers.add(number.replace(",", ".").replace("−", "-"))
    return label_numbers.pop() if len(label_numbers) == 1 else ""


def _number_options(options: _Options) -> dict[str, str]:
    """Return a scale's options by the number in their labels.

    The result is empty if a number is repeated.
    """
    numbers = {code: _find_label_number(labels) for code, labels in options.items()}
    numbered = {number: code for code, number in numbers.items() if number}
    return numbered if len(numbered) == sum(map(bool, numbers.values())) else {}


def _pair_numbers(one: _Asked, other: _Asked) -> dict[str, str]:
    """Return the options of two scales paired by number.

    The result is empty if the scales differ. Only the options that were answered are known of a question whose form has
    none.
    """
    ours, theirs = _number_options(one.options), _number_options(other.options)
    fits = (
        ours.keys() == theirs.keys()
        or (not one.question.choices and ours.keys() < theirs.keys())
        or (not other.question.choices and theirs.keys() < ours.keys())
    )
    shared = [number for number in ours if number in theirs]
    return {ours[number]: theirs[number] for number in shared} if fits and len(shared) > 1 else {}


def _match_option(
    row: CrosswalkRow, code: str, labels: tuple[str, ...], target: _Target | None, pairs: Mapping[str, str]
) -> CrosswalkRow:
    """Return the crosswalk row of an option.

    Its target is found by label, or by its number on the scale.
    """
    blank = CrosswalkRow(wave=row.wave, question=row.question, option=code, text=labels[0])
    if target is None:
        return evolve(blank, target=code, certainty=Certainty.CERTAIN)
    wanted = {*map(plain_text, labels)} - {""}
    verdicts = {plain_verdict(label) for label in labels} - {None}
    for known, texts in target.options.items():
        same = wanted & {*map(plain_text, texts)}
        if same and all(map(str.isdigit, same)) and code not in pairs:
            continue  # 3 of 5 is not 3 of 10
        if same or verdicts & {plain_verdict(text) for text in texts}:
            reason = MatchReason.SAME_TEXT if same else MatchReason.SAME_VERDICT
            return evolve(blank, target=known, certainty=Certainty.CERTAIN, target_text=texts[0], reason=reason)
    likely = evolve(blank, certainty=Certainty.LIKELY)
    if code in pairs:
        known = pairs[code]
        return evolve(likely, proposed=known, target_text=target.options[known][0], reason=MatchReason.SAME_NUMBER)
    index = TextIndex.make((known, Text(texts[0])) for known, texts in target.options.items())
    text, nearest = index.nearest_of(labels)
    if nearest and judge_match(
        text, nearest[0][2], nearest[0][0], nearest[1][0] if nearest[1:] else 0.0, first=True
    ) is not (Certainty.NONE):
        return evolve(likely, proposed=nearest[0][1], target_text=nearest[0][2], reason=MatchReason.SIMILAR_TEXT)
    unlabelled = labels == (code,)
    other = target.options.get(code)
    if other is not None and (unlabelled or other == (code,)):  # a code without a label on one side
        return evolve(likely, proposed=code, target_text=other[0], reason=MatchReason.SAME_CODE)
    return blank
