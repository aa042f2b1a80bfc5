"""JSON documents of model objects, with version and kind.

Documents of earlier versions are migrated on reading.
"""

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar, overload

import attrs
from attrs import field, frozen
from cattrs.errors import BaseValidationError

from capbuild import model
from capbuild._atomic import write_atomic
from capbuild._jsonpath import Path as JsonPath
from capbuild._jsonpath import json_path
from capbuild._typed import explains_arguments
from capbuild.documents import _json
from capbuild.documents._scalars import InvalidValueError, describe_value
from capbuild.documents.converter import shared_converter
from capbuild.documents.problems import list_problems
from capbuild.errors import DocumentError, ModelError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.origin import Origin

_FORM = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")


@frozen(order=True)
class Version:
    """Version of the document format, independent of the package.

    Attributes:
        major: Raised if earlier readers cannot read new documents.
        minor: Raised if fields are added.

    Example:
        >>> Version.parse("1.2") < Version.parse("1.10"), str(Version(1, 0))
        (True, '1.0')
    """

    major: int
    minor: int

    @classmethod
    def parse(cls, text: object) -> "Version":
        """Parse a version such as `1.0`.

        Raises:
            ModelError: The form is invalid.
        """
        match = _FORM.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise ModelError("version", text, "must be two numbers such as '1.0'")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


@frozen(kw_only=True)
class Migration:
    """One migration step.

    Attributes:
        before: Version before the step.
        after: Version after the step.
        kinds: Affected kinds of documents; empty for all.
        why: Change and reason, for readers of the code in ten years.
        change: Function from old to new data of a document. It gets a copy, and may change it in place.

    Raises:
        ModelError: `after` is not later than `before`.
    """

    before: Version
    after: Version = field()
    kinds: tuple[str, ...] = ()
    why: str
    change: Callable[[dict[str, Any]], dict[str, Any]]

    @after.validator
    def _is_later(self, _: object, value: Version) -> None:
        if value <= self.before:
            raise ModelError("Migration.after", str(value), f"must be later than {self.before}")


#: Version of written documents.
VERSION = Version(1, 0)

#: All steps, in order. 1.0 is the first version, so there is none yet.
MIGRATIONS: tuple[Migration, ...] = ()


def migrate(
    data: dict[str, Any],
    kind: str,
    version: Version,
    steps: Sequence[Migration] = MIGRATIONS,
) -> dict[str, Any]:
    """Return the data of a document in the current version.

    The given data is not changed.

    Args:
        data: The original data.
        kind: Kind of the document.
        version: Its version.
        steps: The chain.

    Example:
        >>> step = Migration(before=Version(1, 0), after=Version(1, 1), why="label became title",
        ...                  change=lambda data: {"title": data.pop("label"), **data})
        >>> migrate({"label": "Access"}, "capacity", Version(1, 0), [step])
        {'title': 'Access'}
    """
    due = [step for step in sorted(steps, key=lambda s: s.before) if step.before >= version]
    for step in due:
        if not step.kinds or kind in step.kinds:
            data = step.change(deepcopy(data))
    return data


_INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def kind_name(cls: type[Any]) -> str:
    """Return a class's name in kebab case.

    Example:
        >>> kind_name(model.AssessmentSet)
        'assessment-set'
    """
    return _INNER_CAPITAL.sub("-", cls.__name__).lower()


@cache
def kinds() -> FrozenMap[str, type[Any]]:
    """Return all kinds of documents with their classes, sorted.

    Example:
        >>> kinds()["country"].__name__, len(kinds()) > 70
        ('Country', True)
    """
    named = (getattr(model, name) for name in model.__all__)
    classes = [attrs.resolve_types(cls) for cls in named if isinstance(cls, type) and attrs.has(cls)]
    return FrozenMap(sorted((kind_name(cls), cls) for cls in classes))


def kind_of(cls: type[Any]) -> str:
    """Return the kind of a class.

    Raises:
        DocumentError: CB012, the class is not a document.

    Example:
        >>> kind_of(model.GeoPoint)
        'geo-point'
    """
    kind = kind_name(cls)
    if kinds().get(kind) is not cls:
        raise unknown_kind_error(cls.__name__)
    return kind


def class_of(kind: str) -> type[Any]:
    """Return the class of a kind.

    Raises:
        DocumentError: CB012, there is no such kind.
    """
    cls = kinds().get(kind)
    if cls is None:
        raise unknown_kind_error(kind)
    return cls


def unknown_kind_error(found: str) -> DocumentError:
    """Return the error for an unknown kind."""
    return DocumentError(
        f"{found!r} is not a kind of document{did_you_mean(found, kinds())}",
        code="CB012",
        remedy="see docs/reference/documents.md for the kinds",
    )


T = TypeVar("T")

_FIELDS = ("capbuild", "kind", "data")


def unstructure(value: Any) -> dict[str, Any]:
    """Return a model object as plain JSON values, without envelope.

    Raises:
        DocumentError: It is not a model object, or a part has the wrong type.

    Example:
        >>> from capbuild.model import Money
        >>> unstructure(Money(1200, "CAD"))
        {'amount': '1200', 'currency': 'CAD'}
    """
    cls = type(value)
    kind = kind_of(cls)
    try:
        data: dict[str, Any] = shared_converter().unstructure(value, cls)
    except (InvalidValueError, TypeError, AttributeError) as error:
        raise DocumentError(f"the {kind} cannot be written: {error}") from error
    return data


def structure(data: Any, cls: type[T], *, name: str | None = None, at: JsonPath = ()) -> T:
    """Return the model object for plain JSON values.

    Args:
        data: The values, as from `unstructure`.
        cls: Class of the model.
        name: File name for messages.
        at: Location in the file, for messages.

    Raises:
        DocumentError: The values are invalid; lists every problem.

    Example:
        >>> from capbuild.model import Money
        >>> print(structure({"amount": "1200", "currency": "CAD"}, Money))
        CAD 1,200
    """
    kind = kind_of(cls)
    try:
        structured: T = shared_converter().structure(data, cls)
    except (BaseValidationError, InvalidValueError) as error:
        problems = list_problems(error, data, at)
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        origin = Origin(name, path=problems[0][0] if len(problems) == 1 else None) if name else None
        raise DocumentError(f"the {kind} does not fit: {count}", problems=problems, origin=origin) from error
    return structured


def dumps(value: Any) -> str:
    """Return a model object as the text of a document.

    The text is JSON with a final line break. It omits defaults, sorts maps by key, and writes content that an
    assessment shares with its parts once. Equal objects give equal texts.

    Raises:
        DocumentError: It is not a model object, or has values that JSON lacks, such as NaN.

    Example:
        >>> from capbuild.model import Coverage
        >>> print(dumps(Coverage(answered=2, settled=1, applicable=3)), end="")
        {"capbuild": "1.0", "kind": "coverage", "data": {"answered": 2, "settled": 1, "applicable": 3}}
    """
    kind = kind_of(type(value))
    return _json.write_json({"capbuild": str(VERSION), "kind": kind, "data": unstructure(value)}) + "\n"


@explains_arguments
def dump(value: Any, path: str | PathLike[str]) -> None:
    """Write a model object to a file, atomically.

    Raises:
        DocumentError: See `dumps`.
        WriteError: CB702, the file cannot be written.
    """
    write_atomic(Path(path), dumps(value))


@overload
def loads(text: str, cls: None = None, *, name: str = ...) -> object: ...


@overload
def loads(text: str, cls: type[T], *, name: str = ...) -> T: ...


@explains_arguments
def loads(text: str, cls: type[Any] | None = None, *, name: str = "<text>") -> object:
    """Return the object in the text of a document.

    Args:
        text: The text.
        cls: Expected class; None accepts any.
        name: File name for messages.

    Raises:
        DocumentError: Lists every problem with its location and, for an unknown name, a suggestion. CB010, the data is
            invalid; CB011, a newer capbuild wrote it; CB012, its kind is unknown or not the expected one; CB013, it is
            not JSON; CB118, it nests too deeply.

    Example:
        >>> from capbuild.model import Coverage
        >>> text = dumps(Coverage(answered=2, settled=1, applicable=3))
        >>> loads(text, Coverage).ratio == 2 / 3
        True
    """
    envelope = _json.parse_json(text, name)
    _check_envelope(envelope, name)
    version = _parse_version(envelope["capbuild"], name)
    kind = envelope["kind"]
    class_ = _find_class(kind, version, name)
    if cls is not None and class_ is not cls:
        message = f"the document contains a {kind}, not a {kind_of(cls)}"
        raise DocumentError(message, code="CB012", origin=Origin(name, path="$.kind"))
    data = envelope["data"]
    if isinstance(data, dict):
        data = migrate(data, kind, version, MIGRATIONS)
    try:
        return structure(data, class_, name=name, at=("data",))
    except DocumentError as error:
        if version <= VERSION:
            raise
        raise _make_newer_error(version, name, error.problems) from error


@overload
def load(path: str | PathLike[str], cls: None = None) -> object: ...


@overload
def load(path: str | PathLike[str], cls: type[T]) -> T: ...


@explains_arguments
def load(path: str | PathLike[str], cls: type[Any] | None = None) -> object:
    """Return the object in a file.

    Args:
        path: The file.
        cls: Expected class; None accepts any.

    Raises:
        ReadError: CB107, the path is a folder; CB108, the file cannot be opened.
        DocumentError: See `loads`.
    """
    return loads(_json.read_text(Path(path)), cls, name=str(path))


def _check_envelope(envelope: Any, name: str) -> None:
    if not isinstance(envelope, dict):
        problems = [("$", f"must be an object with {', '.join(_FIELDS)}, not {describe_value(envelope)}")]
    else:
        problems = [
            (json_path((key,)), f"is not a field of a document{did_you_mean(key, _FIELDS)}")
            for key in envelope
            if key not in _FIELDS
        ]
        problems += [(json_path((key,)), "is required") for key in _FIELDS if key not in envelope]
        if not isinstance(envelope.get("kind", ""), str):
            problems.append(("$.kind", f"must be a text, not {describe_value(envelope['kind'])}"))
    if problems:
        raise DocumentError("the text is not a capbuild document", problems=problems, origin=Origin(name))


def _parse_version(found: object, name: str) -> Version:
    try:
        version = Version.parse(found)
    except ModelError as error:
        raise DocumentError(
            "the document does not state its version",
            problems=[("$.capbuild", error.message)],
            origin=Origin(name, path="$.capbuild"),
        ) from None
    if version.major > VERSION.major:
        raise _make_newer_error(version, name)
    return version


def _find_class(kind: str, version: Version, name: str) -> type[Any]:
    if kind in kinds():
        return class_of(kind)
    if version > VERSION:
        raise _make_newer_error(version, name, [("$.kind", f"{kind!r} is not a kind of document")])
    error = unknown_kind_error(kind)
    raise DocumentError(error.message, code="CB012", origin=Origin(name, path="$.kind"), remedy=error.remedy)


def _make_newer_error(version: Version, name: str, problems: Any = ()) -> DocumentError:
    return DocumentError(
        f"the document was made by a newer capbuild: its version is {version}, this capbuild reads {VERSION}",
        problems=problems,
        code="CB011",
        origin=Origin(name),
        remedy="update capbuild, or have the document written by an older one",
    )
