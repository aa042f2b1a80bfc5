"""CSV files as parts: a row each, known by the columns that tell rows of its kind apart."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from capbuild.workspace.versions.parts import Key, Part, Parts

__all__ = ["read_table"]

#: Columns that tell rows apart, by the name of the file. Elsewhere `id` does, or else the whole row.
_KEYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("collecting/register.csv", ("country", "round", "instrument", "respondent", "focal_point")),
    ("network/contacts.csv", ("country", "network", "role", "focal_point")),
    ("network/requests.csv", ("asking", "asked", "network", "kind", "sent")),
    ("training/deliveries.csv", ("delivery",)),
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


def read_table(name: str, text: str) -> Parts | None:
    """Return a CSV file as parts; None where no row looks like its heads.

    Args:
        name: Name of the file below the programme's folder.
        text: Its text, without a byte order mark.
    """
    rows = list(csv.reader(io.StringIO(text)))
    wanted = next((columns for pattern, columns in _KEYS if fnmatchcase(name, pattern)), ("id",))
    place = _heads(rows, wanted)
    if place is None:
        return None
    heads = [cell.strip() for cell in rows[place]]
    below = rows[place + 1 :]
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


def _heads(rows: Sequence[Sequence[str]], wanted: Sequence[str]) -> int | None:
    """Return the place of the heads: the first row with a known column, or the first with no empty cell."""
    for place, row in enumerate(rows):
        if any(cell.strip() in wanted for cell in row):
            return place
    full = (place for place, row in enumerate(rows) if len(row) > 1 and all(cell.strip() for cell in row))
    return next(full, None)


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
