"""Options of readers whose questions are defined in another file."""

from typing import Any

from attrs import field, frozen

from capbuild.formats.options import missing_kinds
from capbuild.frozen import FrozenMap
from capbuild.model import Missing
from capbuild.plugins.types import InputFile

__all__ = ["DefinitionOptions"]


def _missing(value: Any) -> FrozenMap[str, Missing]:
    return missing_kinds(value)


@frozen(kw_only=True)
class DefinitionOptions:
    """Options for reading an export and the definition of its questions.

    Attributes:
        definition: The definition or dictionary that responses belong to.
        country: Country of all responses, where no question asks for it.
        country_question: Id of the question for the country, where neither its text nor its answers show it.
        missing: Codes with the kind of missing each stands for, such as `{"-99": "refused"}`.

    Example:
        >>> DefinitionOptions(missing={"-9": "dont_know"}).missing["-9"].value
        "don't know"
    """

    definition: InputFile | None = None
    country: str | None = None
    country_question: str | None = None
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=_missing)
