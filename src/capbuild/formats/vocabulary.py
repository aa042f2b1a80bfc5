"""Words used in survey tables, in twelve languages, from `vocabulary.json`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from capbuild.formats.normalisation import fold_headers, fold_words

#: Languages of the vocabulary. Language-independent marks and codes have a section of their own.
LANGUAGES = ("en", "es", "fr", "nl", "pt", "it", "de", "ar", "ru", "zh", "id", "sw")
_ANY, _JOINT = "any", " | "
#: What programs write for yes and no.
_DIGITS = {True: ("1", "true"), False: ("0", "false")}


@cache
def _sections() -> dict[str, Any]:
    return json.loads((files(__package__) / "vocabulary.json").read_text("utf-8"))  # type: ignore[no-any-return]


def _entries(key: str, languages: Iterable[str] = (*LANGUAGES, _ANY)) -> Iterator[Any]:
    """Yield the entry of a key in each language.

    Raises:
        KeyError: No language has the key.
    """
    found = False
    for language in languages:
        entry = _sections()[language]
        for name in key.split("."):
            entry = entry.get(name)
            if entry is None:
                break
        else:
            found = True
            yield entry
    if not found:
        raise KeyError(key)


def _strings(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    else:
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from _strings(part)


def _lines(strings: Iterable[str]) -> str:
    """Return words one per line."""
    return "\n".join(strings).replace(_JOINT, "\n")


def _all_lines(keys: Iterable[str], language: str | None = None) -> str:
    languages = (*LANGUAGES, _ANY) if language is None else (language,)
    return _lines(text for key in keys for entry in _entries(key, languages) for text in _strings(entry))


@cache
def header_words(*keys: str, language: str | None = None) -> frozenset[str]:
    """Return the words of some keys, folded as headers are.

    Args:
        keys: Keys, possibly nested: `options` has all scales, `options.level` one.
        language: One language; None for all.

    Raises:
        KeyError: There is no such key.

    Example:
        >>> "fuente" in header_words("note"), sorted(header_words("yes", "no", language="es"))
        (True, ['no', 'si'])
    """
    return frozenset(filter(None, fold_headers(_all_lines(keys, language))))


@cache
def cell_words(*keys: str, language: str | None = None) -> frozenset[str]:
    """Return the words of some keys, folded as cells are: with punctuation.

    Args:
        keys: Keys.
        language: One language; None for all.

    Raises:
        KeyError: There is no such key.

    Example:
        >>> "n/a" in cell_words("missing.not_applicable"), "oui" in cell_words("yes")
        (True, True)
    """
    return frozenset(filter(None, fold_words(_all_lines(keys, language))))


def truth(text: str) -> bool | None:
    """Return whether a text says yes or no, in any language; None for neither.

    Example:
        >>> truth("Да"), truth("nein"), truth("1"), truth("maybe")
        (True, False, True, None)
    """
    word = " ".join(fold_words(text.strip()))
    said = [value for value, key in ((True, "yes"), (False, "no")) if word in cell_words(key) or word in _DIGITS[value]]
    return said[0] if said else None


@cache
def decimal_marks(language: str) -> tuple[str, ...]:
    """Return the decimal marks used in countries with a language.

    Example:
        >>> decimal_marks("de"), decimal_marks("es")
        ((',',), (',', '.'))
    """
    return tuple(_sections()[language]["decimal_mark"].split(_JOINT))


def lists(key: str) -> Iterator[list[str]]:
    """Yield the word lists of a key with several per language, unfolded.

    Example:
        >>> next(lists("counted"))
        ['years', 'year', 'yrs', 'yr']
    """
    for entry in _entries(key):
        yield from (texts.split(_JOINT) for texts in entry)


@cache
def ranked(key: str) -> Mapping[str, int]:
    """Return words of a key with the position of their list, from 0.

    Example:
        >>> ranked("header.country")["pais"], ranked("header.country")["iso3"], ranked("month")["enero"]
        (0, 2, 0)
    """
    entries = list(_entries(key))
    found: dict[str, int] = {}
    for rank in reversed(range(max(map(len, entries)))):
        folded = fold_headers(_lines(entry[rank] for entry in entries if rank < len(entry)))
        found |= dict.fromkeys(filter(None, folded), rank)
    return found


def groups(key: str) -> tuple[str, ...]:
    """Return the names within a key.

    Example:
        >>> groups("total")
        ('row', 'statistic', 'end')
    """
    return tuple(dict.fromkeys(name for entry in _entries(key) for name in entry))
