"""Cell annotations: comments, drop-down lists, strike-through, fill colours and indents."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter

from attrs import define, evolve, field, frozen

from capbuild.display import counted
from capbuild.formats import shorten
from capbuild.model import Answer, Choice, Issue, Question, Questionnaire, QuestionType, Response, Severity
from capbuild.origin import Origin, column_letters
from capbuild.plugins import ReadItem
from capbuild_sheets.sheets import ChoiceList, Place, Sheet, parse_range
from capbuild_sheets.strings import local

#: Largest number of cells and rules kept; no survey sheet has more.
_MOST = 200_000
#: Largest number of options kept for one list.
_OPTIONS = 1_000
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
#: Largest number of digits in an author id.
_DIGITS = 9
#: Number of cells that an issue quotes.
_QUOTED = 3
#: Question types that a drop-down list makes more precise.
_OPEN = (QuestionType.SELECT_ONE, QuestionType.TEXT, QuestionType.UNKNOWN)


@frozen
class CellStyles:
    """Cell styles with strike-through, fill or indent.

    Attributes:
        struck: Styles with struck-through text.
        fills: Colours of the styles that have one.
        indents: Steps of the styles that indent.
    """

    struck: frozenset[str] = frozenset()
    fills: Mapping[str, str] = field(factory=dict)
    indents: Mapping[str, int] = field(factory=dict)


@define
class StyledCells:
    """Cells of one sheet with strike-through, fill or indent.

    Attributes:
        styles: Styles of the workbook.
        struck: Cells with strike-through.
        fills: Fill colours of cells, blank ones included.
        indents: Indent levels of cells.
    """

    styles: CellStyles = CellStyles()
    struck: set[Place] = field(factory=set)
    fills: dict[Place, str] = field(factory=dict)
    indents: dict[Place, int] = field(factory=dict)
    noted: frozenset[str | None] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.noted = frozenset((*self.styles.struck, *self.styles.fills, *self.styles.indents))

    def take(self, style: str | None, row: int, column: int) -> None:
        """Record a cell by its style."""
        if style in self.styles.struck and len(self.struck) < _MOST:
            self.struck.add(Place(row, column))
        if style is not None and style in self.styles.fills and len(self.fills) < _MOST:
            self.fills[Place(row, column)] = self.styles.fills[style]
        if style is not None and style in self.styles.indents and len(self.indents) < _MOST:
            self.indents[Place(row, column)] = self.styles.indents[style]


@define
class CellComments:
    """Comments and threaded comments of an XLSX sheet.

    The author's name at the start of a note is personal data, and is left out.

    Attributes:
        found: Comments by cell.
    """

    found: dict[Place, str] = field(factory=dict)
    _authors: list[str] = field(factory=list)
    _reference: str = ""
    _author: str = ""
    _text: list[str] = field(factory=list)
    _open: list[str] = field(factory=list)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""
        tag = local(name)
        self._open.append(tag)
        if tag in ("comment", "threadedComment", "author"):
            self._text.clear()
        if tag in ("comment", "threadedComment"):
            number = attributes.get("authorId", "")
            self._reference = attributes.get("ref", "")
            place = int(number) if number.isdecimal() and len(number) < _DIGITS else len(self._authors)
            self._author = self._authors[place] if place < len(self._authors) else ""

    def data(self, text: str) -> None:
        """Handle character data."""
        if self._open[-1:] in (["t"], ["text"], ["author"]) and "rPh" not in self._open:
            self._text.append(text)

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        tag = local(name)
        self._open.pop()
        if tag == "author":
            self._authors.append("".join(self._text).strip())
        elif tag in ("comment", "threadedComment"):
            comment = "".join(self._text).strip()
            comment = comment.removeprefix(f"{self._author}:").strip() if self._author else comment
            area = parse_range(self._reference)
            if area is not None and comment and len(self.found) < _MOST:
                place = Place(area.top, area.left)
                self.found[place] = "; ".join(filter(None, (self.found.get(place, ""), comment)))


@define
class ListRules:
    """List validation rules of an XLSX sheet, in both notations.

    Attributes:
        found: Ranges, and the list as a formula.
    """

    found: list[tuple[str, str]] = field(factory=list)
    _ranges: str | None = None
    _formula: str = ""
    _text: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""
        if tag == "dataValidation":
            self._ranges = attributes.get("sqref", "") if attributes.get("type") == "list" else None
            self._formula = ""
        elif self._ranges is not None and tag in ("formula1", "sqref", "f"):
            self._text = []

    def data(self, text: str) -> None:
        """Handle character data."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Handle the end of an element."""
        if self._ranges is not None and tag == "dataValidation":
            if len(self.found) < _MOST:
                self.found.append((self._ranges, self._formula))
            self._ranges = None
        elif self._text is not None:
            text = "".join(self._text).strip()
            self._formula = text if tag != "sqref" else self._formula
            self._ranges = text if tag == "sqref" else self._ranges
            self._text = None


def choice_lists(
    rules: Iterable[tuple[str, str]], sheet: Sheet, sheets: Mapping[str, Sheet], names: Mapping[str, str]
) -> tuple[ChoiceList, ...]:
    """Return the drop-down lists of a sheet with their options.

    Lists whose options are computed by a formula are left out.

    Args:
        rules: Ranges, and the list as a formula.
        sheet: The sheet.
        sheets: All sheets by name.
        names: Formulas of the names that the workbook defines.
    """
    lists = []
    for ranges, formula in rules:
        areas = tuple(area for text in ranges.split() if (area := parse_range(text)) is not None)
        options = tuple(islice(_options(names.get(formula, formula), sheet, sheets), _OPTIONS))
        if areas and options:
            lists.append(ChoiceList(areas, options))
    return tuple(lists)


def _options(formula: str, sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[str]:
    if texts := [text.replace('""', '"') for text in _LITERAL.findall(formula)]:
        yield from filter(None, map(str.strip, texts if len(texts) > 1 else texts[0].split(",")))
        return
    name, _, reference = formula.removeprefix("=").rpartition("!")
    name = name[1:-1].replace("''", "'") if name[:1] == name[-1:] == "'" and len(name) > 1 else name
    area, listed = parse_range(reference), sheets.get(name) if name else sheet
    if area is None or listed is None:
        return
    for row in listed.rows[area.top - 1 : area.bottom]:
        yield from (
            text for cell in row[area.left - 1 : area.right] if cell is not None and (text := str(cell).strip())
        )


def with_annotations(items: Iterable[ReadItem], file: str, sheets: Iterable[Sheet]) -> Iterator[ReadItem]:
    """Add cell annotations to the items read from a workbook.

    A comment on an answer's cell becomes a comment of the answer. The options of a drop-down list become choices of the
    question. Other comments, struck-through answers and meaningful fill colours become issues.

    Args:
        items: Items read from the workbook.
        file: Name of the file.
        sheets: All sheets of the workbook, unread ones included.
    """
    annotated = {sheet.name: _AnnotatedSheet(file, sheet) for sheet in sheets if sheet.is_annotated}
    if not annotated:
        yield from items
        return
    forms: list[Questionnaire] = []
    for item in items:
        if isinstance(item, Questionnaire):
            forms.append(item)
        elif isinstance(item, Response):
            yield evolve(item, answers=tuple(_with_comment(answer, annotated) for answer in item.answers))
        else:
            yield item
    for form in forms:
        questions = form.questions
        for sheet in annotated.values():
            questions = tuple(map(sheet.annotate_question, questions))
        yield evolve(form, questions=questions)
    for sheet in annotated.values():
        yield from sheet.issues()


def _with_comment(answer: Answer, annotated: Mapping[str, "_AnnotatedSheet"]) -> Answer:
    origin = answer.origin
    sheet = annotated.get(origin.sheet or "") if origin is not None else None
    return answer if sheet is None else sheet.take(answer)


@define
class _AnnotatedSheet:
    """Annotated sheet, with the answers read from it.

    Attributes:
        file: Name of the file.
        sheet: The sheet.
        used: Comments already stored in answers or questions.
        cells: Question of each answer cell.
        lists: Number of answers of each question by drop-down list.
    """

    file: str
    sheet: Sheet
    used: set[Place] = field(factory=set)
    cells: dict[Place, str] = field(factory=dict)
    lists: dict[str, Counter[tuple[str, ...]]] = field(factory=lambda: defaultdict(Counter))
    _places: Mapping[str, Place] | None = None
    _by_column: dict[int, list[tuple[int, int, tuple[str, ...]]]] = field(factory=dict)

    def take(self, answer: Answer) -> Answer:
        """Return an answer with the comment on its cell."""
        origin = answer.origin
        if origin is None or origin.row is None or origin.column is None:
            return answer
        place = Place(origin.row, origin.column)
        self.cells[place] = answer.question
        self.lists[answer.question][self._options(place)] += 1
        if place not in self.sheet.comments:
            return answer
        self.used.add(place)
        return evolve(answer, comment="; ".join(filter(None, (answer.comment, self.sheet.comments[place]))))

    def _options(self, place: Place) -> tuple[str, ...]:
        """Return the drop-down options of a cell.

        Rules do not overlap, so the last rule that begins above the cell applies.
        """
        row, column = place
        if column not in self._by_column:
            self._by_column[column] = sorted(
                (area.top, area.bottom, list_.options)
                for list_ in self.sheet.lists
                for area in list_.areas
                if area.left <= column <= area.right
            )
        areas = self._by_column[column]
        before = bisect_right(areas, row, key=itemgetter(0))
        return areas[before - 1][2] if before and row <= areas[before - 1][1] else ()

    def annotate_question(self, question: Question) -> Question:
        """Return a question with choices and hint from cells.

        The choices are the drop-down options that most of its answers have. The hint is the comment on its header.
        """
        options, _ = self.lists[question.id].most_common(1)[0] if question.id in self.lists else ((), 0)
        if options and question.type in _OPEN and not question.choices:
            choices = tuple(Choice(code=option, label=option) for option in dict.fromkeys(options))
            question = evolve(question, type=QuestionType.SELECT_ONE, choices=choices)
        place = next(
            filter(None, map(self._headings().get, (question.id, *map(question.text.get, question.text.languages)))),
            None,
        )
        if place is not None and question.hint is None:
            self.used.add(place)
            question = evolve(question, hint=self.sheet.comments[place])
        return question

    def _headings(self) -> Mapping[str, Place]:
        """Return commented cells that are not answers, by text."""
        if self._places is None:
            others = (place for place in self.sheet.comments if place not in self.cells)
            self._places = {str(self.sheet.cell(place)).strip(): place for place in others}
        return self._places

    def issues(self) -> Iterator[Issue]:
        """Yield issues for annotations that were not read."""
        rest = sorted(set(self.sheet.comments) - self.used)
        if rest:
            what = f"{counted(len(rest), 'comment')} on cells that are no answers"
            remedy = "write into the sheet what belongs to an answer"
            yield self._issue(Severity.NOTE, f"{what}: {self._quoted(rest, self.sheet.comments)}", rest, remedy)
        struck = sorted(self.sheet.struck & self.cells.keys())
        if struck:
            what = f"{counted(len(struck), 'answer')} struck through, and read as all others"
            remedy = "empty the cells with answers that do not count"
            texts = {place: str(self.sheet.cell(place)) for place in struck}
            yield self._issue(Severity.WARNING, f"{what}: {self._quoted(struck, texts)}", struck, remedy)
        yield from self._colours()

    def _colours(self) -> Iterator[Issue]:
        """Report fill colours that may have a meaning.

        They have one if colours vary both within a column and within a row.
        """
        rows, columns = {place.row for place in self.cells}, {place.column for place in self.cells}
        filled = {p: fill for p, fill in self.sheet.fills.items() if p.row in rows and p.column in columns}
        by_row, by_column = defaultdict(list), defaultdict(list)
        for place, fill in filled.items():
            by_row[place.row].append(fill)
            by_column[place.column].append(fill)
        within_rows = any(_differ(fills, len(columns)) for fills in by_row.values())
        if not within_rows or not any(_differ(fills, len(rows)) for fills in by_column.values()):
            return
        blank = sorted(place for place in filled if self.sheet.cell(place) is None)
        shown = ", ".join(f"{colour} {count}" for colour, count in Counter(filled.values()).most_common(6))
        what = f"colours of cells are not read: {counted(len(filled), 'cell')} ({shown})"
        what += f", {len(blank)} of them blank" if blank else ""
        severity = Severity.WARNING if blank else Severity.NOTE
        yield self._issue(severity, what, blank or sorted(filled), "write the meaning of the colours into cells")

    def _quoted(self, places: Sequence[Place], texts: Mapping[Place, str]) -> str:
        return "; ".join(f"{column_letters(p.column)}{p.row} {shorten(texts[p], 40)!r}" for p in places[:_QUOTED])

    def _issue(self, severity: Severity, message: str, places: Sequence[Place], remedy: str) -> Issue:
        origin = Origin(self.file, self.sheet.name, places[0].row, places[0].column)
        return Issue(code="SHEET11", severity=severity, message=message, origin=origin, remedy=remedy)


def _differ(fills: Sequence[str], cells: int) -> bool:
    """True if cells have different fills, or some have none."""
    return len(set(fills)) > 1 or len(fills) < cells
