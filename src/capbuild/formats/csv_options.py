"""Options of the reader of text tables."""

from attrs import field, frozen

from capbuild.formats.options import TableOptions, one_character, text_encoding

__all__ = ["CsvOptions"]


@frozen(kw_only=True)
class CsvOptions(TableOptions):
    """Options of the reader `csv`; those of every table are described with `TableOptions`.

    Attributes:
        delimiter: What separates the cells; found out when None.
        encoding: Name of the encoding; found out when None.
    """

    delimiter: str | None = field(default=None, validator=one_character)
    encoding: str | None = field(default=None, validator=text_encoding)
