"""Form builder from definition rows.

Content that other tools reject is read and reported.
"""

import re
from collections.abc import Iterable, Mapping

from attrs import define, field

from capbuild.model import Issue, QuestionType, Severity
from capbuild.origin import Origin
from capbuild.text import numbered_name
from capbuild_xlsform.definitions.blocks import expand_blocks
from capbuild_xlsform.definitions.form import Form, FormChoice, FormGroup, FormItem
from capbuild_xlsform.definitions.question_types import (
    RowType,
    Structure,
    find_personal_by_text,
    find_personal_by_type,
    parse_type,
)
from capbuild_xlsform.definitions.rows import DefinitionRow, DefinitionRows, Node, build_tree, make_issue

_USED = ("type", "name", "label", "hint", "relevant", "required")
_CHOICE_USED = ("list_name", "name", "label")
_TRUE = frozenset({"yes", "true", "true()", "1"})
_FALSE = frozenset({"", "no", "false", "false()", "0"})
#: Limit on items, since nested loops over long lists multiply; far above real forms.
_MOST_ITEMS = 200_000
#: Path of the device's log of a visit, whatever group names it.
_AUDIT = "meta/audit"
_ONE_QUESTION = re.compile(r"\s*\$\{[^{}]+\}\s*")


def collect_choice_lists(rows: Iterable[DefinitionRow], issues: list[Issue]) -> dict[str, tuple[FormChoice, ...]]:
    """Return the choice lists.

    A row without list or name is left out, with an issue.
    """
    lists: dict[str, list[FormChoice]] = {}
    for row in rows:
        name, code = row.get("list_name"), row.get("name")
        if not name or not code:
            what = "list" if not name else "name"
            message = f"a choice has no {what}; it is left out"
            issues.append(make_issue("XF106", Severity.WARNING, message, row.origin, f"give it a {what}"))
            continue
        choice = FormChoice(name=code, labels=row.labels(), filters=row.rest(_CHOICE_USED), origin=row.origin)
        lists.setdefault(name, []).append(choice)
    return {name: tuple(choices) for name, choices in lists.items()}


def make_condition(required: str) -> dict[str, str]:
    """Return the condition under which an answer is required.

    The result is empty for a plain yes or no, which a questionnaire can store.

    Example:
        >>> make_condition("yes"), make_condition("${age} > 17")
        ({}, {'required': '${age} > 17'})
    """
    return {} if required.casefold().replace(" ", "") in _TRUE | _FALSE else {"required": required}


def find_range_type(parameters: str) -> QuestionType:
    """Return a range's number type, integer if all parameters are.

    Example:
        >>> find_range_type("start=0 end=10 step=1").value, find_range_type("start=0 end=1 step=0.1").value
        ('integer', 'decimal')
    """
    return QuestionType.DECIMAL if "." in parameters else QuestionType.INTEGER


@define(eq=False)
class _Builder:
    """Builder of groups and questions from the row tree."""

    lists: Mapping[str, tuple[FormChoice, ...]]
    issues: list[Issue]
    groups: dict[str, FormGroup] = field(factory=dict)
    items: dict[str, FormItem] = field(factory=dict)

    def walk(self, nodes: Iterable[Node], prefix: str, loop: FormChoice | None = None) -> None:
        for node in nodes:
            if len(self.items) > _MOST_ITEMS:
                return
            if node.kind.structure is Structure.ITEM:
                self._add_item(node, prefix, loop)
            else:
                self._group(node, prefix, loop)

    def _name(self, node: Node, prefix: str) -> str:
        """Return a row's path.

        A missing name is generated; a duplicate one gets a number.
        """
        row = node.row
        name = row.get("name").replace("/", "_")
        kind = row.get("type").split()[0] if row.get("type") else "row"
        if kind == "audit" and node.kind.meta and name in ("", "audit") and _AUDIT not in self.items:
            return _AUDIT
        if not name:
            # Notes get the names of the reference converter, which are also their export headers.
            called = "generated_note_name" if node.kind.type is QuestionType.NOTE else kind
            name = f"{called}_{row.origin.row or len(self.items) + 1}"
            if node.kind.type is not QuestionType.NOTE:
                message = f"a {row.get('type')!r} has no name; it is called {name!r}"
                self.issues.append(make_issue("XF101", Severity.WARNING, message, row.origin, "give it a name"))
        path = prefix + name
        if path not in self.items and path not in self.groups:
            return path
        unique_path = numbered_name(path, lambda other: other in self.items or other in self.groups, "{}_{}")
        message = f"the name {name!r} is taken in this group; this one is read as {unique_path.removeprefix(prefix)!r}"
        self.issues.append(make_issue("XF102", Severity.WARNING, message, row.origin, "give it another name"))
        return unique_path

    def _group(self, node: Node, prefix: str, loop: FormChoice | None) -> None:
        row, kind = node.row, node.kind
        path = self._name(node, prefix)
        self._repeat_count(path, node)
        self.groups[path] = FormGroup(
            path=path,
            labels=_fill_labels(row.labels(), loop),
            repeat=kind.structure is Structure.REPEAT,
            relevant=row.get("relevant"),
            extras=row.rest(_USED),
            origin=row.origin,
        )
        if kind.structure is not Structure.LOOP:
            self.walk(node.children, f"{path}/", loop)
            return
        choices = {choice.name: choice for choice in self.lists.get(kind.list_name or "", ())}
        if not choices:
            message = f"the loop goes over {kind.list_name!r}, which is no list of choices"
            self.issues.append(make_issue("XF103", Severity.WARNING, message, row.origin, "name a list of choices"))
        for choice in choices.values():
            inner = f"{path}/{choice.name}"
            if inner not in self.groups:
                self.groups[inner] = FormGroup(path=inner, labels=choice.labels, origin=choice.origin)
                self.walk(node.children, f"{inner}/", choice)

    def _repeat_count(self, path: str, node: Node) -> None:
        """Add the calculation of a computed repeat count.

        Exports have a column for it.
        """
        count = node.row.get("repeat_count")
        if node.kind.structure is not Structure.REPEAT or not count or _ONE_QUESTION.fullmatch(count):
            return
        form_item = FormItem(
            path=f"{path}_count",
            type=QuestionType.CALCULATED,
            written="calculate",
            extras={"calculation": count},
            origin=node.row.origin,
        )
        self.items.setdefault(form_item.path, form_item)

    def _add_item(self, node: Node, prefix: str, loop: FormChoice | None) -> None:
        row, kind = node.row, node.kind
        path = self._name(node, prefix)
        written = row.get("type")
        if kind.type is QuestionType.UNKNOWN:
            message = f"the type {written!r} of {path!r} is not known; its answers are kept as text"
            self.issues.append(make_issue("XF105", Severity.WARNING, message, row.origin, "correct the type"))
        self.items[path] = FormItem(
            path=path,
            type=find_range_type(row.get("parameters")) if written.casefold() == "range" else kind.type,
            written=written,
            labels=_fill_labels(row.labels(), loop),
            hints=_fill_labels(row.labels("hint"), loop),
            list_name=kind.list_name,
            relevant=row.get("relevant"),
            required=row.get("required").casefold() in _TRUE,
            meta=kind.meta,
            personal=find_personal_by_type(written) or find_personal_by_text(path, row.labels()),
            extras=row.rest(_USED) | make_condition(row.get("required")),
            origin=row.origin,
        )
        if kind.or_other:
            self._add_other(path, row.origin)
        self._check_list(path, kind, row)

    def _add_other(self, path: str, origin: Origin) -> None:
        """Add the "other, specify" question of `or_other`."""
        other = f"{path}_other"
        self.items.setdefault(
            other,
            FormItem(
                path=other,
                written="text",
                labels={"": "Specify other."},
                relevant=f"selected(../{path.rpartition('/')[2]}, 'other')",
                other_of=path,
                origin=origin,
            ),
        )

    def _check_list(self, path: str, kind: RowType, row: DefinitionRow) -> None:
        wants = self.items[path].takes_choices
        name = kind.list_name or ""
        if not wants or name in self.lists:
            return
        if kind.external:
            message = f"the choices of {path!r} lie outside the form, in {name!r}"
            self.issues.append(make_issue("XF108", Severity.NOTE, message, row.origin, "give the file with files="))
        elif not name.startswith("${"):
            message = f"{path!r} is answered from the list {name!r}, which the form does not have"
            self.issues.append(
                make_issue("XF107", Severity.WARNING, message, row.origin, "add the list to the choices")
            )


def _fill_labels(labels: Mapping[str, str], loop: FormChoice | None) -> Mapping[str, str]:
    """Return labels with the loop's current choice in their placeholders."""
    if loop is None or not any("%(" in text for text in labels.values()):
        return labels
    first = next(iter(loop.labels.values()), loop.name)
    return {
        lang: text.replace("%(name)s", loop.name).replace("%(label)s", loop.labels.get(lang, first))
        for lang, text in labels.items()
    }


def _add_other_choices(
    lists: Mapping[str, tuple[FormChoice, ...]], survey: Iterable[DefinitionRow]
) -> dict[str, tuple[FormChoice, ...]]:
    """Return the choice lists with the choice added by `or_other`.

    Loops over a list need it too.
    """
    grown = dict(lists)
    for row in survey:
        kind = parse_type(row.get("type"))
        if kind.or_other and kind.list_name in grown:
            grown[kind.list_name] = (*grown[kind.list_name], FormChoice(name="other", labels={"": "Other"}))
    return grown


def build_form(
    rows: DefinitionRows, *, name: str, nesting: int, files: Mapping[str, tuple[FormChoice, ...]] | None = None
) -> Form:
    """Build the form from definition rows; add problems to `rows.issues`.

    Args:
        rows: The rows.
        name: Default form id.
        nesting: Largest depth of nested groups.
        files: Choices of external files, by file name.

    Raises:
        LimitError: Groups are nested deeper than that.
    """
    lists = {
        **(files or {}),
        **collect_choice_lists(rows.external, rows.issues),
        **collect_choice_lists(rows.choices, rows.issues),
    }
    builder = _Builder(_add_other_choices(lists, rows.survey), rows.issues)
    tree = build_tree(rows.survey, nesting, rows.issues)
    builder.walk(expand_blocks(tree, lists, rows.issues), "")
    settings = rows.settings
    return Form(
        id=settings.get("form_id") or settings.get("form_title") or name,
        version=settings.get("version", ""),
        title=settings.get("form_title", ""),
        default_language=settings.get("default_language", ""),
        languages=tuple(rows.languages),
        groups=tuple(builder.groups.values()),
        items=tuple(builder.items.values()),
        lists=lists,
        settings=settings,
    )
