"""CommCare table exports in other servers' notation.

Headers and links are translated.

In a repeat's table, `number` has the numbers of the submission and of the row (`3.0`), which `number__0`,
`number__1`... repeat one by one; a nested repeat has one more. Missing content is `---`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set

from attrs import evolve

from capbuild_xlsform.text_tables import Table

#: Missing content in CommCare, and in exports of other servers.
_MISSING, _FILLER = "---", "n/a"
_EXTRA = "extra"
_ID, _NUMBER = "formid", "number"
_META = {
    _NUMBER: "_index",
    _ID: "_uuid",
    "received_on": "_submission_time",
    "completed_time": "meta/timeEnd",
    "started_time": "meta/timeStart",
    "username": "meta/username",
    "userID": "meta/userID",
    "deviceID": "meta/deviceID",
    "App Version": "meta/appVersion",
}
_SERVER = (
    "form_link", "hq_user", "app_id", "build_id", "@xmlns", "@name", "@version", "state", "last_sync_token",
    "partial_submission", "edited_on", "submit_ip",
)  # fmt: skip
_PLACE = re.compile(r"number__(\d{1,9})")


def is_commcare(names: Set[str]) -> bool:
    """Return True for headers of a CommCare export.

    Example:
        >>> is_commcare({"number", "formid", "form.country"}), is_commcare({"number", "form.country"})
        (True, False)
    """
    return _ID in names and any(name.startswith("form.") for name in names)


def translate_header(head: str) -> str:
    """Translate a CommCare header to that of other servers.

    Example:
        >>> translate_header("form.units.name"), translate_header("received_on"), translate_header("form.q | a")
        ('units/name', '_submission_time', 'q/a')
        >>> translate_header("form.q | extra")
        'q'
    """
    if head in _META:
        return _META[head]
    if head in _SERVER or _PLACE.fullmatch(head):
        return f"__system/{head}"
    if not head.startswith("form."):
        return head
    path, option = _split_option(head)
    path = path.removeprefix("form.").replace(".", "/")
    return f"{path}/{option}" if option and option != _EXTRA else path


def _split_option(head: str) -> tuple[str, str]:
    """Return the question and option of a split column.

    The option is empty for any other column.
    """
    path, _, option = head.partition(" | ")
    return path, option.strip()


def _translate_cells(headers: Sequence[str], cells: Sequence[str]) -> list[str]:
    """Return a row's cells in other servers' notation.

    Missing content becomes `n/a`, and ticks become words. Codes without an option of their own are in the column
    `extra`, which gets all chosen codes.
    """
    translated = [_FILLER if cell == _MISSING else cell for cell in cells]
    chosen: dict[str, list[str]] = {}
    for at, head in enumerate(headers[: len(cells)]):
        path, option = _split_option(head)
        if not option or option == _EXTRA or translated[at] == _FILLER:
            continue
        if cells[at] == "1":
            chosen.setdefault(path, []).append(option)
        translated[at] = {"1": "True", "": "False"}.get(cells[at], cells[at])
    for at, head in enumerate(headers[: len(cells)]):
        path, option = _split_option(head)
        if option == _EXTRA and translated[at] != _FILLER:
            translated[at] = " ".join((*chosen.get(path, ()), *translated[at].split()))
    return translated


def read_commcare_tables(tables: Sequence[Table]) -> list[Table]:
    """Translate CommCare tables; return those of other servers unchanged.

    Args:
        tables: The tables.
    """
    filled = [table for table in tables if table.rows]
    if not any(is_commcare(set(table.rows[0][1])) for table in filled):
        return list(tables)
    numbers = {table.sheet: _split_numbers(table) for table in filled}
    return [_translate_table(table, filled, numbers) if table.rows else table for table in tables]


def translate_rows(rows: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Translate a CommCare table's rows; leave other servers' unchanged.

    Args:
        rows: The rows, header first.
    """
    headers: tuple[str, ...] | None = None
    for number, cells in rows:
        if headers is None and any(cells):
            headers = cells if is_commcare(set(cells)) else ()
            yield number, tuple(map(translate_header, cells)) if headers else cells
        else:
            yield number, tuple(_translate_cells(headers, cells)) if headers and any(cells) else cells


def _count_depth(table: Table) -> int:
    """Return the repeat depth of a table."""
    places = [int(match[1]) for head in table.rows[0][1] if (match := _PLACE.fullmatch(head))]
    return max(places, default=0)


def _split_numbers(table: Table) -> list[str]:
    """Return the row numbers of a table as texts.

    A number such as `3.0` may come from a spreadsheet.
    """
    headers = table.rows[0][1]
    places = [at for at, head in enumerate(headers) if _PLACE.fullmatch(head)] or (
        [headers.index(_NUMBER)] if _NUMBER in headers else []
    )
    return [".".join(cells[at] for at in places if at < len(cells)) for _, cells in table.rows[1:]]


def _lead(table: Table) -> str:
    """Return the common path prefix of a table's questions."""
    paths = [translate_header(head).rpartition("/")[0] for head in table.rows[0][1] if head.startswith("form.")]
    return min(paths, key=len, default="")


def _name_parent_table(table: Table, tables: Sequence[Table], numbers: dict[str | None, list[str]]) -> str:
    """Return the name of a repeat's parent table.

    The parent is one level up and has all the row numbers that the repeat refers to.
    """
    wanted = {number.rpartition(".")[0] for number in numbers[table.sheet]}
    fitting = [t for t in tables if _count_depth(t) == _count_depth(table) - 1 and wanted <= set(numbers[t.sheet])]
    leading = [t for t in fitting if _lead(table).startswith(f"{_lead(t)}/")]
    return next(iter((*leading, *fitting)), tables[0]).sheet or ""


def _translate_table(table: Table, tables: Sequence[Table], numbers: dict[str | None, list[str]]) -> Table:
    first, headers = table.rows[0]
    depth = _count_depth(table)
    names = [translate_header(head) for head in headers]
    cells_of: dict[int, list[str]] = {}
    if depth:
        above = _name_parent_table(table, tables, numbers)
        names = ["_submission__uuid" if name == "_uuid" else name for name in names]
        links = {"number__0": "_parent_index", "number__1": "_parent_table_name"}
        names = [links.get(head, name) for head, name in zip(headers, names, strict=True)]
        own = numbers[table.sheet]
        parts = {"_index": own, "_parent_index": [n.rpartition(".")[0] for n in own]}
        parts["_parent_table_name"] = [above] * len(own)
        cells_of = {at: parts[name] for at, name in enumerate(names) if name in parts}
    rows = [(first, tuple(names))]
    for position, (number, cells) in enumerate(table.rows[1:]):
        plain = _translate_cells(headers, cells)
        for at, column in cells_of.items():
            if at < len(plain):
                plain[at] = column[position]
        rows.append((number, tuple(plain)))
    return evolve(table, rows=rows)
