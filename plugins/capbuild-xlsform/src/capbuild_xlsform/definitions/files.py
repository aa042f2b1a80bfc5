"""Form definitions from files of any supported format."""

import codecs
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from attrs import evolve, frozen

from capbuild.formats import DuplicateKeyDecoder, check_definition, load_json, load_xml
from capbuild.model import Issue, SheetReconciliation
from capbuild.plugins import InputFile, ReadLimits
from capbuild_xlsform.definitions.asset_content import is_content, read_content
from capbuild_xlsform.definitions.definition_sheets import read_definition
from capbuild_xlsform.definitions.form import Form, FormChoice
from capbuild_xlsform.definitions.form_builder import build_form, collect_choice_lists
from capbuild_xlsform.definitions.questionnaire import to_questionnaire
from capbuild_xlsform.definitions.rows import DefinitionRow, DefinitionRows
from capbuild_xlsform.definitions.xform import build_xform_form, read_xform
from capbuild_xlsform.options import FormSource, open_named_file
from capbuild_xlsform.text_tables import Table, list_tables


def read_start(source: InputFile) -> bytes:
    """Return the start of a document in UTF-8.

    JSON and XML in UTF-16 are converted.

    Args:
        source: The file.

    Example:
        >>> read_start(InputFile("a.xml", data='<data id="a"/>'.encode("utf-16")))
        b'<data id="a"/>'
    """
    start = source.start
    little = start.startswith((codecs.BOM_UTF16_LE, b"<\0", b"{\0", b"[\0"))
    if little or start.startswith((codecs.BOM_UTF16_BE, b"\0<", b"\0{", b"\0[")):
        text = start.decode("utf-16-le" if little else "utf-16-be", "replace")
        return text.removeprefix("\ufeff").encode("utf-8", "replace")
    return start.removeprefix(codecs.BOM_UTF8)


@frozen(eq=False)
class LoadedForm:
    """Form with the issues found while loading.

    Attributes:
        form: The form.
        issues: Issues found.
        accounts: Reconciliation of each sheet.
        sheets: Names of the sheets.
        headers: Headers of the survey sheet.
    """

    form: Form
    issues: Sequence[Issue] = ()
    accounts: tuple[SheetReconciliation, ...] = ()
    sheets: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


def stem(name: str) -> str:
    """Return a file name without folder and suffix."""
    return PurePath(name).stem.strip() or "form"


def read_external_choices(
    files: Mapping[str, Any], limits: ReadLimits, issues: list[Issue]
) -> dict[str, tuple[FormChoice, ...]]:
    """Return the choices in external files, by file name.

    Raises:
        ReadError: A file does not exist, or is not a table.
    """
    choices: dict[str, tuple[FormChoice, ...]] = {}
    for name, source in files.items():
        choices[name] = read_choices(list_tables(open_named_file(source, name, limits))[0], name, issues)
    return choices


def read_choices(table: Table, name: str, issues: list[Issue]) -> tuple[FormChoice, ...]:
    """Return a table's choices by headers `name` and `label`."""
    definition = read_definition([evolve(table, sheet="choices")])
    rows = [DefinitionRow({**row.cells, "list_name": name}, row.texts, row.origin) for row in definition.rows.choices]
    return collect_choice_lists(rows, issues).get(name, ())


def load_sheets(source: InputFile, files: Mapping[str, Any]) -> LoadedForm:
    """Return the form in a workbook or text file.

    Raises:
        ReadError: It has no survey sheet (XF100), or is damaged.
        LimitError: It exceeds the limits.
    """
    tables = list_tables(source)
    definition = read_definition(tables)
    rows = definition.rows
    if not rows.survey and not rows.choices:
        raise source.error(
            "has no sheet or section 'survey' with a row below its header",
            "XF100",
            "name the sheet 'survey', with the headers type, name and label",
        )
    external = read_external_choices(files, source.limits, rows.issues)
    form = build_form(rows, name=stem(source.name), nesting=source.limits.nesting, files=external)
    return LoadedForm(form, tuple(rows.issues), tuple(definition.accounts), definition.names, definition.headers)


def load_content(value: Mapping[str, Any], source: InputFile, path: str) -> LoadedForm:
    """Return the form under `content` in a JSON object."""
    rows: DefinitionRows = read_content(value["content"], source.name, f"{path}.content")
    name = value.get("id_string") or value.get("uid") or value.get("name") or stem(source.name)
    form = build_form(rows, name=str(name).strip() or "form", nesting=source.limits.nesting)
    version = value.get("version") or value.get("version_id") or form.version
    title = value.get("title") or value.get("name") or form.title
    form = evolve(form, version=str(version or ""), title=str(title or ""))
    return LoadedForm(form, tuple(rows.issues))


def load_xform(source: InputFile) -> LoadedForm:
    """Return the form in an XForm."""
    issues: list[Issue] = []
    root = load_xml(source)
    form = build_xform_form(read_xform(root, source.name), source.name, issues)
    return LoadedForm(form, (*issues, *check_definition(source.name, root, to_questionnaire(form), {})))


def _load_json_forms(source: InputFile) -> list[LoadedForm]:
    keeper = DuplicateKeyDecoder()
    value = load_json(source, keeper=keeper)
    values = value if isinstance(value, list) else [value]
    forms = []
    for position, raw in enumerate(values):
        path = f"$[{position}]" if isinstance(value, list) else "$"
        part = {**raw, "content": raw} if is_content(raw) else raw
        if isinstance(part, Mapping) and is_content(part.get("content")):
            forms.append(load_content(part, source, path))
    if not forms:
        raise source.error("contains no definition", "XF100", "give the form itself")
    forms[0] = evolve(forms[0], issues=[*keeper.issues(source.name), *forms[0].issues])
    return forms


def load_forms(source: InputFile) -> list[LoadedForm]:
    """Return the forms in an XLSForm, XForm or Kobo JSON.

    Each version of a form is returned separately.
    """
    start = read_start(source)[:512].lstrip()
    if start.startswith((b"{", b"[")):
        return _load_json_forms(source)
    if start.startswith(b"<"):
        return [load_xform(source)]
    return [load_sheets(source, {})]


def load_form(source: FormSource, *, name: str = "form", limits: ReadLimits | None = None) -> LoadedForm:
    r"""Return the form in a file.

    The result keeps content that a questionnaire cannot store.

    Args:
        source: A path, bytes or an `InputFile`; a `Form` is returned unchanged.
        name: Name for origins, for bytes.
        limits: Limits in force.

    Raises:
        ReadError: It has no form.
        LimitError: It exceeds the limits.

    Example:
        >>> found = load_form(b"type,name,label,calculation\ncalculate,double,,2 * ${a}\n", name="a.csv")
        >>> found.form.items[0].extras["calculation"]
        '2 * ${a}'
    """
    if isinstance(source, Form):
        return LoadedForm(source)
    return load_forms(open_named_file(source, name, limits or ReadLimits()))[-1]


def load_option_forms(sources: Sequence[FormSource], limits: ReadLimits) -> tuple[list[Form], list[Issue]]:
    """Return the forms of the option `form`, with their issues."""
    forms: list[Form] = []
    issues: list[Issue] = []
    for position, source in enumerate(sources, start=1):
        if isinstance(source, Form):
            forms.append(source)
            continue
        for loaded in load_forms(open_named_file(source, f"form {position}", limits)):
            forms.append(loaded.form)
            issues.extend(loaded.issues)
    return forms, issues
