"""Multilingual texts with translation status."""

import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from itertools import filterfalse
from typing import Any, TypeVar

from attrs import evolve, field, fields, frozen, has

from capbuild._slots import repr_set_fields
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap

__all__ = [
    "Text",
    "Translation",
    "TranslationStatus",
    "as_text",
    "fold_text",
    "list_phrases",
    "numbered_name",
    "translate",
]

T = TypeVar("T")


#: Frequent languages, which do not need the ISO 639 tables.
_USUAL = frozenset({"en", "es", "fr", "nl", "pt", "ht", "pap", "srn"})


def is_language(tag: str) -> bool:
    """True if ISO 639 has the language of a tag."""
    base = tag.split("-", maxsplit=1)[0].lower()
    if base in _USUAL:
        return True
    import pycountry

    return pycountry.languages.get(**{"alpha_2" if len(base) == 2 else "alpha_3": base}) is not None


class TranslationStatus(StrEnum):
    """Status of a translation."""

    SOURCE = "source"
    DRAFT = "draft"
    REVIEWED = "reviewed"


def fold_text(text: str) -> str:
    """Return a text without case and accents, for comparisons.

    Example:
        >>> fold_text("Ámbito LEGAL")
        'ambito legal'
    """
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", folded)))


def shorten_middle(text: str, length: int) -> str:
    """Return a text shortened in its middle.

    Column headers of one matrix question differ at their ends.

    Example:
        >>> shorten_middle("To what extent is each in force? - Laws", 20)
        'To wha…force? - Laws'
    """
    left = length // 3
    return text if len(text) <= length else f"{text[:left]}…{text[left + 1 - length :]}"


def numbered_name(name: str, is_taken: Callable[[str], bool], shape: str = "{} ({})") -> str:
    """Return a name, numbered from 2 if it is taken.

    The search doubles its steps: among ten thousand columns of one name, it takes about fourteen tries.

    Args:
        name: The name wanted.
        is_taken: True for a name that something else has.
        shape: How name and number are put together.

    Example:
        >>> numbered_name("staff", {"staff", "staff (2)"}.__contains__)
        'staff (3)'
    """
    if not is_taken(name):
        return name
    taken, free = 1, 2
    while is_taken(shape.format(name, free)):
        taken, free = free, 2 * free
    while free - taken > 1:
        middle = (taken + free) // 2
        if is_taken(shape.format(name, middle)):
            taken = middle
        else:
            free = middle
    return shape.format(name, free)


def text_hash(text: str) -> str:
    """Return the eight-digit hash of a source text.

    Example:
        >>> text_hash("Cooperation")
        '83c7711f'
    """
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:8]


@frozen
class Translation:
    """Translation of a source text.

    Attributes:
        text: The translated text.
        status: Draft until a native reader has reviewed it.
        source_hash: Hash of the source text it was made from, empty if unknown.
    """

    text: str
    status: TranslationStatus = TranslationStatus.DRAFT
    source_hash: str = ""


def _freeze_translations(value: Mapping[str, Translation]) -> FrozenMap[str, Translation]:
    return value if isinstance(value, FrozenMap) else FrozenMap(value)


@frozen
class Text:
    """Text in its source language and in others.

    Attributes:
        source: The text in the language it was written in.
        language: That language as a BCP 47 tag; `und` when it is not known.
        translations: Other languages, by tag.

    Example:
        >>> yes = Text("yes", "en", {"es": Translation("sí")})
        >>> yes.get("es"), yes.get("fr"), yes.status("es").value
        ('sí', 'yes', 'draft')
    """

    source: str
    language: str = "und"
    translations: FrozenMap[str, Translation] = field(factory=FrozenMap, converter=_freeze_translations)

    def __attrs_post_init__(self) -> None:
        if self.language in self.translations:
            raise ModelError("Text.translations", self.language, "must not contain the source language")

    @property
    def languages(self) -> tuple[str, ...]:
        """Available languages, the source first."""
        return (self.language, *self.translations)

    def language_used(self, wanted: str) -> str:
        """Return the language that `get` uses.

        This is the language itself, else its base language, else the source language.
        """
        for tag in (wanted, wanted.split("-", maxsplit=1)[0]):
            if tag == self.language or tag in self.translations:
                return tag
        return self.language

    def get(self, language: str) -> str:
        """Return the text in a language.

        Without a translation, it is in the base language, else in the source language.
        """
        if language in self.translations:
            return self.translations[language].text
        used = self.language_used(language)
        return self.source if used == self.language else self.translations[used].text

    def status(self, language: str) -> TranslationStatus:
        """Return the status of a translation; stale ones are drafts."""
        used = self.language_used(language)
        if used == self.language:
            return TranslationStatus.SOURCE
        return TranslationStatus.DRAFT if self.is_stale(used) else self.translations[used].status

    def is_stale(self, language: str) -> bool:
        """True if the source changed since the translation."""
        translation = self.translations.get(language)
        return translation is not None and translation.source_hash not in ("", text_hash(self.source))

    __repr__ = repr_set_fields

    def __str__(self) -> str:
        return self.source


def as_text(value: Text | str | Mapping[str, str]) -> Text:
    """Return a string or mapping as a `Text`.

    A mapping has a string by language; the first language is the source.

    Example:
        >>> as_text({"en": "yes", "nl": "ja"}).get("nl")
        'ja'
    """
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return Text(value)
    (language, source), *others = value.items()
    return Text(source, language, {tag: Translation(text) for tag, text in others})


def as_optional_text(value: Text | str | Mapping[str, str] | None) -> Text | None:
    """Return a value as a `Text`, or None."""
    return None if value is None else as_text(value)


def list_phrases(subject: object) -> tuple[str, ...]:
    """Return the English texts of an object, each once.

    Example:
        >>> list_phrases((Text("yes", "en"), Text("sí", "es"), Text("yes", "en")))
        ('yes',)
    """
    asked = _AskedPhrases()
    translate(subject, "", asked)
    return tuple(asked.found)


class _AskedPhrases(dict[str, str]):
    """Phrases without any translation; keeps those asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def get(self, key: str, default: Any = None) -> Any:
        self.found[key] = None
        return default


def translate(subject: T, language: str, phrases: Mapping[str, str]) -> T:
    """Return an object with further translations of its texts.

    A text that has the language already is unchanged. An object that lists its languages, such as a framework, adds
    this one if its title has it.

    Args:
        subject: A text, a class of the model, or a tuple or mapping of them.
        language: Tag of the language.
        phrases: Translations by English text; a text that changed since has none.

    Example:
        >>> translate((Text("yes", "en"), Text("no", "en")), "de", {"yes": "ja"})[0].get("de")
        'ja'
    """
    translated: Any = subject
    if isinstance(subject, Text):
        phrase = phrases.get(subject.source) if subject.language in ("en", "und") else None
        if phrase and language not in subject.languages:
            translated = evolve(subject, translations={**subject.translations, language: Translation(phrase)})
    elif isinstance(subject, tuple) and type(subject) is tuple:
        items = tuple(translate(item, language, phrases) for item in subject)
        translated = items if any(new is not old for new, old in zip(items, subject, strict=True)) else subject
    elif isinstance(subject, FrozenMap):
        values = {key: translate(item, language, phrases) for key, item in subject.items()}
        translated = FrozenMap(values) if any(values[key] is not item for key, item in subject.items()) else subject
    elif has(type(subject)):
        changed: dict[str, Any] = {}
        for attribute in fields(type(translated)):
            if attribute.init:
                old = getattr(subject, attribute.name)
                new = translate(old, language, phrases)
                changed |= {attribute.alias: new} if new is not old else {}
        listed, title = getattr(subject, "languages", None), changed.get("title")
        if isinstance(listed, tuple) and isinstance(title, Text) and language not in listed:
            changed["languages"] = (*listed, language)
        translated = evolve(translated, **changed) if changed else translated
    return translated  # type: ignore[no-any-return]  # of the class of the subject
