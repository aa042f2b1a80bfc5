"""Translations of workbook labels, beside those of all reports."""

import json
from functools import lru_cache
from importlib.resources import files

from capbuild.errors import CapbuildError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.reports import get_translator


@lru_cache(maxsize=8)
def load_words(language: str) -> FrozenMap[str, str]:
    """Return the plugin's labels, English if not translated."""
    file = files("capbuild_workbooks") / "messages" / f"{language}.json"
    return FrozenMap(json.loads(file.read_text("utf-8"))) if file.is_file() else load_words("en")


def word(key: str, language: str) -> str:
    """Return a label of this plugin or of reports.

    The language `es-CO` uses `es`; a language without labels uses English.

    Raises:
        CapbuildError: CB701, there is no such label.

    Example:
        >>> word("col.country", "es-CO"), word("col.country", "sw")
        ('País', 'Country')
    """
    t = get_translator(language)
    words = load_words(t.language)
    if key not in words and key not in t.messages:
        raise CapbuildError(f"no word {key!r} for workbooks{did_you_mean(key, words)}", code="CB701")
    return words[key] if key in words else t(key)


def coded(kind: str, code: object, language: str) -> str:
    """Return the label of a code.

    For example, `state` has the code `not met`. The label is this plugin's, else that of the reports, else the code
    itself.

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
