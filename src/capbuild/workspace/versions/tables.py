"""CSV files as parts: a row each, known by the columns that tell rows of its kind apart."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from capbuild.workspace.plain_tables import Days, split_plain
from capbuild.workspace.versions.parts import Key, Part, Parts

__all__ = ["read_table"]

#: Columns that tell rows apart, by the name of the file. Elsewhere `id` does, or else the whole row.
_KEYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("collecting/register.csv", ("country", "round", "instrument", "respondent", "focal_point")),
    ("network/contacts.csv", ("country", "network", "role", "focal_point")),
    ("network/requests.csv", ("asking", "asked", "network", "kind", "sent")),
    ("training/deliveries.csv", ("delivery",)),
    ("training/competences.csv", ("participant", "role", "competence")),
    ("training/enrolments.csv", ("participant", "delivery")),
    ("training/evaluations.csv", ("delivery", "participant", "level", "moment", "instrument")),
    ("mappings/*.csv", ("file", "question", "target", "choice")),
    ("countries/spellings.csv", ("text",)),
    ("countries/*.csv", ("code",)),
    ("reviews/states.csv", ("country", "round", "state", "date")),
    ("reviews/proposals.csv", ("country", "round", "target", "by", "date")),
    ("budget.csv", ("line", "year")),
    ("private/*.csv", ("pseudonym",)),
    ("visits/*.csv", ("criterion",)),
    ("meetings/needs.csv", ("meeting", "action", "need")),
    ("meetings/*.csv", ("country", "criterion")),
    ("desk/*.csv", ("country", "criterion")),
)
#: Columns that hold dates.
_DATES = frozenset((
    "as_of", "answered", "date", "deadline", "decided_on", "due", "end", "in_force", "last_tested", "rate_date",
    "received", "reminders", "sent", "signed", "start", "until", "valid_until",
))  # fmt: skip


def read_table(name: str, text: str) -> Parts | None:
    """Return a CSV file as parts; None where no row looks like its heads.

    Args:
        name: Name of the file below the programme's folder.
        text: Its text, without a byte order mark.
    """
    wanted = next((columns for pattern, columns in _KEYS if fnmatchcase(name, pattern)), ("id",))
    rows, found, delimiter = split_plain(text, [{column} for column in wanted])
    place = _first_full(rows) if found is None else found
    if place is None:
        return None
    heads = [cell.strip() for cell in rows[place]]
    below = list(_with_dates(heads, rows[place + 1 :], delimiter))
    last = max((n for n, row in enumerate(below) if row and not row[0].startswith("#")), default=-1)
    columns = [column for column in wanted if column in heads] or heads
    return Parts(
        opening=_written(rows[:place]),
        names=heads,
        parts=_parts(heads, columns, below[: last + 1]),
        closing=_written(below[last + 1 :]),
        write=_write,
        whole=columns == heads,
    )


def _first_full(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the first row with no empty cell: the heads of a table that nothing is known of."""
    full = (place for place, row in enumerate(rows) if len(row) > 1 and all(cell.strip() for cell in row))
    return next(full, None)


def _with_dates(heads: Sequence[str], rows: Sequence[list[str]], delimiter: str) -> Iterable[list[str]]:
    """Yield rows with their dates as they are written here: a spreadsheet turns 2016-06-14 into 14/06/2016."""
    places = [place for place, head in enumerate(heads) if head in _DATES]
    days = Days([row[place].strip() for row in rows for place in places if place < len(row)], delimiter)
    for row in rows:
        cells = list(row)
        for place in places:
            if place < len(cells) and ("/" in cells[place] or "." in cells[place]):
                parts = [part.strip() for part in cells[place].split(";")]
                cells[place] = "; ".join(days.day(part) or part for part in parts)
        yield cells


def _parts(heads: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Part]:
    seen: Counter[Key] = Counter()
    parts = []
    for row in rows:
        if not any(row):
            continue
        # Cells beyond the heads are kept under a name of their own.
        names = [*heads, *(f"+{n}" for n in range(1, len(row) - len(heads) + 1))]
        fields = dict(zip(names, row, strict=False))
        key = tuple(fields.get(column, "") for column in columns)
        seen[key] += 1
        parts.append(Part(key if seen[key] == 1 else (*key, f"({seen[key]})"), fields))
    return parts


def _written(rows: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _write(table: Parts) -> str:
    extra = sorted({name for part in table.parts for name in part.fields if name not in table.names})
    rows = [[part.fields.get(name, "") for name in (*table.names, *extra)] for part in table.parts]
    return f"{table.opening}{_written([table.names, *rows])}{table.closing}"
