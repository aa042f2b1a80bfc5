"""Questions of a survey and their answers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

from attrs import field, frozen

from capbuild._lazy import provided
from capbuild.checks import to_map, to_tuple
from capbuild.display import FrameConversion, NotebookDisplay
from capbuild.errors import did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model.questionnaire import Question
from capbuild.model.response import Answer, AnswerValue, Missing, Response
from capbuild.text import Text, fold_text

if TYPE_CHECKING:
    import altair


def answer_label(question: Question, value: AnswerValue, language: str = "") -> str | tuple[str, ...] | AnswerValue:
    """Return a value with option labels instead of codes.

    Args:
        question: The question, which may have options.
        value: Value, or several codes; missing kinds are unchanged.
        language: Language of the labels; empty for that of the form.

    Example:
        >>> from capbuild.model.questionnaire import Choice
        >>> sex = Question(id="sex", text="Sex", choices=[Choice(code="1", label="Male")])
        >>> answer_label(sex, "1"), answer_label(sex, 1), answer_label(sex, 7)
        ('Male', 'Male', 7)
    """
    if isinstance(value, tuple):
        return tuple(str(answer_label(question, part, language)) for part in value)
    if isinstance(value, Missing) or not question.choices:
        return value
    choice = question.choice(answer_code(value))
    if choice is None:
        return value
    return choice.label.get(language) if language else choice.label.source


def answer_code(value: AnswerValue) -> str:
    """Return a value as an option code, such as `yes`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def unknown_question(name: str) -> Question:
    """Return a question known from answers only."""
    return Question(id=name.strip() or "(no id)", text=name, inferred=True)


@frozen(kw_only=True, repr=False)
class QuestionSummary(NotebookDisplay):
    """Question with its answers counted.

    Attributes:
        question: The question.
        answered: Answers with a value.
        missing: Answers without one, by kind.
    """

    question: Question
    answered: int = 0
    missing: FrozenMap[Missing, int] = field(factory=FrozenMap, converter=to_map)

    @property
    def id(self) -> str:
        """Id of the question."""
        return self.question.id

    @property
    def text(self) -> Text:
        """Text of the question."""
        return self.question.text

    @property
    def options(self) -> tuple[str, ...]:
        """Labels of its options."""
        return tuple(choice.label.source for choice in self.question.choices)

    @property
    def _searched(self) -> str:
        texts = (self.question.text, *(choice.label for choice in self.question.choices))
        words = [self.id, *(text.get(language) for text in texts for language in text.languages)]
        return fold_text("\n".join(words))


@frozen(repr=False)
class QuestionTable(NotebookDisplay, FrameConversion):
    """Questions of a survey, with their answers counted.

    Attributes:
        items: The questions in order.

    Example:
        >>> table = QuestionTable([QuestionSummary(question=Question(id="q1", text="Is there a law?"), answered=3)])
        >>> [summary.id for summary in table.search("LAW")], table["q1"].answered, len(table)
        (['q1'], 3, 1)
    """

    items: tuple[QuestionSummary, ...] = field(converter=to_tuple)

    @classmethod
    def count(cls, questions: Iterable[Question], responses: Iterable[Response]) -> "QuestionTable":
        """Return the questions with their answers counted.

        Questions without a definition come last. Withdrawn, replaced and test responses add questions, but no counts.
        """
        known = {question.id: question for question in questions}
        counts: dict[str, Counter[Missing | None]] = {name: Counter() for name in known}
        for response in responses:
            for answer in response.answers:
                kind = answer.value if isinstance(answer.value, Missing) else None
                counts.setdefault(answer.question, Counter())[kind] += response.status.counts
        return cls(
            QuestionSummary(
                question=known.get(name) or unknown_question(name),
                answered=counted_values[None],
                missing={kind: counted_values[kind] for kind in Missing if counted_values[kind]},
            )
            for name, counted_values in counts.items()
        )

    def search(self, text: str) -> "QuestionTable":
        """Return the questions that contain a text.

        Ids, texts and options are searched; case and accents do not matter.
        """
        wanted = fold_text(str(text))
        return QuestionTable(summary for summary in self.items if wanted in summary._searched)

    @overload
    def __getitem__(self, key: str | int) -> QuestionSummary: ...

    @overload
    def __getitem__(self, key: slice) -> "QuestionTable": ...

    def __getitem__(self, key: str | int | slice) -> "QuestionSummary | QuestionTable":
        if isinstance(key, slice):
            return QuestionTable(self.items[key])
        if isinstance(key, int):
            return self.items[key]
        summary = next((question_summary for question_summary in self.items if question_summary.id == key), None)
        if summary is None:
            raise KeyError(f"no question {key!r}{did_you_mean(key, [item.id for item in self.items])}")
        return summary

    def __contains__(self, name: object) -> bool:
        return any(summary.id == name for summary in self.items)

    def __iter__(self) -> Iterator[QuestionSummary]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def _ipython_key_completions_(self) -> list[str]:
        return [summary.id for summary in self.items]


@frozen(kw_only=True, repr=False)
class QuestionAnswers(NotebookDisplay, FrameConversion):
    """Answers to one question, with their responses.

    All answers are listed; `counts`, `answered`, `missing` and `numbers` leave out those of withdrawn, replaced and
    test responses, as a tally does.

    Attributes:
        question: The question.
        responses: The response of each answer.
        answers: The answers.
    """

    question: Question
    responses: tuple[Response, ...] = field(converter=to_tuple, repr=False)
    answers: tuple[Answer, ...] = field(converter=to_tuple, repr=False)

    @property
    def values(self) -> tuple[AnswerValue, ...]:
        """Values as stored, and kinds of missing."""
        return tuple(answer.value for answer in self.answers)

    @property
    def labels(self) -> tuple[str | tuple[str, ...] | AnswerValue, ...]:
        """Values with labels of options, and kinds of missing."""
        return tuple(answer_label(self.question, answer.value) for answer in self.answers)

    @property
    def _counted(self) -> Iterator[AnswerValue]:
        pairs = zip(self.responses, self.answers, strict=True)
        return (answer.value for response, answer in pairs if response.status.counts)

    @property
    def counts(self) -> FrozenMap[str, int]:
        """Number of answers by label.

        Options come in form order, then other answers by frequency.
        """
        labels = (answer_label(self.question, value) for value in self._counted)
        counts = Counter(part for label in labels for part in _list_parts(label))
        own = [choice.label.source for choice in self.question.choices if choice.missing is None]
        others = [label for label, _ in counts.most_common() if label not in own]
        return FrozenMap({label: counts[label] for label in (*own, *others)})

    @property
    def answered(self) -> int:
        """Answers with a value."""
        return sum(not isinstance(value, Missing) for value in self._counted)

    @property
    def missing(self) -> FrozenMap[Missing, int]:
        """Answers without a value, by kind."""
        counts = Counter(value for value in self._counted if isinstance(value, Missing))
        return FrozenMap({kind: counts[kind] for kind in Missing if counts[kind]})

    @property
    def numbers(self) -> tuple[float, ...]:
        """Values that are numbers."""
        return tuple(float(v) for v in self._counted if isinstance(v, int | float) and not isinstance(v, bool))

    def plot(self) -> "altair.TopLevelMixin":
        """Return a chart of answer shares, or of their mean.

        It is unweighted and needs the extra `charts`; charts of `survey.tally` use weights, designs and domains.

        Raises:
            ModelError: The question asks for personal data, or has no answers.
        """
        chart: altair.TopLevelMixin = provided("plot_question")(self)
        return chart

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)


def _list_parts(label: str | tuple[str, ...] | AnswerValue) -> Sequence[str]:
    if isinstance(label, Missing):
        return ()
    if isinstance(label, tuple):
        return label
    return (answer_code(label),)
