"""Words of answers: levels by name, and options of answer scales."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from capbuild.model import AnswerOption, AnswerScale, AnswerValue, Missing, Scale
from capbuild.text import Text

__all__ = ["find_level", "find_option", "fold_text"]

#: What stands between number and name of a level.
_BETWEEN = re.compile(r"\s*[-–—:.)(]\s*")


@lru_cache(maxsize=4096)  # the same questions and answer words come back in every response
def fold_text(text: str) -> str:
    """Fold case, accents and repeated spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).replace("’", "'").split())


def find_level(text: str, scale: Scale, texts: Mapping[str, Text] | None = None) -> int | None:
    """Return the order of the level of a name: its number, code, label or text, or two of them; None for none.

    `texts` are those of the levels of one indicator, by the code of the level.

    Example:
        >>> from capbuild.model import Level
        >>> scale = Scale(id="s", levels=[Level(code=f"M{n}", order=n, label=("None", "Ad hoc")[n]) for n in (0, 1)])
        >>> [find_level(text, scale) for text in ("1", "M1", "ad hoc", "M1 Ad hoc", "1 - Ad hoc", "2")]
        [1, 1, 1, 1, 1, None]
    """
    wanted = fold_text(_BETWEEN.sub(" ", text))
    for level in scale.levels:
        named = (level.label, *([texts[level.code]] if texts and level.code in texts else ()))
        labels = [fold_text(_BETWEEN.sub(" ", one.get(tag))) for one in named for tag in one.languages]
        numbers = (fold_text(level.code), str(level.order))
        if wanted in {*numbers, *labels, *(f"{number} {label}" for number in numbers for label in labels)}:
            return level.order
    return None


def find_option(value: AnswerValue, scale: AnswerScale | None) -> AnswerOption | None:
    """Return the option that an answer names by its code or by its words in any language; None for none.

    Example:
        >>> from capbuild.model import Verdict
        >>> full = AnswerOption(code="FI", label={"en": "Fully", "es": "Del todo"}, counts=Verdict.YES)
        >>> scale = AnswerScale(id="s", options=[full])
        >>> [find_option(text, scale) == full for text in ("fi", "del todo", "FI: Fully", "x")]
        [True, True, True, False]
    """
    if scale is None or isinstance(value, Missing) or not isinstance(value, str | int | float):
        return None
    return _option_words(scale).get(fold_text(_BETWEEN.sub(" ", str(value))))


@lru_cache(maxsize=64)
def _option_words(scale: AnswerScale) -> dict[str, AnswerOption]:
    """Options by folded code, words, and both."""
    found: dict[str, AnswerOption] = {}
    for option in scale.options:
        code = fold_text(option.code)
        labels = [fold_text(_BETWEEN.sub(" ", option.label.get(tag))) for tag in option.label.languages]
        for word in (code, *labels, *(f"{code} {label}" for label in labels)):
            found.setdefault(word, option)
    return found
