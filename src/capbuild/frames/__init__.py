"""Objects as frames of any library, tidy and with documented columns; frames of any library as surveys and findings.

Model objects ask this package by name, as they ask for their display: `baseline.to_polars()`, `baseline.to_pandas()`,
`pyarrow.table(baseline)`. The columns are in `docs/reference/frames.md`.
"""

from capbuild.frames.findings import FindingsRead, read_findings
from capbuild.frames.returns import frame_reader
from capbuild.frames.tidy import arrow_stream, table_of, to_pandas, to_polars

__all__ = ["FindingsRead", "arrow_stream", "frame_reader", "read_findings", "table_of", "to_pandas", "to_polars"]
