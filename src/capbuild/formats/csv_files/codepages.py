"""Detect the encoding of text that is not UTF-8: the one that makes words of its bytes."""

import re
from collections.abc import Iterable

#: The encodings that spreadsheets have saved text in: of Windows, of the older Macintosh, and of DOS.
CODE_PAGES = {
    "cp1252": "Windows-1252",
    "mac-roman": "Macintosh Roman",
    "cp850": "DOS code page 850",
    "cp1251": "Windows-1251",
    "cp1256": "Windows-1256",
    "gb18030": "GB 18030",
}
_SINGLE = tuple(name for name in CODE_PAGES if name != "gb18030")
#: Code pages of other scripts than Latin, with the first and last letter of the script.
_SCRIPTS = {"cp1251": ("\u0400", "\u04ff"), "cp1256": ("\u0600", "\u06ff")}

#: Characters of two bytes beyond ASCII; those of the commonest half of Chinese characters, and punctuation.
_PAIRED, _COMMON = re.compile(rb"[\x80-\xff]+"), frozenset((*range(0xA1, 0xA4), *range(0xB0, 0xD8)))

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


def _spots(data: bytes) -> Iterable[tuple[bytes, bytes, bytes]]:
    """Yield each byte beyond ASCII with its neighbours."""
    found = 0
    for place, byte in enumerate(data):
        if byte < 0x80:
            continue
        yield data[max(place - 1, 0) : place], data[place : place + 1], data[place + 1 : place + 2]
        found += 1
        if found == _LOOKED_AT:
            return


def _fit_script(page: str, before: str, letter: str, after: str) -> float:
    """Score a letter of another script between its neighbours, -1 to 1."""
    first, last = _SCRIPTS[page]
    if not first <= letter <= last:
        return -1.0 if letter.isalpha() else 0.0
    if (before + after).isascii() and not (before + after).isalpha():
        return -0.2  # a letter alone
    beside = all(first <= one <= last for one in before + after if one.isalpha())
    return 1.0 if beside and not (before.islower() and letter.isupper()) else -1.0


def _fit(before: str, letter: str, after: str) -> float:
    """Score a letter between its ASCII neighbours, -1 to 1."""
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


def _is_chinese(data: bytes) -> bool:
    """True if bytes beyond ASCII are pairs, nine tenths of them common Chinese characters."""
    runs = _PAIRED.findall(data)[:-1][:_LOOKED_AT]  # the last one may be cut
    pairs = [pair for run in runs for pair in zip(run[::2], run[1::2], strict=False)]
    common = sum(lead in _COMMON and trail > 0xA0 for lead, trail in pairs)
    return len(runs) > 2 and all(len(run) % 2 == 0 for run in runs) and 10 * common >= 9 * len(pairs)


def code_page(data: bytes) -> str:
    """Detect the encoding in which bytes beyond ASCII make words, by their neighbours.

    Args:
        data: The beginning of a text that is not UTF-8.

    Example:
        >>> [code_page("México, Perú, Sí".encode(name)) for name in ("cp1252", "mac-roman", "cp850")]
        ['cp1252', 'mac-roman', 'cp850']
        >>> code_page("Чад; Мали".encode("cp1251"))
        'cp1251'
    """
    if _is_chinese(data):
        return "gb18030"
    scores = dict.fromkeys(_SINGLE, 0.0)
    for before, byte, after in _spots(data):
        for name in scores:
            if name in _SCRIPTS:
                near = (part.decode(name, "replace") for part in (before, byte, after))
                scores[name] += _fit_script(name, *near)
            else:
                ascii_only = (part.decode("ascii", "ignore") for part in (before, after))
                scores[name] += _fit(next(ascii_only), byte.decode(name, "replace"), next(ascii_only))
    scores["cp1252"] += _LEAD
    return max(scores, key=lambda name: scores[name])
