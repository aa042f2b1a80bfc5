"""Languages of reports."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from importlib.resources import files
from string import Formatter
from typing import Any, ParamSpec, TypeVar

from attrs import field, frozen
from babel import Locale, UnknownLocaleError

from capbuild._typed import model
from capbuild.checks import to_map
from capbuild.errors import ModelError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.plugins import Host, default_host

P = ParamSpec("P")
T = TypeVar("T")

#: A text with fields in braces, or its plural forms by CLDR category, with `=0` where none has words of its own.
Message = str | Mapping[str, str]

_CATALOGUES = files("capbuild.reports") / "messages"
#: Languages with a file of texts here, the source first.
BUILT_IN_LANGUAGES: tuple[str, ...] = (
    "en",
    *sorted({one.name.removesuffix(".json") for one in _CATALOGUES.iterdir() if one.name.endswith(".json")} - {"en"}),
)
_TAG = re.compile(r"[a-z]{2,3}")
#: Characters that files of reports cannot contain: controls but the line end, surrogates, and noncharacters.
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def _freeze_texts(texts: Mapping[str, Message]) -> FrozenMap[str, Message]:
    frozen_map = to_map(texts)
    return FrozenMap({key: FrozenMap(text) if isinstance(text, Mapping) else text for key, text in frozen_map.items()})


@model(kw_only=True)
class LanguageTexts:
    """Texts of reports in one language.

    Attributes:
        tag: ISO 639 code, such as `pt`, of a language in CLDR (plural forms, numbers and dates).
        texts: Messages by key, with the fields of the English ones. Missing messages stay in English.
        phrases: Translations of texts of frameworks, questionnaires and catalogues, by English text.

    Raises:
        ModelError: An unknown language, an unknown key, or a message without the fields or plural forms that it needs.

    Example:
        >>> LanguageTexts(tag="pt", texts={"actions.section": "Ações"}).coverage < 0.01
        True
    """

    tag: str
    texts: FrozenMap[str, Message] = field(converter=_freeze_texts, repr=False)
    phrases: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map, repr=False)

    def __attrs_post_init__(self) -> None:
        wrong = next((key for key, text in self.phrases.items() if not text.strip() or _UNPRINTABLE.search(text)), None)
        if wrong is not None:
            rule = "must have words, and no control characters"
            raise ModelError(f"LanguageTexts.phrases[{wrong!r}]", self.phrases[wrong], rule)
        problems = self.find_problems(self.tag, self.texts)
        for _, first in problems:
            more = [key for key, _ in problems]
            first.message += f"; {len(more)} more: {', '.join(more)}" if more else ""
            raise first

    @staticmethod
    def find_problems(tag: str, texts: Mapping[str, Message]) -> Iterator[tuple[str, ModelError]]:
        """Yield the messages that a report could not print.

        Each fault comes with the key of its message.

        Args:
            tag: ISO 639 code.
            texts: Messages by key.

        Raises:
            ModelError: CLDR does not have the language, or there are ten times as many messages as in English.
        """
        english, forms = load_built_in("en"), {*_list_plural_forms(tag), "=0"}
        rule, unknown = "must have keys of messages of reports", 0
        if len(texts) > 10 * len(english):
            rule = f"{rule}, of which there are {len(english):,}"
            raise ModelError("LanguageTexts.texts", f"{len(texts):,} keys", rule)
        for key, message in texts.items():
            if key not in english:
                unknown += 1
                near = did_you_mean(key, english) if unknown <= 10 else ""  # it takes 10 ms
                yield key, ModelError("LanguageTexts.texts", key, rule, near)
            elif problem := _find_problem(message, english[key], forms):
                yield key, ModelError(f"LanguageTexts.texts[{key!r}]", message, problem)

    @classmethod
    def from_json(cls, tag: str, text: str) -> "LanguageTexts":
        """Parse the messages of a file or filled-in template.

        Args:
            tag: ISO 639 code.
            text: A JSON object of messages by key, or what `language_template` returns.

        Raises:
            ModelError: It is no such object, or a text is refused.

        Example:
            >>> LanguageTexts.from_json("de", '{"country_brief.target": {"english": "Target", "text": "Ziel"}}').texts
            FrozenMap({'country_brief.target': 'Ziel'})
        """
        return cls(tag=tag, texts=parse_messages(text))

    @property
    def coverage(self) -> float:
        """Share of English messages with a text, 0 to 1."""
        return len(self.texts) / len(load_built_in("en"))


@frozen(eq=False)
class _Scope:
    """Languages in use by a programme, by tag.

    They extend those of capbuild and its plugins.
    """

    added: FrozenMap[str, LanguageTexts] = field(factory=FrozenMap, converter=to_map)


@lru_cache(maxsize=8)
def _make_scope(texts: "tuple[LanguageTexts, ...]") -> _Scope:
    return _Scope({language_texts.tag: language_texts for language_texts in texts})


_NO_LANGUAGES = _make_scope(())
_SCOPE: ContextVar[_Scope] = ContextVar("capbuild.languages", default=_NO_LANGUAGES)


@contextmanager
def use_languages(texts: Iterable[LanguageTexts]) -> Iterator[None]:
    """Use further languages in a `with` block only.

    They replace the languages of an enclosing block. A thread sees them only in a copy of the context
    (`contextvars.copy_context`).

    Args:
        texts: The languages, such as those of `Workspace.languages`; of two for one tag, the later counts.

    Example:
        >>> with use_languages([LanguageTexts(tag="de", texts={"country_brief.target": "Ziel"})]):
        ...     load_texts("de")["country_brief.target"], "de" in list_languages()
        ('Ziel', True)
        >>> "de" in list_languages()
        False
    """
    token = _SCOPE.set(_make_scope(tuple(texts)))
    try:
        yield
    finally:
        _SCOPE.reset(token)


def cache_texts(function: Callable[P, T]) -> Callable[P, T]:
    """Cache a function of texts, by languages in use."""

    @lru_cache(maxsize=64)
    def remember(_: _Scope, __: Host, *args: P.args, **options: P.kwargs) -> T:
        return function(*args, **options)

    @wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> T:
        return remember(_SCOPE.get(), default_host(), *args, **options)  # type: ignore[arg-type]  # tags are hashable

    return call


def _list_plural_forms(tag: str) -> list[str]:
    """Return the plural forms of a language, in CLDR order.

    Raises:
        ModelError: CLDR does not have the language.
    """
    try:
        known = bool(_TAG.fullmatch(tag)) and Locale.parse(tag)
    except UnknownLocaleError:
        known = False
    if not known:
        raise ModelError("LanguageTexts.tag", tag, "must be the code of a language that CLDR has, such as 'pt'")
    forms = {*known.plural_form.rules, "other"}
    return [name for name in ("zero", "one", "two", "few", "many", "other") if name in forms]


def language_template(tag: str, texts: Mapping[str, Message] = FrozenMap(), first: Iterable[str] = ()) -> str:
    """Return the messages of reports as JSON to translate.

    The file has the English texts and the plural forms of the language. Texts that stay empty are printed in English.

    Args:
        tag: ISO 639 code.
        texts: Texts that are translated already, by key.
        first: Keys of the messages to begin with, such as those of one report; the others follow.

    Raises:
        ModelError: CLDR does not have the language.

    Example:
        >>> json.loads(language_template("pl"))["message.others"]["text"]
        {'one': '', 'few': '', 'many': '', 'other': ''}
    """
    forms, english = _list_plural_forms(tag), load_built_in("en")
    entries = {
        key: {
            "english": message,
            "text": texts.get(key, "" if isinstance(message, str) else dict.fromkeys(forms, "")),
        }
        for key in dict.fromkeys((*(key for key in first if key in english), *english))
        for message in [english[key]]
    }
    return json.dumps(entries, ensure_ascii=False, indent=1, default=dict) + "\n"


def parse_messages(text: str) -> dict[str, Message]:
    """Parse a JSON file of messages, without the empty ones.

    Args:
        text: A JSON object of messages by key, or what `language_template` returns.

    Raises:
        ModelError: It is no such object.
    """
    try:
        messages: Any = json.loads(text, object_pairs_hook=_to_object)
    except (ValueError, RecursionError) as error:
        raise ModelError("LanguageTexts.texts", text[:40], f"must be JSON: {error}") from None
    if not isinstance(messages, dict):
        raise ModelError("LanguageTexts.texts", text[:40], "must be a JSON object of messages by key")
    return {key: message for key, given in messages.items() if (message := _take_text(given)) is not None}


def _to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, or refuse one with a duplicate key."""
    entries = dict(pairs)
    if len(entries) != len(pairs):
        times = Counter(key for key, _ in pairs).most_common(10)
        raise ValueError(f"duplicate keys: {', '.join(key for key, many in times if many > 1)}")
    return entries


def _take_text(given: Any) -> Any:
    """Return a message, or the text of a template's entry.

    The result is None for an entry that is not filled in.
    """
    entry = isinstance(given, dict) and "text" in given
    message: Any = given["text"] if entry else given
    texts = message.values() if isinstance(message, dict) else [message]
    is_empty = all(isinstance(text, str) and not text.strip() for text in texts)
    return None if entry and is_empty else message


def _find_problem(message: Message, source: Message, forms: set[str]) -> str:
    """Return the fault of a message, empty without any.

    The message is compared with its English source.
    """
    texts: Iterable[object] = message.values() if isinstance(message, Mapping) else [message]
    if not all(isinstance(text, str) for text in texts):
        return "must be a text, or plural forms with a text each"
    if isinstance(message, str) != isinstance(source, str):
        return "must be one text" if isinstance(source, str) else "must have plural forms, as the English message"
    ours = {"other": message} if isinstance(message, str) else message
    theirs = {"other": source} if isinstance(source, str) else source
    if "other" not in ours or not ours.keys() <= forms:
        return f"must have the plural form 'other', and may have {', '.join(sorted(forms - {'other'}))}"
    allowed = _list_fields(*theirs.values())
    for text in ours.values():
        if not text.strip():
            return "must not be empty"
        if not _is_template(text):
            return "must have matching braces, fields without a format, and no control characters"
        if other := sorted(_list_fields(text) - allowed):
            return f"must have the fields of the English message; unknown: {', '.join(other)}"
    if lost := sorted(_list_fields(theirs["other"]) - _list_fields(ours["other"])):
        return f"must have the fields of the English message; missing: {', '.join(lost)}"
    return ""


def _is_template(text: str) -> bool:
    """True if a text can be filled in.

    Each brace must belong to a field without a format, as a format such as `{name:>99999999}` could fill the memory.
    Surrogates are refused too.
    """
    if _UNPRINTABLE.search(text):
        return False
    try:
        return not any(format_ or conversion for _, _, format_, conversion in Formatter().parse(text))
    except ValueError:
        return False


def _list_fields(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


@cache
def load_built_in(tag: str) -> FrozenMap[str, Message]:
    """Return the messages of a built-in language by key."""
    return FrozenMap(json.loads((_CATALOGUES / f"{tag}.json").read_text("utf-8")))


@cache
def make_built_in(tag: str) -> LanguageTexts:
    """Return a built-in language, checked once for all hosts."""
    return LanguageTexts(tag=tag, texts=load_built_in(tag))


@cache_texts
def load_texts(tag: str) -> FrozenMap[str, Message]:
    """Return the messages of a language by key.

    Messages that the language lacks are in English.

    Args:
        tag: A language of `list_languages`.
    """
    if tag in BUILT_IN_LANGUAGES and not default_host().prefer:
        return load_built_in(tag)
    return FrozenMap({**load_built_in("en"), **_list_added_texts(tag)})


def _list_added_texts(tag: str) -> dict[str, Message]:
    """Return texts added by plugins and by the programme.

    A programme's text replaces that of a plugin.
    """
    sources = default_host().languages.get(tag), _SCOPE.get().added.get(tag)
    return {key: text for source in sources if source is not None for key, text in source.texts.items()}


@cache_texts
def list_untranslated(tag: str) -> frozenset[str]:
    """Return the keys of messages that a language lacks.

    Reports print these messages in English. For a language without texts, all keys are returned.

    Args:
        tag: ISO 639 code.
    """
    if tag in BUILT_IN_LANGUAGES and not default_host().prefer:
        return frozenset()
    return list_keys_with_words().difference(_list_added_texts(tag))


@cache
def list_keys_with_words() -> frozenset[str]:
    """Return the keys of English messages with words."""
    return frozenset(
        key
        for key, message in load_built_in("en").items()
        if any(
            letter.isalpha()
            for text in ([message] if isinstance(message, str) else message.values())
            for literal, *_ in Formatter().parse(text)
            for letter in literal
        )
    )


def list_languages() -> tuple[str, ...]:
    """Return the languages of reports.

    The built-in ones come first, then those of plugins and of the programme in use.

    Example:
        >>> list_languages()[:4]
        ('en', 'es', 'fr', 'nl')
    """
    return (*BUILT_IN_LANGUAGES, *sorted({*default_host().languages, *_SCOPE.get().added} - {*BUILT_IN_LANGUAGES}))
