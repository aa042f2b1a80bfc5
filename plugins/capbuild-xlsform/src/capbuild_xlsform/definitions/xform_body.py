"""Body, parts and texts of an XForm.

They are controls with labels, choices and groups, and `itext` by id and language.
"""

import re
from collections import Counter
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from attrs import define, field, frozen

from capbuild.formats import local_name
from capbuild_xlsform.definitions.form import FormChoice

#: Text forms in `itext`, in order of preference.
_FORMS = ("", "long", "short")

#: Media and guidance forms in `itext`, by XLSForm header.
_BESIDE = {"image": "image", "audio": "audio", "video": "video", "big-image": "big-image", "guidance": "guidance_hint"}

_CHOICE_NAME = re.compile(r"\s*jr:choice-name\(\s*([^,\s]+)\s*,.*\)\s*", re.DOTALL)

_PATH = re.compile(r"[\w./:\-]+")


def join_text(element: Element) -> str:
    """Return an element's text, with `<output value="/data/name"/>` as `${name}`."""
    parts = [element.text or ""]
    for child in element:
        if local_name(child) == "output":
            parts.append(f"${{{_read_output(child.get('value') or child.get('ref') or '')}}}")
        else:
            parts.append(join_text(child))
        parts.append(child.tail or "")
    return "".join(parts).strip()


def _read_output(expression: str) -> str:
    """Return an output's question name, otherwise its expression."""
    chosen = _CHOICE_NAME.fullmatch(expression)
    text = chosen[1] if chosen is not None else expression.strip()
    return text.rpartition("/")[2] if _PATH.fullmatch(text) else " ".join(text.split())


def _find_id(element: Element) -> str | None:
    """Return the text id of a label or hint.

    The result is None if the text is inline.
    """
    reference = element.get("ref", "")
    return reference.partition("itext(")[2].rpartition(")")[0].strip("'\" ") if "itext(" in reference else None


@define(eq=False)
class Itext:
    """Texts by id, then by language as written.

    Attributes:
        texts: The texts.
        languages: Languages in order.
        default: The default language.
        media: Media and guidance by id, then by XLSForm header with language.
    """

    texts: dict[str, dict[str, str]] = field(factory=dict)
    media: dict[str, dict[str, str]] = field(factory=dict)
    languages: list[str] = field(factory=list)
    default: str = ""

    @classmethod
    def read(cls, model: Element) -> "Itext":
        """Return the texts of a model."""
        itext = cls()
        for translation in (e for e in model.iter() if local_name(e) == "translation"):
            language = translation.get("lang", "")
            itext.languages.append(language)
            if "default" in translation.attrib:
                itext.default = language
            for text in translation:
                values = {v.get("form", ""): join_text(v) for v in reversed(text) if local_name(v) == "value"}
                own = f"::{language}" if language not in ("", "default") else ""
                more = {f"{head}{own}": values[form] for form, head in _BESIDE.items() if values.get(form)}
                if more:
                    itext.media.setdefault(text.get("id", ""), {}).update(more)
                plain = next((values[form] for form in _FORMS if form in values), None)
                if plain is not None:
                    itext.texts.setdefault(text.get("id", ""), {})[language] = plain
        itext.default = itext.default or (itext.languages[0] if itext.languages else "")
        return itext

    def of(self, element: Element | None) -> Mapping[str, str]:
        """Return the texts of a label or hint, by language."""
        if element is None:
            return {}
        name = _find_id(element)
        if name is not None:
            return self.by_id(name)
        text = join_text(element)
        return {"": text} if text else {}

    def media_of(self, element: Element | None) -> Mapping[str, str]:
        """Return a label's or hint's media, by XLSForm header."""
        name = _find_id(element) if element is not None else None
        return self.media.get(name, {}) if name is not None else {}

    def by_id(self, name: str) -> Mapping[str, str]:
        """Return an id's texts by language; a dash means none."""
        texts = {lang: text for lang, text in self.texts.get(name, {}).items() if text}
        return {lang: text for lang, text in texts.items() if text != "-"} or texts


@frozen(eq=False)
class Control:
    """Control of an XForm body.

    Attributes:
        tag: Its tag, such as `select1`.
        path: Path of its question, below the root.
        labels: Labels by language.
        hints: Hints by language.
        choices: Its choices.
        source: Source of its choices, if external.
        media: Media type that it accepts.
        extras: Further settings, by XLSForm header.
    """

    tag: str
    path: str
    labels: Mapping[str, str]
    hints: Mapping[str, str]
    choices: tuple[FormChoice, ...] = ()
    source: str = ""
    media: str = ""
    extras: Mapping[str, str] = field(factory=dict)


@define(eq=False)
class XFormParts:
    """Parts of an XForm.

    Attributes:
        title: Title.
        root: Root element of the instance.
        binds: Attributes of each bind by path below the root.
        bind_ids: Path of each bind by its id.
        controls: Controls of the body in order.
        groups: Labels of the body's groups by path, in order.
        group_extras: Settings of groups, by XLSForm header.
        headings: Labels over some questions of a group, which are not groups of the instance.
        set_by: Defaults and triggers of answers by path, then by XLSForm header.
        repeats: Paths of repeats.
        itext: Texts by id and language.
        instances: Other instances by id.
        choices: Choices of item sets, cached by instance and cell names since many questions share them.
        counts: Number of elements of each kind.
    """

    title: str
    root: Element
    binds: dict[str, dict[str, str]] = field(factory=dict)
    bind_ids: dict[str, str] = field(factory=dict)
    controls: list[Control] = field(factory=list)
    groups: dict[str, Mapping[str, str]] = field(factory=dict)
    group_extras: dict[str, dict[str, str]] = field(factory=dict)
    headings: list[Mapping[str, str]] = field(factory=list)
    set_by: dict[str, dict[str, str]] = field(factory=dict)
    repeats: list[str] = field(factory=list)
    itext: Itext = field(factory=Itext)
    instances: dict[str, Element] = field(factory=dict)
    choices: dict[tuple[str, str, str], tuple[FormChoice, ...]] = field(factory=dict)
    counts: dict[str, int] = field(factory=dict)


def strip_root(reference: str, top: str) -> str:
    """Return a path below the root of the instance.

    Example:
        >>> strip_root("/data/group/name", "data"), strip_root("name", "data")
        ('group/name', 'name')
    """
    steps = [step.rpartition(":")[2] for step in reference.strip().split("/") if step not in ("", ".")]
    if reference.strip().startswith("/") and steps and steps[0] == top:
        steps = steps[1:]
    return "/".join(steps)


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


def _find_path(element: Element, context: str, top: str, parts: XFormParts) -> str:
    """Return an element's path, by reference or bind id."""
    named = element.get("bind")
    if named:
        return parts.bind_ids.get(named, named)
    reference = _find_reference(element)
    path = strip_root(reference, top)
    if reference and not reference.startswith("/") and context:
        return f"{context}/{path}" if path else context
    return path


def _find_reference(element: Element) -> str:
    return (element.get("ref") or element.get("nodeset") or "").strip()


def _find_child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child) == name), None)


def _walk(element: Element, context: str, top: str, parts: XFormParts, counts: Counter[str]) -> None:
    for child in element:
        tag = local_name(child)
        if tag in _CONTROLS:
            counts[tag] += 1
            parts.controls.append(_make_control(child, tag, _find_path(child, context, top, parts), parts))
        elif tag in ("group", "repeat"):
            path = _find_path(child, context, top, parts) or _group_path(child, context, top, parts)
            labels = parts.itext.of(_find_child(child, "label"))
            if path == context:  # A heading over some questions of a group.
                parts.headings += [labels] if labels else []
            elif labels or path not in parts.groups:
                parts.groups[path] = labels or parts.groups.get(path, {})
            given = {
                **parts.itext.media_of(_find_child(child, "label")),
                "appearance": child.get("appearance"),
                "repeat_count": _get_attribute(child, "count"),
            }
            parts.group_extras.setdefault(path, {}).update({name: text for name, text in given.items() if text})
            if tag == "repeat":
                parts.repeats.append(path)
            _walk(child, path, top, parts, counts)
        elif tag not in _TEXTS:  # A layout element.
            _walk(child, context, top, parts, counts)


def _group_path(element: Element, context: str, top: str, parts: XFormParts) -> str:
    """Return the path of a group without a reference.

    This is the path of its repeat, or else of the group common to its content.
    """
    inside = [child for child in element.iter() if local_name(child) in (*_CONTROLS, "repeat")]
    paths = [
        _find_path(child, context, top, parts)
        for child in inside
        if child.get("bind") or _find_reference(child)[:1] == "/"
    ]
    inner = [child for child in element if local_name(child) not in ("label", "hint")]
    if len(inner) == 1 and local_name(inner[0]) == "repeat":
        return _find_path(inner[0], context, top, parts)
    common = paths[0].split("/")[:-1] if paths else []
    for path in paths:
        common = [step for step, other in zip(common, path.split("/")[:-1], strict=False) if step == other]
    common_path = "/".join(common)
    return common_path if common_path.startswith(context) else context


def _get_attribute(element: Element, name: str) -> str:
    """Return an attribute by its local name."""
    return next((text for full, text in element.attrib.items() if local_name(full) == name), "")


def _make_control(element: Element, tag: str, path: str, parts: XFormParts) -> Control:
    items = (_make_choice(child, parts.itext) for child in element.iter() if local_name(child) == "item")
    choices = tuple(choice for choice in items if choice.name)
    itemset = next((child for child in element.iter() if local_name(child) == "itemset"), None)
    source = ""
    if itemset is not None:
        form_choices, source = _read_itemset(itemset, parts)
        choices = (*choices, *form_choices) if choices else form_choices
    return Control(
        tag=tag,
        path=path,
        labels=parts.itext.of(_find_child(element, "label")),
        hints=parts.itext.of(_find_child(element, "hint")),
        choices=choices,
        source=source,
        media=(element.get("mediatype") or "").partition("/")[0],
        extras=_collect_extras(element, tag, itemset, parts.itext),
    )


def _collect_extras(element: Element, tag: str, itemset: Element | None, itext: Itext) -> dict[str, str]:
    """Return the settings of a control, by XLSForm header."""
    texts = (itext.media_of(_find_child(element, name)) for name in ("label", "hint"))
    extras = {name: text for media in texts for name, text in media.items()}
    extras["appearance"] = element.get("appearance") or ""
    if tag == "range":
        extras["parameters"] = " ".join(f"{n}={element.get(n)}" for n in ("start", "end", "step") if element.get(n))
    nodeset = itemset.get("nodeset", "") if itemset is not None else ""
    if "[" in nodeset and _INSTANCE.search(nodeset) is not None:
        extras["choice_filter"] = nodeset.partition("[")[2].rpartition("]")[0]
    return {name: text for name, text in extras.items() if text}


def _make_choice(item: Element, itext: Itext) -> FormChoice:
    value, label = _find_child(item, "value"), _find_child(item, "label")
    name = join_text(value) if value is not None else ""
    return FormChoice(name=name, labels=itext.of(label), filters=dict(itext.media_of(label)))


def _read_itemset(itemset: Element, parts: XFormParts) -> tuple[tuple[FormChoice, ...], str]:
    """Return the choices of an item set, or their source."""
    nodeset = itemset.get("nodeset", "")
    match = _INSTANCE.search(nodeset)
    if match is None:
        return (), f"${{{nodeset.partition('[')[0].rstrip('/').rpartition('/')[2]}}}"
    instance = parts.instances.get(match[1])
    if instance is None or instance.get("src"):
        return (), (instance.get("src", "") if instance is not None else "").rpartition("/")[2] or match[1]
    value, label = _find_child(itemset, "value"), _find_child(itemset, "label")
    value_name = (value.get("ref", "") if value is not None else "") or "name"
    label_name = (label.get("ref", "") if label is not None else "") or "label"
    same = (match[1], value_name, label_name)
    if same not in parts.choices:
        rows = (
            _make_instance_choice(row, value_name, label_name, parts.itext)
            for row in (instance[0] if len(instance) else ())
        )
        parts.choices[same] = tuple(choice for choice in rows if choice.name)
    return parts.choices[same], ""


def _make_instance_choice(row: Element, value: str, label: str, itext: Itext) -> FormChoice:
    cells = {local_name(cell): join_text(cell) for cell in row}
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
