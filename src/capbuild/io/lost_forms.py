"""Losses of a form: questions, choices, groups and texts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import evolve

from capbuild.io.loss_counts import LossCounter
from capbuild.model import Choice, Question, QuestionGroup, Questionnaire, SkipRule
from capbuild.text import Text

_NO_TEXT = Text("")
_Names = Mapping[str, str]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def compare_forms(counted: LossCounter, before: Questionnaire | None, after: Questionnaire | None) -> _Names:
    """Compare two forms; return the new names of renamed questions.

    Args:
        counted: Collects the losses.
        before: The form of the source.
        after: The form of the written file.
    """
    if before is None:
        return {}
    names = {} if after is None else _find_renamed(before.questions, after.questions)
    groups = {} if after is None else _find_renamed(before.groups, after.groups)
    _compare_questions(counted, before, after, names, groups)
    _compare_groups(counted, before.groups, () if after is None else after.groups, groups)
    here = set(after.mappings) if after is not None else set()
    for mapping in before.mappings:
        counted.count("mappings")
        if evolve(mapping, question=names.get(mapping.question, mapping.question)) not in here:
            counted.lose("mappings", f"{mapping.question} to {mapping.target}")
    shown = {} if after is None else after.previous
    for question, earlier in before.previous.items():
        counted.count("answers of an earlier round")
        if shown.get(names.get(question, question)) != earlier:
            counted.lose("answers of an earlier round", question)
    for question in shown.keys() - {names.get(one, one) for one in before.previous}:
        counted.lose("details that were not there", f"{question}: an answer of an earlier round")
    if after is not None:
        _compare_texts(counted, "title", before.title, after.title)
        counted.check("version of the form", before.version, after.version, before.version)
        counted.check("id of the form", before.id, after.id, before.id)
        counted.check("languages of the form", before.languages, after.languages, ", ".join(before.languages))
        _compare_inferred(counted, before.id, before.inferred, after.inferred)
        for extra in after.mappings[len(before.mappings) :] if here > set(before.mappings) else ():
            counted.lose("details that were not there", f"{extra.question}: mappings")
    return names


def _compare_questions(
    counted: LossCounter, before: Questionnaire, after: Questionnaire | None, names: _Names, groups: _Names
) -> None:
    new = after.by_id if after is not None else {}
    for question in before.questions:
        counted.count("questions")
        found = new.get(names.get(question.id, question.id))
        if found is None:
            counted.lose("questions", question.id)
            continue
        counted.count("names of questions")
        if found.id != question.id:
            counted.lose("names of questions", f"{question.id} became {found.id}")
        _compare_question(counted, _rename_references(question, names, groups), found)
    there = [names.get(question.id, question.id) for question in before.questions]
    counted.check_order("order of questions", there, list(new))
    for extra in new.keys() - set(there):
        counted.lose("questions that were not there", extra)


def _compare_groups(
    counted: LossCounter, before: Sequence[QuestionGroup], after: Sequence[QuestionGroup], names: _Names
) -> None:
    found = {group.id: group for group in after}
    for group in before:
        _compare_group(counted, group, found.pop(names.get(group.id, group.id), None), names)
    counted.check_order("order of groups", [names.get(g.id, g.id) for g in before], [g.id for g in after])
    for extra in found:
        counted.lose("details that were not there", f"group {extra}")


def _compare_inferred(counted: LossCounter, name: str, before: bool, after: bool) -> None:
    """Compare whether a form or question was inferred."""
    if before != after:
        was, now = ("inferred", "given") if before else ("given", "inferred")
        counted.lose("marks of what is inferred", f"{name}: {was} became {now}")


# --- names ----------------------------------------------------------------------------------------------------------


def _simplify_name(name: str) -> str:
    """Return the letters and digits of a name.

    Formats differ in the other permitted characters.
    """
    return "".join(c for c in name.casefold() if c.isalnum())


def _find_renamed(before: Sequence[_Named], after: Sequence[_Named]) -> _Names:
    """Return new names of items.

    By letters and digits, else by position if counts are equal.
    """
    used_names = {item.id for item in before}
    here = {item.id for item in after}
    free: dict[str, list[str]] = {}
    for item in after:
        if item.id not in used_names:
            free.setdefault(_simplify_name(item.id), []).append(item.id)
    wanted = Counter(_simplify_name(name) for name in used_names if name not in here)
    found = {
        name: free[_simplify_name(name)][0]
        for name in used_names
        if name not in here and wanted[_simplify_name(name)] == 1 and len(free.get(_simplify_name(name), ())) == 1
    }
    if len(before) != len(after):
        return found
    pairs = [(old.id, new.id) for old, new in zip(before, after, strict=True)]
    used = {*used_names, *found.values()}
    return {old: new for old, new in pairs if old != new and old not in here and new not in used} | found


def _rename_references(question: Question, names: _Names, groups: _Names) -> Question:
    """Return a question with references renamed."""
    if not names and not groups:
        return question
    skip = question.skip
    if skip is not None:
        skip = evolve(skip, questions=[names.get(name, name) for name in skip.questions])
    parent = names.get(question.parent, question.parent) if question.parent is not None else None
    group = groups.get(question.group, question.group) if question.group is not None else None
    return evolve(question, skip=skip, parent=parent, group=group)


# --- single items ---------------------------------------------------------------------------------------------------


def _compare_group(counted: LossCounter, before: QuestionGroup, after: QuestionGroup | None, names: _Names) -> None:
    counted.count("groups")
    if after is None:
        counted.lose("groups", before.id)
        counted.check("blocks that repeat", before.repeat, False, before.id)
        return
    counted.count("names of groups")
    if after.id != before.id:
        counted.lose("names of groups", f"{before.id} became {after.id}")
    _compare_texts(counted, before.id, before.title, after.title)
    counted.check("blocks that repeat", before.repeat, after.repeat, before.id)
    parent = names.get(before.parent, before.parent) if before.parent is not None else None
    counted.check("groups within groups", parent, after.parent, before.id)


def _compare_question(counted: LossCounter, before: Question, after: Question) -> None:
    name = before.id
    counted.count("kinds of question")
    if before.type is not after.type:
        counted.lose("kinds of question", f"{name}: {before.type.value} became {after.type.value}")
    _compare_texts(counted, name, before.text, after.text)
    _compare_texts(counted, f"hint of {name}", before.hint or _NO_TEXT, after.hint or _NO_TEXT)
    _compare_choices(counted, name, before.choices, after.choices)
    for kind, attribute in (
        ("groups of questions", "group"),
        ("rows and details of questions", "parent"),
        ("required answers", "required"),
        ("units and limits", "unit"),
        ("units and limits", "minimum"),
        ("units and limits", "maximum"),
        ("dimensions of questions", "dimensions"),
        ("personal marks", "personal"),
    ):
        counted.check(kind, getattr(before, attribute), getattr(after, attribute), name)
    _compare_inferred(counted, name, before.inferred, after.inferred)
    _compare_skip_rule(counted, name, before.skip, after.skip)


def _compare_skip_rule(counted: LossCounter, name: str, before: SkipRule | None, after: SkipRule | None) -> None:
    kind = "skip rules" if before is None or after is None else "wording of skip rules"
    counted.check(kind, before, after, name)


def _compare_choices(counted: LossCounter, question: str, before: Sequence[Choice], after: Sequence[Choice]) -> None:
    found = {choice.code: choice for choice in after}
    for choice in before:
        _compare_choice(counted, f"{question}={choice.code}", choice, found.pop(choice.code, None))
    counted.check_order(
        "order of choices", [f"{question}={c.code}" for c in before], [f"{question}={c.code}" for c in after]
    )
    for extra in found:
        counted.lose("choices that were not there", f"{question}={extra}")


def _compare_choice(counted: LossCounter, name: str, before: Choice, after: Choice | None) -> None:
    counted.count("choices")
    if after is None:
        counted.lose("choices", name)
        return
    _compare_texts(counted, name, before.label, after.label)
    for kind, attribute in (
        ("absences among choices", "missing"),
        ("scores of choices", "score"),
        ("exclusive and other choices", "exclusive"),
        ("exclusive and other choices", "other"),
    ):
        counted.check(kind, getattr(before, attribute), getattr(after, attribute), name)


def _compare_texts(counted: LossCounter, name: str, before: Text, after: Text) -> None:
    """Compare a text in each of its languages."""
    for language in before.languages:
        first = language == before.language
        if first and not before.source and not after.source:
            continue
        kind = "texts" if first else "texts in other languages"
        counted.count(kind)
        there = language in after.languages
        if after.get(language) != before.get(language) or not (there or first):
            counted.lose(kind, f"{name} ({language})")
        elif first:
            counted.check_fields("languages of texts", before.language, after.language, f"{name} ({language})")
        else:
            _compare_translation(counted, f"{name} ({language})", before, after, language)
    for extra in after.languages[1:]:
        if extra not in before.languages:
            counted.lose("details that were not there", f"{name}: text ({extra})")


def _compare_translation(counted: LossCounter, name: str, before: Text, after: Text, language: str) -> None:
    """Compare the status of a translation."""
    old, new = before.translations[language], after.translations.get(language)
    counted.count("states of translations")
    if new is None or (old.status, old.source_hash) != (new.status, new.source_hash):
        counted.lose("states of translations", name)
