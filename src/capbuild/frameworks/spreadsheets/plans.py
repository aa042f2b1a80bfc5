"""Layout of a sheet: header row and roles of columns."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.frameworks.spreadsheets.bilingual import TOP, join_headers
from capbuild.frameworks.spreadsheets.drafts import DraftNotes
from capbuild.frameworks.spreadsheets.headers import (
    CRITERION,
    Column,
    Role,
    SheetRow,
    SheetView,
    correct_header,
    fold,
    is_negative,
    is_total,
    main_language,
    read_headers,
    read_translation,
    text_language,
    to_number,
)
from capbuild.origin import Origin

#: Minimum average length of level texts, in characters, if their headers are unknown.
_LONG = 12
#: Minimum number of level columns recognised by their cells only.
_RUN = 3
#: Roles of text columns.
_WORDED = (Role.NODE, Role.TITLE, Role.CRITERION, Role.DEFINITION, Role.LEVEL_TEXT, Role.EVIDENCE, Role.WHY)
NAMING = (Role.NODE, Role.TITLE, Role.CRITERION)
#: A column without a known header, which may have the texts of levels.
_BLANK = Column(place=-1, header="", role=Role.DEFINITION)


@frozen(kw_only=True)
class SheetPlan:
    """Layout of one sheet.

    Attributes:
        view: The sheet.
        header: Its header row.
        columns: Columns with a role.
        language: Language of its texts.
        title: Text above the header.
        totals: Numbers of total rows.
    """

    view: SheetView
    header: SheetRow
    columns: tuple[Column, ...] = field(converter=to_tuple)
    language: str
    title: tuple[str, Origin] | None = None
    totals: tuple[int, ...] = field(default=(), converter=to_tuple)

    def of(self, role: Role, kind: str | None = None) -> tuple[Column, ...]:
        """Return the columns of a role."""
        return tuple(column for column in self.columns if column.role is role and kind in (None, column.kind))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of nodes with a column, in column order."""
        return tuple(dict.fromkeys(column.kind for column in self.of(Role.NODE)))

    def language_of(self, column: Column) -> str:
        """Return the language of a column.

        A column without a language of its own has the sheet's, or the first of its header if that is in other
        languages.
        """
        if column.language or not column.languages or self.language in column.languages:
            return column.language or self.language
        return column.languages[0]

    def texts(self, row: SheetRow, columns: Sequence[Column]) -> dict[str, str]:
        """Return the texts of a row by language."""
        return {self.language_of(column): text for column in columns if (text := row.cells[column.place])}

    def first(self, row: SheetRow, columns: Sequence[Column]) -> tuple[str, Origin] | None:
        """Return the first filled cell of a row.

        Only the given columns are searched. The result is None if they are blank.
        """
        place = next((column.place for column in columns if row.cells[column.place]), None)
        return None if place is None else (row.cells[place], row.origin(place))

    def rows(self) -> Iterator[SheetRow]:
        """Yield the rows below the header, except totals."""
        yield from (row for row in self.view.below(self.header) if row.number not in self.totals)


def plan_sheet(view: SheetView, notes: DraftNotes, language: str = "") -> SheetPlan | None:
    """Return the layout of a sheet.

    The result is None if no row looks like a header.

    Args:
        view: The sheet.
        notes: Collects questions and issues.
        language: Language of its texts, if its name gives it.
    """
    best: tuple[int, SheetRow, tuple[str, ...], list[Column]] | None = None
    above: SheetRow | None = None
    for row in view.rows[:TOP]:
        header_cells = row.cells if above is None else join_headers(above.cells, row.cells)
        for cells in dict.fromkeys((tuple(row.cells), tuple(header_cells))):
            columns = read_headers(cells)
            naming = any(column.role in NAMING or column.role is Role.ID for column in columns)
            enough = len(columns) >= 2 or len(row.filled) > _RUN  # a name, and levels recognised by their cells only
            if naming and enough and (best is None or len(columns) > best[0]):
                best = (len(columns), row, cells, columns)
        above = row
    if best is None:
        return None
    _, header, cells, columns = best
    below = list(view.below(header))
    columns = [read_translation(column, [row.cells[column.place] for row in below]) for column in columns]
    columns = _add_unnamed(view, header, cells, columns, notes)
    if len(columns) < 2 or not any(column.role in NAMING for column in columns):
        return None
    language, columns = _settle_languages(view, header, _tell_apart(columns), language)
    title, totals = _find_title(view, header, cells), _find_totals(view, header)
    plan = SheetPlan(view=view, header=header, columns=columns, language=language, title=title, totals=totals)
    if totals:
        where = f"Sheet {view.name!r}: " if view.name else ""
        rows = f"rows {', '.join(map(str, totals))}" if len(totals) > 1 else f"row {totals[0]}"
        notes.understood.append(f"{where}{rows} left out: totals of others.")
        _check_totals(plan, notes)
    _check_columns(plan, notes)
    return plan


def _tell_apart(columns: Sequence[Column]) -> list[Column]:
    """Distinguish columns with the same role.

    If there are several weights or targets, each belongs to the column on its left.
    """
    roles = Counter(column.role for column in columns if not column.kind)
    told_apart: list[Column] = []
    left = ""
    for column in columns:
        if column.role in NAMING:
            left = CRITERION if column.role is Role.CRITERION else column.kind
        repeated = column.role in (Role.WEIGHT, Role.TARGET) and not column.kind and roles[column.role] > 1
        told_apart.append(evolve(column, kind=left) if repeated else column)
    return told_apart


def _find_title(view: SheetView, header: SheetRow, cells: Sequence[str]) -> tuple[str, Origin] | None:
    """Return the title above a header, or None.

    It is the longest text of the first row.
    """
    heading = next(view.below(header), header)
    above = [row for row in view.rows if row.number < min(header.number, heading.number)]
    if above and tuple(header.cells) != tuple(cells):  # the header begins one row higher
        above.pop()
    words = [place for row in above[:1] for place in row.filled if to_number(row.cells[place]) is None]
    if not words:
        return None
    place = max(words, key=lambda place: len(above[0].cells[place]))
    return above[0].cells[place], above[0].origin(place)


def _find_totals(view: SheetView, header: SheetRow) -> list[int]:
    """Return the numbers of total rows.

    Such rows have a word for total, or sum the rows above.
    """
    totals: list[int] = []
    above: list[SheetRow] = []
    for row in view.below(header):
        first, *others = (row.cells[place] for place in row.filled)
        numbers = all(to_number(text) is not None for text in others)
        if numbers and (is_total(first) or (is_total(first, alone=False) and others and _is_sum(row, above))):
            totals.append(row.number)
        else:
            above.append(row)
    return totals


def _check_totals(plan: SheetPlan, notes: DraftNotes) -> None:
    """Warn of totals that no rows above sum to.

    The first row that counts is that below a heading, a total or the header.
    """
    above: list[SheetRow] = []
    starts = {0}
    for row in plan.view.below(plan.header):
        if row.number not in plan.totals:
            above.append(row)
            continue
        if len(row.filled) > 1 and not _is_sum(row, above, starts):
            place = row.filled[-1]
            what = f"{row.cells[place]} is not the sum of rows above"
            notes.add_warning(what, row.origin(place), "correct the total, or the rows: it is left out")
        starts.add(len(above))


def _is_sum(row: SheetRow, above: Sequence[SheetRow], starts: Container[int] | None = None) -> bool:
    """True if a row sums the rows above.

    Each number must be the sum of some rows directly above; a percentage can be that of shares.

    Args:
        row: The row.
        above: The rows above it.
        starts: Positions of rows that the sum may begin with, besides those below a row without a number; None for all.
    """
    for place in row.filled[1:]:
        total, wanted = 0.0, to_number(row.cells[place])
        if wanted is not None and "%" in row.cells[place] and not any("%" in other.cells[place] for other in above):
            wanted /= 100
        numbers = [to_number(sheet_row.cells[place]) for sheet_row in above]
        sums = [(n, total := total + (number or 0)) for n, number in reversed([*enumerate(numbers)])]
        if starts is not None:
            sums = [(n, sum_) for n, sum_ in sums if n in starts or numbers[n - 1] is None]
        if wanted is None or not any(abs(sum_ - wanted) < 1e-6 * max(1, abs(wanted)) for _, sum_ in sums):
            return False
    return True


def _settle_languages(
    view: SheetView, header: SheetRow, columns: Sequence[Column], named: str
) -> tuple[str, list[Column]]:
    """Return the language of a sheet and its columns.

    Cells take precedence over headers, which may be in another language. If the cells are too short, headers
    distinguish columns of the same role.

    Args:
        view: The sheet.
        header: Its header row.
        columns: Its columns.
        named: Language in the sheet's name; empty for none.
    """
    cells = {
        column: [row.cells[column.place] for row in view.below(header)] for column in columns if column.role in _WORDED
    }
    plain = [cell for cell in cells if not cell.language]
    detected = {column: text_language(cells[column]) for column in plain}
    usual = main_language([column for column in columns if column.place not in view.places])
    roles = Counter((cell.role, cell.kind, cell.order) for cell in cells)
    levels = {
        column
        for column in plain
        if column.role is Role.LEVEL_TEXT and roles[column.role, column.kind, column.order] == 1
    }
    mine = [column for column in plain if not column.languages or usual in column.languages or column in levels]
    language = named or text_language(text for column in mine for text in cells[column]) or usual

    def settle(column: Column) -> Column:
        if column not in detected:
            return column
        alone = roles[column.role, column.kind, column.order] == 1
        if detected[column] or not alone:
            return evolve(column, language=detected[column])
        return evolve(column, languages=())

    return language, [settle(column) for column in columns]


def _add_unnamed(
    view: SheetView, header: SheetRow, cells: Sequence[str], columns: list[Column], notes: DraftNotes
) -> list[Column]:
    """Add columns recognised by their cells, those that are surest first."""
    below = list(view.below(header))
    texts = {place: [text for row in below if (text := row.cells[place])] for place in range(len(cells))}

    def list_free() -> list[int]:
        known = {column.place for column in columns}
        return [place for place in texts if place not in known and texts[place]]

    columns = _use_level_rows(view, header, cells, columns, notes)
    header = evolve(header, cells=tuple(cells))  # also with the cells of a row above
    columns += _correct_headers(header, columns, notes)
    columns += _name_nodes(header, columns, list_free(), notes)
    columns, _ = _widen_levels(columns, texts, list_free(), header, notes)
    columns += _number_levels(header, columns, list_free(), texts, notes)
    columns += _find_sources(columns, list_free(), texts)
    rows = [row for row in below if len(row.filled) > 1]
    columns += _find_groups(header, rows, columns, list_free(), notes)
    for place in list_free():
        what = f"The column {cells[place]!r} was not read" if cells[place] else "A column without header was not read"
        notes.ask(what, "give it a header that the page on own frameworks lists", header.origin(place))
    return sorted(columns, key=lambda one: one.place)


def _use_level_rows(
    view: SheetView, header: SheetRow, cells: Sequence[str], columns: list[Column], notes: DraftNotes
) -> list[Column]:
    """Return the columns of a sheet with one level in each row, or the same columns."""
    by_row = _find_level_rows(view, header, cells, columns)
    if by_row is None:
        return [*columns]
    level, text = by_row[-2:]
    what = f"Each row has the text of one level: {text.header!r}, of the level in {level.header!r}"
    notes.ask(what, "head them Level and Description, or write a column for each level", header.origin(level.place))
    return by_row


def _correct_headers(header: SheetRow, columns: Sequence[Column], notes: DraftNotes) -> list[Column]:
    """Return further columns whose headers are misspelt."""
    known = {column.place for column in columns}
    corrected = [
        column
        for place, text in enumerate(header.cells)
        if place not in known and (column := correct_header(place, text))
    ]
    for one in corrected:
        notes.ask(f"The header {one.header!r} is {one.kind or one.role.value}", "correct it", header.origin(one.place))
    return corrected


def _name_nodes(header: SheetRow, columns: Sequence[Column], free: Sequence[int], notes: DraftNotes) -> list[Column]:
    """Return the first free column as names of the nodes, if no column has them."""
    if not free or any(column.role in NAMING for column in columns):
        return []
    otherwise = "write Indicator above the column of names"
    notes.ask("This column contains the names of the nodes", otherwise, header.origin(free[0]))
    return [Column(place=free[0], header=header.cells[free[0]], role=Role.TITLE)]


def _number_levels(
    header: SheetRow,
    columns: Sequence[Column],
    free: Sequence[int],
    texts: dict[int, list[str]],
    notes: DraftNotes,
) -> list[Column]:
    """Return adjacent columns of texts as levels, if no column has levels or points; numbers as headers order them."""
    run, cells = _find_level_run(free, texts), header.cells
    if not run or any(column.role in (Role.LEVEL_TEXT, Role.LEVEL, Role.POINTS) for column in columns):
        return []
    if all(to_number(cells[place]) is not None for place in run):
        run = sorted(run, key=lambda place: to_number(cells[place]) or 0)
    names = ", ".join(cells[place] or "(no header)" for place in run)
    assumed = f"The columns {names} hold the texts of levels 1 to {len(run)}, the lowest first"
    notes.ask(assumed, "number the headers, such as Level 0, Level 1", header.origin(run[0]))
    return [
        Column(place=place, header=cells[place], role=Role.LEVEL_TEXT, order=order, label=cells[place])
        for order, place in enumerate(run, 1)
    ]


def _find_sources(columns: Sequence[Column], free: Sequence[int], texts: Mapping[int, list[str]]) -> list[Column]:
    """Find the columns that others translate.

    They are to the left of the translations, and have as many texts.
    """
    sources: list[Column] = []
    for column in columns:
        alone = [other for other in columns if (other.role, other.kind) == (column.role, column.kind)] == [column]
        if column.role not in NAMING or not column.language or not alone:
            continue
        same = [place for place in free if place < column.place and len(texts[place]) == len(texts[column.place])]
        worded = [place for place in same if all(to_number(text) is None for text in texts[place])]
        sources += [Column(place=place, header="", role=column.role, kind=column.kind) for place in worded[-1:]]
    return sources


def _find_groups(
    header: SheetRow, rows: Sequence[SheetRow], columns: Sequence[Column], free: Sequence[int], notes: DraftNotes
) -> list[Column]:
    """Find the columns of groups whose headers are unknown.

    They are to the left of names, and each of their texts is above some adjacent rows. If names have several languages,
    a column beside a known one, with a text for each of its groups, is its translation.
    """
    naming = [column for column in columns if column.role in NAMING]
    pairs = [two for column, two in pairwise(naming) if (column.role, column.kind) == (two.role, two.kind)]
    groups: list[Column] = []
    for place in free:
        text = header.cells[place]
        named = {row.number: row.cells[place] for row in rows if row.cells[place]}
        blocks = [block for block, _ in groupby(named.values())]
        worded = text and named and all(to_number(block) is None for block in blocks)
        if not worded or not naming or place > naming[-1].place or len(set(blocks)) < len(blocks):
            continue
        beside = [column for column in naming if abs(column.place - place) == 1 and column.role is Role.NODE]
        twin = next(
            (column for column in beside if {row.number for row in rows if row.cells[column.place]} == {*named}), None
        )
        if twin is not None and pairs:
            language = pairs[0].language or next(iter(pairs[0].languages), "")
            groups.append(evolve(twin, place=place, header=text, languages=(), language=language))
        elif twin is None and len(blocks) < sum(any(row.cells[column.place] for column in naming) for row in rows):
            groups.append(Column(place=place, header=text, role=Role.NODE, kind=fold(text)))
            what = f"The column {text!r} has groups of the rows to its right"
            notes.ask(
                what, "give it a header that the page on own frameworks lists, or delete it", header.origin(place)
            )
    return [*groups, *_find_group_weights(header.cells, free, [column.kind for column in groups])]


def _find_group_weights(cells: Sequence[str], free: Sequence[int], kinds: Sequence[str]) -> Iterator[Column]:
    """Yield the columns with weights or targets of groups.

    Their headers have the words for both, such as `Peso do eixo`.
    """
    for place in free:
        words = fold(cells[place]).split()
        kind = next((kind for kind in kinds if {*kind.split()} < {*words}), None)
        roles = [column.role for column in read_headers(words) if column.role in (Role.WEIGHT, Role.TARGET)]
        if kind and roles:
            yield Column(place=place, header=cells[place], role=roles[0], kind=kind)


def _find_level_rows(
    view: SheetView, header: SheetRow, cells: Sequence[str], columns: Sequence[Column]
) -> list[Column] | None:
    """Find columns of levels and texts, one level per row.

    Headers do not matter. The numbers must run from 0 or 1 to the same end again and again, each time below one name
    and beside texts that differ; otherwise the result is None.
    """
    rows = [row for row in view.below(header) if len(row.filled) > 1]
    naming = [column for column in columns if column.role in NAMING]
    for place in range(len(cells)):
        numbers = [to_number(row.cells[place]) for row in rows]
        starts = [n for n, number in enumerate(numbers) if number == numbers[0]]
        size = len(numbers) // max(1, len(starts))
        first = numbers[0] if numbers else None
        if first not in (0, 1) or size < _RUN or len(starts) < 2 or not naming or naming[-1].place == place:
            continue
        if numbers != [first + n for n in range(size)] * len(starts):
            continue
        blocks = [rows[start : start + size] for start in starts]
        named = [{row.cells[naming[-1].place] for row in block[1:]} - {""} for block in blocks]
        own = [block[0].cells[naming[-1].place] for block in blocks]
        if not all(own) or any(names - {name} for names, name in zip(named, own, strict=True)):
            continue
        known = {column.place: column for column in columns}
        texts = [
            other
            for other in range(len(cells))
            if other != place
            and known.get(other, _BLANK).role in (Role.DEFINITION, Role.ANSWERS)
            and all(len({row.cells[other] for row in block} - {""}) == size for block in blocks)
        ]
        if texts:
            roles = {place: Role.LEVEL, texts[-1]: Role.DEFINITION}
            kept = [
                evolve(column, role=Role.NODE, kind="indicator") if column.role is Role.CRITERION else column
                for column in columns
            ]
            level_columns = [Column(place=at, header=cells[at], role=role) for at, role in roles.items()]
            return [*(column for column in kept if column.place not in roles), *level_columns]
    return None


def _widen_levels(
    columns: list[Column], texts: Mapping[int, list[str]], free: list[int], header: SheetRow, notes: DraftNotes
) -> tuple[list[Column], list[int]]:
    """Add unnamed levels next to named ones.

    Levels are then numbered from left to right. Without the unnamed ones, the numbers of the named ones would be wrong.
    """
    named = [
        column for column in columns if column.role is Role.LEVEL_TEXT and fold(column.header) == fold(column.label)
    ]
    places = [column.place for column in named]
    if not named or len(set(places)) != len({column.order for column in named}):  # several languages per level
        return columns, free
    usual = [text for place in places for text in texts[place]]
    worded = {place for place in free if _are_similar(texts[place], usual, len(places))}
    low, high = min(places), max(places)
    while low - 1 in worded:
        low -= 1
    while high + 1 in worded:
        high += 1
    run = [place for place in range(low, high + 1) if place in worded or place in places]
    if len(run) == len(places):
        return columns, free
    names = ", ".join(header.cells[place] for place in run)
    levels = [
        Column(place=place, header=text, role=Role.LEVEL_TEXT, order=order, label=text)
        for order, place in enumerate(run, 1)
        for text in [header.cells[place]]
    ]
    notes.ask(
        f"The columns {names} hold the texts of levels 1 to {len(run)}, the lowest first",
        "number the headers, such as Level 0, Level 1",
        header.origin(run[0]),
    )
    others = [column for column in columns if column not in named]
    return [*others, *levels], [place for place in free if place not in run]


def _are_similar(found: Sequence[str], known: Sequence[str], columns: int) -> bool:
    """True if texts resemble those of level columns.

    They must be about as many and as long, and distinct.
    """
    many = len(found) * columns >= 0.8 * len(known) and len(set(found)) >= 0.8 * len(found)
    long = sum(map(len, found)) * len(known) >= 0.4 * sum(map(len, known)) * len(found)
    return bool(found) and many and long and not any(to_number(text) is not None for text in found)


def _find_level_run(free: Sequence[int], texts: dict[int, list[str]]) -> list[int]:
    """Return adjacent columns of level texts.

    There must be at least three, with sentences or with words that rarely repeat. Short words of the lowest level may
    repeat if they mean no.
    """
    most = max((len(texts[place]) for place in free), default=0)
    run: list[int] = []
    for place in free:
        column_texts = texts[place]
        whole = len(column_texts) >= 0.8 * most and all(to_number(text) is None for text in column_texts)
        varied = whole and len(set(column_texts)) >= 0.8 * len(column_texts)
        lowest = whole and not run and 2 * sum(map(is_negative, column_texts)) > len(column_texts)
        long = whole and sum(map(len, column_texts)) >= _LONG * len(column_texts)
        if not (varied or lowest or long):
            continue
        if run and place != run[-1] + 1 and len(run) < _RUN:
            run = []
        if not run or place == run[-1] + 1:
            run.append(place)
    return run if len(run) >= _RUN else []


def _check_columns(plan: SheetPlan, notes: DraftNotes) -> None:
    """Report two columns with the same content."""
    seen: dict[tuple[object, ...], Column] = {}
    for column in plan.columns:
        key = (
            column.role,
            column.kind,
            column.order,
            column.label if column.role is Role.PROFILE else "",
            plan.language_of(column),
        )
        first = seen.setdefault(key, column)
        if first is not column:
            headers = f"{column.header!r} and {first.header!r}"
            tag = plan.language_of(column)
            what = f"{headers} are two columns of the same ({column.role.value}) in one language"
            what += f", {tag}, as their texts are" if tag else ""
            remedy = "delete one, exchange texts of two languages, or write the language behind each: Question (EN)"
            notes.add_error(what, plan.header.origin(column.place), remedy)


def relabel(plan: SheetPlan, language: str) -> SheetPlan:
    """Set the language of a layout."""
    return evolve(
        plan, language=language, columns=[evolve(column, languages=(), language="") for column in plan.columns]
    )
