"""Which questions were not asked, by the skip rules of our own dialect and what was answered."""

import re
from collections.abc import Mapping, Sequence

from capbuild.model import Answer, AnswerValue, Questionnaire

__all__ = ["holds", "not_asked"]

_CLAUSE = re.compile(r"\(?\s*(?P<name>[^\s()]+)\s+(?P<neither>not\s+)?in\s+(?P<codes>[^()]+?)\s*\)?\s*")


def holds(expression: str, values: Mapping[str, AnswerValue]) -> bool | None:
    """Tell whether a condition holds: clauses `(question in code, code)` joined by `and` or by `or`.

    Args:
        expression: The condition.
        values: Answers by question.

    Returns:
        None where the condition is written in a way that is not understood.

    Example:
        >>> holds("(a in yes, elsewhere) and (b in yes)", {"a": "yes", "b": "no"}), holds("a > 1", {})
        (False, None)
    """
    for word, join in ((" and ", all), (" or ", any)):
        parts = re.split(rf"\)?{word}\(?", expression)
        if len(parts) > 1 or word == " or ":
            clauses = [_CLAUSE.fullmatch(part) for part in parts]
            if any(clause is None for clause in clauses):
                return None
            return join(_clause(clause, values) for clause in clauses if clause is not None)
    return None


def _clause(match: re.Match[str], values: Mapping[str, AnswerValue]) -> bool:
    codes = {code.strip() for code in match["codes"].split(",")}
    value = values.get(match["name"])
    chosen = set(value) if isinstance(value, tuple) else {value}
    return bool(codes & chosen) is not bool(match["neither"])


def not_asked(form: Questionnaire, answers: Sequence[Answer]) -> set[tuple[str, int]]:
    """Return the questions, each with its time, whose condition does not hold."""
    values: dict[int, dict[str, AnswerValue]] = {}
    for answer in answers:
        values.setdefault(answer.repeat, {})[answer.question] = answer.value
    rules = {q.id: q.skip.expression for q in form.questions if q.skip is not None and q.skip.dialect == "capbuild"}
    skipped = set()
    for time, own in values.items():
        seen = {**values.get(0, {}), **own}
        skipped |= {(name, time) for name in own if name in rules and holds(rules[name], seen) is False}
    return skipped
