"""Conversion between model objects and data frames of any library.

Model objects ask this package by name, as they ask for their display: `baseline.to_polars()`, `baseline.to_pandas()`,
`pyarrow.table(baseline)`. The columns are in `docs/reference/frames.md`.
"""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.frames.findings import FindingsRead, read_findings
    from capbuild.frames.survey_frames import frame_reader
    from capbuild.frames.tidy import arrow_stream, to_pandas, to_polars, to_table

__all__ = ["FindingsRead", "arrow_stream", "frame_reader", "read_findings", "to_pandas", "to_polars", "to_table"]

_NAMES = {
    "findings": "FindingsRead read_findings",
    "survey_frames": "frame_reader",
    "tidy": "arrow_stream to_pandas to_polars to_table",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
