"""Which one-byte encoding a text that is not UTF-8 was written in: the one that makes words of its bytes."""

from collections.abc import Iterable

__all__ = ["CODE_PAGES", "code_page"]

#: The encodings that spreadsheets have saved text in: of Windows, of the older Macintosh, and of DOS.
CODE_PAGES = {"cp1252": "Windows-1252", "mac-roman": "Macintosh Roman", "cp850": "DOS code page 850"}

_LOWER = frozenset("áéíóúüñçàèìòùâêîôûäëïöÿãõåøßæý")
_UPPER = frozenset("ÁÉÍÓÚÜÑÇÀÈÌÒÙÂÊÎÔÛÄËÏÖÃÕÅØÆÝ")
_LIGATURES = frozenset("œŒ")
#: Characters within words, within or beside words, and only beside words.
_WITHIN = frozenset("´·")
_QUOTES = frozenset("’‘“”")
_BESIDE = frozenset("–—…•°ºª«»¿¡\u00a0€£§©®™")
#: Nearly all such files are Windows-1252, so another encoding must fit clearly better.
_LEAD = 1.0
_LOOKED_AT = 4_000


def _spots(data: bytes) -> Iterable[tuple[str, int, str]]:
    """Yield each byte beyond ASCII with the character before and the one after it."""
    found = 0
    for place, byte in enumerate(data):
        if byte < 0x80:
            continue
        before = chr(data[place - 1]) if place and data[place - 1] < 0x80 else ""
        after = chr(data[place + 1]) if place + 1 < len(data) and data[place + 1] < 0x80 else ""
        yield before, byte, after
        found += 1
        if found == _LOOKED_AT:
            return


def _fit(before: str, letter: str, after: str) -> float:
    """Say how well a letter stands between its neighbours, from -1 to 1."""
    inside = before.isalpha() and after.isalpha()
    if letter in _LOWER and after.isupper():
        return -1.0
    if letter in _LOWER:
        return 1.0 if before.isalpha() or after.isalpha() else -0.2
    if letter in _UPPER:
        capitals = (not before or before.isupper() or not before.isalpha()) and (before.isupper() or after.isalpha())
        mixed = before.isupper() and after.islower()
        return 0.8 if capitals and not mixed else -1.0
    if letter in _LIGATURES:
        return 1.0 if after.isalpha() and not before.isupper() else -1.0
    if letter in _WITHIN:
        return 0.5 if inside else -1.0
    if letter in _QUOTES:
        return 1.0 if inside and letter == "’" else 0.5
    if letter in _BESIDE:
        return -0.5 if inside else 0.4
    return -1.0


def code_page(data: bytes) -> str:
    """Return the encoding under which the bytes beyond ASCII make words, by their neighbours.

    Args:
        data: The beginning of a text that is not UTF-8.

    Example:
        >>> [code_page("México, Perú, Sí".encode(name)) for name in ("cp1252", "mac-roman", "cp850")]
        ['cp1252', 'mac-roman', 'cp850']
    """
    scores = dict.fromkeys(CODE_PAGES, 0.0)
    for before, byte, after in _spots(data):
        for name in CODE_PAGES:
            scores[name] += _fit(before, bytes((byte,)).decode(name, "replace"), after)
    scores["cp1252"] += _LEAD
    return max(scores, key=lambda name: scores[name])
