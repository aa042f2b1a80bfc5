"""Words that are steps of one scale and so exclude one another, in the languages of the vocabulary."""

import re
from collections.abc import Collection
from functools import cache

from capbuild.formats.folding import fold_head
from capbuild.formats.vocabulary import groups, words

__all__ = ["are_levels", "are_steps"]

#: A step by its number, with a word such as level before it.
_LEVEL = re.compile(r"(.*?) ?(\d)")


@cache
def _scales() -> tuple[frozenset[str], ...]:
    """Return the steps of each scale, with columns for those who do not know, or whom a question does not concern."""
    beside = ("missing.dont_know", "missing.not_applicable")
    answers = words("options.answer", "yes", "no", "partly", *beside)
    return (answers, *(words(f"options.{name}", *beside) for name in groups("options")))


def are_steps(names: Collection[str]) -> bool:
    """Tell whether words, in plain form, are steps of one scale.

    Example:
        >>> are_steps({"high", "low"}), are_steps({"start up", "formative"}), are_steps({"high", "yes"})
        (True, True, False)
    """
    return any(scale.issuperset(names) for scale in _scales())


def are_levels(heads: Collection[str]) -> bool:
    """Tell whether heads are steps of one scale, also by their numbers.

    Example:
        >>> are_levels(["Start-up", "Formative"]), are_levels(["Level 1", "Level 2"]), are_levels(["2013", "2014"])
        (True, True, False)
    """
    names = [fold_head(head) for head in heads]
    counts = (_LEVEL.fullmatch(name) for name in names)
    numbers = [int(found[2]) for found in counts if found and (not found[1] or found[1] in words("level"))]
    if len(names) < 2:
        return False
    counted = len(numbers) == len(names) and numbers == list(range(numbers[0], numbers[0] + len(names)))
    return counted or are_steps(names)
