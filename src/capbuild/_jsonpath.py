"""JSONPath (RFC 9535) of places in a JSON document."""

import re

__all__ = ["Path", "json_path"]

#: Keys and positions from the top of a document.
Path = tuple[str | int, ...]

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def json_path(path: Path) -> str:
    """Return a place in a document as a JSONPath.

    Example:
        >>> json_path(("data", "scores", "TEC-2", "results", 0))
        "$.data.scores['TEC-2'].results[0]"
    """
    text = "$"
    for step in path:
        if isinstance(step, str) and _PLAIN_KEY.fullmatch(step):
            text += f".{step}"
        else:
            text += f"[{step!r}]"
    return text
