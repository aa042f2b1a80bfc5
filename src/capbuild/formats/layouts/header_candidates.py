"""Candidate header rows of a region, ranked by cheap terms."""

from collections.abc import Iterator, Sequence

from capbuild.formats.layouts.cell_grid import Area, are_options, header_role, is_total, role_score, split_fact
from capbuild.formats.layouts.cell_kinds import is_place_name
from capbuild.formats.layouts.header import are_group_labels, join_header
from capbuild.formats.layouts.layout_score import WEIGHTS, Sample
from capbuild.formats.layouts.steps import is_fact, numbers_columns
from capbuild.formats.places import find_country, is_code
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import Role

#: Number of headers that are tried with all shapes.
_HEADERS = 4
#: Smallest header score of each row in a header of several rows.
_LEAST = 0.4
#: Rows below a header that are checked for country codes.
_BELOW = 12
#: Rank, first row, row after the last, and the terms `header` and `edge`.
_RankedHeader = tuple[float, int, int, float, float]


def rank_headers(sample: Sample, given: tuple[int, ...] | None) -> list[tuple[int, int, float, float]]:
    """Return the best headers, with their score terms.

    A header is its first row, the first row below it, and the terms `header` and `edge`. Rows are scored one by one;
    headers of one to four rows are then tried from the six best rows and the first two.
    """
    if given is not None:
        start = sample.rows.index(given[0]) if given else 0
        return [(start, start + len(given), 1.0, 1.0)]
    if len(sample.rows) == 1 and _is_header_alone(sample):
        return [(0, 1, 1.0, 1.0)]  # a header without rows
    top = sample.top
    alone = sorted(range(top), key=lambda i: -sample.headerness(i, min(i + 1, top)))
    starts = {*alone[:6], *(i - 1 for i in alone[:3] if i), 0, 1} & set(range(top))
    texts = [tuple(map(cell_text, row)) for row in sample.cells[:top]]
    # Of identical rows, only the first is a header.
    starts = {i for i in starts if i in sample.lone or texts.index(texts[i]) == i}
    ranked = []
    for start in sorted(starts):
        for rows in (1, 2, 3, 4):
            body = start + rows
            if (body >= len(sample.rows) and len(sample.rows) > 1) or body > top:
                break
            if _is_no_header(sample, start, body):
                break
            header_rank = _ranked(sample, start, body)
            if header_rank is not None:
                ranked.append(header_rank)
    ranked = _take_group_labels(sample, _drop_cutting(sample, ranked))
    ranked.sort(key=lambda one: -one[0])
    edge = sum(sample.fit(0, j, 1) for j in range(len(sample.columns))) / max(1, len(sample.columns))
    without = (0, 0, 0.3, edge if len(sample.rows) > 1 else 0.0)
    return [*(candidate[1:] for candidate in ranked[:_HEADERS]), without]


def _is_header_alone(sample: Sample) -> bool:
    """True if a table's only row is its header.

    Words such as `x` or `y` are also answers. If there is one, another column must have the name of a role.
    """
    kinds = set(sample.kinds[0])
    named = any(header_role(cell_text(cell)) is not None for cell in sample.cells[0])
    return not kinds & set("npd") and (named or "b" not in kinds)


def _is_no_header(sample: Sample, start: int, body: int) -> bool:
    """True if rows cannot be a header.

    Either the last row only numbers the columns, or the rows below the first are data.
    """
    rows = body - start
    merged = (a for a in sample.grid.merged if a.top <= sample.rows[start] <= a.bottom and a.wide)
    return (
        numbers_columns(sample.grid, sample.rows[body - 1], sample.columns)
        or (rows > 1 and _names_country_below(sample, start, body - 1))
        or (rows > 1 and _has_labels(sample, start, body - 1))
        or (rows > 1 and _answers_a_question(sample, start, body - 1))
        or (rows > 1 and _asks_as_below(sample, start, body - 1))
        or (rows > 1 and _names_other_countries(sample, start, body - 1))
        or (rows == 4 and not any(merged) and not _has_groups(sample, start, body))  # four rows only below groups
    )


def _has_groups(sample: Sample, start: int, body: int) -> bool:
    """True if the first row has groups of columns.

    It has at least two texts right of the first column, each with a text right below. Some of them are for several
    columns: they are repeated in the next column, or followed by blanks with a text below.
    """
    texts = list(map(cell_text, sample.cells[start]))
    named = [any(sample.kinds[i][j] for i in range(start + 1, body)) for j in range(len(texts))]
    wide = [
        j
        for j in range(1, len(texts) - 1)
        if texts[j] and (texts[j + 1] == texts[j] or (not texts[j + 1] and named[j + 1]))
    ]
    nested = all(sample.kinds[start + 1][j] for j in wide)
    return bool(wide) and nested and len(set(texts[1:]) - {""}) > 1


def _drop_cutting(sample: Sample, ranked: list[_RankedHeader]) -> list[_RankedHeader]:
    """Drop headers that cut merged cells.

    They are dropped only if others fit as well, since a merged cell may also be a note next to the table, or reach into
    its rows.
    """
    cutting = {
        header for header in ranked if any(_cut_areas(sample, sample.rows[header[1]], sample.rows[header[2] - 1]))
    }
    best = max((header[3] + header[4] for header in ranked if header not in cutting), default=0.0)
    return [header for header in ranked if header not in cutting or header[3] + header[4] > best]


def _take_group_labels(sample: Sample, ranked: list[_RankedHeader]) -> list[_RankedHeader]:
    """Extend headers by rows of group labels above them.

    Each header is returned once, with its best rank.
    """
    by_rows: dict[tuple[int, int], _RankedHeader] = {}
    for rank, first, body, header, edge in sorted(ranked, reverse=True):
        start = first
        while start and (
            are_group_labels(sample.grid, sample.rows[start - 1 : body], sample.columns)
            or _asks_above_options(sample, start - 1, body)
        ):
            start -= 1
        by_rows.setdefault((start, body), (rank, start, body, header, edge))
    return list(by_rows.values())


def _asks_above_options(sample: Sample, row: int, body: int) -> bool:
    """True if a row asks a question above options.

    Its one text is above several columns right of the first, which have marks or one word for yes, or options as group
    labels. The other columns of the table have no group.
    """
    full = [j for j, kind in enumerate(sample.kinds[row]) if kind]
    if len(full) != 1 or not full[0] or sample.rows[row] + 1 != sample.rows[row + 1]:
        return False
    columns = sample.columns
    area = next((a for a in sample.grid.merged if a.top == sample.rows[row] and a.left == columns[full[0]]), None)
    last = sample.place(area.right) if area is not None and area.right in columns else len(columns) - 1
    groups = [text for text in sample.words[row + 1][full[0] : last + 1] if text]
    if 1 < len(set(groups)) == len(groups) < last + 1 - full[0] and all(map(are_options, groups)):
        return True
    option_kinds = {
        cell_text(cells[j]).casefold() if kinds[j] == "y" else kinds[j]
        for cells, kinds in zip(sample.cells[body:], sample.kinds[body:], strict=True)
        for j in range(full[0], last + 1)
    } - {""}
    return last > full[0] and len(option_kinds) == 1 and option_kinds.isdisjoint("nwsqkdYpruc")


def _cut_areas(sample: Sample, first: int, last: int) -> Iterator[Area]:
    """Yield the merged cells that rows begin or end within."""
    return (a for a in sample.grid.merged if a.top < first <= a.bottom or first <= a.top <= last < a.bottom)


def _names_country_below(sample: Sample, start: int, row: int) -> bool:
    """True if a row under a header has a country.

    Either it has a country or total under the header of a country column, or a country code in a column of codes.
    """
    below = sample.cells[row + 1 : row + 1 + _BELOW]
    coded = (j for j in range(len(sample.columns)) if is_code(cell_text(sample.cells[row][j])))
    if len(below) > 1 and any(all(is_code(cell_text(cells[j])) for cells in below) for j in coded):
        return True
    above = [[cell_text(cell) for cell in cells] for cells in sample.cells[start:row]]
    country_columns = (
        j for j in range(len(sample.columns)) if any(role_score(texts[j], Role.COUNTRY) for texts in above)
    )
    return any(
        is_place_name(text) or is_total(text) for j in country_columns if (text := cell_text(sample.cells[row][j]))
    )


def _asks_as_below(sample: Sample, start: int, row: int) -> bool:
    """True if a row under a header is a question."""
    above, below = sample.kinds[start:row], sample.kinds[row + 1 :]
    asking = [j for j, kind in enumerate(sample.kinds[row]) if kind == "q"]
    headed = [
        j for j in asking if {kinds[j] for kinds in above if kinds[j]}.isdisjoint("q") and any(r[j] for r in above)
    ]
    return any(2 * sum(kinds[j] == "q" for kinds in below) > len(below) > 1 for j in headed)


def _answers_a_question(sample: Sample, start: int, row: int) -> bool:
    """True if a row answers a question.

    It has texts below the words for question and answer, other than these words in another language.
    """
    for role in (Role.QUESTION, Role.ANSWER):
        named = [j for j, text in enumerate(sample.words[start]) if role_score(text, role) == 1.0]
        below = [text for j in named if (text := sample.words[row][j])]
        if len(named) != 1 or not below or role_score(below[0], role) == 1.0:
            return False
    return True


def _names_other_countries(sample: Sample, start: int, row: int) -> bool:
    """True if a row has other countries than the header.

    The countries, one in each column, follow a text. They are answers to a question such as `Who trained you?`.
    """
    below = list(map(cell_text, sample.cells[row]))
    for cells in sample.cells[start:row]:
        named = {j: text for j, cell in enumerate(cells) if (text := cell_text(cell)) and is_place_name(text)}
        asked = bool(named) and any(below[: min(named)])
        if asked and 1 < len(named) == len(set(named.values())) and all(is_place_name(below[j]) for j in named):
            return 2 * sum(find_country(below[j]) != find_country(text) for j, text in named.items()) > len(named)
    return False


def _has_labels(sample: Sample, start: int, body: int) -> bool:
    """True if a row has labels with their values.

    Either a label that ends in a colon precedes one value, or each cell has a label of its own with its value, such as
    `Country: Peru` and `Date: 3 May`. Groups of columns have the same label instead.
    """
    rows = ([text for cell in cells if (text := cell_text(cell))] for cells in sample.cells[start:body])
    return any(
        (len(texts) == 2 and texts[0].endswith((":", "\N{FULLWIDTH COLON}"))) or _are_facts(texts) for texts in rows
    )


def _are_facts(texts: Sequence[str]) -> bool:
    """True if texts are distinct labels with values, one for the date or author."""
    labels = [split_fact(text)[0] for text in texts]
    return len(labels) > 1 and all(labels) and len(set(labels)) == len(labels) and any(map(is_fact, labels))


def _ranked(sample: Sample, start: int, body: int) -> _RankedHeader | None:
    """Return a ranked candidate header, None if it is none.

    It consists of its rank, first row, first row below, and the terms `header` and `edge`.
    """
    # Blanks in several header rows are scored together: a column needs a name in one of them only.
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
        first = body
        while sum(map(bool, sample.kinds[body - 1])) > 1 and first in sample.lone and first + 1 < len(sample.rows):
            first += 1  # below headings
        after = first + 1 if first + 1 <= sample.top and first + 1 < len(sample.rows) else first
        edge = sum(sample.fit(first, j, after) for j in named) / len(named)
    above = [len(row) - row.count("") for row in sample.kinds[:start]]
    wide = sum(n for n in above if n > 2)
    rank = WEIGHTS["header"] * header + WEIGHTS["edge"] * edge - 2.0 * wide / max(20, 4 * len(sample.columns))
    return rank - 0.01 * sum(above), start, body, header, edge
