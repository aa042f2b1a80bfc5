"""Layouts found in a file: its tables, their interpretation, and confidence."""

from typing import Any

from attrs import field

from capbuild._lazy import provided
from capbuild._typed import model
from capbuild.checks import between, identifier, to_tuple
from capbuild.display import HtmlPage, counted


@model(kw_only=True)
class DetectedTable:
    """Table found in a sheet, with its layout.

    Attributes:
        sheet: Name of the sheet, empty for a text file.
        range: Its cells, such as `A4:F28`.
        shape: Kind of rows: `records`, `long`, `across`, `marks` or `form`.
        steps: The steps of the layout, as text.
        confidence: Probability, from 0 to 1, that the layout is correct, fitted on generated tables.
        runner_up: Shape of the next best layout, empty for none.
        margin: Difference in score from the runner-up.

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
    """Tables of a file, with their layouts.

    Attributes:
        file: Name of the file.
        format: Name of its reader.
        sha256: Hash of its bytes.
        personal_dropped: True if personal data was left out.
        tables: The tables; empty for formats without tables to find.

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
        """Confidence of the least certain table; 1 without tables."""
        return min((table.confidence for table in self.tables), default=1.0)

    def show(self, source: Any = None, *, options: Any = None) -> HtmlPage:
        """Draw each sheet with its cells coloured by their use.

        Reads the file again, since a survey does not keep cells. Hides personal data.

        Args:
            source: The file, as a path, bytes or a stream; by default its original location.
            options: Reader options of the original reading.

        Raises:
            ReadError: The file is missing, has changed, or gets another layout with these options.
            OptionError: It has no tables to draw.
        """
        page: HtmlPage = provided("layout_view")(self, source, options)
        return page

    def __repr__(self) -> str:
        tables = counted(len(self.tables), "table")
        return f"Layout({self.file!r}, {tables}, confidence {self.confidence:.2f})"
