"""Words that tables of surveys are written with, in twelve languages, from `vocabulary.json`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from capbuild.formats.folding import fold_heads, fold_words

__all__ = ["LANGUAGES", "cell_words", "groups", "lists", "ranked", "words"]

#: Languages of the vocabulary. Marks and codes of no language are in a section of their own.
LANGUAGES = ("en", "es", "fr", "nl", "pt", "it", "de", "ar", "ru", "zh", "id", "sw")
_ANY = "any"


@cache
def _sections() -> dict[str, Any]:
    return json.loads((files(__package__) / "vocabulary.json").read_bytes())  # type: ignore[no-any-return]


def _entries(key: str, languages: Iterable[str] = (*LANGUAGES, _ANY)) -> Iterator[Any]:
    """Yield the entry of each language that has a key.

    Raises:
        KeyError: No language has it.
    """
    found = False
    for language in languages:
        entry = _sections()[language]
        for name in key.split("."):
            entry = entry.get(name, {})
        if entry or isinstance(entry, list):
            found = True
            yield entry
    if not found:
        raise KeyError(key)


def _texts(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    else:
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from _texts(part)


@cache
def words(key: str, language: str | None = None) -> frozenset[str]:
    """Return the words of a key, folded as headers are.

    Args:
        key: A key, or one within it: `options` has all scales, `options.level` one.
        language: One language; None for all together.

    Raises:
        KeyError: There is no such key.

    Example:
        >>> "fuente" in words("note"), sorted(words("yes", "es")), "no sabe" in words("missing.dont_know")
        (True, ['si'], True)
    """
    entries = _entries(key) if language is None else _entries(key, [language])
    return frozenset(filter(None, fold_heads(text for entry in entries for text in _texts(entry))))


@cache
def cell_words(key: str) -> frozenset[str]:
    """Return the words of a key in all languages, folded as cells are: with punctuation.

    Example:
        >>> "n/a" in cell_words("missing.not_applicable"), "oui" in cell_words("yes")
        (True, True)
    """
    return frozenset(filter(None, fold_words(text for entry in _entries(key) for text in _texts(entry))))


def lists(key: str) -> Iterator[list[str]]:
    """Yield the lists of a key that has several in each language, as they are written.

    Example:
        >>> next(lists("counted"))
        ['years', 'year', 'yrs', 'yr']
    """
    for entry in _entries(key):
        yield from entry


@cache
def ranked(key: str) -> Mapping[str, int]:
    """Return the words of a key that has several lists in each language, with the place of their list from 0.

    Example:
        >>> ranked("header.country")["pais"], ranked("header.country")["iso3"], ranked("month")["enero"]
        (0, 2, 0)
    """
    found: dict[str, int] = {}
    for entry in _entries(key):
        for rank, texts in enumerate(entry):
            found |= {word: min(rank, found.get(word, rank)) for word in fold_heads(texts) if word}
    return found


def groups(key: str) -> tuple[str, ...]:
    """Return the names within a key.

    Example:
        >>> groups("total")
        ('row', 'statistic', 'end')
    """
    return tuple(dict.fromkeys(name for entry in _entries(key) for name in entry))
