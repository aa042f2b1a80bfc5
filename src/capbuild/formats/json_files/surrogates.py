r"""Replace lone surrogates in JSON.

Programs that cut texts leave half an emoji, which cannot be encoded.
"""

import re

#: All escapes, so that none is matched inside another; a surrogate pair first.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_INSTEAD = r"\ufffd"


def mended(text: str) -> tuple[str, int]:
    r"""Replace lone surrogates in JSON text with U+FFFD; also return their number.

    Example:
        >>> mended(r'{"q": "cut \ud83d", "whole": "\ud83d\ude00", "escaped": "\\ud83d"}')
        ('{"q": "cut \\ufffd", "whole": "\\ud83d\\ude00", "escaped": "\\\\ud83d"}', 1)
    """
    if "\\ud" not in text and "\\uD" not in text:
        return text, 0
    count = 0

    def whole(found: re.Match[str]) -> str:
        nonlocal count
        count += found[1] is not None
        return found[0] if found[1] is None else _INSTEAD

    return _ESCAPE.sub(whole, text), count
