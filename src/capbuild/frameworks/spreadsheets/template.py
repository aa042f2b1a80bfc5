"""The template workbook: a sheet for each table of a framework file."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.documents.toml_writing import toml_value
from capbuild.errors import did_you_mean
from capbuild.frameworks.flat import framework_from_toml
from capbuild.frameworks.flat_writing import framework_tables
from capbuild.frameworks.spreadsheets.cells import SheetRow, SheetView, fold, to_flag, to_number
from capbuild.frameworks.spreadsheets.drafts import DraftNotes, Tables
from capbuild.frozen import FrozenMap
from capbuild.model import Check, Elsewhere, Framework, ScaleKind
from capbuild.origin import Origin
from capbuild.scoring.methods import BUILT_IN_METHODS

__all__ = [
    "HELP",
    "SHEETS",
    "TemplateSheet",
    "find_header",
    "is_template",
    "read_head",
    "read_rules",
    "read_scales",
    "read_template",
    "sample_framework",
    "template_sheets",
]

#: Columns of each sheet with what they hold; those of texts may be repeated, one a language: `title [es]`.
SHEETS: Mapping[str, Mapping[str, str]] = {
    "Framework": {"field": "text", "value": "texts"},
    "Scales": {
        "id": "text", "kind": "text", "minimum": "number", "maximum": "number", "unit": "text", "ascending": "flag",
        "first_level": "whole",
    },
    "Levels": {"scale": "text", "code": "text", "label": "texts", "definition": "texts"},
    "Nodes": {
        "id": "text", "parent": "text", "kind": "text", "title": "texts", "short": "texts", "definition": "texts",
        "why": "texts", "evidence": "texts", "weight": "number", "target": "number", "scale": "text",
        "method": "method", "respondents": "names", "sources": "counts", "level": "texts",
    },
    "Criteria": {
        "node": "text", "id": "text", "step": "whole", "check": "text", "text": "texts", "action": "texts",
        "small": "texts", "elsewhere": "text", "no_cases": "flag", "sample": "whole", "window_months": "whole",
        "public": "flag", "points": "number", "implies": "names",
    },
    "Bands": {"code": "text", "label": "texts", "lower": "number", "upper": "number"},
    "Rules": {"table": "text", "key": "text", "value": "texts"},
}  # fmt: skip
#: Columns without which a sheet is not one of the template.
_NEEDED = {
    "Framework": ("field", "value"), "Scales": ("id",), "Levels": ("code", "label"), "Nodes": ("id", "parent", "title"),
    "Criteria": ("node", "id", "text"), "Bands": ("code", "lower"), "Rules": ("table", "key", "value"),
}  # fmt: skip
#: What a column holds, for the sheet `Help`.
HELP: Mapping[str, Mapping[str, str]] = {
    "Framework": {
        "field": "id, edition, title, provider, licence, description or languages (en, es)",
        "value": "its value; a column a language: value [en], value [es]",
    },
    "Scales": {
        "id": "name of the scale; the first one is used where a node names none",
        "kind": "ordinal (levels), points, percent or count",
        "minimum": "lowest value of a scale without levels",
        "maximum": "highest value of a scale without levels",
        "unit": "unit of the values",
        "ascending": "no, if less is better",
        "first_level": "0, if the levels begin at 0",
    },
    "Levels": {
        "scale": "id of the scale; blank for the first",
        "code": "stable code, such as L1",
        "label": "name; rows go from the lowest level to the highest",
        "definition": "what it means for every indicator",
    },
    "Nodes": {
        "id": "stable id, such as D1.2; format the cells as text, so that 1.10 keeps its zero",
        "parent": "id of the node above; blank at the top",
        "kind": "dimension, factor, indicator or a word of your own",
        "title": "name; a column a language: title [en], title [es]",
        "short": "name in two or three words, for narrow columns",
        "definition": "what it is about",
        "why": "why it matters",
        "evidence": "what shows it",
        "weight": "weight among the nodes beside it; 1 by default",
        "target": "level or value aimed at",
        "scale": "id of its scale; blank for the first",
        "method": "how its figure is made; blank for the rule of its kind",
        "respondents": "who can speak of it, separated by commas",
        "sources": "how well a kind of source sees it, 1 to 3: survey=1, visit=3",
        "level": "level CODE: what that level means for this indicator",
    },
    "Criteria": {
        "node": "id of the indicator",
        "id": "stable id, such as D1.2.3a",
        "step": "number of the level that needs it",
        "check": "D document, O observed, R record, I interview",
        "text": "the criterion, as a statement that is true or not",
        "action": "what to do to meet it, as an imperative: Log every request",
        "small": "its wording for small services",
        "elsewhere": "whether it may be met through another body: allowed, never, substitute",
        "no_cases": "yes, if not applicable is an allowed answer",
        "sample": "how many files are sampled",
        "window_months": "how many months it looks back",
        "public": "no, if the answer is never shown to the public",
        "points": "points that it is worth, for frameworks of points",
        "implies": "ids of criteria that must be met too where it is met, separated by commas",
    },
    "Bands": {
        "code": "stable code",
        "label": "name of the band of figures",
        "lower": "lowest figure inside",
        "upper": "lowest figure above it; blank for the highest band",
    },
    "Rules": {
        "table": "methods, rounding, labels or notes",
        "key": "kind of node; for labels answer.yes and the like",
        "value": 'name of a method, { name = "scaled", maximum = 100 }, { digits = 1 }, or a text',
    },
}
#: Tables of a framework file that are rows of the sheet `Rules`.
_RULES = ("methods", "rounding", "labels", "notes")
_HEADER = re.compile(r"(?P<name>[A-Za-z_]+)(?: (?P<code>[^\s\[].*?))?(?: \[(?P<tag>[A-Za-z0-9-]+)\])?")
_WANTED = {
    "number": "a number", "whole": "a whole number", "flag": "yes or no",
    "counts": "names with numbers, such as police=3, ministry=2",
    "method": 'a name, or { name = "scaled", maximum = 100 }',
}  # fmt: skip


@frozen(kw_only=True)
class TemplateSheet:
    """Sheet of the template workbook.

    Attributes:
        name: Its name.
        header: Its column names.
        rows: Its rows; a cell is a text, a number or None.
        choices: What a column may hold, for drop-downs.
    """

    name: str
    header: tuple[str, ...] = field(converter=to_tuple)
    rows: tuple[tuple[str | float | None, ...], ...] = field(default=(), converter=to_tuple)
    choices: FrozenMap[str, tuple[str, ...]] = field(factory=FrozenMap, converter=to_map)


# --- written -------------------------------------------------------------------------------------------------


def template_sheets(framework: Framework) -> tuple[TemplateSheet, ...]:
    """Return a framework as the sheets of the template workbook.

    Translations are drafts when they are read again; their review is kept in TOML.
    """
    data = framework_tables(framework)
    tags = tuple(dict.fromkeys(("und", *framework.languages)))
    records: dict[str, list[Mapping[str, Any]]] = {name: [] for name in SHEETS}
    head = data["framework"]
    for name in ("id", "edition", "title", "provider", "licence", "description", "languages"):
        value = head.get(name, "")
        records["Framework"].append({"field": name, "value": ", ".join(value) if name == "languages" else value})
    for scale in data["scales"]:
        records["Scales"].append(scale)
        records["Levels"] += [{"scale": scale["id"], **level} for level in scale.get("levels", ())]
    for node in data["nodes"]:
        texts = {f"level {code}": text for code, text in node.get("level_texts", {}).items()}
        records["Nodes"].append(node | texts)
        records["Criteria"] += [{"node": node["id"], **criterion} for criterion in node.get("criteria", ())]
    records["Bands"] = data.get("bands", [])
    rules = {name: data.get(name, {}) for name in _RULES} | {"notes": head.get("notes", {})}
    records["Rules"] = [
        {"table": name, "key": k, "value": _rule(name, v)} for name, t in rules.items() for k, v in t.items()
    ]
    levels = [f"level {code}" for code in dict.fromkeys(one.code for scale in framework.scales for one in scale.levels)]
    return tuple(_sheet(name, records[name], tags, levels, framework) for name in SHEETS)


def _rule(table: str, value: Any) -> Any:
    return value if table in ("labels", "notes") or isinstance(value, str) else toml_value(value)


def _sheet(
    name: str, records: Sequence[Mapping[str, Any]], tags: Sequence[str], levels: Sequence[str], framework: Framework
) -> TemplateSheet:
    columns: list[tuple[str, str, str]] = []
    for column, kind in SHEETS[name].items():
        for key in levels if column == "level" else (column,):
            used = [tag for tag in tags if any(tag in _languages(record.get(key)) for record in records)]
            columns += [(key, kind, tag) for tag in ((used or [framework.languages[0]]) if kind == "texts" else [""])]
    header = [key if tag in ("", "und") else f"{key} [{tag}]" for key, _, tag in columns]
    rows = [tuple(_cell(record.get(key), kind, tag) for key, kind, tag in columns) for record in records]
    return TemplateSheet(name=name, header=header, rows=rows, choices=_choices(name, framework))


def _languages(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Mapping) else ("und",) if value else ()


def _cell(value: Any, kind: str, tag: str) -> str | float | None:
    if value is None or value == "":
        return None
    if kind == "texts":
        found = value.get(tag) if isinstance(value, Mapping) else value if tag == "und" else None
        return found["text"] if isinstance(found, Mapping) else found
    if kind == "names":
        return ", ".join(value)
    if kind == "counts":
        return ", ".join(f"{name}={count}" for name, count in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):  # a workbook keeps fifteen digits of a number
        return value if float(f"{value:.15g}") == value else repr(value)
    return value if isinstance(value, int | str) else toml_value(value)


def _choices(name: str, framework: Framework) -> dict[str, tuple[str, ...]]:
    flags, scales = ("yes", "no"), tuple(scale.id for scale in framework.scales)
    nodes = tuple(node.id for node in framework.walk())
    found: dict[str, dict[str, tuple[str, ...]]] = {
        "Scales": {"kind": tuple(ScaleKind), "ascending": flags, "first_level": ("0", "1")},
        "Levels": {"scale": scales},
        "Nodes": {"parent": nodes, "scale": scales, "method": tuple(BUILT_IN_METHODS)},
        "Criteria": {
            "node": nodes,
            "check": tuple(Check),
            "elsewhere": tuple(Elsewhere),
            "no_cases": flags,
            "public": flags,
        },
        "Rules": {"table": _RULES},
    }
    return found.get(name, {})


def sample_framework() -> Framework:
    """Return a small framework with invented texts, to begin a template with."""
    return framework_from_toml(_SAMPLE, "sample")


_SAMPLE = """
[framework]
id = "my-framework"
edition = "1"
title = { en = "My framework" }
licence = "write who may use its texts"
languages = ["en"]
[[scales]]
id = "levels"
levels = [
    { code = "L1", label = { en = "Start" } },
    { code = "L2", label = { en = "Defined" } },
    { code = "L3", label = { en = "Routine" } },
]
[[nodes]]
id = "D1"
kind = "dimension"
title = { en = "Law" }
[[nodes]]
id = "D1.1"
parent = "D1"
title = { en = "Offences" }
target = 2
[nodes.level_texts]
L1 = { en = "No offence is defined." }
L2 = { en = "Offences are defined." }
L3 = { en = "Courts use them." }
[[nodes]]
id = "D1.2"
parent = "D1"
title = { en = "Powers" }
criteria = [
    { id = "D1.2.2a", step = 2, check = "D", text = { en = "A law orders the preservation of data." } },
    { id = "D1.2.3a", step = 3, check = "R", text = { en = "It was used in the last year." } },
]
"""

#: Values and cells by column, and the row.
_Row = tuple[dict[str, Any], dict[str, Origin], SheetRow]


# --- read ----------------------------------------------------------------------------------------------------


@frozen
class _Column:
    place: int
    name: str
    key: str
    tag: str


def find_header(view: SheetView, name: str) -> SheetRow | None:
    """Return the header row of a sheet of the template, or None."""
    for row in view.rows[:15]:
        names = {found["name"] for cell in row.cells if (found := _HEADER.fullmatch(cell.strip().lower()))}
        if names.issuperset(_NEEDED[name]):
            return row
    return None


def is_template(views: Sequence[SheetView]) -> bool:
    """True for a workbook whose sheet `Nodes` has the columns of the template."""
    return any(fold(view.name) == "nodes" and find_header(view, "Nodes") for view in views)


def read_sheet(view: SheetView, name: str, notes: DraftNotes) -> Iterator[_Row]:
    """Yield the rows of a sheet of the template: values and cells by column, and the row."""
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


def _rows(view: SheetView | None, name: str, notes: DraftNotes) -> Iterator[_Row]:
    if view is None:
        return
    if find_header(view, name) is None:
        needed = ", ".join(_NEEDED[name])
        message = f"the sheet {view.name} has no row with the columns {needed}"
        notes.add_error(message, view.rows[0].origin(), "write it above the rows")
    yield from read_sheet(view, name, notes)


def _read_header(header: SheetRow, name: str, notes: DraftNotes) -> Iterator[_Column]:
    known = SHEETS[name]
    for place in header.filled:
        found = _HEADER.fullmatch(header.cells[place])
        column = found["name"].lower() if found is not None else ""
        if found is None or column not in known or (found["code"] and column != "level"):
            message = (
                f"{header.cells[place]!r} is not a column of the sheet {name}{did_you_mean(header.cells[place], known)}"
            )
            notes.add_warning(message, header.origin(place), f"columns are: {', '.join(known)}; others are not read")
            continue
        yield _Column(place, column, f"level {found['code']}" if found["code"] else column, found["tag"] or "")


def _method(text: str) -> Any:
    return tomllib.loads(f"value = {text}")["value"] if text.startswith("{") else text


def _counts(text: str) -> dict[str, int] | None:
    pairs = [part.partition("=") for part in text.split(",")]
    return {name.strip(): int(count) for name, _, count in pairs}


def _whole(text: str) -> int | None:
    number = to_number(text)
    return int(number) if number is not None and number == int(number) else None


_READ: Mapping[str, Callable[[str], Any]] = {
    "text": str, "number": to_number, "whole": _whole, "flag": to_flag, "method": _method, "counts": _counts,
    "names": lambda text: [part.strip() for part in text.split(",") if part.strip()],
}  # fmt: skip


def _convert(kind: str, key: str, text: str, place: Origin, notes: DraftNotes) -> dict[str, Any]:
    try:
        value = _READ[kind](text)
    except (ValueError, tomllib.TOMLDecodeError):
        value = None
    if value is None:
        notes.add_error(
            f"{text!r} is not {_WANTED[kind]} ({key})", place, f"write {_WANTED[kind]}, or leave the cell blank"
        )
        return {}
    return {key: value}


def read_template(views: Sequence[SheetView], notes: DraftNotes) -> Tables:
    """Return the tables of a template workbook."""
    made, by_name = Tables(), {fold(view.name): view for view in views}
    found = {name: by_name[name.lower()] for name in SHEETS if name.lower() in by_name}
    read_head(found.get("Framework"), made, notes)
    read_scales(found.get("Scales"), found.get("Levels"), made, notes)
    for values, cells, row in _rows(found["Nodes"], "Nodes", notes):
        levels = {key.removeprefix("level "): values.pop(key) for key in list(values) if key.startswith("level ")}
        at = made.add("nodes", values | ({"level_texts": levels} if levels else {}), cells, row.origin())
        made.origins |= {("nodes", at, "level_texts", code): cells[f"level {code}"] for code in levels}
    _read_criteria(found.get("Criteria"), made, notes)
    for values, cells, row in _rows(found.get("Bands"), "Bands", notes):
        made.add("bands", values, cells, row.origin())
    read_rules(found.get("Rules"), made, notes)
    counts = len(made.data.get("nodes", ())), sum(len(node.get("criteria", ())) for node in made.nodes())
    notes.understood.append(f"The template workbook: {counts[0]} nodes and {counts[1]} criteria.")
    return made


def read_head(view: SheetView | None, made: Tables, notes: DraftNotes) -> None:
    """Read the sheet `Framework`: a field a row."""
    head: dict[str, Any] = made.data.setdefault("framework", {})
    for values, cells, row in _rows(view, "Framework", notes):
        name, value = fold(str(values.get("field", ""))).replace(" ", "_"), values.get("value")
        if value is None:
            continue
        plain = next(iter(value.values())) if isinstance(value, dict) else value
        if name == "languages":
            head[name] = [tag.strip() for tag in plain.split(",") if tag.strip()]
        else:
            head[name] = value if name in ("title", "description") else plain
        made.origins["framework", name] = cells["value"]
        made.origins.setdefault(("framework",), row.origin())


def read_scales(scales: SheetView | None, levels: SheetView | None, made: Tables, notes: DraftNotes) -> None:
    """Read the sheets `Scales` and `Levels`; levels without a scale are of the first."""
    for values, cells, row in _rows(scales, "Scales", notes):
        made.add("scales", values, cells, row.origin())
    by_id: dict[str, int] = {one.get("id", ""): place for place, one in enumerate(made.data.get("scales", ()))}
    for values, cells, row in _rows(levels, "Levels", notes):
        if not by_id:
            by_id["levels"] = made.add("scales", {"id": "levels"}, {}, row.origin())
        wanted = values.pop("scale", next(iter(by_id)))
        if wanted not in by_id:
            remedy = f"scales are: {', '.join(map(str, by_id))}"
            notes.add_error(f"there is no scale {wanted!r}{did_you_mean(wanted, by_id)}", cells["scale"], remedy)
            continue
        scale = made.data["scales"][by_id[wanted]]
        path = ("scales", by_id[wanted], "levels", len(scale.setdefault("levels", [])))
        scale["levels"].append(values)
        made.locate(path, cells, row.origin())


def _read_criteria(view: SheetView | None, made: Tables, notes: DraftNotes) -> None:
    by_id: dict[str, int] = {node.get("id", ""): place for place, node in enumerate(made.nodes())}
    for values, cells, row in _rows(view, "Criteria", notes):
        owner = values.pop("node", None)
        if owner not in by_id:
            message = (
                f"there is no node {owner!r}{did_you_mean(owner, by_id)}" if owner else "the criterion names no node"
            )
            notes.add_error(message, cells.get("node", row.origin()), "write the id of a row of the sheet Nodes")
            continue
        node = made.data["nodes"][by_id[owner]]
        path = ("nodes", by_id[owner], "criteria", len(node.setdefault("criteria", [])))
        node["criteria"].append(values)
        made.locate(path, cells, row.origin())


def read_rules(view: SheetView | None, made: Tables, notes: DraftNotes) -> None:
    """Read the sheet `Rules`: methods, rounding, labels and notes."""
    for values, cells, row in _rows(view, "Rules", notes):
        name, key, value = values.get("table", ""), values.get("key", ""), values.get("value", "")
        if name not in _RULES:
            message = f"{name!r} is not a table of rules{did_you_mean(name, _RULES)}"
            notes.add_error(message, cells.get("table", row.origin()), f"tables are: {', '.join(_RULES)}")
            continue
        path: tuple[str, ...] = ("framework", "notes") if name == "notes" else (name,)
        if name in ("methods", "rounding"):
            plain = next(iter(value.values()), "") if isinstance(value, dict) else value
            value = _convert("method", "value", plain, cells.get("value", row.origin()), notes).get("value")
        table: Any = made.data
        for step in path:
            table = table.setdefault(step, {})
        if value is not None:
            table[key] = value
        made.origins |= {(*path, key): cells.get("value", row.origin())}
