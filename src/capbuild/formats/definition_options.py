"""Options of readers with a separate questionnaire file."""

from typing import Any

from attrs import field, frozen

from capbuild.formats.options import missing_kinds
from capbuild.frozen import FrozenMap
from capbuild.model import Missing
from capbuild.plugins.types import InputFile


def _missing(value: Any) -> FrozenMap[str, Missing]:
    return missing_kinds(value)


@frozen(kw_only=True)
class DefinitionOptions:
    """Options for reading an export with its questionnaire definition.

    Attributes:
        definition: Definition or data dictionary of the responses.
        country: Country of all responses, if no question asks for it.
        country_question: Id of the country question, if neither its text nor its answers show it.
        missing: Missing codes and words with their kind, such as `{"-99": "refused", "No idea": "dont_know"}`; a word
            is also the label of a choice.
        drop_personal: Leave out answers that look personal.

    Example:
        >>> DefinitionOptions(missing={"-9": "dont_know"}).missing["-9"].value
        "don't know"
    """

    definition: InputFile | None = None
    country: str | None = None
    country_question: str | None = None
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=_missing)
    drop_personal: bool = False
