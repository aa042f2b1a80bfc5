"""Missing values of a variable, from its value labels and declared ranges."""

from attrs import field, frozen

from capbuild.formats import find_missing_kind, fold_word
from capbuild.model import Missing
from capbuild_spss.variables import Variable

#: Labels of sentinel values only: below zero, or all nines.
_MISSING_LABELS = (
    "missing | missing value | missing values | missing data | other missing | perdido | perdidos | valor perdido | "
    "valores perdidos | manquant | valeur manquante | ontbrekend | valor ausente"
)
_MISSING = frozenset(fold_word(word) for word in _MISSING_LABELS.split(" | "))


def is_sentinel(value: float | str) -> bool:
    """True if a value is a typical missing code: negative, or all nines.

    Example:
        >>> is_sentinel(-5.0), is_sentinel(99.0), is_sentinel("9"), is_sentinel(2.0)
        (True, True, True, False)
    """
    text = f"{value:g}" if not isinstance(value, str) else value.strip()
    return text.startswith("-") or set(text) == {"9"}


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
            kind = find_missing_kind(label, declared=extended or found.is_declared(value))
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
