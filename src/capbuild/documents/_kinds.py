"""Kinds of documents and their classes."""

import re
from functools import cache
from typing import Any

import attrs

from capbuild import model
from capbuild.errors import DocumentError, did_you_mean
from capbuild.frozen import FrozenMap

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
