"""Options of the reader."""

from attrs import frozen

from capbuild.formats import DefinitionOptions

#: Names of the dictionary of fixed-width data.
DICTIONARY_NAMES = ("{stem}.dcf",)


@frozen(kw_only=True)
class CsproOptions(DefinitionOptions):
    """Options for reading CSPro files.

    Attributes:
        definition: The dictionary (`.dcf`) of fixed-width data.
        encoding: Encoding of text files, if neither UTF-8 nor Windows-1252.
        country: Country of all responses, if no item asks for it.
        country_question: Name of the item for the country, if not recognised by label or answers.
        missing: Kinds of missing by code, in addition to the dictionary's.
        drop_personal: Leave out answers that look personal.
    """

    encoding: str | None = None
