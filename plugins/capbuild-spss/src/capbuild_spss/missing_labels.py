"""Missing kinds from value labels in English, Spanish, French, Dutch and Portuguese."""

import re

from attrs import field, frozen

from capbuild.formats import MISSING_WORDS, fold_word
from capbuild.model import Missing
from capbuild_spss.variables import Variable

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
#: Labels of sentinel values only: below zero, or all nines.
_MISSING_LABELS = (
    "missing | missing value | missing values | missing data | other missing | perdido | perdidos | valor perdido | "
    "valores perdidos | manquant | valeur manquante | ontbrekend | valor ausente"
)
_MISSING = frozenset(fold_word(word) for word in _MISSING_LABELS.split(" | "))
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


def is_sentinel(value: float | str) -> bool:
    """True if a value is a typical missing code: negative, or all nines.

    Example:
        >>> is_sentinel(-5.0), is_sentinel(99.0), is_sentinel("9"), is_sentinel(2.0)
        (True, True, True, False)
    """
    text = f"{value:g}" if not isinstance(value, str) else value.strip()
    return text.startswith("-") or set(text) == {"9"}


def find_missing(label: str, *, declared: bool) -> Missing | None:
    """Return the missing kind named by a value label; None if it names none.

    Args:
        label: The label.
        declared: True if the file declares the value missing. If not, the complete label must be a word for missing.

    Example:
        >>> find_missing("No sabe", declared=False), find_missing("Refused (volunteered)", declared=True)
        (<Missing.DONT_KNOW: "don't know">, <Missing.REFUSED: 'refused'>)
        >>> find_missing("98. Don't know (do not read)", declared=False), find_missing("NS/NR", declared=False)
        (<Missing.DONT_KNOW: "don't know">, <Missing.DONT_KNOW: "don't know">)
        >>> find_missing("Yes, refused once", declared=False) is None
        True
    """
    word, bracketed = _strip_label(label)
    if not word:
        return None
    known = _find_whole(word, short=declared or bracketed)
    if known is not None or not declared:
        return known
    return next((kind for kind, parts in _FOLDED_PARTS if any(part in word for part in parts)), None)


@frozen(eq=False)
class MissingValues:
    """Missing values of one variable, with their kinds.

    Attributes:
        ranges: Ranges of values declared missing, from and to.
        kinds: Missing kinds from value labels.
    """

    ranges: tuple[tuple[float | str, float | str], ...] = ()
    kinds: dict[float | str, Missing] = field(factory=dict)

    @classmethod
    def from_variable(cls, variable: Variable) -> "MissingValues":
        """Return the missing values of a variable, from its labels and ranges."""
        found = cls(variable.ranges)
        for value, label in variable.labels:
            extended = isinstance(value, str) and not variable.text
            kind = find_missing(label, declared=extended or found.is_declared(value))
            if kind is None and is_sentinel(value) and fold_word(label).partition(";")[0] in _MISSING:
                kind = Missing.NO_ANSWER
            if kind is not None:
                found.kinds[value] = kind
        return found

    def is_declared(self, value: float | str) -> bool:
        """True if the file declares a value missing."""
        if isinstance(value, str):
            return any(isinstance(low, str) and low.strip() == value.strip() for low, _ in self.ranges)
        return any(
            not isinstance(low, str) and not isinstance(high, str) and low <= value <= high for low, high in self.ranges
        )

    def kind(self, value: float | str) -> Missing | None:
        """Return the missing kind of a value; None for a valid value.

        A value declared missing whose label names no kind is `NO_ANSWER`; the value itself stays as the raw text.
        """
        return self.kinds.get(value) or (Missing.NO_ANSWER if self.is_declared(value) else None)
