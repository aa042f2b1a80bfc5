"""What a label says about why there is no value, in English, Spanish, French, Dutch and Portuguese."""

from attrs import field, frozen

from capbuild.formats import MISSING_WORDS
from capbuild.formats.folding import fold_word
from capbuild.model import Missing
from capbuild_spss.columns import Variable

__all__ = ["Absences", "absence_by_label"]

# Looked for inside a label, in this order, once its author has declared the value missing.
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

#: Short codes that mean something only where the value is declared missing.
_SHORT = {
    **dict.fromkeys(("dk", "ns", "nsp"), Missing.DONT_KNOW),
    **dict.fromkeys(("na", "iap", "nap", "nvt"), Missing.NOT_APPLICABLE),
    **dict.fromkeys(("rf", "ref", "nc"), Missing.REFUSED),
    **dict.fromkeys(("nr", "no"), Missing.NO_ANSWER),
}


def absence_by_label(label: str, *, declared: bool) -> Missing | None:
    """Return the kind of missing that a value's label names, None when it names none.

    Args:
        label: The label.
        declared: Whether the file declares the value missing. If not, the label must be a word for missing as a whole.

    Example:
        >>> absence_by_label("No sabe", declared=False), absence_by_label("Refused (volunteered)", declared=True)
        (<Missing.DONT_KNOW: "don't know">, <Missing.REFUSED: 'refused'>)
        >>> absence_by_label("Yes, refused once", declared=False) is None
        True
    """
    word = fold_word(label)
    if not word:
        return None
    known = MISSING_WORDS.get(word)
    if known is not None or not declared:
        return known
    if word in _SHORT:
        return _SHORT[word]
    return next((kind for kind, parts in _FOLDED_PARTS if any(part in word for part in parts)), None)


@frozen(eq=False)
class Absences:
    """Which values of one variable are no values, and why.

    Attributes:
        ranges: Values, from and to, that are declared missing.
        kinds: Kinds of the values whose labels tell.
    """

    ranges: tuple[tuple[float | str, float | str], ...] = ()
    kinds: dict[float | str, Missing] = field(factory=dict)

    @classmethod
    def of(cls, variable: Variable) -> "Absences":
        """Return what a variable's labels and missing values say."""
        found = cls(variable.ranges)
        for value, label in variable.labels:
            extended = isinstance(value, str) and not variable.text
            kind = absence_by_label(label, declared=extended or found.declares(value))
            if kind is not None:
                found.kinds[value] = kind
        return found

    def declares(self, value: float | str) -> bool:
        """Tell whether a value lies in what the file declares missing."""
        if isinstance(value, str):
            return any(isinstance(low, str) and low.strip() == value.strip() for low, _ in self.ranges)
        return any(
            not isinstance(low, str) and not isinstance(high, str) and low <= value <= high for low, high in self.ranges
        )

    def kind(self, value: float | str) -> Missing | None:
        """Return why a value is no value; None when it is one.

        A value that is declared missing without a telling label is `NO_ANSWER`; the value itself stays as the raw text.
        """
        return self.kinds.get(value) or (Missing.NO_ANSWER if self.declares(value) else None)
