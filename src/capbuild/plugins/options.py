"""Options classes from keyword arguments."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import attrs

from capbuild.errors import ModelError, OptionError, did_you_mean

__all__ = ["make_options"]

T = TypeVar("T", bound=attrs.AttrsInstance)


def make_options(cls: type[T], values: Mapping[str, Any], owner: str) -> T:
    """Return an instance of an options class.

    Args:
        cls: An attrs class.
        values: Options by name.
        owner: Name of the reader or writer, for messages.

    Raises:
        OptionError: An option is unknown, missing or refused by the class.

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
        named = next((one.name for one in rest if isinstance(one, attrs.Attribute)), "")
        raise _option_error(f"{owner}: {reason}", named, known) from error


def _option_error(message: str, option: str, known: Sequence[str]) -> OptionError:
    error = OptionError(message, remedy=f"options are: {', '.join(known) or 'none'}")
    error.option = option
    return error
