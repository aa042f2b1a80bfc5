"""Reading, sniffing, writing and rendering of files, within limits."""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.io.cells import read_cells
    from capbuild.io.conversion import Conversion, convert
    from capbuild.io.facts import file_facts
    from capbuild.io.format_detection import FormatClaim, draft_layout, open_input, sniff
    from capbuild.io.losses import Loss, LossReport, find_losses
    from capbuild.io.places import country, resolve_places
    from capbuild.io.reading import iter_read, read, read_programmes
    from capbuild.io.writing import render, render_files, write
    from capbuild.plugins.limits import ReadLimits

__all__ = [
    "Conversion",
    "FormatClaim",
    "Loss",
    "LossReport",
    "ReadLimits",
    "convert",
    "country",
    "draft_layout",
    "file_facts",
    "find_losses",
    "iter_read",
    "open_input",
    "read",
    "read_cells",
    "read_programmes",
    "render",
    "render_files",
    "resolve_places",
    "sniff",
    "write",
]

_NAMES = {
    "cells": "read_cells",
    "conversion": "Conversion convert",
    "facts": "file_facts",
    "format_detection": "FormatClaim draft_layout open_input sniff",
    "losses": "Loss LossReport find_losses",
    "places": "country resolve_places",
    "reading": "iter_read read read_programmes",
    "writing": "render render_files write",
}

_HOMES = {name: f".{home}" for home, names in _NAMES.items() for name in names.split()}

__getattr__, __dir__ = lazy_exports(__name__, {**_HOMES, "ReadLimits": "capbuild.plugins.limits"})
