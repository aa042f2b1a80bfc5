"""The example programme with two countries, and one damage at a time to a file and column of it."""

import csv
import io
import json
import re
import shutil
import tomllib
from pathlib import Path

from attrs import frozen

import capbuild as cb
from capbuild.workspace.records.plain_tables import decode_text

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "americas-2015"
KEPT = ("Jamaica", "Honduras")
#: Rows of a table that are kept.
_ROWS = 12
#: Column names that tell the row of headers.
_HEADS = {
    "country",
    "país",
    "pays",
    "land",
    "criterion",
    "question",
    "delivery",
    "participant",
    "line",
    "id",
    "asking",
    "meeting",
}
#: Columns by what must stand in them, as docs/reference/workspace.md says.
DATES = (
    *("sent", "due", "received", "start", "end", "date", "deadline", "decided_on", "last_tested", "valid_until"),
    *("signed", "in_force", "until", "rate_date", "as_of", "answered", "reminders"),
)
NUMBERS = (
    *("urgency", "relevance", "value", "maximum", "trainers", "planned", "committed", "spent", "year"),
    *("confidence", "sample", "factor"),
)
NAMES = (
    *("criterion", "delivery", "activity", "country", "host", "round", "role", "target", "action", "state"),
    *("decision", "status", "level", "basis", "evidence_kind", "meeting", "sex", "recurring", "cancelled", "reached"),
)
#: Columns in which a row of a table names itself.
_OWN = {("training/deliveries.csv", "delivery")}
#: Tables of programme.toml whose keys are names of the programme's own.
_OPEN = (
    *("targets", "spellings", "markings", "read", "programme.title", "programme.description", "programme.notice"),
    *("programme.disclaimer", "targets.title", "plan.days_away_by_country", "plan.blocked_months"),
)


@frozen
class Damage:
    """One change to one file.

    Attributes:
        file: Its name.
        what: What is done to it.
        content: What it contains then; None where it is taken away.
        line: Line that must be named; None where the whole file is damaged.
        told: Whether it must be reported as an error of this file.
    """

    file: str
    what: str
    content: bytes | None = None
    line: int | None = None
    told: bool = False

    def __repr__(self):
        return f"{self.file}: {self.what}"


def _rows(path):
    text, _, _ = decode_text(path.read_bytes(), path.name)
    every = (list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) for mark in ",;\t")
    return next(rows for rows in every if any(_is_head(row) for row in rows[:5]))


def _csv(rows):
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def _top(rows):
    """Place of the row of headers."""
    return next(n for n, row in enumerate(rows) if _is_head(row))


def _is_head(row):
    return bool({cell.strip().lower() for cell in row} & _HEADS)


def _ours(row):
    return any(name.lower() in cell.lower() for name in KEPT for cell in row)


def small_example(target):
    """Copy the example without the countries that are not kept, until nothing is wrong with it."""
    shutil.copytree(EXAMPLE, target, ignore=shutil.ignore_patterns("out", "private"))
    for name in ("programme.toml", "visits/visits.toml"):
        parts = re.split(r"(?m)^(?=\[)", (target / name).read_text("utf-8"))
        mine = [p for p in parts if not p.startswith(("[[participants", "[[consents", "[[visits")) or _ours([p])]
        (target / name).write_text("".join(mine), "utf-8")
    programme = (target / "programme.toml").read_text("utf-8")
    programme = (
        re.sub(r"(?m)^formats = .*$", "formats = []", programme)
        .replace("months = 18", "months = 2")
        .replace("2017 = 1_400_000\n", "")
    )
    programme = re.sub(r"(?ms)^\[plan\.(days_away_by|blocked).*?^(?=\[)", "", programme)
    (target / "programme.toml").write_text(programme.replace("budget = 2_000_000", "budget = 90_000"), "utf-8")
    meetings = target / "meetings" / "meetings.toml"
    listed = re.sub(r"(?m)^participants = .*$", f"participants = {json.dumps(KEPT)}", meetings.read_text("utf-8"))
    meetings.write_text(listed, "utf-8")
    named = {table["findings"] for table in tomllib.loads((target / "visits/visits.toml").read_text())["visits"]}
    for path in [*target.rglob("*.csv"), *target.rglob("*.tsv")]:
        rows = _rows(path)
        top = _top(rows) if "returns" in path.parts or "country" in map(str.lower, rows[1]) else None
        if top is not None:
            rows = [*rows[: top + 1], *(row for row in rows[top + 1 :] if _ours(row))][: top + _ROWS]
        if (top is not None and len(rows) == top + 1) or (path.parent.name == "visits" and path.name not in named):
            path.unlink()
        else:
            path.write_bytes(_csv(rows[:400] if path.parent.name != "visits" else rows[:_ROWS]))
    desk = target / "desk" / "desk.toml"
    reviews = re.split(r"(?m)^(?=\[)", desk.read_text("utf-8"))
    kept = [
        one for one in reviews if all((desk.parent / name).is_file() for name in re.findall(r'findings = "(.+)"', one))
    ]
    desk.write_text("".join(kept), "utf-8")
    parts = re.split(r"(?m)^(?=\[)", (target / "programme.toml").read_text("utf-8"))
    kept = [one for one in parts if all((target / name).is_file() for name in re.findall(r'^\[read\."([^*"]+)"', one))]
    (target / "programme.toml").write_text("".join(kept), "utf-8")
    while bad := [one for one in cb.open_workspace(target).validate() if one.severity != "note"]:
        for name in {one.origin.file for one in bad}:
            assert name.endswith(".csv"), bad
            out = {one.origin.row for one in bad if one.origin.file == name}
            left = [row for number, row in enumerate(_rows(target / name), 1) if number not in out]
            (target / name).write_bytes(_csv(left)) if len(left) > _top(left) + 1 else (target / name).unlink()
    return target


def damages(folder):
    """Return one damage and more for each column of a table, each key of a TOML file, and each file."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith("out/") or not path.is_file():
            continue
        if path.suffix in (".csv", ".tsv"):
            found += _in_table(name, _rows(path), path.read_bytes())
        elif path.suffix == ".toml":
            found += _in_toml(name, path.read_text("utf-8"))
        else:
            continue
        found += [Damage(name, "missing")] if name != "programme.toml" else []
        found += [Damage(name, "empty", b""), Damage(name, "binary", b"PK\x03\x04\x00\xff" * 50, told=True)]
    return found


def _in_table(name, rows, before):
    top = _top(rows)
    table = not name.startswith(("returns/", "external/"))
    body = [n for n in range(top + 1, len(rows)) if any(rows[n]) and not rows[n][0].startswith("#")]
    if not body:
        return
    first = body[0]
    for column, head in enumerate(rows[top][:14]):
        there = next((n for n in body if len(rows[n]) > column and rows[n][column]), first)
        for kind, cell in (("delete", ""), ("text", "nonsense"), ("number", "-7.5"), ("date", "2016-13-45")):
            changed = [list(row) for row in rows]
            changed[there] += [""] * (len(rows[top]) - len(changed[there]))
            changed[there][column] = cell
            wrong = {"text": DATES + NUMBERS + NAMES, "date": DATES + NUMBERS + NAMES, "number": NAMES + DATES}
            own = (name, head.lower()) in _OWN  # any name will do for what a row itself is called
            told = table and not own and head.lower() in wrong.get(kind, ())
            yield Damage(name, f"{kind} in {head}, row {there + 1}", _csv(changed), there + 1, told)
        changed = [list(row) for row in rows]
        changed[top][column] = "surprise"
        yield Damage(name, f"{head} renamed", _csv(changed), top + 1, table)
    yield Damage(name, "row twice", _csv([*rows[: first + 1], *rows[first:]]), first + 2)
    longer = [*rows[first], *[""] * (len(rows[top]) - len(rows[first])), "one too many"]
    yield Damage(name, "extra cell", _csv([*rows[:first], longer, *rows[first + 1 :]]), first + 1, table)
    yield Damage(name, "open quotation mark", before + b'"open,\n')
    yield Damage(name, "headers only", _csv(rows[: top + 1]))


def _in_toml(name, text):
    lines = text.split("\n")
    header, seen = "", set()
    for number, line in enumerate(lines):
        header = line if line.startswith("[") else header
        match = re.match(r'^([\w."& -]+?) = (.+)$', line)
        if match is None or (header, match[1]) in seen or match[2].strip() in ("[", "{"):
            continue
        seen.add((header, match[1]))
        value = tomllib.loads(f"x = {match[2]}")["x"]
        table = header.strip("[]")
        own = table.startswith(_OPEN) or not table
        wrong = {str: "7", bool: '"yes"', list: "3", dict: "3"}.get(type(value), '"30/06/2026"')
        for kind, new in (
            ("wrong type", f"{match[1]} = {wrong}"),
            ("unknown name", f'{match[1]} = "nonsense"'),
            ("negative", f"{match[1]} = -7"),
            ("deleted", ""),
            ("unknown key", f"surprise_{number} = 1"),
            ("no equals sign", line.replace("=", " ")),
        ):
            must = kind in ("wrong type", "no equals sign") or (kind == "unknown key" and not own)
            content = "\n".join([*lines[:number], new, *lines[number + 1 :]]).encode()
            yield Damage(name, f"{kind} in {header or 'the top'} {match[1]}", content, number + 1, must)
