"""The reader `openrosa-xml`: submissions as instances in XML, one or an archive of them."""

import re
import zipfile
from collections.abc import Iterator

from capbuild.errors import ReadError
from capbuild.model import Severity
from capbuild.origin import Origin
from capbuild.plugins import Capability, Claim, Confidence, InputFile, Reader, ReadItem
from capbuild_xlsform.definitions import forms_of
from capbuild_xlsform.facts import instance_facts
from capbuild_xlsform.found import Found, add_root, add_xml, read_found
from capbuild_xlsform.options import SubmissionOptions
from capbuild_xlsform.rows import issue
from capbuild_xlsform.safe import archive_members, parse_xml

__all__ = ["OPENROSA_XML"]

_OPENROSA = (b"http://openrosa.org", b"http://opendatakit.org", b"instanceID", b"http://kobotoolbox.org/xforms")
_NAMESPACES = (
    b"http://opendatakit.org",
    b"http://www.opendatakit.org",
    b"http://openrosa.org",
    b"http://www.w3.org/2002/xforms",
)
_ROOT = re.compile(
    rb"<(?:([A-Za-z_][\w.\-]*):)?([A-Za-z_][\w.\-]*)((?:\s+[\w:.\-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*/?>"
)
#: An element with an attribute that devices do not write beside an answer.
_ATTRIBUTED = re.compile(rb"<[A-Za-z_][\w.:\-]*\s+(?!xmlns|(?:[\w.\-]+:)?template\b)[\w:.\-]+\s*=")
_PROLOGUE = re.compile(rb"^\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--.*?-->\s*)*", re.DOTALL)


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
    if root is None or root[2] in (b"html", b"svg", b"RDF", b"feed", b"rss"):
        return None
    names = dict(re.findall(rb"([\w:.\-]+)\s*=\s*[\"']([^\"']*)", root[3]))
    own = names.get(b"xmlns:" + root[1] if root[1] else b"xmlns", b"")
    if own and not own.startswith(_NAMESPACES):
        marked = b"<orx:meta" in head or b":instanceID>" in head
        return Claim(Confidence.SHAPE, "an instance with OpenRosa metadata") if marked and b"id" in names else None
    if b"id" not in names and b"id_string" not in names:
        return None
    if any(mark in head for mark in _OPENROSA):
        return Claim(Confidence.SIGNATURE, "an element with the id of a form, and OpenRosa metadata")
    if _ATTRIBUTED.search(head, root.end()):
        return None  # answers have no attributes; questionnaires and catalogues in XML do
    return Claim(Confidence.SHAPE, "an element with the id of a form")


def _read_xml(source: InputFile, options: SubmissionOptions) -> Iterator[ReadItem]:
    found = Found(given=forms_of(options.form, source.limits))
    if source.start.startswith(b"PK"):
        _collect_archive(source, found)
    else:
        root = parse_xml(source.content, source.name, source.limits.nesting)
        add_root(root, source, "", found)
    yield from read_found(source, options, found)


def _collect_archive(source: InputFile, found: Found) -> None:
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
        add_xml(content, source, name, found)


_SUBMISSIONS = frozenset({Capability.RESPONSES, Capability.DEFINITION, Capability.MANY_COUNTRIES})

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
