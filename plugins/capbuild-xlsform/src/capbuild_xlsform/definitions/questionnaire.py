"""Questionnaire of a form: ids, skip rules, choices, personal data."""

import re
from collections import Counter
from collections.abc import Iterator, Set
from functools import lru_cache

from attrs import evolve

from capbuild.formats import MISSING_WORDS, fold_word
from capbuild.model import (
    Choice,
    Issue,
    Missing,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    Severity,
    SkipRule,
)
from capbuild.origin import Origin
from capbuild_xlsform.definitions.extra_columns import apply_choice_cells, read_group_id, read_mappings, read_previous
from capbuild_xlsform.definitions.form import Form, FormChoice, FormItem
from capbuild_xlsform.definitions.labels import language_tag, make_text
from capbuild_xlsform.definitions.relevant_parser import list_references
from capbuild_xlsform.definitions.rows import make_issue
from capbuild_xlsform.values import MARK, decode_code, decode_name

_OTHER = frozenset(
    [
        "other",
        "others",
        "otro",
        "otra",
        "otros",
        "autre",
        "autres",
        "ander",
        "anders",
        "outro",
        "outra",
        "andere",
        "-oth",
        "oth",
        "96",
        "97",
        "996",
        "997",
    ]
)
_ASKED = r"(?:\$\{\s*[^{}]+\}|[./]*(?:[\w.\-]+/)*[\w.\-]+)"
_ONE_TEST = re.compile(
    rf"\s*(?:selected\(\s*(?P<a>{_ASKED})\s*,\s*['\"](?P<x>[^'\"]+)['\"]\s*\)|"
    rf"(?P<b>{_ASKED})\s*=\s*['\"](?P<y>[^'\"]+)['\"])\s*"
)
_LOW = re.compile(r"(?<![\w.])\.\s*(>=|>)\s*(-?\d+(?:\.\d+)?)")
_HIGH = re.compile(r"(?<![\w.])\.\s*(<=|<)\s*(-?\d+(?:\.\d+)?)")
_PLAIN_CONSTRAINT = re.compile(
    r"\s*\(?\s*\.\s*(?:>=|>|<=|<)\s*-?\d+(?:\.\d+)?\s*(?:and\s*\.\s*(?:>=|>|<=|<)\s*-?\d+(?:\.\d+)?\s*)?\)?\s*"
)
_LOST = {
    "constraint": "constraints that are no plain range",
    "calculation": "calculations",
    "choice_filter": "choice filters",
    "appearance": "appearances",
    "default": "defaults",
    "repeat_count": "repeat counts",
    "required": "conditions for required answers",
    "constraint_message": "messages",
    "required_message": "messages",
    "guidance_hint": "guidance hints",
    "trigger": "triggers",
    "save_to": "properties of entities",
    "intent": "calls of other apps",
}
_MEDIA = ("image", "audio", "video", "big-image")
_PARAMETER = re.compile(r"\b(start|end)\s*=\s*(-?\d{1,15}(?:\.\d+)?)")
#: Labels of punctuation only, which mean nothing by themselves.
_WORDLESS = re.compile(r"\W*")


def is_own(form: Form) -> bool:
    """Return True if capbuild wrote the form."""
    return MARK in form.by_name


def _make_own_id(found: str, name: str) -> str:
    """Return the decoded id of a name.

    A name that was edited by hand may decode to nothing usable, and is then returned unchanged.
    """
    return found if found and found == found.strip() else name


def make_question_ids(form: Form) -> dict[str, str]:
    """Return question ids by path, decoding capbuild's names."""
    if not is_own(form):
        return dict(form.ids)
    decoded = {path: _make_own_id("/".join(map(decode_name, name.split("/"))), name) for path, name in form.ids.items()}
    counts = Counter(decoded.values())
    return {path: name if counts[name] == 1 else form.ids[path] for path, name in decoded.items()}


def find_missing(code: str, label: str) -> Missing | None:
    """Return the missing kind of a choice.

    Example:
        >>> find_missing("dont_know", "").value, find_missing("99", "Refused").value, find_missing("no", "No")
        ("don't know", 'refused', None)
    """
    for text in (code, label):
        word = fold_word(text.replace("_", " ")) if text else ""
        if word and not _WORDLESS.fullmatch(word):
            kind = (
                MISSING_WORDS.get(word)
                or MISSING_WORDS.get(word.replace(" ", "_"))
                or MISSING_WORDS.get(word.replace("dont ", "don't "))
            )
            if kind is not None and kind is not Missing.INVALID:
                return kind
    return None


def make_choices(form: Form, item: FormItem) -> list[Choice]:
    """Return a question's choices, the first of duplicate codes."""
    choices = dict(_make_choice_lists(form).get(item.list_name or "", {}))
    if item.list_name in _add_other(form) and "other" not in choices:
        choices["other"] = _make_choice(form, FormChoice(name="other", labels={"": "Other"}), own=is_own(form))
    for name in _find_specify_codes(form).get(item.path, frozenset()) & choices.keys():
        choices[name] = evolve(choices[name], other=True)
    return list(choices.values())


@lru_cache(maxsize=16)
def _make_choice_lists(form: Form) -> dict[str, dict[str, Choice]]:
    """Return the choices of each list by name.

    They are made once per list, since many questions may share thousands.
    """
    lists: dict[int, dict[str, Choice]] = {}
    own = is_own(form)
    for choices in form.lists.values():
        if id(choices) not in lists:  # An XForm has one list per question, and many are the same object.
            by_name = lists[id(choices)] = {}
            for choice in choices:
                if choice.name not in by_name:
                    by_name[choice.name] = _make_choice(form, choice, own=own)
    return {name: lists[id(choices)] for name, choices in form.lists.items()}


def _make_choice(form: Form, choice: FormChoice, *, own: bool) -> Choice:
    text = make_text(choice.labels, form.default_language, choice.name)
    code = _make_own_id(decode_code(choice.name), choice.name) if own else choice.name
    choice_entry = Choice(code=code, label=text, missing=find_missing(choice.name, text.source))
    return apply_choice_cells(choice_entry, choice.filters) if own else choice_entry


@lru_cache(maxsize=16)
def _add_other(form: Form) -> frozenset[str]:
    """Return the lists that get an "other" option.

    Once one question asks for it, all questions of the list show it.
    """
    asked = (form.by_path.get(item.other_of) for item in form.items if item.other_of is not None)
    return frozenset(item.list_name for item in asked if item is not None and item.list_name is not None)


def find_choice_issues(form: Form) -> Iterator[Issue]:
    """Yield an issue for each duplicate code in a list.

    The first label of a duplicate code is used, and its answers are kept.
    """
    filtered = {item.list_name for item in form.items if item.extras.get("choice_filter")}
    for name, choices in form.lists.items():
        counts = Counter(choice.name for choice in choices)
        for code, count in counts.items():
            if count > 1:
                origin = next(c.origin for c in reversed(choices) if c.name == code)
                message = f"the choice {code!r} stands {count} times in the list {name!r}; the first label counts"
                severity = Severity.NOTE if name in filtered else Severity.WARNING
                yield make_issue("XF114", severity, message, origin, "give each choice a name of its own")


@lru_cache(maxsize=16)
def _find_specify_codes(form: Form) -> dict[str, frozenset[str]]:
    """Return codes that ask for free text, by question path."""
    codes_by_path: dict[str, set[str]] = {}
    for item in form.items:
        path = _find_parent(form, item)
        if path is not None:
            test = _ONE_TEST.fullmatch(item.relevant)
            codes_by_path.setdefault(path, set()).add(test["x"] or test["y"] if test is not None else "other")
    return {path: frozenset(codes) for path, codes in codes_by_path.items()}


def find_item(form: Form, reference: str, near: str) -> FormItem | None:
    """Return the condition's question, relative to another question."""
    name = reference.rstrip("/").rpartition("/")[2]
    form_items = form.by_name.get(name, ())
    if len(form_items) <= 1:
        return form_items[0] if form_items else None
    wanted = reference.lstrip("./")
    for item in form_items:
        if wanted.endswith(f"/{item.path}") or wanted == item.path:
            return item
    folder = near.rpartition("/")[0]
    return next((item for item in form_items if item.parent == (folder or None)), form_items[0])


def _skip(form: Form, item: FormItem, ids: dict[str, str]) -> SkipRule | None:
    conditions = [group.relevant for group in form.ancestors(item.path) if group.relevant.strip()]
    if item.relevant.strip():
        conditions.append(item.relevant)
    if not conditions:
        return None
    expression = conditions[0] if len(conditions) == 1 else " and ".join(f"({part.strip()})" for part in conditions)
    form_items = (find_item(form, name, item.path) for name in list_references(expression))
    questions = dict.fromkeys(ids[other.path] for other in form_items if other is not None)
    return SkipRule(expression=expression.strip(), dialect="xpath", questions=tuple(questions))


def _find_parent(form: Form, item: FormItem) -> str | None:
    """Return an "other, specify" question's parent path."""
    if item.other_of is not None:
        return item.other_of
    test = _ONE_TEST.fullmatch(item.relevant) if item.type is QuestionType.TEXT else None
    if test is None:
        return None
    asked = find_item(form, (test["a"] or test["b"]).strip("${} "), item.path)
    code = (test["x"] or test["y"]).casefold()
    if asked is None or not asked.takes_choices or not (code in _OTHER or code.startswith("other")):
        return None
    return asked.path


def _find_bounds(item: FormItem) -> tuple[float | None, float | None]:
    """Return the allowed minimum and maximum.

    Each is None unless parameters or a plain range constraint give it.
    """
    if item.type not in (QuestionType.INTEGER, QuestionType.DECIMAL):
        return None, None
    given = dict(_PARAMETER.findall(item.extras.get("parameters", "")))
    if given or item.written.casefold() == "range":  # Other values cannot be entered.
        return float(given.get("start", 1)), float(given.get("end", 10))
    text = item.extras.get("constraint", "")
    if not _PLAIN_CONSTRAINT.fullmatch(text):
        return None, None
    step = 1.0 if item.type is QuestionType.INTEGER else 0.0
    low, high = _LOW.search(text), _HIGH.search(text)
    return (
        float(low[2]) + (step if low[1] == ">" else 0.0) if low else None,
        float(high[2]) - (step if high[1] == "<" else 0.0) if high else None,
    )


def _make_question(form: Form, item: FormItem, ids: dict[str, str], groups: dict[str, str]) -> Question:
    low, high = _find_bounds(item)
    parent = _find_parent(form, item)
    return Question(
        id=ids[item.path],
        type=item.type,
        text=make_text(item.labels, form.default_language, item.name),
        hint=make_text(item.hints, form.default_language, "") if item.hints else None,
        choices=make_choices(form, item) if item.takes_choices else (),
        group=groups.get(item.parent or ""),
        parent=ids.get(parent) if parent is not None else None,
        required=item.required,
        skip=_skip(form, item, ids),
        minimum=low,
        maximum=high,
        personal=item.personal,
        inferred=item.inferred,
    )


def to_questionnaire(form: Form) -> Questionnaire:
    """Return the questionnaire of a form.

    Example:
        >>> staff = FormItem(path="lab/staff", type=QuestionType.INTEGER, labels={"": "Staff?"})
        >>> to_questionnaire(Form(id="visit", items=(staff,)))["staff"].text.source
        'Staff?'
    """
    ids = make_question_ids(form)
    own = is_own(form)
    groups = _group_ids(form, own=own)
    tags = [language_tag(name) for name in (form.default_language, *form.languages) if name]
    questions = [_make_question(form, item, ids, groups) for item in form.items]
    return Questionnaire(
        id=form.id.strip() or "form",
        version=form.version or "1",
        title=make_text({"": form.title}, "", form.id),
        languages=tuple(dict.fromkeys(tags)),
        groups=[
            QuestionGroup(
                id=groups[group.path],
                title=make_text(group.labels, form.default_language, group.path.rpartition("/")[2]),
                parent=groups.get(group.parent or ""),
                repeat=group.repeat,
            )
            for group in form.groups
        ],
        questions=questions,
        mappings=[m for item in form.items for m in read_mappings(ids[item.path], item.extras)] if own else (),
        previous={ids[item.path]: answer for item in form.items if (answer := read_previous(item.extras)) is not None},
        inferred=form.inferred,
    )


def _group_ids(form: Form, *, own: bool) -> dict[str, str]:
    """Return group ids by path.

    Groups of capbuild forms have their decoded id if it is unique. Any other group is identified by its path.
    """
    if not own:
        return {group.path: group.path for group in form.groups}
    ids = {group.path: read_group_id(group.path.rpartition("/")[2], group.extras) for group in form.groups}
    counts = Counter(ids.values())
    return {path: name if counts[name] == 1 else path for path, name in ids.items()}


def _list_unmapped_content(names: Set[str]) -> list[str]:
    """Return the kinds of column content that questionnaires lack."""
    contents = dict.fromkeys(_LOST[name] for name in _LOST if name in names)
    return [*contents, *(["pictures and recordings"] if names & set(_MEDIA) else [])]


def find_unmapped_issue(form: Form, file: str) -> Iterator[Issue]:
    """Yield a note on form content that questionnaires cannot store."""
    counts: Counter[str] = Counter()
    for item in form.items:
        plain = {"constraint"} if _find_bounds(item) != (None, None) else set[str]()
        plain |= {"default"} if read_previous(item.extras) is not None else set()
        counts.update(_list_unmapped_content({name.partition("::")[0] for name in item.extras} - plain))
    for group in form.groups:
        counts.update(_list_unmapped_content({name.partition("::")[0] for name in group.extras}))
    for choices in form.lists.values():
        counts.update(
            what for c in choices for what in _list_unmapped_content({name.partition("::")[0] for name in c.filters})
        )
    if counts:
        listed = ", ".join(f"{count} {what}" for what, count in counts.items())
        message = f"a questionnaire has no place for {listed}"
        yield make_issue("XF115", Severity.NOTE, message, Origin(file), "load_form keeps them")
