"""Options of readers whose questions are defined in another file."""

from pathlib import Path
from typing import Any

from attrs import field, frozen

from capbuild.formats.options import missing_kinds
from capbuild.frozen import FrozenMap
from capbuild.model import Missing

__all__ = ["DefinitionOptions"]


def _as_path(value: str | Path | bytes | None) -> Path | bytes | None:
    return Path(value) if isinstance(value, str) else value


def _missing(value: Any) -> FrozenMap[str, Missing]:
    return missing_kinds(value)


@frozen(kw_only=True)
class DefinitionOptions:
    """Options for reading an export and the definition of its questions.

    Attributes:
        definition: The definition or dictionary that responses belong to, as a path or bytes.
        country: Country of all responses, where no question asks for it.
        country_question: Id of the question for the country, where neither its text nor its answers show it.
        missing: Codes with the kind of missing each stands for, such as `{"-99": "refused"}`.

    Example:
        >>> DefinitionOptions(definition="needs.json", missing={"-9": "dont_know"}).missing["-9"].value
        "don't know"
    """

    definition: Path | bytes | None = field(default=None, converter=_as_path, repr=False)
    country: str | None = None
    country_question: str | None = None
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=_missing)
