"""Topics from titles and sheet names, which distinguish tables with equal headers."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from capbuild.formats.headers import Role
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.cell_types import is_place_name
from capbuild.formats.layouts.header_vocabulary import header_role, is_period, says
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.shapes import Across, Member, Records
from capbuild.formats.layouts.steps import Sections, Titles
from capbuild.formats.normalisation import fold_header, one_line
from capbuild.formats.values.cells import cell_text

#: Headers of answers and remarks that name no question.
_ANSWERED = ((Role.ANSWER, 1.0), (Role.COMMENT, 1.0))


@frozen
class _Table:
    """A table with a country a row or a country a column.

    Attributes:
        place: Positions of its sheet, and of the table in the sheet.
        header: Texts of its header, and of the questions in its rows.
        title: The line above its header, without lines in brackets; empty for none.
        name: Name of its sheet, if its header asks nothing.
        dated: Whether the name of its sheet is a period.
        asks: Whether its header, headings or questions have more than periods and words such as `Answer`.
        countries: Its countries as written.
    """

    place: tuple[int, int]
    header: tuple[str, ...]
    title: str
    name: str
    dated: bool
    asks: bool
    countries: frozenset[str]

    def topic(self, group: Sequence["_Table"]) -> str:
        """Return the topic that its header lacks, or that distinguishes it from tables with it; empty for none."""
        others = [other for other in group if other is not self and other.countries & self.countries]
        here = {other.title for other in others if other.place[0] == self.place[0]}
        apart = {other.title for other in others if other.place[0] != self.place[0] and not self.dated}
        name = self.name if apart else ""
        titles = here or apart
        if titles and self.title and titles.isdisjoint(("", self.title)):
            named = fold_header(name) in fold_header(self.title)
            return self.title if named else f"{name} - {self.title}"
        return name or (self.title if not self.asks and len(group) == 1 else "")


def find_topics(sheets: Sequence[tuple[CellGrid, Sequence[Box]]]) -> Mapping[tuple[int, int], str]:
    """Return the topics of tables: their titles, or the names of their sheets.

    A table of periods or answers that is alone has that of its title. Others have one if they share their header and
    countries, each with its own title; a table with other countries continues the one before, whatever its title.
    Tables of several sheets have that of the sheet too if their headers ask nothing.

    Args:
        sheets: Sheets with their tables.

    Returns:
        Topics by number of the sheet and of its table.
    """
    groups: dict[tuple[str, ...], list[_Table]] = {}
    for number, (grid, boxes) in enumerate(sheets):
        for table in _tables(number, grid, boxes):
            groups.setdefault(table.header, []).append(table)
    return {table.place: topic for group in groups.values() for table in group if (topic := table.topic(group))}


def _tables(number: int, grid: CellGrid, boxes: Sequence[Box]) -> Iterator[_Table]:
    for place, box in enumerate(boxes):
        best = box.candidates[0] if box.candidates else None
        if best is None or not best.header_rows:
            continue
        header, shape, name = best.header_rows, best.shape, grid.sheet or ""
        texts = [text for row in header for c in box.columns if (text := one_line(cell_text(grid.rows[row][c])))]
        body = [row for row in box.rows if row > header[-1]]
        if isinstance(shape, Records) and shape.country is not None:
            countries = {cell_text(grid.rows[row][shape.country]) for row in body} - {""}
            asked = texts
        elif isinstance(shape, Across) and shape.member is Member.COUNTRY and shape.question is not None:
            countries = set(filter(is_place_name, texts))
            rows = [row for row in body if grid.full(row, shape.members)]
            asked = [text for row in rows if (text := cell_text(grid.rows[row][shape.question]))]
        else:
            continue
        above = [row for step in best.steps if isinstance(step, Titles) for row in step.rows]
        lines = [[one_line(cell_text(grid.rows[row][c])) for c in grid.full(row, box.columns)] for row in above]
        lines = [line for line in lines if not line[0].startswith("(")]
        title = lines[-1][0] if lines and len(lines[-1]) == 1 else ""
        headed = isinstance(shape, Records) and any(isinstance(step, Sections) for step in best.steps)
        # Of the countries, and codes beside them, nothing is asked.
        plain = all(is_period(text) or header_role(text) in _ANSWERED or says(text, Role.COUNTRY) for text in asked)
        asks = headed or not plain
        yield _Table(
            (number, place),
            (*texts, *(asked if asks and asked is not texts else ())),
            title,
            "" if asks or is_period(name) else name,
            is_period(name),
            asks,
            frozenset(countries),
        )
