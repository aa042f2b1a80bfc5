"""Texts of an XForm: written in place, or in `itext` by id and language."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from attrs import define, field

from capbuild_xlsform.safe import local_name

__all__ = ["Itext", "inner_text"]


def inner_text(element: Element) -> str:
    """Return an element's text, where `<output value="/data/name"/>` is shown as `${name}`."""
    parts = [element.text or ""]
    for child in element:
        if local_name(child.tag) == "output":
            target = child.get("value") or child.get("ref") or ""
            parts.append(f"${{{target.strip().rpartition('/')[2]}}}")
        else:
            parts.append(inner_text(child))
        parts.append(child.tail or "")
    return "".join(parts).strip()


@define(eq=False)
class Itext:
    """Texts by id, then by language as the form names it.

    Attributes:
        texts: The texts.
        languages: Languages in order.
        default: The default language.
    """

    texts: dict[str, dict[str, str]] = field(factory=dict)
    languages: list[str] = field(factory=list)
    default: str = ""

    @classmethod
    def read(cls, model: Element) -> "Itext":
        """Return the texts of a model."""
        found = cls()
        for translation in (e for e in model.iter() if local_name(e.tag) == "translation"):
            language = translation.get("lang", "")
            found.languages.append(language)
            if "default" in translation.attrib:
                found.default = language
            for text in translation:
                plain = [value for value in text if local_name(value.tag) == "value" and "form" not in value.attrib]
                if plain:
                    found.texts.setdefault(text.get("id", ""), {})[language] = inner_text(plain[0])
        found.default = found.default or (found.languages[0] if found.languages else "")
        return found

    def of(self, element: Element | None) -> Mapping[str, str]:
        """Return the texts of a label or hint, by language."""
        if element is None:
            return {}
        reference = element.get("ref", "")
        if "itext(" in reference:
            return self.by_id(reference.partition("itext(")[2].rpartition(")")[0].strip("'\" "))
        text = inner_text(element)
        return {"": text} if text else {}

    def by_id(self, name: str) -> Mapping[str, str]:
        """Return the texts of an id, by language."""
        return {lang: text for lang, text in self.texts.get(name, {}).items() if text}
