"""Questions of a library: choices, scores and conditions."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.frameworks.instruments import survey_questionnaire
from capbuild.frameworks.spreadsheets.headers import fold
from capbuild.frameworks.trees.tree_nodes import STATUS, Tree, Words
from capbuild.model import Choice, Framework, Question, Questionnaire, QuestionType, SkipRule
from capbuild.text import as_text, numbered_name

_TYPES = {
    "unique_choice": QuestionType.SELECT_ONE,
    "single_choice": QuestionType.SELECT_ONE,
    "multiple_choice": QuestionType.SELECT_MULTIPLE,
    "text": QuestionType.TEXT,
    "date": QuestionType.DATE,
    "number": QuestionType.DECIMAL,
    "boolean": QuestionType.BOOLEAN,
}
#: Score of a choice's result on the status scale, for later and earlier libraries.
_RESULTS: Mapping[str, float | str] = {
    "compliant": 2, "true": 2, "partially_compliant": 1, "non_compliant": 0, "false": 0,
    "not_applicable": "not_applicable",
}  # fmt: skip


@frozen
class _LibraryChoice:
    """Choice of a question.

    Attributes:
        urn: Its URN.
        code: Code made from its label in the source language.
        label: Its label.
    """

    urn: str
    code: str
    label: Words


@frozen(kw_only=True)
class LibraryQuestion:
    """Question of a requirement.

    Attributes:
        urn: Its URN.
        id: Its id in the questionnaire.
        type: Kind of answer.
        text: The question.
        choices: Its choices.
        counts: Score of each choice; empty if some have none on the scale.
        condition: URN of the question that it depends on, URNs of its answers, and whether all of them are needed;
            None for always.
    """

    urn: str
    id: str
    type: QuestionType
    text: Words
    choices: tuple[_LibraryChoice, ...] = field(default=(), converter=to_tuple)
    counts: tuple[float | str, ...] = field(default=(), converter=to_tuple)
    condition: tuple[str, tuple[str, ...], bool] | None = None


def read_questions(
    node: Tree, name: str, words: Callable[[Tree, str], Words], scale: Mapping[str, Any]
) -> list[LibraryQuestion]:
    """Return the questions of a requirement.

    Args:
        node: The requirement.
        name: Its id.
        words: Function that returns a text of an object in all languages.
        scale: Scale of the framework, as the table of its file.
    """
    listed = node.tree("questions")
    questions = [
        _read_question(listed.tree(urn), urn, f"{name}.q{position}", words, scale)
        for position, urn in enumerate(listed.value, 1)
        if isinstance(listed.value[urn], dict)
    ]
    alone = len(questions) == 1 and questions[0].counts
    return [evolve(questions[0], id=name)] if alone else questions


def _read_question(
    tree: Tree, urn: str, name: str, words: Callable[[Tree, str], Words], scale: Mapping[str, Any]
) -> LibraryQuestion:
    kind = _TYPES.get(tree.text("type"), QuestionType.TEXT)
    choices: list[_LibraryChoice] = []
    for choice in tree.trees("choices"):
        label = words(choice, "value") or {"en": choice.text("urn") or "-"}
        used = {known.code for known in choices}
        # Conditions list codes between commas, and a number may be the order of a level.
        slug = fold(next(iter(label.values()))).replace(" ", "-")[:40].strip("-")
        code = numbered_name(slug if slug and not slug.isdecimal() else f"choice-{slug}", used.__contains__, "{}-{}")
        choices.append(_LibraryChoice(choice.text("urn"), code, label))
    counts = [_score_choice(choice, scale) for choice in tree.trees("choices")]
    counted = kind is QuestionType.SELECT_ONE and bool(counts) and None not in counts
    depends = tree.tree("depends_on")
    condition = (depends.text("question"), depends.names("answers"), depends.text("condition") == "all")
    return LibraryQuestion(
        urn=urn,
        id=name,
        type=kind,
        text=words(tree, "text") or {"en": name},
        choices=choices,
        counts=[value for value in counts if value is not None] if counted else [],
        condition=condition if condition[0] and condition[1] else None,
    )


def _score_choice(choice: Tree, scale: Mapping[str, Any]) -> float | str | None:
    """Return the score of a choice on a scale."""
    result = str(choice.value.get("compute_result")).casefold()
    if scale["id"] == STATUS or _RESULTS.get(result) == "not_applicable":
        return _RESULTS.get(result)
    score, first = choice.number("add_score"), scale.get("first_level", 1)
    levels = range(first, first + len(scale.get("levels", ())))
    fits = score in levels if levels else score is not None and scale["minimum"] <= score <= scale["maximum"]
    return score if fits else None


def library_questionnaire(framework: Framework, questions: Mapping[str, list[LibraryQuestion]]) -> Questionnaire:
    """Return the survey of a framework with its library's questions.

    The survey also asks for each requirement as a whole, unless its only question gives its level.

    Args:
        framework: The framework.
        questions: Its questions, by id of the requirement.
    """
    form = survey_questionnaire(framework)
    by_urn = {question.urn: question for group in questions.values() for question in group}

    def asked() -> Iterator[Question]:
        for whole in form.questions:
            own = questions.get(whole.id, [])
            for own_question in own:
                skip = _skip_rule(own_question, by_urn)
                if own_question.id == whole.id:
                    yield evolve(whole, skip=skip)
                else:
                    text = as_text(own_question.text)
                    choices = [Choice(code=choice.code, label=as_text(choice.label)) for choice in own_question.choices]
                    yield Question(
                        id=own_question.id,
                        type=own_question.type,
                        text=text,
                        choices=choices,
                        group=whole.group,
                        skip=skip,
                    )
            if whole.id not in {question.id for question in own}:
                yield whole

    return evolve(form, questions=list(asked()))


def _skip_rule(question: LibraryQuestion, by_urn: Mapping[str, LibraryQuestion]) -> SkipRule | None:
    """Return the condition of a question as a skip rule.

    The result is None if there is no condition, or if it has unknown names.
    """
    if question.condition is None or question.condition[0] not in by_urn:
        return None
    other, urns, is_all = by_urn[question.condition[0]], question.condition[1], question.condition[2]
    codes = [choice.code for choice in other.choices if choice.urn in urns]
    if not codes:
        return None
    parts = [f"({other.id} in {code})" for code in codes] if is_all else [f"({other.id} in {', '.join(codes)})"]
    return SkipRule(expression=" and ".join(parts), questions=[other.id])
