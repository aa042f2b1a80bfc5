"""Schema of submissions.

It has form versions, a merged form, and questions found only in answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from attrs import define, evolve, field, frozen

from capbuild.model import Question, Questionnaire, QuestionType
from capbuild.text import Text
from capbuild_xlsform.definitions.form import Form, FormItem
from capbuild_xlsform.definitions.questionnaire import make_question_ids, to_questionnaire
from capbuild_xlsform.submissions.draft import Draft
from capbuild_xlsform.submissions.metadata import find_personal_metadata, select_meta
from capbuild_xlsform.submissions.records import Record

#: Name of the question that links an instance of an inner repeat to its outer instance.
PARENT = "_parent_index"


def resolve_path(form: Form, path: str, renamed: Mapping[str, str]) -> str | None:
    """Return the question path of a stored path.

    The result is None if the form has no such question, or several.

    Args:
        form: The form.
        path: Path as stored.
        renamed: Names in older versions with their current names.
    """
    if path in form.by_path and not (renamed and path.rpartition("/")[2] in renamed):
        return path
    name = path.rpartition("/")[2]
    name = renamed.get(path) or renamed.get(name) or name
    if name in form.by_path:
        return name
    form_items = form.by_name.get(name.rpartition("/")[2], ())
    return form_items[0].path if len(form_items) == 1 else None


@frozen(eq=False)
class Schema:
    """Schema of submissions.

    Attributes:
        form: Merged form of all versions, with questions found in answers only.
        versions: Definitions by version; empty for a draft.
        extra: Paths of questions found in answers only, if there is a definition.
        renamed: Names in older versions with their current names.
        meta: Names of metadata kept as answers.
    """

    form: Form
    versions: Mapping[str, Form]
    extra: tuple[str, ...] = ()
    renamed: Mapping[str, str] = {}
    meta: tuple[str, ...] = ()

    def of_version(self, version: str) -> Form | None:
        """Return a version's or the only definition, or None."""
        if version in self.versions:
            return self.versions[version]
        return next(iter(self.versions.values())) if len(self.versions) == 1 else None

    @cached_property
    def ids(self) -> dict[str, str]:
        """Id of each question by path."""
        return make_question_ids(self.form)

    @cached_property
    def nested(self) -> tuple[str, ...]:
        """Repeats inside repeats."""
        return tuple(g.path for g in self.form.groups if g.repeat and self.form.repeats(g.path))

    def parent_id(self, repeat: str) -> str:
        """Return the id of a repeat's link to its parent."""
        return f"{repeat}/{PARENT}"

    @cached_property
    def _used_ids(self) -> frozenset[str]:
        return frozenset(self.ids.values())

    def meta_id(self, name: str) -> str:
        """Return metadata's answer id, its name if unused."""
        return f"_server/{name}" if name in self._used_ids else name

    def personal_meta(self, name: str) -> bool:
        """Return True if metadata is personal."""
        return find_personal_metadata(name) is not None

    def questionnaire(self) -> Questionnaire:
        """Return the questionnaire, with repeat links and kept metadata."""
        base = to_questionnaire(self.form)
        groups = {group.id for group in base.groups}
        links = [
            Question(
                id=self.parent_id(path),
                type=QuestionType.INTEGER,
                text=Text("Which time of the outer block this belongs to", "en"),
                group=path if path in groups else None,
                inferred=True,
            )
            for path in self.nested
        ]
        meta = [
            Question(id=self.meta_id(name), text=Text(name), personal=find_personal_metadata(name), inferred=True)
            for name in self.meta
        ]
        return evolve(base, questions=(*base.questions, *links, *meta))


@define(eq=False)
class ObservedQuestions:
    """Questions and metadata found in answers but in no definition.

    Attributes:
        form: The merged definition of all versions; None for none.
        renamed: Names in older versions with their current names.
        draft: Questions without a definition.
        meta: Names of kept metadata.
    """

    form: Form | None
    renamed: Mapping[str, str]
    draft: Draft = field(factory=Draft)
    meta: dict[str, None] = field(factory=dict)
    _known: dict[str, bool] = field(factory=dict, init=False)

    def knows(self, path: str) -> bool:
        """Return True if a definition has the question."""
        if self.form is None:
            return False
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = resolve_path(self.form, path, self.renamed) is not None
        return known

    def see(self, records: Iterable[Record]) -> None:
        """Collect questions that no definition has, and metadata, from submissions."""
        for record in records:
            self.meta.update(dict.fromkeys(select_meta(record.meta)))
            self.draft.see(entry for entry in record.entries if not self.knows(entry.path))


def make_schema(forms: Sequence[Form], observed: ObservedQuestions, name: str) -> Schema:
    """Return the schema of submissions.

    Args:
        forms: The definitions, older versions first; empty for none.
        observed: Questions and metadata found in answers only.
        name: Form id if there is no definition.
    """
    drafted = observed.draft.form(name)
    merged, renamed, meta = observed.form, observed.renamed, tuple(observed.meta)
    if merged is None:
        return Schema(drafted, {}, (), renamed, meta)
    more = tuple(
        item
        for item in drafted.items  # Some exports have a blank column for a group; a filled one is a question.
        if item.path not in merged.by_path
        and (item.path not in merged.group_by_path or observed.draft.answered(item.path))
    )
    known = {item.path for item in more} | set(merged.by_path)
    groups = tuple(g for g in drafted.groups if g.path not in merged.group_by_path and g.path not in known)
    lists = {**drafted.lists, **merged.lists}
    union = (
        evolve(merged, items=(*merged.items, *more), groups=(*merged.groups, *groups), lists=lists) if more else merged
    )
    versions = {form.version: form for form in forms}
    return Schema(union, versions, tuple(item.path for item in more), renamed, meta)


def find_in_version(form: Form | None, item: FormItem) -> FormItem | None:
    """Return a question in one version."""
    if form is None:
        return None
    same = form.by_path.get(item.path)
    if same is not None:
        return same
    form_items = form.by_name.get(item.name, ())
    return form_items[0] if len(form_items) == 1 else None
