"""Parser of number formats.

It finds units, leading zeros and words that a format displays.

Plain number formats give nothing.
"""

import math
import operator
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from attrs import define, frozen

from capbuild.formats import Cell, Quantity
from capbuild_sheets.serials import convert_serial, number_kind

_BUILT_IN = {9: "0%", 10: "0.00%"}
_TOKEN = re.compile(
    r'"([^"]*)"?|\\(.)|(_.|\*.)|\[([^\]]*)\]|([0#?])|([.,%/@]|E[+-]|General|Standard)|(.)', re.IGNORECASE | re.DOTALL
)
_SECTION = re.compile(r'((?:"[^"]*"?|\\.|\[[^\]]*\]|[^;"\\\[])*)(?:;|$)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_LONGEST_UNIT = 20
#: Precision for the largest float and the most decimals that a format may have.
_ALL_DIGITS = Context(prec=600, rounding=ROUND_HALF_UP)
_LETTER = re.compile(r"[^\W\d_]|[✓✔✗✘☑☒☐√×●■]")
#: Currency literals in a number format, a single letter included: `Q 1,200`.
_MONEY = re.compile(r"[A-Z]{0,3}[$€£¥₡₲ƒ]|[A-Z][A-Za-z]{0,3}\.?|[SB]/\.?")


@frozen
class _Section:
    """Section of a number format, as for negative numbers.

    Attributes:
        before: Text before the digits.
        after: Text after the digits.
        digits: Digit placeholders, with the text between them.
        whole: Minimum number of digits before the decimal point.
        decimals: Number of decimals.
        percents: Number of percent signs; each moves the decimal point two places.
        grouped: Whether thousands are separated.
        odd: Whether it has an exponent, a fraction, a thousands scale or General.
        test: Condition as operator and number, such as `>=` and 100; None for none.
    """

    before: str = ""
    after: str = ""
    digits: str = ""
    whole: int = 0
    decimals: int = 0
    percents: int = 0
    grouped: bool = False
    odd: bool = False
    test: tuple[str, float] | None = None

    def number(self, value: float) -> str:
        """Return a number as displayed, with sign and texts."""
        exact = Decimal(f"{value:.15g}").scaleb(2 * self.percents)
        rounded = exact.quantize(Decimal(1).scaleb(-self.decimals), context=_ALL_DIGITS)
        digits = f"{rounded.copy_abs():,f}" if self.grouped else f"{rounded.copy_abs():f}"
        return f"{'-' if rounded < 0 else ''}{self.before}{digits}{self.after}".strip()

    def code(self, value: int) -> str:
        """Return an integer with leading zeros.

        Text that the format has between digits is included.
        """
        rest = str(value).rjust(self.digits.count("0"), "0")
        text = ""
        for mark in reversed(self.digits):
            text = (rest[-1] if mark == "0" else mark) + text
            rest = rest[:-1] if mark == "0" else rest
        return f"{self.before}{rest}{text}{self.after}".strip()


@define
class _Taken:
    """Section of a number format during parsing."""

    before: str = ""
    between: str = ""
    digits: str = ""
    whole: int = 0
    decimals: int = 0
    percents: int = 0
    commas: int = 0
    grouped: bool = False
    point: bool = False
    odd: bool = False
    test: tuple[str, float] | None = None

    def place(self, mark: str) -> None:
        """Add a digit placeholder."""
        self.grouped, self.commas = self.grouped or bool(self.commas), 0
        self.digits += self.between + mark if self.digits else mark
        self.between = ""
        self.decimals += self.point
        self.whole += not self.point and mark == "0"

    def text(self, text: str) -> None:
        """Add literal text."""
        if self.digits:
            self.between += text
        else:
            self.before += text

    def mark(self, mark: str) -> None:
        """Add a meaningful mark, such as `%` or `.`."""
        if mark == "%":
            self.percents += 1
            self.text(mark)
        elif mark == ".":
            self.point = True
        elif mark == ",":
            self.commas += bool(self.digits)
        else:
            self.odd = True

    def bracket(self, inside: str) -> None:
        """Parse a bracket: currency, condition or colour."""
        match = _CONDITION.fullmatch(inside)
        if match is not None:
            self.test = (match[1], float(match[2]))
        elif inside.startswith("$") and not inside.startswith("$-"):
            self.text(inside[1:].rpartition("-")[0] or inside[1:])


def _section(code: str) -> _Section:
    """Parse one section of a number format."""
    taken = _Taken()
    for quoted, escaped, space, bracket, place, mark, other in _TOKEN.findall(code):
        if place:
            taken.place(place)
        elif mark:
            taken.mark(mark)
        elif bracket:
            taken.bracket(bracket)
        else:
            taken.text(" " if space else quoted or escaped or other)
    odd = taken.odd or bool(taken.commas)
    return _Section(
        taken.before,
        taken.between,
        taken.digits,
        taken.whole,
        taken.decimals,
        taken.percents,
        taken.grouped,
        odd,
        taken.test,
    )


@frozen
class Shown:
    r"""Parsed number format that displays more than the plain number.

    Attributes:
        sections: Sections of the format.
        unit: Unit displayed with the number; empty for none.
        is_code: Whether integers are displayed with leading zeros.

    Example:
        >>> form = kind_of_format(0, '#,##0.00\\ "USD"')
        >>> form.cell(1200.5).unit, form.cell(1200.5).shown, kind_of_format(0, "00000").cell(123)
        ('USD', '1,200.50 USD', '00123')
    """

    sections: tuple[_Section, ...]
    unit: str = ""
    is_code: bool = False

    def cell(self, number: float) -> Cell:
        """Return the value of a cell with this format."""
        if not math.isfinite(number):
            return number
        first, section = self.sections[0], self._section(number)
        text = f"{section.before}{section.after}".strip()
        if not section.digits and not section.odd and _LETTER.search(text) and text != self.unit:
            return text
        if self.is_code and isinstance(number, int) and number >= 0:
            return first.code(number)
        if self.unit and not first.odd:
            return Quantity(number, self.unit, first.number(number), 2 * first.percents)
        return number

    def _section(self, number: float) -> _Section:
        """Return the section that applies to a number."""
        tested = [section for section in self.sections if section.test is not None]
        for section in tested:
            if section.test is not None and _TESTS[section.test[0]](number, section.test[1]):
                return section
        if tested:
            return next((section for section in self.sections if section.test is None), self.sections[0])
        place = 1 if number < 0 else 2 if number == 0 else 0
        return self.sections[place] if place < min(len(self.sections), 3) else self.sections[0]


#: Parsed number format: letters for dates and times (see `number_kind`), a `Shown`, or empty.
Kind = str | Shown


@lru_cache(maxsize=1024)
def kind_of_format(number: int, code: str = "") -> Kind:
    """Return the parsed number format, "" for a plain number.

    Args:
        number: Number of the format in the file.
        code: Format code, if the file gives one.

    Example:
        >>> kind_of_format(14), kind_of_format(9).unit, kind_of_format(0, "#,##0.00_);[Red](#,##0.00)")
        ('d', '%', '')
    """
    day = number_kind(number, code)
    code = code or _BUILT_IN.get(number, "")
    if day or not code or len(code) > 255:
        return day
    sections = tuple(_section(part) for part in _SECTION.findall(code)[:4])
    first = sections[0]
    only_zeros = first.whole > 1 and not (first.decimals or first.percents or first.grouped or first.odd)
    is_code = only_zeros and set(first.digits) & set("#?") == set() and not _LETTER.search(first.after)
    unit = "" if is_code or not first.digits else _unit(first)
    says = any(not s.digits and not s.odd and _LETTER.search(s.before) for s in sections[:3])
    return Shown(sections, unit, is_code) if unit or is_code or says else ""


def _unit(section: _Section) -> str:
    """Return the unit of a section, else an empty text.

    A unit is a currency before the number, or a short text after it.
    """
    if section.percents:
        return "%" if section.percents == 1 else ""
    behind = section.after.strip(" ()-+")
    if behind and not any(letter.isdigit() for letter in behind):
        return behind if len(behind) <= _LONGEST_UNIT else ""
    before = section.before.strip(" ()-+")
    return before if _MONEY.fullmatch(before) else ""


def formatted_cell(number: float, kind: Kind, *, date_1904: bool = False) -> Cell:
    """Return the cell value for a number and its format.

    Args:
        number: The number.
        kind: Parsed number format.
        date_1904: Whether day 0 is 1 January 1904.
    """
    return convert_serial(number, kind, date_1904=date_1904) if isinstance(kind, str) else kind.cell(number)
