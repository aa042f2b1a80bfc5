"""Rules and notes of fields, from validators and docstrings."""

import inspect
import math
import re
from collections.abc import Callable
from typing import Any

import attrs

from capbuild import checks

_FIELD = re.compile(r"    (\w+): (.*)")
_SECTION = re.compile(r"[A-Z]\w*:.*")


@attrs.frozen(kw_only=True)
class FieldRules:
    """Rules of one field, as far as its validators state them.

    Attributes:
        minimum: Lowest number.
        maximum: Highest number.
        pattern: Pattern of the whole text.
        identifier: Whether it is text without surrounding white space.
        unique_by: Field that is unique over items.
        not_before: Field whose value it must not precede.

    Example:
        >>> from capbuild.model import Evidence
        >>> rules = field_rules(attrs.fields(Evidence).reliability)
        >>> rules.minimum, rules.maximum
        (1, 3)
    """

    minimum: float | None = None
    maximum: float | None = None
    pattern: re.Pattern[str] | None = None
    identifier: bool = False
    unique_by: Callable[[Any], Any] | None = None
    not_before: str | None = None


def field_rules(attribute: "attrs.Attribute[Any]") -> FieldRules:
    """Return the rules that a field's validators state."""
    found: dict[str, Any] = {}
    for validator in getattr(attribute.validator, "_validators", (attribute.validator,)):
        if validator is checks.identifier:
            found["identifier"] = True
        elif inspect.isfunction(validator):
            found |= _read_closure(validator)
    return FieldRules(**found)


def _read_closure(validator: Callable[..., Any]) -> dict[str, Any]:
    """Return the values in a check's closure."""
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


def class_summary(cls: type[Any]) -> str:
    """Return the first line of a class's docstring.

    Example:
        >>> from capbuild.model import Level
        >>> class_summary(Level).startswith("Step of a scale")
        True
    """
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def field_notes(cls: type[Any]) -> dict[str, str]:
    """Return a class's field descriptions, from `Attributes:`.

    Example:
        >>> from capbuild.model import Coverage
        >>> field_notes(Coverage)["settled"]
        'Criteria settled by the evidence.'
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
