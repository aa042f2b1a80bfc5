"""Codes of missing answers that a file explains itself, as in `-99 = don't know`."""

import re
from collections.abc import Mapping

from capbuild.formats.normalisation import fold_word
from capbuild.formats.values.missing_codes import MISSING_WORDS
from capbuild.model import Missing

#: Separators of explanations, and of code and meaning. Counts are never negative, so other numbers may be answers.
_PARTS = re.compile(r"[;,，；、\n()|]")
_CODE_FIRST = re.compile(r"(?:.*\s)?([-−]\d{1,4})\s*(?:[=:：–—-]|→)?\s*([^\s\d].*)")
_CODE_LAST = re.compile(r"(.*[^\s\d])\s*(?:[=:：–—]|→)\s*([-−]\d{1,4})")


def explained_codes(text: str) -> Mapping[str, Missing]:
    """Return the negative codes that a text explains as kinds of missing, in any language.

    Example:
        >>> explained_codes("Note: -99 = don't know; -88 = refused")
        {'-99': <Missing.DONT_KNOW: "don't know">, '-88': <Missing.REFUSED: 'refused'>}
        >>> explained_codes("no sabe: -9"), explained_codes("-5 degrees; 9 = don't know")
        ({'-9': <Missing.DONT_KNOW: "don't know">}, {})
    """
    found: dict[str, Missing] = {}
    for part in _PARTS.split(text):
        if (match := _CODE_FIRST.fullmatch(part.strip())) is not None:
            code, meaning = match[1], match[2]
        elif (match := _CODE_LAST.fullmatch(part.strip())) is not None:
            meaning, code = match[1], match[2]
        else:
            continue
        if (kind := MISSING_WORDS.get(fold_word(meaning))) is not None:
            found[code.replace("−", "-")] = kind
    return found
