"""Describe layouts in words: table range and steps."""

from collections.abc import Iterable, Sequence

from capbuild.formats.layouts.candidates import Candidate
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.header import join_header
from capbuild.formats.layouts.layout_file import column_names
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.shapes import Across, Form, Long, Marks, QuestionRows, Records
from capbuild.formats.layouts.steps import Drop, FillDown, HeaderRows, Outline, Region, Sections, Step, Titles
from capbuild.formats.vocabulary import shorten
from capbuild.model import DetectedTable
from capbuild.origin import column_letters

#: Number of columns that are listed; more are counted.
_NAMED = 4


def cell_range(grid: CellGrid, rows: Sequence[int], columns: Sequence[int]) -> str:
    """Return a range of cells, such as `A4:F28`.

    Rows and columns must be in ascending order.

    Example:
        >>> cell_range(CellGrid("a.csv", [["Country", "Law"], ["Peru", "yes"]]), [0, 1], [0, 1])
        'A1:B2'
    """
    # A header that is stored apart has the number 0 and no position.
    top = next((number for row in rows if (number := grid.numbers[row])), 1)
    first = f"{column_letters(grid.letters[columns[0]])}{top}"
    last = f"{column_letters(grid.letters[columns[-1]])}{grid.numbers[rows[-1]] or top}"
    return first if first == last else f"{first}:{last}"


def describe_table(grid: CellGrid, box: Box) -> DetectedTable:
    """Describe a table of a sheet and its layout."""
    best, other = box.candidates[0], box.runner_up
    margin = None if other is None else max(0.0, best.score - other.score)
    return DetectedTable(
        sheet=grid.sheet or "",
        range=cell_range(grid, box.rows, box.columns),
        shape=best.shape.name,
        steps=describe_steps(grid, box, best),
        confidence=round(box.confidence(grid), 4),
        runner_up="" if other is None else other.shape.name,
        margin=None if margin is None else round(margin, 4),
    )


def describe_steps(grid: CellGrid, box: Box, layout: Candidate) -> tuple[str, ...]:
    """Describe the steps of a layout, one text per step."""
    names = column_names(grid, join_header(grid, layout.header_rows, box.columns), box.columns)
    words = _StepWords(grid, box, names)
    return tuple(words.describe(step) for step in layout.steps)


class _StepWords:
    """Descriptions of the steps of one table."""

    def __init__(self, grid: CellGrid, box: Box, names: dict[int, str]) -> None:
        self.grid, self.box, self.names = grid, box, names

    def describe(self, step: Step) -> str:
        """Describe a step."""
        match step:
            case Region():
                return f"take the cells {cell_range(self.grid, self.box.rows, self.box.columns)}"
            case Titles():
                return f"{self._rows(step.rows)} above the header: titles and notes"
            case HeaderRows():
                return f"{self._rows(step.rows)}: the header" if step.rows else "there is no header"
            case Drop():
                only = ", a total only where its numbers add up" if step.sums_only else ""
                return f"leave out repeated headers, totals and notes{only}"
            case FillDown():
                return f"repeat {self._columns(step.columns)} into the blank cells below"
            case Sections():
                what = "names the country" if step.countries else "is the heading"
                return f"a row with one text {what} of the rows below"
            case Outline():
                return f"rows below a country in {self._column(step.column)} belong to it, by indents or sums"
            case _:
                return "; ".join(self._shape(step))

    def _shape(self, step: Step) -> list[str]:
        """Describe the shape step."""
        match step:
            case Records():
                lines = ["each row is a response, each column a question"]
                if step.country is not None:
                    lines.append(f"{self._column(step.country)} names the country")
                lines += [f"{self._columns(group)} are options of one question" for group in step.groups]
                return lines
            case Form() if step.label == step.value:
                return [f"one response: labels in {self._column(step.label)}, each above its value"]
            case Form():
                pairs = ((step.label, step.value), *step.further)
                lines = [f"labels in {self._column(label)}, values in {self._column(value)}" for label, value in pairs]
                printed = sorted({option for _, option in step.options})
                return [f"one response: {'; '.join(lines)}", *self._listed("options with a mark", printed)]
            case Long():
                return [f"each row is an answer, in {self._columns(step.values)}", *self._asking(step)]
            case Across():
                answers = f"each row is a question; {self._columns(step.members)} hold the answers"
                remarks = self._listed("comments", (column for column, _ in step.remarks))
                return [f"{answers}, one a {step.member.value}", *remarks, *self._asking(step)]
            case Marks():
                options = self._columns(step.options)
                return [f"each row is a question; a mark in {options} chooses that answer", *self._asking(step)]
            case _:
                return [step.name]

    def _asking(self, step: QuestionRows) -> list[str]:
        """Describe the key columns of a table of questions."""
        columns_by_role = {"question": step.question, "unit": step.unit, "country": step.country}
        lines = [f"{name}: {self._column(column)}" for name, column in columns_by_role.items() if column is not None]
        lines += [f"{role.value}: {self._column(column)}" for role, column in step.keys]
        more = {
            "question text": step.texts,
            "headings": step.sections,
            "dimensions": step.dimensions,
            "about the country": step.about_country,
            "attributes": step.attributes,
            "comments": step.comments,
        }
        return [*lines, *(line for name, columns in more.items() for line in self._listed(name, columns))]

    def _listed(self, name: str, columns: Iterable[int]) -> list[str]:
        listed = list(columns)
        return [f"{name}: {self._columns(listed)}"] if listed else []

    def _rows(self, rows: Sequence[int]) -> str:
        numbers = [self.grid.numbers[row] for row in rows]
        if len(numbers) > 1 and numbers[-1] - numbers[0] == len(numbers) - 1:
            return f"rows {numbers[0]}–{numbers[-1]}"
        return f"row{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"

    def _column(self, column: int) -> str:
        letters = column_letters(self.grid.letters[column])
        name = self.names.get(column, "")
        return f"column {letters}" if name in ("", f"column {letters}") else f"{shorten(name, 40)!r} ({letters})"

    def _columns(self, columns: Sequence[int]) -> str:
        shown = ", ".join(self._column(column) for column in columns[:_NAMED])
        return shown if len(columns) <= _NAMED else f"{shown} and {len(columns) - _NAMED} more"
