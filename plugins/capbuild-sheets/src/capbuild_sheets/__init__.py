"""Readers of workbooks and of the exports of form products."""

from collections.abc import Iterable

from capbuild.plugins import Companion, LazyFunction, Reader, hookimpl
from capbuild_sheets.forms.options import FormOptions
from capbuild_sheets.forms.reader import form_readers
from capbuild_sheets.options import SheetsOptions
from capbuild_sheets.reader import SUFFIXES, draft_layout, read_sheets, sniff_sheets
from capbuild_sheets.workbook import open_workbook

__all__ = ["CAPBUILD_API", "FormOptions", "SheetsOptions", "draft_layout", "open_workbook", "register_readers"]

#: Version of the hook interface that this plugin implements.
CAPBUILD_API = 1


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Return the readers of workbooks and of form products."""
    sheets = Reader(
        name="sheets",
        title="Workbook (XLSX, XLSM, XLS, ODS)",
        sniff=sniff_sheets,
        read=read_sheets,
        scan=LazyFunction("capbuild_sheets.scanning:scan_sheets"),
        draft=draft_layout,
        cells=LazyFunction("capbuild_sheets.cell_tables:cell_tables"),
        facts=LazyFunction("capbuild_sheets.counts:workbook_facts"),
        options=SheetsOptions,
        companions=(Companion(option="layout"),),
        suffixes=SUFFIXES,
    )
    return [sheets, *form_readers()]
