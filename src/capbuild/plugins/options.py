"""From keywords to a plugin's options class, with every problem told."""

from collections.abc import Mapping
from typing import Any

import attrs

from capbuild.errors import ModelError, OptionError, did_you_mean

__all__ = ["make_options"]


def make_options(cls: type, values: Mapping[str, Any], owner: str) -> Any:
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
        raise OptionError(f"{owner} has no option {listed}", remedy=f"options are: {', '.join(known) or 'none'}")
    try:
        return cls(**values)
    except (ModelError, TypeError, ValueError) as error:
        reason = error.message if isinstance(error, ModelError) else str(error)
        raise OptionError(f"{owner}: {reason}", remedy=f"options are: {', '.join(known) or 'none'}") from error
