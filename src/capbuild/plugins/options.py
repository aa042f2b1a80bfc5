"""Options objects from keyword arguments."""

import datetime
import enum
import inspect
import re
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import attrs
from attrs import frozen

from capbuild.errors import ModelError, OptionError, did_you_mean
from capbuild.plugins.types import InputFile

T = TypeVar("T", bound=attrs.AttrsInstance)


def make_options(cls: type[T], values: Mapping[str, Any], owner: str) -> T:
    """Return an instance of an options class.

    Args:
        cls: An attrs class.
        values: Options by name.
        owner: Name of the reader or writer, for messages.

    Raises:
        OptionError: An option is unknown, missing or rejected by the class.

    Example:
        >>> @attrs.frozen(kw_only=True)
        ... class Options:
        ...     header: bool = True
        >>> make_options(Options, {"headr": False}, "tsv")
        Traceback (most recent call last):
        capbuild.errors.OptionError: CB116 tsv has no option 'headr' (did you mean 'header'?)
          remedy: options are: header
    """
    known = [a.alias for a in attrs.fields(attrs.resolve_types(cls)) if a.init]
    unknown = [name for name in values if name not in known]
    if unknown:
        listed = ", ".join(f"{name!r}{did_you_mean(name, known)}" for name in unknown)
        raise _option_error(f"{owner} has no option {listed}", unknown[0], known)
    try:
        return cls(**values)
    except ModelError as error:
        option = error.field.partition(".")[2]
        reason = f"{option} {error.rule}, not {error.value!r}" if option else error.message
        raise _option_error(f"{owner}: {reason}", option, known) from error
    except (TypeError, ValueError) as error:
        reason, *rest = error.args or ("",)
        named = next((part.name for part in rest if isinstance(part, attrs.Attribute)), "")
        raise _option_error(f"{owner}: {reason}", named, known) from error


def _option_error(message: str, option: str, known: Sequence[str]) -> OptionError:
    error = OptionError(message, remedy=f"options are: {', '.join(known) or 'none'}")
    error.option = option
    return error


def list_path_options(cls: type[Any]) -> tuple[str, ...]:
    """Return the names of options for a file or folder.

    These have the type `Path`, or the metadata `{"path": True}`.

    Args:
        cls: An attrs class.

    Example:
        >>> @attrs.frozen(kw_only=True)
        ... class Options:
        ...     template: str = attrs.field(default="", metadata={"path": True})
        ...     title: str = ""
        >>> list_path_options(Options)
        ('template',)
    """
    fields = (field for field in attrs.fields(attrs.resolve_types(cls)) if field.init)
    return tuple(field.alias or field.name for field in fields if _is_path(field))


def _is_path(one: "attrs.Attribute[Any]") -> bool:
    return bool(one.metadata.get("path")) or Path in (one.type, *typing.get_args(one.type))


@frozen
class OptionInfo:
    """Description of an option of a reader or writer.

    Attributes:
        name: Its name.
        type: Its type in words: `text`, `true or false`, `table of text`, `list of file`.
        default: Its default as TOML; empty if required or unset.
        help: Its effect.
    """

    name: str
    type: str
    default: str
    help: str


def describe_options(cls: type[Any]) -> tuple[OptionInfo, ...]:
    """Return the options of an options class, with their documentation.

    Args:
        cls: An attrs class with a docstring that has a section `Attributes:`.

    Example:
        >>> @attrs.frozen(kw_only=True)
        ... class Options:
        ...     '''Options of a reader.
        ...
        ...     Attributes:
        ...         header: Whether the first row names
        ...             the columns.
        ...     '''
        ...     header: bool = True
        >>> (one,) = describe_options(Options)
        >>> one.name, one.type, one.default, one.help
        ('header', 'true or false', 'true', 'Whether the first row names the columns.')
    """
    texts: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if attrs.has(base):
            texts |= _attribute_texts(inspect.getdoc(base) or "")
    return tuple(
        OptionInfo(
            field.alias or field.name,
            "file or folder" if field.metadata.get("path") else _show_type(field.type),
            _show_default(field),
            texts.get(field.alias or field.name, ""),
        )
        for field in attrs.fields(attrs.resolve_types(cls))
        if field.init
    )


def _attribute_texts(doc: str) -> dict[str, str]:
    """Return the attribute texts of a docstring."""
    match = re.search(r"^Attributes:\n((?:[ ]+.*\n?|\n)*)", doc, re.MULTILINE)
    parts = re.split(r"^    (\w+): ", match[1] if match else "", flags=re.MULTILINE)[1:]
    return {name: " ".join(text.split()) for name, text in zip(parts[::2], parts[1::2], strict=True)}


#: Words for types that options have.
_TYPES = {str: "text", bool: "true or false", int: "whole number", float: "number", datetime.date: "day"}


def _show_type(kind: Any) -> str:
    """Return a type in words for a settings file."""
    arguments = [arg for arg in typing.get_args(kind) if arg not in (type(None), ...)]
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        named = list(dict.fromkeys(map(_show_type, arguments)))
        return " or ".join(name for name in named if name != "text" or "file" not in named)  # a path is also a text
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"table of {_show_type(arguments[-1])}"
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return f"list of {_show_type(arguments[0])}"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return " or ".join(f"`{member.value}`" for member in kind)
    if kind in (InputFile, Path, bytes):
        return "file"
    return _TYPES.get(kind, getattr(kind, "__name__", str(kind)))


def _show_default(one: "attrs.Attribute[Any]") -> str:
    value = one.default
    if value is not None and not isinstance(value, str | int | float) and hasattr(value, "factory"):
        value = None if value.takes_self else value.factory()
    if value is attrs.NOTHING or value is None or value in ("", (), {}):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
