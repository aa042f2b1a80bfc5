"""Reading, sniffing, writing and rendering of files, within limits."""

from capbuild._lazy import lazy_exports

# Type checkers treat `TYPE_CHECKING` as true; every user would pay for importing it from typing.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.io.conversion import Conversion, convert
    from capbuild.io.format_detection import open_input, sniff
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
    "sniff",
    "write",
]

_NAMES = {
    "capbuild.plugins.limits": "ReadLimits",
    "conversion": "Conversion convert",
    "format_detection": "open_input sniff",
    "losses": "Loss LossReport",
    "reading": "country iter_read read read_all read_programmes",
    "writing": "render write",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
