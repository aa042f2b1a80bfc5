"""Strip HTML from form texts."""

import re
from html import unescape

_TAG = re.compile(r"<[/!]?[A-Za-z][^<>]*>")


def plain_text(text: object) -> str:
    """Return a text without HTML, with single spaces.

    Example:
        >>> plain_text("Which <b>units</b>?<br>Choose&nbsp;all."), plain_text("5 < 6 and 8 > 7")
        ('Which units ? Choose all.', '5 < 6 and 8 > 7')
    """
    return " ".join(unescape(_TAG.sub(" ", str(text or ""))).split())
