"""Texts that are codes of ISO 3166-1, alone or in a column: `NR` among names is no answer rather than Nauru."""

import re
from collections import Counter
from functools import lru_cache

from capbuild.countries.folding import fold
from capbuild.countries.index import load_index
from capbuild.countries.package_data import word_set
from capbuild.countries.registry import WORDS, find_code
from capbuild.countries.reserved import Reserved
from capbuild.countries.verdicts import Accepted, Tier, Verdict

__all__ = ["by_code", "is_no_answer"]

#: Shapes of codes, by what they look like.
_SHAPES = {
    "alpha-2": re.compile(r"[A-Z]{2}"),
    "alpha-3": re.compile(r"[A-Z]{3}"),
    "small": re.compile(r"[a-z]{3}"),
    "numeric": re.compile(r"[0-9]{3}"),
}
#: Alpha-2 codes that forms use for a missing answer, or for yes and no.
_NO_ANSWERS = word_set("DK MD NA NC NI NO NR SD SI SR")
#: Distinct codes of a shape from which a column is held to contain such codes, and their share of the texts of that
#: shape. Numbers must be all that the column holds: one of three digits in four is a code of a country by chance.
_LEAST, _SHARE = 3, 0.9


def by_code(text: str, column: frozenset[str] | None = None) -> Verdict:
    """Resolve a text that is a code: in capitals, an alpha-3 code all small, or a number in a column of such numbers.

    Alone, two capitals are a code. In a column they are where it holds such codes, or names the country elsewhere; any
    other among names is refused.

    Args:
        text: The text, without spaces around it.
        column: All texts of its column, where it stands in one.

    Example:
        >>> by_code("AG").code, by_code("tto").code, by_code("and"), by_code("Tto")
        ('AG', 'TT', None, None)
        >>> by_code("028").candidates, by_code("NR", frozenset(["Fiji", "NR"])).candidates
        (('AG',), ('NR',))
        >>> by_code("FJ", frozenset(["Fiji", "FJ"])).code, by_code("FJ", frozenset(["Tonga", "FJ"])).kind
        ('FJ', 'ambiguous')
    """
    if not 1 < len(text) < 4:
        return None
    shape = next((name for name, pattern in _SHAPES.items() if pattern.fullmatch(text)), None)
    code = find_code(text.upper()) if shape else None
    if code is None:
        return None
    trusted = _trusted(column) if column is not None else frozenset(("alpha-2",))
    if shape == "alpha-3" or shape in trusted or text in trusted or (shape == "small" and text not in WORDS):
        return Accepted(code, Tier.CODE, "the text is a code of ISO 3166-1")
    if shape == "numeric":
        return Reserved("none", (code,), "a number may come from any list of codes, or be a count")
    if shape == "small":
        return None
    if text in _NO_ANSWERS:
        return Reserved("none", (code,), "among names of countries it may stand for no answer")
    return Reserved("ambiguous", (code,), "two letters among names of countries may mean something else than a code")


def is_no_answer(text: str) -> bool:
    """Tell whether a code in a column of codes may stand for a missing answer, as `NA` does in exports of R."""
    return text in _NO_ANSWERS


@lru_cache(maxsize=8)
def _trusted(column: frozenset[str]) -> frozenset[str]:
    """Return the shapes of codes that a column holds, and the alpha-2 codes of countries that it names."""
    texts = {text.strip() for text in column} - {""}
    shaped = {text: name for text in texts for name, pattern in _SHAPES.items() if pattern.fullmatch(text)}
    codes = {text for text in shaped if find_code(text.upper())}
    seen = Counter(shaped[text] for text in shaped.keys() - _NO_ANSWERS)
    right = Counter(shaped[text] for text in codes - _NO_ANSWERS)
    found = {name for name, count in right.items() if count >= max(_LEAST, _SHARE * seen[name])}
    if texts != codes:
        found.discard("numeric")
        names = load_index().names
        found.update(filter(None, (names.get(fold(text)) for text in texts - codes)))
        found -= _NO_ANSWERS
    elif right["alpha-2"]:
        found.add("alpha-2")
    return frozenset(found)
