"""Words of the workbooks in the languages of reports: this plugin's own, beside those of all reports."""

import json
from functools import lru_cache
from importlib.resources import files

from capbuild.errors import CapbuildError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.reports import get_translator

__all__ = ["coded", "load_words", "word"]


@lru_cache(maxsize=8)
def load_words(language: str) -> FrozenMap[str, str]:
    """Return this plugin's words in one of the languages of reports."""
    text = (files("capbuild_sheets") / "messages" / f"{language}.json").read_text("utf-8")
    return FrozenMap(json.loads(text))


def word(key: str, language: str) -> str:
    """Return a word; `es-CO` finds `es`, and a language without words English.

    Raises:
        CapbuildError: There is no such word. Code CB701.

    Example:
        >>> word("col.country", "es-CO"), word("col.country", "de")
        ('País', 'Country')
    """
    words = load_words(get_translator(language).language)
    if key not in words:
        raise CapbuildError(f"no word {key!r} for workbooks{did_you_mean(key, words)}", code="CB701")
    return words[key]


def coded(kind: str, code: object, language: str) -> str:
    """Return the word for a code such as `not met` of `state`: this plugin's, the reports', or the code itself.

    Example:
        >>> coded("state", "not met", "nl"), coded("answer", "don't know", "en"), coded("answer", 3, "en")
        ('niet voldaan', 'don’t know', '3')
    """
    name = f"{kind}.{str(code).replace(chr(39), '').replace(' ', '_')}"
    own = load_words(get_translator(language).language).get(name)
    if own is not None:
        return own
    shared = get_translator(language).messages.get(name)
    return shared if isinstance(shared, str) else str(code)
