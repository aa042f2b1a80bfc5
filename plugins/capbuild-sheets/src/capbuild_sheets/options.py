"""Options of the workbook reader."""

from attrs import field, frozen

from capbuild.formats import TableOptions


def _names(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


@frozen(kw_only=True)
class SheetsOptions(TableOptions):
    """Options of the workbook reader, beside those of `TableOptions`.

    Attributes:
        sheets: Names of the sheets to read, hidden ones included; by default all visible sheets with a table.
    """

    sheets: tuple[str, ...] = field(default=(), converter=_names)
