"""The report workbook: what the pages say, as sheets that people sort, filter and count on."""

from capbuild_sheets.reporting.workbook import write_report

__all__ = ["write_report"]
