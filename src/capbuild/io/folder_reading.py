"""Reading of the files of a folder, which may be returns of one template."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import TypeVar

from attrs import evolve, frozen

from capbuild.display import counted
from capbuild.model import Issue, Issues, Survey
from capbuild.origin import Origin
from capbuild.plugins.shared_layouts import SharedLayouts, share_layouts

_File = TypeVar("_File")
_Outcome = TypeVar("_Outcome")

#: Questions that an issue names; more are counted.
_NAMED = 3


def read_together(
    files: Iterable[tuple[str, _File]], read_file: Callable[[str, _File], _Outcome]
) -> list[tuple[str, _Outcome]]:
    """Read the files of a folder; returns of one template share a layout.

    Files with an uncertain table are read again, with the layouts of the other files in their folder. A file that
    differs from two others or more of its template gets an issue. The order of the files has no effect.

    Args:
        files: The files with their names.
        read_file: Reads a file; its surveys are compared, other results are kept.

    Returns:
        Results by name, in the order of the files.
    """
    outcomes: list[_Outcome] = []
    names: list[str] = []
    uncertain: dict[int, _File] = {}
    with share_layouts() as shared:
        for place, (name, file) in enumerate(files):
            names.append(name)
            outcomes.append(read_file(name, file))
            if name in shared.uncertain:
                uncertain[place] = file
        shared.complete = True
        for place, file in uncertain.items():
            if shared.list_siblings(names[place]):
                outcomes[place] = read_file(names[place], file)
    surveys = {name: outcome for name, outcome in zip(names, outcomes, strict=True) if isinstance(outcome, Survey)}
    issues = {issue.origin.file: issue for issue in _compare(surveys, shared) if issue.origin is not None}
    for place, (name, outcome) in enumerate(zip(names, outcomes, strict=True)):
        if isinstance(outcome, Survey) and name in issues:
            outcomes[place] = evolve(outcome, issues=Issues([*outcome.issues, issues[name]]))
    return list(zip(names, outcomes, strict=True))


@frozen(eq=False)
class _Template:
    """Features of a file that the returns of one template share.

    Attributes:
        questions: Texts of its questions, by their folded form.
        shapes: Shapes of its tables.
    """

    questions: dict[str, str]
    shapes: tuple[str, ...]

    @classmethod
    def of(cls, survey: Survey) -> "_Template":
        form = survey.questionnaire
        texts = [] if form is None else [question.text.source or question.id for question in form.questions]
        return cls(
            {" ".join(text.casefold().split()): text for text in texts},
            tuple(table.shape for table in survey.layout.tables),
        )

    def asks_as(self, other: "_Template") -> bool:
        """True if two files have most questions in common."""
        own, others = self.questions.keys(), other.questions.keys()
        return 2 * len(own & others) > len(own | others)


def _compare(surveys: Mapping[str, Survey], shared: SharedLayouts) -> Iterator[Issue]:
    """Yield an issue for each file that differs from its template.

    Most of the files with its questions, or its labels, have the same questions, and it lacks one of them or adds one.
    If all have another shape, the file is probably misread.
    """
    templates = {name: _Template.of(survey) for name, survey in surveys.items() if survey.layout.tables}
    for name, own in templates.items():
        beside = [other for other in templates if other != name and PurePath(other).parent == PurePath(name).parent]
        asking = {other for other in beside if own.asks_as(templates[other])}
        alike = [other for other in beside if other in asking or shared.are_alike(name, other)]
        if len(alike) < 2:
            continue
        differences = []
        shapes = Counter(templates[other].shapes for other in alike)
        if own.shapes not in shapes and len(shapes) == 1:
            differences.append(f"it is read as {' and '.join(own.shapes)}, they as {' and '.join(next(iter(shapes)))}")
        texts = {key: text for other in alike for key, text in templates[other].questions.items()} | own.questions
        files = {key: _find(key, text, alike, templates, shared) for key, text in texts.items()}
        usual = {key for key in texts if 2 * len(files[key]) > len(alike)}
        agreeing = [other for other in alike if all((other in files[key]) == (key in usual) for key in texts)]
        if asking and len(agreeing) > 1 and 2 * len(agreeing) > len(alike):  # else they are no returns of one template
            lacking = [texts[key] for key in usual - own.questions.keys() if not shared.has_label(name, texts[key])]
            added = [text for key, text in own.questions.items() if not files[key]]
            differences += [f"it lacks {_quote_names(lacking)}"] if lacking else []
            differences += [f"it adds {_quote_names(added)}"] if added else []
        if differences:
            message = (
                f"the file differs from {counted(len(alike), 'other file')} of its template: {'; '.join(differences)}"
            )
            remedy = f"compare it with {min(alike)}, and correct it, or give it a layout of its own"
            yield Issue.warning("CB125", message, Origin(name), remedy)


def _find(
    key: str, text: str, files: Iterable[str], templates: Mapping[str, _Template], shared: SharedLayouts
) -> set[str]:
    """Return the files with a question, or with its label where no answer is given."""
    return {file for file in files if key in templates[file].questions or shared.has_label(file, text)}


def _quote_names(texts: list[str]) -> str:
    more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return ", ".join(f"{text!r}" for text in sorted(texts)[:_NAMED]) + more
