"""Sheets of a form definition: survey, choices and settings."""

import re
from collections import Counter
from collections.abc import Sequence

from attrs import define, evolve, field, frozen

from capbuild.model import ColumnUse, ColumnUsed, Issue, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild_xlsform.definitions.rows import DefinitionRow, DefinitionRows, make_issue
from capbuild_xlsform.text_tables import Table

_NAMES = {
    "type": "type | command",
    "name": "name | tag | value",
    "label": "label | caption",
    "hint": "hint",
    "guidance_hint": "guidance_hint",
    "relevant": "relevant | relevance | bind:relevant",
    "constraint": "constraint | bind:constraint",
    "constraint_message": (
        "constraint_message | constraining_message | constraint-msg | constraintmsg | "
        "bind:jr:constraintmsg | jr:constraintmsg"
    ),
    "required": "required | bind:required",
    "required_message": "required_message | requiredmsg | bind:jr:requiredmsg",
    "readonly": "readonly | read_only | bind:readonly",
    "calculation": "calculation | calculate | bind:calculate",
    "default": "default",
    "appearance": "appearance | control:appearance",
    "choice_filter": "choice_filter",
    "repeat_count": "repeat_count | count | jr:count | control:jr:count",
    "list_name": "list_name | listname",
    "image": "image | media:image",
    "audio": "audio | media:audio",
    "video": "video | media:video",
    "save_to": "save_to | entities:saveto | bind:entities:saveto",
    "form_title": "form_title | title | set_form_title",
    "form_id": "form_id | id_string | set_form_id",
}

_CANON = {spelling: name for name, spellings in _NAMES.items() for spelling in spellings.split(" | ")}

_TRANSLATED = frozenset(
    ["label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "audio", "video", "big-image"]
)

_LEADS = ("bind", "control", "body", "media", "instance")

#: `label[en]`, `hint (French)`: language in brackets instead of after colons.
_BRACKETS = re.compile(r"(?P<name>[^\[\](){}]+?)\s*(?:\[(?P<square>[^\[\]]+)\]|\((?P<round>[^()]+)\))")


@frozen
class Header:
    """Parsed header of a definition sheet.

    Attributes:
        name: Canonical column name; an unknown header is kept as written, folded.
        language: Language as written in the form; empty for none.
    """

    name: str
    language: str = ""


def is_translated(name: str) -> bool:
    """Return True if a column can have translations."""
    return name in _TRANSLATED


def parse_header(written: str) -> Header:
    """Parse a header of a definition sheet.

    Example:
        >>> parse_header("hint [fr]")
        Header(name='hint', language='fr')
        >>> parse_header("Label::English (en)"), parse_header("media:image:French"), parse_header("list name"), parse_header("bind:relevant")
        (Header(name='label', language='English (en)'), Header(name='image', language='French'), Header(name='list_name', language=''), Header(name='relevant', language=''))
    """  # noqa: E501 - the shown value is what a reader of the page needs
    plain = " ".join(written.split())
    parts = [part for step in plain.split(":") if (part := step.strip())]
    if not parts:
        return Header("")
    folded = ["_".join(part.casefold().split()) for part in parts]
    whole = ":".join(folded)
    if whole in _CANON:
        return Header(_CANON[whole])
    for size in range(min(3, len(folded) - 1), 0, -1):
        name = _CANON.get(":".join(folded[:size]))
        if name is None and (size == 1 or folded[0] in _LEADS):
            name = folded[size - 1]
        if name in _TRANSLATED:
            return Header(name, ":".join(parts[size:]).strip())
    bracketed = _BRACKETS.fullmatch(plain)
    if (
        bracketed is not None
        and (before := parse_header(bracketed["name"])).name in _TRANSLATED
        and not before.language
    ):
        return Header(before.name, (bracketed["square"] or bracketed["round"]).strip())
    if folded[0] in _LEADS and len(folded) > 1:
        rest = ":".join(folded[1:])
        return Header(_CANON.get(rest, rest))
    return Header(whole)


_SHEETS = {
    "survey": "survey",
    "choices": "choices",
    "choices_and_columns": "choices",
    "columns": "choices",
    "external_choices": "external",
    "choices_external": "external",
    "settings": "settings",
}

#: Sheets of a form without questions.
_OTHER_SHEETS = {
    "entities": "it defines entities made from answers, and a questionnaire has no place for them",
    "osm": "it defines the tags of a map, and a questionnaire has no place for them",
}

#: Settings that old forms store as survey rows: the type is the setting, the name its value.
_SETTINGS = frozenset({"form_title", "form_id"})

_YES = frozenset({"yes", "true", "true()"})

#: Columns of question attributes with one spelling.
_OTHERS = frozenset(["big-image", "parameters", "trigger", "note", "disabled", "intent", "autoplay"])


@define(eq=False)
class DefinitionSheets:
    """Content of the definition's sheets.

    Attributes:
        rows: Rows of the definition.
        accounts: Reconciliation of each sheet.
        names: Names of all sheets.
        headers: Headers of the survey sheet as written.
    """

    rows: DefinitionRows = field(factory=DefinitionRows)
    accounts: list[SheetReconciliation] = field(factory=list)
    names: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


def is_survey_header(cells: Sequence[str]) -> bool:
    """Return True for headers with type, and name or label.

    Example:
        >>> is_survey_header(("type", "name", "label::English")), is_survey_header(("name", "label"))
        (True, False)
    """
    names = {parse_header(cell).name for cell in cells if cell}
    return "type" in names and bool(names & {"name", "label"})


def _find_sections(table: Table) -> list[Table]:
    """Split a text file into sections.

    A row whose first cell alone is filled names the section below it.
    """
    if not table.rows:
        return []
    first = table.rows[0][1]
    if is_survey_header(first) or (first[0] and any(first[1:])):
        return [evolve(table, sheet="survey" if is_survey_header(first) else "choices")]
    tables: list[Table] = []
    for number, cells in table.rows:
        if cells[0]:
            tables.append(Table(table.file, cells[0]))
        if tables and any(cells[1:]):
            tables[-1].rows.append((number, cells[1:]))
    return tables


def _find_named_role(table: Table) -> str:
    return _SHEETS.get("_".join((table.sheet or "").casefold().split()), "")


def _find_role(table: Table, used: set[str]) -> str:
    """Return a sheet's role, by its name or headers.

    Headers decide only if no sheet is named after the role.
    """
    role = _find_named_role(table)
    if role and role not in used:
        return role
    names = {parse_header(cell).name for cell in table.rows[0][1] if cell} if table.rows else set()
    if "choices" not in used and {"list_name", "name"} <= names:
        return "choices"
    return ""


def read_definition(tables: Sequence[Table]) -> DefinitionSheets:
    """Return the rows of a definition.

    Args:
        tables: The sheets; the one table of a text file is split into sections.
    """
    definition = DefinitionSheets()
    sheets = _find_sections(tables[0]) if len(tables) == 1 and tables[0].sheet is None else list(tables)
    definition.names = tuple(sheet.sheet or "" for sheet in sheets)
    for table in tables:
        definition.rows.issues.extend(table.issues)
    named = set(map(_find_named_role, sheets))
    used: set[str] = set()
    for sheet in sheets:
        role = _find_role(sheet, used | (named - {_find_named_role(sheet)}))
        used.add(role)
        if not role:
            rows = len(sheet.rows) + sheet.blank
            why = _OTHER_SHEETS.get((sheet.sheet or "").strip().casefold(), "it is no part of a form")
            definition.accounts.append(SheetReconciliation(sheet=sheet.sheet or "", skipped=why))
            if rows:
                message = f"the sheet {sheet.sheet!r} is passed over: {why}"
                definition.rows.issues.append(make_issue("XF113", Severity.NOTE, message, sheet.origin()))
            continue
        _read_sheet(sheet, role, definition)
    definition.rows.take_languages([*definition.rows.survey, *definition.rows.choices, *definition.rows.external])
    return definition


def _find_header_row(table: Table, role: str) -> int:
    """Return the index of the first row like a header."""
    wanted = {"survey": {"type"}, "choices": {"list_name"}, "external": {"list_name"}}.get(role, set())
    for position, (_, cells) in enumerate(table.rows[:20]):
        if wanted <= {parse_header(cell).name for cell in cells if cell}:
            return position
    return 0


def _read_sheet(table: Table, role: str, sheets: DefinitionSheets) -> None:
    if not table.rows:
        sheets.accounts.append(SheetReconciliation(sheet=table.sheet or "", skipped="it is empty"))
        return
    place = _find_header_row(table, role)
    number, written = table.rows[place]
    if role == "survey":
        sheets.headers = tuple(head for head in written if head)
    headers = _parse_headers(written, table.origin(number), sheets.rows.issues)
    rows = [_make_row(headers, cells, table.origin(row)) for row, cells in table.rows[place + 1 :]]
    left_out: Counter[str] = Counter({"blank": table.blank} if table.blank else {})
    if place:
        left_out["note above the headers"] = place
    kept = _keep(rows, role, left_out, sheets)
    sheets.accounts.append(
        SheetReconciliation(
            sheet=table.sheet or "",
            rows_in=kept + left_out.total(),
            rows_out=kept,
            rows_left_out=dict(left_out),
            columns=_describe_columns(written, headers),
        )
    )


def _keep(rows: list[DefinitionRow], role: str, left_out: Counter[str], sheets: DefinitionSheets) -> int:
    """Add rows to the definition; return how many were used."""
    if role == "settings":
        sheets.rows.settings.update(rows[0].cells if rows else {})
        if rows:
            sheets.rows.settings.update({k: next(iter(v.values())) for k, v in rows[0].texts.items()})
        if len(rows) > 1:
            left_out["only the first row of settings counts"] += len(rows) - 1
        return min(len(rows), 1)
    kept = 0
    target = {"survey": sheets.rows.survey, "choices": sheets.rows.choices, "external": sheets.rows.external}[role]
    for row in rows:
        reason = _skip_reason(row, sheets) if role == "survey" else ""
        if reason:
            left_out[reason] += 1
            continue
        target.append(row)  # Incomplete choices are reported by `collect_choice_lists`.
        lacking = role != "survey" and not (row.get("list_name") and row.get("name"))
        if lacking:
            left_out["no list or no name"] += 1
        kept += not lacking
    return kept


def _skip_reason(row: DefinitionRow, sheets: DefinitionSheets) -> str:
    """Return why a survey row is left out, if so."""
    kind = row.get("type")
    if not kind:
        if row.get("name"):
            message = f"the row {row.get('name')!r} has no type; it is left out"
            sheets.rows.issues.append(make_issue("XF109", Severity.WARNING, message, row.origin, "give it a type"))
        return "no type"
    if kind.startswith("#"):
        return "comment"
    if row.get("disabled").casefold() in _YES:  # Same as in the reference converter.
        message = f"the row {row.get('name') or kind!r} is disabled; it is left out"
        sheets.rows.issues.append(make_issue("XF109", Severity.NOTE, message, row.origin))
        return "disabled"
    setting = parse_header(kind).name
    if setting in _SETTINGS:
        sheets.rows.settings.setdefault(setting, row.get("name"))
        return "it is a setting"
    return ""


def _parse_headers(written: Sequence[str], origin: Origin, issues: list[Issue]) -> list[Header | None]:
    """Return the parsed headers; None for a column without one."""
    seen: dict[Header, int] = {}
    headers: list[Header | None] = []
    for position, cell in enumerate(written):
        head = parse_header(cell) if cell else None
        if head is not None and head in seen:
            message = f"the header {cell!r} is a duplicate; the first column counts, and the other where it is blank"
            at = Origin(origin.file, origin.sheet, origin.row, position + 1)
            issues.append(make_issue("CB113", Severity.WARNING, message, at, "take one of the columns out"))
        if head is not None:
            seen.setdefault(head, position)
        headers.append(head)
    return headers


def _make_row(headers: Sequence[Header | None], cells: Sequence[str], origin: Origin) -> DefinitionRow:
    plain: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    for head, cell in zip(headers, cells, strict=False):
        if head is None or not cell:
            continue
        if is_translated(head.name):
            texts.setdefault(head.name, {}).setdefault(head.language, cell)
        else:
            plain.setdefault(head.name, cell)
    return DefinitionRow(plain, texts, origin)


def _describe_columns(written: Sequence[str], headers: Sequence[Header | None]) -> list[ColumnUsed]:
    used = []
    for position, (cell, head) in enumerate(zip(written, headers, strict=True), start=1):
        if head is None:
            use, reason = ColumnUse.IGNORED, "it has no head"
        elif head.name in _OTHERS or head.name in _NAMES.keys() - _SETTINGS:
            use, reason = ColumnUse.QUESTION, ""
        else:
            use, reason = ColumnUse.METADATA, "kept with the form only"
        used.append(ColumnUsed(name=cell, column=position, use=use, reason=reason))
    return used
