"""Options of the XLSForm and submission readers."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from capbuild.errors import ModelError, ReadError
from capbuild.formats import missing_kinds, one_character, text_encoding
from capbuild.frozen import FrozenMap
from capbuild.model import Missing
from capbuild.plugins import InputFile, ReadLimits
from capbuild_xlsform.definitions.form import Form

FormSource = str | Path | bytes | InputFile | Form


def _to_forms(value: Any) -> tuple[FormSource, ...]:
    """Return one or several definitions as a tuple."""
    if value is None:
        return ()
    sources = (value,) if isinstance(value, FormSource) else tuple(value) if isinstance(value, Iterable) else (value,)
    for source in sources:
        if not isinstance(source, FormSource):
            raise ModelError("form", source, "must be a path, bytes, an InputFile or a Form, or several of them")
    return sources


def _freeze_files(value: Any) -> FrozenMap[str, str | Path | bytes | InputFile]:
    kinds = str | Path | bytes | InputFile
    if not isinstance(value, Mapping) or not all(isinstance(v, kinds) for v in value.values()):
        raise ModelError("files", value, "must be a table of name = path or bytes")
    return FrozenMap(value)


def _freeze_names(value: Any) -> FrozenMap[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for pair in value.items() for text in pair):
        raise ModelError("renamed", value, "must be a table of old name = new name")
    return FrozenMap(value)


@frozen(kw_only=True)
class FormOptions:
    """Options of definition readers.

    Attributes:
        files: External choice files, by the name used in the form.
    """

    files: FrozenMap[str, str | Path | bytes | InputFile] = field(factory=FrozenMap, converter=_freeze_files)


@frozen(kw_only=True)
class SubmissionOptions:
    """Options of submission readers.

    Attributes:
        form: The definition, or one per version: paths, bytes, `InputFile` or `Form`. Without one a draft is inferred.
        country: Country of all responses, if no question asks for it.
        country_question: Name of the country question; inferred from names and labels if None.
        language: Language of all responses.
        missing: Further missing codes with their kinds, such as `{"999": "dont_know"}`.
        renamed: Names in older versions with their current names; their answers are merged.
        drop_personal: Whether to leave out questions that look personal.

    Example:
        >>> SubmissionOptions(missing={"999": "dont_know"}).missing["999"].value
        "don't know"
    """

    form: tuple[FormSource, ...] = field(default=(), converter=_to_forms)
    country: str | None = None
    country_question: str | None = None
    language: str | None = None
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=missing_kinds)
    renamed: FrozenMap[str, str] = field(factory=FrozenMap, converter=_freeze_names)
    drop_personal: bool = False


@frozen(kw_only=True)
class KoboCsvOptions(SubmissionOptions):
    """Options of the reader `kobo-csv`, beside those of `SubmissionOptions`.

    Attributes:
        delimiter: Cell separator; inferred if None.
        encoding: Name of the encoding; inferred if None.
    """

    delimiter: str | None = field(default=None, validator=one_character)
    encoding: str | None = field(default=None, validator=text_encoding)


def open_named_file(source: str | Path | bytes | InputFile, name: str, limits: ReadLimits) -> InputFile:
    """Return a file named in options.

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
