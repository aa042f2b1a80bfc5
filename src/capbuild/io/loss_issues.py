"""Issue on the losses of a written survey."""

from collections.abc import Mapping

from capbuild.errors import CapbuildError
from capbuild.io.losses import count_contents, find_losses
from capbuild.io.reading import read
from capbuild.model import Issue, Questionnaire, Survey
from capbuild.origin import Origin
from capbuild.plugins import LOSS_KINDS, Host, Writer


def report_losses(
    subject: Survey | Questionnaire, writer: Writer, files: Mapping[str, str | bytes], host: Host
) -> Issue | None:
    """Report the losses of a written survey.

    None if nothing is lost. The output is read back and compared. If no reader can read it, the contents of the kinds
    that the writer declares are counted.

    Args:
        subject: Written survey or questionnaire.
        writer: Its writer; one that declares no losses is not measured.
        files: The files written.
        host: Plugin host.
    """
    if not writer.loses:
        return None
    before = subject if isinstance(subject, Survey) else Survey(file=subject.id, format="", questionnaire=subject)
    after = read_back(writer, files, host)
    if after is None:
        contents = count_contents(before)
        counts = {kind: contents[kind] for kind in writer.loses}
    else:
        report = find_losses(before, after)
        counts = {kind: report[kind].count for kind in LOSS_KINDS if kind in report}
    lost = ", ".join(f"{kind} ({count:,})" for kind, count in counts.items() if count)
    if not lost:
        return None
    verb = "may not hold all" if after is None else "does not hold all"
    return Issue.warning(
        "CB712", f"{writer.title} {verb} of the survey: {lost}", Origin(before.file),
        "keep the survey as JSON too (format capbuild-json), which stores everything",
    )  # fmt: skip


def read_back(writer: Writer, files: Mapping[str, str | bytes], host: Host) -> Survey | None:
    """Return a written survey read back.

    None if no reader of the host accepts it, or it is not one file.

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
