"""Options that every table reader takes, whatever file the table lies in."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import Attribute, field, frozen
from attrs.validators import in_, optional

from capbuild.errors import ModelError
from capbuild.formats.folding import fold_head, fold_word
from capbuild.formats.words import missing_kind
from capbuild.frozen import FrozenMap
from capbuild.model import Missing

__all__ = ["Shape", "TableOptions"]


class Shape(StrEnum):
    """What one row of a table is."""

    RESPONDENT = "respondent"
    LONG = "long"
    COUNTRY = "country"


def _texts(value: Any, name: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ModelError(name, value, "must be a table of text = text")
    for key, text in value.items():
        if not isinstance(key, str) or not isinstance(text, str | int | float):
            raise ModelError(f"{name}.{key}", text, "must be a text")
    return {key: str(text) for key, text in value.items()}


def _heads(value: Mapping[str, str]) -> FrozenMap[str, str]:
    return FrozenMap({fold_head(head): text.strip() for head, text in _texts(value, "columns").items()})


def _words(value: Mapping[str, str]) -> FrozenMap[str, str]:
    return FrozenMap({fold_word(word): text for word, text in _texts(value, "answers").items()})


def _kinds(value: Mapping[str, str | Missing]) -> FrozenMap[str, Missing]:
    if not isinstance(value, Mapping):
        raise ModelError("missing", value, "must be a table of text = kind of missing")
    return FrozenMap({fold_word(str(word)): missing_kind(kind) for word, kind in value.items()})


def _shape(value: str | Shape | None) -> Shape | None:
    if value is None:
        return None
    known = {shape.value: shape for shape in Shape}
    if value not in known:
        raise ModelError("shape", value, f"must be one of {', '.join(known)}")
    return known[value]


def _row(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise ModelError(attribute.name, value, "must be a row number from 1, or 0 for a table without heads")


@frozen(kw_only=True)
class TableOptions:
    """How a table is read, where it should not be found out.

    Attributes:
        header_row: Row of the heads, counted from 1 as an editor does; 0 when there are none.
        shape: What one row is: `respondent`, `country`, or `long` (one row an answer).
        columns: Heads with their role (`country`, `respondent`, `id`, `language`, `date`, `comment`, `question`,
            `answer`, `description`, `ignore`) or with the question they answer.
        answers: Texts with the text each stands for, or with a kind of missing such as `dont_know`.
        missing: Further texts with the kind of missing each stands for, such as `{"999": "dont_know"}`.
        decimal: Decimal mark, `.` or `,`.
        drop_personal: Leave out columns that look personal.
        country: Country of all rows, where no column names one.
        language: Language of all rows, where no column names one.

    Example:
        >>> TableOptions(columns={"Land": "country"}, missing={"999": "dont_know"}).missing["999"]
        <Missing.DONT_KNOW: "don't know">
    """

    header_row: int | None = field(default=None, validator=_row)
    shape: Shape | None = field(default=None, converter=_shape)
    columns: FrozenMap[str, str] = field(factory=FrozenMap, converter=_heads)
    answers: FrozenMap[str, str] = field(factory=FrozenMap, converter=_words)
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=_kinds)
    decimal: str | None = field(default=None, validator=optional(in_((".", ","))))
    drop_personal: bool = False
    country: str | None = None
    language: str | None = None
