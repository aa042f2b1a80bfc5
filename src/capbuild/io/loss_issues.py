"""Issue on the losses of a written file."""

from collections.abc import Mapping
from typing import Any

import attrs

from capbuild.errors import CapbuildError
from capbuild.io.losses import count_contents, find_losses
from capbuild.io.reading import read
from capbuild.model import Issue, Questionnaire, Survey
from capbuild.origin import Origin
from capbuild.plugins import LOSS_KINDS, Host, Writer


def report_losses(subject: object, writer: Writer, files: Mapping[str, str | bytes], host: Host) -> Issue | None:
    """Report what a written subject lost, or None.

    A survey is read back and compared; if no reader can read it, the contents of the kinds that the writer declares as
    lost are counted. For other subjects, the fields that the writer declares are named.

    Args:
        subject: Written subject.
        writer: Its writer; one that declares no losses is not measured.
        files: The files written.
        host: Plugin host.
    """
    if not writer.loses:
        return None
    if not isinstance(subject, Survey | Questionnaire):
        return report_lost_fields(subject, writer)
    before = subject if isinstance(subject, Survey) else Survey(file=subject.id, format="", questionnaire=subject)
    after = read_back(writer, files, host)
    if after is None:
        contents = count_contents(before)
        counts = {kind: contents[kind] for kind in writer.loses}
    else:
        report = find_losses(before, after)
        counts = {kind: report[kind].count for kind in LOSS_KINDS if kind in report}
    lost = ", ".join(f"{kind} ({count:,})" for kind, count in counts.items() if count)
    verb = "may not hold all" if after is None else "does not hold all"
    return _make_issue(f"{writer.title} {verb} of the survey", lost, Origin(before.file))


def report_lost_fields(subject: object, writer: Writer) -> Issue | None:
    """Report the filled fields that a writer declares as lost.

    The result is None if all of these fields have their defaults.

    Args:
        subject: The subject.
        writer: Its writer.
    """
    kind: Any = type(subject)
    declared = [field for field in attrs.fields(kind) if f"{kind.__name__}.{field.alias}" in (writer.loses or ())]
    lost = [field.alias for field in declared if not _is_default(getattr(subject, field.name), field.default)]
    return _make_issue(f"{writer.title} does not hold all of the {kind.__name__.lower()}", ", ".join(lost), None)


def _is_default(value: object, default: Any) -> bool:
    factory = getattr(default, "factory", None)
    return bool(value == (default if factory is None else factory()) or value == ())


def _make_issue(what: str, lost: str, origin: Origin | None) -> Issue | None:
    remedy = "keep it as JSON too (format capbuild-json), which stores everything"
    return Issue.warning("CB712", f"{what}: {lost}", origin, remedy) if lost else None


def read_back(writer: Writer, files: Mapping[str, str | bytes], host: Host) -> Survey | None:
    """Return a written survey read back.

    The result is None if no reader of the host accepts it, or if it is not a single file.

    Args:
        writer: Its writer.
        files: The files written.
        host: Plugin host.
    """
    if len(files) != 1:
        return None
    (name, content), suffix = next(iter(files.items())), next(iter(writer.suffixes), "")
    try:
        return read(
            content.encode() if isinstance(content, str) else content, name=name or f"survey{suffix}", host=host
        )
    except CapbuildError:
        return None
