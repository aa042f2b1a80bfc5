"""Versions of one form.

They have differences, and a merged form for all answers.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from attrs import evolve, frozen

from capbuild.formats import fold_word, shorten
from capbuild.model import Issue, QuestionType, Severity
from capbuild.origin import Origin
from capbuild_xlsform.definitions.form import Form, FormChoice, FormGroup, FormItem
from capbuild_xlsform.definitions.labels import clean
from capbuild_xlsform.definitions.rows import make_issue

_MANY = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


class ChangeKind(StrEnum):
    """Kinds of change to a question between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"
    RETYPED = "retyped"
    REWORDED = "reworded"
    CHOICES_REMOVED = "choices removed"
    CHOICES_ADDED = "choices added"


@frozen
class Change:
    """Difference between two versions of a form.

    Attributes:
        kind: Kind of change.
        question: Path of the question, in the newer version unless it was removed.
        before: Older version.
        after: Newer version.
        old: Old path, type, wording or codes.
        new: New path, type, wording or codes.
    """

    kind: ChangeKind
    question: str
    before: str
    after: str
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        texts = f" from {self.old!r} to {self.new!r}" if self.old and self.new else f" ({self.old or self.new})"
        return (
            f"{self.question!r} {self.kind.value}{texts if self.old or self.new else ''}, {self.before} to {self.after}"
        )


def _change_text(item: FormItem) -> frozenset[str]:
    return frozenset(word for text in item.labels.values() if (word := fold_word(clean(text))))


def _list_asked(form: Form) -> list[FormItem]:
    return [item for item in form.items if item.type is not QuestionType.NOTE and not item.meta]


def _find_question(item: FormItem, form: Form) -> FormItem | None:
    """Return the same question of another version.

    This is the question with the same path, or else the only one with the same name.
    """
    same = form.by_path.get(item.path)
    named = form.by_name.get(item.name, ())
    return same or (named[0] if len(named) == 1 else None)


def compare_forms(before: Form, after: Form) -> tuple[Change, ...]:
    """Return the changes between two versions, by question name.

    A removed and an added question of the same wording and type are reported as renamed. As this is an inference, their
    answers are merged only with the option `renamed`.

    Example:
        >>> old = Form(id="f", version="1", items=[FormItem(path="colour", labels={"": "Colour?"})])
        >>> new = Form(id="f", version="2", items=[FormItem(path="color", labels={"": "Colour?"})])
        >>> print(*compare_forms(old, new))
        'color' renamed from 'colour' to 'color', 1 to 2
    """
    names = (before.version or "the older version", after.version or "the newer version")
    gone = [item for item in _list_asked(before) if _find_question(item, after) is None]
    came = [item for item in _list_asked(after) if _find_question(item, before) is None]
    changes: list[Change] = []
    for item in gone:
        twin = next((n for n in came if _change_text(n) & _change_text(item) and n.type is item.type), None)
        if twin is not None:
            came.remove(twin)
            changes.append(Change(ChangeKind.RENAMED, twin.path, *names, item.path, twin.path))
        else:
            changes.append(Change(ChangeKind.REMOVED, item.path, *names))
    changes.extend(Change(ChangeKind.ADDED, item.path, *names) for item in came)
    for item in _list_asked(after):
        older = _find_question(item, before)
        if older is not None:
            changes.extend(_find_differences(before, older, after, item, names))
    return tuple(changes)


def _find_differences(
    before: Form, old: FormItem, after: Form, new: FormItem, names: tuple[str, str]
) -> Iterator[Change]:
    if old.path != new.path:
        yield Change(ChangeKind.MOVED, new.path, *names, old.path, new.path)
    if old.type is not new.type:
        yield Change(ChangeKind.RETYPED, new.path, *names, old.type.value, new.type.value)
    elif _change_text(old) and _change_text(new) and not _change_text(old) & _change_text(new):
        old_text, other = (shorten(clean(next(iter(i.labels.values()))), 40) for i in (old, new))
        yield Change(ChangeKind.REWORDED, new.path, *names, old_text, other)
    if old.takes_choices and new.takes_choices:
        codes = [{c.name: None for c in form.choices(i)} for form, i in ((before, old), (after, new))]
        removed = [code for code in codes[0] if code not in codes[1]]
        added = [code for code in codes[1] if code not in codes[0]]
        if removed and codes[1]:
            yield Change(ChangeKind.CHOICES_REMOVED, new.path, *names, ", ".join(removed))
        if added and codes[0]:
            yield Change(ChangeKind.CHOICES_ADDED, new.path, *names, "", ", ".join(added))


_CODES = {
    ChangeKind.RENAMED: ("XF201", Severity.WARNING, "if it is the same question, set renamed={old: new}"),
    ChangeKind.REMOVED: ("XF202", Severity.NOTE, ""),
    ChangeKind.RETYPED: ("XF203", Severity.WARNING, "each answer is read by the version it was given in"),
    ChangeKind.CHOICES_REMOVED: ("XF204", Severity.NOTE, ""),
    ChangeKind.CHOICES_ADDED: ("XF205", Severity.NOTE, ""),
    ChangeKind.ADDED: ("XF206", Severity.NOTE, ""),
    ChangeKind.MOVED: ("XF207", Severity.NOTE, ""),
    ChangeKind.REWORDED: ("XF208", Severity.NOTE, "check that both wordings ask the same"),
}


def change_issues(forms: Sequence[Form], file: str) -> Iterator[Issue]:
    """Yield an issue for each change from version to version."""
    for before, after in pairwise(forms):
        for change in compare_forms(before, after):
            code, severity, remedy = _CODES[change.kind]
            yield make_issue(code, severity, str(change), Origin(file), remedy)


def sort_versions(forms: Sequence[Form]) -> list[Form]:
    """Sort forms by version number.

    Versions such as `v2`, `v10` and `2014-11` are compared by their numbers. If they differ in more than numbers, the
    given order is kept.

    Example:
        >>> [form.version for form in sort_versions([Form(id="f", version=v) for v in ("v10", "v2")])]
        ['v2', 'v10']
    """
    parts = [re.split(r"(\d{1,18})", form.version) for form in forms]
    if len({tuple(part[::2]) for part in parts}) != 1 or not all(len(part) > 1 for part in parts):
        return list(forms)
    numbers = [tuple(int(number) for number in part[1::2]) for part in parts]
    return [form for _, _, form in sorted(zip(numbers, range(len(forms)), forms, strict=True), key=lambda t: t[:2])]


def merge_forms(forms: Sequence[Form]) -> Form:
    """Merge all versions into one form.

    Wording and order are those of the latest version that has the question.

    Example:
        >>> old = Form(id="f", version="1", items=[FormItem(path="a"), FormItem(path="b")])
        >>> new = Form(id="f", version="2", items=[FormItem(path="c"), FormItem(path="a")])
        >>> [item.path for item in merge_forms([old, new]).items]
        ['c', 'a', 'b']
    """
    newest = forms[-1]
    if len(forms) == 1:
        return newest
    items = {item.path: item for item in newest.items}
    groups: dict[str, FormGroup] = {group.path: group for group in newest.groups}
    lists: dict[str, tuple[FormChoice, ...]] = dict(newest.lists)
    for form in reversed(forms[:-1]):
        for group in form.groups:
            groups.setdefault(group.path, group)
        merged = evolve(newest, items=tuple(items.values()), groups=(), lists=lists)
        for item in form.items:
            same = _find_question(item, merged)
            if same is None:
                items[item.path] = item
                lists.setdefault(item.list_name or "", form.choices(item))
            elif item.takes_choices:
                items[same.path] = _merge_choices(same, merged.choices(same), item, form.choices(item), lists)
    lists.pop("", None)
    languages = dict.fromkeys(name for form in reversed(forms) for name in form.languages)
    return evolve(
        newest, items=tuple(items.values()), groups=tuple(groups.values()), lists=lists, languages=tuple(languages)
    )


def _merge_choices(
    kept: FormItem,
    choices: Sequence[FormChoice],
    older: FormItem,
    older_choices: Sequence[FormChoice],
    lists: dict[str, tuple[FormChoice, ...]],
) -> FormItem:
    """Return a question with an older version's choices added."""
    known = {choice.name for choice in choices}
    more = tuple(choice for choice in older_choices if choice.name not in known)
    kind = older.type if not kept.takes_choices or (older.type in _MANY and kept.type not in _MANY) else kept.type
    if not more and kind is kept.type:
        return kept
    name = f"{kept.list_name or kept.path} (all versions of {kept.path})"
    lists[name] = (*choices, *more)
    return evolve(kept, list_name=name, type=kind)
