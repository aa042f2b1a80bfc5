"""Files in and out: read, sniff, write and render, with the limits that are checked first."""

from capbuild.io.cells import read_cells
from capbuild.io.converting import Conversion, convert
from capbuild.io.facts import file_facts
from capbuild.io.losses import Loss, LossReport, find_losses
from capbuild.io.places import country, resolve_places
from capbuild.io.reading import iter_read, read
from capbuild.io.sniffing import Sniffed, draft_layout, open_input, sniff
from capbuild.io.writing import render, render_files, write
from capbuild.plugins.limits import ReadLimits

__all__ = [
    "Conversion",
    "Loss",
    "LossReport",
    "ReadLimits",
    "Sniffed",
    "convert",
    "country",
    "draft_layout",
    "file_facts",
    "find_losses",
    "iter_read",
    "open_input",
    "read",
    "read_cells",
    "render",
    "render_files",
    "resolve_places",
    "sniff",
    "write",
]
