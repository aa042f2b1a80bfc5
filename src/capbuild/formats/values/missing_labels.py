"""Missing kinds from value labels in English, Spanish, French, Dutch, Portuguese and German."""

import re

from capbuild.formats.normalisation import fold_word
from capbuild.formats.values.missing_codes import MISSING_WORDS
from capbuild.model import Missing

# Searched for within a label, in this order, if the author declared the value missing.
_PARTS: tuple[tuple[Missing, str], ...] = (
    (
        Missing.DONT_KNOW,
        "don't know | dont know | do not know | unknown | unsure | no sabe | no sé | ne sait pas | ne sais pas | "
        "weet niet | weet het niet | não sabe | não sei",
    ),
    (
        Missing.NOT_APPLICABLE,
        "applicable | n/a | does not apply | no aplica | no procede | sans objet | s'applique pas | "
        "van toepassing | n.v.t | aplicável | não se aplica",
    ),
    (
        Missing.NOT_ASKED,
        "not asked | skip | routed | filter | no preguntad | non pos | niet gevraagd | não perguntad",
    ),
    (
        Missing.REFUSED,
        "refus | declin | prefer not | rehus | no contesta | prefier | weiger | recus | prefiro não | prefere não",
    ),
    (Missing.CONFIDENTIAL, "confiden | suppress | redact | anonym | vertrouwelijk"),
    (Missing.NOT_COLLECTED, "not collected | no recogid | non recueil | niet verzameld | não recolhid"),
    (Missing.INVALID, "invalid | error | uncodable | unreadable | illegible | inválid | ongeldig"),
)
_FOLDED_PARTS = tuple((kind, tuple(fold_word(part) for part in parts.split(" | "))) for kind, parts in _PARTS)

#: Short codes that count only if the value is declared missing.
_SHORT = {
    **dict.fromkeys(("dk", "ns", "nsp"), Missing.DONT_KNOW),
    **dict.fromkeys(("na", "iap", "nap", "nvt"), Missing.NOT_APPLICABLE),
    **dict.fromkeys(("rf", "ref", "nc"), Missing.REFUSED),
    **dict.fromkeys(("nr", "no"), Missing.NO_ANSWER),
}

#: Complete labels, in addition to the words for missing in answers.
_WHOLE = {
    fold_word(word): kind
    for kind, words in {
        Missing.NO_ANSWER: "no responde | não responde | non réponse | non-réponse | keine angabe | keine antwort",
        Missing.DONT_KNOW: "weiß nicht | don't know - no answer",
        Missing.NOT_APPLICABLE: "inapplicable | inap | iap | inaplicable | no corresponde | trifft nicht zu",
        Missing.NOT_ASKED: "not asked in survey | not asked in this survey | not asked in country | "
        "not asked in this country | question not asked | no se preguntó | nicht gefragt",
        Missing.REFUSED: "no quiso contestar | no quiso responder | no quiere contestar | no quiere responder | "
        "verweigert",
        Missing.NOT_COLLECTED: "sin dato",
    }.items()
    for word in words.split(" | ")
}
#: A value before its own label, such as `98. ` or `-1 `; notes to the interviewer; brackets around the whole label.
_OWN_CODE = re.compile(r"\A\(?-?\d+\)?(?:\s*[.:=)\-]\s*|\s+)(?=\D)")
_REMARKS = r"do not read|don't read|not read|spontan|vol\b|volunt|no leer|no se lee|espont|ne pas lire|nao ler"
_REMARK = re.compile(rf"[(\[](?:{_REMARKS})[^)\]]*[)\]]")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")


def _strip_label(label: str) -> tuple[str, bool]:
    """Fold a label without code, notes and brackets.

    Returns the label, and whether it had brackets.
    """
    word = fold_word(label.replace("´", "'").replace("`", "'"))
    word = _REMARK.sub("", _OWN_CODE.sub("", word, count=1)).strip()
    inner = _BRACKETS.fullmatch(word)
    return (inner[1].strip(), True) if inner is not None else (word, False)


def _find_whole(word: str, *, short: bool) -> Missing | None:
    """Return the missing kind of a word, or of all its parts between slashes."""
    known = MISSING_WORDS.get(word) or _WHOLE.get(word) or (_SHORT.get(word) if short else None)
    if known is not None or "/" not in word:
        return known
    parts = [None if part.strip() == "no" else _find_whole(part.strip(), short=True) for part in word.split("/")]
    if None in parts:
        return None
    return next((kind for kind in (Missing.DONT_KNOW, Missing.REFUSED) if kind in parts), parts[0])


def find_missing_kind(label: str, *, declared: bool) -> Missing | None:
    """Return the missing kind named by a value label; None if it names none.

    Args:
        label: The label.
        declared: True if the file declares the value missing. If not, the complete label must be a word for missing.

    Example:
        >>> find_missing_kind("No sabe", declared=False), find_missing_kind("Refused (volunteered)", declared=True)
        (<Missing.DONT_KNOW: "don't know">, <Missing.REFUSED: 'refused'>)
        >>> find_missing_kind("98. Don't know (do not read)", declared=False)
        <Missing.DONT_KNOW: "don't know">
        >>> find_missing_kind("Yes, refused once", declared=False) is None
        True
    """
    word, bracketed = _strip_label(label)
    if not word:
        return None
    known = _find_whole(word, short=declared or bracketed)
    if known is not None or not declared:
        return known
    return next((kind for kind, parts in _FOLDED_PARTS if any(part in word for part in parts)), None)
