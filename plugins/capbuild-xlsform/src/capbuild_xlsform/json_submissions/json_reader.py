"""Reader `kobo-json` of submissions from the API."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from capbuild.errors import ReadError
from capbuild.formats import DuplicateKeyDecoder, foreign_items, load_json
from capbuild.model import QuestionType
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, LazyFunction, Reader, ReadItem
from capbuild_xlsform.definitions.asset_content import format_scalar, is_content
from capbuild_xlsform.definitions.files import load_option_forms, read_start, stem
from capbuild_xlsform.definitions.form import Form, FormItem
from capbuild_xlsform.facts import count_json
from capbuild_xlsform.json_submissions.json_envelope import (
    find_submission_key,
    read_version_envelope,
    unwrap_submission,
)
from capbuild_xlsform.options import SubmissionOptions
from capbuild_xlsform.submissions.records import make_json_record
from capbuild_xlsform.submissions.submission_file import SubmissionFile, add_xml, read_submission_file

_CONTENT = re.compile(rb'"content"\s*:\s*\{|"survey"\s*:\s*\[')
_SMALL = 1 << 20
#: Keys of a page of submissions.
_PAGE = frozenset({"count", "next", "previous", "results"})
_ANALYSIS = ("transcript", "translation", "qual")


def _is_xml_list(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(part, str) and part.lstrip().startswith("<") for part in value)
    )


def is_analysis(value: object) -> bool:
    """True for analysis questions, which are on recordings and texts."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(part, Mapping) and "source" in part and str(part.get("type", "")).startswith(_ANALYSIS)
            for part in value
        )
    )


def _find_evidence(value: object) -> str:
    """Return evidence that JSON has this format, if any."""
    if _is_xml_list(value):
        return "XML instances in a list"
    if is_analysis(value):
        return "questions of an analysis, with their sources"
    parts = value if isinstance(value, list) else [value]
    if parts and all(isinstance(p, Mapping) and is_content(p.get("content")) for p in parts):
        return "a definition as 'content' with 'survey'"
    if is_content(value) and isinstance(value, Mapping) and value["survey"]:
        return "a definition with rows of 'survey' that have a type"
    if isinstance(value, Mapping) and _is_versioned(value):
        return "submissions with the version of their form"
    if isinstance(value, Mapping) and isinstance(value.get("value"), list):
        rows = [row for row in value["value"] if isinstance(row, Mapping)]
        if rows and all("__id" in row and "__system" in row for row in rows):
            return "the keys __id and __system of ODK Central"
    return ""


def _find_empty_page(value: object) -> str:
    """Return evidence of an empty server response, if any."""
    if not isinstance(value, Mapping):
        return ""
    if value.get("results") == [] and "count" in value and set(value) <= _PAGE:
        return "a page without submissions, as KoboToolbox hands it out"
    context = value.get("@odata.context")
    if value.get("value") == [] and isinstance(context, str) and ".svc/$metadata" in context:
        return "a table without submissions, as ODK Central hands it out"
    return ""


def _is_versioned(value: Mapping[str, Any]) -> bool:
    lists = [part for part in value.values() if isinstance(part, list)]
    return (
        len(value) == 1
        and len(lists) == 1
        and bool(lists[0])
        and all(isinstance(row, Mapping) and isinstance(row.get("version"), str) and len(row) > 1 for row in lists[0])
    )


def _is_object_a_line(source: InputFile) -> bool:
    """Return True if each line is a separate object."""
    first, _, rest = source.first_lines.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    return first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")


def _sniff_json(source: InputFile) -> Claim | None:
    start = read_start(source).lstrip()
    if not start.startswith((b"{", b"[")) or _is_object_a_line(source):
        return None
    mark = find_submission_key(source)
    if mark:
        return Claim(Confidence.SIGNATURE, f"the key {mark!r} of ODK submissions")
    if source.size > _SMALL:
        match = _CONTENT.search(source.start)
        return Claim(Confidence.SHAPE, "a definition as 'content' with 'survey'") if match else None
    try:
        value = load_json(source)
    except ReadError:
        return None
    why = _find_evidence(value)
    if why:
        return Claim(Confidence.SIGNATURE, why)
    empty = _find_empty_page(value)
    return Claim(Confidence.SHAPE, empty) if empty else None


def _make_analysis_form(value: Sequence[Mapping[str, Any]], source: InputFile) -> Form:
    items: dict[str, FormItem] = {}
    for position, part in enumerate(value):
        path = format_scalar(part.get("name")) or f"field_{position + 1}"
        items.setdefault(
            path,
            FormItem(
                path=path,
                type=QuestionType.TEXT,
                written=format_scalar(part.get("type")),
                labels={"": format_scalar(part.get("label"))} if part.get("label") else {},
                extras={"source": format_scalar(part.get("source"))},
                origin=Origin(source.name, path=f"$[{position}]"),
            ),
        )
    return Form(id=stem(source.name), title=stem(source.name), items=tuple(items.values()))


def split_versions(value: object, source: InputFile, file: SubmissionFile) -> list[tuple[list[Any], str, str]]:
    """Return JSON's submission lists with path and form version.

    Args:
        value: The JSON value.
        source: The file.
        file: Receives the definitions in the value, and issues.

    Raises:
        ReadError: CB117, the value is neither an object nor a list.
    """
    if (
        isinstance(value, list)
        and value
        and all(isinstance(p, Mapping) and is_content(p.get("content")) for p in value)
    ):
        return [read_version_envelope(part, source, f"$[{position}]", file) for position, part in enumerate(value)]
    if isinstance(value, list):
        return [(value, "$", "")]
    if isinstance(value, Mapping):
        return [read_version_envelope(value, source, "$", file)]
    raise source.error("contains no submissions", "CB117", "ask for the export")


def _collect_json(source: InputFile, submission_file: SubmissionFile) -> None:
    keeper = DuplicateKeyDecoder()
    value: Any = load_json(source, keeper=keeper)
    submission_file.issues.extend(keeper.issues(source.name))
    if _is_xml_list(value):
        for position, text in enumerate(value):
            add_xml(text, source, f"$[{position}]", submission_file)
    elif is_analysis(value):
        submission_file.forms.append(_make_analysis_form(value, source))
    else:
        for values, at, version in split_versions(value, source, submission_file):
            _add_json(values, source, at, version, submission_file)


def _add_json(values: list[Any], source: InputFile, at: str, version: str, submission_file: SubmissionFile) -> None:
    submission_file.issues.extend(foreign_items(source.name, values, at))
    for position, value in enumerate(values):
        if isinstance(value, Mapping):
            submission_file.records.append(
                make_json_record(
                    unwrap_submission(value), source.name, f"{at}[{position}]", version, submission_file.asked
                )
            )
        else:
            submission_file.skip("it is no object")


def _read_json(source: InputFile, options: SubmissionOptions) -> Iterator[ReadItem]:
    submission_file = SubmissionFile(given=load_option_forms(options.form, source.limits))
    _collect_json(source, submission_file)
    yield from read_submission_file(source, options, submission_file)


KOBO_JSON = Reader(
    name="kobo-json",
    title="Submissions of KoboToolbox, Ona and ODK Central (JSON)",
    sniff=_sniff_json,
    read=_read_json,
    scan=LazyFunction("capbuild_xlsform.json_submissions.json_scan:scan_json"),
    facts=count_json,
    options=SubmissionOptions,
    suffixes=(".json",),
    companions=(Companion(option="form"),),
)
