"""What each sheet of a workbook is, found out or told: which rows are heads, what a row is, whose country it is."""

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from capbuild.formats.cells import cell_text
from capbuild.formats.days import DayOrder, day_order
from capbuild.formats.folding import fold_head
from capbuild.formats.heads import Role, head_meaning
from capbuild.formats.places import column_of_countries, is_row_of_data
from capbuild.formats.vocabulary import words
from capbuild.frozen import FrozenMap
from capbuild_sheets.across import columns_below_countries, countries_across
from capbuild_sheets.beside import legend_beside, tables_beside
from capbuild_sheets.grids import grid_rows, to_cell
from capbuild_sheets.headrows import Heads, filled_cells, find_heads, joined_heads
from capbuild_sheets.marks import option_roles
from capbuild_sheets.pairs import is_filled_form
from capbuild_sheets.places import country_column, names_country, place_in_title, place_of_sheet
from capbuild_sheets.roles import attribute_roles, is_series, long_roles, respondents_across
from capbuild_sheets.sections import country_rows, section_roles, sectioned
from capbuild_sheets.sheets import Row, Sheet, Workbook
from capbuild_sheets.stacked import Apart, blocks_below, head_above, tables_apart

__all__ = ["SheetPlan", "order_of_days", "plan_sheet", "plan_workbook"]

_SAMPLE = 200
#: Rows of a small table.
_SMALL = 40
#: Rows of each sheet that are looked at for the order of day and month; no more than a scan looks at.
_ROWS_OF_DAYS = 500
#: Blank rows that end a table.
_FAR = 1000


def _frozen_texts(found: Mapping[str, str]) -> FrozenMap[str, str]:
    return FrozenMap(dict(found))


@frozen(kw_only=True)
class SheetPlan:
    """How one sheet is to be read. A layout file says the same in words that a person can correct.

    Attributes:
        name: Name of the sheet.
        skip: Why it is not read; empty when it is.
        heads: Its rows of heads.
        first_row: First row that belongs to the table, with its titles.
        last_row: Last row of the table; notes stand below it. None for the last row of the sheet.
        shape: What one row is, in the words of the option `shape`; None to be judged by the heads.
        turned: Whether questions run down and countries (or respondents) across.
        form: Whether it is one filled-in form, with labels in one column and values in the next.
        country: The country of all its rows.
        fill_country: Whether a row that names no country has that of the row above it.
        columns: Heads with their role or question, as in the option `columns`.
        doubt: What could not be told, for people; empty when nothing.
        shared: Whether the sheet holds further tables, to which the rows above and below belong.
        beyond: First row below the table that holds something and is not read; 0 when there is none.
        below: Last row of the notes below the table, where further tables stand below them; 0 otherwise.
        left: First column of the table, where others stand beside it; 0 for the whole width.
        right: Last column of the table, where others stand beside it; 0 for the whole width.
        legend: First column of a legend beside the table, which is not read; 0 for none.
        sections: Whether rows of their own name the countries of the rows below them.
    """

    name: str
    skip: str = ""
    heads: Heads = Heads()
    first_row: int = 1
    last_row: int | None = None
    shape: str | None = None
    turned: bool = False
    form: bool = False
    country: str | None = None
    fill_country: bool = False
    columns: FrozenMap[str, str] = field(factory=FrozenMap, converter=_frozen_texts)
    doubt: str = ""
    shared: bool = False
    beyond: int = 0
    below: int = 0
    left: int = 0
    right: int = 0
    legend: int = 0
    sections: bool = False

    def part_of(self, sheet: Sheet) -> Sheet:
        """Return the columns of the sheet that the table lies in."""
        return sheet.between(self.left, self.right) if self.right else sheet


def plan_workbook(book: Workbook, wanted: Iterable[str] = ()) -> tuple[SheetPlan, ...]:
    """Return a plan for each sheet.

    Args:
        book: The workbook.
        wanted: Names of the sheets to read; by default those that are visible and hold a table.
    """
    names = tuple(wanted)
    filled = [sheet for sheet in book.sheets if not sheet.hidden and any(sheet.rows)]
    plans = []
    for sheet in book.sheets:
        skip = _skip(sheet, names, alone=len(filled) == 1)
        plans.extend([SheetPlan(name=sheet.name, skip=skip)] if skip else _tables(sheet))
    return tuple(plans)


def _tables(sheet: Sheet) -> list[SheetPlan]:
    """Return a plan for each table of a sheet."""
    legend = legend_beside(sheet)
    if legend:
        return [evolve(plan_sheet(sheet.between(1, legend - 2)), left=1, right=legend - 2, legend=legend)]
    first = plan_sheet(sheet)
    beside = [] if first.skip or not first.heads.bottom else _beside(sheet, first.heads)
    if beside:
        return beside
    plain = not (first.skip or first.turned or first.form)
    above = head_above(sheet, first.heads) if plain else None
    blocks = blocks_below(sheet, Heads(above, above) if above else first.heads) if plain else []
    apart = tables_apart(sheet) if plain else None
    if apart is not None and len(apart.blocks) + bool(apart.unread) > len(blocks):
        plans = _apart(sheet, apart, first)
        if plans:
            return plans
    if not blocks:
        return [first]
    if above:
        heads = Heads(above, above)
        sample = sheet.rows[above : blocks[0].first_row - 1]
        first = _by_rows(SheetPlan(name=sheet.name, heads=heads), sheet, joined_heads(sheet, heads), sample)
    plans = [evolve(first, last_row=blocks[0].first_row - 1, shared=True, beyond=0)]
    for block in blocks:
        heads = Heads(block.head, block.head)
        plan = SheetPlan(name=sheet.name, heads=heads, first_row=block.first_row, last_row=block.last_row, shared=True)
        sample = sheet.rows[block.head : min(block.last_row, block.head + _SAMPLE)]
        plans.append(_by_rows(plan, sheet, joined_heads(sheet, heads), sample))
    return plans


def _apart(sheet: Sheet, apart: Apart, whole: SheetPlan) -> list[SheetPlan]:
    """Return a plan for each of several tables with other heads; nothing where one of them is no plain table.

    Args:
        sheet: The sheet.
        apart: Its tables.
        whole: The plan of the sheet as one table.
    """
    if apart.unread and len(apart.blocks) == 1 and whole.last_row is not None and whole.last_row < apart.unread:
        return []
    plans = []
    for block in apart.blocks:
        above = block.first_row - 1
        areas = (m for m in sheet.merged if above < m.top and m.bottom <= block.last_row)
        moved = tuple(evolve(m, top=m.top - above, bottom=m.bottom - above) for m in areas)
        plan = plan_sheet(evolve(sheet, rows=sheet.rows[above : block.last_row], merged=moved))
        if plan.skip or plan.turned or plan.form or plan.sections or not plan.heads.bottom:
            return []
        heads = Heads(plan.heads.top + above, plan.heads.bottom + above)
        last = plan.last_row + above if plan.last_row else block.last_row
        below = block.last_row if plan.last_row else 0
        plans.append(evolve(plan, heads=heads, first_row=block.first_row, last_row=last, below=below, shared=True))
    if apart.unread:
        plans[-1] = evolve(plans[-1], below=len(sheet.rows), beyond=apart.unread)
    return plans


def _beside(sheet: Sheet, heads: Heads) -> list[SheetPlan]:
    """Return a plan for each of several tables beside one another; nothing where one of them is not understood."""
    plans = []
    for left, right in tables_beside(sheet, heads, joined_heads(sheet, heads)):
        plans.append(evolve(plan_sheet(sheet.between(left, right)), left=left, right=right))
    return plans if not any(plan.skip for plan in plans) else []


def order_of_days(book: Workbook, plans: Sequence[SheetPlan]) -> DayOrder | None:
    """Return which number of a date written as text is the day: one sheet may show it for all, in its first rows."""
    names = {plan.name for plan in plans if not plan.skip}
    rows = (row for sheet in book.sheets if sheet.name in names for row in sheet.rows[:_ROWS_OF_DAYS])
    return day_order(c.strip() for row in rows for c in row if isinstance(c, str) and 6 <= len(c) <= 12)


def _skip(sheet: Sheet, wanted: Sequence[str], *, alone: bool) -> str:
    if not any(sheet.rows):
        return "it is empty"
    if wanted:
        return "" if sheet.name in wanted else "not among the sheets asked for"
    if sheet.hidden:
        return "it is hidden"
    last = fold_head(sheet.name).rpartition(" ")[2]
    if not alone and last in words("sheet_aside") and place_of_sheet(sheet.name) is None:
        return "its name says that it holds notes or lists"
    if max(len(filled_cells(row)) for row in sheet.rows) < 2:
        return "it holds lines of text or one column, no table"
    return ""


def plan_sheet(sheet: Sheet) -> SheetPlan:
    """Return how a sheet that holds something is to be read, as far as it shows."""
    place = place_of_sheet(sheet.name)
    if is_filled_form(sheet, named=place is not None):
        return SheetPlan(name=sheet.name, form=True, shape="respondent", country=place)
    heads = find_heads(sheet)
    countries = _without_heads(sheet, heads)
    if countries is not None:
        return SheetPlan(name=sheet.name, columns={f"column {countries + 1}": "country"})
    if heads is None:
        doubt = "no row of heads was found"
        return SheetPlan(name=sheet.name, skip=doubt, doubt=doubt)
    names = joined_heads(sheet, heads)
    below = sheet.rows[heads.bottom :]
    if not any(filled_cells(row) for row in below):
        doubt = "nothing stands below what looks like the heads"
        return SheetPlan(name=sheet.name, skip=doubt, heads=heads, doubt=doubt)
    if country_rows(sheet.rows, heads.bottom):
        shape, roles = section_roles(names, sheet, heads.bottom)
        last = _last_row(sectioned(sheet, heads.bottom), heads)
        return SheetPlan(name=sheet.name, heads=heads, last_row=last, shape=shape, columns=roles, sections=True)
    last, beyond = _far_below(sheet.rows, heads)
    plan = SheetPlan(name=sheet.name, heads=heads, last_row=last or _last_row(sheet, heads), beyond=beyond)
    if _is_turned(names, below[:_SAMPLE]) or columns_below_countries(sheet.rows, heads.bottom - 2):
        return evolve(plan, turned=True, shape="respondent")
    return _by_rows(plan, sheet, names, below[:_SAMPLE])


def _without_heads(sheet: Sheet, heads: Heads | None) -> int | None:
    """Return the column of countries where the first row is data as those below it; None for a table with heads."""
    first = next((number for number, row in enumerate(sheet.rows, start=1) if filled_cells(row)), 0)
    if not first or (heads is not None and (heads.top, heads.bottom) != (first, first)):
        return None
    rows = list(grid_rows(sheet.rows[first : first + _SAMPLE], sheet.width))
    top = [to_cell(cell) for cell in sheet.rows[first - 1]]
    return column_of_countries(rows, len(top)) if is_row_of_data(top, rows) else None


def _by_rows(plan: SheetPlan, sheet: Sheet, names: list[str], sample: Sequence[Row]) -> SheetPlan:
    """Return the plan of a table whose rows are respondents, countries or answers."""
    countries = any((meaning := head_meaning(name)) and meaning.role is Role.COUNTRY for name in names)
    options = option_roles(names, sample, again=countries)
    if countries:
        return evolve(plan, shape="long", columns=options) if options else plan
    above = sheet.rows[: plan.heads.top - 1]
    place = place_of_sheet(sheet.name)
    roles = options or long_roles(names, sample, alone=place is not None)
    if roles or is_series(names, sample):
        return evolve(plan, shape="long", columns=roles, country=place or _place_above(above))
    known = place or _place_above(above)
    several = attribute_roles(names, sample) if known else {}
    if several:
        return evolve(plan, shape="long", columns=several, country=known)
    people = respondents_across(names, sample) if place else {}
    if people:
        return evolve(plan, turned=True, shape="respondent", columns=people, country=place)
    found = country_column(names, sample)
    if found is not None and names[found]:
        return evolve(plan, columns={names[found]: "country"})
    return evolve(plan, country=known)


def _place_above(rows: Sequence[Row]) -> str | None:
    """Return the country that the lines above a table name: `Country: Jamaica`, or a title."""
    for row in rows:
        cells = [cell_text(to_cell(cell)) for cell in filled_cells(row)]
        if len(cells) == 2 and (meaning := head_meaning(cells[0])) and meaning.role is Role.COUNTRY:
            return cells[1]
    return place_in_title(rows)


def _is_turned(names: Sequence[str], sample: Sequence[Row]) -> bool:
    """Tell whether countries run across: most heads beyond the first are countries, and the first column is texts."""
    people = countries_across(names)
    if not people:
        return False
    columns = ([row[i] for row in sample if len(row) > i and row[i] is not None] for i in range(people[0]))
    return any(cells and all(isinstance(cell, str) for cell in cells) for cells in columns)


def _last_row(sheet: Sheet, heads: Heads) -> int | None:
    """Return the last row of the table where notes stand below it, None where it goes to the end.

    Notes are rows of text: at most half as full as the others behind a gap, at most a third as full right below them
    and out of line with the first column. A row that begins with a country is none, nor is one under a merged cell.
    """
    down = [m for m in sheet.merged if m.top > heads.bottom and m.bottom > m.top]
    rows = sheet.filled_by(down)
    counts = sorted(len(cells) for row in rows[heads.bottom :] if (cells := filled_cells(row)))
    # Below a small table there may be more lines of notes than rows above them.
    if len(counts) <= _SMALL and len(rows) <= _SAMPLE:
        counts = [count for count in counts if count > 1] or counts
    usual = counts[len(counts) // 2] if counts else 0
    notes = _note_run(rows, heads, usual)
    gap = next((number for number in notes if not filled_cells(rows[number - 1])), None)
    if gap is not None:
        return gap - 1 if gap - 1 > heads.bottom else None
    thin = all(3 * len(filled_cells(rows[number - 1])) <= usual for number in notes)
    if notes and thin and any(rows[number - 1][0] is None for number in notes):
        return notes[0] - 1
    return None


def _far_below(rows: Sequence[Row], heads: Heads) -> tuple[int | None, int]:
    """Return the last row before a gap that no table has, and the first row behind it; nothing without such a gap."""
    last = heads.bottom
    for number, row in enumerate(rows[heads.bottom :], start=heads.bottom + 1):
        if row:
            if number - last > _FAR and last > heads.bottom:
                return last, number
            last = number
    return None, 0


def _note_run(rows: Sequence[Row], heads: Heads, usual: int) -> list[int]:
    """Return the numbers of the last rows that may be notes, at most 50, blank ones among them."""
    run: list[int] = []
    for number in range(len(rows), max(heads.bottom + 1, len(rows) - 50), -1):
        cells = filled_cells(rows[number - 1])
        if 2 * len(cells) > usual or any(not isinstance(cell, str) for cell in cells):
            break
        first = rows[number - 1][0] if cells else None
        if isinstance(first, str) and names_country(first):
            break
        run.insert(0, number)
    return run
