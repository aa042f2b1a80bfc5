"""Reading, sniffing, writing and rendering of files, within limits."""

from capbuild._lazy import lazy_exports

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

_NAMES = {
    "capbuild.plugins.limits": "ReadLimits",
    "conversion": "Conversion convert",
    "format_detection": "open_input sniff",
    "loss_issues": "report_lost_fields",
    "losses": "Loss LossReport",
    "reading": "country iter_read read read_all read_programmes",
    "writing": "render write",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
