"""Words printed in Word questionnaires."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

#: Languages with translated words, the source first.
LANGUAGES = ("en", "es", "fr", "nl", "pt")
#: Keys of the column headers of the table of questions.
TABLE_HEADER = ("code", "question", "answer", "remark")


@cache
def _load(language: str) -> dict[str, str]:
    text = (files("capbuild_documents") / "messages" / f"{language}.json").read_text("utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def word(key: str, language: str) -> str:
    """Return a word; English for an untranslated language.

    Example:
        >>> word("answer", "es-CO"), word("answer", "sw")
        ('Respuesta', 'Answer')
    """
    base = language.partition("-")[0]
    return _load(base if base in LANGUAGES else LANGUAGES[0])[key]


@cache
def table_headers() -> frozenset[tuple[str, ...]]:
    """Return the question table's headers in every language."""
    return frozenset(tuple(_load(language)[key] for key in TABLE_HEADER) for language in LANGUAGES)


def all_words(*keys: str) -> Iterator[str]:
    """Yield the words of given keys in every language.

    Without keys, all words are yielded.
    """
    for language in LANGUAGES:
        words = _load(language)
        yield from (words[key] for key in keys or words)
