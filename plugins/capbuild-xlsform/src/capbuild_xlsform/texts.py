"""Labels as people read them: without HTML and styling, in all languages of the form."""

import html
import re
from collections.abc import Mapping

from capbuild.text import Text, Translation
from capbuild_xlsform.languages import language_tag

__all__ = ["clean", "make_text"]

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\s*/?>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\f\v]+")


def clean(label: str) -> str:
    """Return a label without tags and entities; references such as `${name}` stay.

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
        labels: Texts by language as the form names it; empty for a text without language.
        default: The form's default language, as the form names it.
        fallback: The text where there is no label, such as the question's name.

    Example:
        >>> make_text({"English (en)": "Yes", "Español (es)": "Sí"}, "Español (es)", "yes").source
        'Sí'
    """
    texts = {name: text for name, label in labels.items() if (text := clean(label))}
    if not texts:
        return Text(fallback)
    tag = language_tag(default)
    same = [name for name in texts if default and language_tag(name) == tag]
    first = next(name for name in (default, *same, "", *texts) if name in texts)
    source_tag = language_tag(first or default)
    others: dict[str, Translation] = {}
    for name, text in texts.items():
        tag = language_tag(name)
        if name != first and tag not in (source_tag, "und"):
            others.setdefault(tag, Translation(text))
    return Text(texts[first], source_tag, others)
