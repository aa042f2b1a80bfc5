"""JSONPath (RFC 9535) of places in a JSON document."""

import json
import re
from functools import lru_cache

__all__ = ["Path", "json_path"]

#: Keys and positions from the top of a document.
Path = tuple[str | int, ...]

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def json_path(path: Path) -> str:
    """Return a location in a document as a JSONPath.

    Example:
        >>> json_path(("data", "scores", "TEC-2", "results", 0))
        "$.data.scores['TEC-2'].results[0]"
    """
    return "$" + "".join(map(_step_text, path))


@lru_cache(maxsize=8192)
def _step_text(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN_KEY.fullmatch(step) else f"['{''.join(map(_escape, step))}']"


def _escape(char: str) -> str:
    if char == "'":
        return "\\'"
    return char if char.isprintable() and char != "\\" else json.dumps(char)[1:-1]
