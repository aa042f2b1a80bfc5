"""KoboToolbox asset content: a form definition in JSON."""

import json
from collections.abc import Mapping
from typing import Any

from capbuild.model import Severity
from capbuild.origin import Origin
from capbuild_xlsform.definitions.definition_sheets import is_translated, parse_header
from capbuild_xlsform.definitions.rows import DefinitionRow, DefinitionRows, make_issue

_LIST_KEY = "select_from_list_name"


def is_content(value: object) -> bool:
    """Return True if a JSON value is asset content."""
    if not isinstance(value, Mapping) or not isinstance(value.get("survey"), list):
        return False
    rows = [row for row in value["survey"] if isinstance(row, Mapping)]
    return len(rows) == len(value["survey"]) and all("type" in row for row in rows)


def format_scalar(value: object) -> str:
    """Return a JSON value as text.

    True becomes `true` and 1.0 becomes `1`; lists and objects stay JSON.

    Example:
        >>> format_scalar(True), format_scalar(2.0), format_scalar(None), format_scalar(["a"])
        ('true', '2', '', '["a"]')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def read_content(content: Mapping[str, Any], file: str, path: str) -> DefinitionRows:
    """Return the rows of a definition in JSON.

    Args:
        content: The definition.
        file: Name of the file.
        path: JSON path of the definition in it.
    """
    rows = DefinitionRows()
    languages = [format_scalar(name) for name in content.get("translations") or ()]
    rows.languages.extend(name for name in languages if name)
    for key, target in (("survey", rows.survey), ("choices", rows.choices), ("external_choices", rows.external)):
        rows_ = content.get(key) or content.get("_".join(reversed(key.split("_")))) or ()
        for position, raw in enumerate(rows_ if isinstance(rows_, list) else ()):
            origin = Origin(file, path=f"{path}.{key}[{position}]")
            if isinstance(raw, Mapping):
                target.append(_make_row(raw, languages, origin))
            else:
                message = "a row is no object; it is left out"
                rows.issues.append(make_issue("XF109", Severity.WARNING, message, origin, "correct the file"))
    settings = content.get("settings")
    settings = settings[0] if isinstance(settings, list) and settings else settings
    if isinstance(settings, Mapping):
        rows.settings.update({parse_header(str(key)).name: format_scalar(value) for key, value in settings.items()})
    for row in [row for row in rows.survey if not row.get("type")]:
        message = f"the row {row.get('name')!r} has no type; it is left out"
        rows.issues.append(make_issue("XF109", Severity.WARNING, message, row.origin, "give it a type"))
        rows.survey.remove(row)
    rows.take_languages([*rows.survey, *rows.choices, *rows.external])
    return rows


def _make_row(raw: Mapping[str, Any], languages: list[str], origin: Origin) -> DefinitionRow:
    cells: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    for key, value in raw.items():
        head = parse_header(str(key))
        if is_translated(head.name):
            _add_texts(texts.setdefault(head.name, {}), head.language, value, languages)
        elif key not in (_LIST_KEY, "type"):
            text = format_scalar(value)
            if text:
                cells[head.name] = text
    cells["type"] = _type(raw)
    return DefinitionRow(cells, {name: text for name, text in texts.items() if text}, origin)


def _type(raw: Mapping[str, Any]) -> str:
    """Return the type with its list, in sheet notation."""
    written = raw.get("type")
    if isinstance(written, Mapping):  # {"select_one": "yes_no"}
        written = " ".join(format_scalar(part) for pair in written.items() for part in pair)
    text = format_scalar(written)
    name = format_scalar(raw.get(_LIST_KEY))
    if text in ("select_one_or_other", "select_multiple_or_other"):
        return f"{text.removesuffix('_or_other')} {name} or_other"
    return f"{text} {name}" if name else text


def _add_texts(found: dict[str, str], language: str, value: object, languages: list[str]) -> None:
    if isinstance(value, list):
        for position, text in enumerate(value):
            name = languages[position] if position < len(languages) else ("" if position == 0 else f"x-{position + 1}")
            if format_scalar(text):
                found.setdefault(name, format_scalar(text))
    elif isinstance(value, Mapping):
        found.update({str(name): format_scalar(text) for name, text in value.items() if format_scalar(text)})
    elif format_scalar(value):
        found.setdefault(language or (languages[0] if languages else ""), format_scalar(value))
