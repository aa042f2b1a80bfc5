"""Draft form inferred from answers without a definition."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import define, field, frozen

from capbuild.formats import main_kind, personal_by_head
from capbuild.model import GeoPoint, PersonalData, QuestionType
from capbuild_xlsform.definitions.form import Form, FormChoice, FormGroup, FormItem
from capbuild_xlsform.definitions.question_types import find_personal_by_type, parse_type
from capbuild_xlsform.submissions.records import Entry
from capbuild_xlsform.values import parse_geopoint, parse_moment

_LEADING_ZERO = re.compile(r"[+-]?0\d")
_INTEGER = re.compile(r"-?\d{1,15}")
_DECIMAL = re.compile(r"-?\d{1,15}\.\d+(?:[eE][+-]?\d{1,2})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TESTS: tuple[tuple[QuestionType, Callable[[str], bool]], ...] = (
    (QuestionType.INTEGER, lambda text: _INTEGER.fullmatch(text) is not None and not _LEADING_ZERO.match(text)),
    (QuestionType.DECIMAL, lambda text: _DECIMAL.fullmatch(text) is not None and not _LEADING_ZERO.match(text)),
    (QuestionType.DATE, lambda text: _DATE.fullmatch(text) is not None),
    (QuestionType.DATETIME, lambda text: parse_moment(text) is not None),
    (QuestionType.GEOPOINT, lambda text: text.count(" ") == 3 and parse_geopoint(text) is not None),
)


def _is_line(text: str) -> bool:
    """Return True for a geotrace or geoshape.

    Example:
        >>> _is_line("1 2 0 0;1.1 2.1 0 0;1.2 2.2 0 0"), _is_line("3; 4; 5"), _is_line("open 1 2; closed")
        (True, False, False)
    """
    places = [part.strip() for part in text.split(";", 2)[:2]]
    return len(places) == 2 and all(part.count(" ") in (1, 3) and parse_geopoint(part) is not None for part in places)


#: Kind of geotraces and geoshapes.
_LINE = "line"


@define(eq=False)
class Guess:
    """Possible types of a question, by its answers so far.

    A single answer may differ in type from all others.
    """

    _kinds: Counter[QuestionType | str] = field(factory=Counter)

    def see(self, text: str) -> None:
        """Add one answer.

        Once the column is known to be text, answers are not tested.
        """
        if self.is_text or text in ("", "NA"):
            return
        kind = next((kind for kind, test in _TESTS if test(text)), None)
        self._kinds[kind or (_LINE if _is_line(text) else QuestionType.TEXT)] += 1

    def join(self, other: "Guess") -> None:
        """Merge the facts of another column of the same question."""
        self._kinds.update(other._kinds)

    @property
    def seen(self) -> bool:
        """Whether there was an answer."""
        return bool(self._kinds)

    @property
    def is_text(self) -> bool:
        """Whether it can only be text."""
        return self._kinds[QuestionType.TEXT] > 1

    @property
    def is_line(self) -> bool:
        """Whether its answers are geotraces or geoshapes."""
        return main_kind(self._kinds) == _LINE

    @property
    def type(self) -> QuestionType:
        """Question type that fits its answers."""
        question_type = main_kind(self._kinds, QuestionType.DECIMAL, QuestionType.INTEGER)
        return question_type if isinstance(question_type, QuestionType) else QuestionType.TEXT


@frozen(eq=False)
class DraftHints:
    """Hints from an export's columns, beyond single cells.

    Attributes:
        types: Question types by path.
        codes: Option codes from split columns, by path.
        labels: Headers that are labels, by path.
    """

    types: Mapping[str, QuestionType] = {}
    codes: Mapping[str, Sequence[str]] = {}
    labels: Mapping[str, str] = {}

    @classmethod
    def joined(cls, parts: "Iterable[DraftHints]") -> "DraftHints":
        """Merge the hints of several sheets."""
        types: dict[str, QuestionType] = {}
        codes: dict[str, Sequence[str]] = {}
        labels: dict[str, str] = {}
        for part in parts:
            types.update(part.types)
            codes.update(part.codes)
            labels.update(part.labels)
        return cls(types, codes, labels)


@define(eq=False)
class Draft:
    """Questions inferred from answers.

    Attributes:
        guesses: Inferred type of each question by path, in order of appearance.
        types: Types of answers combined from several columns.
        repeats: Paths of repeats.
        hints: Hints from an export's columns.
    """

    guesses: dict[str, Guess] = field(factory=dict)
    types: dict[str, QuestionType] = field(factory=dict)
    repeats: dict[str, None] = field(factory=dict)
    hints: DraftHints = DraftHints()

    def see(self, entries: Iterable[Entry]) -> None:
        """Add the entries of a submission."""
        for entry in entries:
            guess = self.guesses.get(entry.path)
            if guess is None:
                guess = self.guesses[entry.path] = Guess()
            if isinstance(entry.stored, str):
                guess.see(entry.stored)
            else:
                self.take_type(entry.path, entry.stored)
            for path, _ in entry.places:
                self.repeats.setdefault(path)

    def take_type(self, path: str, stored: tuple[str, ...] | GeoPoint) -> None:
        """Record the type of a composed answer."""
        self.types[path] = QuestionType.GEOPOINT if isinstance(stored, GeoPoint) else QuestionType.SELECT_MULTIPLE

    def add(self, path: str, repeats: Iterable[str], guess: Guess) -> None:
        """Add a column.

        Args:
            path: Path of its question.
            repeats: Paths of the repeats around it.
            guess: Inferred type of its cells.
        """
        self.guesses.setdefault(path, Guess()).join(guess)
        self.repeats.update(dict.fromkeys(repeats))

    def items(self) -> tuple[FormItem, ...]:
        """Return the questions found.

        A group that has an answer of its own is a question too.
        """
        inner = {path for item in self.guesses for path in _list_groups_above(item)}
        return tuple(
            self._make_item(path, guess)
            for path, guess in self.guesses.items()
            if path not in inner or self.answered(path)
        )

    def answered(self, path: str) -> bool:
        """Return True if a question has an answer."""
        return path in self.types or self.guesses[path].seen

    def _make_item(self, path: str, guess: Guess) -> FormItem:
        name = path.rpartition("/")[2]
        kind = self.hints.types.get(path) or self.types.get(path) or guess.type
        meta = parse_type(name).meta
        if meta and parse_type(name).type is QuestionType.TEXT:
            kind = QuestionType.TEXT  # A device's number is an id, not a quantity.
        personal = find_personal_by_type(name) or personal_by_head(name)
        if (kind is QuestionType.GEOPOINT or guess.is_line) and personal is None:
            personal = PersonalData.LOCATION
        label = self.hints.labels.get(path)
        return FormItem(
            path=path,
            type=kind,
            labels={"": label} if label else {},
            list_name=path if path in self.hints.codes else None,
            personal=personal,
            meta=meta,
            inferred=True,
        )

    def groups(self) -> tuple[FormGroup, ...]:
        """Return the groups and repeats in the paths."""
        paths: dict[str, None] = {}
        for path in self.guesses:
            paths.update(dict.fromkeys(_list_groups_above(path)))
        inner = set(paths)
        paths.update((path, None) for path in self.repeats if path not in self.guesses)
        ordered = sorted(paths, key=lambda path: path.count("/"))
        return tuple(
            FormGroup(path=path, repeat=path in self.repeats)
            for path in ordered
            if path in inner or path not in self.guesses
        )

    def form(self, name: str) -> Form:
        """Return the draft as a form."""
        lists = {path: tuple(FormChoice(name=code) for code in codes) for path, codes in self.hints.codes.items()}
        return Form(id=name, title=name, groups=self.groups(), items=self.items(), lists=lists, inferred=True)


def _list_groups_above(path: str) -> list[str]:
    """Return the paths of the groups around a path."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]
