"""How objects show themselves in a notebook: plain text, which every front end can show."""

__all__ = ["mimebundle"]


def mimebundle(subject: object) -> dict[str, str]:
    """Return what a notebook shows for an object, by media type.

    Example:
        >>> mimebundle(1)
        {'text/plain': '1'}
    """
    text = str(subject) if type(subject).__str__ is not object.__str__ else repr(subject)
    return {"text/plain": text}
