"""Labels without HTML, in all languages of the form."""

import html
import re
from collections.abc import Mapping

from capbuild.text import Text, Translation
from capbuild_xlsform.languages import language_tag

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\s*/?>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\f\v]+")


def clean(label: str) -> str:
    """Remove tags and entities from a label, but keep references such as `${name}`.

    Example:
        >>> clean("<span style='color:red'>Does&nbsp;<b>it</b></span> work, ${name}?")
        'Does it work, ${name}?'
    """
    text = label
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" in text:
        text = html.unescape(text.replace("&nbsp;", " "))
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def make_text(labels: Mapping[str, str], default: str, fallback: str) -> Text:
    """Return a label in all its languages.

    Args:
        labels: Texts by language as written in the form; an empty key for a text without language.
        default: The form's default language, as written in the form.
        fallback: Text if there is no label, such as the question's name.

    Example:
        >>> make_text({"English (en)": "Yes", "Español (es)": "Sí"}, "Español (es)", "yes").source
        'Sí'
    """
    texts = {name: text for name, label in labels.items() if (text := clean(label))}
    if not texts:
        return Text(fallback)
    counting, _ = _sorted(texts, default)
    (source_tag, first), *others = counting.items()
    return Text(texts[first], source_tag, {tag: Translation(texts[name]) for tag, name in others})


def find_duplicates(labels: Mapping[str, str], default: str) -> list[tuple[str, str]]:
    """Return unused duplicate languages that differ, each with the one used instead.

    Args:
        labels: Texts by language as written in the form; an empty key for a text without language.
        default: The form's default language, as written in the form.

    Example:
        >>> find_duplicates({"": "Unit?", "English (en)": "Is there a unit?", "English": "Unit"}, "English (en)")
        [('', 'English (en)'), ('English', 'English (en)')]
    """
    if len(labels) < 2:
        return []
    texts = {name: text for name, label in labels.items() if (text := clean(label))}
    counting, left = _sorted(texts, default) if texts else ({}, [])
    pairs = [(name, counting[tag]) for name, tag in left]
    return [(name, kept) for name, kept in pairs if texts[name] != texts[kept]]


def _sorted(texts: Mapping[str, str], default: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the used and unused language names by tag, source first."""
    tag = language_tag(default)
    same = [name for name in texts if default and language_tag(name) == tag]
    first = next(name for name in (default, *same, "", *texts) if name in texts)
    counting = {language_tag(first or default): first}
    left = []
    for name in texts:
        if name == first:
            continue
        tag = language_tag(name)
        if tag == "und":  # Without a language it is in the form's default language.
            tag = language_tag(default)
        if tag in counting:
            left.append((name, tag))
        else:
            counting[tag] = name
    return counting, left
