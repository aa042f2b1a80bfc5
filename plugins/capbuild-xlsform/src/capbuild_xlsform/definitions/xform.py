"""ODK XForm definitions in XML.

They have the instance, binds, body and translations of a form.
"""

from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from capbuild.display import counted
from capbuild.errors import ReadError
from capbuild.formats import local_name, shorten
from capbuild.model import Issue, PersonalData, QuestionType, Severity
from capbuild.origin import Origin
from capbuild_xlsform.definitions.form import Form, FormChoice, FormGroup, FormItem
from capbuild_xlsform.definitions.form_builder import make_condition
from capbuild_xlsform.definitions.question_types import find_personal_by_text, find_personal_by_type
from capbuild_xlsform.definitions.rows import make_issue
from capbuild_xlsform.definitions.xform_body import Control, Itext, XFormParts, read_body, strip_root

_T = QuestionType
_BIND_TYPES = {
    "string": _T.TEXT,
    "int": _T.INTEGER,
    "integer": _T.INTEGER,
    "decimal": _T.DECIMAL,
    "date": _T.DATE,
    "time": _T.TIME,
    "datetime": _T.DATETIME,
    "geopoint": _T.GEOPOINT,
    "binary": _T.FILE,
    "boolean": _T.BOOLEAN,
    "barcode": _T.TEXT,
    "intent": _T.TEXT,
    "select": _T.SELECT_MULTIPLE,
    "select1": _T.SELECT_ONE,
    "odk:rank": _T.RANKING,
    "rank": _T.RANKING,
}
_PRELOADS = {"start": _T.DATETIME, "end": _T.DATETIME, "today": _T.DATE}
_JR = "{http://openrosa.org/javarosa}"


def _find_first(root: Element, name: str) -> Element | None:
    return next((element for element in root.iter() if local_name(element) == name), None)


def _list_children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if local_name(child) == name)


def read_xform(document: Element, file: str) -> XFormParts:
    """Return the parts of an XForm.

    Raises:
        ReadError: It has no model with an instance (XF111).
    """
    model, title, body = _find_first(document, "model"), _find_first(document, "title"), _find_first(document, "body")
    instances = list(_list_children(model, "instance")) if model is not None else []
    filled = [instance for instance in instances if len(instance)]
    # The main instance is first, but some writers put choice lists, which have an id, before it.
    main = next((instance for instance in filled if not instance.get("id")), next(iter(filled), None))
    roots = list(main) if main is not None else []
    if model is None or not roots:
        raise ReadError(f"{file} has no model with an instance, so it is no XForm", code="XF111", origin=Origin(file))
    parts = XFormParts(title=(title.text or "").strip() if title is not None else "", root=roots[0])
    parts.instances = {instance.get("id", ""): instance for instance in instances if instance is not main}
    top = local_name(roots[0])
    parts.itext = Itext.read(model)
    for bind in (element for element in model.iter() if local_name(element) == "bind"):
        path = strip_root(bind.get("nodeset") or bind.get("ref") or "", top)
        parts.binds[path] = {local_name(name): value for name, value in bind.attrib.items()}
        if bind.get("id"):
            parts.bind_ids[bind.get("id", "")] = path
    for element in document.iter():
        if local_name(element) in ("setvalue", "setgeopoint"):
            path = parts.bind_ids.get(element.get("bind", "")) or strip_root(element.get("ref", ""), top)
            parts.set_by.setdefault(path, {})[_name_action_column(element.get("event", ""))] = (
                element.get("value") or "set"
            )
    parts.counts = {"binds": sum(1 for e in model.iter() if local_name(e) == "bind"), "instances": len(instances)}
    if body is not None:
        read_body(body, top, parts)
    return parts


def _name_action_column(event: str) -> str:
    """Return the XLSForm header of an action.

    The header is `trigger` for an action on another answer's change, `default` for one at first load.
    """
    return "trigger" if "value-changed" in event else "default"


def _list_leaves(element: Element, prefix: str, branches: list[tuple[str, Element]]) -> Iterator[tuple[str, Element]]:
    """Yield the instance's leaves in order; add groups to `branches`.

    A repeat's template counts as the repeat itself.
    """
    for child in element:
        path = f"{prefix}{local_name(child)}"
        if len(child):
            branches.append((path, child))
            yield from _list_leaves(child, f"{path}/", branches)
        else:
            yield path, child


def build_xform_form(parts: XFormParts, file: str, issues: list[Issue]) -> Form:
    """Return the form of an XForm; add problems to issues."""
    top = parts.root
    controls = _index_controls(parts, file, issues)
    branches: list[tuple[str, Element]] = []
    leaves = dict(_list_leaves(top, "", branches))
    repeats = {*parts.repeats, *(path for path, element in branches if f"{_JR}template" in element.attrib)}
    for path, leaf in leaves.items():
        if path in controls and (text := (leaf.text or "").strip()):
            parts.set_by.setdefault(path, {}).setdefault("default", text)
    lists: dict[str, tuple[FormChoice, ...]] = {}
    items: dict[str, FormItem] = {}
    group_paths = dict.fromkeys(path for path, _ in branches)
    for path in [*leaves, *(path for path in controls if path not in leaves)]:
        if not path or (path in group_paths and path not in controls) or _is_submission_name(path, parts):
            continue
        if path not in leaves and path not in group_paths:
            message = f"the control for {path!r} has no place in the instance; it is kept"
            issues.append(make_issue("XF112", Severity.WARNING, message, Origin(file, path=f"/{path}")))
        items[path] = _make_item(path, parts, controls.get(path), lists, file)
    issues.extend(_note_external_choices(items.values(), lists))
    issues.extend(_note_headings(parts, file))
    groups = [
        _group(path, parts, file, repeat=path in repeats)
        for path in group_paths
        if path not in items
        and (path.partition("/")[0] != "meta" or any(item.startswith(f"{path}/") for item in items))
    ]
    return Form(
        id=top.get("id") or _find_namespace(top) or local_name(top),
        version=top.get("version") or top.get(f"{_JR}version") or "",
        title=parts.title,
        default_language=parts.itext.default,
        languages=tuple(parts.itext.languages),
        groups=tuple(groups),
        items=tuple(items.values()),
        lists=lists,
    )


def _index_controls(parts: XFormParts, file: str, issues: list[Issue]) -> dict[str, Control]:
    """Return the control of each path.

    Issues are added for duplicate controls.
    """
    controls: dict[str, Control] = {}
    for control in parts.controls:
        controls.setdefault(control.path, control)
    controls.pop("", None)
    issues.extend(_duplicate_control(c, file) for c in parts.controls if controls.get(c.path) is not c)
    return controls


def _duplicate_control(control: Control, file: str) -> Issue:
    """Return the issue for a duplicate or unplaced control."""
    label, at = shorten(next(iter(control.labels.values()), control.tag), 60), Origin(file, path=f"/{control.path}")
    remedy = "give each a place of its own in the instance"
    if not control.path:
        return make_issue(
            "XF112", Severity.WARNING, f"the control {label!r} names no place; it is left out", at, remedy
        )
    message = f"{label!r} asks for {control.path!r}, as a control before does; the first one counts"
    return make_issue("XF118", Severity.WARNING, message, at, remedy)


def _group(path: str, parts: XFormParts, file: str, *, repeat: bool) -> FormGroup:
    return FormGroup(
        path=path,
        labels=parts.groups.get(path, {}),
        repeat=repeat,
        relevant=parts.binds.get(path, {}).get("relevant", ""),
        extras=parts.group_extras.get(path, {}),
        origin=Origin(file, path=f"/{path}"),
    )


def _note_external_choices(items: Iterable[FormItem], lists: Mapping[str, object]) -> Iterator[Issue]:
    """Yield a note for each question with external choices."""
    for item in items:
        name = item.list_name or ""
        if name and name not in lists and not name.startswith("${"):
            message = f"the choices of {item.path!r} lie outside the form, in {name!r}"
            yield make_issue("XF108", Severity.NOTE, message, item.origin, "read the XLSForm, with files=")


def _note_headings(parts: XFormParts, file: str) -> Iterator[Issue]:
    """Yield a note on headings that are not groups."""
    if parts.headings:
        first = next(iter(parts.headings[0].values()))
        makes = "makes" if len(parts.headings) == 1 else "make"
        message = (
            f"{counted(len(parts.headings), 'heading')} over questions {makes} no group, such as {shorten(first, 60)!r}"
        )
        yield make_issue("XF117", Severity.NOTE, message, Origin(file), "give each a group of its own in the instance")


def _is_submission_name(path: str, parts: XFormParts) -> bool:
    """True if a leaf identifies the submission.

    Recordings by the device, such as an audit, are answers instead.
    """
    return path.startswith("meta/") and parts.binds.get(path, {}).get("type", "").rpartition(":")[2] != "binary"


def _find_namespace(element: Element) -> str:
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def _make_item(
    path: str,
    parts: XFormParts,
    control: Control | None,
    lists: dict[str, tuple[FormChoice, ...]],
    file: str,
) -> FormItem:
    bind = parts.binds.get(path, {})
    kind, written, meta = _find_question_type(control, bind)
    list_name = None
    if control is not None and control.choices:
        list_name = path
        lists[path] = control.choices
    elif control is not None and control.source:
        list_name = control.source
    return FormItem(
        path=path,
        type=kind,
        written=written,
        labels=control.labels if control is not None else {},
        hints=control.hints if control is not None else {},
        list_name=list_name,
        relevant=bind.get("relevant", "") if bind.get("relevant") != "true()" else "",
        required=bind.get("required", "").replace(" ", "") in ("true()", "true"),
        meta=meta,
        personal=_find_personal(path, written, bind, control),
        extras=_collect_extras(bind, control) | parts.set_by.get(path, {}),
        origin=Origin(file, path=f"/{path}"),
    )


def _collect_extras(bind: Mapping[str, str], control: Control | None) -> dict[str, str]:
    """Return content that a questionnaire cannot store, by XLSForm header."""
    names = {
        "constraint": "constraint",
        "constraintMsg": "constraint_message",
        "requiredMsg": "required_message",
        "calculate": "calculation",
        "readonly": "readonly",
        "saveto": "save_to",
    }
    extras = {names[name]: bind[name] for name in names if bind.get(name)}
    return extras | (dict(control.extras) if control is not None else {}) | make_condition(bind.get("required", ""))


def _find_question_type(control: Control | None, bind: Mapping[str, str]) -> tuple[QuestionType, str, bool]:
    """Return the question type of a control or bind.

    The type as written follows, and True if the device fills the question in.
    """
    written = bind.get("type", "").rpartition(":")[2]
    declared = _BIND_TYPES.get(written.casefold())
    if control is None:
        preload = bind.get("preload", "")
        if preload in ("timestamp", "date", "property", "uid"):
            parameter = bind.get("preloadParams", "")
            return _PRELOADS.get(parameter, _T.TEXT), parameter or preload, True
        if declared in (_T.FILE, _T.GEOPOINT) and "calculate" not in bind:  # Recorded by the device, such as an audit.
            return declared, written, True
        return _T.CALCULATED, "calculate", False
    by_tag = {"select1": _T.SELECT_ONE, "select": _T.SELECT_MULTIPLE, "rank": _T.RANKING, "trigger": _T.BOOLEAN}
    if control.tag in by_tag:
        return by_tag[control.tag], control.tag, False
    if control.tag == "upload":
        return _T.FILE, control.media or "upload", False
    if (
        bind.get("readonly", "").replace(" ", "") == "true()"
        and declared in (None, _T.TEXT)
        and "calculate" not in bind
    ):
        return _T.NOTE, "note", False
    return declared or _T.TEXT, written or "string", False


def _find_personal(path: str, written: str, bind: Mapping[str, str], control: Control | None) -> PersonalData | None:
    labels = control.labels if control is not None else {}
    return find_personal_by_type(bind.get("preloadParams") or written) or find_personal_by_text(path, labels)
