"""Content of a submission file before reading."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from attrs import define, field

from capbuild.errors import LimitError, ReadError
from capbuild.formats import load_xml, local_name
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild_xlsform.definitions.files import load_option_forms, stem
from capbuild_xlsform.definitions.form import Form
from capbuild_xlsform.definitions.form_versions import merge_forms, sort_versions
from capbuild_xlsform.definitions.rows import make_issue
from capbuild_xlsform.definitions.xform import build_xform_form, read_xform
from capbuild_xlsform.options import SubmissionOptions
from capbuild_xlsform.submissions.metadata import is_asked, is_meta
from capbuild_xlsform.submissions.records import Entry, Record
from capbuild_xlsform.submissions.responses import SubmissionReader
from capbuild_xlsform.submissions.schema import ObservedQuestions

_FILE = ("type", "file")
#: Attributes of the root that identify the form, or are metadata.
_OF_ROOT = frozenset({"id", "id_string", "version", "template", "instanceID", "submissionDate"})
_Places = tuple[tuple[str, int], ...]


@define(eq=False)
class SubmissionFile:
    """Content of a submission file.

    Attributes:
        given: Definitions named in options, with their issues; None if not loaded yet.
        forms: Definitions in the file.
        records: Submissions.
        issues: Issues found.
        left_out: Number of parts that are not submissions, by reason.
    """

    forms: list[Form] = field(factory=list)
    records: list[Record] = field(factory=list)
    issues: list[Issue] = field(factory=list)
    left_out: dict[str, int] = field(factory=dict)
    given: tuple[list[Form], list[Issue]] | None = None
    _asked: tuple[int, frozenset[str]] = (-1, frozenset())

    @property
    def asked(self) -> frozenset[str]:
        """Paths of the questions of all definitions so far."""
        if self._asked[0] != len(self.forms):
            forms = (*(self.given[0] if self.given is not None else ()), *self.forms)
            self._asked = (len(self.forms), frozenset(path for form in forms for path in form.by_path))
        return self._asked[1]

    def skip(self, reason: str) -> None:
        """Count a part that is not a submission."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1


def add_xml(content: bytes | str, source: InputFile, at: str, submission_file: SubmissionFile) -> None:
    """Add one XML instance; a damaged one becomes an issue."""
    try:
        root = load_xml(source, content)
    except LimitError:
        raise
    except ReadError as error:
        submission_file.skip("it is not well-formed XML")
        origin = Origin(source.name, path=at)
        submission_file.issues.append(make_issue(error.code, Severity.ERROR, error.message, origin, error.remedy or ""))
        return
    if local_name(root) == "html":
        parts = read_xform(root, source.name)
        submission_file.forms.append(build_xform_form(parts, source.name, submission_file.issues))
    else:
        add_root(root, source, at, submission_file)


def add_root(root: Element, source: InputFile, at: str, submission_file: SubmissionFile) -> None:
    """Add one instance, or those in a server's response."""
    inside = _find_instances(root)
    if inside is None:
        _add_instance(root, source, at, submission_file)
    for position, instance in enumerate(inside or (), start=1):
        _add_instance(instance, source, f"{at}/{local_name(root)}[{position}]", submission_file)


def _find_instances(root: Element) -> list[Element] | None:
    """Return a server response's instances, or None for one."""
    if root.tag == "{http://opendatakit.org/submissions}submission":
        lists = [child for child in root if local_name(child) == "data"]
    elif root.tag == "root" and root.get("id") is None:
        lists = [child for child in root if child.tag == "results"]
    else:
        return None
    return [instance for part in lists for instance in part] if lists else None


def _add_instance(root: Element, source: InputFile, at: str, found: SubmissionFile) -> None:
    """Add one instance, or an issue if it is encrypted."""
    if root.get("encrypted") == "yes":
        found.skip("it is encrypted")
        name = next((e.text for e in root.iter() if local_name(e) == "instanceID" and e.text), "")
        message = f"the submission {root.get('instanceID') or name!r} is encrypted"
        origin = Origin(source.name, path=at or None)
        found.issues.append(make_issue("XF306", Severity.ERROR, message, origin, "export it decrypted from the server"))
        return
    found.records.append(_make_record(root, source.name, at, found.asked))


def select_forms(
    source: InputFile, options: SubmissionOptions, found: SubmissionFile
) -> tuple[list[Form], list[Issue], ObservedQuestions]:
    """Return definitions, their issues, and the observer of other questions."""
    given, issues = found.given or load_option_forms(options.form, source.limits)
    own = {form.version for form in found.forms}
    forms = sort_versions([form for form in given if form.version not in own or not found.forms] + found.forms)
    return forms, [*issues, *found.issues], ObservedQuestions(merge_forms(forms) if forms else None, options.renamed)


def make_no_submission_error(source: InputFile) -> Issue:
    """Return the issue of a file without submissions."""
    return make_issue(
        "CB117", Severity.ERROR, "the file contains no submission", Origin(source.name), "ask for it again"
    )


def read_submission_file(source: InputFile, options: SubmissionOptions, found: SubmissionFile) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a file."""
    forms, issues, observed = select_forms(source, options, found)
    yield from issues
    if not forms and not found.records:
        yield make_no_submission_error(source)
    observed.see(found.records)
    work = SubmissionReader(source.name, options, forms, lambda: iter(found.records), stem(source.name), observed)
    yield from work.read()
    yield work.reconciliation(found.left_out)


@define(eq=False)
class _XmlCollector:
    """Collector of one submission's entries."""

    file: str
    at: str
    asked: frozenset[str] = frozenset()
    entries: list[Entry] = field(factory=list)
    meta: dict[str, str] = field(factory=dict)
    where: dict[str, Origin] = field(factory=dict)

    def take(self, element: Element, prefix: str, places: _Places, at: str) -> None:
        children = [child for child in element if not _is_template(child)]
        counts = Counter(local_name(child) for child in children)
        seen: Counter[str] = Counter()
        for child in children:
            name = local_name(child)
            path = f"{prefix}{name}"
            seen[name] += 1
            here, inner = f"{at}/{name}", places
            if counts[name] > 1:
                here, inner = f"{here}[{seen[name]}]", (*places, (path, seen[name]))
            if path in ("meta", "formhub") or (is_meta(path) and not is_asked(path, self.asked)):
                self._add_metadata(child, path, here)
                continue
            self.entries.extend(
                Entry(f"{path}/@{key}", inner, value, Origin(self.file, path=f"{self.at}{here}/@{key}"))
                for key, value in _list_attributes(child)
            )
            if len(child):
                if _join_mixed_text(child).strip():  # Devices do not write that, but people edit their files.
                    self._add_leaf(child, path, inner, here)
                self.take(child, f"{path}/", inner, here)
            else:
                self._add_leaf(child, path, inner, here)

    def _add_metadata(self, element: Element, path: str, at: str) -> None:
        for child in element:
            name = local_name(child)
            self._add_metadata(child, f"{path}/{name}", f"{at}/{name}")
        for key, value in _list_attributes(element):
            self.keep(f"{path}/@{key}", value, f"{at}/@{key}")
        if not len(element) and (element.text or "").strip():
            self.keep(path, (element.text or "").strip(), at)

    def keep(self, name: str, text: str, at: str) -> None:
        """Keep metadata.

        If a name already has another value, a number is added to it.
        """
        number, own = 1, name
        while self.meta.get(own, text) != text:
            number += 1
            own = f"{name} ({number})"
        self.meta[own] = text
        self.where.setdefault(own, Origin(self.file, path=f"{self.at}{at}"))

    def _add_leaf(self, element: Element, path: str, places: _Places, at: str) -> None:
        text = _join_mixed_text(element)
        stored = text.strip()
        origin = Origin(self.file, path=f"{self.at}{at}")
        self.entries.append(Entry(path, places, stored, origin, "", text if text != stored and stored else None))


def _join_mixed_text(element: Element) -> str:
    """Return an element's text around its children."""
    parts = [element.text or "", *(child.tail or "" for child in element)]
    return " ".join(part.strip() for part in parts if part.strip()) if len(element) else parts[0]


def _list_attributes(element: Element) -> list[tuple[str, str]]:
    """Return the non-blank attributes of an element by local name.

    For example those of a case or an entity. The mark of a file is left out, since its question says the same.
    """
    attributes = [(local_name(name), value.strip()) for name, value in element.attrib.items()]
    return [(name, value) for name, value in attributes if value and name != "template" and (name, value) != _FILE]


def _is_template(element: Element) -> bool:
    """Return True for a repeat's blank template."""
    marked = any(local_name(name) == "template" for name in element.attrib)
    return marked and not any((text or "").strip() for text in element.itertext())


def _make_record(root: Element, file: str, at: str = "", asked: frozenset[str] = frozenset()) -> Record:
    """Return the submission of an XML instance.

    Args:
        root: Root of the instance.
        file: Name of the file.
        at: Location of the instance in the file, for archives and lists.
        asked: Paths of the questions of the definition.
    """
    walk = _XmlCollector(file, at, asked)
    walk.take(root, "", (), f"/{local_name(root)}")
    attributes = {local_name(name): value.strip() for name, value in root.attrib.items()}
    for name, meta in (("instanceID", "meta/instanceID"), ("submissionDate", "submissionDate")):
        if attributes.get(name):
            walk.meta.setdefault(meta, attributes[name])
    for name, value in attributes.items():
        if value and name not in _OF_ROOT:
            walk.keep(f"@{name}", value, f"/{local_name(root)}/@{name}")
    return Record(
        walk.entries,
        walk.meta,
        Origin(file, path=at or f"/{local_name(root)}"),
        form=attributes.get("id") or attributes.get("id_string") or local_name(root),
        version=attributes.get("version", ""),
        whole=True,
        absent_is_unasked=True,
        where=walk.where,
    )
