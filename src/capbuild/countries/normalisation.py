"""Normalisation of names: case, accents, punctuation and broken encodings."""

import re
import unicodedata
from html import unescape

# Letters that Unicode does not decompose, and signs that replace a word.
_SPECIAL = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ʻ": "", "ʼ": "",
    "&": " and ", "‘": " ", "’": " ",
}  # fmt: skip
_SAINT = re.compile(r"\bst\b")
_CODE_POINT = re.compile(r"<U\+([0-9A-Fa-f]{4,5})>")
_MOJIBAKE = re.compile("[ÂÃÄÅâãÐÑÎÏØÙØ×]")
#: Bytes undefined in Windows-1252, which appear as control characters.
_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}


class _LetterTable(dict[int, str | None]):
    """Translation table that folds each character on first use."""

    def __missing__(self, code: int) -> str | None:
        self[code] = value = _fold_letter(chr(code))
        return value


def _fold_letter(letter: str) -> str | None:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    category = unicodedata.category(letter)
    if category == "Mn" and unicodedata.combining(letter):
        return None
    if category == "Cf":
        return None
    return letter if category[0] in "LNM" else " "


_TABLE = _LetterTable()


def fold_name(text: str) -> str:
    """Return a text without case, accents, punctuation and extra spaces.

    `St.` becomes `saint`.

    Example:
        >>> fold_name("  CURAÇAO*"), fold_name("St. Kitts & Nevis"), fold_name("Côte d’Ivoire")
        ('curacao', 'saint kitts and nevis', 'cote d ivoire')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    folded = " ".join(text.casefold().translate(_TABLE).split())
    return _SAINT.sub("saint", folded) if "st" in folded else folded


def remove_spaces(folded: str) -> str:
    """Return a folded text without spaces.

    `SouthAfrica` and `South Africa` become equal.

    Example:
        >>> remove_spaces(fold_name("El Salvador"))
        'elsalvador'
    """
    return folded.replace(" ", "")


def repair_encoding(text: str) -> str:
    """Repair wrongly decoded text.

    UTF-8 that was read as Windows-1252 or Latin-1, once or twice, is decoded again, and character references are
    replaced.

    Example:
        >>> repair_encoding("CuraÃ§ao"), repair_encoding("T<U+00FC>rkiye"), repair_encoding("Cura&ccedil;ao")
        ('Curaçao', 'Türkiye', 'Curaçao')
    """
    text = unescape(_CODE_POINT.sub(lambda match: chr(int(match[1], 16)), text))
    for _ in range(2):
        if not _MOJIBAKE.search(text):
            break
        try:
            text = b"".join(map(_encode_byte, text)).decode("utf-8")
        except UnicodeError:
            break
    return text


def _encode_byte(letter: str) -> bytes:
    if ord(letter) in _UNDEFINED:
        return bytes([ord(letter)])
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
