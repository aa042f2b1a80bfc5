"""A region under one header, with the terms that all shapes share."""

from collections import Counter
from collections.abc import Sequence

from attrs import define, field

from capbuild.formats.cells import cell_text
from capbuild.formats.headers import Role
from capbuild.formats.layouts.cell_kinds import names_place
from capbuild.formats.layouts.evidence import CountryColumn, Sample, country_column, purity
from capbuild.formats.layouts.shapes import Records, Shape
from capbuild.formats.layouts.steps import Drop, FillDown, HeaderRows, Outline, Region, Sections, Step, Titles, place_in
from capbuild.formats.layouts.table_view import Header, join_header
from capbuild.formats.layouts.table_words import is_period, is_total, says
from capbuild.formats.options import TableOptions

__all__ = ["Found", "HeadedRegion"]

#: Steps of a layout, and the terms of its score.
Found = tuple[list[Step], dict[str, float]]


@define(eq=False)
class HeadedRegion:
    """A region under one header: its columns by what they may be, and the terms that all shapes share.

    Attributes:
        sample: Its first rows.
        start: First row of the header in the sample.
        body_start: First row below it.
        header_term: How much the rows look like a header, 0 to 1.
        edge: How much the rows below differ from it, 0 to 1.
        named_country: Country that the sheet or file is named for; empty for none.
        options: Options in force.
        header: The header, column by column.
        header_rows: Its rows in the grid.
        counts: Classes of cells below it, by column.
        place: Column of countries; None for none.
        countries: Share of rows that belong to a known country.
        pure: Consistency of types by column, where there is any.
        by_country: Whether rows with one cell are countries, each above its rows.
        sections: Step for rows with one cell.
        body: Rows below the header in the sample, without sections and totals.
        heading: Country of the section of each row; empty outside one.
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
    sections: list[Step] = field(init=False)
    body: list[int] = field(init=False)
    heading: dict[int, str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        s, columns = self.sample, self.sample.columns
        self.header_rows = s.rows[self.start : self.body_start]
        self.counts = s.counts[min(self.body_start, s.top)]
        self.header = join_header(s.grid, self.header_rows, columns).with_roles(self.options.columns)
        titles = (cell_text(cell) for row in s.cells[: self.start] for cell in row if isinstance(cell, str))
        known = next((place for text in titles if (place := place_in(text))), "") or self.named_country
        self.place = country_column(s, self.body_start, self.header)
        if self.options.country and self.place is not None and self.place.said < 1.0:
            self.place = None  # the options say whose all rows are
        self.countries = self._country_share() if self.place is not None else 0.6 if known else 0.0
        found = ((c, purity(self.counts[j])) for j, c in enumerate(columns))
        self.pure = {c: share for c, share in found if share is not None}
        every = range(self.body_start, len(s.rows))
        lone = [i for i in every if i in s.lone]
        heads = {i: next(cell_text(c) for c in s.cells[i] if c is not None).strip(" :") for i in lone}
        # Rows that name one thing, countries mostly, the first of them right below the header: sections by country.
        named = sum(map(names_place, heads.values()))
        self.by_country = self.place is None and self.body_start in lone and named >= 0.6 * len(lone)
        if self.by_country:
            self.countries = 0.9
        self.sections = [Sections(self.by_country, self.country)] if lone else []
        first = {i: next((text for cell in s.cells[i] if (text := cell_text(cell))), "") for i in every}
        rows = [i for i in every if i not in s.lone]
        self.body = [i for i in rows if not is_total(first[i], alone=True)] or rows or list(every)
        current = ""
        self.heading = {}
        for i in every:
            current = heads.get(i, current)
            self.heading[i] = current if self.by_country else ""

    def _country_share(self) -> float:
        """Return the share of rows with a known country; what the header says below the word for it is one more."""
        if self.place is None:
            return 0.0
        s, j = self.sample, self.sample.place(self.place.column)
        texts = [text for cells in s.cells[self.start : self.body_start] if (text := cell_text(cells[j]))]
        said = next((n for n, text in enumerate(texts) if says(text, Role.COUNTRY)), len(texts))
        more = sum(not says(text, Role.COUNTRY) for text in texts[said:])
        rows = len(s.rows) - self.body_start
        return self.place.share * rows / (rows + more) if rows else self.place.share

    @property
    def country(self) -> int | None:
        """The column of countries."""
        return self.place.column if self.place is not None else None

    @property
    def asks_in_rows(self) -> bool:
        """Whether the options name the column of questions."""
        return Role.QUESTION in self.header.given.values()

    @property
    def every(self) -> range:
        """All rows below the header."""
        return range(self.body_start, len(self.sample.rows))

    def texts(self, column: int, rows: Sequence[int] | None = None) -> list[str]:
        """Return the texts of a column in the body."""
        j = self.sample.place(column)
        return [cell_text(self.sample.cells[i][j]) for i in (self.body if rows is None else rows)]

    def kinds(self, column: int) -> list[str]:
        """Return the kinds of the cells of a column in the body."""
        j = self.sample.place(column)
        return [self.sample.kinds[i][j] for i in self.body]

    def main_class(self, column: int) -> str:
        """Return the commonest class of cells of a column."""
        counter = self.counts[self.sample.place(column)]
        return max(counter, key=lambda name: counter[name]) if counter else ""

    def unique(self, columns: Sequence[int]) -> float:
        """Return the share of different keys among the rows: of these columns, the country and the heading."""
        keys = [*columns, *([self.country] if self.country is not None else [])]
        rows = list(zip(*(self.texts(c) for c in keys), (self.heading[i] for i in self.body), strict=True))
        return len(set(rows)) / max(1, len(rows))

    def explained(self) -> float:
        """Return 1 less the cost of cells above the header.

        A title is one text, or a label and its value at the left; other rows are a loss, counted by rows: 48 question
        texts above 1,000 rows are a loss all the same.
        """
        s, width = self.sample, len(self.sample.columns)
        above = [(len(row) - row.count(""), bool(row[0])) for row in s.kinds[: self.start]]
        wide = sum(n if n > min(2, width - 1) or not left else 0.5 * n for n, left in above if n > 1)
        # A last row that names every column, each once, needs no rows above it: what they say is more likely a title.
        last = [cell_text(s.grid.rows[self.header_rows[-1]][c]) for c in s.columns] if self.header_rows else [""]
        rate = 0.3 if "" not in last and len(set(last)) == width else 0.6
        return max(0.0, 1 - 0.2 * sum(n for n, _ in above) / max(1, sum(s.filled)) - rate * wide / width)

    def layout(self, shape: Shape, terms: dict[str, float], extra: Sequence[Step] = (), cost: float = 0.03) -> Found:
        """Return the steps of a layout with all its terms."""
        s = self.sample
        steps: list[Step] = [Region(s.all_rows[0], None, s.columns)]
        if self.start:
            steps.append(Titles(s.rows[: self.start]))
        steps.append(HeaderRows(self.header_rows))
        records = isinstance(shape, Records)
        keys = (self.country,) if records and self.country is not None else ()
        if not s.grid.flagged:  # a databank writes no totals and notes among its rows
            steps.append(Drop(keys, sums_only=not records))
        rate = 0.1 if len(s.rows) - self.body_start < 6 else 0.04
        rows = max(0, self.body_start - self.start - 1) * rate
        shared = {"header": self.header_term, "edge": self.edge, "explained": self.explained()}
        return [*steps, *extra, shape], {**shared, "simplicity": -cost - rows, **terms}

    def row_steps(self, *, records: bool = False) -> tuple[list[Step], float]:
        """Return steps that rows need before they are responses: what is filled down or indented."""
        s, place = self.sample, self.country
        extra: list[Step] = []
        if place is not None and not s.grid.flagged:  # each row of a databank has all its keys
            j = s.place(place)
            full = [i for i in self.every if any(s.kinds[i]) and i not in s.lone]
            blank = [i for i in full if not s.kinds[i][j]]
            merged = any(
                a.left <= place <= a.right and a.bottom > a.top >= s.rows[self.body_start]
                for a in s.grid.merged
                if self.body_start < len(s.rows)
            )
            once = full and s.kinds[full[0]][j] and len(blank) >= 0.25 * len(full)
            if merged or self.options.fill_country or (once and (not records or self._names_once(blank))):
                extra = [FillDown((place,))]
        for column in [place] if place is not None else s.columns[:2]:
            j = s.place(column)
            indented = [
                c for i in self.every if isinstance(c := s.cells[i][j], str) and c[:2] in ("  ", "\u00a0\u00a0")
            ]
            if len(indented) >= 2 and not any(isinstance(step, Outline) for step in extra):
                extra = [Outline(column)]
        return extra, 0.02 if extra else 0.0

    def _names_once(self, blank: Sequence[int]) -> bool:
        """Tell whether rows without a country go on with the one above: each is named once, and others answer below.

        Who answers stands right beside the country, once for a country, and mostly comes again below others.
        """
        s, place = self.sample, self.country
        beside = next((c for c in s.columns if place is not None and c > place), None)
        if place is None or beside is None:
            return False
        if self.main_class(beside) != "T" and not all(map(is_period, filter(None, self.texts(beside)))):
            return False
        rows = [i for i in self.every if any(s.kinds[i]) and (i not in s.lone or not s.kinds[i][s.place(place)])]
        names = [text for text in self.texts(place, rows) if text]
        current, owners = "", []
        for name, who in zip(self.texts(place, rows), self.texts(beside, rows), strict=True):
            current = name or current
            owners.append((current, who))
        known = {who for _, who in owners}
        unique = len(set(owners)) == len(owners) and all(who for _, who in owners)
        return len(set(names)) == len(names) > 1 and unique and len(known) <= 0.67 * len(owners) and len(blank) > 1
