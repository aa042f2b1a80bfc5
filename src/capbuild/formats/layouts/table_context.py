"""What is at hand while the tables of one sheet are read."""

from attrs import define, field

from capbuild.formats.account import Account
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.log import IssueLog
from capbuild.formats.options import TableOptions
from capbuild.plugins import ReadLimits

__all__ = ["TableContext"]


@define(eq=False)
class TableContext:
    """What is at hand while the tables of one sheet are read.

    Attributes:
        grid: The cells.
        options: Options in force.
        limits: Limits in force.
        account: Takes the counts of answers.
        log: Takes the issues.
        taken: Ids of responses so far.
    """

    grid: CellGrid
    options: TableOptions
    limits: ReadLimits
    account: Account
    log: IssueLog
    taken: set[str] = field(factory=set)
