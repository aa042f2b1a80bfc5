"""Body of an XForm: controls with labels, choices and groups."""

import re
from collections import Counter
from xml.etree.ElementTree import Element

from capbuild.formats import local_name
from capbuild_xlsform.form import FormChoice
from capbuild_xlsform.itext import Itext, inner_text
from capbuild_xlsform.xform_parts import Control, XFormParts, below_root

_CONTROLS = frozenset({"input", "select1", "select", "upload", "trigger", "range", "rank", "secret"})
_TEXTS = frozenset({"label", "hint", "help", "alert", "item", "itemset", "value"})
_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)([^\[]*)")


def read_body(body: Element, top: str, parts: XFormParts) -> None:
    """Read the controls, groups and repeats of a body."""
    counts: Counter[str] = Counter()
    _walk(body, "", top, parts, counts)
    for name in ("item", "itemset", "group", "repeat"):
        parts.counts[name] = sum(1 for element in body.iter() if local_name(element) == name)
    parts.counts.update(counts)


def _path(element: Element, context: str, top: str, parts: XFormParts) -> str:
    """Return the path of an element, by reference or by bind id."""
    named = element.get("bind")
    if named:
        return parts.bind_ids.get(named, named)
    reference = _reference(element)
    path = below_root(reference, top)
    if reference and not reference.startswith("/") and context:
        return f"{context}/{path}" if path else context
    return path


def _reference(element: Element) -> str:
    return (element.get("ref") or element.get("nodeset") or "").strip()


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child) == name), None)


def _walk(element: Element, context: str, top: str, parts: XFormParts, counts: Counter[str]) -> None:
    for child in element:
        tag = local_name(child)
        if tag in _CONTROLS:
            counts[tag] += 1
            parts.controls.append(_control(child, tag, _path(child, context, top, parts), parts))
        elif tag in ("group", "repeat"):
            path = _path(child, context, top, parts) or _group_path(child, context, top, parts)
            labels = parts.itext.of(_child(child, "label"))
            if path == context:  # A heading over some questions of a group.
                parts.headings += [labels] if labels else []
            elif labels or path not in parts.groups:
                parts.groups[path] = labels or parts.groups.get(path, {})
            given = {
                **parts.itext.media_of(_child(child, "label")),
                "appearance": child.get("appearance"),
                "repeat_count": _attribute(child, "count"),
            }
            parts.group_extras.setdefault(path, {}).update({name: text for name, text in given.items() if text})
            if tag == "repeat":
                parts.repeats.append(path)
            _walk(child, path, top, parts, counts)
        elif tag not in _TEXTS:  # A layout element.
            _walk(child, context, top, parts, counts)


def _group_path(element: Element, context: str, top: str, parts: XFormParts) -> str:
    """Return the path of a group without a reference.

    It is that of its repeat, or of the group common to its content.
    """
    inside = [child for child in element.iter() if local_name(child) in (*_CONTROLS, "repeat")]
    paths = [_path(child, context, top, parts) for child in inside if child.get("bind") or _reference(child)[:1] == "/"]
    inner = [child for child in element if local_name(child) not in ("label", "hint")]
    if len(inner) == 1 and local_name(inner[0]) == "repeat":
        return _path(inner[0], context, top, parts)
    common = paths[0].split("/")[:-1] if paths else []
    for path in paths:
        common = [step for step, other in zip(common, path.split("/")[:-1], strict=False) if step == other]
    found = "/".join(common)
    return found if found.startswith(context) else context


def _attribute(element: Element, name: str) -> str:
    """Return an attribute by its local name."""
    return next((text for full, text in element.attrib.items() if local_name(full) == name), "")


def _control(element: Element, tag: str, path: str, parts: XFormParts) -> Control:
    items = (_item(child, parts.itext) for child in element.iter() if local_name(child) == "item")
    choices = tuple(choice for choice in items if choice.name)
    itemset = next((child for child in element.iter() if local_name(child) == "itemset"), None)
    source = ""
    if itemset is not None:
        found, source = _itemset(itemset, parts)
        choices = (*choices, *found) if choices else found
    return Control(
        tag=tag,
        path=path,
        labels=parts.itext.of(_child(element, "label")),
        hints=parts.itext.of(_child(element, "hint")),
        choices=choices,
        source=source,
        media=(element.get("mediatype") or "").partition("/")[0],
        extras=_extras(element, tag, itemset, parts.itext),
    )


def _extras(element: Element, tag: str, itemset: Element | None, itext: Itext) -> dict[str, str]:
    """Return the settings of a control, by XLSForm header."""
    texts = (itext.media_of(_child(element, name)) for name in ("label", "hint"))
    found = {name: text for media in texts for name, text in media.items()}
    found["appearance"] = element.get("appearance") or ""
    if tag == "range":
        found["parameters"] = " ".join(f"{n}={element.get(n)}" for n in ("start", "end", "step") if element.get(n))
    nodeset = itemset.get("nodeset", "") if itemset is not None else ""
    if "[" in nodeset and _INSTANCE.search(nodeset) is not None:
        found["choice_filter"] = nodeset.partition("[")[2].rpartition("]")[0]
    return {name: text for name, text in found.items() if text}


def _item(item: Element, itext: Itext) -> FormChoice:
    value, label = _child(item, "value"), _child(item, "label")
    name = inner_text(value) if value is not None else ""
    return FormChoice(name=name, labels=itext.of(label), filters=dict(itext.media_of(label)))


def _itemset(itemset: Element, parts: XFormParts) -> tuple[tuple[FormChoice, ...], str]:
    """Return the choices of an item set, or their source."""
    nodeset = itemset.get("nodeset", "")
    match = _INSTANCE.search(nodeset)
    if match is None:
        return (), f"${{{nodeset.partition('[')[0].rstrip('/').rpartition('/')[2]}}}"
    instance = parts.instances.get(match[1])
    if instance is None or instance.get("src"):
        return (), (instance.get("src", "") if instance is not None else "").rpartition("/")[2] or match[1]
    value, label = _child(itemset, "value"), _child(itemset, "label")
    value_name = (value.get("ref", "") if value is not None else "") or "name"
    label_name = (label.get("ref", "") if label is not None else "") or "label"
    same = (match[1], value_name, label_name)
    if same not in parts.choices:
        rows = (
            _instance_choice(row, value_name, label_name, parts.itext) for row in (instance[0] if len(instance) else ())
        )
        parts.choices[same] = tuple(choice for choice in rows if choice.name)
    return parts.choices[same], ""


def _instance_choice(row: Element, value: str, label: str, itext: Itext) -> FormChoice:
    cells = {local_name(cell): inner_text(cell) for cell in row}
    if "itext(" in label:
        key = label.partition("itext(")[2].rpartition(")")[0].strip()
        named = cells.get(key, key.strip("'\""))
        labels, media = itext.by_id(named), itext.media.get(named, {})
    else:
        media = {}
        labels = {"": cells[label]} if cells.get(label) else {}
    name = cells.get(value, "")
    filters = {key: text for key, text in cells.items() if key not in (value, label, "itextId") and text}
    return FormChoice(name=name, labels=labels, filters=filters | media)
