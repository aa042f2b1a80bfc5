"""Form definition independent of the file format.

It has groups, questions, choice lists and settings.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import field, frozen

from capbuild.frozen import FrozenMap, freeze
from capbuild.model import PersonalData, QuestionType
from capbuild.origin import Origin

_Labels = FrozenMap[str, str]


def _freeze_texts(value: Mapping[str, str]) -> FrozenMap[str, str]:
    """Return frozen labels.

    This converter is not generic, because type checkers leak the type variables of a generic one into the class.
    """
    return freeze(value)


@frozen(kw_only=True)
class FormChoice:
    """Choice of a list.

    Attributes:
        name: Code as stored.
        labels: Labels by language as written in the form; an empty key for a label without language.
        filters: Other columns of the list, used by `choice_filter`, and media.
        origin: Location of its definition.
    """

    name: str
    labels: _Labels = field(factory=FrozenMap, converter=_freeze_texts)
    filters: _Labels = field(factory=FrozenMap, converter=_freeze_texts)
    origin: Origin | None = field(default=None, eq=False)


@frozen(kw_only=True)
class FormGroup:
    """Group or repeat.

    Attributes:
        path: Names of the groups around it and its own, joined by `/`.
        labels: Headings by language.
        repeat: Whether it is a repeat.
        relevant: Relevance condition in XPath; empty for always.
        extras: Other columns: repeat_count, appearance.
        origin: Location of its definition.
    """

    path: str
    labels: _Labels = field(factory=FrozenMap, converter=_freeze_texts)
    repeat: bool = False
    relevant: str = ""
    extras: _Labels = field(factory=FrozenMap, converter=_freeze_texts)
    origin: Origin | None = field(default=None, eq=False)

    @property
    def parent(self) -> str | None:
        """Path of the parent group."""
        return self.path.rpartition("/")[0] or None


@frozen(kw_only=True)
class FormItem:
    """Question, note, calculation or metadata item.

    Attributes:
        path: Names of the groups around it and its own, joined by `/`; unique in a form.
        type: Question type.
        written: The type as written.
        labels: Question texts by language.
        hints: Hints by language.
        list_name: Name of its choice list, or of the file or question with its choices.
        relevant: Relevance condition in XPath; empty for always.
        required: Whether an answer is required.
        other_of: Path of the question that it is the "other, specify" of.
        meta: Whether the device fills it in.
        personal: Kind of personal data in it.
        extras: Other columns: constraint, calculation, choice_filter, appearance, default, media.
        inferred: Whether it was inferred from answers without a definition.
        origin: Location of its definition.
    """

    path: str
    type: QuestionType = QuestionType.TEXT
    written: str = ""
    labels: _Labels = field(factory=FrozenMap, converter=_freeze_texts)
    hints: _Labels = field(factory=FrozenMap, converter=_freeze_texts)
    list_name: str | None = None
    relevant: str = ""
    required: bool = False
    other_of: str | None = None
    meta: bool = False
    personal: PersonalData | None = None
    extras: _Labels = field(factory=FrozenMap, converter=_freeze_texts)
    inferred: bool = False
    origin: Origin | None = field(default=None, eq=False)

    @property
    def name(self) -> str:
        """Last step of the path."""
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str | None:
        """Path of the parent group."""
        return self.path.rpartition("/")[0] or None

    @property
    def silent(self) -> bool:
        """True for metadata, notes and table headings, which nobody answers."""
        head = self.takes_choices and "label" in self.extras.get("appearance", "").split()
        return self.meta or head or self.type is QuestionType.NOTE

    @property
    def takes_choices(self) -> bool:
        """Whether it has a choice list."""
        return self.type in (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


def _freeze_choices(value: Mapping[str, tuple[FormChoice, ...]]) -> FrozenMap[str, tuple[FormChoice, ...]]:
    return freeze(value)


@frozen(kw_only=True, eq=False)
class Form:
    """Form definition of one version.

    Attributes:
        id: Id of the form.
        version: Version; empty if not given.
        title: Title.
        default_language: Default language, as written in the form.
        languages: All languages as written in the form, in file order.
        groups: Groups and repeats, outer ones first.
        items: Questions in order, with unique paths.
        lists: Choices by list name, with unique codes.
        settings: Settings as written.
        inferred: Whether it was inferred from answers.
    """

    id: str
    version: str = ""
    title: str = ""
    default_language: str = ""
    languages: tuple[str, ...] = ()
    groups: tuple[FormGroup, ...] = ()
    items: tuple[FormItem, ...] = ()
    lists: FrozenMap[str, tuple[FormChoice, ...]] = field(factory=FrozenMap, converter=_freeze_choices)
    settings: _Labels = field(factory=FrozenMap, converter=_freeze_texts)
    inferred: bool = False

    @cached_property
    def by_path(self) -> FrozenMap[str, FormItem]:
        """Questions by path."""
        return FrozenMap({item.path: item for item in self.items})

    @cached_property
    def group_by_path(self) -> FrozenMap[str, FormGroup]:
        """Groups by path."""
        return FrozenMap({group.path: group for group in self.groups})

    @cached_property
    def by_name(self) -> FrozenMap[str, tuple[FormItem, ...]]:
        """Questions by name, which several groups may share."""
        items_by_name: dict[str, list[FormItem]] = {}
        for item in self.items:
            items_by_name.setdefault(item.name, []).append(item)
        return FrozenMap({name: tuple(items) for name, items in items_by_name.items()})

    @cached_property
    def ids(self) -> FrozenMap[str, str]:
        """Id of each question by path.

        The id is the question's name if it is unique, otherwise the path.
        """
        group_names = {group.path for group in self.groups if "/" not in group.path}
        return FrozenMap(
            {
                i.path: i.name if len(self.by_name[i.name]) == 1 and i.name not in group_names else i.path
                for i in self.items
            }
        )

    def ancestors(self, path: str) -> Iterator[FormGroup]:
        """Yield the groups around a path, outermost first."""
        parts = path.split("/")
        for end in range(1, len(parts)):
            group = self.group_by_path.get("/".join(parts[:end]))
            if group is not None:
                yield group

    @cached_property
    def _repeats(self) -> dict[str, tuple[str, ...]]:
        return {}

    def repeats(self, path: str) -> tuple[str, ...]:
        """Return the repeats around a path, outermost first."""
        known = self._repeats.get(path)
        if known is None:
            known = self._repeats[path] = tuple(group.path for group in self.ancestors(path) if group.repeat)
        return known

    def choices(self, item: FormItem) -> tuple[FormChoice, ...]:
        """Return a question's choices, none if external."""
        return self.lists.get(item.list_name or "", ())
