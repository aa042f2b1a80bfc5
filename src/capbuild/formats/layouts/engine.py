"""Plan and read the tables of all sheets of a file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from capbuild.formats.answer_table import read_answers
from capbuild.formats.joined_forms import Draft
from capbuild.formats.layouts.header_vocabulary import is_period
from capbuild.formats.layouts.layout_file import DraftTable, to_toml
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.sheet_reader import SheetReader
from capbuild.formats.layouts.step_trace import StepTrace
from capbuild.formats.layouts.topics import find_topics
from capbuild.formats.layouts.value_lists import find_lists
from capbuild.model import (
    Issue,
    Questionnaire,
    Response,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import ReadItem

#: Readers in use, if a trace of layout steps was requested.
_TRACED: ContextVar["list[SheetReader] | None"] = ContextVar("_TRACED", default=None)


def plan_grids(readers: Sequence[SheetReader]) -> None:
    """Find the tables of all sheets of a file.

    Tables without a country are dropped if others have one, and so are lists of the values of others.
    """
    for reader in readers:
        reader.plan()
    if any(reader.names_countries for reader in readers):  # never true with a layout file
        for reader in readers:
            reader.set_aside()
        lists = _lists(readers)
        for reader in readers:
            reader.boxes = [box for box in reader.boxes if box not in lists]


def _lists(readers: Sequence[SheetReader]) -> list[Box]:
    """Return the tables that list values of others."""
    return find_lists([(reader.grid, box) for reader in readers if not reader.skipped for box in reader.boxes])


@contextmanager
def traced_readers() -> Iterator[list[SheetReader]]:
    """Collect traced readers of all grids read within the context.

    Example:
        >>> from capbuild.formats.layouts.cell_grid import CellGrid
        >>> from capbuild.formats.options import TableOptions
        >>> from capbuild.plugins import ReadLimits
        >>> reader = SheetReader(CellGrid("a.csv", [["Country", "Law"], ["Peru", "yes"]]), TableOptions(), ReadLimits())
        >>> with traced_readers() as found:
        ...     items = list(read_grids([reader], "a.csv"))
        >>> found[0].trace.places(2)
        ((0,), (0, 1))
    """
    found: list[SheetReader] = []
    token = _TRACED.set(found)
    try:
        yield found
    finally:
        _TRACED.reset(token)


def draft_grids(readers: Sequence[SheetReader]) -> str:
    """Return a layout file for the tables of a file.

    Args:
        readers: A reader for each sheet.
    """
    for reader in readers:
        reader.draft()
    owned = any(reader.names_countries for reader in readers if not reader.skipped)
    lists = _lists(readers) if owned else []
    tables = []
    for reader in readers:
        for box in reader.boxes or [Box((), (), ())]:
            no_country = owned and box.candidates and not box.candidates[0].terms["countries"] > 0
            why = "names no country, as other tables do" if no_country else ""
            why = reader.skipped or why or ("lists the values of other tables" if box in lists else "")
            tables.append(DraftTable(reader.grid, box, why))
    return to_toml(tables)


def _tell_apart(readers: Sequence[SheetReader]) -> None:
    """Assign periods and topics from sheet names and titles to tables with equal questions."""
    sheets = {reader.grid.sheet or "": reader for reader in readers if reader.boxes}
    periods = [name for name in sheets if is_period(name) and any(map(str.isdigit, name))]
    for name in periods if len(periods) > 1 else ():
        sheets[name].period = name.strip()
    for (sheet, table), topic in find_topics([(reader.grid, reader.boxes) for reader in readers]).items():
        readers[sheet].topics[table] = topic


def read_grids(readers: Sequence[SheetReader], file: str) -> Iterator[ReadItem]:
    """Yield the content of all sheets of a file, and their joint questionnaire.

    Tables without a country, beside tables with one, are not responses and are dropped with a warning.

    Args:
        readers: A reader for each sheet.
        file: Name of the file.
    """
    if len(readers) == 1 and readers[0].is_long_form:
        grid = readers[0].grid
        numbered = list(zip(grid.numbers, map(tuple, grid.rows), strict=True))
        yield from read_answers(file, numbered, grid.sheet, drop_personal=readers[0].options.drop_personal)
        return
    plan_grids(readers)
    _tell_apart([reader for reader in readers if not reader.skipped])
    if (traced := _TRACED.get()) is not None:
        traced.extend(readers)
        for reader in readers:
            reader.trace = StepTrace(reader.ledger)
    draft = Draft(file)
    found = False
    accounts: list[SheetReconciliation] = []
    for reader in readers:
        for item in reader.read():
            found = found or isinstance(item, Response)
            if isinstance(item, Questionnaire) and len(readers) > 1:
                draft.add(item)
            elif isinstance(item, SheetReconciliation):
                accounts.append(item)
            else:
                yield item
    if draft.form is not None:
        yield draft.form
    if not found:
        yield Issue.error(
            "CB117", "no row below the heads holds a response", Origin(file), "check header_row and shape"
        )
    yield from accounts
