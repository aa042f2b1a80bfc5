"""Options of the reader."""

from attrs import frozen

from capbuild.formats import DefinitionOptions

__all__ = ["DICTIONARY_NAMES", "CsproOptions"]

#: Names of the dictionary of fixed-width data.
DICTIONARY_NAMES = ("{stem}.dcf",)


@frozen(kw_only=True)
class CsproOptions(DefinitionOptions):
    """Options for reading CSPro files.

    Attributes:
        definition: The dictionary (`.dcf`) of fixed-width data.
        encoding: Encoding of text files, where it is neither UTF-8 nor Windows-1252.
        country: Country of all responses, where no item asks for it.
        country_question: Name of the item for the country, where neither its label nor its answers show it.
        missing: Codes with the kind of missing each stands for, beside those that the dictionary names.
    """

    encoding: str | None = None
