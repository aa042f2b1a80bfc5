"""What is known of a field from its validators and its docstring: for schemas, and for making valid values."""

import inspect
import math
import re
from collections.abc import Callable
from typing import Any

import attrs

from capbuild import checks

__all__ = ["Rules", "field_notes", "rules_of", "summary_of"]

_FIELD = re.compile(r"    (\w+): (.*)")
_SECTION = re.compile(r"[A-Z]\w*:.*")


@attrs.frozen(kw_only=True)
class Rules:
    """The rules of one field that can be told from its validators.

    Attributes:
        minimum: Lowest number.
        maximum: Highest number.
        pattern: What the whole text fits.
        identifier: Whether it is a text without white space at its ends.
        unique_by: What no two items share.
        not_before: Field whose value it does not lie before.

    Example:
        >>> from capbuild.model import Evidence
        >>> rules = rules_of(attrs.fields(Evidence).reliability)
        >>> rules.minimum, rules.maximum
        (1, 3)
    """

    minimum: float | None = None
    maximum: float | None = None
    pattern: re.Pattern[str] | None = None
    identifier: bool = False
    unique_by: Callable[[Any], Any] | None = None
    not_before: str | None = None


def rules_of(attribute: "attrs.Attribute[Any]") -> Rules:
    """Return what the validators of a field tell; what they keep to themselves is not told."""
    found: dict[str, Any] = {}
    for validator in getattr(attribute.validator, "_validators", (attribute.validator,)):
        if validator is checks.identifier:
            found["identifier"] = True
        elif inspect.isfunction(validator):
            found |= _told(validator)
    return Rules(**found)


def _told(validator: Callable[..., Any]) -> dict[str, Any]:
    """The checks of the model are functions made by functions; what they were made with is what they check."""
    made_by = validator.__qualname__.partition(".")[0]
    given = inspect.getclosurevars(validator).nonlocals
    if made_by == checks.between.__name__:
        return {"minimum": given["low"], "maximum": None if given["high"] == math.inf else given["high"]}
    if made_by == checks.matches.__name__:
        return {"pattern": given["pattern"]}
    if made_by == checks.unique.__name__:
        return {"unique_by": given["key"]}
    if made_by == checks.not_before.__name__:
        return {"not_before": given["first"]}
    return {}


def summary_of(cls: type[Any]) -> str:
    """Return the first line of a class's docstring.

    Example:
        >>> from capbuild.model import Level
        >>> summary_of(Level).startswith("One step of a scale.")
        True
    """
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def field_notes(cls: type[Any]) -> dict[str, str]:
    """Return what a class's docstring says of each field, under `Attributes:`.

    Example:
        >>> from capbuild.model import Coverage
        >>> field_notes(Coverage)["settled"]
        'Criteria that the evidence decides.'
    """
    lines = (inspect.getdoc(cls) or "").splitlines()
    notes: dict[str, str] = {}
    name = ""
    for line in lines[lines.index("Attributes:") + 1 :] if "Attributes:" in lines else ():
        start = _FIELD.fullmatch(line)
        if start is not None:
            name = start[1]
            notes[name] = start[2]
        elif line.startswith("        ") and name:
            notes[name] += f" {line.strip()}"
        elif _SECTION.fullmatch(line):
            break
    return notes
