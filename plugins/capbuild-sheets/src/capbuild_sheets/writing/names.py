"""Valid names of sheets and tables."""

import re
from collections.abc import Collection

_LONGEST = 31
#: Characters that Excel forbids, or XML cannot contain.
_FORBIDDEN = re.compile("[\\[\\]:*?/\\\\\x00-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
#: Excel reserves this name.
_KEPT = ("history",)


def safe_sheet_name(wanted: str, taken: Collection[str] = ()) -> str:
    """Return a valid, unique sheet name of at most 31 characters.

    Case is ignored.

    Example:
        >>> safe_sheet_name("Needs: plan/2016"), safe_sheet_name("Plan", {"plan"})
        ('Needs plan 2016', 'Plan 2')
    """
    name = " ".join(_FORBIDDEN.sub(" ", wanted).split()).strip("' ")[:_LONGEST].rstrip("' ") or "Sheet"
    used = {other.casefold() for other in (*taken, *_KEPT)}
    number, made = 2, name
    while made.casefold() in used:
        tail = f" {number}"
        made, number = f"{name[: _LONGEST - len(tail)].rstrip()}{tail}", number + 1
    return made


def safe_table_name(wanted: str, taken: Collection[str] = ()) -> str:
    """Return a valid, unique table name.

    It has letters, digits and underscores, and is unlike a cell reference.

    Example:
        >>> safe_table_name("heat map"), safe_table_name("A1")
        ('t_heat_map', 't_A1')
    """
    name = "t_" + re.sub(r"[^A-Za-z0-9_]+", "_", wanted)[:200]
    number, made = 2, name
    used = {other.casefold() for other in taken}
    while made.casefold() in used:
        made, number = f"{name}_{number}", number + 1
    return made
