"""Questionnaires, and mappings of their questions to criteria."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property

from attrs import field

from capbuild._typed import model
from capbuild.checks import identifier, not_before, to_map, to_tuple, unique
from capbuild.display import NotebookDisplay
from capbuild.errors import ModelError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model.response import Missing, PreviousAnswer
from capbuild.text import Text, as_optional_text, as_text


class QuestionType(StrEnum):
    """Type of answer to a question."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    SELECT_ONE = "select one"
    SELECT_MULTIPLE = "select multiple"
    RANKING = "ranking"
    GEOPOINT = "geopoint"
    FILE = "file"
    CALCULATED = "calculated"
    NOTE = "note"
    UNKNOWN = "unknown"


class PersonalData(StrEnum):
    """Kind of personal data that an answer would reveal."""

    NAME = "name"
    EMAIL = "e-mail"
    TELEPHONE = "telephone"
    ADDRESS = "address"
    DEVICE = "device"
    NETWORK_ADDRESS = "network address"
    LOCATION = "location"
    IDENTIFIER = "identifier"


@model(kw_only=True)
class Choice:
    """Answer option, matched by code and never by label.

    Attributes:
        code: Code as stored.
        label: Text as shown.
        score: Its number, if any.
        exclusive: Whether it excludes other choices.
        other: Whether it opens a free text ("other, specify").
        missing: Its kind of missing ("don't know"), if any.
    """

    code: str = field(validator=identifier)
    label: Text = field(converter=as_text)
    score: float | None = None
    exclusive: bool = False
    other: bool = False
    missing: Missing | None = None


@model(kw_only=True)
class SkipRule:
    """Condition under which a question is asked.

    Attributes:
        expression: The condition as written in the form.
        dialect: Language of the expression: `xpath` (XLSForm), `expression` (LimeSurvey), `capbuild`.
        questions: Ids of the questions that it uses.
    """

    expression: str = field(validator=identifier)
    dialect: str = "capbuild"
    questions: tuple[str, ...] = field(default=(), converter=to_tuple)


@model(kw_only=True)
class Question(NotebookDisplay):
    """Question of a questionnaire.

    Attributes:
        id: Id within the questionnaire; for our own instruments the id of the criterion.
        type: Type of answer.
        text: The question.
        hint: Help text.
        choices: Choices, for questions that have them.
        group: Id of its group.
        parent: Id of the question it is a row of (matrix) or a detail of ("other, specify").
        required: Whether the form required an answer.
        skip: Condition for asking; None for always.
        unit: Unit of a number.
        minimum: Lowest value permitted in the form.
        maximum: Highest value permitted in the form.
        personal: Kind of personal data in its answers.
        dimensions: Dimensions that distinguish its answers from others to the same question, such as year and sex, and
            attributes of all of them, by name.
        inferred: Whether it was inferred from answers, without a definition.
    """

    id: str = field(validator=identifier)
    type: QuestionType = QuestionType.TEXT
    text: Text = field(converter=as_text)
    hint: Text | None = field(default=None, converter=as_optional_text)
    choices: tuple[Choice, ...] = field(default=(), converter=to_tuple, validator=unique(lambda c: c.code, "choice"))
    group: str | None = None
    parent: str | None = None
    required: bool = False
    skip: SkipRule | None = None
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = field(default=None, validator=not_before("minimum"))
    personal: PersonalData | None = None
    dimensions: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    inferred: bool = False

    def choice(self, code: str) -> Choice | None:
        """Return the choice with a code, or None."""
        return next((choice for choice in self.choices if choice.code == code), None)

    def __repr__(self) -> str:
        return f"Question({self.id!r}, {self.type.value}, {self.text.source!r})"


@model(kw_only=True)
class QuestionGroup:
    """Section of a questionnaire, or a repeated block.

    Attributes:
        id: Id within the questionnaire.
        title: Heading.
        parent: Id of its parent group.
        repeat: Whether it may be answered several times in one response.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    parent: str | None = None
    repeat: bool = False


@model(kw_only=True)
class QuestionMapping:
    """Mapping of a question to a criterion or capacity.

    Attributes:
        question: Id of the question, or a column name.
        target: Id of a criterion or capacity.
        choice: Code of a single choice (select multiple); None for the question as a whole.
        answers: Meaning of each answer: from the stored answer to `yes`, `partly`, `no`, `elsewhere`, a kind of
            missing, or a number. Empty to use the framework's own words.
        factor: Factor for numbers.
    """

    question: str = field(validator=identifier)
    target: str = field(validator=identifier)
    choice: str | None = None
    answers: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    factor: float = 1.0


@model(kw_only=True)
class Questionnaire(NotebookDisplay):
    """Survey form, visit checklist or interview guide of one version.

    Attributes:
        id: Stable id.
        version: Version of the form.
        title: Name.
        languages: Languages of its texts, default first.
        groups: Sections and repeats.
        questions: Questions in order.
        mappings: Framework of the answers.
        previous: Answers of an earlier round by question, shown for confirmation.
        inferred: Whether it was inferred from answers alone.

    Raises:
        ModelError: An id is duplicated, or a question names an unknown group.
    """

    id: str = field(validator=identifier)
    version: str = "1"
    title: Text = field(converter=as_text)
    languages: tuple[str, ...] = field(default=(), converter=to_tuple)
    groups: tuple[QuestionGroup, ...] = field(default=(), converter=to_tuple, validator=unique(lambda g: g.id, "group"))
    questions: tuple[Question, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda q: q.id, "question")
    )
    mappings: tuple[QuestionMapping, ...] = field(default=(), converter=to_tuple)
    previous: FrozenMap[str, PreviousAnswer] = field(factory=FrozenMap, converter=to_map)
    inferred: bool = False

    def __attrs_post_init__(self) -> None:
        groups = {group.id for group in self.groups}
        named = [(g.id, g.parent) for g in self.groups] + [(q.id, q.group) for q in self.questions]
        for item, group in named:
            if group is not None and group not in groups:
                raise ModelError(f"Questionnaire group of {item}", group, f"must be one of {sorted(groups)}")

    @cached_property
    def is_checklist(self) -> bool:
        """True if "not observed", for visits only, is an option."""
        return any(choice.missing is Missing.NOT_OBSERVED for question in self.questions for choice in question.choices)

    @property
    def key(self) -> str:
        """Id and version, such as `police-cyber-survey 1.0`."""
        return f"{self.id} {self.version}"

    @cached_property
    def by_id(self) -> FrozenMap[str, Question]:
        """Questions by id."""
        return FrozenMap({question.id: question for question in self.questions})

    @cached_property
    def groups_by_id(self) -> FrozenMap[str, QuestionGroup]:
        """Groups by id."""
        return FrozenMap({group.id: group for group in self.groups})

    def group_path(self, name: str | None) -> tuple[QuestionGroup, ...]:
        """Return a group and its ancestors, outermost first.

        Example:
            >>> form = Questionnaire(
            ...     id="form",
            ...     title="Form",
            ...     groups=[QuestionGroup(id="a", title="A"), QuestionGroup(id="b", title="B", parent="a")],
            ... )
            >>> [group.id for group in form.group_path("b")]
            ['a', 'b']
        """
        question_groups: dict[str, QuestionGroup] = {}
        while name is not None and name not in question_groups:
            question_groups[name] = self.groups_by_id[name]
            name = question_groups[name].parent
        return tuple(reversed(question_groups.values()))

    def __getitem__(self, name: str) -> Question:
        try:
            return self.by_id[name]
        except KeyError:
            raise KeyError(f"{self.id} has no question {name!r}{did_you_mean(name, self.by_id)}") from None

    def __contains__(self, name: object) -> bool:
        return name in self.by_id

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __len__(self) -> int:
        return len(self.questions)

    def __repr__(self) -> str:
        return f"Questionnaire({self.id!r}, version {self.version!r}, {len(self)} questions)"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.by_id)
