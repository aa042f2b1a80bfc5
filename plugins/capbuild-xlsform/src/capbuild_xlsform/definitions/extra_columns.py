"""Extra columns of capbuild forms.

They have scores and kinds of choices, criteria and group ids.
"""

import datetime
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal

from attrs import evolve

from capbuild.errors import CapbuildError
from capbuild.formats import is_criterion_id
from capbuild.model import Choice, Missing, PreviousAnswer, QuestionMapping
from capbuild_xlsform.values import decode_name, encode_name, escape_code

_SCORE, _MARKS, _CRITERION = "capbuild_score", "capbuild_marks", "capbuild_criterion"
_GROUP, _PREVIOUS = "capbuild_group", "capbuild_previous"
#: Marks a choice as an ordinary answer although its label is a missing code.
_VALUE = "value"
_KINDS = {kind.name.lower(): kind for kind in Missing}


def plain_number(number: float) -> str:
    """Return a number with all digits, without exponent or `.0`.

    Example:
        >>> plain_number(1234567.0), plain_number(0.0000001), plain_number(2.5)
        ('1234567', '0.0000001', '2.5')
    """
    return format(Decimal(repr(number)), "f").removesuffix(".0")


def format_choices(choice: Choice, cell: Missing | None) -> dict[str, str]:
    """Return a choice's extra cells, if its label is insufficient.

    Args:
        choice: The choice.
        cell: Missing kind inferred from its name and label.
    """
    words = [word for word in ("other", "exclusive") if getattr(choice, word)]
    if choice.missing is not cell:
        words.append(choice.missing.name.lower() if choice.missing is not None else _VALUE)
    cells = {_MARKS: " ".join(words)} if words else {}
    return cells if choice.score is None else {**cells, _SCORE: plain_number(choice.score)}


def apply_choice_cells(choice: Choice, cells: Mapping[str, str]) -> Choice:
    """Apply extra cells to a choice.

    Example:
        >>> cells = {"capbuild_score": "2.5", "capbuild_marks": "other refused"}
        >>> found = apply_choice_cells(Choice(code="5", label="Five"), cells)
        >>> found.score, found.other, found.missing.value
        (2.5, True, 'refused')
    """
    words = cells.get(_MARKS, "").split()
    missing = next((_KINDS[word] for word in words if word in _KINDS), None if _VALUE in words else choice.missing)
    try:
        score = float(Decimal(cells[_SCORE])) if _SCORE in cells else choice.score
    except ArithmeticError:  # Edited manually.
        score = choice.score
    other, exclusive = choice.other or "other" in words, choice.exclusive or "exclusive" in words
    return evolve(choice, score=score, other=other, exclusive=exclusive, missing=missing)


def format_criteria(name: str, mappings: Iterable[QuestionMapping]) -> dict[str, str]:
    """Return a question's criteria cell, if its id is insufficient.

    Mappings of single choices or answers, and those with a factor, do not fit in a cell and are left out.

    Args:
        name: Id of the question.
        mappings: Mappings of its questionnaire.

    Example:
        >>> format_criteria("1", [QuestionMapping(question="1", target="GV.OC-01")])
        {'capbuild_criterion': 'GV_x2e_OC_x2d_01'}
        >>> format_criteria("TEC-2.2a", [QuestionMapping(question="TEC-2.2a", target="TEC-2.2a")])
        {}
    """
    plain = [m for m in mappings if m.question == name and m.choice is None and not m.answers and m.factor == 1]
    targets = [mapping.target for mapping in plain]
    if not targets or (targets == [name] and is_criterion_id(name)):
        return {}
    return {_CRITERION: " ".join(map(encode_name, targets))}


def read_mappings(name: str, cells: Mapping[str, str]) -> list[QuestionMapping]:
    """Return a question's criteria, from its cell or id.

    Example:
        >>> [found.target for found in read_mappings("1", {"capbuild_criterion": "GV_x2e_OC_x2d_01 TEC_1_1a"})]
        ['GV.OC-01', 'TEC-1.1a']
    """
    cell = [decode_name(word) for word in cells.get(_CRITERION, "").split()]
    cell = [target for target in cell if target == target.strip()]  # Edited manually.
    targets = cell or ([name] if is_criterion_id(name) else [])
    return [QuestionMapping(question=name, target=target) for target in dict.fromkeys(targets)]


def group_cell(name: str, written: str) -> dict[str, str]:
    """Return the group id cell, unless the group's name suffices.

    The column exists because a group id may equal a question id or be a path, which not all tools accept as a name.

    Args:
        name: Id of the group.
        written: Its name in the form.

    Example:
        >>> group_cell("lab", "lab_group"), group_cell("TEC-2", "TEC_2")
        ({'capbuild_group': 'lab'}, {})
    """
    return {} if decode_name(written) == name else {_GROUP: encode_name(name)}


def read_group_id(name: str, cells: Mapping[str, str]) -> str:
    """Return a group's id, from its cell or name.

    Example:
        >>> read_group_id("lab_group", {"capbuild_group": "lab"}), read_group_id("TEC_2", {})
        ('lab', 'TEC-2')
    """
    cell = decode_name(cells.get(_GROUP, "") or name)
    return cell if cell and cell == cell.strip() else name


def format_previous(answer: PreviousAnswer | None, kind: str) -> dict[str, str]:
    """Return the cells of a previous answer: default and source.

    Args:
        answer: The last answer.
        kind: Type of the question in the form.

    Example:
        >>> format_previous(PreviousAnswer(value="yes", question="A.1", round="baseline"), "select_one answers_1")
        {'default': 'yes', 'capbuild_previous': '["yes", "A.1", "", "baseline", ""]'}
    """
    if answer is None:
        return {}
    plain = plain_number(answer.value) if isinstance(answer.value, int | float) else answer.value
    date = "" if answer.date is None else answer.date.isoformat()
    parts = [answer.value, answer.question, answer.framework, answer.round, date]
    known = json.dumps(parts if answer.counted is None else [*parts, answer.counted], ensure_ascii=False)
    return {"default": escape_code(plain) if kind.startswith("select") else plain, _PREVIOUS: known}


def read_previous(cells: Mapping[str, str]) -> PreviousAnswer | None:
    """Return a question's last answer from its cell, or None.

    Example:
        >>> read_previous({"capbuild_previous": '["yes", "A.1", "", "baseline", ""]'}).round
        'baseline'
    """
    try:
        value, question, framework, round_, date, *counted = json.loads(cells.get(_PREVIOUS, ""))
        day = datetime.date.fromisoformat(date) if date else None
        return PreviousAnswer(
            value=value,
            question=question,
            framework=framework,
            round=round_,
            date=day,
            counted=counted[0] if counted else None,
        )
    except (ValueError, TypeError, CapbuildError):  # Edited manually.
        return None
