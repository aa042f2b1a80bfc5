"""Readers of submissions as trees: `kobo-json` (API, with or without the definition) and `openrosa-xml` (instances)."""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from attrs import define, field

from capbuild.errors import LimitError, ReadError
from capbuild.model import Issue, QuestionType, Severity
from capbuild.origin import Origin
from capbuild.plugins import Capability, Claim, Confidence, InputFile, Reader, ReadItem
from capbuild_xlsform.content import is_content, scalar_text
from capbuild_xlsform.definitions import content_form, forms_of, stem
from capbuild_xlsform.facts import instance_facts, json_facts
from capbuild_xlsform.form import Form, FormItem
from capbuild_xlsform.json_records import json_record
from capbuild_xlsform.options import SubmissionOptions
from capbuild_xlsform.questionnaire import lost_issue
from capbuild_xlsform.records import Record
from capbuild_xlsform.responses import Submissions
from capbuild_xlsform.rows import issue
from capbuild_xlsform.safe import archive_members, local_name, parse_json, parse_xml
from capbuild_xlsform.schema import Observed
from capbuild_xlsform.versions import in_order, merge_forms
from capbuild_xlsform.xform import form_of_xform, read_xform
from capbuild_xlsform.xml_records import xml_record

__all__ = ["KOBO_JSON", "OPENROSA_XML"]

_MARKS = re.compile(
    rb'"(_submission_time|meta/instanceID|_xform_id_string|formhub/uuid|_supplementalDetails|meta/rootUuid)"\s*:'
)
_CONTENT = re.compile(rb'"content"\s*:\s*\{|"survey"\s*:\s*\[')
_SMALL = 1 << 20
_ANALYSIS = ("transcript", "translation", "qual")
_OPENROSA = (b"http://openrosa.org", b"http://opendatakit.org", b"instanceID", b"http://kobotoolbox.org/xforms")
_NAMESPACES = (
    b"http://opendatakit.org",
    b"http://www.opendatakit.org",
    b"http://openrosa.org",
    b"http://www.w3.org/2002/xforms",
)
_ROOT = re.compile(rb"<([A-Za-z_][\w.\-]*)((?:\s+[\w:.\-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*/?>")
_PROLOGUE = re.compile(rb"^\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--.*?-->\s*)*", re.DOTALL)


@define(eq=False)
class _Found:
    """What a file of submissions holds."""

    forms: list[Form] = field(factory=list)
    records: list[Record] = field(factory=list)
    issues: list[Issue] = field(factory=list)
    left_out: dict[str, int] = field(factory=dict)

    def leave(self, reason: str) -> None:
        self.left_out[reason] = self.left_out.get(reason, 0) + 1


# --- JSON ----------------------------------------------------------------------------------------------------------


def _is_xml_list(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(part, str) and part.lstrip().startswith("<") for part in value)
    )


def _is_analysis(value: object) -> bool:
    """Tell whether a value lists questions that people who analyse recordings and texts add."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(part, Mapping) and "source" in part and str(part.get("type", "")).startswith(_ANALYSIS)
            for part in value
        )
    )


def _whole_json(value: object) -> str:
    """Return what a JSON value of this format shows, or an empty text."""
    if _is_xml_list(value):
        return "XML instances in a list"
    if _is_analysis(value):
        return "questions of an analysis, with their sources"
    parts = value if isinstance(value, list) else [value]
    if parts and all(isinstance(p, Mapping) and is_content(p.get("content")) for p in parts):
        return "a definition as 'content' with 'survey'"
    if is_content(value) and isinstance(value, Mapping) and value["survey"]:
        return "a definition with rows of 'survey' that have a type"
    if isinstance(value, Mapping) and _versioned(value):
        return "submissions with the version of their form"
    if isinstance(value, Mapping) and isinstance(value.get("value"), list):
        rows = [row for row in value["value"] if isinstance(row, Mapping)]
        if rows and all("__id" in row and "__system" in row for row in rows):
            return "the keys __id and __system of ODK Central"
    return ""


def _versioned(value: Mapping[str, Any]) -> bool:
    lists = [part for part in value.values() if isinstance(part, list)]
    return (
        len(value) == 1
        and len(lists) == 1
        and bool(lists[0])
        and all(isinstance(row, Mapping) and isinstance(row.get("version"), str) and len(row) > 1 for row in lists[0])
    )


def _sniff_json(source: InputFile) -> Claim | None:
    start = source.start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith((b"{", b"[")):
        return None
    mark = _MARKS.search(source.start)
    if mark is not None:
        return Claim(Confidence.SIGNATURE, f"the key {mark[1].decode()!r} of ODK submissions")
    if source.size > _SMALL:
        found = _CONTENT.search(source.start)
        return Claim(Confidence.SHAPE, "a definition as 'content' with 'survey'") if found else None
    try:
        why = _whole_json(parse_json(source))
    except ReadError:
        return None
    return Claim(Confidence.SIGNATURE, why) if why else None


def _analysis_form(value: Sequence[Mapping[str, Any]], source: InputFile) -> Form:
    items: dict[str, FormItem] = {}
    for place, part in enumerate(value):
        path = scalar_text(part.get("name")) or f"field_{place + 1}"
        items.setdefault(
            path,
            FormItem(
                path=path,
                type=QuestionType.TEXT,
                written=scalar_text(part.get("type")),
                labels={"": scalar_text(part.get("label"))} if part.get("label") else {},
                extras={"source": scalar_text(part.get("source"))},
                origin=Origin(source.name, path=f"$[{place}]"),
            ),
        )
    return Form(id=stem(source.name), title=stem(source.name), items=tuple(items.values()))


def _json_lists(value: Mapping[str, Any], found: _Found, source: InputFile) -> tuple[list[Any], str]:
    """Return the submissions of an object, and where they stand."""
    for key in ("submissions", "results", "value", "data"):
        if isinstance(value.get(key), list):
            return value[key], f"$.{key}"
    lists = [(key, part) for key, part in value.items() if isinstance(part, list)]
    if not is_content(value) and "content" not in value and len(lists) == 1 and len(value) == 1:
        key, part = lists[0]
        message = f"the submissions stand under {key!r}, not under 'submissions'; they are read"
        found.issues.append(issue("XF303", Severity.WARNING, message, Origin(source.name, path=f"$.{key}")))
        return part, f"$.{key}"
    if "content" not in value and not is_content(value) and _MARKS.search(source.start):
        return [value], "$"
    return [], "$"


def _collect_json(source: InputFile, found: _Found) -> None:
    value = parse_json(source)
    if _is_xml_list(value):
        for place, text in enumerate(value):
            _add_xml(text, source, f"$[{place}]", found)
        return
    if _is_analysis(value):
        found.forms.append(_analysis_form(value, source))
        return
    if (
        isinstance(value, list)
        and value
        and all(isinstance(p, Mapping) and is_content(p.get("content")) for p in value)
    ):
        for place, part in enumerate(value):
            _collect_version(part, source, f"$[{place}]", found)
    elif isinstance(value, list):
        _add_json(value, source, "$", "", found)
    elif isinstance(value, Mapping):
        _collect_version(value, source, "$", found)
    else:
        raise ReadError(
            f"{source.name} holds no submissions", code="CB117", origin=Origin(source.name), remedy="ask for the export"
        )


def _collect_version(value: Mapping[str, Any], source: InputFile, at: str, found: _Found) -> None:
    """Take one version: its definition and its submissions, either of which may be absent."""
    version = ""
    whole = {**value, "content": value} if is_content(value) else value
    if is_content(whole.get("content")):
        loaded = content_form(whole, source, at)
        found.forms.append(loaded.form)
        found.issues.extend(loaded.issues)
        found.issues.extend(lost_issue(loaded.form, source.name))
        version = loaded.form.version
    values, place = _json_lists(value, found, source)
    _add_json(values, source, place.replace("$", at, 1), version, found)
    if value.get("next"):
        message = f"this is one page of {value.get('count', 'several')} submissions; others follow"
        found.issues.append(issue("XF304", Severity.WARNING, message, Origin(source.name), "ask for all pages"))


def _add_json(values: list[Any], source: InputFile, at: str, version: str, found: _Found) -> None:
    asked = frozenset(item.name for form in found.forms for item in form.items)
    for place, value in enumerate(values):
        if isinstance(value, Mapping):
            found.records.append(json_record(value, source.name, f"{at}[{place}]", version, asked))
        else:
            found.leave("it is no object")


def _read_json(source: InputFile, options: SubmissionOptions) -> Iterator[ReadItem]:
    found = _Found()
    _collect_json(source, found)
    yield from _read_found(source, options, found)


def _read_found(source: InputFile, options: SubmissionOptions, found: _Found) -> Iterator[ReadItem]:
    given, issues = forms_of(options.form, source.limits)
    own = {form.version for form in found.forms}
    forms = in_order([form for form in given if form.version not in own or not found.forms] + found.forms)
    yield from issues
    yield from found.issues
    if not forms and not found.records:
        yield issue("CB117", Severity.ERROR, "the file holds no submission", Origin(source.name), "ask for it again")
    observed = Observed(merge_forms(forms) if forms else None, options.renamed)
    observed.see(found.records)
    work = Submissions(source.name, options, forms, lambda: iter(found.records), stem(source.name), observed)
    yield from work.read()
    yield work.account(found.left_out)


# --- XML -----------------------------------------------------------------------------------------------------------


def _add_xml(content: bytes | str, source: InputFile, at: str, found: _Found) -> None:
    """Take one instance; one that is damaged is an issue, and reading goes on."""
    try:
        root = parse_xml(content, source.name, source.limits.nesting)
    except LimitError:
        raise
    except ReadError as error:
        found.leave("it is not well-formed XML")
        origin = Origin(source.name, path=at)
        found.issues.append(issue(error.code, Severity.ERROR, error.message, origin, error.remedy or ""))
        return
    if local_name(root.tag) == "html":
        parts = read_xform(root, source.name)
        found.forms.append(form_of_xform(parts, source.name, found.issues))
    else:
        _add_root(root, source, at, found)


def _add_root(root: Element, source: InputFile, at: str, found: _Found) -> None:
    """Take one instance; nobody can read an encrypted one without its key."""
    if root.get("encrypted") == "yes":
        found.leave("it is encrypted")
        message = f"the submission {root.get('instanceID', '')!r} is encrypted"
        origin = Origin(source.name, path=at or None)
        found.issues.append(issue("XF306", Severity.ERROR, message, origin, "export it decrypted from the server"))
        return
    found.records.append(xml_record(root, source.name, at))


def _instances(source: InputFile) -> list[str]:
    """Return the members of an archive that are instances or forms."""
    names = [name for name in archive_members(source) if name.lower().endswith(".xml")]
    return names if any("instances/" in f"/{name}".lower() for name in names) else []


def _sniff_xml(source: InputFile) -> Claim | None:
    if source.start.startswith(b"PK"):
        try:
            found = _instances(source)
        except ReadError:
            return None
        return Claim(Confidence.SIGNATURE, "an archive with a folder of instances") if found else None
    head = source.start.removeprefix(b"\xef\xbb\xbf")
    prologue = _PROLOGUE.match(head)
    root = _ROOT.match(head, prologue.end() if prologue is not None else 0)
    if root is None or root[1] in (b"html", b"svg"):
        return None
    names = dict(re.findall(rb"([\w:.\-]+)\s*=\s*[\"']([^\"']*)", root[2]))
    own = names.get(b"xmlns", b"")
    if own and not own.startswith(_NAMESPACES):
        marked = b"<orx:meta" in head or b":instanceID>" in head
        return Claim(Confidence.SHAPE, "an instance with OpenRosa metadata") if marked and b"id" in names else None
    if b"id" not in names and b"id_string" not in names:
        return None
    if any(mark in head for mark in _OPENROSA):
        return Claim(Confidence.SIGNATURE, "an element with the id of a form, and OpenRosa metadata")
    return Claim(Confidence.SHAPE, "an element with the id of a form")


def _read_xml(source: InputFile, options: SubmissionOptions) -> Iterator[ReadItem]:
    found = _Found()
    if source.start.startswith(b"PK"):
        _collect_archive(source, found)
    else:
        root = parse_xml(source.content, source.name, source.limits.nesting)
        _add_root(root, source, "", found)
    yield from _read_found(source, options, found)


def _collect_archive(source: InputFile, found: _Found) -> None:
    names = _instances(source)
    if not names:
        raise ReadError(
            f"{source.name} is an archive without instances",
            code="CB117",
            origin=Origin(source.name),
            remedy="choose the archive with the folder 'instances'",
        )
    for name in sorted(names):
        try:
            content = source.member(name)
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError) as error:
            found.leave("it cannot be unpacked")
            origin = Origin(source.name, path=name)
            found.issues.append(issue("XF110", Severity.ERROR, f"{name} cannot be unpacked: {error}", origin))
            continue
        _add_xml(content, source, name, found)


_SUBMISSIONS = frozenset({Capability.RESPONSES, Capability.DEFINITION, Capability.MANY_COUNTRIES})

KOBO_JSON = Reader(
    name="kobo-json",
    title="Submissions of KoboToolbox, Ona and ODK Central (JSON)",
    sniff=_sniff_json,
    read=_read_json,
    facts=json_facts,
    options=SubmissionOptions,
    capabilities=_SUBMISSIONS,
    suffixes=(".json",),
)
OPENROSA_XML = Reader(
    name="openrosa-xml",
    title="Submissions as OpenRosa instances (XML, or an archive of them)",
    sniff=_sniff_xml,
    read=_read_xml,
    facts=instance_facts,
    options=SubmissionOptions,
    capabilities=_SUBMISSIONS,
    suffixes=(".xml", ".zip"),
)
