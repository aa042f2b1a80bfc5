"""Words that are steps of one scale and so exclude one another, in the five languages."""

import re
from collections.abc import Collection

from capbuild.formats.folding import fold_head
from capbuild.formats.vocabulary import groups, words

__all__ = ["are_levels", "are_steps"]

#: Steps that exclude one another, each line one kind of scale.
#: Steps of each scale. Any may have columns beside it for those who do not know, or whom a question does not concern.
_BESIDE = words("missing.dont_know") | words("missing.not_applicable")
_SCALES = (
    words("yes") | words("no") | words("partly") | words("options.answer") | _BESIDE,
    *(words(f"options.{scale}") | _BESIDE for scale in groups("options") if scale != "answer"),
)
_LEVEL = re.compile(rf"(?:(?:{'|'.join(words('level'))})\s?)?(\d)")


def are_steps(names: Collection[str]) -> bool:
    """Tell whether words, in plain form, are steps of one scale.

    Example:
        >>> are_steps({"high", "low"}), are_steps({"start up", "formative"}), are_steps({"high", "yes"})
        (True, True, False)
    """
    return any(scale.issuperset(names) for scale in _SCALES)


def are_levels(heads: Collection[str]) -> bool:
    """Tell whether heads are steps of one scale, also by their numbers.

    Example:
        >>> are_levels(["Start-up", "Formative"]), are_levels(["Level 1", "Level 2"]), are_levels(["2013", "2014"])
        (True, True, False)
    """
    names = [fold_head(head) for head in heads]
    numbers = [int(found[1]) for name in names if (found := _LEVEL.fullmatch(name))]
    if len(names) < 2:
        return False
    counted = len(numbers) == len(names) and numbers == list(range(numbers[0], numbers[0] + len(names)))
    return counted or are_steps(names)
