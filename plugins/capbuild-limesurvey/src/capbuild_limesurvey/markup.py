"""Plain texts from HTML, with the original HTML kept as a translation."""

import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

from capbuild.text import Text, Translation

#: Private-use subtag of the text with markup: `en-x-html`.
RAW = "x-html"

_LOOKS_MARKED = re.compile(r"<[A-Za-z/!]|&#?\w+;")
_BLOCK_NAMES = "address blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table td th tr ul"
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HIDDEN = frozenset(("script", "style"))
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\s*\n\s*")


class _Stripper(HTMLParser):
    """Parser that extracts the text of an HTML fragment.

    Block elements become line breaks, images their description.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        self.hidden += tag in _HIDDEN
        if tag == "img":
            given = dict(attrs)
            source = (given.get("src") or "").rsplit("/", 1)[-1]
            self.parts.append(given.get("alt") or (f"[{source}]" if source else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag in _HIDDEN and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def clean(text: str) -> str:
    r"""Return plain text; blocks become lines, a picture its description or file name.

    Example:
        >>> clean('<p>Is there a <b>unit</b>?</p><img alt="" src="a/map.png" />'), clean("a < b &amp; c")
        ('Is there a unit?\n[map.png]', 'a < b & c')
    """
    if _LOOKS_MARKED.search(text) is None:
        return text.strip()
    stripper = _Stripper()
    stripper.feed(text)
    stripper.close()
    return _BREAKS.sub("\n", _SPACES.sub(" ", "".join(stripper.parts).replace("\u00a0", " "))).strip()


def as_html(text: str) -> str:
    """Return a text as HTML for LimeSurvey, with markup characters escaped.

    Example:
        >>> as_html("Fewer than <b> & no more"), as_html("Law & order")
        ('Fewer than &lt;b&gt; &amp; no more', 'Law & order')
    """
    return text if clean(text) == text.strip() else escape(text, quote=False)


def text_of(texts: Mapping[str, str], languages: tuple[str, ...], fallback: str) -> Text:
    """Return a plain text in all languages, with markup under `<language>-x-html`.

    Args:
        texts: The text as stored, by language.
        languages: Languages of the survey, the main one first.
        fallback: Text to use if there is none in any language.

    Example:
        >>> text = text_of({"en": "<b>Age</b>", "es": "Edad"}, ("en", "es"), "age")
        >>> text.get("en"), text.get("es"), text.get("en-x-html")
        ('Age', 'Edad', '<b>Age</b>')
    """
    cleaned = {language: clean(texts[language]) for language in (*languages, *texts) if texts.get(language, "").strip()}
    source = languages[0] if languages else next(iter(cleaned), "und")
    if not cleaned.get(source) and cleaned:
        source = next((language for language, text in cleaned.items() if text), source)
    others = {tag: Translation(text) for tag, text in cleaned.items() if tag != source and text}
    raw = {f"{tag}-{RAW}": Translation(texts[tag]) for tag, text in cleaned.items() if texts[tag].strip() != text}
    return Text(cleaned.get(source) or fallback, source, {**others, **raw})
