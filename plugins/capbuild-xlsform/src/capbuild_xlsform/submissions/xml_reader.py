"""Reader `openrosa-xml`: XML instances, single or in an archive."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from capbuild.errors import LimitError, ReadError
from capbuild.formats import load_xml, local_name
from capbuild.model import Severity
from capbuild.plugins import Claim, Companion, Confidence, InputFile, Reader, ReadItem
from capbuild_xlsform.definitions.files import load_option_forms, read_start
from capbuild_xlsform.definitions.rows import make_issue
from capbuild_xlsform.facts import count_instance
from capbuild_xlsform.options import SubmissionOptions
from capbuild_xlsform.submissions.submission_file import SubmissionFile, add_root, add_xml, read_submission_file

_OPENROSA = (b"http://openrosa.org", b"http://opendatakit.org", b"instanceID", b"http://kobotoolbox.org/xforms")
_NAMESPACES = (
    b"http://opendatakit.org",
    b"http://www.opendatakit.org",
    b"http://openrosa.org",
    b"http://www.w3.org/2002/xforms",
)
#: Namespaces of forms without an id, as made by CommCare.
_NAMED_BY_NAMESPACE = (b"http://openrosa.org/formdesigner/", b"http://commcarehq.org/")
_ROOT = re.compile(
    rb"<(?:([A-Za-z_][\w.\-]*):)?([A-Za-z_][\w.\-]*)((?:\s+[\w:.\-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*/?>"
)
_PROLOGUE = re.compile(rb"^\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--.*?-->\s*)*", re.DOTALL)
#: Start of a server response with several submissions, from KoboToolbox or ODK Aggregate.
_PAGE = re.compile(rb"\s*<(?:count|next|previous|results)\b")
_WRAPPER = b"http://opendatakit.org/submissions"
#: Largest size in bytes of an unmarked instance that is parsed for sniffing; devices write a few thousand.
_SMALL = 1 << 20
#: Names of device metadata in form designers.
_DEVICE_IDS = frozenset({"deviceid", "device_id", "imei", "subscriberid", "simserial", "phonenumber", "phone_id"})
_DEVICE = _DEVICE_IDS | {"start", "end", "today", "username"}
_DESIGNERS = ("build_",)


def _find_instances(source: InputFile) -> list[str]:
    """Return an archive's members that are instances or forms."""
    names = [name for name in source.members if name.lower().endswith(".xml")]
    return names if any("instances/" in f"/{name}".lower() for name in names) else []


def _sniff_xml(source: InputFile) -> Claim | None:
    if source.start.startswith(b"PK"):
        instances = _find_instances(source)
        return Claim(Confidence.SIGNATURE, "an archive with a folder of instances") if instances else None
    return _claim_of_instance(source)


def _read_xml(source: InputFile, options: SubmissionOptions) -> Iterator[ReadItem]:
    submission_file = SubmissionFile(given=load_option_forms(options.form, source.limits))
    if source.start.startswith(b"PK"):
        _collect_archive(source, submission_file)
    else:
        root = load_xml(source)
        add_root(root, source, "", submission_file)
    yield from read_submission_file(source, options, submission_file)


def _collect_archive(source: InputFile, file: SubmissionFile) -> None:
    names = _find_instances(source)
    if not names:
        raise source.error("is an archive without instances", "CB117", "choose the archive with the folder 'instances'")
    with source.open_members() as unpack:
        for name in sorted(names):
            try:
                content = unpack(name)
            except LimitError:
                raise
            except ReadError as error:
                file.skip("it cannot be unpacked")
                file.issues.append(
                    make_issue(error.code, Severity.ERROR, error.message, error.origin, error.remedy or "")
                )
                continue
            add_xml(content, source, name, file)


OPENROSA_XML = Reader(
    name="openrosa-xml",
    title="Submissions as OpenRosa instances (XML, or an archive of them)",
    sniff=_sniff_xml,
    read=_read_xml,
    facts=count_instance,
    options=SubmissionOptions,
    suffixes=(".xml", ".zip"),
    companions=(Companion(option="form"),),
)


def _claim_of_instance(source: InputFile) -> Claim | None:
    """Return the claim on an XML document as a submission.

    Args:
        source: A file that is not an archive.
    """
    head = read_start(source)
    prologue = _PROLOGUE.match(head)
    root = _ROOT.match(head, prologue.end() if prologue is not None else 0)
    if root is None or root[2] in (b"html", b"svg", b"RDF", b"feed", b"rss"):
        return None
    names = dict(re.findall(rb"([\w:.\-]+)\s*=\s*[\"']([^\"']*)", root[3]))
    own = names.get(b"xmlns:" + root[1] if root[1] else b"xmlns", b"")
    if own.startswith(_WRAPPER) and root[2] == b"submission":
        return Claim(Confidence.SIGNATURE, "a submission as ODK Aggregate hands it out")
    if own.startswith(_NAMED_BY_NAMESPACE) and b"instanceID>" in head:
        return Claim(Confidence.SIGNATURE, "the namespace of a form, and OpenRosa metadata")
    if own and not own.startswith(_NAMESPACES):
        marked = b"<orx:meta" in head or b":instanceID>" in head
        return Claim(Confidence.SHAPE, "an instance with OpenRosa metadata") if marked and b"id" in names else None
    marked = any(mark in head for mark in _OPENROSA)
    if root[2] == b"root" and marked and _PAGE.match(head, root.end()):
        return Claim(Confidence.SIGNATURE, "a page of submissions with OpenRosa metadata")
    if b"id" not in names and b"id_string" not in names:
        return None
    if marked:
        return Claim(Confidence.SIGNATURE, "an element with the id of a form, and OpenRosa metadata")
    return _find_evidence_by_shape(source)


def _find_evidence_by_shape(source: InputFile) -> Claim | None:
    """Return the claim on an instance without a mark.

    Such an instance has answers only, without attributes or markup.
    """
    if source.size > _SMALL:
        return None
    try:
        root = load_xml(source)
    except ReadError:
        return None
    if not len(root) or not all(_is_plain(element, root=element is root) for element in root.iter()):
        return None
    why = _find_evidence(root)
    if why:
        return Claim(Confidence.SHAPE, f"an element with the id of a form, and {why}")
    return Claim(Confidence.NAME, "an element with an id, and answers or anything else inside")


def _is_plain(element: Element, *, root: bool) -> bool:
    """True if an element has no unusual markup.

    Instances written by devices consist of such elements.
    """
    attributes = () if root else element.attrib
    known = all(local_name(name) == "template" for name in attributes) and (root or not element.tag.startswith("{"))
    texts = (element.text, *(child.tail for child in element))
    return known and not (len(element) and any((text or "").strip() for text in texts))


def _find_evidence(root: Element) -> str:
    """Return evidence that an id is a form's, if any."""
    form = (root.get("id") or root.get("id_string") or "").lower()
    name = local_name(root).lower()
    if name == "data" or form.startswith(_DESIGNERS):
        return "the name that form designers give a root"
    if form.startswith(name):
        return "a root of the same name"
    if root.get("version") is not None:
        return "the version of it"
    if any(local_name(element).lower() in _DEVICE for element in root.iter()):
        return "what forms ask of a device"
    return ""
