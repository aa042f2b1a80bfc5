"""Layout files: what was found out about a workbook, in words that a person corrects and uses again."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from capbuild.errors import OptionError
from capbuild.formats.options import Shape
from capbuild.origin import column_letters
from capbuild.plugins import InputFile
from capbuild_sheets.headrows import Heads, joined_heads
from capbuild_sheets.outline import SheetPlan, plan_sheet, plan_workbook
from capbuild_sheets.pairs import labels_of
from capbuild_sheets.pasted import with_pasted
from capbuild_sheets.references import LAST_COLUMN, column_number
from capbuild_sheets.sheets import Sheet, Workbook
from capbuild_sheets.workbook import open_workbook

__all__ = ["apply_layout", "draft_layout", "read_layout"]

_KEY_WORDS = (
    "name read why first_row header_rows last_row first_column last_column shape turned form country_rows "
    "fill_country country columns doubt"
)
_KEYS = frozenset(_KEY_WORDS.split())
_HEAD = """\
# How this workbook is read. Correct it, and give it to the reader: layout = "this-file.toml".
# read         whether the sheet is read
# header_rows  first and last row of the heads, counted from 1; leave it out for a table without heads
# first_row    first row that belongs to the table; a sheet with several tables has a [[sheet]] for each
# last_row     last row of the table, where notes stand below it
# first_column, last_column  letters of the columns of the table, where others stand beside it
# shape        what one row is: "respondent", "country", or "long" (one row a question)
# turned       true where questions run down and countries across
# form         true where the sheet is one filled-in form: labels in one column, values in the next
# country_rows true where rows of their own name the country of the rows below them
# fill_country true where a country is named once, and the rows below it go without
# country      the country of the whole sheet
# [sheet.columns]  heads with what they are for: country, respondent, id, language, date, comment, question, answer,
#              description, unit, ignore, option (a mark below it chooses it); or the id of the question they answer
"""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in escaped) + '"'


def _written(plan: SheetPlan, heads: Sequence[str]) -> list[str]:
    lines = ["", "[[sheet]]", f"name = {_quoted(plan.name)}", f"read = {'false' if plan.skip else 'true'}"]
    told = (
        ("why", plan.skip and _quoted(plan.skip)),
        ("doubt", plan.doubt and _quoted(plan.doubt)),
        ("header_rows", f"[{plan.heads.top}, {plan.heads.bottom}]" if plan.heads.bottom else ""),
        ("first_row", plan.first_row if plan.first_row > 1 else 0),
        ("last_row", plan.last_row),
        ("first_column", plan.right and _quoted(column_letters(plan.left))),
        ("last_column", plan.right and _quoted(column_letters(plan.right))),
        ("shape", plan.shape and _quoted(plan.shape)),
        ("turned", "true" if plan.turned else ""),
        ("form", "true" if plan.form else ""),
        ("country_rows", "true" if plan.sections else ""),
        ("fill_country", "true" if plan.fill_country else ""),
        ("country", plan.country and _quoted(plan.country)),
    )
    lines += [f"{key} = {value}" for key, value in told if value]
    if heads:
        lines.append("[sheet.columns]")
        for head in dict.fromkeys(filter(None, heads)):
            role = plan.columns.get(head)
            lines.append(f"{_quoted(head)} = {_quoted(role)}" if role else f'# {_quoted(head)} = ""')
    return lines


def _heads_of(sheet: Sheet, plan: SheetPlan) -> list[str]:
    """Return what the columns (or the lines of a form) are called; by number where there are no heads."""
    if plan.form:
        return labels_of(sheet)
    if plan.heads.bottom:
        return joined_heads(sheet, plan.heads)
    return [f"column {number}" for number in range(1, min(sheet.width, 200) + 1)]


def draft_layout(source: InputFile) -> str:
    r"""Return a layout file for a workbook, as far as it was understood, as TOML.

    Raises:
        ReadError: It is no workbook.

    Example:
        >>> import io, zipfile
        >>> print(draft_layout.__doc__.splitlines()[0])
        Return a layout file for a workbook, as far as it was understood, as TOML.
    """
    book = with_pasted(open_workbook(source))[0]
    lines = [_HEAD.rstrip()]
    for plan in plan_workbook(book):
        sheet = plan.part_of(book[plan.name])
        shown = evolve(plan_sheet(sheet), skip=plan.skip) if plan.skip and any(sheet.rows) else plan
        lines += _written(shown, _heads_of(sheet, shown))
    return "\n".join(lines) + "\n"


def _text(layout: str) -> str:
    if layout.endswith(".toml") and "\n" not in layout:
        try:
            return Path(layout).read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            raise OptionError(f"the layout {layout} cannot be read: {error}") from error
    return layout


def read_layout(layout: str) -> tuple[SheetPlan, ...]:
    r"""Return the plans that a layout holds.

    Args:
        layout: TOML text, or the path of a file that ends in `.toml`.

    Raises:
        OptionError: It is no TOML, or says something that a layout cannot.

    Example:
        >>> read_layout('[[sheet]]\nname = "Q"\nheader_rows = [4, 5]')[0].heads
        Heads(top=4, bottom=5)
    """
    try:
        found = tomllib.loads(_text(layout))
    except tomllib.TOMLDecodeError as error:
        raise OptionError(f"the layout is not TOML: {error}") from error
    tables = found.get("sheet", [])
    if set(found) - {"sheet"} or not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise OptionError("a layout holds [[sheet]] tables only", remedy="begin with the draft")
    return tuple(_plan(table) for table in tables)


def _plan(table: Mapping[str, Any]) -> SheetPlan:
    name = table.get("name")
    if not isinstance(name, str):
        raise OptionError("each [[sheet]] of a layout needs a name")
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise OptionError(f"the layout of {name!r} has no {unknown[0]!r}", remedy=f"it has: {', '.join(sorted(_KEYS))}")
    shape = table.get("shape")
    if shape is not None and shape not in {known.value for known in Shape}:
        raise OptionError(f"the layout of {name!r}: shape must be one of {', '.join(Shape)}")
    columns = table.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(role, str) for role in columns.values()):
        raise OptionError(f"the layout of {name!r}: columns must be heads with their roles")
    left, right = _column(name, table.get("first_column", "")), _column(name, table.get("last_column", ""))
    return SheetPlan(
        name=name,
        skip="" if table.get("read", True) else "the layout leaves it out",
        heads=_heads(name, table.get("header_rows", [])),
        first_row=_row(name, table.get("first_row")) or 1,
        last_row=_row(name, table.get("last_row")),
        shape=shape,
        turned=bool(table.get("turned", False)),
        form=bool(table.get("form", False)),
        sections=bool(table.get("country_rows", False)),
        country=table.get("country"),
        fill_country=bool(table.get("fill_country", False)),
        columns=columns,
        left=left or (1 if right else 0),
        right=right or (LAST_COLUMN if left else 0),
    )


def _column(name: str, value: object) -> int:
    """Return the number of a column from 1, by its letters; 0 where none is said."""
    number = column_number(value) if isinstance(value, str) else 0
    if value != "" and not 0 < number <= LAST_COLUMN:
        raise OptionError(f'the layout of {name!r}: a column is named by its letters, such as "E", not {value!r}')
    return number


def _row(name: str, value: object) -> int | None:
    if value is not None and (not isinstance(value, int) or value < 1):
        raise OptionError(f"the layout of {name!r}: rows count from 1, not {value!r}")
    return value


def _heads(name: str, value: object) -> Heads:
    rows = [value, value] if isinstance(value, int) else value
    if rows == []:
        return Heads()
    if not isinstance(rows, list) or len(rows) != 2 or not all(isinstance(row, int) and row > 0 for row in rows):
        raise OptionError(f"the layout of {name!r}: header_rows must be the first and the last row of the heads")
    return Heads(min(rows), max(rows))


def apply_layout(book: Workbook, layout: str) -> tuple[SheetPlan, ...]:
    """Return the plans of a workbook by a layout, in the order of its sheets; those it does not name are left out.

    Raises:
        OptionError: It names a sheet that the workbook does not have.
    """
    plans: dict[str, list[SheetPlan]] = {}
    for plan in read_layout(layout):
        plans.setdefault(plan.name, []).append(plan)
    known = [sheet.name for sheet in book.sheets]
    absent = [name for name in plans if name not in known]
    if absent:
        raise OptionError(f"the layout names {absent[0]!r}", remedy=f"the sheets are: {', '.join(known)}")
    return tuple(plan for sheet in book.sheets for plan in _of_sheet(sheet, plans.get(sheet.name, [])))


def _of_sheet(sheet: Sheet, plans: Sequence[SheetPlan]) -> Sequence[SheetPlan]:
    if not plans:
        return [SheetPlan(name=sheet.name, skip="the layout does not name it")]
    return [evolve(plan, shared=len(plans) > 1 and not plan.right) for plan in plans]
