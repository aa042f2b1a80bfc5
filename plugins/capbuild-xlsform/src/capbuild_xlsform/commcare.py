"""CommCare submissions in JSON, with answers under `form` and server metadata around them."""

import re
from collections.abc import Mapping
from typing import Any

#: Namespace of CommCare forms.
COMMCARE = re.compile(rb'"@xmlns"\s*:\s*"https?:\\?/\\?/(?:openrosa\.org\\?/formdesigner|commcarehq\.org)\\?/')
_SERVER = {"id": "_uuid", "received_on": "__system/submissionDate", "version": "__system/formVersion"}


def find_submissions(value: Mapping[str, Any]) -> list[Any] | None:
    """Return the submissions on a CommCare page; None for another format.

    Args:
        value: JSON object of the page.
    """
    objects = value.get("objects")
    return objects if isinstance(objects, list) and any(map(_is_submission, objects)) else None


def _is_submission(value: object) -> bool:
    form = value.get("form") if isinstance(value, Mapping) else None
    return isinstance(form, Mapping) and "@xmlns" in form


def unwrap_submission(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a submission with answers at the top level and server data as metadata.

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
