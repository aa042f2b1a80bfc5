"""Parser of export headers.

It finds groups and repeat positions, names or labels.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set

from attrs import frozen

from capbuild.formats import fold_word
from capbuild.model import Choice, QuestionType
from capbuild_xlsform.definitions.blocks import CALLED
from capbuild_xlsform.definitions.form import Form, FormGroup, FormItem
from capbuild_xlsform.definitions.labels import clean
from capbuild_xlsform.definitions.questionnaire import make_choices
from capbuild_xlsform.submissions.metadata import normalise_meta_name

_STEP = re.compile(r"(.*?)\[(\d{1,6})\]")
#: Separator after a repeat position, before a name.
_PLACED = re.compile(r"\w\[\d{1,6}\]([./:-])[^\W\d]")
_SEPARATORS = ("/", ".", ":", "-", "|", "__", "_")
_NAME = re.compile(r"[^\W\d][\w.\-]*(?:\[\d{1,6}\])?")


@frozen
class HeaderPath:
    """Parsed header of an export column.

    Attributes:
        path: Names joined by `/`, without positions.
        places: Each repeat with a position: its path and the position from 1.
    """

    path: str
    places: tuple[tuple[str, int], ...] = ()


def find_separator(headers: Iterable[str]) -> str:
    """Return headers' group separator, from metadata or repeat positions.

    Example:
        >>> find_separator(["tools/dvr", "meta-instanceID"]), find_separator(["grp/age", "_uuid"])
        ('-', '/')
        >>> find_separator(["kids[1].name", "kids[2].name", "_uuid"])
        '.'
    """
    names = list(headers)
    for name in names:
        if normalise_meta_name(name) != name and name[4] in ".-:":
            return name[4]
    placed = next((match[1] for name in names if (match := _PLACED.search(name))), "")
    if placed:
        return placed
    if any("/" in name for name in names):
        return "/"
    dotted = {name.partition(".")[0] for name in names if "." in name}
    return "." if dotted & set(names) and any(name.count(".") for name in names) else "/"


def choose_separator(form: Form, headers: Sequence[str]) -> str:
    """Return the group separator that matches most headers.

    Args:
        form: The definition.
        headers: Column headers.
    """
    separator = find_separator(headers)
    grouped = {steps for item in form.items if "/" in item.path for steps in _list_steps(form, item)}
    marks = dict.fromkeys((separator, *_SEPARATORS))
    ways = {mark: {mark.join(steps) for steps in grouped} for mark in marks}
    leads = {mark: {mark.join(steps): own for steps, own in _index_options(form).items()} for mark in marks}
    names = {item.name for item in form.items}  # `tools_other` is a question, not an option of `tools`.

    def is_option(head: str, mark: str) -> bool:
        lead, _, option = head.rpartition(mark)
        return head not in names and fold_word(option) in leads[mark].get(lead, ())

    def fitting(mark: str) -> tuple[int, int]:  # Some tools separate options by a slash, whatever the group separator.
        return sum(head in ways[mark] for head in plain), sum(is_option(head, mark) for head in plain)

    plain = [re.sub(r"\[\d+\]", "", head).strip() for head in headers]
    return max(marks, key=fitting)


def _index_options(form: Form) -> dict[tuple[str, ...], Set[str]]:
    """Return the folded option names of multi-select questions.

    Keys are the header steps of the question.
    """
    codes = _index_codes(form)
    several = [item for item in form.items if item.type is QuestionType.SELECT_MULTIPLE]
    return {steps: codes[item.path].keys() for item in several for steps in _list_steps(form, item)}


def split_header(head: str, separator: str) -> HeaderPath:
    """Split a header into a path with repeat positions.

    Example:
        >>> split_header("house[2]/member[1]/name", "/")
        HeaderPath(path='house/member/name', places=(('house', 2), ('house/member', 1)))
    """
    names: list[str] = []
    places: list[tuple[str, int]] = []
    for step in head.split(separator) if separator in head else [head]:
        match = _STEP.fullmatch(step.strip())
        names.append(match[1] if match else step.strip())
        if match:
            places.append(("/".join(names), max(int(match[2]), 1)))
    return HeaderPath("/".join(name for name in names if name), tuple(places))


def are_names(head: str, separator: str) -> bool:
    """True if a header consists of names.

    Labels can be told apart by spaces and question marks.

    Example:
        >>> are_names("grp/age", "/"), are_names("Which units exist?", "/")
        (True, False)
    """
    return all(_NAME.fullmatch(step.strip()) for step in head.split(separator))


@frozen(eq=False)
class LabelIndex:
    """Questions by their export headers.

    Attributes:
        items: Paths by folded header: path with any separator, label, and labels of its groups with its own.
        codes: Option codes of each question, by folded name or label, by path.
        marks: Separators of question and option in headers of split columns.
        homes: Innermost repeat of each question by path; absent outside repeats.
        whole: Folded full headers, with groups, of each question in groups, by path.
        links: Folded headers of columns with the URL of a question's file.
        spoken: Folded headers of each question by path: with names first, then in each language of the form.
    """

    items: Mapping[str, Sequence[str]]
    codes: Mapping[str, Mapping[str, str]]
    marks: Sequence[str] = ("/",)
    homes: Mapping[str, str] = {}
    whole: Mapping[str, Set[str]] = {}
    links: Set[str] = frozenset()
    spoken: Sequence[Mapping[str, Set[str]]] = ()

    def in_language(self, headers: Sequence[str]) -> Mapping[str, Set[str]]:
        """Return each question's headers in the export's main language.

        Args:
            headers: Column headers.
        """
        seen = {fold_word(head) for head in headers}
        return max(self.spoken, key=lambda own: len(seen & frozenset().union(*own.values())), default={})

    def options(self, head: str) -> list[tuple[str, str]]:
        """Return a split header's possible questions and option codes.

        Args:
            head: The folded header.
        """
        codes: dict[str, str] = {}
        for mark in self.marks:
            for at in (at for at in range(1, len(head)) if head.startswith(mark, at)):
                for path in self.items.get(head[:at], ()):
                    code = self.codes.get(path, {}).get(head[at + len(mark) :])
                    if code is not None:
                        codes.setdefault(path, code)
        return [(path, codes[path]) for path in self.codes if path in codes] if len(codes) > 1 else list(codes.items())


def label_index(form: Form, separator: str) -> LabelIndex:
    """Return questions by export header, in every language."""
    items: dict[str, list[str]] = {}
    links: set[str] = set()
    for item in form.items:
        headers = _list_question_headers(form, item, separator)
        for head in headers:
            paths = items.setdefault(fold_word(head), [])
            if item.path not in paths:
                paths.append(item.path)
        if item.type is QuestionType.FILE:
            links.update(fold_word(f"{head}_URL") for head in headers)
    homes = {item.path: repeats[-1] for item in form.items if (repeats := form.repeats(item.path))}
    grouped = [item for item in form.items if "/" in item.path]
    whole = {i.path: {fold_word(separator.join(steps)) for steps in _list_steps(form, i)} for i in grouped}
    marks = tuple(dict.fromkeys((separator, "/")))
    return LabelIndex(
        items, _index_codes(form), marks, homes, whole, links - items.keys(), _headers_by_language(form, separator)
    )


def _headers_by_language(form: Form, separator: str) -> list[dict[str, frozenset[str]]]:
    """Return the folded headers of each question by path.

    The first mapping uses names, the others the labels in each language.
    """
    headers = [{item.path: frozenset({fold_word(item.name)}) for item in form.items}]
    for language in form.languages:
        own: dict[str, frozenset[str]] = {}
        for item in form.items:
            parts: list[FormGroup | FormItem] = [*form.ancestors(item.path), item]
            steps = [_label(part, language) for part in parts]
            own[item.path] = frozenset({fold_word(separator.join(steps)), fold_word(steps[-1])})
        headers.append(own)
    return headers


def _index_codes(form: Form) -> dict[str, dict[str, str]]:
    """Return the option codes of each question.

    Keys are folded codes, and folded labels in every language.
    """
    codes: dict[str, dict[str, str]] = {}
    lists: dict[tuple[str | None, int], dict[str, str]] = {}
    for item in form.items:
        if item.takes_choices:
            choices = make_choices(form, item)
            same = (item.list_name, len(choices))  # `or_other` adds "other" for some questions of a list only.
            codes[item.path] = lists[same] if same in lists else lists.setdefault(same, _index_texts(choices))
    return codes


def _index_texts(choices: Sequence[Choice]) -> dict[str, str]:
    """Return choice codes by folded code and label.

    A code takes precedence over a label, and the first of duplicate labels over the others.
    """
    codes: dict[str, str] = {}
    for choice in choices:
        codes.setdefault(fold_word(choice.code), choice.code)
    for choice in choices:
        for text in (choice.label.source, *(t.text for t in choice.label.translations.values())):
            codes.setdefault(fold_word(text), choice.code)
    return codes


def _list_question_headers(form: Form, item: FormItem, separator: str) -> list[str]:
    """Return the possible export headers of a question.

    They are made of names or labels, with and without groups.
    """
    headers = [item.path, item.name]
    for steps in _list_steps(form, item):
        headers += [separator.join(steps), steps[-1]]
    headers += [" ".join(label.split()) for label in item.labels.values()]
    return list(dict.fromkeys(headers))


def _list_steps(form: Form, item: FormItem) -> list[tuple[str, ...]]:
    """Return possible header steps of a question and its groups.

    Steps are names, or labels in one language with names for missing labels.
    """
    groups = list(form.ancestors(item.path))
    parts: list[FormGroup | FormItem] = [*groups, item]
    languages = dict.fromkeys((*form.languages, *(name for part in parts for name in part.labels)))
    labels = [tuple(_label(part, language) for part in parts) for language in languages]
    if any(name.startswith(CALLED) for part in parts for name in part.extras):
        called = [[_find_block_label(part, language) for part in parts] for language in languages]
        labels += [tuple(" ".join(clean(text).split()) for text in steps) for steps in called]
        labels += map(tuple, called)
    return list(dict.fromkeys([tuple(item.path.split("/")), *labels]))


def _find_block_label(part: FormGroup | FormItem, language: str) -> str:
    """Return a label of an expanded block, as in exports."""
    return part.extras.get(f"{CALLED}::{language}" if language else CALLED) or _label(part, language)


def _label(part: FormGroup | FormItem, language: str) -> str:
    """Return a group's or question's label, else its name."""
    return " ".join(clean(part.labels.get(language, "")).split()) or part.path.rpartition("/")[2]
