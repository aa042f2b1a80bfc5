"""Options of table readers, and of readers with a separate questionnaire."""

import codecs
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import Attribute, field, frozen
from attrs.validators import in_, instance_of, optional

from capbuild.errors import ModelError, ReadError
from capbuild.formats.values.missing import missing_kind
from capbuild.formats.vocabulary import fold_header, fold_word
from capbuild.frozen import FrozenMap
from capbuild.model import Missing
from capbuild.origin import Origin
from capbuild.plugins.types import InputFile


class Shape(StrEnum):
    """Unit of one row of a table."""

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


def _layout_text(value: Any) -> Any:
    """Return the text of a layout file."""
    if not isinstance(value, InputFile):
        return value
    try:
        return value.content.decode("utf-8-sig")
    except UnicodeError as error:
        raise ModelError("layout", value.name, "must be a file in UTF-8") from error


def _parse_headers(value: Mapping[str, str]) -> FrozenMap[str, str]:
    return FrozenMap({fold_header(head): text.strip() for head, text in _texts(value, "columns").items()})


def _words(value: Mapping[str, str]) -> FrozenMap[str, str]:
    return FrozenMap({fold_word(word): text for word, text in _texts(value, "answers").items()})


def missing_kinds(value: Any) -> FrozenMap[str, Missing]:
    """Return missing kinds by folded word.

    Args:
        value: Words with the names of kinds.

    Raises:
        ModelError: `value` is not a mapping, or a kind is unknown.
    """
    if not isinstance(value, Mapping):
        raise ModelError("missing", value, "must be a table of text = kind of missing")
    return FrozenMap({fold_word(str(word)): missing_kind(kind) for word, kind in value.items()})


def _shape(value: str | Shape | None) -> Shape | None:
    if value is None:
        return None
    shapes = {shape.value: shape for shape in Shape}
    if value not in shapes:
        raise ModelError("shape", value, f"must be one of {', '.join(shapes)}")
    return shapes[value]


def one_character(_instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Check that a value can be a delimiter.

    Raises:
        ModelError: It is not one character, or has another meaning.
    """
    if value is not None and (not isinstance(value, str) or len(value) != 1 or value in '\r\n"'):
        raise ModelError(attribute.name, value, "must be one character, such as ; or a tab")


def text_encoding(_instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Check that a value names a text encoding.

    Raises:
        ModelError: No codec has the name, or it is not a text codec.
    """
    if value is None:
        return
    try:
        # The bytes are a byte order mark in UTF-16 and UTF-32 and invalid in UTF-8; every codec must handle them.
        text = codecs.getincrementaldecoder(str(value))("backslashreplace").decode(b"\xff\xfe\0\0", True)
    except Exception:  # noqa: BLE001 - whatever a codec raises, it is not a text codec
        text = None
    if not isinstance(text, str):
        raise ModelError(attribute.name, value, "must name a text encoding, such as utf-8 or mac-roman")


def _row(_instance: object, attribute: "Attribute[Any]", value: object) -> None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise ModelError(attribute.name, value, "must be a row number from 1, or 0 for a table without a header")


@frozen(kw_only=True)
class TableOptions:
    """Options of a table; the rest is detected.

    Attributes:
        header_row: Header row, counted from 1 as in editors; 0 for no header.
        shape: Unit of one row: `respondent`, `country`, or `long` (one row per answer).
        columns: Roles by header (`country`, `respondent`, `id`, `language`, `date`, `comment`, `question`, `answer`,
            `description`, `unit`, `ignore`), or the question that the column answers.
        answers: Replacement texts by text, or a kind of missing such as `dont_know`.
        missing: Additional missing codes with their kind, such as `{"999": "dont_know"}`.
        decimal: Decimal mark, `.` or `,`.
        drop_personal: Drop columns that look personal.
        country: Country of all rows, if there is no country column.
        language: Language of all rows, if there is no language column.
        fill_country: Whether to fill down countries, as when each is named once.
        layout: Layout of the tables: a layout file, as a path or as TOML text. `capbuild inspect FILE --draft` writes
            one; it replaces `header_row`, `shape` and `fill_country`.

    Example:
        >>> TableOptions(columns={"Land": "country"}, missing={"999": "dont_know"}).missing["999"]
        <Missing.DONT_KNOW: "don't know">
    """

    header_row: int | None = field(default=None, validator=_row)
    shape: Shape | None = field(default=None, converter=_shape)
    columns: FrozenMap[str, str] = field(factory=FrozenMap, converter=_parse_headers)
    answers: FrozenMap[str, str] = field(factory=FrozenMap, converter=_words)
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=missing_kinds)
    decimal: str | None = field(default=None, validator=optional(in_((".", ","))))
    drop_personal: bool = False
    country: str | None = None
    language: str | None = None
    fill_country: bool = False
    layout: str = field(default="", converter=_layout_text, validator=instance_of(str))

    def __attrs_post_init__(self) -> None:
        given = {"header_row": self.header_row, "shape": self.shape, "fill_country": self.fill_country or None}
        both = [name for name, value in given.items() if value is not None]
        if self.layout and both:
            raise ModelError(both[0], given[both[0]], "must be left to the layout, where one is given")

    def refuse_layout(self, file: str) -> None:
        """Refuse a layout for a file with a fixed one.

        Raises:
            ReadError: CB116: a layout is given.
        """
        if self.layout:
            raise no_layout(file)


def no_layout(file: str) -> ReadError:
    """Return the error for a layout that cannot apply."""
    message = f"{file} has a form of its own, and is read without a layout"
    return ReadError(message, code="CB116", origin=Origin(file), remedy="read it without the option layout")


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
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=missing_kinds)
    drop_personal: bool = False
