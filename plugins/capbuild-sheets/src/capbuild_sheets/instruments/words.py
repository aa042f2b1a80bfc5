"""Translated labels of instruments, and native names of languages."""

from collections.abc import Iterator

from capbuild.reports import list_languages
from capbuild_sheets.words import word

_NAMES = {
    "en": "English", "es": "Español", "fr": "Français", "nl": "Nederlands", "pt": "Português", "de": "Deutsch",
    "ht": "Kreyòl ayisyen", "pap": "Papiamentu",
}  # fmt: skip


def say(key: str, tag: str) -> str:
    """Return a label of the instruments; English for a language without labels."""
    return word(f"form.{key}", tag)


def all_words(key: str) -> Iterator[str]:
    """Yield a label in every language.

    Users may copy the text that they read.
    """
    return (say(key, tag) for tag in list_languages())


def language_name(tag: str) -> str:
    """Return the native name of a language.

    Example:
        >>> language_name("nl"), language_name("es-CO"), language_name("sw")
        ('Nederlands', 'Español (es-CO)', 'sw')
    """
    name = _NAMES.get(tag.partition("-")[0], "")
    if not name:
        return tag
    return name if "-" not in tag else f"{name} ({tag})"
