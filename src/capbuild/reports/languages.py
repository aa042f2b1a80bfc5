"""Languages of reports: the built-in catalogues of texts, and those that plugins add."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter

from attrs import field
from babel import Locale, UnknownLocaleError

from capbuild._typed import model
from capbuild.checks import to_map
from capbuild.errors import ModelError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.plugins import default_host

__all__ = ["BUILT_IN_LANGUAGES", "LanguageTexts", "Message", "list_languages", "load_built_in", "load_texts"]

#: A text with fields in braces, or its plural forms by CLDR category, with `=0` where none has words of its own.
Message = str | Mapping[str, str]

_CATALOGUES = files("capbuild.reports") / "messages"
#: Languages with a file of texts here, the source first.
BUILT_IN_LANGUAGES: tuple[str, ...] = (
    "en",
    *sorted({one.name.removesuffix(".json") for one in _CATALOGUES.iterdir() if one.name.endswith(".json")} - {"en"}),
)
_TAG = re.compile(r"[a-z]{2,3}")


@model(kw_only=True)
class LanguageTexts:
    """Texts of reports in one language.

    Attributes:
        tag: ISO 639 code, such as `pt`; one whose plural forms, numbers and dates are in CLDR.
        texts: Messages by key, with the fields of the English ones. Those that are absent stay in English.

    Raises:
        ModelError: An unknown language, an unknown key, or a message without the fields or plural forms that it needs.

    Example:
        >>> LanguageTexts(tag="pt", texts={"actions.section": "Ações"}).coverage < 0.01
        True
    """

    tag: str
    texts: FrozenMap[str, Message] = field(converter=to_map, repr=False)

    def __attrs_post_init__(self) -> None:
        try:
            known = bool(_TAG.fullmatch(self.tag)) and Locale.parse(self.tag)
        except UnknownLocaleError:
            known = False
        if not known:
            raise ModelError(
                "LanguageTexts.tag", self.tag, "must be the code of a language that CLDR has, such as 'pt'"
            )
        english = load_built_in("en")
        forms = {*known.plural_form.rules, "other", "=0"}
        for key, message in self.texts.items():
            place = f"LanguageTexts.texts[{key!r}]"
            if key not in english:
                rule = "must have keys of messages of reports"
                raise ModelError("LanguageTexts.texts", key, rule, did_you_mean(key, english))
            if problem := _find_problem(message, english[key], forms):
                raise ModelError(place, message, problem)

    @property
    def coverage(self) -> float:
        """Share of the English messages that have a text, from 0 to 1."""
        return len(self.texts) / len(load_built_in("en"))


def _find_problem(message: Message, source: Message, forms: set[str]) -> str:
    """Return what is wrong with a message, beside its English source; empty if it is right."""
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
            return "must have matching braces"
        if other := sorted(_list_fields(text) - allowed):
            return f"must have the fields of the English message; unknown: {', '.join(other)}"
    if lost := sorted(_list_fields(theirs["other"]) - _list_fields(ours["other"])):
        return f"must have the fields of the English message; missing: {', '.join(lost)}"
    return ""


def _is_template(text: str) -> bool:
    """True if every brace of a text belongs to a field."""
    try:
        list(Formatter().parse(text))
    except ValueError:
        return False
    return True


def _list_fields(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


@cache
def load_built_in(tag: str) -> FrozenMap[str, Message]:
    """Return the messages of a built-in language by key."""
    return FrozenMap(json.loads((_CATALOGUES / f"{tag}.json").read_text("utf-8")))


@cache
def load_texts(tag: str) -> FrozenMap[str, Message]:
    """Return the messages of a language by key; English where it has none.

    Args:
        tag: A language of `list_languages`.
    """
    if tag in BUILT_IN_LANGUAGES and not default_host().prefer:
        return load_built_in(tag)
    return FrozenMap({**load_built_in("en"), **default_host().languages[tag].texts})


def list_languages() -> tuple[str, ...]:
    """Return the languages that reports exist in: the source, the other built-in ones, and those of plugins.

    Example:
        >>> list_languages()[:4]
        ('en', 'es', 'fr', 'nl')
    """
    return (*BUILT_IN_LANGUAGES, *sorted({*default_host().languages} - {*BUILT_IN_LANGUAGES}))
