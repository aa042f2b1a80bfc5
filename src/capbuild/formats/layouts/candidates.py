"""Candidate layouts of a region: headers first, by cheap terms; then each shape whose columns exist."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from attrs import define, field, frozen

from capbuild.formats.cells import cell_text
from capbuild.formats.folding import fold_head
from capbuild.formats.headers import Role, head_meaning, role_word
from capbuild.formats.layouts.cell_kinds import CLASSES, MARKS, names_place
from capbuild.formats.layouts.column_parts import Described, RowParts, part_columns, remarks_between
from capbuild.formats.layouts.evidence import WEIGHTS, CountryColumn, Sample, country_column, purity, score
from capbuild.formats.layouts.shapes import Across, Form, Long, Marks, Member, Records, Shape, country_above
from capbuild.formats.layouts.steps import (
    Drop,
    FillDown,
    HeaderRows,
    Outline,
    Region,
    Sections,
    Step,
    Titles,
    numbers_columns,
    place_in,
)
from capbuild.formats.layouts.table_view import Header, join_header
from capbuild.formats.layouts.table_words import are_options, is_label, is_period, is_total, says
from capbuild.formats.options import TableOptions

__all__ = ["Candidate", "candidates"]

#: Headers that get all shapes.
_HEADERS = 4
#: How much each of several header rows looks like one at least.
_LEAST = 0.4
#: Rank of words for a question that may be of anything, such as code.
_CODE = 2
#: Share of different keys of rows that ask, where no header says that they do.
_UNIQUE = 0.8
_Found = tuple[list[Step], dict[str, float]]
#: Rows and columns up to which a region may be a form.
_FORM_ROWS, _FORM_COLUMNS = 300, 12


@frozen(eq=False)
class Candidate:
    """A layout with the evidence for it.

    Attributes:
        steps: Its steps; the last is the shape.
        terms: Terms of its score.
        score: The score.
    """

    steps: tuple[Step, ...]
    terms: Mapping[str, float]
    score: float

    @property
    def shape(self) -> Shape:
        """The last step."""
        return cast("Shape", self.steps[-1])

    @property
    def header_rows(self) -> tuple[int, ...]:
        """Rows of the header."""
        return next((step.rows for step in self.steps if isinstance(step, HeaderRows)), ())


def candidates(
    sample: Sample,
    options: TableOptions,
    country: str = "",
    *,
    weights: Mapping[str, float] = WEIGHTS,
    header: tuple[int, ...] | None = None,
) -> list[Candidate]:
    """Return the candidate layouts of a region, best first.

    Args:
        sample: The region.
        options: Options in force.
        country: The country that the sheet or file is named for.
        weights: Weights of the terms.
        header: The header rows, where they are given; none for a table without header.
    """
    found: list[_Found] = []
    for start, body, told, edge in _headers(sample, header):
        view = _Headed(sample, start, body, told, edge, country, options)
        for one in view.shapes():
            sample.limits.check_time(sample.grid.file)
            found.append(one)
    if header is None and len(sample.all_rows) <= _FORM_ROWS and len(sample.columns) <= _FORM_COLUMNS:
        found.extend(_forms(sample, country))
    made = [Candidate(tuple(steps), terms, score(terms, weights)) for steps, terms in found]
    return sorted(made, key=lambda one: -one.score)


def _headers(sample: Sample, given: tuple[int, ...] | None) -> list[tuple[int, int, float, float]]:
    """Return first row, first row below, and two terms of the headers that get all shapes.

    Each row alone first: the six most like a header, and the first two, get headers of up to four rows.
    """
    if given is not None:
        start = sample.rows.index(given[0]) if given else 0
        return [(start, start + len(given), 1.0, 1.0)]
    if len(sample.rows) == 1 and not set("npdb") & set(sample.kinds[0]):
        return [(0, 1, 1.0, 1.0)]  # a header without rows
    top = sample.top
    alone = sorted(range(top), key=lambda i: -sample.headerness(i, min(i + 1, top)))
    starts = {*alone[:6], *(i - 1 for i in alone[:3] if i), 0, 1} & set(range(top))
    texts = [tuple(map(cell_text, row)) for row in sample.cells[:top]]
    # Of rows that say the same, only the first is a header.
    starts = {i for i in starts if i in sample.lone or texts.index(texts[i]) == i}
    ranked = []
    for start in sorted(starts):
        for rows in (1, 2, 3, 4):
            body = start + rows
            if (body >= len(sample.rows) and len(sample.rows) > 1) or body > top:
                break
            if _is_no_header(sample, start, body):
                break
            found = _ranked(sample, start, body)
            if found is not None:
                ranked.append(found)
    ranked.sort(key=lambda one: -one[0])
    edge = sum(sample.fit(0, j, 1) for j in range(len(sample.columns))) / max(1, len(sample.columns))
    without = (0, 0, 0.3, edge if len(sample.rows) > 1 else 0.0)
    return [*(one[1:] for one in ranked[:_HEADERS]), without]


def _is_no_header(sample: Sample, start: int, body: int) -> bool:
    """Tell whether rows are no header: the last one only counts the columns, or what stands below others is data."""
    rows = body - start
    merged = (a for a in sample.grid.merged if a.top <= sample.rows[start] <= a.bottom and a.wide)
    return (
        numbers_columns(sample.grid, sample.rows[body - 1], sample.columns)
        or (rows > 1 and _names_country_below(sample, start, body - 1))
        or (rows > 1 and _has_labels(sample, start, body - 1))
        or (rows > 1 and _asks_as_below(sample, start, body - 1))
        or (rows == 4 and not any(merged))  # four rows only where the first is a group's
    )


def _names_country_below(sample: Sample, start: int, row: int) -> bool:
    """Tell whether a row of a header names a country, or a total, in the column that rows above it head as country."""
    above = [[cell_text(cell) for cell in cells] for cells in sample.cells[start:row]]
    found = (j for j in range(len(sample.columns)) if any(says(texts[j], Role.COUNTRY) for texts in above))
    return any(names_place(text) or is_total(text) for j in found if (text := cell_text(sample.cells[row][j])))


def _asks_as_below(sample: Sample, start: int, row: int) -> bool:
    """Tell whether a row of a header asks a question below a header that is none, as most rows below it do."""
    above, below = sample.kinds[start:row], sample.kinds[row + 1 :]
    asking = [j for j, kind in enumerate(sample.kinds[row]) if kind == "q"]
    headed = [
        j for j in asking if {kinds[j] for kinds in above if kinds[j]}.isdisjoint("q") and any(r[j] for r in above)
    ]
    return any(2 * sum(kinds[j] == "q" for kinds in below) > len(below) > 1 for j in headed)


def _has_labels(sample: Sample, start: int, body: int) -> bool:
    """Tell whether a row is a text that ends in a colon, and one cell that follows it."""
    rows = ([text for cell in cells if (text := cell_text(cell))] for cells in sample.cells[start:body])
    return any(len(texts) == 2 and texts[0].endswith((":", "\N{FULLWIDTH COLON}")) for texts in rows)


def _ranked(sample: Sample, start: int, body: int) -> tuple[float, int, int, float, float] | None:
    """Return the rank of some rows as a header, the rows, and the terms header and edge; None where one is none."""
    # Blanks of several header rows are judged together: a column that one of them names needs no other.
    parts = [sample.headerness(i, body, upper=body - start > 1) for i in range(start, body)]
    if len(parts) > 1 and min(parts) < _LEAST:
        return None
    joined = join_header(sample.grid, sample.rows[start:body], sample.columns)
    named = [j for j in range(len(sample.columns)) if sample.filled[j]]
    below = [j for j in named if sample.counts[min(body, sample.top)][j].total()]
    complete = sum(bool(joined.ids[sample.columns[j]]) for j in below) / max(1, len(below))
    texts = [text for j in named if (text := joined.ids[sample.columns[j]])]
    distinct = len(set(texts)) / max(1, len(texts))
    header = (min(parts) + sum(parts) / len(parts)) / 2 * (0.3 + 0.35 * complete + 0.35 * distinct)
    edge = 0.4
    if body < len(sample.rows) and named:
        after = body + 1 if body + 1 <= sample.top and body + 1 < len(sample.rows) else body
        edge = sum(sample.fit(body, j, after) for j in named) / len(named)
    above = [len(row) - row.count("") for row in sample.kinds[:start]]
    wide = sum(n for n in above if n > 2)
    rank = WEIGHTS["header"] * header + WEIGHTS["edge"] * edge - 2.0 * wide / max(20, 4 * len(sample.columns))
    return rank - 0.01 * sum(above), start, body, header, edge


@define(eq=False)
class _Headed:
    """A region under one header: its columns by what they may be, and the terms that all shapes share."""

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

    def layout(self, shape: Shape, terms: dict[str, float], extra: Sequence[Step] = (), cost: float = 0.03) -> _Found:
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

    # Shapes -----------------------------------------------------------------------------------------------------------

    def shapes(self) -> Iterator[_Found]:
        """Yield a layout for each shape whose columns exist."""
        names = {fold_head(self.header.name(c)) for c in self.sample.columns}
        asked = any(name in names and role_word(text) is None for name, text in self.options.columns.items())
        asking: list[_Found] = []
        if self.body_start and not asked:  # a column with the id of a question is one of answers
            parts = part_columns(self)
            asking = [*self._across(parts), *self._marks(parts), *self._long(parts)]
        # Where the options name the column of questions, a row is no response.
        if not asking or not self.asks_in_rows or self.options.shape is not None:
            yield from self._records()
        yield from asking

    def _records(self) -> Iterator[_Found]:
        extra, cost = self._row_steps(records=True)
        if self.by_country:
            extra, cost = [*extra, *self.sections], 0.03
        pure = [share for column, share in self.pure.items() if column != self.country]
        if self.country is not None:
            places = self.texts(self.country, self.every)
            unique = 0.5 + 0.5 * len(set(places)) / max(1, len(places))
        else:
            rows = list(zip(*(self.texts(c, self.every) for c in self.sample.columns), strict=True))
            unique = 0.2 + 0.5 * len(set(rows)) / max(1, len(rows))
        said = 0.5 * self.place.said if self.place is not None else 0.0
        # Headers that say question and answer say that rows are answers.
        told = (any(self.header.says(c, role) for c in self.sample.columns) for role in (Role.QUESTION, Role.ANSWER))
        if all(told):
            said -= 0.35
        groups = tuple(self._groups())
        terms = {
            "consistency": sum(pure) / len(pure) if pure else 0.4,
            "keys": 0.5 * unique if self._names_others() else unique,
            "countries": self.countries,
            "vocabulary": 0.35 + said + 0.15 * bool(groups),
        }
        yield self.layout(Records(country=self.country, groups=groups), terms, extra, cost)

    def _names_others(self) -> bool:
        """Tell whether a second column below the header of the countries names others in the same rows."""
        if self.country is None:
            return False
        header, places = self.header.parts[self.country][-1:], self.texts(self.country)
        others = [c for c in self.sample.columns if c != self.country]
        named = bool(header) and says(header[0], Role.COUNTRY) > 0
        again = [c for c in others if named and self.header.parts[c][-1:] == header]
        pairs = [(one, other) for c in again for one, other in zip(places, self.texts(c), strict=True) if other]
        return 2 * sum(one != other for one, other in pairs) > len(pairs) > 0

    def _groups(self) -> Iterator[tuple[int, ...]]:
        """Yield columns of marks side by side, each an option of the question in the header above them."""
        run: list[int] = []
        for column in [*self.sample.columns, -1]:
            above, option = self.header.option(column)
            told = fold_head(self.header.name(column)) in self.options.columns
            joined = len(self.header.parts.get(column, ())) == 1 and not are_options(option)
            marked = bool(above) and not told and not joined and self._has_symbols([column])
            if run and (not marked or above != self.header.option(run[-1])[0]):
                if len(run) > 1 and self._has_symbols(run):
                    yield tuple(run)
                run = []
            if marked:
                run.append(column)

    def _has_symbols(self, columns: Sequence[int]) -> bool:
        """Tell whether columns hold marks: nothing else but one cell of each, and a fifth of all of them."""
        cells = [text for column in columns for text in self.texts(column) if text]
        other = sum(text not in MARKS for text in cells)
        return other < len(cells) and (other <= 1 if len(columns) == 1 else 5 * other <= len(cells))

    def _row_steps(self, *, records: bool = False) -> tuple[list[Step], float]:
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

    def _filled(self, parts: "RowParts", sections: Sequence[int]) -> list[Step]:
        """Return the steps that rows need where they ask: what is named once holds for the rows below."""
        found = self._row_steps()[0]
        down = [c for c in sections if c in parts.once]
        if not down:
            return found
        keys = [column for step in found if isinstance(step, FillDown) for column in step.columns]
        return [FillDown((*keys, *down)), *(step for step in found if not isinstance(step, FillDown))]

    def _across(self, parts: "RowParts") -> Iterator[_Found]:
        """Questions down; a country, a period or a respondent in each column."""
        columns = self.sample.columns
        others = {self.country, *parts.remarks, *parts.values}
        after = [c for c in columns if parts.asking and c > parts.asking[0] and c not in others]
        places = () if self.options.country else parts.places  # the options say whose all answers are
        # One period alone is a column of the answers, unless the options say that questions stand beside it.
        least = 1 if self.asks_in_rows and not places and len(parts.periods) == 1 else 2
        options = ((places, Member.COUNTRY), (parts.periods, Member.PERIOD), (after, Member.RESPONDENT))
        for members, member in options:
            alone = member is Member.RESPONDENT and (places or len(parts.periods) > 1)
            unowned = member is Member.RESPONDENT and not self.countries  # nothing says that somebody answered
            named = {self._named(c, member) for c in members}
            if len(named) < least or len(members) < least or alone or unowned:
                continue
            question = parts.question_among([c for c in columns if c < members[0] and c != self.country])
            if question is None:
                continue
            alone = self.country is not None and self.unique([]) > 0.9
            given = question in self.header.given
            if member is Member.PERIOD and alone and not given and 2 * parts.distinct(question) > len(self.body):
                continue  # a row is all that is said of a country, and asks nothing that others are asked
            yield self._across_layout(parts, members, member, question)

    def _across_layout(self, parts: "RowParts", members: Sequence[int], member: Member, question: int | None) -> _Found:
        columns, s = self.sample.columns, self.sample
        remarks = parts.adjacent_remarks(members) if member is not Member.RESPONDENT else {}
        answers = [c for c in members if c not in remarks]
        among = frozenset(members)
        outside = [c for c in columns if c not in among]
        described = parts.described(question, outside, answers)
        beside = remarks_between(answers, described.comments)
        remarked = frozenset(parts.remarks)
        part = min(1.0, len(members) / max(1, sum(c >= members[0] and c not in remarked for c in columns)))
        kinds = zip(*(self.kinds(c) for c in answers), strict=True)
        rows = [purity(Counter(CLASSES[k] for k in row if k)) for row in kinds if sum(map(bool, row)) > 1]
        found = [share for share in rows[:80] if share is not None]
        first = None
        if self.body_start < len(s.rows):
            first = purity(Counter(CLASSES[s.kinds[self.body_start][s.place(c)]] for c in answers))
        by_country = member is Member.COUNTRY
        apart = len({self.header.name(c) for c in answers}) / max(1, len(answers))  # what the header tells apart
        worded = bool(question is not None and parts.asking and question in parts.asking)
        marked = (
            by_country
            and self._by_country(answers)
            and all(text in MARKS for c in answers for text in self.texts(c) if text)
        )
        terms = {
            "header": self.header_term * (1.0 if self._goes_below(members, member, question) else 0.4),
            # Questions run down, so the first row is held against itself and not against the columns below it.
            "edge": max(self.edge, 0.8 * (first or 0.0)),
            "consistency": sum(found) / len(found) if found else 0.6,
            "keys": apart * self.unique([*([question] if question is not None else []), *described.dimensions]),
            "countries": part if by_country else self.countries,
            "vocabulary": 0.35
            + 0.3 * worded
            + (0.35 * part * apart if member is not Member.RESPONDENT else 0.0)
            - 0.35 * marked,  # the headers of marks are answers
        }
        place = None if by_country else self.country
        dimensions = described.dimensions
        if by_country and self.country is not None and self.country not in members:
            dimensions = (*dimensions, self.country)
        # Where a column is a response, rows say nothing of responses; where it is a country, they may say who answered.
        kept = {Member.PERIOD: tuple(Role), Member.COUNTRY: (Role.RESPONDENT,), Member.RESPONDENT: ()}[member]
        moved = [column for role, column in described.keys if role not in kept]
        about = [column for column in moved if parts.has_one(question, column)]
        dimensions = (*dimensions, *(column for column in moved if column not in about))
        shape = Across(
            question=described.question,
            texts=described.texts,
            sections=described.sections,
            unit=described.unit,
            country=place,
            keys=tuple(key for key in described.keys if key[1] not in moved),
            dimensions=dimensions,
            about_country=described.about_country,
            attributes=(*described.attributes, *about),
            comments=tuple(c for c in described.comments if c not in beside),
            members=(*answers, *(c for c in described.values if not by_country or not is_total(self.header.name(c)))),
            member=member,
            remarks=tuple((remarks | beside).items()),
        )
        return self.layout(shape, terms, [*self._filled(parts, described.sections), *self.sections])

    def _named(self, column: int, member: Member) -> str:
        """Return the country, period or respondent that the header of a column names."""
        names = {Member.COUNTRY: names_place, Member.PERIOD: is_period}.get(member, bool)
        return next((part for part in self.header.parts[column] if names(part)), self.header.name(column))

    def _goes_below(self, members: Sequence[int], member: Member, question: int | None) -> bool:
        """Tell whether what stands below countries or periods in the header comes again for each, as data do not."""
        names = names_place if member is Member.COUNTRY else is_period
        rows = self.sample.grid.rows
        levels = [n for n, r in enumerate(self.header_rows) if sum(names(cell_text(rows[r][c])) for c in members) > 1]
        if member is Member.RESPONDENT or not levels or levels[-1] == len(self.header_rows) - 1:
            return True
        below = [cell_text(rows[self.header_rows[-1]][c]) for c in members]
        corner = [r for r in self.header_rows if question is not None and rows[r][question] is not None]
        # A word for country before the countries is no header of the questions.
        top = self.header_rows[levels[-1]]
        corner = [r for r in corner if r != top or not says(cell_text(rows[r][question or 0]), Role.COUNTRY)]
        return len(set(below)) <= 0.6 * len(below) and (len(corner) < 2 or corner[-1] <= self.header_rows[levels[-1]])

    def _marks(self, parts: "RowParts") -> Iterator[_Found]:
        """A mark under one of several options."""
        columns = self.sample.columns
        options = [c for c in columns if any(map(are_options, self.header.parts[c][-1:]))]
        options = [c for c in options if self.main_class(c) in ("B", "") or self._other_than_marks(c) == 1]
        if len(options) > 1:  # a column of marks beside options is one more
            known, places = frozenset(options), frozenset(map(self.sample.place, options))
            options = [c for c in columns if c in known or (self._only_marks(c) and self._is_adjacent(c, places))]
        if len(options) < 2:  # by content: columns of nothing but marks, one mark a row
            ticked = [c for c in columns if self._only_marks(c) and self.header.parts[c] and parts.asking]
            options = ticked if len(ticked) > 1 and self._are_marked_once(ticked) else []
            # An option that nobody chose, as of a scale from 1 to 5, lies among the others.
            known = frozenset(options)
            options = [c for c in columns if c in known or (options and self._is_unmarked_between(c, options))]
        known = frozenset(options)
        cells = [kind for c in options for kind in self.kinds(c) if kind]
        marked = cells.count("b") / max(1, len(cells))
        # One other text among a few marks is an answer of its own, and takes nothing from theirs.
        nearly = len(cells) > 3 and cells.count("b") == len(cells) - 1
        question = parts.question_among([c for c in columns if c not in known and c != self.country])
        if len(options) < 2 or not (marked > 0.8 or nearly) or question is None:
            return
        found = parts.described(question, [c for c in columns if c not in known], options)
        shape = Marks(
            question=found.question,
            texts=found.texts,
            sections=found.sections,
            unit=found.unit,
            country=self.country,
            keys=found.keys,
            dimensions=found.dimensions,
            about_country=found.about_country,
            attributes=found.attributes,
            comments=found.comments,
            options=options,
        )
        terms = {
            "consistency": marked,
            "keys": self.unique([question]),
            "countries": 1.0 if self._by_country(options) else self.countries,
            "vocabulary": 1.0,
        }
        yield self.layout(shape, terms, [*self._filled(parts, found.sections), *self.sections])

    def _are_marked_once(self, options: Sequence[int]) -> bool:
        """Tell whether most rows have one mark under some options, or one for each country above them."""
        groups: dict[str, list[int]] = {}
        for column in options:
            groups.setdefault(country_above(self.header.parts[column]), []).append(column)
        rows = [row for group in groups.values() for row in zip(*map(self.kinds, group), strict=True)]
        return sum(sum(map(bool, row)) == 1 for row in rows) >= 0.8 * len(rows)

    def _by_country(self, options: Sequence[int]) -> bool:
        """Tell whether the headers of options name two countries at least, each above some of them."""
        places = [country_above(self.header.parts[c]) for c in options]
        return all(places) and 1 < len(set(places)) <= len(places) / 2

    def _is_unmarked_between(self, column: int, options: Sequence[int]) -> bool:
        """Tell whether a column with a header and no cells lies between options."""
        empty = not any(self.texts(column)) and bool(self.header.parts[column])
        return empty and options[0] < column < options[-1]

    def _other_than_marks(self, column: int) -> int:
        return sum(kind not in ("", "b") for kind in self.kinds(column))

    def _is_adjacent(self, column: int, places: frozenset[int]) -> bool:
        """Tell whether a column with a header stands next to one of some places of the sample."""
        j = self.sample.place(column)
        return bool(self.header.parts[column]) and (j - 1 in places or j + 1 in places)

    def _only_marks(self, column: int) -> bool:
        j = self.sample.place(column)
        counts = self.counts[j]
        return counts["B"] > 0 and counts["B"] == counts.total() and self.sample.are_marks(j, self.body_start)

    def _may_be_questions(self, question: int | None, answer: int) -> bool:
        """Tell whether headers such as `Code` and `Score` may be questions: no country comes again."""
        if question is None or self.country is None or self.unique([]) <= 0.9:
            return False
        said = head_meaning(self.header.name(answer))
        return answer not in self.header.given and (said is None or said.role is not Role.ANSWER or said.rank > 0)

    def _are_asked_apart(self, question: int | None, found: Described, *, answered: bool) -> bool:
        """Tell whether rows are responses although one of their columns may name a question.

        Nobody owns rows whose questions come again; or a row is all that is said of its owner, and asks a code that no
        other is asked, while no header says answer.
        """
        if question is None or self.country is not None or self.by_country:
            return False
        asked = self.unique([question, *found.dimensions])
        owners = [column for role, column in found.keys if role in (Role.RESPONDENT, Role.ID)]
        if not owners:
            return asked <= 0.5 and not self.sections
        said = head_meaning(self.header.name(question))
        bare = question not in self.header.given and said is not None and said.rank == _CODE
        return bare and not answered and asked > 0.9 and self.unique(owners) > 0.9

    def _long(self, parts: "RowParts") -> Iterator[_Found]:
        """One row an answer: by header words, else by content."""
        question, values = parts.long_columns()
        if not values or parts.places or self._may_be_questions(question, values[0]):
            return
        nobody = self.country is None and not self.by_country and not any(parts.has_key(c) for c in self.sample.columns)
        if nobody and not self.countries and question is not None:
            meaning = head_meaning(self.header.name(values[0]))
            plain = meaning is not None and meaning.role is Role.ANSWER and meaning.rank < 2
            if not plain or parts.distinct(question) < 0.9 * len(self.body):
                return  # nothing says that somebody answered
        answers = frozenset(values)
        found = parts.described(question, [c for c in self.sample.columns if c not in answers], values)
        said = any(self.header.says(c, Role.ANSWER) for c in values)
        if self._are_asked_apart(question, found, answered=said):
            return
        owners = [column for _, column in found.keys]
        unique = self.unique([*([question] if question is not None else []), *owners, *found.dimensions])
        alone = bool(owners) and self.unique(owners) >= _UNIQUE
        if question is None and (alone or unique < _UNIQUE):
            return  # a row is a respondent, or nothing tells its answers from those of another
        worded = said or any(self.header.says(c, Role.QUESTION) for c in self.sample.columns)
        behind = question is not None and question > values[0]
        if not worded and (unique < _UNIQUE or behind):
            return  # no header says so, and the same is asked again and again, or behind its answer
        by_question: dict[str, Counter[str]] = {}
        asking = self.texts(question) if question is not None else [""] * len(self.body)
        for asked, kind in zip(asking, self.kinds(values[0]), strict=True):
            if kind:
                by_question.setdefault(asked, Counter())[CLASSES[kind]] += 1
        pure = [share for one in by_question.values() if one.total() > 1 and (share := purity(one)) is not None]
        shape = Long(
            question=found.question,
            texts=found.texts,
            sections=found.sections,
            unit=found.unit,
            country=self.country,
            keys=found.keys,
            dimensions=found.dimensions,
            about_country=found.about_country,
            attributes=found.attributes,
            comments=found.comments,
            values=(*values, *found.values),
        )
        terms = {
            "consistency": sum(pure) / len(pure) if pure else 0.75,
            "keys": unique,
            "countries": self.countries,
            "vocabulary": 0.6 + 0.4 * said,
        }
        yield self.layout(shape, terms, [*self._filled(parts, found.sections), *self.sections])


def _forms(sample: Sample, country: str) -> Iterator[_Found]:
    """Yield the layout of a filled-in form: lines of a label and a value."""
    lines = [[j for j, kind in enumerate(row) if kind] for row in sample.kinds]
    pairs = [(i, full) for i, full in enumerate(lines) if 2 <= len(full) <= 4]
    if len(pairs) < 2 or any(len(full) > 4 for full in lines) or len(pairs) < 0.4 * len(lines):
        return
    numbers = [i for i, full in pairs if len(full) > 2 and sample.kinds[i][full[0]] in "nkY"]
    # Where questions are numbered, so are those without an answer.
    numbers += [i for i, full in pairs if numbers and len(full) == 2 and sample.kinds[i][full[0]] == "n"]
    starts = Counter(full[1 if i in numbers else 0] for i, full in pairs)
    label = starts.most_common(1)[0][0]
    nexts = Counter(full[full.index(label) + 1] for _, full in pairs if label in full[:-1])
    if not nexts:
        return
    value = nexts.most_common(1)[0][0]
    for row in sample.cells:  # headers that say question and answer: a table with a question a row
        if says(cell_text(row[label]), Role.QUESTION) and says(cell_text(row[value]), Role.ANSWER):
            return
    labels = [cell_text(sample.cells[i][label]) for i, full in pairs if label in full]
    says_country = any(
        says(cell_text(sample.cells[i][label]).rstrip(" :"), Role.COUNTRY)
        and names_place(cell_text(sample.cells[i][value]))
        for i, full in pairs
        if label in full and value in full
    ) or any(
        says(cell_text(sample.cells[i][full[0]]).rstrip(" :"), Role.COUNTRY)
        and names_place(cell_text(sample.cells[i][label]))
        for i, full in pairs
        if full[1:] == [label]
    )
    if sum(sample.kinds[i][label] in "npYd" for i, _ in pairs) > 0.3 * len(pairs):
        return
    numbered = [label in full and full[0] < label for _, full in pairs]
    told = max(sum(map(is_label, labels)), sum(numbered)) / max(1, len(labels))
    lone = (cell_text(row[full[0]]) for row, full in zip(sample.cells, lines, strict=True) if len(full) == 1)
    says_country = says_country or any(map(place_in, lone))
    free = sum(map(names_place, labels)) < 0.3 * len(labels)
    two = sum(label in full and value in full for _, full in pairs) / len(pairs)
    columns = sample.columns
    further = _further_labels(sample, label, value)
    found = tuple((columns[one], columns[other]) for one, other in further)
    steps: list[Step] = [
        Region(sample.all_rows[0], None, columns),
        Form(label=columns[label], value=columns[value], further=found),
    ]
    yield (
        steps,
        {
            "consistency": 0.6 * two,
            "header": 0.75 * told,
            "edge": 0.5,
            "keys": len(set(labels)) / max(1, len(labels)) * free,
            "countries": 1.0 if says_country else 0.6 if country else 0.0,
            "explained": 1.0,
            "vocabulary": told * free,
            "simplicity": -0.05,
        },
    )


def _further_labels(sample: Sample, label: int, value: int) -> list[tuple[int, int]]:
    """Return further columns of labels in a form, each with that of its values: a second form beside the first.

    A blank column lies before them, or most of them read as labels; each is different, and most have a value.
    """
    found: list[tuple[int, int]] = []
    known = {cell_text(row[label]) for row in sample.cells}
    for j in range(value + 1, len(sample.columns) - 1):
        if found and j <= found[-1][1]:
            continue
        rows = [row for row in sample.cells if isinstance(row[j], str)]
        texts = [cell_text(row[j]) for row in rows]
        gap = sample.columns[j] > sample.columns[j - 1] + 1
        answered = sum(row[j + 1] is not None for row in rows)
        distinct = len(set(texts)) == len(texts) > 1 and known.isdisjoint(texts)
        labelled = 2 * sum(map(is_label, texts)) > len(texts)
        if distinct and 2 * answered > len(rows) and 2 * len(rows) > len(sample.rows) and (gap or labelled):
            found.append((j, j + 1))
    return found
