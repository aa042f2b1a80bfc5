"""Reads and writes programmes as IATI activity files (2.03).

from capbuild_iati import read_iati, write_iati

document = write_iati(programme, audience="public")
print(document.losses)              # what the file cannot hold, or may not
again = read_iati(document.xml)
"""

from collections.abc import Iterable, Iterator

from capbuild.disclosure import disclose
from capbuild.model import Programme
from capbuild.plugins import InputFile, ProgrammeDraft, RenderContext, Writer, hookimpl
from capbuild_iati.document import IatiActivity, IatiDocument, IatiReading
from capbuild_iati.losses import Losses
from capbuild_iati.options import IatiOptions, list_given_options
from capbuild_iati.reader import read_iati, scan_iati
from capbuild_iati.writer import make_iati_document, record_withheld, write_iati

__all__ = [
    "CAPBUILD_API",
    "IatiActivity",
    "IatiDocument",
    "IatiOptions",
    "IatiReading",
    "read_iati",
    "read_programmes",
    "register_writers",
    "scan_iati",
    "write_iati",
]

#: Version of the hook interface that this plugin was written for.
CAPBUILD_API = 1


def _write(subject: Programme, context: RenderContext, options: IatiOptions) -> Iterator[bytes]:
    shown, losses = disclose(subject, context)[0], Losses()
    record_withheld(subject, shown, losses)
    made = make_iati_document(shown, options, losses)
    context.issues.extend(made.losses)
    yield made.xml


@hookimpl
def read_programmes(source: InputFile) -> Iterable[ProgrammeDraft] | None:
    """Return the programmes of an activity file."""
    if b"<iati-activities" not in source.start.replace(b"\0", b""):  # UTF-16 has zeros between letters
        return None
    reading = scan_iati(source.content, name=source.name, limits=source.limits)
    return [
        ProgrammeDraft(programme=one.programme, options={"iati": list_given_options(one.options)}, issues=one.issues)
        for one in reading.activities
    ]


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `iati`."""
    return [
        Writer(
            name="iati",
            title="IATI 2.03 activities",
            accepts=(Programme,),
            write=_write,
            suffixes=(".xml",),
            options=IatiOptions,
            discloses=True,
        )
    ]
