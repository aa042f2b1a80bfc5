"""Tables of cells from returned forms."""

from pathlib import Path

from attrs import evolve

from capbuild.errors import UnknownFormat
from capbuild.escaping import unescape_formula
from capbuild.io.format_detection import open_input, rank_claims
from capbuild.origin import Origin
from capbuild.plugins import CellTable, Host, InputFile, default_host


def read_cells(
    source: str | Path | bytes | InputFile, *, name: str | None = None, host: Host | None = None
) -> tuple[CellTable, ...]:
    r"""Return the tables of a file, with cells as text.

    The apostrophes that `escape_formula` puts before formulas are removed.

    Args:
        source: A path, or bytes.
        name: Name for origins, and for its suffix.
        host: Plugin host.

    Raises:
        UnknownFormat: No reader of cells claims it.
        ReadError: The file is unreadable.

    Example:
        >>> read_cells(b"target;proposed\nTEC-2;L3\n", name="a.csv")[0].rows
        (('target', 'proposed'), ('TEC-2', 'L3'))
    """
    used = host or default_host()
    file = open_input(source, name=name)
    for claim in rank_claims(file, used):
        if claim.reader.cells is not None:
            tables = claim.reader.cells(file)
            return tuple(
                evolve(table, rows=[tuple(map(unescape_formula, row)) for row in table.rows]) for table in tables
            )
    able = [reader.name for reader in used.readers.values() if reader.cells is not None]
    raise UnknownFormat(
        f"no reader takes {file.name} cell by cell",
        origin=Origin(file.name),
        remedy=f"readers that do: {', '.join(able)}; save it as one of these",
    )
