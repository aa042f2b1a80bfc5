"""Reading of the template workbook."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from capbuild.documents.toml import decode_toml
from capbuild.errors import did_you_mean
from capbuild.frameworks.spreadsheets.drafts import DraftNotes, Tables
from capbuild.frameworks.spreadsheets.headers import SheetRow, SheetView, fold, to_flag, to_number
from capbuild.frameworks.spreadsheets.template import RULES, SHEETS
from capbuild.origin import Origin, column_letters
from capbuild.text import is_language

#: Sheets that are not part of a framework.
ASIDE = ("help", "lists", "readme", "read me", "instructions", "instrucciones", "about", "cover", "glossary", "notes")
#: Required columns of each template sheet.
_NEEDED = {
    "Framework": ("field", "value"), "Scales": ("id",), "Levels": ("code", "label"), "Nodes": ("id", "parent", "title"),
    "Criteria": ("node", "id", "text"), "Bands": ("code", "lower"),
    "Answers": ("code", "counts"), "Profiles": ("profile", "target"), "Rules": ("table", "key", "value"),
    "Consistency": ("if", "then", "text"),
}  # fmt: skip
_HEADER = re.compile(r"(?P<name>[A-Za-z_]+)(?: (?P<code>[^\s\[].*?))?(?: \[(?P<tag>[A-Za-z0-9-]+)\])?")
_WANTED = {
    "number": "a number", "whole": "a whole number", "flag": "yes or no",
    "counts": "names with numbers, such as police=3, ministry=2", "counted": "yes, partly, no or a number",
    "method": 'a name, or { name = "scaled", maximum = 100 }',
}  # fmt: skip

#: Values and cells by column, and the row.
_Row = tuple[dict[str, Any], dict[str, Origin], SheetRow]


@frozen
class _Column:
    place: int
    name: str
    key: str
    tag: str


def find_header(view: SheetView, name: str) -> SheetRow | None:
    """Return the header row of a template sheet, or None."""
    return next((row for row in view.rows[:15] if _list_names(row).issuperset(_NEEDED[name])), None)


def _list_names(row: SheetRow) -> set[str]:
    return {match["name"] for cell in row.cells if (match := _HEADER.fullmatch(cell.strip().lower()))}


def is_template(views: Sequence[SheetView]) -> bool:
    """True for a template workbook.

    Its sheet `Nodes` must have two of the columns that the template requires.
    """
    needed = _NEEDED["Nodes"]
    return any(
        fold(view.name) == "nodes" and len(_list_names(row).intersection(needed)) > 1
        for view in views
        for row in view.rows[:15]
    )


def read_sheet(view: SheetView, name: str, notes: DraftNotes) -> Iterator[_Row]:
    """Yield values, cells and row of each template row.

    Values and cells are by column.
    """
    header = find_header(view, name)
    if header is None:
        return
    columns = list(_read_header(header, name, notes))
    for row in view.below(header):
        values: dict[str, Any] = {}
        cells: dict[str, Origin] = {}
        for column in columns:
            text, place = row.cells[column.place], row.origin(column.place)
            if not text:
                continue
            cells.setdefault(column.key, place)
            if SHEETS[name][column.name] != "texts":
                values |= _convert(SHEETS[name][column.name], column.key, text, place, notes)
            elif column.tag:
                values.setdefault(column.key, {})[column.tag] = text
            else:
                values[column.key] = text
        if values:
            yield values, cells, row


def _list_rows(view: SheetView | None, name: str, notes: DraftNotes) -> Iterator[_Row]:
    if view is None:
        return
    yield from read_sheet(view, name, notes)


def _check_sheets(views: Sequence[SheetView], notes: DraftNotes) -> bool:
    """Check that every sheet is known and has its columns.

    If not, errors are added and the result is False.
    """
    complete = True
    for view in views:
        name = fold(view.name).capitalize()
        if name in SHEETS and find_header(view, name) is None:
            complete = False
            header = max(view.rows[:15], key=lambda row: len(_list_names(row).intersection(SHEETS[name])))
            absent = [repr(column) for column in _NEEDED[name] if column not in _list_names(header)]
            what = f"the sheet {view.name} has no column {' or '.join(absent)}"
            notes.add_error(what, header.origin(), f"columns are: {', '.join(SHEETS[name])}")
            list(_read_header(header, name, notes))
        elif name not in SHEETS and fold(view.name) not in ASIDE:
            near = did_you_mean(view.name, SHEETS)
            add, complete = (notes.add_error, False) if near else (notes.add_warning, complete)
            what = f"{view.name!r} is not a sheet of the template{near}: it is not read"
            add(what, view.rows[0].origin(), f"sheets are: {', '.join(SHEETS)}")
    return complete


def _read_header(header: SheetRow, name: str, notes: DraftNotes) -> Iterator[_Column]:
    known = SHEETS[name]
    seen: dict[tuple[str, str], int] = {}
    for place in header.filled:
        match = _HEADER.fullmatch(header.cells[place])
        column = match["name"].lower() if match is not None else ""
        if match is None or column not in known or (match["code"] and column != "level"):
            message = (
                f"{header.cells[place]!r} is not a column of the sheet {name}{did_you_mean(header.cells[place], known)}"
            )
            notes.add_warning(message, header.origin(place), f"columns are: {', '.join(known)}; others are not read")
            continue
        key, tag = f"level {match['code']}" if match["code"] else column, match["tag"] or ""
        if tag and not is_language(tag):
            remedy = "write a tag such as [en], [es], [fr] or [nl]"
            notes.add_error(f"{tag!r} is not a language of ISO 639", header.origin(place), remedy)
        elif seen.setdefault((key, tag), place) != place:
            what = f"the column {header.cells[place]!r} is also column {column_letters(seen[key, tag] + 1)}"
            notes.add_error(what, header.origin(place), "delete one, or correct its name")
        else:
            yield _Column(place, column, key, tag)


def _make_method(text: str) -> Any:
    return decode_toml(f"value = {text}")["value"] if text.startswith("{") else text


def _parse_counts(text: str) -> dict[str, int] | None:
    pairs = [part.partition("=") for part in text.split(",")]
    return {name.strip(): int(count) for name, _, count in pairs}


def _parse_integer(text: str) -> int | None:
    number = to_number(text)
    return int(number) if number is not None and number == int(number) else None


def _parse_count(text: str) -> str | float:
    number = to_number(text)
    return text.strip().lower() if number is None else number


_READ: Mapping[str, Callable[[str], Any]] = {
    "text": str, "number": to_number, "whole": _parse_integer, "flag": to_flag, "method": _make_method,
    "counts": _parse_counts, "counted": _parse_count,
    "names": lambda text: [part.strip() for part in text.split(",") if part.strip()],
}  # fmt: skip


def _convert(kind: str, key: str, text: str, place: Origin, notes: DraftNotes) -> dict[str, Any]:
    try:
        value = _READ[kind](text)
    except ValueError:
        value = None
    if value is None:
        notes.add_error(
            f"{text!r} is not {_WANTED[kind]} ({key})", place, f"write {_WANTED[kind]}, or leave the cell blank"
        )
        return {}
    return {key: value}


def read_template(views: Sequence[SheetView], notes: DraftNotes) -> Tables | None:
    """Return the tables of a template workbook.

    The result is None if a sheet has no header, or no known name.
    """
    if not _check_sheets(views, notes):
        return None
    tables, by_name = Tables(), {fold(view.name): view for view in views}
    sheet_views = {name: by_name[name.lower()] for name in SHEETS if name.lower() in by_name}
    read_head(sheet_views.get("Framework"), tables, notes)
    read_scales(sheet_views.get("Scales"), sheet_views.get("Levels"), tables, notes)
    for values, cells, row in _list_rows(sheet_views["Nodes"], "Nodes", notes):
        levels = {key.removeprefix("level "): values.pop(key) for key in list(values) if key.startswith("level ")}
        at = tables.add("nodes", values | ({"level_texts": levels} if levels else {}), cells, row.origin())
        tables.origins |= {("nodes", at, "level_texts", code): cells[f"level {code}"] for code in levels}
    _read_criteria(sheet_views.get("Criteria"), tables, notes)
    for values, cells, row in _list_rows(sheet_views.get("Bands"), "Bands", notes):
        tables.add("bands", values, cells, row.origin())
    read_answers(sheet_views.get("Answers"), tables, notes)
    read_profiles(sheet_views.get("Profiles"), tables, notes)
    read_rules(sheet_views.get("Rules"), tables, notes)
    read_consistency(sheet_views.get("Consistency"), tables, notes)
    counts = len(tables.data.get("nodes", ())), sum(len(node.get("criteria", ())) for node in tables.nodes())
    notes.understood.append(f"The template workbook: {counts[0]} nodes and {counts[1]} criteria.")
    return tables


def read_head(view: SheetView | None, tables: Tables, notes: DraftNotes) -> None:
    """Read the sheet `Framework`, a field per row."""
    metadata: dict[str, Any] = tables.data.setdefault("framework", {})
    for values, cells, row in _list_rows(view, "Framework", notes):
        name, value = fold(str(values.get("field", ""))).replace(" ", "_"), values.get("value")
        if value is None:
            continue
        plain = next(iter(value.values())) if isinstance(value, dict) else value
        if name == "languages":
            metadata[name] = [tag.strip() for tag in plain.split(",") if tag.strip()]
        else:
            metadata[name] = value if name in ("title", "description") else plain
        tables.origins["framework", name] = cells["value"]
        tables.origins.setdefault(("framework",), row.origin())


def read_scales(scales: SheetView | None, levels: SheetView | None, tables: Tables, notes: DraftNotes) -> None:
    """Read the sheets `Scales` and `Levels`."""
    for values, cells, row in _list_rows(scales, "Scales", notes):
        tables.add("scales", values, cells, row.origin())
    by_id: dict[str, int] = {
        scale.get("id", ""): position for position, scale in enumerate(tables.data.get("scales", ()))
    }
    for values, cells, row in _list_rows(levels, "Levels", notes):
        if not by_id:
            by_id["levels"] = tables.add("scales", {"id": "levels"}, {}, row.origin())
        wanted = values.pop("scale", next(iter(by_id)))
        if wanted not in by_id:
            remedy = f"scales are: {', '.join(map(str, by_id))}"
            notes.add_error(f"there is no scale {wanted!r}{did_you_mean(wanted, by_id)}", cells["scale"], remedy)
            continue
        scale = tables.data["scales"][by_id[wanted]]
        path = ("scales", by_id[wanted], "levels", len(scale.setdefault("levels", [])))
        last = scale["levels"][-1] if scale["levels"] else {}
        number, before = (re.fullmatch(r"(\D*)(\d+)", str(one.get("code", ""))) for one in (values, last))
        if number and before and number[1] == before[1] and int(number[2]) < int(before[2]):
            what = f"the level {values['code']!r} is below {last['code']!r}"
            notes.add_error(what, cells["code"], "list the levels from the lowest to the highest, or correct the code")
        scale["levels"].append(values)
        tables.locate(path, cells, row.origin())
    for scale in tables.data.get("scales", ()):
        # Levels numbered from 0 begin at 0.
        if any(re.fullmatch(r"\D*0", str(level.get("code", ""))) for level in scale.get("levels", ())[:1]):
            scale.setdefault("first_level", 0)


def read_answers(view: SheetView | None, tables: Tables, notes: DraftNotes) -> None:
    """Read the sheet `Answers`, an option per row."""
    by_id: dict[str, int] = {}
    name = "answers"
    for values, cells, row in _list_rows(view, "Answers", notes):
        name = values.pop("scale", name)
        if name not in by_id:
            by_id[name] = tables.add("answers", {"id": name, "options": []}, {}, row.origin())
        options = tables.data["answers"][by_id[name]]["options"]
        tables.locate(("answers", by_id[name], "options", len(options)), cells, row.origin())
        options.append(values)


def read_profiles(view: SheetView | None, tables: Tables, notes: DraftNotes) -> None:
    """Read the sheet `Profiles`, with one target per row.

    The nodes must have been read before.
    """
    by_id: dict[str, int] = {}
    known = {node.get("id") for node in tables.nodes()}
    for values, cells, row in _list_rows(view, "Profiles", notes):
        name = values.get("profile", next(reversed(by_id), ""))
        if name not in by_id:
            by_id[name] = tables.add("profiles", {"id": name, "targets": {}}, {}, row.origin())
        path, profile = ("profiles", by_id[name]), tables.data["profiles"][by_id[name]]
        if "title" in values:
            profile.setdefault("title", values["title"])
        node, target = values.get("node"), values.get("target")
        if target is None:
            continue
        if node is None:
            profile["default"] = target
            tables.origins[*path, "default"] = cells["target"]
        else:
            profile["targets"][node] = target
            tables.origins[*path, "targets", node] = cells["target" if node in known else "node"]


def _read_criteria(view: SheetView | None, tables: Tables, notes: DraftNotes) -> None:
    by_id: dict[str, int] = {node.get("id", ""): position for position, node in enumerate(tables.nodes())}
    for values, cells, row in _list_rows(view, "Criteria", notes):
        owner = values.pop("node", None)
        if owner not in by_id:
            message = (
                f"there is no node {owner!r}{did_you_mean(owner, by_id)}" if owner else "the criterion names no node"
            )
            notes.add_error(message, cells.get("node", row.origin()), "write the id of a row of the sheet Nodes")
            continue
        node = tables.data["nodes"][by_id[owner]]
        path = ("nodes", by_id[owner], "criteria", len(node.setdefault("criteria", [])))
        node["criteria"].append(values)
        tables.locate(path, cells, row.origin())


def read_consistency(view: SheetView | None, tables: Tables, notes: DraftNotes) -> None:
    """Read the sheet `Consistency`: contradictions between answers."""
    for values, cells, row in _list_rows(view, "Consistency", notes):
        tables.add("rules", values, cells, row.origin())


def read_rules(view: SheetView | None, tables: Tables, notes: DraftNotes) -> None:
    """Read the sheet `Rules`: methods, rounding, judgement, labels and notes."""
    for values, cells, row in _list_rows(view, "Rules", notes):
        name, key, value = values.get("table", ""), values.get("key", ""), values.get("value", "")
        name, _, kind = name.partition(".")
        if name not in RULES or (kind and name != "methods"):
            message = f"{values.get('table', '')!r} is not a table of rules{did_you_mean(name, RULES)}"
            notes.add_error(message, cells.get("table", row.origin()), f"tables are: {', '.join(RULES)}, methods.KIND")
            continue
        path: tuple[str, ...] = ("framework", "notes") if name == "notes" else (name,)
        plain = next(iter(value.values()), "") if isinstance(value, dict) else value
        number = to_number(plain) if kind or (name == "judgement" and key in ("evidence_from", "max_spread")) else None
        if name in ("methods", "rounding") and not kind:
            value = _convert("method", "value", plain, cells.get("value", row.origin()), notes).get("value")
        elif kind or name == "judgement":
            value = plain if number is None else number
        table: Any = tables.data
        for step in path:
            table = table.setdefault(step, {})
        if kind:  # a parameter of the method of a kind of nodes
            given = table.get(kind, {})
            table[kind] = (given if isinstance(given, dict) else {"name": given}) | {key: value}
        elif value is not None:
            table[key] = value
        tables.origins |= {(*path, *([kind] if kind else []), key): cells.get("value", row.origin())}
