"""Conditions in forms and frameworks, evaluated on a response."""

import ast
import re
from collections.abc import Callable, Collection

from capbuild.errors import ModelError, did_you_mean

#: Function that returns the value of a question, or the codes chosen; None if unknown.
Lookup = Callable[[str], str | Collection[str] | None]
_WORDS = re.compile(r"\b(AND|OR|NOT|And|Or|Not)\b|&&|\|\||<>|(?<![<>!=])=(?!=)")
_PLAIN = {"&&": " and ", "||": " or ", "<>": "!=", "=": "=="}
_STRINGS = re.compile(r"('[^']*'|\"[^\"]*\")")
_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in",
}  # fmt: skip
#: Comparison results (less, equal, greater) that each operator accepts.
_ACCEPTED = {"==": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}
_LONGEST = 4_000
_TOKENS = re.compile(r'"[^"]*"|<=|>=|!=|<>|==|&&|\|\||[=<>()]|[^\s=<>()&|!]+|!')


def is_false(condition: str, lookup: Lookup) -> bool:
    """True if a condition can be evaluated, and is false.

    Example:
        >>> values = {"law": "1", "units": ["2", "3"]}
        >>> is_false("v('law') = '1' and '2' in v('units')", values.get), is_false("v('law') = 0", values.get)
        (False, True)
        >>> is_false("today() > v('law')", values.get)
        False
    """
    return evaluate(condition, lookup) is False


def evaluate(condition: str, lookup: Lookup) -> bool | None:
    """Return the truth of a condition.

    The result is None if the condition is invalid, or depends on a question without a value.

    Args:
        condition: Comparisons of `v("question")` with texts and numbers, joined by `and`, `or` and `not`; `"1" in
            v("question")` tests for a chosen code. `=`, `<>`, `&&` and `||` are also accepted.
        lookup: Function that returns the values of questions.

    Example:
        >>> values = {"law": "1"}
        >>> evaluate("v('law') > 0", values.get), evaluate("v('police') = 1", values.get)
        (True, None)
    """
    if len(condition) > _LONGEST:
        return None
    parts = _STRINGS.split(" ".join(condition.split()))
    parts[::2] = [_WORDS.sub(lambda match: _PLAIN.get(match[0], match[0].lower()), part) for part in parts[::2]]
    try:
        result = _evaluate(ast.parse("".join(parts).strip(), mode="eval").body, lookup)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return result if isinstance(result, bool) else None


def parse_condition(text: str, names: Collection[str], answers: Collection[str]) -> str:
    """Convert a condition such as `TEC-1.1a = no` for `evaluate`.

    Args:
        text: Comparisons of ids with answers and numbers, joined by `and`, `or` and `not`; an id with blanks is in
            quotation marks. A number behind a sign is a number, even if an id is written like it.
        names: Known ids.
        answers: Known answers.

    Raises:
        ModelError: It has unknown names, or is not a comparison.

    Example:
        >>> parse_condition("LAB.a = no and LAB >= 2", ["LAB", "LAB.a"], ["yes", "no"])
        'v("LAB.a") = "no" and v("LAB") >= 2'
        >>> parse_condition("1 >= 2", ["1", "2"], ["yes", "no"])
        'v("1") >= 2'
    """
    expression = " ".join(_parse_token(token, () if number else names, answers) for token, number in _list_tokens(text))
    if "v(" not in expression or evaluate(expression, lambda _: "1") is None is evaluate(expression, lambda _: "yes"):
        raise ModelError("condition", text, "must compare ids with answers, such as TEC-1.1a = no and TEC-2 >= 3")
    return expression


def find_names(text: str, names: Collection[str]) -> tuple[str, ...]:
    """Return the ids in a condition, in order.

    Example:
        >>> find_names("LAB.a = no and LAB >= 2", ["LAB", "LAB.a", "LAW"])
        ('LAB.a', 'LAB')
    """
    tokens = (token.strip('"') for token, number in _list_tokens(text) if not number)
    return tuple(name for name in tokens if name in names)


def _list_tokens(text: str) -> list[tuple[str, bool]]:
    """Return the tokens of a condition.

    The flag is True for a number on the right of a comparison.
    """
    tokens = _TOKENS.findall(text)
    before = ["", *tokens]
    numbers = [
        sign[:1] in ("<", ">", "=", "!") and re.fullmatch(r"[0-9.]+", token) is not None
        for sign, token in zip(before, tokens, strict=False)
    ]
    return list(zip(tokens, numbers, strict=True))


def _parse_token(token: str, names: Collection[str], answers: Collection[str]) -> str:
    """Return a token in the form for `evaluate`.

    An id becomes `v("id")`, an answer is quoted, and any other token stays as it is.
    """
    named = token.strip('"')
    if named in names:
        return f'v("{named}")'
    word = named.lower()
    if word in answers:
        return f'"{word}"'
    if word in ("and", "or", "not") or re.fullmatch(r"[0-9.]+|[()<>=!&|]+", token):
        return word
    rule = f"must be an id of the framework, or one of {', '.join(answers)}"
    raise ModelError("condition", named, rule, did_you_mean(named, names))


def _evaluate(node: ast.expr, lookup: Lookup) -> object:
    """Return the value of an expression; None if unknown."""
    if isinstance(node, ast.BoolOp):
        values = [_evaluate(part, lookup) for part in node.values]
        decisive = isinstance(node.op, ast.Or)
        return decisive if decisive in values else None if None in values else not decisive
    if isinstance(node, ast.UnaryOp):
        value = _evaluate(node.operand, lookup)
        if isinstance(node.op, ast.Not):
            return not value if isinstance(value, bool) else None
        return f"-{value}" if isinstance(node.op, ast.USub) and isinstance(value, str) else None
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = (_evaluate(part, lookup) for part in (node.left, node.comparators[0]))
        return _compare(_SIGNS.get(type(node.ops[0]), ""), left, right)
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name):
        return node.id.lower() if node.id.lower() in ("true", "false") else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "v" and len(node.args) == 1:
        named = node.args[0]
        return lookup(named.value) if isinstance(named, ast.Constant) and isinstance(named.value, str) else None
    return None


def _compare(sign: str, left: object, right: object) -> bool | None:
    """Return the result of a comparison, or None if undefined.

    Two texts that are numbers are compared as numbers.
    """
    if sign in ("in", "not in"):
        if not isinstance(left, str) or not isinstance(right, Collection):
            return None
        return (left in ([right] if isinstance(right, str) else right)) == (sign == "in")
    if sign not in _ACCEPTED or not isinstance(left, str) or not isinstance(right, str):
        return None
    try:
        left_number, two = float(left), float(right)
    except ValueError:
        if sign not in ("==", "!=") and left and right:
            return None
        return ((left > right) - (left < right)) in _ACCEPTED[sign]
    return ((left_number > two) - (left_number < two)) in _ACCEPTED[sign]
