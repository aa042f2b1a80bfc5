"""Reads and writes programmes as IATI activity files (2.03).

from capbuild_iati import read_iati, write_iati

document = write_iati(programme, audience="public")
print(document.losses)              # content that the file cannot or may not have
again = read_iati(document.xml)
"""

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from capbuild.plugins import InputFile, ProgrammeDraft, Writer, hookimpl
from capbuild_iati.options import WRITER, IatiOptions, list_given_options

if TYPE_CHECKING:
    from capbuild_iati.document import IatiActivity, IatiDocument, IatiReading
    from capbuild_iati.reader import read_iati, scan_iati
    from capbuild_iati.writer import write_iati

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

_HOMES = {
    "IatiActivity": "document",
    "IatiDocument": "document",
    "IatiReading": "document",
    "read_iati": "reader",
    "scan_iati": "reader",
    "write_iati": "writer",
}


def __getattr__(name: str) -> Any:
    """Import readers and writers on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


@hookimpl
def read_programmes(source: InputFile) -> Iterable[ProgrammeDraft] | None:
    """Return the programmes of an activity file."""
    if b"<iati-activities" not in source.start.replace(b"\0", b""):  # UTF-16 has zeros between letters
        return None
    from capbuild_iati.reader import scan_iati

    reading = scan_iati(source.content, name=source.name, limits=source.limits)
    return [
        ProgrammeDraft(programme=item.programme, options={"iati": list_given_options(item.options)}, issues=item.issues)
        for item in reading.activities
    ]


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `iati`."""
    return [WRITER]
