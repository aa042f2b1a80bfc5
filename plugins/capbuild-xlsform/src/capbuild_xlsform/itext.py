"""Texts of an XForm, inline or in `itext` by id and language."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from attrs import define, field

from capbuild.formats import local_name

#: Text forms in `itext`, in order of preference.
_FORMS = ("", "long", "short")
#: Media and guidance forms in `itext`, by XLSForm header.
_BESIDE = {"image": "image", "audio": "audio", "video": "video", "big-image": "big-image", "guidance": "guidance_hint"}
_CHOICE_NAME = re.compile(r"\s*jr:choice-name\(\s*([^,\s]+)\s*,.*\)\s*", re.DOTALL)
_PATH = re.compile(r"[\w./:\-]+")


def inner_text(element: Element) -> str:
    """Return an element's text, with `<output value="/data/name"/>` as `${name}`."""
    parts = [element.text or ""]
    for child in element:
        if local_name(child) == "output":
            parts.append(f"${{{_output_text(child.get('value') or child.get('ref') or '')}}}")
        else:
            parts.append(inner_text(child))
        parts.append(child.tail or "")
    return "".join(parts).strip()


def _output_text(expression: str) -> str:
    """Return the text of an output: the question's name, otherwise the expression."""
    chosen = _CHOICE_NAME.fullmatch(expression)
    text = chosen[1] if chosen is not None else expression.strip()
    return text.rpartition("/")[2] if _PATH.fullmatch(text) else " ".join(text.split())


def _id_of(element: Element) -> str | None:
    """Return the text id of a label or hint.

    Returns None for an inline text.
    """
    reference = element.get("ref", "")
    return reference.partition("itext(")[2].rpartition(")")[0].strip("'\" ") if "itext(" in reference else None


@define(eq=False)
class Itext:
    """Texts by id, then by language as written in the form.

    Attributes:
        texts: The texts.
        languages: Languages in order.
        default: The default language.
        media: Media and guidance by id, then by XLSForm header with language.
    """

    texts: dict[str, dict[str, str]] = field(factory=dict)
    media: dict[str, dict[str, str]] = field(factory=dict)
    languages: list[str] = field(factory=list)
    default: str = ""

    @classmethod
    def read(cls, model: Element) -> "Itext":
        """Return the texts of a model."""
        found = cls()
        for translation in (e for e in model.iter() if local_name(e) == "translation"):
            language = translation.get("lang", "")
            found.languages.append(language)
            if "default" in translation.attrib:
                found.default = language
            for text in translation:
                values = {v.get("form", ""): inner_text(v) for v in reversed(text) if local_name(v) == "value"}
                own = f"::{language}" if language not in ("", "default") else ""
                more = {f"{head}{own}": values[form] for form, head in _BESIDE.items() if values.get(form)}
                if more:
                    found.media.setdefault(text.get("id", ""), {}).update(more)
                plain = next((values[form] for form in _FORMS if form in values), None)
                if plain is not None:
                    found.texts.setdefault(text.get("id", ""), {})[language] = plain
        found.default = found.default or (found.languages[0] if found.languages else "")
        return found

    def of(self, element: Element | None) -> Mapping[str, str]:
        """Return the texts of a label or hint, by language."""
        if element is None:
            return {}
        name = _id_of(element)
        if name is not None:
            return self.by_id(name)
        text = inner_text(element)
        return {"": text} if text else {}

    def media_of(self, element: Element | None) -> Mapping[str, str]:
        """Return the media of a label or hint, by XLSForm header."""
        name = _id_of(element) if element is not None else None
        return self.media.get(name, {}) if name is not None else {}

    def by_id(self, name: str) -> Mapping[str, str]:
        """Return the texts of an id by language; a dash means none."""
        found = {lang: text for lang, text in self.texts.get(name, {}).items() if text}
        return {lang: text for lang, text in found.items() if text != "-"} or found
