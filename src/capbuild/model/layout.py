"""Layouts that were found in a file: its tables, how each was read, and how sure that is."""

from typing import Any

from attrs import field

from capbuild._lazy import provided
from capbuild._typed import model
from capbuild.checks import between, identifier, to_tuple
from capbuild.display import HtmlPage, counted

__all__ = ["DetectedTable", "Layout"]


@model(kw_only=True)
class DetectedTable:
    """Table found in a sheet, with the layout it was read by.

    Attributes:
        sheet: Name of the sheet, empty for a text file.
        range: Its cells, such as `A4:F28`.
        shape: What its rows are: `records`, `long`, `across`, `marks` or `form`.
        steps: The steps of the layout, in words.
        confidence: Probability, from 0 to 1, that the layout reads the table rightly, fitted on generated tables.
        runner_up: Shape of the next best layout, empty where there is none.
        margin: What the layout scores above the runner-up.

    Example:
        >>> print(DetectedTable(sheet="Q2", range="A4:F28", shape="long", confidence=0.97))
        Q2!A4:F28: long, confidence 0.97
    """

    sheet: str = ""
    range: str = field(validator=identifier)
    shape: str = field(validator=identifier)
    steps: tuple[str, ...] = field(default=(), converter=to_tuple)
    confidence: float = field(default=1.0, validator=between(0, 1))
    runner_up: str = ""
    margin: float | None = None

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.range}" if self.sheet else self.range
        return f"{place}: {self.shape}, confidence {self.confidence:.2f}"


@model(kw_only=True)
class Layout:
    """Tables of a file and how each was read.

    Attributes:
        file: Name of the file.
        format: Name of its reader.
        sha256: Hash of its bytes.
        personal_dropped: True if personal data was left out.
        tables: The tables; none in formats that have no tables to find.

    Example:
        >>> table = DetectedTable(range="A1:C9", shape="records", confidence=0.9, runner_up="long", margin=0.33)
        >>> Layout(file="a.csv", format="csv", tables=[table])
        Layout('a.csv', 1 table, confidence 0.90)
    """

    file: str
    format: str
    sha256: str = ""
    personal_dropped: bool = False
    tables: tuple[DetectedTable, ...] = field(default=(), converter=to_tuple)

    @property
    def confidence(self) -> float:
        """Confidence of the least sure table; 1 if there are no tables."""
        return min((table.confidence for table in self.tables), default=1.0)

    def show(self, source: Any = None, *, options: Any = None) -> HtmlPage:
        """Draw each sheet with its cells coloured by their use.

        The file is read again, since a reading keeps no cells. Personal data is not shown.

        Args:
            source: The file, as a path, bytes or a stream; by default where it was read from.
            options: Options that it was read with.

        Raises:
            ReadError: The file is not there, has changed, or is laid out otherwise with these options.
            OptionError: It has no tables to draw.
        """
        page: HtmlPage = provided("layout_view")(self, source, options)
        return page

    def __repr__(self) -> str:
        tables = counted(len(self.tables), "table")
        return f"Layout({self.file!r}, {tables}, confidence {self.confidence:.2f})"
