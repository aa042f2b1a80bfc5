"""Suggestions for misspelt names, by edit distance."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec

from capbuild.countries.index import load_index
from capbuild.countries.tokens import CONCEPTS, drop_articles, split_form, to_concepts

_LONGEST = 60
_CUTOFF = 0.6
_SLACK = 3
_NEAR_ENOUGH = 0.75
#: Letters of a name from which one typo, and two, are unambiguous.
_ONE_ERROR, _TWO_ERRORS = 7, 12


@cache
def _index_known_names() -> dict[str, str]:
    """Return alpha-2 codes by common name without articles."""
    return {plain: code for text, code in load_index().common.items() if len(plain := drop_articles(text)) > 3}


@cache
def _group_by_length() -> dict[int, list[str]]:
    buckets: dict[int, list[str]] = {}
    for text in _index_known_names():
        buckets.setdefault(len(text), []).append(text)
    return buckets


@cache
def _list_candidates(length: int) -> list[str]:
    slack = 1 if length < 6 else 2 if length < 12 else _SLACK
    return [text for n in range(length - slack, length + slack + 1) for text in _group_by_length().get(n, ())]


def suggest_countries(folded: str, context: Collection[str] = (), limit: int = 5) -> tuple[str, ...]:
    """Return likely alpha-2 codes of a folded text, best first.

    Countries of the context come first among ties. rapidfuzz ranks if installed, otherwise difflib.

    Example:
        >>> suggest_countries("jamacia")[0], suggest_countries("trinidad and tobaggo")[0], suggest_countries("qwertz")
        ('JM', 'TT', ())
    """
    plain = drop_articles(folded)
    if not 3 < len(plain) <= _LONGEST:
        return ()
    names = _index_known_names()
    best: dict[str, float] = {}
    for text, score in _list_near_names(plain):
        code = names[text]
        best[code] = max(best.get(code, 0.0), score)
    ranked = sorted(best, key=lambda code: (-round(best[code], 3), code not in context))
    return tuple(ranked[:limit])


def _list_near_names(folded: str) -> Iterable[tuple[str, float]]:
    pool = _list_candidates(len(folded))
    if has_rapidfuzz():
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = process.extract(folded, pool, scorer=OSA.normalized_similarity, score_cutoff=_CUTOFF, limit=12)
        return [(text, score) for text, score, _ in found]
    similar = [text for text in pool if text[0] == folded[0] or text[-2:] == folded[-2:]]
    near = get_close_matches(folded, similar, n=12, cutoff=_NEAR_ENOUGH)
    return [(text, 1 - place / 100) for place, text in enumerate(near)]


@cache
def has_rapidfuzz() -> bool:
    """True if rapidfuzz is installed."""
    return find_spec("rapidfuzz") is not None


def find_typo(folded: str) -> tuple[str, int] | None:
    """Return code and distance of the only likely name.

    The official form must be the same; the distance covers the rest. It may be 1 from 7 distinguishing letters, and 2
    from 12. The first letter must be the same, and every other country at least 2 further away. The last letter must be
    the same: another ending makes another word, such as `argentino`.

    Example:
        >>> find_typo("trinidad and tobaggo"), find_typo("republiek gambio"), find_typo("jamacia")
        (('TT', 1), None, ('JM', 1))
    """
    if not has_rapidfuzz() or folded in load_index().disputed:
        return None
    from rapidfuzz.distance import OSA

    form, core = split_form(to_concepts(folded))
    own = " ".join(core)
    letters = sum(len(word) for word in core if word not in CONCEPTS)
    allowed = 0 if letters < _ONE_ERROR else 1 if letters < _TWO_ERRORS else 2
    nearest: dict[str, tuple[int, str]] = {}
    names = _index_known_names()
    for text, _ in _list_near_names(drop_articles(folded)):
        other_form, other = split_form(to_concepts(text))
        if other and form == other_form:
            name = " ".join(other)
            found = (OSA.distance(own, name), name)
            nearest[names[text]] = min(nearest.get(names[text], found), found)
    ranked = sorted(nearest.items(), key=lambda item: item[1])
    if not ranked or (len(ranked) > 1 and ranked[1][1][0] < ranked[0][1][0] + 2):
        return None
    code, (distance, name) = ranked[0]
    same_ends = own[:1] == name[:1] and own[-1:] == name[-1:]
    return (code, distance) if same_ends and 0 < distance <= allowed else None
