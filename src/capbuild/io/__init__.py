"""Files in and out: read, sniff, write and render, with the limits that are checked first."""

from capbuild.io.places import country, resolve_places
from capbuild.io.read import iter_read, read
from capbuild.io.sniff import Sniffed, open_input, sniff
from capbuild.io.write import render, render_files, write, write_atomic
from capbuild.plugins.limits import ReadLimits

__all__ = [
    "ReadLimits",
    "Sniffed",
    "country",
    "iter_read",
    "open_input",
    "read",
    "render",
    "render_files",
    "resolve_places",
    "sniff",
    "write",
    "write_atomic",
]
