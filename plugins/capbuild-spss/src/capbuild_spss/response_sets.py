"""Multiple-response sets: several variables that hold the answers to one question become that question again."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from capbuild.model import Answer, AnswerValue, Choice, Missing, Question, QuestionType
from capbuild.origin import Origin
from capbuild.text import Text
from capbuild_spss.questions import AskedVariable, code_of
from capbuild_spss.variables import ResponseSet, Value

__all__ = ["AskedSet", "rebuild"]


@frozen(eq=False)
class AskedSet:
    """A multiple-response set as a question.

    Attributes:
        question: The question.
        members: Its variables.
        counted: The value that says "chosen"; None where the variables hold codes.
    """

    question: Question
    members: tuple[AskedVariable, ...]
    counted: str | None

    def answer(self, row: Sequence[Value], origin: Origin) -> Answer:
        """Return the answer of one row: the codes chosen, in the order of the choices."""
        said = [(member, member.read(row[member.variable.column - 1])[0]) for member in self.members]
        absent = [value for _, value in said if isinstance(value, Missing)]
        if len(absent) == len(said):
            told = {value for member, value in said if isinstance(value, Missing) and self._holds(row, member)}
            kinds = told or set(absent)  # a place that was left blank says nothing where another says why
            kind = next(iter(kinds)) if len(kinds) == 1 else Missing.NO_ANSWER
            return Answer(self.question.id, kind, self._raw(row) if told else None, origin=origin)
        tells = self.counted is not None or self._has_missing_codes(row, said)
        raw = self._raw(row) if absent and tells else None
        return Answer(self.question.id, self._chosen(row, said), raw, origin=origin)

    def _has_missing_codes(self, row: Sequence[Value], said: Sequence[tuple[AskedVariable, AnswerValue]]) -> bool:
        """Tell whether a variable holds a code for a kind of missing: beside answers, only `raw` keeps it."""
        return any(isinstance(value, Missing) and self._holds(row, member) for member, value in said)

    def _holds(self, row: Sequence[Value], member: AskedVariable) -> bool:
        cell = row[member.variable.column - 1]
        return cell is not None and bool(str(cell).strip())

    def _chosen(self, row: Sequence[Value], said: Sequence[tuple[AskedVariable, AnswerValue]]) -> tuple[str, ...]:
        if self.counted is None:
            cells = (row[m.variable.column - 1] for m, value in said if not isinstance(value, Missing))
            codes = (code_of(cell) for cell in cells if cell is not None)  # 0 is a code
            return tuple(dict.fromkeys(code for code in codes if code))
        return tuple(m.variable.name for m, _ in said if self._is_counted(row[m.variable.column - 1]))

    def _is_counted(self, value: Value) -> bool:
        if isinstance(value, str):
            return value.strip() == self.counted
        return value is not None and code_of(value) == _as_code(self.counted or "")

    def _raw(self, row: Sequence[Value]) -> str:
        """What each variable holds, where that says more than the codes chosen."""
        shown = ((m.variable.name, row[m.variable.column - 1]) for m in self.members)
        return "; ".join(f"{name}={'' if value is None else code_of(value)}" for name, value in shown)


def _choices(found: ResponseSet, members: Sequence[AskedVariable]) -> tuple[Choice, ...]:
    if found.dichotomies:
        return tuple(Choice(code=m.variable.name, label=_label(found, m)) for m in members)
    choices: dict[str, Choice] = {}
    for member in members:
        for choice in member.question.choices:
            choices.setdefault(choice.code, choice)
    return tuple(choices.values())


def _label(found: ResponseSet, member: AskedVariable) -> Text:
    """Return what a choice is called: as its variable is, or as the counted value of it is labelled."""
    if found.by_value:
        labels = {code_of(value): label for value, label in member.variable.labels}
        label = labels.get(found.counted or "") or labels.get(_as_code(found.counted or ""))
        if label:
            return Text(label, member.question.text.language)
    return member.question.text


def _text(found: ResponseSet, members: Sequence[AskedVariable], language: str) -> Text:
    return Text(found.label or found.name, language) if found.label or not members else members[0].question.text


def rebuild(found: ResponseSet, variables: Mapping[str, AskedVariable]) -> AskedSet | None:
    """Return a set as a question; None when the file does not hold its variables.

    Args:
        found: The set.
        variables: The file's variables by name; sets name them without regard to case.
    """
    folded = {name.lower(): asked for name, asked in variables.items()}
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
    return AskedSet(question, members, found.counted if found.dichotomies else None)


def _as_code(counted: str) -> str:
    """The counted value as a code: `1`, `1.0` and `01` are one number."""
    try:
        return code_of(float(counted))
    except ValueError:
        return counted
