"""Parser of `relevant` conditions (a subset of XPath), decided on the answers of a response.

Results are true, false and unknown. Unknown is for conditions that answers alone do not decide (today's date, other
instances, positions); it is never guessed.
"""

import datetime
import math
import re
from collections.abc import Callable
from functools import lru_cache

#: Function that returns a stored answer by question: empty for no answer, None for an unknown question.
Lookup = Callable[[str], str | None]
_Value = str | float | bool | None
_Node = Callable[[Lookup], _Value]

_LONGEST = 20_000
_DEEPEST = 60
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'[^']*'|"[^"]*")
  | (?P<ref>\$\{\s*[^{}]+?\s*\})
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<path>(?:\.{0,2}/)[\w.\-/:]*|\.\.?)
  | (?P<name>[^\W\d][\w.\-]*(?::[\w.\-]+)?)
  | (?P<op><=|>=|!=|[=<>(),+*\-|])
)""",
    re.VERBOSE,
)
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_REFERENCE = re.compile(r"\$\{\s*([^{}]+?)\s*\}|(?<![\w)'\"\]/])(?:\.\.|\.)?(?:/[\w.\-]+)+")


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIRST_DAY = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class _NotUnderstoodError(Exception):
    """The condition uses unsupported XPath."""


def references(expression: str) -> tuple[str, ...]:
    """Return the distinct question names and paths in a condition.

    Example:
        >>> references("${age} > 17 and selected(/data/skills/tools, 'imaging') and ${age} < 99")
        ('age', '/data/skills/tools')
    """
    return tuple(dict.fromkeys(match[1] or match[0] for match in _REFERENCE.finditer(expression)))


def is_true(expression: str, lookup: Lookup) -> bool | None:
    """Return whether a condition is true for a response; None if unknown.

    Example:
        >>> is_true("selected(${tools}, 'imaging') or ${staff} > 5", {"tools": "triage imaging", "staff": ""}.get)
        True
        >>> is_true("${staff} > 5 and today() > '2020-01-01'", {"staff": "7"}.get) is None
        True
    """
    node = _compiled(expression)
    return _truth(node(lookup)) if node is not None else None


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> _Node | None:
    if len(expression) > _LONGEST:
        return None
    try:
        parser = _Parser(expression.translate(_QUOTES))
        node = parser.either(0)
        return node if parser.done else None
    except _NotUnderstoodError:
        return None


class _Parser:
    """Recursive-descent parser of conditions."""

    def __init__(self, expression: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place = 0
        end = len(expression.rstrip())
        while place < end:
            match = _TOKEN.match(expression, place)
            if match is None or match.lastgroup is None:
                raise _NotUnderstoodError
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            place = match.end()
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at == len(self._tokens)

    def _peek(self) -> str:
        return "" if self.done else self._tokens[self._at][1]

    def _take(self, *words: str) -> str:
        """Consume the next token if it is one of these."""
        kind = "" if self.done else self._tokens[self._at][0]
        if kind in ("op", "name") and self._peek() in words:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return ""

    def either(self, depth: int) -> _Node:
        if depth > _DEEPEST:
            raise _NotUnderstoodError
        parts = [self._both(depth)]
        while self._take("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else lambda look: _any([_truth(part(look)) for part in parts])

    def _both(self, depth: int) -> _Node:
        parts = [self._compared(depth)]
        while self._take("and"):
            parts.append(self._compared(depth))
        return parts[0] if len(parts) == 1 else lambda look: _all([_truth(part(look)) for part in parts])

    def _compared(self, depth: int) -> _Node:
        left = self._sum(depth)
        while operator := self._take("=", "!=", "<", "<=", ">", ">="):
            left = _binary(left, self._sum(depth), _comparison(operator))
        return left

    def _sum(self, depth: int) -> _Node:
        left = self._product(depth)
        while operator := self._take("+", "-"):
            left = _binary(left, self._product(depth), _arithmetic(operator))
        return left

    def _product(self, depth: int) -> _Node:
        left = self._signed(depth)
        while operator := self._take("*", "div", "mod"):
            left = _binary(left, self._signed(depth), _arithmetic(operator))
        return left

    def _signed(self, depth: int) -> _Node:
        sign = 1.0
        while self._take("-"):
            sign = -sign
        node = self._primary(depth)
        if sign > 0:
            return node
        return _binary(node, lambda _look: -1.0, _arithmetic("*"))

    def _primary(self, depth: int) -> _Node:
        if self.done:
            raise _NotUnderstoodError
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "string":
            return lambda _look: text[1:-1]
        if kind == "number":
            return lambda _look: float(text)
        if kind == "ref":
            name = text[2:-1].strip()
            return lambda look: look(name)
        if text == "(":
            inner = self.either(depth + 1)
            self._close()
            return inner
        if kind == "name" and self._peek() == "(":
            return self._call(text, depth)
        if kind in ("path", "name"):
            return lambda look: look(text)
        raise _NotUnderstoodError

    def _close(self) -> None:
        if not self._take(")"):
            raise _NotUnderstoodError

    def _call(self, name: str, depth: int) -> _Node:
        self._take("(")
        arguments: list[_Node] = []
        while self._peek() != ")":
            arguments.append(self.either(depth + 1))
            if not self._take(","):
                break
        self._close()
        function = _FUNCTIONS.get((name, len(arguments)))
        if function is None:
            return lambda _look: None
        return lambda look: function([argument(look) for argument in arguments])


def _truth(value: _Value) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    return value != 0 and not math.isnan(value)


def _any(parts: list[bool | None]) -> bool | None:
    return True if True in parts else (None if None in parts else False)


def _all(parts: list[bool | None]) -> bool | None:
    return False if False in parts else (None if None in parts else True)


def _number(value: str | float) -> float:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return _days(value)
    return float(value)


def _days(text: str) -> float:
    """Return a date or datetime as days since 1970, as in XPath for forms.

    Returns NaN for other texts.
    """
    try:
        found = datetime.datetime.fromisoformat(text) if _DAY.match(text) else None
    except ValueError:
        found = None
    if found is None:
        return math.nan
    return (found.replace(tzinfo=found.tzinfo or datetime.UTC) - _FIRST_DAY) / datetime.timedelta(days=1)


def _binary(left: _Node, right: _Node, operate: Callable[[str | float, str | float], _Value]) -> _Node:
    def apply(look: Lookup) -> _Value:
        one, other = left(look), right(look)
        return None if one is None or other is None else operate(one, other)

    return apply


def _comparison(operator: str) -> Callable[[str | float, str | float], bool | None]:
    def equal(one: str | float, other: str | float) -> bool:
        if isinstance(one, bool) or isinstance(other, bool):
            return _truth(one) == _truth(other)
        if isinstance(one, str) and isinstance(other, str):
            return one == other
        return _number(one) == _number(other)

    orders: dict[str, Callable[[float, float], bool]] = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }
    if operator == "=":
        return equal
    if operator == "!=":
        return lambda one, other: not equal(one, other)
    return lambda one, other: _ordered(orders[operator], one, other)


def _ordered(order: Callable[[float, float], bool], one: str | float, other: str | float) -> bool | None:
    """Compare two values as numbers.

    Returns None for words, such as dates in a local format.
    """
    numbers = [_number(value) for value in (one, other)]
    words = any(math.isnan(n) and isinstance(v, str) and v for n, v in zip(numbers, (one, other), strict=True))
    return None if words else order(*numbers)


def _arithmetic(operator: str) -> Callable[[str | float, str | float], float]:
    def work(one: str | float, other: str | float) -> float:
        a, b = _number(one), _number(other)
        if operator in ("div", "mod"):
            if b == 0 or not (math.isfinite(a) and math.isfinite(b)):
                return math.nan
            return a / b if operator == "div" else math.fmod(a, b)
        return a + b if operator == "+" else (a - b if operator == "-" else a * b)

    return work


def _propagate_unknown(work: Callable[..., _Value]) -> Callable[[list[_Value]], _Value]:
    """Wrap a function to return unknown if an argument is unknown."""
    return lambda values: None if None in values else work(*values)


def _as_text(value: _Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value or ""


def _code_at(codes: list[str], place: float) -> str:
    """Return the code at an index from 0.

    An empty text if out of range.
    """
    return codes[int(place)] if 0 <= place < len(codes) else ""


def _selected(values: list[_Value]) -> _Value:
    condition = _truth(values[0])
    return None if condition is None else values[1 if condition else 2]


def _not(values: list[_Value]) -> _Value:
    truth = _truth(values[0])
    return None if truth is None else not truth


_FUNCTIONS: dict[tuple[str, int], Callable[[list[_Value]], _Value]] = {
    ("selected", 2): _propagate_unknown(lambda a, b: _as_text(b) in _as_text(a).split()),
    ("not", 1): _not,
    ("true", 0): lambda _values: True,
    ("false", 0): lambda _values: False,
    ("boolean", 1): lambda values: _truth(values[0]),
    ("count-selected", 1): _propagate_unknown(lambda a: float(len(_as_text(a).split()))),
    ("string-length", 1): _propagate_unknown(lambda a: float(len(_as_text(a)))),
    ("number", 1): _propagate_unknown(_number),
    ("int", 1): _propagate_unknown(lambda a: float(math.trunc(n)) if math.isfinite(n := _number(a)) else n),
    ("date", 1): _propagate_unknown(_number),
    ("date-time", 1): _propagate_unknown(_number),
    ("decimal-date-time", 1): _propagate_unknown(_number),
    ("selected-at", 2): _propagate_unknown(lambda a, b: _code_at(_as_text(a).split(), _number(b))),
    ("string", 1): _propagate_unknown(_as_text),
    ("contains", 2): _propagate_unknown(lambda a, b: _as_text(b) in _as_text(a)),
    ("starts-with", 2): _propagate_unknown(lambda a, b: _as_text(a).startswith(_as_text(b))),
    ("if", 3): _selected,
    ("coalesce", 2): _propagate_unknown(lambda a, b: a if _as_text(a) else b),
}
