"""The reader `openrosa-xml`: submissions as instances in XML, one or an archive of them."""

from collections.abc import Iterator

from capbuild.errors import LimitError, ReadError
from capbuild.model import Severity
from capbuild.origin import Origin
from capbuild.plugins import Capability, Claim, Confidence, InputFile, Reader, ReadItem
from capbuild_xlsform.definitions import forms_of
from capbuild_xlsform.facts import instance_facts
from capbuild_xlsform.found import Found, add_root, add_xml, read_found
from capbuild_xlsform.instance_claims import claim_of_instance
from capbuild_xlsform.options import SubmissionOptions
from capbuild_xlsform.rows import issue
from capbuild_xlsform.safe import archive_members, parse_xml

__all__ = ["OPENROSA_XML"]


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
    return claim_of_instance(source)


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
        except LimitError:
            raise
        except ReadError as error:
            found.leave("it cannot be unpacked")
            found.issues.append(issue(error.code, Severity.ERROR, error.message, error.origin, error.remedy or ""))
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
