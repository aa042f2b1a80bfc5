"""Labels without HTML, and language tags from headers."""

import html
import re
from collections.abc import Mapping
from functools import lru_cache

from capbuild.text import Text, Translation

_CODED = re.compile(r"(?P<name>.*?)\s*\((?P<code>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\)\s*")

_BARE_CODE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")

#: Native names of languages and further spellings; English names are in ISO 639.
_OWN_NAMES = (
    "ar العربية arabe árabe | de deutsch allemand alemán | en inglés anglais englisch engels | "
    "es español espanol castellano espagnol | fa فارسی farsi persian | fr français francais francés | "
    "ht kreyòl kreyol ayisyen | hi हिन्दी | id bahasa indonesia | it italiano | ja 日本語 | ko 한국어 | "
    "my မြန်မာ burmese | ne नेपाली | nl nederlands néerlandais neerlandés | pl polski | "
    "ps پښتو | pt português portugues portugais portugués | ro română | ru русский | so soomaali | "
    "sw kiswahili swahili | tr türkçe | uk українська | ur اردو | zh 中文 chinese mandarin | eo esperanto"
)

_BY_OWN_NAME = {name: words.split()[0] for words in _OWN_NAMES.split(" | ") for name in words.split()[1:]}

_UNNAMED = ("", "default", "und")


@lru_cache(maxsize=256)
def language_tag(name: str) -> str:
    """Return the BCP 47 tag of a language name.

    A code in brackets is used as is. Other names are looked up in ISO 639; an unknown name becomes a private tag.

    Example:
        >>> language_tag("English (en)"), language_tag("Español"), language_tag("Tigirigna"), language_tag("")
        ('en', 'es', 'x-tigirign-a', 'und')
    """
    text = name.strip()
    if text.casefold() in _UNNAMED:
        return "und"
    match = _CODED.fullmatch(text)
    if match:
        return _tidy(match["code"])
    if _BARE_CODE.fullmatch(text):
        return _tidy(text.replace("_", "-"))
    if text.casefold().startswith("x-") and re.fullmatch(r"x(-[a-z0-9]{1,8})+", text.casefold()):
        return text.casefold()
    return _BY_OWN_NAME.get(text.casefold()) or _find_iso_code(text) or _make_private_tag(text)


def _tidy(code: str) -> str:
    language, *rest = code.split("-")
    return "-".join([language.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _find_iso_code(name: str) -> str | None:
    import pycountry

    try:
        language = pycountry.languages.lookup(name)
    except LookupError:
        return None
    return str(getattr(language, "alpha_2", None) or language.alpha_3)


def _make_private_tag(name: str) -> str:
    letters = "".join(c for c in name.casefold() if c.isascii() and c.isalnum()) or name.encode().hex()
    return "x-" + "-".join(letters[start : start + 8] for start in range(0, min(len(letters), 40), 8))


@lru_cache(maxsize=256)
def name_language(tag: str) -> str:
    """Return a language's header name, with tag in brackets.

    Example:
        >>> name_language("es"), name_language("pt-BR"), name_language("x-tigirign-a")
        ('Spanish (es)', 'Portuguese (pt-BR)', 'x-tigirign-a')
    """
    import pycountry

    if tag.startswith("x-"):
        return tag
    base = tag.split("-", maxsplit=1)[0]
    language = pycountry.languages.get(alpha_2=base) or pycountry.languages.get(alpha_3=base)
    name = str(language.name).split(";", maxsplit=1)[0].split(" (", maxsplit=1)[0] if language is not None else base
    return f"{name} ({tag})"


_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")

_BREAK = re.compile(r"<(?:br|/p|/div|/li)\s*/?>", re.IGNORECASE)

_SPACES = re.compile(r"[ \t\r\f\v]+")


def clean(label: str) -> str:
    """Remove tags and entities from a label.

    References such as `${name}` stay.

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
    counting, _ = _sort_labels(texts, default)
    (source_tag, first), *others = counting.items()
    return Text(texts[first], source_tag, {tag: Translation(texts[name]) for tag, name in others})


def find_duplicates(labels: Mapping[str, str], default: str) -> list[tuple[str, str]]:
    """Return pairs of unused and used columns of one language.

    Columns with equal labels are no duplicates.

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
    counting, left = _sort_labels(texts, default) if texts else ({}, [])
    pairs = [(name, counting[tag]) for name, tag in left]
    return [(name, kept) for name, kept in pairs if texts[name] != texts[kept]]


def _sort_labels(texts: Mapping[str, str], default: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return used and unused language names by tag, source first."""
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
