"""What a file of submissions holds before it is read: forms, submissions, what became none."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from attrs import define, field

from capbuild.errors import LimitError, ReadError
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild_xlsform.definitions import forms_of, stem
from capbuild_xlsform.form import Form
from capbuild_xlsform.options import SubmissionOptions
from capbuild_xlsform.records import Record
from capbuild_xlsform.responses import Submissions
from capbuild_xlsform.rows import issue
from capbuild_xlsform.safe import local_name, parse_xml
from capbuild_xlsform.schema import Observed
from capbuild_xlsform.versions import in_order, merge_forms
from capbuild_xlsform.xform import form_of_xform, read_xform
from capbuild_xlsform.xml_records import xml_record

__all__ = ["Found", "add_root", "add_xml", "read_found", "used_forms"]


@define(eq=False)
class Found:
    """What a file of submissions holds.

    Attributes:
        given: The definitions that options name, and what is odd about them; None where nobody has loaded them yet.
        forms: Definitions.
        records: Submissions.
        issues: What is odd about it.
        left_out: What became no submission, by reason.
    """

    forms: list[Form] = field(factory=list)
    records: list[Record] = field(factory=list)
    issues: list[Issue] = field(factory=list)
    left_out: dict[str, int] = field(factory=dict)
    given: tuple[list[Form], list[Issue]] | None = None
    _asked: tuple[int, frozenset[str]] = (-1, frozenset())

    @property
    def asked(self) -> frozenset[str]:
        """Paths of the questions of all definitions met so far."""
        if self._asked[0] != len(self.forms):
            forms = (*(self.given[0] if self.given is not None else ()), *self.forms)
            self._asked = (len(self.forms), frozenset(path for form in forms for path in form.by_path))
        return self._asked[1]

    def leave(self, reason: str) -> None:
        """Count something that became no submission."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1


def add_xml(content: bytes | str, source: InputFile, at: str, found: Found) -> None:
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
        add_root(root, source, at, found)


def add_root(root: Element, source: InputFile, at: str, found: Found) -> None:
    """Take one instance, or those that a server hands out in one answer."""
    inside = _handed_out(root)
    if inside is None:
        _add_instance(root, source, at, found)
    for place, instance in enumerate(inside or (), start=1):
        _add_instance(instance, source, f"{at}/{local_name(root.tag)}[{place}]", found)


def _handed_out(root: Element) -> list[Element] | None:
    """Return the instances in an answer of a server; None for one that stands by itself."""
    if root.tag == "{http://opendatakit.org/submissions}submission":
        lists = [child for child in root if local_name(child.tag) == "data"]
    elif root.tag == "root" and root.get("id") is None:
        lists = [child for child in root if child.tag == "results"]
    else:
        return None
    return [instance for part in lists for instance in part] if lists else None


def _add_instance(root: Element, source: InputFile, at: str, found: Found) -> None:
    """Take one instance; nobody can read an encrypted one without its key."""
    if root.get("encrypted") == "yes":
        found.leave("it is encrypted")
        name = next((e.text for e in root.iter() if local_name(e.tag) == "instanceID" and e.text), "")
        message = f"the submission {root.get('instanceID') or name!r} is encrypted"
        origin = Origin(source.name, path=at or None)
        found.issues.append(issue("XF306", Severity.ERROR, message, origin, "export it decrypted from the server"))
        return
    found.records.append(xml_record(root, source.name, at, found.asked))


def used_forms(source: InputFile, options: SubmissionOptions, found: Found) -> tuple[list[Form], list[Issue], Observed]:
    """Return the definitions that count, the issues about all of it, and what will show more than definitions say."""
    given, issues = found.given or forms_of(options.form, source.limits)
    own = {form.version for form in found.forms}
    forms = in_order([form for form in given if form.version not in own or not found.forms] + found.forms)
    return forms, [*issues, *found.issues], Observed(merge_forms(forms) if forms else None, options.renamed)


def read_found(source: InputFile, options: SubmissionOptions, found: Found) -> Iterator[ReadItem]:
    """Yield the questionnaire, the responses, their issues and the account of what a file holds."""
    forms, issues, observed = used_forms(source, options, found)
    yield from issues
    if not forms and not found.records:
        yield issue("CB117", Severity.ERROR, "the file holds no submission", Origin(source.name), "ask for it again")
    observed.see(found.records)
    work = Submissions(source.name, options, forms, lambda: iter(found.records), stem(source.name), observed)
    yield from work.read()
    yield work.account(found.left_out)
