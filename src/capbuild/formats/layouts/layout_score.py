"""Evidence for table layouts, and their score."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from attrs import define, field

from capbuild.formats.layouts.cell_grid import CellGrid, are_options, header_role, is_period, is_total, role_score
from capbuild.formats.layouts.cell_kinds import CLASSES, is_place_name, kind_of, split_check_mark
from capbuild.formats.layouts.header import Header
from capbuild.formats.layouts.table_view import are_codes_of
from capbuild.formats.places import is_ambiguous, is_code, is_country_name, is_region_name, places_in_words
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.type_inference import are_exceptions
from capbuild.formats.vocabulary import Role, fold_header, header_words, personal_by_head
from capbuild.plugins import ReadLimits

#: Weights of the score terms. Terms are between 0 and 1; simplicity, a cost, between -1 and 0.
WEIGHTS: Mapping[str, float] = {
    "consistency": 2.0, "header": 2.0, "edge": 1.0, "keys": 0.6, "countries": 1.5, "explained": 1.5,
    "vocabulary": 1.0, "simplicity": 1.0,
}  # fmt: skip
#: Number of rows in which a header may begin, and size of the sample.
TOP, _SAMPLE = 18, 160
#: Prior that a cell kind is in a header, if the column has other kinds.
_PRIOR = {"w": 1, "q": 1, "s": 0.9, "k": 0.9, "j": 1, "c": 0.5, "y": 0.25, "m": 0.2, "d": 0.25, "n": 0.15, "Y": 0.2}
#: Header score of a role word that occurs once in its column.
_SAID = 0.8
#: Header score of consecutive numbers.
_COUNTED = 0.5
#: Number of distinct country codes, by length, that make a country column without a header for it.
_CODES = {2: 4, 3: 3}
#: Largest number of digits of a row count.
_DIGITS = 9
#: Largest number of words of a label; longer headers are questions.
_LABEL_WORDS = 4


def _looked_at(rows: Sequence[int]) -> list[int]:
    """Return a sample of rows from top, middle and end."""
    if len(rows) <= _SAMPLE:
        return list(rows)
    step = (len(rows) - 100) / 40
    return [*rows[:80], *(rows[80 + int(i * step)] for i in range(40)), *rows[-20:]]


@define(eq=False)
class Sample:
    """Sample of a region: cell kinds and class counts.

    Classes are counted per column, from each row of the body down. Positions of rows and columns are those in the
    sample.

    Attributes:
        grid: The grid.
        all_rows: Rows of the region.
        columns: Columns of the region.
        limits: Limits in force; the time is checked at each row and column.
        rows: Sampled rows.
        cells: Their cells.
        words: Texts of the cells.
        kinds: Kinds of the cells.
        counts: Class counts of each column from a row on, for each row where the body may begin.
        texts: Text counts of each column.
        filled: Number of cells with content of each column.
        lone: Rows with one cell: headings, notes or keys without an answer.
    """

    grid: CellGrid
    all_rows: Sequence[int]
    columns: Sequence[int]
    limits: ReadLimits = field(factory=ReadLimits)
    rows: list[int] = field(init=False)
    cells: list[list[Cell]] = field(init=False)
    words: list[list[str]] = field(init=False)
    kinds: list[list[str]] = field(init=False)
    counts: list[list[Counter[str]]] = field(init=False)
    texts: list[Counter[str]] = field(init=False)
    filled: list[int] = field(init=False)
    lone: frozenset[int] = field(init=False)
    _places: dict[tuple[int, int], tuple[float, int]] = field(factory=dict, init=False)
    _whole: dict[int, list[str]] = field(factory=dict, init=False)
    _headers: dict[tuple[int, int, bool], float] = field(factory=dict, init=False)
    _ticks: dict[int, list[int]] = field(factory=dict, init=False)
    _alike: list[int] = field(init=False)
    _at: dict[int, int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._at = {column: position for position, column in enumerate(self.columns)}
        self.rows = _looked_at(self.all_rows)
        self.cells = [[self.grid.rows[r][c] for c in self.columns] for r in self.rows]
        self.words = [list(map(cell_text, row)) for row in self.cells]
        self.kinds = [list(map(kind_of, row)) for row in self.cells]
        self.counts = self._counted()
        self.texts = [
            Counter(text for row in self.cells if isinstance(text := row[j], str)) for j in range(len(self.columns))
        ]
        self.filled = [sum(counter.values()) for counter in self.counts[0]]
        width = len(self.columns)
        self.lone = frozenset(i for i, row in enumerate(self.kinds) if width > 2 and width - row.count("") == 1)
        if width == 2:  # a lone country is a heading only if no country has a value
            firsts = [row[0].strip(" :") if isinstance(row[0], str) else "" for row in self.cells]
            named = [i for i, text in enumerate(firsts) if is_place_name(text)]
            self.lone = frozenset(named) if all(self.cells[i][1] is None for i in named) else frozenset()
        whole = [tuple(map(str, row)) for row in self.cells]
        times = Counter(whole)
        self._alike = [times[row] for row in whole]

    def _counted(self) -> list[list[Counter[str]]]:
        at: list[Counter[str]] = [Counter() for _ in self.columns]
        for row in self.kinds[self.top :]:
            for j, kind in enumerate(row):
                if kind:
                    at[j][CLASSES[kind]] += 1
        counts = [at]
        for row in reversed(self.kinds[: self.top]):
            at = [c + Counter((CLASSES[kind],)) if kind else c for c, kind in zip(at, row, strict=True)]
            counts.append(at)
        return counts[::-1]

    @property
    def top(self) -> int:
        """Number of rows in which a header may begin."""
        return min(TOP, len(self.rows))

    def place(self, column: int) -> int:
        """Return the position of a column in the sample."""
        return self._at[column]

    def whole_texts(self, column: int, first: int) -> list[str]:
        """Return the texts of a column in all rows.

        They begin at the row `first` of the sample. They are needed for what depends on all rows or on their order,
        which a sample does not keep.
        """
        if column not in self._whole:
            self.limits.check_time(self.grid.file)
            self._whole[column] = [cell_text(self.grid.rows[row][column]) for row in self.all_rows]
        start = bisect_left(self.all_rows, self.rows[first]) if first < len(self.rows) else len(self.all_rows)
        return self._whole[column][start:]

    def fit(self, row: int, column: int, body: int) -> float:
        """Return how well a cell fits its column.

        The result is from 0 to 1. The cell is compared with those from row `body` on.
        """
        kind, counts = self.kinds[row][column], self.counts[min(body, self.top)][column]
        total = counts.total()
        if not kind:
            return 0.35 if total > 0.8 * (len(self.rows) - body) else 0.5
        typed = total - counts[""]
        if kind in "me":
            return 0.9
        if not typed:
            return 0.5
        share = counts[CLASSES[kind]] / typed
        if CLASSES[kind] != "T" or not share:
            return share
        texts, own = self.texts[column], str(self.cells[row][column])
        if texts[own] > 1 and texts[own] > self._alike[row]:
            return share  # a repeated text is column content
        many = texts.total() >= 6 and len(texts) < 0.5 * texts.total()
        return share * (0.15 if many else 0.55)

    def headerness(self, row: int, body: int, *, upper: bool = False) -> float:
        """Return how much a row looks like a header.

        The result is from 0 to 1.

        Args:
            row: The row.
            body: First row of the body.
            upper: Whether more header rows follow, so that blanks continue a group.
        """
        key = (row, body, upper)
        if key not in self._headers:
            self.limits.check_time(self.grid.file)
            self._headers[key] = self._headerness(row, body, upper=upper)
        return self._headers[key]

    def _headerness(self, row: int, body: int, *, upper: bool) -> float:
        kinds, texts = self.kinds[row], self.words[row]
        full = [j for j, kind in enumerate(kinds) if kind]
        if not full or (upper and full == [0] and role_score(texts[0], Role.COUNTRY) == 0.0):
            return 0.0
        periods = len({texts[j] for j in full if is_period(texts[j])}) > 1
        places = sum(kinds[j] == "c" for j in full) > 1
        held_columns = self.counts[min(body, self.top)]
        options = [j for j in full if are_options(texts[j])]
        ticked = len({texts[j] for j in options}) > 1 and self._are_ticked(options, body)
        total = 0.0
        numbers = [int(texts[j]) for j in full if texts[j].isdecimal() and len(texts[j]) <= _DIGITS]
        # A scale begins again for each question.
        counted = len(numbers) > 2 and all(b - a == 1 or b == numbers[0] for a, b in pairwise(numbers))
        for j in full:
            counts = held_columns[j]
            if ticked and j in options:
                total += 0.9 if self.are_marks(j, body) or not self.fit(row, j, body) or kinds[j] != "y" else 0.0
            elif counted and kinds[j] == "n":
                total += _COUNTED
            elif self._is_option(j, texts[j]):
                total += 0.7
            elif (periods and is_period(texts[j])) or (places and kinds[j] == "c"):
                rare = kinds[j] in "Yd" or counts[CLASSES[kinds[j]]] < 0.5 * max(1, counts.total())
                total += 0.9 if rare else 0.3
            else:
                own = _PRIOR.get(kinds[j], 0.1) * (1 - self.fit(row, j, body))
                role_match = header_role(texts[j]) if self.texts[j][texts[j]] == 1 else None
                total += max(own, _SAID * role_match[1]) if role_match is not None else own
        blank = 0 if upper else sum(not kind and held_columns[j].total() > 0 for j, kind in enumerate(kinds))
        return total / (len(full) + 0.6 * blank)

    def _are_ticked(self, columns: Sequence[int], body: int) -> bool:
        """True if the cells of columns are check marks.

        Rows from `body` on count. There may be a few exceptions, and remarks after marks.
        """
        marked = sum(self._count_ticks(column)[body] for column in columns)
        filled = sum(bool(row[column]) for row in self.kinds[body:] for column in columns)
        return are_exceptions(filled - marked, marked)

    def _count_ticks(self, column: int) -> list[int]:
        """Return the number of check marks from each row on."""
        if column not in self._ticks:
            cells = [(texts[column], kinds[column]) for texts, kinds in zip(self.words, self.kinds, strict=True)]
            marks = [bool(k) and (CLASSES[k] == "B" or bool(split_check_mark(text)[0])) for text, k in cells]
            self._ticks[column] = [*accumulate(reversed(marks), initial=0)][::-1]
        return self._ticks[column]

    def _is_option(self, column: int, text: str) -> bool:
        """True if a column repeats its header as an option.

        It must have a single distinct text, in some rows only.
        """
        texts = self.texts[column]
        return len(texts) == 1 and texts[text] > 1 and len(self.rows) > 4 and self.filled[column] < 0.9 * len(self.rows)

    def are_marks(self, column: int, body: int) -> bool:
        """True if a column has only marks below `body`."""
        return all(row[column] in ("", "b", "n") for row in self.kinds[body:])

    def places(self, column: int, body: int) -> tuple[float, int]:
        """Return share and number of countries in a column."""
        if (column, body) not in self._places:
            self.limits.check_time(self.grid.file)
            rows = [i for i in range(body, len(self.rows)) if i not in self.lone] or range(body, len(self.rows))
            words = dict.fromkeys(self.words[i][column] for i in rows if self.kinds[i][column] not in ("", "m"))
            texts = [text for text in words if not (is_total(text) or is_region_name(text))][:24]
            known = sum(map(is_place_name, texts)) if any(map(is_place_name, texts[:10])) else 0
            self._places[column, body] = (known / len(texts) if texts else 0.0, known)
        return self._places[column, body]


@define(frozen=True)
class CountryColumn:
    """Country column of a table.

    Attributes:
        column: The column.
        share: Share of countries among its distinct texts.
        said: Strength of its header as a country header, 0 to 1.
    """

    column: int
    share: float
    said: float


def _names_persons(header: str) -> bool:
    """True if a header is for personal data."""
    return any(personal_by_head(part) is not None for part in header.split(" - "))


def _labels_a_place(header: str) -> bool:
    """True if a header may be a label of countries.

    Questions, countries, and words for other places are not such labels.
    """
    words = fold_header(header).split()
    question = header.rstrip().endswith(("?", "？", "؟")) or len(words) > _LABEL_WORDS
    other = header_words("elsewhere", "not_country")
    return not question and not is_place_name(header) and other.isdisjoint((*words, " ".join(words)))


def country_column(sample: Sample, body: int, header: Header) -> CountryColumn | None:
    """Return the country column of rows from `body` on."""
    best: tuple[float, CountryColumn] | None = None
    headed = {column for column in sample.columns if is_place_name(header.name(column))}
    periods = {column for column in sample.columns if is_period(header.name(column))}
    among_periods = len(periods) == len(sample.columns) - 1  # the other header names the measured quantity
    for j, column in enumerate(sample.columns):
        name, role_weight = header.name(column), header.role_score(column, Role.COUNTRY)
        if column in header.given and not role_weight:
            continue
        counts = sample.counts[min(body, sample.top)][j]
        total = counts.total()
        if not role_weight and total and counts["N"] > 0.5 * total:
            continue
        share, known = sample.places(j, body)
        if not role_weight and _names_persons(name) and (j or share < 1 or known < 3):
            continue  # a person may be called Chad; countries come first
        if role_weight and not share and (distinct := {row[j] for row in sample.words[body:] if row[j]}):
            share = len(places_in_words(distinct)) / len(distinct)
        if not share and len(headed) - (column in headed) > 1:
            continue  # a word for country above the row of countries
        texts = [row[j] for row in sample.words[body:] if row[j]][:12]
        codes = bool(texts) and share > 0 and all(len(text) <= 3 and text.isascii() for text in texts)
        # Codes alone may be answers (NO, IN), and so may a single name without a header. Many codes and nothing else
        # are certain, also with one that is an answer elsewhere, as NO and SI.
        many = codes and known >= _CODES[max(2, *map(len, texts))]
        alone = (many and (share == 1 or all(map(is_code, texts)))) or (
            not codes and (known >= 2 or (share == 1 and known == total and not name))
        )
        if (
            (share >= 0.6 and role_weight)
            or (
                share >= 0.8
                and alone
                and (_labels_a_place(name) or (known > 2 and column not in periods and among_periods))
            )
            or (role_weight >= 1.0 and counts["N"] + counts["B"] + counts["D"] <= 0.5 * total)
        ):
            value = share + role_weight - 0.3 * codes - 0.001 * j
            if best is None or value > best[0]:
                best = (value, CountryColumn(column, share, role_weight))
    if best is None:
        return None
    coded = _find_codes(sample, body, best[1].column)
    return best[1] if coded is None else CountryColumn(coded, 1.0, best[1].said)


def _find_codes(sample: Sample, body: int, names: int) -> int | None:
    """Return the column of ISO codes that identify countries.

    It is used if names are not enough; the result is None if there is no such column.
    """
    j = sample.place(names)
    for other, column in enumerate(sample.columns):
        rows = [(row[j], row[other]) for row in sample.words[body:] if other != j and row[other]]
        if not all(is_code(code) for _, code in rows):
            continue
        known = [(name, code) for name, code in rows if is_country_name(name)]
        settled = len(rows) > len(known) or any(is_ambiguous(name) for name, _ in known)
        if settled and are_codes_of(rows):
            return column
    return None


def purity(counter: Counter[str]) -> float | None:
    """Return the share of the commonest cell class.

    The share of text is lowered, since text fits any column. The result is None if all cells are blank.
    """
    typed = {name: count for name, count in counter.items() if name}
    if not typed:
        return None
    name = max(typed, key=lambda kind: (typed[kind], kind != "T"))
    return typed[name] / sum(typed.values()) * (0.8 if name == "T" else 1.0)


def score(terms: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """Return the weighted sum of a layout's terms."""
    return sum(weights[name] * value for name, value in terms.items())
