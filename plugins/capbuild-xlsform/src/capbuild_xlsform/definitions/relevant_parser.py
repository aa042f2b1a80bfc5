"""Parser of `relevant` conditions.

They are a subset of XPath, and are decided on the answers of a response.

Results are true, false and unknown. Unknown is for conditions that answers alone do not decide (today's date, other
instances, positions); it is never guessed.
"""

import ast
import datetime
import math
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

#: Function that returns a stored answer by question: empty for no answer, None for an unknown question.
Lookup = Callable[[str], str | None]
_Value = str | float | bool | None
_Node = Callable[[Lookup], _Value]

_LONGEST = 20_000
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'[^']*'|"[^"]*")
  | (?P<ref>\$\{\s*+[^{}\s][^{}]*+\})
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<path>(?:\.{0,2}/)[\w.\-/:]*|\.\.?)
  | (?P<name>[^\W\d][\w.\-]*(?::[\w.\-]+)?)
  | (?P<op><=|>=|!=|[=<>(),+*\-|])
)""",
    re.VERBOSE,
)
#: Operators in Python; the others are written alike.
_OPERATORS = {"=": "==", "div": "/", "mod": "%"}
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_REFERENCE = re.compile(r"\$\{\s*+([^{}\s]++(?:\s++[^{}\s]++)*+)\s*+\}|(?<![\w)'\"\]/])(?:\.\.|\.)?(?:/[\w.\-]+)+")


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIRST_DAY = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class _NotUnderstoodError(Exception):
    """Raised for a condition with unsupported XPath."""


def list_references(expression: str) -> tuple[str, ...]:
    """Return the distinct question names and paths in a condition.

    Example:
        >>> list_references("${age} > 17 and selected(/data/skills/tools, 'imaging') and ${age} < 99")
        ('age', '/data/skills/tools')
    """
    return tuple(dict.fromkeys(match[1] or match[0] for match in _REFERENCE.finditer(expression)))


def is_true(expression: str, lookup: Lookup) -> bool | None:
    """Return whether a condition is true, None if unknown.

    Example:
        >>> is_true("selected(${tools}, 'imaging') or ${staff} > 5", {"tools": "triage imaging", "staff": ""}.get)
        True
        >>> is_true("${staff} > 5 and today() > '2020-01-01'", {"staff": "7"}.get) is None
        True
    """
    node = _compile(expression)
    return _get_truth(node(lookup)) if node is not None else None


def operands(expression: str) -> tuple[str, ...]:
    """Return distinct question and function names in a condition.

    Example:
        >>> operands("${age} > 17 and selected(tools, 'imaging')")
        ('age', 'selected', 'tools')
    """
    try:
        words = _to_python(expression.translate(_QUOTES).rstrip())[1].values()
    except _NotUnderstoodError:
        return ()
    return tuple(dict.fromkeys(_name(word) for word in words if word[0] not in "'\"" and not _NUMBER.fullmatch(word)))


@lru_cache(maxsize=4096)
def _compile(expression: str) -> _Node | None:
    """Return the function of a condition, None if not understood.

    The condition is rewritten as a Python expression, whose syntax tree is then compiled.
    """
    if len(expression) > _LONGEST:
        return None
    try:
        text, operands = _to_python(expression.translate(_QUOTES).rstrip())
        return _make_node(ast.parse(text, mode="eval").body, operands)
    except (_NotUnderstoodError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _to_python(expression: str) -> tuple[str, dict[str, str]]:
    """Return a condition in Python syntax, with operands by name."""
    pieces, operands, place = list[str](), dict[str, str](), 0
    while place < len(expression):
        match = _TOKEN.match(expression, place)
        if match is None:
            raise _NotUnderstoodError
        place, word = match.end(), match[0].strip()
        if match["op"] or word in ("and", "or", "div", "mod"):
            pieces.append(_OPERATORS.get(word, word))
        else:
            pieces.append(f"_{len(operands)}")
            operands[pieces[-1]] = word
    return " ".join(pieces), operands


def _make_node(tree: ast.expr, words: Mapping[str, str]) -> _Node:
    match tree:
        case ast.Name(name):
            return _make_operand(words[name])
        case ast.BoolOp(word, parts):
            nodes = [_make_node(part, words) for part in parts]
            join = _any_of if isinstance(word, ast.Or) else _all_of
            return lambda look: join([_get_truth(node(look)) for node in nodes])
        case ast.Compare(left, signs, others):  # In XPath, `a = b = c` compares the result of `a = b` with `c`.
            node = _make_node(left, words)
            for sign, other in zip(signs, others, strict=True):
                node = _parse_binary(node, _make_node(other, words), _make_comparison(type(sign)))
            return node
        case ast.BinOp(left, sign, right) if type(sign) in _ARITHMETIC:
            return _parse_binary(_make_node(left, words), _make_node(right, words), _make_arithmetic(type(sign)))
        case ast.UnaryOp(ast.USub(), part):
            return _parse_binary(_make_node(part, words), lambda _look: -1.0, _make_arithmetic(ast.Mult))
        case ast.Call(ast.Name(name), arguments, []):
            nodes = [_make_node(argument, words) for argument in arguments]
            function = _FUNCTIONS.get((words[name], len(nodes)), _leave_unknown)
            return lambda look: function([node(look) for node in nodes])
        case _:
            raise _NotUnderstoodError


def _make_operand(text: str) -> _Node:
    """Return the function of a text, number or question."""
    if text[0] in "'\"":
        return lambda _look: text[1:-1]
    if _NUMBER.fullmatch(text):
        number = float(text)
        return lambda _look: number
    name = _name(text)
    return lambda look: look(name)


def _name(text: str) -> str:
    return text[2:-1].strip() if text.startswith("${") else text


def _get_truth(value: _Value) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    return value != 0 and not math.isnan(value)


def _any_of(parts: list[bool | None]) -> bool | None:
    return True if True in parts else (None if None in parts else False)


def _all_of(parts: list[bool | None]) -> bool | None:
    return False if False in parts else (None if None in parts else True)


def _number(value: str | float) -> float:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return _count_days(value)
    return float(value)


def _count_days(text: str) -> float:
    """Return a date or datetime as days since 1970.

    The result is NaN for any other text.
    """
    try:
        moment = datetime.datetime.fromisoformat(text) if _DAY.match(text) else None
    except ValueError:
        moment = None
    if moment is None:
        return math.nan
    return (moment.replace(tzinfo=moment.tzinfo or datetime.UTC) - _FIRST_DAY) / datetime.timedelta(days=1)


def _parse_binary(left: _Node, right: _Node, operate: Callable[[str | float, str | float], _Value]) -> _Node:
    def apply(look: Lookup) -> _Value:
        left_node, other = left(look), right(look)
        return None if left_node is None or other is None else operate(left_node, other)

    return apply


def _make_comparison(sign: type[ast.cmpop]) -> Callable[[str | float, str | float], bool | None]:
    def equal(one: str | float, other: str | float) -> bool:
        if isinstance(one, bool) or isinstance(other, bool):
            return _get_truth(one) == _get_truth(other)
        if isinstance(one, str) and isinstance(other, str):
            return one == other
        return _number(one) == _number(other)

    if sign is ast.Eq:
        return equal
    if sign is ast.NotEq:
        return lambda left, other: not equal(left, other)
    return lambda left, other: _compare_order(_ORDERS[sign], left, other)


_ORDERS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _compare_order(order: Callable[[float, float], bool], one: str | float, other: str | float) -> bool | None:
    """Compare two values as numbers.

    The result is None for text that is no number, such as a date in a local format.
    """
    numbers = [_number(value) for value in (one, other)]
    words = any(math.isnan(n) and isinstance(v, str) and v for n, v in zip(numbers, (one, other), strict=True))
    return None if words else order(*numbers)


def _divide(divide: Callable[[float, float], float]) -> Callable[[float, float], float]:
    """Return a division that gives NaN instead of errors."""
    return lambda a, b: math.nan if b == 0 or not (math.isfinite(a) and math.isfinite(b)) else divide(a, b)


_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _divide(operator.truediv),
    ast.Mod: _divide(math.fmod),
}


def _make_arithmetic(kind: type[ast.operator]) -> Callable[[str | float, str | float], float]:
    work = _ARITHMETIC[kind]
    return lambda left, other: work(_number(left), _number(other))


def _propagate_unknown(work: Callable[..., _Value]) -> Callable[[list[_Value]], _Value]:
    """Wrap a function to return unknown for unknown arguments."""
    return lambda values: None if None in values else work(*values)


def _format_value(value: _Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value or ""


def _code_at(codes: list[str], place: float) -> str:
    """Return the code at an index from 0, else empty."""
    return codes[int(place)] if 0 <= place < len(codes) else ""


def _choose_branch(values: list[_Value]) -> _Value:
    condition = _get_truth(values[0])
    return None if condition is None else values[1 if condition else 2]


def _leave_unknown(_values: list[_Value]) -> _Value:
    return None


def _negate(values: list[_Value]) -> _Value:
    truth = _get_truth(values[0])
    return None if truth is None else not truth


_FUNCTIONS: dict[tuple[str, int], Callable[[list[_Value]], _Value]] = {
    ("selected", 2): _propagate_unknown(lambda a, b: _format_value(b) in _format_value(a).split()),
    ("not", 1): _negate,
    ("true", 0): lambda _values: True,
    ("false", 0): lambda _values: False,
    ("boolean", 1): lambda values: _get_truth(values[0]),
    ("count-selected", 1): _propagate_unknown(lambda a: float(len(_format_value(a).split()))),
    ("string-length", 1): _propagate_unknown(lambda a: float(len(_format_value(a)))),
    ("number", 1): _propagate_unknown(_number),
    ("int", 1): _propagate_unknown(lambda a: float(math.trunc(n)) if math.isfinite(n := _number(a)) else n),
    ("date", 1): _propagate_unknown(_number),
    ("date-time", 1): _propagate_unknown(_number),
    ("decimal-date-time", 1): _propagate_unknown(_number),
    ("selected-at", 2): _propagate_unknown(lambda a, b: _code_at(_format_value(a).split(), _number(b))),
    ("string", 1): _propagate_unknown(_format_value),
    ("contains", 2): _propagate_unknown(lambda a, b: _format_value(b) in _format_value(a)),
    ("starts-with", 2): _propagate_unknown(lambda a, b: _format_value(a).startswith(_format_value(b))),
    ("if", 3): _choose_branch,
    ("coalesce", 2): _propagate_unknown(lambda a, b: a if _format_value(a) else b),
}
