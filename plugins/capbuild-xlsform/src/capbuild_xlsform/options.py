"""Options of the readers."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from capbuild.errors import ModelError, ReadError
from capbuild.formats import missing_kinds, one_character, text_encoding
from capbuild.frozen import FrozenMap
from capbuild.model import Missing
from capbuild.plugins import InputFile, ReadLimits
from capbuild_xlsform.form import Form

__all__ = ["FormOptions", "KoboCsvOptions", "SubmissionOptions", "open_named_file"]

FormSource = str | Path | bytes | InputFile | Form


def _forms(value: Any) -> tuple[FormSource, ...]:
    """Take one definition or several."""
    if value is None:
        return ()
    sources = (value,) if isinstance(value, FormSource) else tuple(value) if isinstance(value, Iterable) else (value,)
    for source in sources:
        if not isinstance(source, FormSource):
            raise ModelError("form", source, "must be a path, bytes, an InputFile or a Form, or several of them")
    return sources


def _files(value: Any) -> FrozenMap[str, str | Path | bytes | InputFile]:
    kinds = str | Path | bytes | InputFile
    if not isinstance(value, Mapping) or not all(isinstance(v, kinds) for v in value.values()):
        raise ModelError("files", value, "must be a table of name = path or bytes")
    return FrozenMap(value)


def _names(value: Any) -> FrozenMap[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for pair in value.items() for text in pair):
        raise ModelError("renamed", value, "must be a table of old name = new name")
    return FrozenMap(value)


@frozen(kw_only=True)
class FormOptions:
    """Options of the readers of definitions.

    Attributes:
        files: Files that lie beside the form and hold choices, by the name the form calls them.
    """

    files: FrozenMap[str, str | Path | bytes | InputFile] = field(factory=FrozenMap, converter=_files)


@frozen(kw_only=True)
class SubmissionOptions:
    """Options of the readers of submissions.

    Attributes:
        form: The definition, or one a version: paths, bytes, `InputFile` or `Form`. Without one a draft is inferred.
        country: Country of all responses, where no question asks for it.
        country_question: Name of the question that asks for the country; found by its name or label when None.
        language: Language of all responses.
        missing: Further texts with the kind of missing each stands for, such as `{"999": "dont_know"}`.
        renamed: Names in older versions with the name each has now: their answers are put together.
        drop_personal: Leave out questions that look personal.

    Example:
        >>> SubmissionOptions(missing={"999": "dont_know"}).missing["999"].value
        "don't know"
    """

    form: tuple[FormSource, ...] = field(default=(), converter=_forms)
    country: str | None = None
    country_question: str | None = None
    language: str | None = None
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=missing_kinds)
    renamed: FrozenMap[str, str] = field(factory=FrozenMap, converter=_names)
    drop_personal: bool = False


@frozen(kw_only=True)
class KoboCsvOptions(SubmissionOptions):
    """Options of the reader `kobo-csv`; the others are described with `SubmissionOptions`.

    Attributes:
        delimiter: What separates the cells; found out when None.
        encoding: Name of the encoding; found out when None.
    """

    delimiter: str | None = field(default=None, validator=one_character)
    encoding: str | None = field(default=None, validator=text_encoding)


def open_named_file(source: str | Path | bytes | InputFile, name: str, limits: ReadLimits) -> InputFile:
    """Return a file that options name.

    Raises:
        ReadError: It does not exist.
        LimitError: It is larger than the limits allow.
    """
    if isinstance(source, InputFile):
        return source
    if isinstance(source, bytes):
        return InputFile(name, data=source, limits=limits)
    path = Path(source)
    try:
        return InputFile(path.name, path=path, limits=limits)
    except OSError as error:
        raise ReadError(f"{path} cannot be opened: {error.strerror or error}", remedy="check the path") from error
