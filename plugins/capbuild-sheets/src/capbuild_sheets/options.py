"""Options of the workbook reader."""

from attrs import field, frozen

from capbuild.formats import TableOptions

__all__ = ["SheetsOptions"]


def _names(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


@frozen(kw_only=True)
class SheetsOptions(TableOptions):
    """How a workbook is read; options of every table are described with `TableOptions`.

    Attributes:
        sheets: Names of the sheets to read, hidden ones too; by default all visible ones that hold a table.
    """

    sheets: tuple[str, ...] = field(default=(), converter=_names)
