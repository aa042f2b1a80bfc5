"""Which addresses a report may link to."""

from urllib.parse import urlsplit

__all__ = ["is_web_address"]


def is_web_address(link: str) -> bool:
    """Tell whether a text is an `http` or `https` address in letters that print; nothing else may become a link.

    Example:
        >>> is_web_address("https://example.org/a"), is_web_address("javascript:alert(1)"), is_web_address("https:///a")
        (True, False, False)
    """
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and link.isprintable()
