"""View of a grid by rows and columns, never copied.

Cells classified by appearance, one letter per kind.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise

from attrs import define, evolve, field

from capbuild._garbage import text_cache
from capbuild.formats.layouts.cell_grid import Area, CellGrid, is_total, role_score, split_fact
from capbuild.formats.layouts.ledger import Ledger
from capbuild.formats.places import find_country, is_code, is_country_name, is_same_country
from capbuild.formats.values.cells import Cell, ErrorCell, cell_text
from capbuild.formats.values.missing import MISSING_WORDS
from capbuild.formats.values.units import Quantity, split_unit
from capbuild.formats.vocabulary import Role, fold_header, fold_word, header_words, one_line, ranked, role_word

#: Marks of options that are not chosen; a blank cell then has another meaning.
UNCHECKED = frozenset(["☐", "□", "✗", "✘"])

MARKS = frozenset(["x", "X", "✓", "✔", "☑", "☒", "√", "•", "●", "■"]) | UNCHECKED

_NUMBER = re.compile(r"[-−+(]?[\d٠-٩][\d٠-٩\s.,'’]*\)?")

_QUANTITY = re.compile(r"[$€£¥<>≤≥~]?\s?[-+]?\d[\d\s.,]*\s?(?:%|[$€£¥]|\*{1,3})?")

#: A country before a dash or colon, or with its code in brackets before other words.
_FOLLOWED = re.compile(r"(.+?\([A-Z]{2,3}\)) (?:[-–—/] )?(.+)|(.+?)(?: [-–—/] |: )(.+)")

_RANGE = re.compile(r"\d[\d.,]*\s?(?:[-–—]|to|a|à|bis|tot|até)\s?\d[\d.,]*\s?%?|\d[\d.,]*\s?\+")

_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ,]+\d{1,2}:\d\d.*)?|\d{1,2}[- ][^\W\d_]{3,9}\.?[- ]\d{2,4}")

_YEAR = re.compile(r"(?:19|20)\d\d")

_CODE = re.compile(r"(?:[A-Za-z]{1,6}[-_. ]?)?\d+(?:[._-]\d+)*[a-z]?[.)]?|[A-Z]{2,}[-_][A-Z0-9_-]+")

_IN_BRACKETS = re.compile(r"\([^()]*\)")

_PRODUCT_NOTE = re.compile(r"\{\s*['\"]{1,2}ImportId")

_LONG, _LONGEST = 40, 400

#: Kinds of one class are compatible within a column; blanks, missing words and errors fit any class.
CLASSES = {
    **dict.fromkeys("nYpr", "N"), "d": "D", **dict.fromkeys("by", "B"), "c": "C", **dict.fromkeys("wsqku", "T"),
    "j": "J", **dict.fromkeys(("e", "m", ""), ""),
}  # fmt: skip

#: Country names that have another meaning in table cells.
_ELSE = frozenset(["male", "english", "french", "spanish", "dutch", "portuguese", "german", "russian", "arabic"])


def _is_other_word(word: str) -> bool:
    return word in _ELSE or any(word in header_words(key) for key in ("yes", "no", "partly"))


def is_mark(text: str, option: str) -> bool:
    """True if a text marks an option.

    It is a symbol, or repeats the option.

    Example:
        >>> is_mark("x", "Police"), is_mark("police", "Police"), is_mark("Army", "Police")
        (True, True, False)
    """
    return text in MARKS or (text != "" and fold_header(text) == fold_header(option))


def split_check_mark(text: str) -> tuple[str, str]:
    """Split a text into check mark and rest.

    The mark is empty without one.

    Example:
        >>> split_check_mark("x (pilot only)"), split_check_mark("☐ Yes"), split_check_mark("xylophone")
        (('x', 'pilot only'), ('☐', 'Yes'), ('', 'xylophone'))
    """
    mark, rest = text[:1], text[1:].strip(" -–—:;,")
    if mark not in MARKS or (mark.isalpha() and text[1:2].isalnum()):
        return "", text
    return mark, rest[1:-1] if _IN_BRACKETS.fullmatch(rest) else rest


#: One text in many cells, as workbooks share them, is put on one line once: it may be long.
_one_line = text_cache(1_000)(one_line)


@text_cache(200_000)
def is_place_name(text: str) -> bool:
    """True if a text is a country.

    It is a name, or a code in capitals.

    Example:
        >>> is_place_name("Haïti"), is_place_name("HTI"), is_place_name("no"), is_place_name("Male")
        (True, True, False, False)
    """
    joined = " ".join(text.split())
    if not 1 < len(joined) <= 80 or joined.endswith("?") or _is_other_word(fold_header(joined)):
        return False
    return is_country_name(joined) or is_code(joined)


@text_cache(200_000)
def _text_kind(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        return ""
    if len(stripped) <= _LONG and (kind := _short_kind(stripped)):
        return kind
    if _PRODUCT_NOTE.match(stripped):
        return "j"
    if _DATE.fullmatch(stripped[:_LONG]):
        return "d"
    if ("@" in stripped and " " not in stripped) or stripped.startswith(("http://", "https://")):
        return "u"
    if len(stripped) > 3 and is_place_name(stripped):
        return "c"
    if stripped.endswith(("?", "？", "؟")):
        return "q"
    return "s" if len(stripped) > _LONG else "w"


def _short_kind(text: str) -> str:
    head = fold_header(text)
    if text in MARKS:
        return "b"
    if fold_word(text) in MISSING_WORDS:
        return "e" if text[0] == "#" else "m"
    if any(head in header_words(key) for key in ("yes", "no", "partly")):
        return "y"
    if any(map(str.isdigit, text)) and (kind := _kind_of_digits(text)):
        return kind
    return "c" if (len(text) > 3 or not text.isascii()) and is_place_name(text) else ""


def _kind_of_digits(text: str) -> str:
    """Return the kind of a short text with digits."""
    dated = _DATE.fullmatch(text) is not None
    kinds = {
        "Y": _YEAR.fullmatch(text) is not None,
        "d": dated and (_NUMBER.fullmatch(text) is None or (text.count(".") != 1 and len(text) >= 6)),
        "n": _NUMBER.fullmatch(text) is not None,
        "p": _QUANTITY.fullmatch(text) is not None or split_unit(text, words=True) is not None,
        "r": _RANGE.fullmatch(text) is not None,
        "k": len(text) <= 14 and _CODE.fullmatch(text) is not None,
    }
    return next((kind for kind, found in kinds.items() if found), "")


def kind_of(cell: Cell) -> str:
    """Return the kind of a cell; empty if blank.

    Kinds are n number, p quantity with a unit, r range of numbers, Y year, d date, b mark or boolean, y yes or no, m
    missing code, e error, c country, k code, w words, s sentence, q question, u address, j note of a product.

    Example:
        >>> "".join(map(kind_of, ["12,5", "2015", "x", "Sí", "n/a", "Peru", "Q1", "Law?", True, None]))
        'nYbymckqb'
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _text_kind(cell) if len(cell) < _LONGEST else "s"
    if isinstance(cell, bool):
        return "b"
    if isinstance(cell, Quantity):
        return "p"
    if isinstance(cell, int | float):
        return "Y" if 1900 <= cell <= 2100 and cell == int(cell) else "n"
    if isinstance(cell, ErrorCell):
        return "e"
    return "d"


#: Options as products join them with their question: `Which units? [CERT]`, `CERT:Which units?`.
_BRACKETED, _BEFORE = re.compile(r"(.+?)\s*\[([^\[\]]+)\]"), re.compile(r"([^:]+):([^\s:].*)")

_KEYS = (Role.COUNTRY, Role.RESPONDENT, Role.ID, Role.LANGUAGE, Role.DATE)

#: Share of the columns that a header row must name, each once, to name them all alone.
_COMPLETE = 0.9


@define
class Header:
    """Header of a table.

    Attributes:
        parts: Texts of each column, from the top header row down.
        ids: Id of each column if one of the rows has only ids; else its joined parts.
        texts: Text of each column if ids have a row of their own; else empty.
        given: Column roles given by the options.
    """

    parts: dict[int, list[str]]
    ids: dict[int, str]
    texts: dict[int, str] = field(factory=dict)
    given: dict[int, Role] = field(factory=dict)

    def name(self, column: int) -> str:
        """Return the whole header of a column."""
        return " - ".join(self.parts.get(column, ()))

    def option(self, column: int) -> tuple[str, str]:
        """Return the question and the option of a column.

        The option is the last header row, else follows a dash, is in brackets, or precedes a colon without a space.
        """
        parts = self.parts.get(column, [])
        if len(parts) > 1:
            return " - ".join(parts[:-1]), parts[-1]
        name = parts[0] if parts else ""
        if match := _BRACKETED.fullmatch(name):
            return match[1], match[2]
        if match := _BEFORE.fullmatch(name):
            return match[2], match[1]
        stem, _, last = name.rpartition(" - ")
        return stem.strip(), last.strip()

    def role_score(self, column: int, role: Role) -> float:
        """Return how strongly a column has a role.

        It is 0 for not at all. Options decide, else its header.
        """
        if column in self.given:
            return 2.0 if self.given[column] is role else 0.0
        whole = role_score(self.name(column), role)
        if not self.texts:
            return whole
        return max(whole, role_score(self.ids.get(column, ""), role), role_score(self.texts.get(column, ""), role))

    def is_total(self, column: int) -> bool:
        """True if a header names a total or mean."""
        return any(map(is_total, self.parts.get(column, ())))

    def below(self, topic: str, *, without: int | None) -> "Header":
        """Add a topic above the header, except above keys."""
        keys = {c for c in self.parts if c == without or any(self.role_score(c, role) for role in _KEYS)}
        parts = {c: found if c in keys else [topic, *found] for c, found in self.parts.items()}
        ids = {c: name if c in keys else f"{topic} - {name}" for c, name in self.ids.items()}
        return evolve(self, parts=parts, ids=ids)

    def with_roles(self, options: Mapping[str, str]) -> "Header":
        """Set the roles given by the option `columns`."""
        names = {c: fold_header(self.name(c) or f"column {c + 1}") for c in self.parts}
        roles = {c: role for c, name in names.items() if (role := role_word(options.get(name, ""))) is not None}
        return evolve(self, given=roles)


def _spread(grid: CellGrid, rows: Sequence[int], columns: Sequence[int]) -> list[dict[int, str]]:
    """Return the texts of each header row by column.

    Groups extend over merged cells, else over runs of blanks with a header below. A column without a header below, a
    key, ends the run. Next to merged cells, a group extends over the blanks with headers that repeat below one of
    these.
    """
    found: list[dict[int, str]] = []
    for place, row in reversed(list(enumerate(rows))):
        cells, last = grid.rows[row], place == len(rows) - 1
        areas = [area for area in grid.merged if area.top <= row <= area.bottom]
        wide = any(area.wide for area in areas)
        covered = {column: area for area in areas for column in range(area.left, area.right + 1)}
        texts: dict[int, str] = {}
        current = ""
        centred = {} if last or wide else _centred(cells, columns, found[-1])
        again = _like_merged(cells, columns, covered, found[-1]) if wide and not last else frozenset()
        for column in columns:
            cell = cells[centred.get(column, column)]
            if cell is not None and kind_of(cell) == "j":
                current = ""  # a product's note on its columns is not part of a name
            elif cell is not None:
                current = texts[column] = one_line(cell_text(cell))
            elif column in covered and (held := grid.rows[covered[column].top][covered[column].left]) is not None:
                texts[column] = one_line(cell_text(held))
            elif not last and current and (column in again if wide else column in found[-1]):
                texts[column] = current
            elif not last and column not in found[-1]:
                current = ""
        found.append(texts)
    return found[::-1]


def _like_merged(
    cells: Sequence[Cell], columns: Sequence[int], covered: Mapping[int, Area], below: Mapping[int, str]
) -> frozenset[int]:
    """Return the blank columns of a group without merging.

    They are right of the group, and their headers are those below a merged group.

    Args:
        cells: Cells of the row of groups.
        columns: Columns of the table.
        covered: Merged cells of the row by column.
        below: Texts of the header row below, by column.
    """
    runs: list[list[int]] = []
    for column in columns:
        if column not in covered and cells[column] is None and runs:
            runs[-1].append(column)
        elif column not in covered or column == covered[column].left or not runs:
            runs.append([column])
        else:
            runs[-1].append(column)
    headers = {run[0]: tuple(below.get(column, "") for column in run) for run in runs}
    merged = {headers[run[0]] for run in runs if len(run) > 1 and all(column in covered for column in run)}
    alike = (run for run in runs if run[0] not in covered and len(run) > 1 and headers[run[0]] in merged)
    return frozenset(column for run in alike for column in run[1:])


def _centred(cells: Sequence[Cell], columns: Sequence[int], below: Mapping[int, str]) -> dict[int, int]:
    """Return the group cell of each column.

    Groups are above the middle of repeated headers; else empty.

    Args:
        cells: Cells of the row of groups.
        columns: Columns of the table.
        below: Texts of the header row below, by column.
    """
    blocks: list[list[int]] = [[]]
    for column in filter(below.__contains__, columns):
        if below[column] in (below[other] for other in blocks[-1]):
            blocks.append([])
        blocks[-1].append(column)
    again = set.intersection(*({below[column] for column in block} for block in blocks))
    blocks = [[column for column in block if below[column] in again or cells[column] is not None] for block in blocks]
    groups = [[column for column in block if cells[column] is not None] for block in blocks]
    if len(blocks) < 2 or any(len(group) != 1 for group in groups):
        return {}
    if all(block[0] == group[0] for block, group in zip(blocks, groups, strict=True)):
        return {}  # they begin with their columns
    return {column: group[0] for block, group in zip(blocks, groups, strict=True) for column in block}


def join_header(grid: CellGrid, rows: Sequence[int], columns: Sequence[int]) -> Header:
    """Join header rows into one header.

    Example:
        >>> grid = CellGrid("a.csv", [[None, "Law", None], ["Country", "Act", "Year"], ["Peru", "yes", 2013]])
        >>> join_header(grid, [0, 1], [0, 1, 2]).ids
        {0: 'Country', 1: 'Law - Act', 2: 'Law - Year'}
    """
    spread = _spread(grid, rows, columns)
    parts = {c: list(dict.fromkeys(chain(*(_levels(texts[c]) for texts in spread if c in texts)))) for c in columns}
    joined = {c: " - ".join(found) for c, found in parts.items()}
    whole = [texts for texts in spread if _is_complete(texts, columns)]
    if len(whole) < 2 or len(whole) < sum(map(bool, spread)):
        return Header(parts, joined)
    ids = min(whole, key=lambda texts: sum(map(len, texts.values())))
    others = {c: " - ".join(found[c] for found in whole if found is not ids and found.get(c)) for c in columns}
    return Header(parts, {c: ids.get(c, "") for c in columns}, others)


def _levels(text: str) -> Iterable[str]:
    """Return a country and what follows it, as two header rows have them; else the text."""
    match = _FOLLOWED.fullmatch(text)
    found = [part for part in match.groups() if part] if match else [text]
    return found if is_place_name(found[0]) else [text]


def are_group_labels(grid: CellGrid, rows: Sequence[int], columns: Sequence[int]) -> bool:
    """True if labels are above runs of named columns.

    The rows right below name the columns. They are at least two texts, each right above another; one is above several
    columns and none above the first. Labels of lines with their values are none.

    Example:
        >>> lines = [[None, "Law", None, "Staff"], ["Country", "Act", "Year", "Number"], ["Peru", "yes", 2013, 12]]
        >>> grid = CellGrid("a.csv", lines)
        >>> are_group_labels(grid, [0, 1], [0, 1, 2, 3]), are_group_labels(grid, [1, 2], [0, 1, 2, 3])
        (True, False)
    """
    full = [j for j, column in enumerate(columns) if grid.rows[rows[0]][column] is not None]
    adjacent = all(grid.numbers[below] == grid.numbers[above] + 1 for above, below in pairwise(rows))
    if len(full) < 2 or not full[0] or not adjacent:
        return False
    labels = [cell_text(grid.rows[rows[0]][columns[j]]) for j in full]
    texts = all(_text_kind(text) in "wqsk" and not text.rstrip().endswith((":", "：")) for text in labels)
    named = all(any(grid.rows[row][column] is not None for row in rows[1:]) for column in columns[full[0] :])
    nested = all(grid.rows[rows[1]][columns[j]] is not None for j in full)
    return texts and named and nested and any(after - before > 1 for before, after in pairwise((*full, len(columns))))


def _is_complete(texts: dict[int, str], columns: Sequence[int]) -> bool:
    return len(set(texts.values())) >= _COMPLETE * len(columns)


@define(eq=False)
class TableView:
    """Table state while layout steps are applied.

    Attributes:
        grid: The grid.
        ledger: Its ledger.
        rows: Remaining rows.
        columns: Remaining columns.
        header: The header.
        header_rows: Header rows.
        country: Country of the whole table; empty if unknown.
        row_country: Countries of rows below a country heading.
        row_section: Question headings of rows.
        unsure_headings: Rows taken for headings that may be questions without an answer.
        filled_down: Cells filled from a cell above.
        pairs: Lines of label and value above the table: row, label column, value column; the columns are equal if one
            cell has both.
    """

    grid: CellGrid
    ledger: Ledger
    rows: list[int] = field(factory=list)
    columns: list[int] = field(factory=list)
    header: Header = field(factory=lambda: Header({}, {}))
    header_rows: tuple[int, ...] = ()
    country: str = ""
    row_country: dict[int, str] = field(factory=dict)
    row_section: dict[int, str] = field(factory=dict)
    unsure_headings: list[int] = field(factory=list)
    filled_down: dict[tuple[int, int], Cell] = field(factory=dict)
    pairs: list[tuple[int, int, int]] = field(factory=list)

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, or its filled-down value."""
        found = self.grid.rows[row][column]
        return self.filled_down.get((row, column)) if found is None else found

    def text(self, row: int, column: int) -> str:
        """Return a cell as one line of text."""
        return _one_line(cell_text(self.cell(row, column)))

    def fact(self, row: int, label: int, value: int) -> tuple[str, Cell]:
        """Return label and value of a line above the table."""
        if label == value:
            return split_fact(self.text(row, label))
        return self.text(row, label).rstrip(" :：").strip(), self.grid.rows[row][value]

    def full(self, row: int) -> list[int]:
        """Return the filled columns of a row."""
        return self.grid.full(row, self.columns)

    def without(self, rows: Sequence[int]) -> list[int]:
        """Return the remaining rows except some."""
        gone = set(rows)
        return [row for row in self.rows if row not in gone]


#: Sample of rows used to detect columns of codes.
_SAMPLE = 100

#: Place of the headers of codes among those of countries in the vocabulary.
_CODE_RANK = 2


def are_codes_of(pairs: Sequence[tuple[str, str]]) -> bool:
    """True if codes belong to the names next to them.

    All are codes, and most fit.

    Args:
        pairs: Names with the text next to each.

    Example:
        >>> are_codes_of([("Peru", "PE"), ("Chad", "TD"), ("Niger", "NG")])
        True
        >>> are_codes_of([("Peru", "TD"), ("Chad", "PE"), ("Niger", "NG")])
        False
    """
    if not all(is_code(code) for _, code in pairs):
        return False
    known = [pair for pair in pairs if is_country_name(pair[0])]
    return len(known) > 1 and 2 * sum(is_same_country(*pair) for pair in known) > len(known)


def is_misfit(name: str, code: str) -> bool:
    """True if name and code are of different countries.

    A territory may have the code of its state.

    Example:
        >>> is_misfit("Peru", "CL"), is_misfit("Peru", "PE"), is_misfit("Congo", "CD"), is_misfit("Peru", "")
        (True, False, False, False)
        >>> is_misfit("Hong Kong", "CN"), is_misfit("Netherlands", "AW")
        (False, True)
    """
    if not is_code(code) or not is_country_name(name) or is_same_country(name, code):
        return False
    both = find_country(f"{name} ({code})")
    return both is None or both != find_country(name)


def code_columns(view: TableView, country: int) -> Iterator[tuple[int, int]]:
    """Yield pairs of name and code columns.

    One of them is the country column.

    Args:
        view: The table.
        country: The country column.
    """
    for column in view.columns:
        if view.header.given.get(column) not in (None, Role.COUNTRY):
            continue
        for names, codes in ((country, column), (column, country)) if column != country else ():
            rows = [row for row in view.rows[:_SAMPLE] if view.cell(row, names) and view.cell(row, codes)]
            if not all(is_code(view.text(row, codes)) for row in rows):
                continue
            pairs = [(view.text(row, names), view.text(row, codes)) for row in rows]
            if _are_codes_of_countries(pairs, view.header.name(codes)) or are_codes_of(pairs):
                yield names, codes


def _are_codes_of_countries(pairs: Sequence[tuple[str, str]], header: str) -> bool:
    """True if texts are country codes.

    Their header names codes, and most texts next to them are countries.
    """
    if not _names_codes(header) or not all(is_code(code) for _, code in pairs):
        return False
    return 2 * sum(is_country_name(name) for name, _ in pairs) > len(pairs)


def _names_codes(header: str) -> bool:
    """True if a header is for country codes.

    Such as `ISO3`, `country.code` and `código de país`. The header decides, also for a single row.
    """
    ranks, folded = ranked("header.country"), fold_header(header)
    first, _, last = folded.rpartition(" ")
    return ranks.get(folded) == _CODE_RANK or (first in ranks and ranks.get(last) == _CODE_RANK)


def find_misfits(view: TableView, country: int) -> Iterator[tuple[int, int, str, str]]:
    """Yield rows with name and code of different countries.

    Args:
        view: The table.
        country: The country column.

    Returns:
        Row, column next to that of the country, name, code.
    """
    for names, codes in code_columns(view, country):
        for row in view.rows:
            name, code = view.text(row, names), view.text(row, codes)
            if is_misfit(name, code):
                yield row, codes if names == country else names, name, code
