"""Shared objects for reading the tables of one sheet."""

from attrs import define, field

from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.log import IssueLog
from capbuild.formats.options import TableOptions
from capbuild.formats.reconciliation_counts import Account
from capbuild.plugins import ReadLimits


@define(eq=False)
class TableContext:
    """Shared objects for reading the tables of one sheet.

    Attributes:
        grid: The cells.
        options: Options in force.
        limits: Limits in force.
        account: Counts of answers.
        log: Log of issues.
        taken: Ids of responses so far.
    """

    grid: CellGrid
    options: TableOptions
    limits: ReadLimits
    account: Account
    log: IssueLog
    taken: set[str] = field(factory=set)
