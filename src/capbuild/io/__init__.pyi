"""Names of `capbuild.io`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.io.conversion import Conversion, convert
from capbuild.io.format_detection import open_input, sniff
from capbuild.io.loss_issues import report_lost_fields
from capbuild.io.losses import Loss, LossReport
from capbuild.io.reading import country, iter_read, read, read_all, read_programmes
from capbuild.io.writing import render, write
from capbuild.plugins.limits import ReadLimits

__all__ = [
    "Conversion",
    "Loss",
    "LossReport",
    "ReadLimits",
    "convert",
    "country",
    "iter_read",
    "open_input",
    "read",
    "read_all",
    "read_programmes",
    "render",
    "report_lost_fields",
    "sniff",
    "write",
]
