"""Model of a LimeSurvey survey, independent of the file format."""

from collections.abc import Mapping

from attrs import field, frozen

from capbuild.frozen import FrozenMap, freeze

Texts = FrozenMap[str, str]


def _freeze(value: Mapping[str, str]) -> Texts:
    return freeze(value)


def language_tag(code: str) -> str:
    """Return the BCP 47 tag of a LimeSurvey language code.

    Variants such as `de-informal` become private use.

    Example:
        >>> language_tag("pt-BR"), language_tag("de-informal"), language_tag(" ")
        ('pt-BR', 'de-x-informal', 'und')
    """
    code = code.strip().replace("_", "-")
    return code.replace("-informal", "-x-informal").replace("-easy", "-x-easy") or "und"


def _freeze_counts(value: Mapping[str, int]) -> FrozenMap[str, int]:
    return freeze(value)


@frozen(kw_only=True)
class Section:
    """A group of questions.

    Attributes:
        key: Its key within the file.
        titles: Its names by language.
        descriptions: Its descriptions by language.
        relevance: Condition for showing it; empty for always.
        path: Its position in the file.
    """

    key: str
    titles: Texts = field(converter=_freeze)
    descriptions: Texts = field(factory=FrozenMap, converter=_freeze)
    relevance: str = ""
    path: str = ""


@frozen(kw_only=True)
class Option:
    """Answer option of a question.

    Attributes:
        code: Its code.
        scale: Number of the scale it belongs to, 0 or 1.
        texts: Its texts by language.
        value: Its assessment value, or None.
        key: Its key within the file (aid), or empty.
    """

    code: str
    scale: int
    texts: Texts = field(converter=_freeze)
    value: float | None = None
    key: str = ""


@frozen(kw_only=True)
class Part:
    """A question, or a row or column of one.

    Attributes:
        key: Its key within the file, such as the qid.
        code: Its code.
        type: LimeSurvey's letter for its type; empty for a subquestion.
        section: Key of its section.
        texts: Its texts by language.
        helps: Its help texts by language.
        other: True if it has an "other" answer.
        mandatory: True if an answer is required.
        relevance: Condition for showing it; empty for always.
        scale: Axis of a subquestion: 0 for rows, 1 for columns.
        attributes: Further settings, in the main language.
        others: Labels of "other" by language; empty for LimeSurvey's default.
        options: Answer options.
        parts: Subquestions.
        path: Its position in the file.
    """

    key: str
    code: str
    type: str = ""
    section: str = ""
    texts: Texts = field(factory=FrozenMap, converter=_freeze)
    helps: Texts = field(factory=FrozenMap, converter=_freeze)
    other: bool = False
    mandatory: bool = False
    relevance: str = ""
    scale: int = 0
    attributes: Texts = field(factory=FrozenMap, converter=_freeze)
    others: Texts = field(factory=FrozenMap, converter=_freeze)
    options: tuple[Option, ...] = ()
    parts: tuple["Part", ...] = ()
    path: str = ""

    def parts_on(self, scale: int) -> tuple["Part", ...]:
        """Return the subquestions on one axis."""
        return tuple(part for part in self.parts if part.scale == scale)

    def options_of(self, scale: int) -> tuple[Option, ...]:
        """Return the answers of one scale."""
        return tuple(option for option in self.options if option.scale == scale)


@frozen(kw_only=True)
class Survey:
    """A survey, a group or a question from one file.

    Attributes:
        key: Number of the survey; empty if unknown.
        titles: Its titles by language.
        languages: Its languages, the main one first.
        sections: Its sections in order.
        questions: Its questions in order.
        version: Version of the database it was exported from; empty for a tab-separated structure.
        kind: Type of the file: `Survey`, `Group` or `Question`.
        unmapped: Counts of other content of the file.
    """

    key: str = ""
    titles: Texts = field(factory=FrozenMap, converter=_freeze)
    languages: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    questions: tuple[Part, ...] = ()
    version: str = ""
    kind: str = "Survey"
    unmapped: FrozenMap[str, int] = field(factory=FrozenMap, converter=_freeze_counts)
