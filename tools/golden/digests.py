"""Digests that are the same on every machine."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from enum import Enum
from hashlib import sha256
from typing import Any

import attrs

__all__ = ["digest", "encoded", "preview"]


def encoded(value: Any) -> str:
    """Return a value as text that keeps its type.

    An object lists what differs from its defaults.
    """
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if attrs.has(type(value)):
        fields = [field for field in attrs.fields(type(value)) if field.eq]
        values = ((field, getattr(value, field.name)) for field in fields)
        kept = [f"{field.name.lstrip('_')}={encoded(one)}" for field, one in values if not _is_default(field, one)]
        return f"{type(value).__name__}({', '.join(kept)})"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{encoded(key)}: {encoded(one)}' for key, one in value.items())}}}"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(encoded, value)))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(encoded, value))}]"
    return repr(value)


def _is_default(field: Any, value: Any) -> bool:
    default = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return not value
    return type(value) is type(default) and bool(value == default)


def digest(parts: Iterable[str], length: int = 6) -> str:
    """Return the first hexadecimal digits of texts' hash."""
    made = sha256()
    for part in parts:
        made.update(part.encode("utf-8", "surrogatepass") + b"\x1e")
    return made.hexdigest()[:length]


def preview(values: Iterable[str], width: int = 60) -> str:
    """Return the first values in readable form and limited width."""
    text = " | ".join(" ".join(value.encode("utf-8", "replace").decode().split()) for value in values)
    return text if len(text) <= width else f"{text[: width - 1]}…"
