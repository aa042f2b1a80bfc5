"""Links that reports may contain."""

from urllib.parse import urlsplit

__all__ = ["is_web_address"]


def is_web_address(link: str) -> bool:
    """True for printable `http` and `https` addresses; others are never links.

    Example:
        >>> is_web_address("https://example.org/a"), is_web_address("javascript:alert(1)"), is_web_address("https:///a")
        (True, False, False)
    """
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and link.isprintable()
