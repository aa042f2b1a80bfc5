"""Options of the CSV reader."""

from attrs import field, frozen

from capbuild.formats.options import TableOptions, one_character, text_encoding


@frozen(kw_only=True)
class CsvOptions(TableOptions):
    """Options of the reader `csv`, in addition to `TableOptions`.

    Attributes:
        delimiter: Character between cells; detected if None.
        encoding: Name of the encoding; detected if None.
    """

    delimiter: str | None = field(default=None, validator=one_character)
    encoding: str | None = field(default=None, validator=text_encoding)
