"""Server metadata of a submission.

Id, submission time, version, and personal data in it.
"""

import re
from collections.abc import Mapping, Set

from attrs import frozen

from capbuild.model import PersonalData
from capbuild_xlsform.values import parse_moment

#: Ids of a submission, in order of preference.
IDS = (
    "meta/instanceID", "instanceID", "*meta-instance-id*", "_uuid", "__id", "KEY", "_submission__uuid", "_id",
    "_submission__id",
)  # fmt: skip
SUBMITTED = (
    "_submission_time", "SubmissionDate", "__system/submissionDate", "submissionDate", "*meta-submission-date*",
)  # fmt: skip
VERSIONS = (
    "__version__", "_version_", *(f"_version__{number:03}" for number in range(1, 10)), "_version", "meta/versionID",
    "FormVersion", "__system/formVersion", "formdef_version", "*meta-model-version*",
    "version",
)  # fmt: skip
#: Link columns, which are not needed after linking.
LINKS = ("_index", "_parent_index", "_parent_table_name")

_OTHERS = frozenset(
    [
        "_tags",
        "_notes",
        "_status",
        "_validation_status",
        "_submitted_by",
        "_geolocation",
        "_attachments",
        "_duration",
        "_date_modified",
        "_total_media",
        "_media_count",
        "_media_all_received",
        "_xform_id",
        "_xform_id_string",
        "_bamboo_dataset_id",
        "_deleted_at",
        "_edited",
        "_last_edited",
        "_supplementalDetails",
        "_review_status",
        "_review_comment",
        "_gps_present",
        "*meta-ui-version*",
        "*meta-is-complete*",
        "*meta-date-marked-as-complete*",
        "formhub/uuid",
        "__Substatus",
        "AttachmentsPresent",
        "AttachmentsExpected",
        "SubmitterID",
        "SubmitterName",
        "DeviceID",
        "Edits",
        "Status",
        "ReviewState",
        "isValidated",
        "PARENT_KEY",
        "SET-OF",
        "instanceName",
        "instanceID",
        "deprecatedID",
        "__version__",
        "_parent_table_name",
        "meta_instanceID",
        "rootUuid",
        "meta/rootUuid",
    ]
)
_KNOWN = _OTHERS | {*IDS, *SUBMITTED, *VERSIONS, *LINKS} - {"version"}
_PERSONAL = {
    "_submitted_by": PersonalData.NAME,
    "_submission__submitted_by": PersonalData.NAME,
    "SubmitterName": PersonalData.NAME,
    "SubmitterID": PersonalData.IDENTIFIER,
    "__system/submitterName": PersonalData.NAME,
    "__system/submitterId": PersonalData.IDENTIFIER,
    "DeviceID": PersonalData.DEVICE,
    "__system/deviceId": PersonalData.DEVICE,
    "__system/hq_user": PersonalData.NAME,
    "__system/submit_ip": PersonalData.NETWORK_ADDRESS,
    "meta/username": PersonalData.NAME,
    "meta/userID": PersonalData.IDENTIFIER,
    "meta/deviceID": PersonalData.DEVICE,
    "_geolocation": PersonalData.LOCATION,
}


def normalise_meta_name(head: str) -> str:
    """Return a metadata name with `/` as group separator.

    Example:
        >>> normalise_meta_name("meta-instanceID"), normalise_meta_name("meta:instanceID"), normalise_meta_name("_uuid")
        ('meta/instanceID', 'meta/instanceID', '_uuid')
    """
    if head.startswith("meta") and len(head) > 5 and head[4] in ".-:_" and head[5:] in _META_LEAVES:
        return f"meta/{head[5:]}"
    return head


#: Items that the reference converter adds to `table-list` groups: a heading, and a row of choices.
_ADDED = re.compile(r"(?:.*[/.:-])?(?:generated_table_list_label|reserved_name_for_field_list_labels)_\d+")
_META_LEAVES = frozenset({"instanceID", "instanceName", "deprecatedID", "audit", "versionID", "formUID", "rootUuid"})


def is_meta(name: str) -> bool:
    """Return True if a name belongs to the server.

    Example:
        >>> is_meta("_submission_time"), is_meta("meta/instanceID"), is_meta("__system/status"), is_meta("age")
        (True, True, True, False)
    """
    return (
        name in _KNOWN
        or name.startswith(("meta/", "__system/", "formhub/", "SET-OF-", "_submission__"))
        or (name.startswith("_") and name[1:].startswith("version_"))
        or ("_list_label" in name and _ADDED.fullmatch(name) is not None)
    )


def is_asked(name: str, asked: Set[str]) -> bool:
    """True if a server's name belongs to a question.

    Names with a leading `_` are always the server's.

    Args:
        name: Top-level name in a submission.
        asked: Paths of the questions of the definition.

    Example:
        >>> is_asked("Status", {"Status"}), is_asked("Status", {"g/Status"}), is_asked("_notes", {"_notes"})
        (True, False, False)
    """
    return name in asked and not name.startswith("_")


def find_personal_metadata(name: str) -> PersonalData | None:
    """Return the kind of personal data in metadata.

    A number in brackets after a duplicate name is ignored.
    """
    return _PERSONAL.get(name.partition(" (")[0])


def select_meta(values: Mapping[str, str]) -> dict[str, str]:
    """Return metadata to keep as answers.

    Blank values, links between rows, and metadata used elsewhere are left out.

    Example:
        >>> meta = {"_uuid": "u-1", "_id": "7", "_index": "1", "_tags": "", "SubmissionDate": "Mar 1, 2016 9:00 AM"}
        >>> select_meta(meta)
        {'_id': '7', 'SubmissionDate': 'Mar 1, 2016 9:00 AM'}
    """
    meta = parse_meta(values)
    used = set(meta.used) | {"_index"}
    if meta.submitted and parse_moment(meta.submitted, utc=True) is None:
        used -= set(SUBMITTED)  # Only its date is known, at most.
    if values.get("_parent_index", "-1") in ("", "-1"):
        used |= set(LINKS)  # A submission; a row of a repeat keeps its links to the parent.
    return {name: text for name, text in values.items() if text and name not in used}


@frozen
class RecordMeta:
    """Parsed metadata of a submission.

    Attributes:
        id: Submission id; empty for none.
        submitted: Submission time as text.
        version: Version of the form.
        used: Names of the metadata used for these.
    """

    id: str
    submitted: str
    version: str
    used: frozenset[str]


def parse_meta(values: Mapping[str, str]) -> RecordMeta:
    """Parse the metadata of a submission.

    Example:
        >>> parse_meta({"_uuid": "u-1", "_id": "7", "__version__": "v2"}).used == {"_uuid", "__version__"}
        True
    """
    used: set[str] = set()

    def first(names: tuple[str, ...]) -> str:
        name = next((name for name in names if values.get(name)), "")
        if name:
            used.add(name)
        return values.get(name, "")

    instance_id = first(IDS)
    plain = instance_id.removeprefix("uuid:")
    same = {name for name in IDS if values.get(name) and values[name].removeprefix("uuid:") == plain}
    result = RecordMeta(instance_id, first(SUBMITTED), first(VERSIONS), frozenset())
    return RecordMeta(result.id, result.submitted, result.version, frozenset(used | same))
