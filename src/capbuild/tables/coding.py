"""Lossless encoding of a column by integers and a dictionary."""

import datetime
import json
import math
from collections.abc import Sequence
from typing import Any

from attrs import frozen

from capbuild.model import GeoPoint, Missing
from capbuild.tables.codebook import KIND_CODES, NO_ANSWER_GIVEN, OTHER_TEXT, VALUE, Coding, to_plain

#: Marks a response without an answer to the question.
GAP: Any = object()

_EXACT = 2**53
#: Limit below which texts that hardly repeat still get a dictionary; longer ones cost more than they save.
_FEW = 64


@frozen(eq=False)
class Coded:
    """Encoded values of one column, ready for a frame.

    Attributes:
        coding: Encoding.
        cells: One cell a row, None if there is no value.
        values: The dictionary of a coded column, or the value of a constant.
        absent: Meaning of None if `kinds` is empty.
        kinds: Reason for a missing value, one code a row; None if `absent` applies to all.
        others: Texts in a column of numbers, by row.
    """

    coding: Coding
    cells: list[Any]
    values: tuple[Any, ...] = ()
    absent: Missing | None = Missing.NO_ANSWER
    kinds: list[int] | None = None
    others: dict[int, str] | None = None


class Dictionary:
    """Codes of distinct values, from 0.

    Values of different types are distinct.
    """

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._codes: dict[Any, int] = {}

    def code(self, value: Any) -> int:
        """Return the code of a value."""
        key = _make_key(value)
        code = self._codes.get(key)
        if code is None:
            code = self._codes[key] = len(self.values)
            self.values.append(value)
        return code


def _make_key(value: Any) -> Any:
    if value.__class__ is str:
        return value
    if isinstance(value, datetime.datetime):
        return value.__class__, value.isoformat()  # equal instants in two time zones are two values
    return (value.__class__, str(value)) if isinstance(value, float | GeoPoint) else (value.__class__, value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _is_number(value: Any) -> bool:
    return _is_whole(value) and abs(value) < _EXACT if not isinstance(value, float) else math.isfinite(value)


def code_values(values: Sequence[Any], *, repeating: bool = False, mixed: bool = True) -> Coded:
    """Encode a column's values compactly and without loss.

    Args:
        values: Answers, kinds of missing, or `GAP` for no answer.
        repeating: True if each value represents many rows, so that a dictionary of any length pays.
        mixed: True if texts among numbers may be stored in the column of original texts.

    Example:
        >>> coded = code_values(["yes", "no", "yes", Missing.REFUSED, "yes"])
        >>> coded.coding.value, coded.cells, coded.values, coded.absent.value, coded.kinds
        ('coded', [0, 1, 0, None, 0], ('yes', 'no'), 'refused', None)
    """
    present = [value for value in values if value is not GAP and not isinstance(value, Missing)]
    if all(value.__class__ is str for value in present):
        return _encode_words(values, present, repeating=repeating)
    numbers = [value for value in present if _is_number(value) or _is_whole(value)]
    if numbers and len(numbers) * 2 >= len(present):
        others = [value for value in present if not (_is_number(value) or _is_whole(value))]
        whole = all(map(_is_whole, numbers))
        if (
            (not others or mixed)
            and all(isinstance(value, str) for value in others)
            and (whole or all(map(_is_number, numbers)))
        ):
            return _encode_numbers(values, Coding.INTEGER if whole else Coding.NUMBER)
    dictionary = Dictionary()
    codes = [dictionary.code(value) for value in present]
    if repeating or len(dictionary.values) <= max(_FEW, len(present) // 2):
        return _fill_codes(values, Coding.CODED, codes, tuple(dictionary.values))
    if all(isinstance(value, str) for value in present):
        return _fill_codes(values, Coding.TEXT, present)
    return _fill_codes(values, Coding.TAGGED, [json.dumps(to_plain(value)) for value in present])


def _encode_words(values: Sequence[Any], present: list[str], *, repeating: bool) -> Coded:
    """Encode a column that has only texts."""
    known = {text: code for code, text in enumerate(dict.fromkeys(present))}
    if repeating or len(known) <= max(_FEW, len(present) // 2):
        return _fill_codes(values, Coding.CODED, [known[text] for text in present], tuple(known))
    return _fill_codes(values, Coding.TEXT, present)


def _encode_numbers(values: Sequence[Any], coding: Coding) -> Coded:
    make = int if coding is Coding.INTEGER else float
    cells: list[Any] = []
    others: dict[int, str] = {}
    for row, value in enumerate(values):
        if isinstance(value, str):
            others[row] = value
        cells.append(None if value is GAP or isinstance(value, Missing | str) else make(value))
    absent, kinds = _find_gap_reasons(values, others)
    return Coded(coding, cells, (), absent, kinds, others)


def _fill_codes(values: Sequence[Any], coding: Coding, present: Sequence[Any], words: tuple[Any, ...] = ()) -> Coded:
    """Place the cells of present values in their rows."""
    left = iter(present)
    cells = [None if value is GAP or isinstance(value, Missing) else next(left) for value in values]
    absent, kinds = _find_gap_reasons(values, {})
    return Coded(coding, cells, words, absent, kinds)


def _find_gap_reasons(values: Sequence[Any], others: dict[int, str]) -> tuple[Missing | None, list[int] | None]:
    """Return the reason of all gaps, or each row's."""
    reasons = {value if isinstance(value, Missing) else None for value in values if _is_gap(value)}
    if len(reasons) <= 1 and not others:
        return (next(iter(reasons)) if reasons else Missing.NO_ANSWER), None
    kinds = [KIND_CODES[v] if isinstance(v, Missing) else NO_ANSWER_GIVEN if v is GAP else VALUE for v in values]
    for row in others:
        kinds[row] = OTHER_TEXT
    return None, kinds


def _is_gap(value: Any) -> bool:
    return value is GAP or isinstance(value, Missing)
