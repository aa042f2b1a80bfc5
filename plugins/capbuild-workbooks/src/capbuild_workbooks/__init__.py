"""Reports, questionnaires and forms as workbooks.

Questionnaires that were filled in are read too.
"""

from collections.abc import Iterable

from capbuild.plugins import Reader, Writer, hookimpl
from capbuild_workbooks.instruments.reading import read_instrument, sniff_instrument
from capbuild_workbooks.options import ExplainOptions
from capbuild_workbooks.writers import all_writers

__all__ = ["CAPBUILD_API", "ExplainOptions", "register_readers", "register_writers"]

#: Version of the hook interface that this plugin implements.
CAPBUILD_API = 1


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Return the reader of questionnaires of capbuild."""
    return [
        Reader(
            name="xlsx-form",
            title="Survey or visit checklist of capbuild, filled in (XLSX)",
            sniff=sniff_instrument,
            read=read_instrument,
            suffixes=(".xlsx", ".ods"),
        )
    ]


@hookimpl
def register_writers() -> Iterable[Writer]:
    """Return the writers of reports, instruments, plans and explained scores."""
    return all_writers()
