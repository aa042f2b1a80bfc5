"""Multiple-response sets, rebuilt as multi-select questions."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from capbuild.model import Answer, AnswerValue, Choice, Missing, Question, QuestionType
from capbuild.origin import Origin
from capbuild.text import Text
from capbuild_spss.questions import VariableQuestion, format_code
from capbuild_spss.variables import ResponseSet, Value


@frozen(eq=False)
class SetQuestion:
    """A multiple-response set as a question.

    Attributes:
        question: The question.
        members: Its variables.
        counted: The value that means "chosen"; None if the variables have codes.
    """

    question: Question
    members: tuple[VariableQuestion, ...]
    counted: str | None

    def answer(self, row: Sequence[Value], origin: Origin) -> Answer:
        """Return the answer of one row: chosen codes, in choice order."""
        values = [(member, member.read(row[member.variable.column - 1])[0]) for member in self.members]
        absent = [value for _, value in values if isinstance(value, Missing)]
        if len(absent) == len(values):
            coded = {value for member, value in values if isinstance(value, Missing) and self._has_cell(row, member)}
            kinds = coded or set(absent)  # a blank place says nothing if another has a reason
            kind = next(iter(kinds)) if len(kinds) == 1 else Missing.NO_ANSWER
            return Answer(self.question.id, kind, self._raw(row) if coded else None, origin=origin)
        keeps_raw = self.counted is not None or self._has_missing_codes(row, values)
        raw = self._raw(row) if absent and keeps_raw else None
        return Answer(self.question.id, self._chosen_codes(row, values), raw, origin=origin)

    def _has_missing_codes(self, row: Sequence[Value], values: Sequence[tuple[VariableQuestion, AnswerValue]]) -> bool:
        """True if a variable has a missing code beside answers, which only `raw` can keep."""
        return any(isinstance(value, Missing) and self._has_cell(row, member) for member, value in values)

    def _has_cell(self, row: Sequence[Value], member: VariableQuestion) -> bool:
        cell = row[member.variable.column - 1]
        return cell is not None and bool(str(cell).strip())

    def _chosen_codes(
        self, row: Sequence[Value], values: Sequence[tuple[VariableQuestion, AnswerValue]]
    ) -> tuple[str, ...]:
        if self.counted is None:
            cells = (row[m.variable.column - 1] for m, value in values if not isinstance(value, Missing))
            codes = (format_code(cell) for cell in cells if cell is not None)  # 0 is also a code
            return tuple(dict.fromkeys(code for code in codes if code))
        return tuple(m.variable.name for m, _ in values if self._is_counted(row[m.variable.column - 1]))

    def _is_counted(self, value: Value) -> bool:
        if isinstance(value, str):
            return value.strip() == self.counted
        return value is not None and format_code(value) == _as_code(self.counted or "")

    def _raw(self, row: Sequence[Value]) -> str:
        """Return the value of each variable, if that adds to the chosen codes."""
        cells = ((m.variable.name, row[m.variable.column - 1]) for m in self.members)
        return "; ".join(f"{name}={'' if value is None else format_code(value)}" for name, value in cells)


def _choices(found: ResponseSet, members: Sequence[VariableQuestion]) -> tuple[Choice, ...]:
    if found.dichotomies:
        return tuple(Choice(code=m.variable.name, label=_label(found, m)) for m in members)
    choices: dict[str, Choice] = {}
    for member in members:
        for choice in member.question.choices:
            choices.setdefault(choice.code, choice)
    return tuple(choices.values())


def _label(found: ResponseSet, member: VariableQuestion) -> Text:
    """Return a choice's label, from the variable or its counted value."""
    if found.by_value:
        labels = {format_code(value): label for value, label in member.variable.labels}
        label = labels.get(found.counted or "") or labels.get(_as_code(found.counted or ""))
        if label:
            return Text(label, member.question.text.language)
    return member.question.text


def _text(found: ResponseSet, members: Sequence[VariableQuestion], language: str) -> Text:
    return Text(found.label or found.name, language) if found.label or not members else members[0].question.text


def make_set_question(found: ResponseSet, variables: Mapping[str, VariableQuestion]) -> SetQuestion | None:
    """Return a set as a question; None if the file lacks its variables.

    Args:
        found: The set.
        variables: The file's variables by name; sets ignore case in their names.
    """
    folded = {name.lower(): question for name, question in variables.items()}
    members = tuple(folded[name.lower()] for name in dict.fromkeys(found.variables) if name.lower() in folded)
    if not members:
        return None
    name = f"${found.name}" if found.name.lower() in folded or not found.name else found.name
    question = Question(
        id=name,
        type=QuestionType.SELECT_MULTIPLE,
        text=_text(found, members, members[0].question.text.language),
        choices=_choices(found, members),
    )
    return SetQuestion(question, members, found.counted if found.dichotomies else None)


def _as_code(counted: str) -> str:
    """Return the counted value as a code: `1`, `1.0` and `01` are one number."""
    try:
        return format_code(float(counted))
    except ValueError:
        return counted
