"""Form definition independent of the file format: groups, questions, choice lists, settings."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import field, frozen

from capbuild.frozen import FrozenMap, freeze
from capbuild.model import PersonalData, QuestionType
from capbuild.origin import Origin

__all__ = ["Form", "FormChoice", "FormGroup", "FormItem"]

_Labels = FrozenMap[str, str]


def _texts(value: Mapping[str, str]) -> FrozenMap[str, str]:
    """Converter, not generic: type checkers let the variables of a generic one leak into the class."""
    return freeze(value)


@frozen(kw_only=True)
class FormChoice:
    """One choice of a list.

    Attributes:
        name: Code as stored.
        labels: Labels by language as the form names it; the empty name for a label without language.
        filters: Other columns of the list, which `choice_filter` looks at, and media.
        origin: Where it is defined.
    """

    name: str
    labels: _Labels = field(factory=FrozenMap, converter=_texts)
    filters: _Labels = field(factory=FrozenMap, converter=_texts)
    origin: Origin | None = field(default=None, eq=False)


@frozen(kw_only=True)
class FormGroup:
    """A group or repeat.

    Attributes:
        path: Names of the groups it lies in and its own, joined by `/`.
        labels: Headings by language.
        repeat: Whether it may be answered several times.
        relevant: When it is asked, as XPath; empty for always.
        extras: What else is written: repeat_count, appearance.
        origin: Where it is defined.
    """

    path: str
    labels: _Labels = field(factory=FrozenMap, converter=_texts)
    repeat: bool = False
    relevant: str = ""
    extras: _Labels = field(factory=FrozenMap, converter=_texts)
    origin: Origin | None = field(default=None, eq=False)

    @property
    def parent(self) -> str | None:
        """Path of the group it lies in."""
        return self.path.rpartition("/")[0] or None


@frozen(kw_only=True)
class FormItem:
    """One question, note, calculation or piece of metadata.

    Attributes:
        path: Names of the groups it lies in and its own, joined by `/`; unique in a form.
        type: Kind of answer.
        written: The type as written.
        labels: Questions by language.
        hints: Help by language.
        list_name: Name of its list of choices, or of the file or question that they come from.
        relevant: When it is asked, as XPath; empty for always.
        required: Whether an answer is insisted on.
        other_of: Path of the question of which it is the "other, specify".
        meta: Whether the device fills it in.
        personal: What it would reveal about a person.
        extras: What else is written: constraint, calculation, choice_filter, appearance, default, media.
        inferred: Whether it was found in answers and not in a definition.
        origin: Where it is defined.
    """

    path: str
    type: QuestionType = QuestionType.TEXT
    written: str = ""
    labels: _Labels = field(factory=FrozenMap, converter=_texts)
    hints: _Labels = field(factory=FrozenMap, converter=_texts)
    list_name: str | None = None
    relevant: str = ""
    required: bool = False
    other_of: str | None = None
    meta: bool = False
    personal: PersonalData | None = None
    extras: _Labels = field(factory=FrozenMap, converter=_texts)
    inferred: bool = False
    origin: Origin | None = field(default=None, eq=False)

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str | None:
        """Path of the group it lies in."""
        return self.path.rpartition("/")[0] or None

    @property
    def silent(self) -> bool:
        """Whether nobody answers it: filled by the device, a note, or a table heading."""
        head = self.takes_choices and "label" in self.extras.get("appearance", "").split()
        return self.meta or head or self.type is QuestionType.NOTE

    @property
    def takes_choices(self) -> bool:
        """Whether it is answered from a list."""
        return self.type in (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


def _choices(value: Mapping[str, tuple[FormChoice, ...]]) -> FrozenMap[str, tuple[FormChoice, ...]]:
    return freeze(value)


@frozen(kw_only=True, eq=False)
class Form:
    """A definition of one version.

    Attributes:
        id: Id of the form.
        version: Version; empty when it names none.
        title: Title.
        default_language: Default language, as the form names it.
        languages: All languages, as the form names them, in the order of the file.
        groups: Groups and repeats, outer ones first.
        items: Questions in order, each path once.
        lists: Choices by name of the list, each code once.
        settings: Settings as written.
        inferred: Whether it was made from answers.
    """

    id: str
    version: str = ""
    title: str = ""
    default_language: str = ""
    languages: tuple[str, ...] = ()
    groups: tuple[FormGroup, ...] = ()
    items: tuple[FormItem, ...] = ()
    lists: FrozenMap[str, tuple[FormChoice, ...]] = field(factory=FrozenMap, converter=_choices)
    settings: _Labels = field(factory=FrozenMap, converter=_texts)
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
        """Questions by name, which groups may share."""
        found: dict[str, list[FormItem]] = {}
        for item in self.items:
            found.setdefault(item.name, []).append(item)
        return FrozenMap({name: tuple(items) for name, items in found.items()})

    @cached_property
    def ids(self) -> FrozenMap[str, str]:
        """Id of each question by path: its name if unique, otherwise its path."""
        group_names = {group.path for group in self.groups if "/" not in group.path}
        return FrozenMap(
            {
                i.path: i.name if len(self.by_name[i.name]) == 1 and i.name not in group_names else i.path
                for i in self.items
            }
        )

    def ancestors(self, path: str) -> Iterator[FormGroup]:
        """Yield the groups that a path lies in, outer ones first."""
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
        """Return the choices of a question; empty when they lie elsewhere."""
        return self.lists.get(item.list_name or "", ())
