"""Formats keys and values as TOML."""

import json
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from capbuild.text import Text, TranslationStatus

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def text_table(text: Text) -> str | dict[str, Any]:
    """Return a text as a string, or as a table of languages with the source first.

    Example:
        >>> text_table(Text("yes")), text_table(Text("yes", "en"))
        ('yes', {'en': 'yes'})
    """
    if text.languages == ("und",):
        return text.source
    others: dict[str, Any] = {}
    for tag, one in text.translations.items():
        more = {"status": one.status.value} if one.status is not TranslationStatus.DRAFT else {}
        more |= {"source_hash": one.source_hash} if one.source_hash else {}
        others[tag] = {"text": one.text, **more} if more else one.text
    return {text.language: text.source, **others}


def _quote(text: str) -> str:
    """Quote a TOML string, like JSON with one more escape."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """Return a key, quoted if necessary."""
    return name if _BARE.fullmatch(name) else _quote(name)


def toml_value(value: Any) -> str:
    """Return a value in TOML syntax.

    Example:
        >>> toml_value({"a b": [1, True, "x"]})
        '{ "a b" = [1, true, "x"] }'
    """
    if isinstance(value, Text):
        return toml_value(text_table(value))
    if isinstance(value, Enum):
        return toml_value(value.value)
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml_key(name)} = {toml_value(one)}" for name, one in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, Iterable):
        return f"[{', '.join(map(toml_value, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
