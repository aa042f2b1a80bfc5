"""Region of a grid under one header."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from attrs import define, evolve, field

from capbuild.formats.layouts.cell_grid import is_period, is_total, role_score
from capbuild.formats.layouts.cell_kinds import CLASSES, is_place_name
from capbuild.formats.layouts.header import Header, join_header
from capbuild.formats.layouts.layout_score import CountryColumn, Sample, country_column, purity
from capbuild.formats.layouts.shapes import QuestionRows, Records, Shape
from capbuild.formats.layouts.steps import Drop, FillDown, HeaderRows, Outline, Region, Sections, Step, Titles, place_in
from capbuild.formats.options import TableOptions
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import Role

#: Share of rows with a country if a title, the sheet or the file names it.
TITLED = 0.6
#: Steps of a layout, and the terms of its score.
Found = tuple[list[Step], dict[str, float]]


@define(eq=False)
class HeadedRegion:
    """Region under one header, with roles of its columns.

    It has the score terms that all shapes share.

    Attributes:
        sample: Its first rows.
        start: First header row in the sample.
        body_start: First row below the header.
        header_term: Similarity of the header rows to a header, 0 to 1.
        edge: Difference between the header and the rows below, 0 to 1.
        named_country: Country named by the sheet or file; empty for none.
        options: Options in force.
        header: The header, by column.
        header_rows: Header rows in the grid.
        counts: Cell classes in the body, by column.
        place: Country column; None for none.
        countries: Share of rows with a known country.
        pure: Type consistency by column; blank columns have none.
        by_country: Whether rows with one cell are country headings of the rows below.
        sections: Step for rows with one cell.
        body: Rows below the header in the sample, except headings and totals.
        heading: Country heading of each row; empty for none.
    """

    sample: Sample
    start: int
    body_start: int
    header_term: float
    edge: float
    named_country: str
    options: TableOptions
    header: Header = field(init=False)
    header_rows: list[int] = field(init=False)
    counts: list[Counter[str]] = field(init=False)
    place: CountryColumn | None = field(init=False)
    countries: float = field(init=False)
    pure: dict[int, float] = field(init=False)
    by_country: bool = field(init=False)
    sections: list[Sections] = field(init=False)
    body: list[int] = field(init=False)
    heading: dict[int, str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        s, columns = self.sample, self.sample.columns
        self.header_rows = s.rows[self.start : self.body_start]
        self.header = join_header(s.grid, self.header_rows, columns).with_roles(self.options.columns)
        titles = (cell_text(cell) for row in s.cells[: self.start] for cell in row if isinstance(cell, str))
        known = next((place for text in titles if (place := place_in(text))), "") or self.named_country
        self.place = country_column(s, self.body_start, self.header)
        if self.options.country and self.place is not None and self.place.said < 1.0:
            self.place = None  # the options give the country of all rows
        self.countries = self._country_share() if self.place is not None else TITLED if known else 0.0
        body = range(self.body_start, len(s.rows))
        lone = [i for i in body if i in s.lone]
        headers = {i: next(cell_text(c) for c in s.cells[i] if c is not None).strip(" :") for i in lone}
        first = {i: next((text for cell in s.cells[i] if (text := cell_text(cell))), "") for i in body}
        # Most single-cell rows are countries, and the first is right below the header, or above it where the header is
        # repeated: country headings. A text that is answered elsewhere is an unanswered question instead.
        answered = {first[i] for i in body if i not in s.lone}
        naming = [text for text in headers.values() if text not in answered]
        named = sum(map(is_place_name, naming))
        above = s.cells[self.start - 1] if self.start - 1 in s.lone else []
        leads = self.body_start in lone or any(is_place_name(cell_text(cell).strip(" :")) for cell in above)
        unnamed = self.place is None or not self.place.share
        self.by_country = unnamed and leads and named >= 0.6 * len(naming) > 0
        if self.by_country or (unnamed and any(map(self.sums_countries, columns[:2]))):
            self.countries = 0.9
        self.sections = [Sections(self.by_country, None if self.by_country else self.country)] if lone else []
        rows = [i for i in body if i not in s.lone]
        self.body = [i for i in rows if not is_total(first[i], alone=True)] or rows or list(body)
        kinds = [[s.kinds[i][j] for i in self.body] for j in range(len(columns))]
        self.counts = [Counter(CLASSES[kind] for kind in column if kind) for column in kinds]
        shares = ((c, purity(counter)) for c, counter in zip(columns, self.counts, strict=True))
        self.pure = {c: share for c, share in shares if share is not None}
        current = ""
        self.heading = {}
        for i in body:
            current = headers.get(i, current)
            self.heading[i] = current if self.by_country else ""

    def _country_share(self) -> float:
        """Return the share of rows with a known country.

        Header texts below the word for country count as rows, and so does a first row without a country.
        """
        if self.place is None:
            return 0.0
        s, j = self.sample, self.sample.place(self.place.column)
        texts = [text for cells in s.cells[self.start : self.body_start] if (text := cell_text(cells[j]))]
        first_country = next((n for n, text in enumerate(texts) if role_score(text, Role.COUNTRY)), len(texts))
        more = sum(not role_score(text, Role.COUNTRY) for text in texts[first_country:])
        rows = len(s.rows) - self.body_start
        more += rows > 0 and self.body_start not in s.lone and s.cells[self.body_start][j] is None
        return self.place.share * rows / (rows + more) if rows else self.place.share

    def question_sections(self, asked: Sequence[int], *, shared: bool = False) -> list[Step]:
        """Return the step for one-cell rows among questions.

        Args:
            asked: Columns of the questions.
            shared: Whether several respondents answer next to one another.
        """
        return [evolve(step, asked=tuple(asked), shared=shared) for step in self.sections]

    @property
    def country(self) -> int | None:
        """Country column."""
        return self.place.column if self.place is not None else None

    @property
    def asks_in_rows(self) -> bool:
        """True if the options name a question column."""
        return Role.QUESTION in self.header.given.values()

    @property
    def every(self) -> range:
        """All rows below the header."""
        return range(self.body_start, len(self.sample.rows))

    def texts(self, column: int, rows: Sequence[int] | None = None) -> list[str]:
        """Return the body texts of a column."""
        j, words = self.sample.place(column), self.sample.words
        return [words[i][j] for i in (self.body if rows is None else rows)]

    def whole_texts(self, column: int) -> list[str]:
        """Return the texts of a column below the header.

        All rows are included, not only those of the sample.
        """
        return self.sample.whole_texts(column, self.body_start)

    def kinds(self, column: int) -> list[str]:
        """Return the cell kinds of a column in the body."""
        j = self.sample.place(column)
        return [self.sample.kinds[i][j] for i in self.body]

    def main_class(self, column: int) -> str:
        """Return the commonest cell class of a column."""
        counter = self.counts[self.sample.place(column)]
        return max(counter, key=lambda name: counter[name]) if counter else ""

    def unique(self, columns: Sequence[int]) -> float:
        """Return the share of distinct keys.

        A key consists of these columns, the country (filled down if needed), and the heading.
        """
        places = []
        if self.country is not None:
            texts = self.texts(self.country)
            places = [fill_texts(texts) if self.is_partly_blank(self.country) else texts]
        rows = list(zip(*(self.texts(c) for c in columns), *places, (self.heading[i] for i in self.body), strict=True))
        return len(set(rows)) / max(1, len(rows))

    def explained(self) -> float:
        """Return 1 minus the cost of cells above the header.

        A title is one text, or a label and its value at the left. Other rows are lost content. They cost by row,
        because 48 question texts above 1,000 rows are still a loss.
        """
        s, width = self.sample, len(self.sample.columns)
        above = [(len(row) - row.count(""), bool(row[0])) for row in s.kinds[: self.start]]
        wide = sum(n if n > min(2, width - 1) or not left else 0.5 * n for n, left in above if n > 1)
        # If the last row names each column once, it needs no rows above it; those are more likely titles.
        last = [cell_text(s.grid.rows[self.header_rows[-1]][c]) for c in s.columns] if self.header_rows else [""]
        rate = 0.3 if "" not in last and len(set(last)) == width else 0.6
        return max(0.0, 1 - 0.2 * sum(n for n, _ in above) / max(1, sum(s.filled)) - rate * wide / width)

    def layout(self, shape: Shape, terms: dict[str, float], extra: Sequence[Step] = (), cost: float = 0.03) -> Found:
        """Return the steps and all score terms of a layout."""
        s = self.sample
        steps: list[Step] = [Region(s.all_rows[0], None, s.columns)]
        if self.start:
            steps.append(Titles(s.rows[: self.start]))
        steps.append(HeaderRows(self.header_rows))
        records = isinstance(shape, Records)
        keys = (self.country,) if records and self.country is not None else ()
        if not s.grid.flagged:  # databanks have no totals or notes among their rows
            asked = shape.asked if isinstance(shape, QuestionRows) else ()
            steps.append(Drop(keys, sums_only=not records, asked=asked))
        rate = 0.1 if len(s.rows) - self.body_start < 6 else 0.04
        rows = max(0, self.body_start - self.start - 1) * rate
        shared = {"header": self.header_term, "edge": self.edge, "explained": self.explained()}
        return [*steps, *extra, shape], {**shared, "simplicity": -cost - rows, **terms}

    def row_steps(self, *, records: bool = False) -> tuple[list[Step], float]:
        """Return steps that prepare rows for parsing."""
        s, place = self.sample, self.country
        extra: list[Step] = []
        if place is not None and not s.grid.flagged:  # databank rows have all their keys
            merged = any(
                a.left <= place <= a.right and a.bottom > a.top >= s.rows[self.body_start]
                for a in s.grid.merged
                if self.body_start < len(s.rows)
            )
            once = self.is_partly_blank(place)
            if merged or self.options.fill_country or (once and (not records or self.names_once(place))):
                extra = [FillDown((place,))]
            elif records and (above := [c for c in s.columns if c < place and self.names_once(c, place)]):
                extra = [FillDown(above)]
        for column in [place] if place is not None else s.columns[:2]:
            j = s.place(column)
            indented = [
                c for i in self.every if isinstance(c := s.cells[i][j], str) and c[:2] in ("  ", "\u00a0\u00a0")
            ]
            outlined = len(indented) >= 2 or self.sums_countries(column)
            if outlined and not any(isinstance(step, Outline) for step in extra):
                extra = [Outline(column)]
        return extra, 0.02 if extra else 0.0

    def sums_countries(self, column: int) -> bool:
        """True if countries in a column sum rows below them.

        The rows below name no country, as in the outline of a pivot table.
        """
        s, j = self.sample, self.sample.place(column)
        if "c" not in [row[j] for row in s.kinds[self.body_start :][:1]]:
            return False
        rows = [row for row, full in self._rows_below() if len(full) > 1]
        rows = [row for row in rows if not is_total(cell_text(s.grid.rows[row][column]), alone=True)]
        return Outline.sums_countries(s.grid, s.columns, rows, column)

    def is_partly_blank(self, column: int) -> bool:
        """True if a column has repeated blanks below values.

        The first row must have a cell, and at least a quarter of the rows none.
        """
        kinds = [row[self.sample.place(column)] for row in self._full_rows]
        return bool(kinds and kinds[0]) and kinds.count("") >= 0.25 * len(kinds)

    @cached_property
    def _full_rows(self) -> list[list[str]]:
        """Cell kinds of rows with more than one cell."""
        kinds = self.sample.kinds
        return [kinds[i] for i in self.every if any(kinds[i]) and i not in self.sample.lone]

    def names_once(self, column: int, beside: int | None = None) -> bool:
        """True if rows without a key continue the one above.

        Each key, such as a country or year, occurs once and has several respondents, such as agencies or countries.
        Respondents are in a column to the right. Each occurs once per key, and most occur again below other keys.

        Args:
            column: Column of the key.
            beside: Column of the respondents; the next one if not given.
        """
        s = self.sample
        if beside is None:
            place = bisect_right(s.columns, column)
            beside = s.columns[place] if place < len(s.columns) else None
        if beside is None or not self.is_partly_blank(column):
            return False
        for other in (column, beside):
            named = other == self.country or self.main_class(other) in ("T", "B" if other == beside else "")
            if not named and not all(map(is_period, filter(None, self.texts(other)))):
                return False
        cells = ((row, full) for row, full in self._rows_below() if full != [column])
        texts = s.grid.rows
        return _names_recur((cell_text(texts[row][column]), cell_text(texts[row][beside])) for row, _ in cells)

    @property
    def has_headings(self) -> bool:
        """True if lone texts in the country column are headings.

        The same countries must be repeated below each.
        """
        if self.country is None or self.by_country:
            return False
        return _names_recur(self._headed_places(self.country))

    def _headed_places(self, column: int) -> Iterator[tuple[str, str]]:
        """Yield the heading above each country.

        The heading is blank below the first one. Nothing is yielded if a country is above all headings.
        """
        heading, begun = "", False
        for row, full in self._rows_below():
            text = cell_text(self.sample.grid.rows[row][column])
            if full == [column] and not is_place_name(text):
                heading, begun = text, True
            elif not begun:
                return
            else:
                yield heading, text
                heading = ""

    def _rows_below(self) -> Iterator[tuple[int, list[int]]]:
        """Yield each row below the header, with filled columns.

        All rows are included, since repetition of keys depends on their order, which the sample does not keep.
        """
        s = self.sample
        first = s.rows[self.body_start] if self.body_start < len(s.rows) else len(s.grid.rows)
        for row in s.all_rows:
            if row >= first and (full := s.grid.full(row, s.columns)):
                yield row, full


def fill_texts(texts: Iterable[str]) -> list[str]:
    """Return texts with those above in place of blanks."""
    filled: list[str] = []
    for text in texts:
        filled.append(text or (filled[-1] if filled else ""))
    return filled


def _names_recur(rows: Iterable[tuple[str, str]]) -> bool:
    """True if names recur below other names.

    Each name above occurs once, and the texts below it mostly repeat below other names.

    Args:
        rows: Name and text next to it of each row; the name is blank in the rows below the first.
    """
    current = ""
    names: set[str] = set()
    owners: set[tuple[str, str]] = set()
    known: set[str] = set()
    for name, who in rows:
        if name in names or not who or (name or current, who) in owners:
            return False
        current = name or current
        names.update(filter(None, (name,)))
        owners.add((current, who))
        known.add(who)
    return 1 < len(names) < len(owners) - 1 and len(known) <= 0.67 * len(owners)
