"""Languages of the typesetter, and the writer's own texts."""

import re

_BASE = re.compile(r"[a-z]{2,3}(?=-|$)")

#: Said under the head when letters could not be printed.
_LOST = {
    "en": "Letters that the fonts of this file lack are printed as {sign}; the other formats show them: {listed}.",
    "es": "Las letras que faltan en las fuentes de este archivo se imprimen como {sign}; los demás formatos las "
    "muestran: {listed}.",
    "fr": "Les lettres absentes des polices de ce fichier sont imprimées {sign} ; les autres formats les montrent : "
    "{listed}.",
    "nl": "Letters die in de lettertypen van dit bestand ontbreken, staan er als {sign}; de andere formaten tonen ze: "
    "{listed}.",
    "pt": "As letras que faltam nas fontes deste arquivo são impressas como {sign}; os demais formatos as mostram: "
    "{listed}.",
}


def get_base_language(tag: str) -> str:
    """Return the language of a BCP 47 tag; empty if undetermined.

    Example:
        >>> [get_base_language(tag) for tag in ("es-CO", "und", "x-klingon", "Spanish")]
        ['es', '', '', '']
    """
    found = _BASE.match(tag.lower()) if tag != "und" else None
    return found[0] if found else ""


def describe_lost_letters(language: str, sign: str, lost: set[str]) -> str:
    """Describe unprintable characters by code points.

    Example:
        >>> describe_lost_letters("en", "?", {"中"})
        'Letters that the fonts of this file lack are printed as ?; the other formats show them: U+4E2D.'
    """
    codes = [f"U+{ord(letter):04X}" for letter in sorted(lost)]
    listed = ", ".join([*codes[:20], *(["…"] if len(codes) > 20 else [])])
    return _LOST.get(language, _LOST["en"]).format(sign=sign, listed=listed)
