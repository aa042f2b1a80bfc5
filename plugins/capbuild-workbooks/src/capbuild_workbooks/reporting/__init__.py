"""Report workbook.

Report figures and data are sheets to sort, filter and count.
"""

from capbuild_workbooks.reporting.workbook import write_report

__all__ = ["write_report"]
