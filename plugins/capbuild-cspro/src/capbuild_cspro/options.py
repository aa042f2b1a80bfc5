"""Options of the reader."""

from attrs import frozen

from capbuild.formats import DefinitionOptions
from capbuild.plugins import Companion, InputFile

__all__ = ["DICTIONARY", "CsproOptions"]


def _explains(data: InputFile, other: InputFile) -> bool:
    """Return whether a file is the dictionary of data that do not hold one themselves."""
    from capbuild_cspro.database import is_database
    from capbuild_cspro.dictionary import is_dictionary

    return not is_database(data) and not is_dictionary(data) and is_dictionary(other)


#: The dictionary of fixed-width data, which has their name.
DICTIONARY = Companion(option="definition", patterns=("{stem}.dcf",), explains=_explains)


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
