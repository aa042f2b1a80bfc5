"""JSON around a list of submissions.

It has the definition, the version, the page, and CommCare's answers under `form`.
"""

import re
from collections.abc import Mapping
from typing import Any

from capbuild.model import Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild_xlsform.definitions.asset_content import is_content
from capbuild_xlsform.definitions.files import load_content, read_start
from capbuild_xlsform.definitions.questionnaire import find_unmapped_issue
from capbuild_xlsform.definitions.rows import make_issue
from capbuild_xlsform.submissions.submission_file import SubmissionFile

#: Namespace of CommCare forms.
COMMCARE = re.compile(rb'"@xmlns"\s*:\s*"https?:\\?/\\?/(?:openrosa\.org\\?/formdesigner|commcarehq\.org)\\?/')

_SERVER = {"id": "_uuid", "received_on": "__system/submissionDate", "version": "__system/formVersion"}


def find_submissions(value: Mapping[str, Any]) -> list[Any] | None:
    """Return a CommCare page's submissions, None for other formats.

    Args:
        value: JSON object of the page.
    """
    objects = value.get("objects")
    return objects if isinstance(objects, list) and any(map(_is_submission, objects)) else None


def _is_submission(value: object) -> bool:
    form = value.get("form") if isinstance(value, Mapping) else None
    return isinstance(form, Mapping) and "@xmlns" in form


def unwrap_submission(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a submission with answers at the top level.

    Data of the server becomes metadata.

    Args:
        value: A submission; one of another server is returned unchanged.

    Example:
        >>> unwrap_submission({"id": "i-1", "app_id": "a", "form": {"@xmlns": "http://commcarehq.org/A", "age": "3"}})
        {'_uuid': 'i-1', '__system/app_id': 'a', '__system/@xmlns': 'http://commcarehq.org/A', 'age': '3'}
    """
    if not _is_submission(value):
        return value
    metadata = {_SERVER.get(key, f"__system/{key}"): part for key, part in value.items() if key != "form"}
    # Attributes of the root are not answers.
    form = {f"__system/{key}" if key[:1] in ("@", "#") else key: part for key, part in value["form"].items()}
    return {**metadata, **form}


#: Keys that only submissions have.
_MARKS = re.compile(
    rb'"(_submission_time|meta/instanceID|_xform_id_string|formhub/uuid|_supplementalDetails|meta/rootUuid'
    rb'|\*meta-instance-id\*|\*meta-submission-date\*)"\s*:'
)

#: Keys with lists of submissions.
LISTS = ("submissions", "results", "value", "data")

#: Bytes searched for a mark of submissions: forms have thousands of questions, and marks may follow them.
_FIRST = 1 << 20


def find_submission_key(source: InputFile) -> str:
    """Return a submission key at a file's start, else empty."""
    key = _mark_in(read_start(source))
    if not key and source.size > len(source.start):
        with source.open() as stream:
            key = _mark_in(stream.read(_FIRST))
    return key


def _mark_in(start: bytes) -> str:
    mark = _MARKS.search(start)
    if mark is not None:
        return mark[1].decode()
    return "@xmlns" if COMMCARE.search(start) is not None else ""


def read_version_envelope(
    value: Mapping[str, Any], source: InputFile, at: str, file: SubmissionFile
) -> tuple[list[Any], str, str]:
    """Read one version without its submissions.

    Returns:
        The submissions, their JSON path, and the version.
    """
    version = ""
    whole = {**value, "content": value} if is_content(value) else value
    if is_content(whole.get("content")):
        loaded = load_content(whole, source, at)
        file.forms.append(loaded.form)
        file.issues.extend(loaded.issues)
        file.issues.extend(find_unmapped_issue(loaded.form, source.name))
        version = loaded.form.version
    values, place = _find_lists(value, file, source)
    paging = value["meta"] if find_submissions(value) is not None and isinstance(value.get("meta"), Mapping) else value
    if paging.get("next"):
        count = paging.get("count", paging.get("total_count", "several"))
        message = f"this is one page of {count} submissions; others follow"
        file.issues.append(make_issue("XF304", Severity.WARNING, message, Origin(source.name), "ask for all pages"))
    return values, place.replace("$", at, 1), version


def _find_lists(value: Mapping[str, Any], submission_file: SubmissionFile, source: InputFile) -> tuple[list[Any], str]:
    """Return the submissions of an object, and their JSON path."""
    for key in LISTS:
        if isinstance(value.get(key), list):
            return value[key], f"$.{key}"
    objects = find_submissions(value)
    if objects is not None:
        return objects, "$.objects"
    lists = [(key, part) for key, part in value.items() if isinstance(part, list)]
    if not is_content(value) and "content" not in value and len(lists) == 1 and len(value) == 1:
        key, part = lists[0]
        message = f"the submissions are under {key!r}, not under 'submissions'; they are read"
        submission_file.issues.append(
            make_issue("XF303", Severity.WARNING, message, Origin(source.name, path=f"$.{key}"))
        )
        return part, f"$.{key}"
    if "content" not in value and not is_content(value) and find_submission_key(source):
        return [value], "$"
    return [], "$"
