"""Reader and writers for workbooks, form-product exports and reports."""

from collections.abc import Iterable

from capbuild.plugins import Companion, LazyFunction, Reader, Writer, hookimpl
from capbuild_sheets.forms.options import FormOptions
from capbuild_sheets.forms.reader import form_readers
from capbuild_sheets.instruments.reading import read_instrument, sniff_instrument
from capbuild_sheets.options import ExplainOptions, SheetsOptions
from capbuild_sheets.reader import SUFFIXES, draft_layout, read_sheets, sniff_sheets
from capbuild_sheets.workbook import open_workbook
from capbuild_sheets.writers import all_writers

__all__ = [
    "CAPBUILD_API",
    "ExplainOptions",
    "FormOptions",
    "SheetsOptions",
    "draft_layout",
    "open_workbook",
    "register_readers",
    "register_writers",
]

#: Version of the hook interface that this plugin implements.
CAPBUILD_API = 1


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Return the readers of workbooks, capbuild instruments and form products."""
    sheets = Reader(
        name="sheets",
        title="Workbook (XLSX, XLSM, XLS, ODS)",
        sniff=sniff_sheets,
        read=read_sheets,
        scan=LazyFunction("capbuild_sheets.scanning:scan_sheets"),
        draft=draft_layout,
        cells=LazyFunction("capbuild_sheets.reviewing:cell_tables"),
        facts=LazyFunction("capbuild_sheets.counts:workbook_facts"),
        options=SheetsOptions,
        companions=(Companion(option="layout"),),
        suffixes=SUFFIXES,
    )
    instrument = Reader(
        name="xlsx-form",
        title="Survey or visit checklist of capbuild, filled in (XLSX)",
        sniff=sniff_instrument,
        read=read_instrument,
        suffixes=(".xlsx", ".ods"),
    )
    return [sheets, instrument, *form_readers()]


@hookimpl
def register_writers() -> Iterable[Writer]:
    """Return the writers of reports, instruments, plans and explained scores."""
    return all_writers()
