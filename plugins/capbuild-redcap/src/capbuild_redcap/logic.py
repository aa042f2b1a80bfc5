"""Branching logic of fields: whether a field was hidden."""

import ast
import re
from collections.abc import Callable

__all__ = ["is_hidden"]

#: Returns the value of a field, or of a choice of a checkbox; None where it is not known.
Lookup = Callable[[str, str], str | None]
_FIELD = re.compile(r"\[(\w+)(?:\((-?\w+)\))?\](?!\[)")
_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
#: What each sign accepts of less, equal and greater.
_ACCEPTED = {"==": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}
_LONGEST = 2_000


def is_hidden(logic: str, lookup: Lookup) -> bool:
    """Return whether branching logic hides a field; False where it cannot be evaluated.

    Args:
        logic: The logic as the dictionary has it: comparisons of fields with values, joined by `and` and `or`.
        lookup: Returns the values of fields.

    Example:
        >>> values = {"law": "1", "units": "0"}
        >>> is_hidden("[law] = '1' and [units(2)] <> '1'", lambda name, code: values.get(name))
        False
        >>> is_hidden("[law] = '0'", lambda name, code: values.get(name))
        True
    """
    if len(logic) > _LONGEST or "][" in logic:
        return False
    text = _FIELD.sub(lambda found: f"v({found[1]!r}, {found[2] or ''!r})", logic.replace("\n", " "))
    text = re.sub(r"(?<![<>!=])=(?!=)", "==", text.replace("<>", "!="))
    text = re.sub(r"\b(AND|OR|NOT|And|Or|Not)\b", lambda found: found[1].lower(), text)
    try:
        return _evaluate(ast.parse(text.strip(), mode="eval").body, lookup) is False
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _evaluate(node: ast.expr, lookup: Lookup) -> object:
    """Return the value of an expression; None where it is not known."""
    if isinstance(node, ast.BoolOp):
        values = [_evaluate(part, lookup) for part in node.values]
        decisive = isinstance(node.op, ast.Or)
        return decisive if decisive in values else None if None in values else not decisive
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        sign = _SIGNS.get(type(node.ops[0]), "")
        return _compare(sign, _evaluate(node.left, lookup), _evaluate(node.comparators[0], lookup))
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
        return str(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "v":
        name, code = (part.value for part in node.args if isinstance(part, ast.Constant))
        return lookup(str(name), str(code))
    return None


def _compare(sign: str, left: object, right: object) -> bool | None:
    """Compare two texts, as numbers if both are; None where that says nothing."""
    if sign not in _ACCEPTED or not isinstance(left, str) or not isinstance(right, str):
        return None
    try:
        one, two = float(left), float(right)
    except ValueError:
        if sign not in ("==", "!=") and left and right:
            return None
        return ((left > right) - (left < right)) in _ACCEPTED[sign]
    return ((one > two) - (one < two)) in _ACCEPTED[sign]
