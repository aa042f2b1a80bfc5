"""Template workbook: a sheet per framework table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.documents.toml import toml_value
from capbuild.frameworks.flat import framework_from_toml
from capbuild.frameworks.flat_writing import framework_tables
from capbuild.frozen import FrozenMap
from capbuild.model import Check, Elsewhere, Framework, ScaleKind
from capbuild.scoring.methods import BUILT_IN_METHODS

#: Columns of each sheet with their content; text columns may be repeated, one per language: `title [es]`.
SHEETS: Mapping[str, Mapping[str, str]] = {
    "Framework": {"field": "text", "value": "texts"},
    "Scales": {
        "id": "text", "kind": "text", "minimum": "number", "maximum": "number", "unit": "text", "ascending": "flag",
        "first_level": "whole",
    },
    "Levels": {"scale": "text", "code": "text", "label": "texts", "definition": "texts"},
    "Nodes": {
        "id": "text", "parent": "text", "kind": "text", "title": "texts", "short": "texts", "definition": "texts",
        "why": "texts", "evidence": "texts", "weight": "number", "target": "number", "scale": "text", "answers": "text",
        "method": "method", "respondents": "names", "sources": "counts", "survey": "texts",
        "level": "texts",
    },
    "Criteria": {
        "node": "text", "id": "text", "step": "whole", "check": "text", "text": "texts", "survey": "texts",
        "evidence": "texts", "action": "texts", "small": "texts", "elsewhere": "text", "no_cases": "flag",
        "sample": "whole", "window_months": "whole", "public": "flag", "points": "number", "implies": "names",
    },
    "Bands": {"code": "text", "label": "texts", "lower": "number", "upper": "number"},
    "Answers": {"scale": "text", "code": "text", "label": "texts", "counts": "counted"},
    "Profiles": {"profile": "text", "title": "texts", "node": "text", "target": "number"},
    "Rules": {"table": "text", "key": "text", "value": "texts"},
    "Consistency": {"if": "text", "then": "text", "text": "texts"},
}  # fmt: skip
#: Content of each column, for the sheet `Help`.
TEMPLATE_HELP: Mapping[str, Mapping[str, str]] = {
    "Framework": {
        "field": "id, edition, title, provider, licence, description, zero or languages (en, es)",
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
        "answers": "id of its answer scale, in the sheet Answers; blank: the first for criteria, else names of levels",
        "method": "how its figure is made; blank for the rule of its kind",
        "respondents": "who can speak of it, separated by commas",
        "sources": "how well a kind of source sees it, 1 to 3: survey=1, visit=3",
        "survey": "the question as a questionnaire asks it, where it is judged as a whole; blank for the title",
        "level": "level CODE: what that level means for this indicator",
    },
    "Criteria": {
        "node": "id of the indicator",
        "id": "stable id, such as D1.2.3a",
        "step": "number of the level that needs it",
        "check": "D document, O observed, R record, I interview",
        "text": "the criterion, as a statement that is true or not",
        "survey": "the question as a questionnaire asks it; blank for the text",
        "evidence": "what shows it",
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
    "Answers": {
        "scale": "id of the answer scale; blank continues the one above",
        "code": "stable code of the option, such as FI",
        "label": "its words; a column a language: label [en], label [es]",
        "counts": "what it counts for: yes, partly, no, not_applicable and the like; for judged indicators a level: 3",
    },
    "Profiles": {
        "profile": "id of the target profile, such as basic",
        "title": "its name, in one of its rows",
        "node": "indicator or domain that the target is for; blank for every other indicator",
        "target": "level or value aimed at",
    },
    "Rules": {
        "table": "methods, rounding, judgement, labels or notes",
        "key": "kind of node; agreement, evidence_from, max_spread for judgement; for labels answer.yes and the like",
        "value": 'name of a method, { name = "scaled", maximum = 100 }, { digits = 1 }, a number, or a text',
    },
    "Consistency": {
        "if": "when the rule applies, such as D1.1 >= 2 or D1.2.2a = no",
        "then": "what must be true then, such as D1.2.3a != yes",
        "text": "what a contradiction means, in words",
    },
}
#: Tables of a framework file stored as rows of the sheet `Rules`.
RULES = ("methods", "rounding", "judgement", "labels", "notes")


@frozen(kw_only=True)
class TemplateSheet:
    """Sheet of the template workbook.

    Attributes:
        name: Its name.
        header: Its column names.
        rows: Its rows; a cell is a text, a number or None.
        choices: Permitted values of a column, for drop-downs.
    """

    name: str
    header: tuple[str, ...] = field(converter=to_tuple)
    rows: tuple[tuple[str | float | None, ...], ...] = field(default=(), converter=to_tuple)
    choices: FrozenMap[str, tuple[str, ...]] = field(factory=FrozenMap, converter=to_map)


def template_sheets(framework: Framework) -> tuple[TemplateSheet, ...]:
    """Return a framework as the sheets of the template workbook.

    Translations are drafts when they are read back, since only TOML keeps their review status.
    """
    data = framework_tables(framework)
    tags = tuple(dict.fromkeys(("und", *framework.languages)))
    records: dict[str, list[Mapping[str, Any]]] = {name: [] for name in SHEETS}
    metadata = data["framework"]
    for name in ("id", "edition", "title", "provider", "licence", "description", "zero", "languages"):
        value = metadata.get(name, "")
        records["Framework"].append({"field": name, "value": ", ".join(value) if name == "languages" else value})
    for scale in data["scales"]:
        records["Scales"].append(scale)
        records["Levels"] += [{"scale": scale["id"], **level} for level in scale.get("levels", ())]
    for node in data["nodes"]:
        texts = {f"level {code}": text for code, text in node.get("level_texts", {}).items()}
        records["Nodes"].append(node | texts)
        records["Criteria"] += [{"node": node["id"], **criterion} for criterion in node.get("criteria", ())]
    records["Bands"] = data.get("bands", [])
    for answers in data.get("answers", ()):
        records["Answers"] += [{"scale": answers["id"], **option} for option in answers["options"]]
    records["Profiles"] = [row for profile in data.get("profiles", ()) for row in _list_profile_rows(profile)]
    rules = {name: data.get(name, {}) for name in RULES} | {"notes": metadata.get("notes", {})}
    records["Rules"] = [
        {"table": name, "key": k, "value": _make_rule(name, v)} for name, t in rules.items() for k, v in t.items()
    ]
    records["Consistency"] = data.get("rules", [])
    levels = [
        f"level {code}" for code in dict.fromkeys(level.code for scale in framework.scales for level in scale.levels)
    ]
    return tuple(_make_sheet(name, records[name], tags, levels, framework) for name in SHEETS)


def _list_profile_rows(profile: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a target profile."""
    targets = [("", profile["default"])] if "default" in profile else []
    title: Any = profile.get("title")
    for node, target in [*targets, *profile.get("targets", {}).items()] or [("", None)]:
        yield {"profile": profile["id"], "title": title, "node": node, "target": target}
        title = None


def _make_rule(table: str, value: Any) -> Any:
    return value if table in ("labels", "notes") or isinstance(value, str) else toml_value(value)


def _make_sheet(
    name: str, records: Sequence[Mapping[str, Any]], tags: Sequence[str], levels: Sequence[str], framework: Framework
) -> TemplateSheet:
    columns: list[tuple[str, str, str]] = []
    for column, kind in SHEETS[name].items():
        for key in levels if column == "level" else (column,):
            used = [tag for tag in tags if any(tag in _list_languages(record.get(key)) for record in records)]
            default = "und" if name == "Rules" else framework.languages[0]
            columns += [(key, kind, tag) for tag in ((used or [default]) if kind == "texts" else [""])]
    header = [key if tag in ("", "und") else f"{key} [{tag}]" for key, _, tag in columns]
    rows = [tuple(_make_cell(record.get(key), kind, tag) for key, kind, tag in columns) for record in records]
    return TemplateSheet(name=name, header=header, rows=rows, choices=_collect_choices(name, framework))


def _list_languages(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Mapping) else ("und",) if value else ()


def _make_cell(value: Any, kind: str, tag: str) -> str | float | None:
    if value is None or value == "":
        return None
    if kind == "texts":
        phrase = value.get(tag) if isinstance(value, Mapping) else value if tag == "und" else None
        return phrase["text"] if isinstance(phrase, Mapping) else phrase
    if kind == "names":
        return ", ".join(value)
    if kind == "counts":
        return ", ".join(f"{name}={count}" for name, count in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):  # a workbook keeps fifteen digits of a number
        return value if float(f"{value:.15g}") == value else repr(value)
    return value if isinstance(value, int | str) else toml_value(value)


def _collect_choices(name: str, framework: Framework) -> dict[str, tuple[str, ...]]:
    flags, scales = ("yes", "no"), tuple(scale.id for scale in framework.scales)
    nodes = tuple(node.id for node in framework.walk())
    answers = tuple(scale.id for scale in framework.answers)
    choices: dict[str, dict[str, tuple[str, ...]]] = {
        "Scales": {"kind": tuple(ScaleKind), "ascending": flags, "first_level": ("0", "1")},
        "Levels": {"scale": scales},
        "Answers": {"scale": answers},
        "Profiles": {"node": nodes},
        "Nodes": {"parent": nodes, "scale": scales, "answers": answers, "method": tuple(BUILT_IN_METHODS)},
        "Criteria": {
            "node": nodes,
            "check": tuple(Check),
            "elsewhere": tuple(Elsewhere),
            "no_cases": flags,
            "public": flags,
        },
        "Rules": {"table": RULES},
    }
    return choices.get(name, {})


def sample_framework() -> Framework:
    """Return a small framework with invented texts, for new templates."""
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
